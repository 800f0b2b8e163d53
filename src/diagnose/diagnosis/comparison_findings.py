"""What may be compared: forms, languages and waves, and the cautions that follow."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.comparability import ACROSS, FEWEST_IN_A_GROUP
from diagnose.diagnosis.measurement_findings import listed_titles
from diagnose.diagnosis.model import Finding, FindingKind, Parts
from diagnose.diagnosis.support import rows_shown
from diagnose.language import Text

_LONGEST_LIST = 5
_CODES = {
    "measurement.alike": ("means",),
    "measurement.alike_partly": ("means_partial",),
    "open.not_alike": ("relations", "form", "none"),
    "open.untested": ("not_tested",),
}
_IMPORTANCE = {
    "measurement.alike": 2.5,
    "measurement.alike_partly": 2.55,
    "open.not_alike": 7.5,
    "open.untested": 2.5,
}


def find_comparability(parts: Parts) -> Iterator[Finding]:
    """Find across what means may be compared, one sentence for each answer to that."""
    judged = _judged(parts)
    for across in ACROSS:
        own = judged.loc[judged["across"] == across]
        for code, verdicts in _CODES.items():
            rows = own.loc[own["verdict"].isin(verdicts)]
            if len(rows):
                yield _finding(parts, code, across, rows)


def caution(parts: Parts, across: str, subscale: str) -> Text:
    """Return the sentence that a difference between such groups needs, or nothing.

    That a comparison was not tested is a finding of its own, said once.
    """
    judged = _judged(parts)
    rows = judged.loc[(judged["across"] == across) & (judged["subscale"] == subscale)]
    if rows.empty:
        return wording.literal("")
    if rows["verdict"].iloc[0] in _CODES["open.not_alike"]:
        return wording.phrase("word.caution")
    if rows["verdict"].iloc[0] == "means_partial":
        return wording.phrase("word.caution_partly", items=_items(parts, rows))
    return wording.literal("")


def _judged(parts: Parts) -> pd.DataFrame:
    """Return one row a comparison, with every item released on which means depend.

    That residual variances differ, the last level, does not touch means. Of a
    comparison that is hidden nothing is said.
    """
    rows = rows_shown(parts.measurement.comparisons)
    upto = rows.loc[rows["level"] != "strict"]
    return upto.drop_duplicates(["across", "subscale"], keep="last")


def _finding(parts: Parts, code: str, across: str, rows: pd.DataFrame) -> Finding:
    kind: FindingKind = "open" if code.startswith("open") else "measurement"
    evidence = {"n_subscales": float(len(rows))}
    words = {
        "groups": wording.phrase(f"word.across_{across}"),
        "subscales": listed_titles(parts, tuple(rows["subscale"])),
        "needed": wording.count(FEWEST_IN_A_GROUP),
    }
    if code != "open.untested":
        evidence["n_respondents"] = float(rows["n_respondents"].min())
        words["n"] = wording.count(rows["n_respondents"].min())
    if code == "measurement.alike_partly":
        words["items"] = _items(parts, rows)
    return Finding(
        code=code,
        kind=kind,
        subscales=tuple(rows["subscale"]),
        importance=_IMPORTANCE[code],
        evidence=evidence,
        words=words,
    )


def _items(parts: Parts, rows: pd.DataFrame) -> Text:
    named = [item for one in rows["released"] for item in str(one).split(", ") if item]
    words = [
        wording.item_words(parts.instrument, item) for item in dict.fromkeys(named)
    ]
    return wording.shortened(words, _LONGEST_LIST)

"""Whether forms, languages and waves measure the same, as comparing means asks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import COMPARISONS
from diagnose.diagnosis.dimensions import modelled_blocks
from diagnose.diagnosis.treatment import choose_treatment
from diagnose.errors import DiagnoseWarning, InsufficientDataError
from diagnose.responses.model import FLOOR, Responses

if TYPE_CHECKING:
    from diagnose.statistics.invariance import InvarianceLevel
    from diagnose.statistics.invariance.result import Verdict as Found

Comparison = Literal[
    "means", "means_partial", "relations", "form", "none", "not_tested"
]
"""What may be compared: means of the items together; means with some items left free,
so that the score of all items may not; relations only; nothing, though the same items
belong together; nothing at all. Or there was no test."""

FEWEST_IN_A_GROUP = 100
"""Respondents that each group of a comparison needs: a convention. In smaller groups a
difference in measurement is easily missed, and one that is found is often chance."""

SIGNIFICANCE = 0.05
"""Level of the tests of one comparison, shared out over its subscales: with twelve of
them, each tested step by step, an item would differ by chance nearly every time."""

ACROSS = ("role", "language", "wave")
"""What is compared: forms within the last wave, languages of the work floor within it,
and waves of the work floor."""

_VERDICTS: Mapping[Found, Comparison] = {
    "means": "means",
    "means_except": "means_partial",
    "relations": "relations",
    "relations_except": "relations",
    "form_only": "form",
    "nothing": "none",
}


def assess_comparability(responses: Responses, keyed: pd.DataFrame) -> pd.DataFrame:
    """Test for each subscale whether groups understand its items alike.

    Parameters
    ----------
    responses : Responses
        Every role and wave.
    keyed : pandas.DataFrame
        Keyed answers, in the same order.

    Returns
    -------
    pandas.DataFrame
        Columns `COMPARISONS`: one row a level of each test, the last of it where
        items were released; where there is no test, one row whose note says why.
        Nothing for what there is only one group of.
    """
    rows = [
        row
        for across in ACROSS
        for row in _compare(across, responses, keyed, _groups(across, responses))
    ]
    return build_frame(rows, COMPARISONS)


def _groups(across: str, responses: Responses) -> pd.Series:
    """Return the group of each respondent; missing for those who take no part."""
    people = responses.people
    part = pd.Series(np.True_, index=people.index)
    if across != "role":
        part &= people["role"] == FLOOR
    if across != "wave":
        part &= people["wave"] == responses.waves[-1]
    return people[across].where(part & (people[across] != ""))


def _compare(
    across: str, responses: Responses, keyed: pd.DataFrame, groups: pd.Series
) -> Iterator[dict[str, object]]:
    if groups.nunique() < 2:
        return
    blocks = modelled_blocks(responses.instrument, keyed)
    for subscale, items in blocks.items():
        own = keyed[list(items)]
        answered = own.notna().any(axis="columns") & groups.notna()
        sizes = groups[answered].value_counts()
        large = sizes[sizes >= FEWEST_IN_A_GROUP]
        row: dict[str, object] = {"across": across, "subscale": subscale}
        if len(large) < 2:
            yield {**row, **_untested("note.small_groups")}
            continue
        part = answered & groups.isin(large.index)
        counts = {
            "n_groups": len(large),
            "n_smallest": int(large.min()),
            "n_respondents": int(part.sum()),
            "n_others": int((groups.notna() & ~part).sum()),
        }
        alpha = SIGNIFICANCE / len(blocks)
        for level in _levels(subscale, own[part], groups[part], alpha=alpha):
            tested = level["verdict"] != "not_tested"
            yield {**row, **(counts if tested else {}), **level}


def _untested(note: str) -> dict[str, object]:
    words = dict.fromkeys(("level", "estimator", "holds", "released"), "")
    return {**words, "verdict": "not_tested", "note": note}


def _levels(
    subscale: str, items: pd.DataFrame, groups: pd.Series, *, alpha: float
) -> list[dict[str, object]]:
    from diagnose.statistics.invariance import Conventions, measurement_invariance

    treatment = choose_treatment(items)
    usual = Conventions.usual(
        ordered=treatment == "wlsmv", n_groups=int(groups.nunique())
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DiagnoseWarning)
            found = measurement_invariance(
                items,
                {subscale: [str(item) for item in items]},
                groups,
                estimator=treatment,
                missing="fiml" if treatment == "mlr" else "pairwise",
                partial=True,
                collapse=treatment == "wlsmv",
                min_group=FEWEST_IN_A_GROUP,
                conventions=replace(usual, alpha=alpha),
            )
    except InsufficientDataError:
        return [_untested("note.no_model")]
    improper = any(flag.startswith("improper") for flag in found.flags)
    # Where items were released at a level, its last row is the one with them free.
    reached = {level.level: level for level in found.levels}.values()
    return [
        {
            **_level_row(level),
            "estimator": treatment,
            "verdict": _VERDICTS[found.verdict],
            "note": "note.improper" if improper else "",
        }
        for level in reached
    ]


def _level_row(level: InvarianceLevel) -> dict[str, object]:
    first = level.delta_statistic is None
    return {
        "level": level.level,
        "statistic": level.statistic if first else level.delta_statistic,
        "df": level.df if first else level.delta_df,
        "p_value": level.p_value if first else level.delta_p_value,
        "cfi": level.cfi,
        "delta_cfi": level.delta_cfi,
        "rmsea": level.rmsea,
        "delta_rmsea": level.delta_rmsea,
        "holds": "yes" if level.holds else "no",
        "released": ", ".join(
            dict.fromkeys(name.rpartition(":")[2] for name in level.released)
        ),
    }

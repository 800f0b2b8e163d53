"""What cannot be concluded, and why: said as plainly as what can."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.contrast_findings import changes_to_last_wave
from diagnose.diagnosis.level_findings import levels_of
from diagnose.diagnosis.measurement_findings import alphas_finding, listed_titles
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.support import (
    n_units_by_level,
    rows_of,
    supported_subscales,
)
from diagnose.language import Text
from diagnose.responses.model import FLOOR, LEADER

MANY_NOT_APPLICABLE = 0.20
"""Share of "don't know / not applicable" from which an item is named. No source gives a
limit; one in five is where the mean of the others stops speaking for the group."""

_IMPORTANCE = {
    "open.few_respondents": 12,
    "open.unreliable": 11,
    "open.negative_alpha": 11,
    "open.no_variance": 11,
    "open.few_answers": 10.5,
    "open.level_unclear": 10,
    "open.none_stands_out": 9,
    "open.outcome_unclear": 8,
    "open.few_leaders": 7,
    "open.no_leaders": 7,
    "open.gap_unclear": 6,
    "open.no_units": 5,
    "open.one_unit": 5,
    "open.units_not_comparable": 5,
    "open.units_alike": 4,
    "open.units_equal": 4.5,
    "open.change_unknown": 3,
    "open.change_unclear": 3,
    "open.items_differ": 3.5,
    "open.not_applicable": 2,
    "open.no_head_count": 1,
}
_UNSUPPORTED = {
    "reason.low_alpha": "open.unreliable",
    "reason.negative_alpha": "open.negative_alpha",
    "reason.no_variance": "open.no_variance",
}


def find_open(parts: Parts) -> Iterator[Finding]:
    """Find the limits of this diagnosis."""
    yield from _find_unsupported(parts)
    yield from _find_level_unclear(parts)
    yield from _find_gap_open(parts)
    yield from _find_units_open(parts)
    yield from _find_change_open(parts)
    yield from _find_not_applicable(parts)
    yield from _find_no_head_count(parts)


def _open(
    code: str,
    *,
    subscales: Iterable[str] = (),
    evidence: dict[str, float] | None = None,
    words: dict[str, Text] | None = None,
) -> Finding:
    return Finding(
        code=code,
        kind="open",
        subscales=tuple(subscales),
        importance=_IMPORTANCE[code],
        evidence=evidence or {},
        words=words or {},
    )


def _about(parts: Parts, code: str, subscales: Iterable[str]) -> Iterator[Finding]:
    """Yield one finding that names all `subscales`, none when there are none."""
    named = tuple(subscales)
    if named:
        yield _open(
            code,
            subscales=named,
            evidence={"n_subscales": len(named)},
            words={"subscales": listed_titles(parts, named)},
        )


def _find_unsupported(parts: Parts) -> Iterator[Finding]:
    verdicts = parts.measurement.verdicts
    unsupported = verdicts.loc[verdicts["verdict"] == "unsupported"]
    few = unsupported.loc[unsupported["reason"] == "reason.few_respondents", "subscale"]
    yield from _about(parts, "open.few_respondents", few)
    for reason, code in _UNSUPPORTED.items():
        own = tuple(unsupported.loc[unsupported["reason"] == reason, "subscale"])
        if own:
            yield alphas_finding(parts, code, own, importance=_IMPORTANCE[code])


def _find_level_unclear(parts: Parts) -> Iterator[Finding]:
    conditions = levels_of(parts, "condition")
    outcomes = levels_of(parts, "outcome")
    placed = {level.subscale.id for level in (*conditions, *outcomes)}
    yield from _about(
        parts,
        "open.few_answers",
        [
            subscale.id
            for subscale in supported_subscales(parts)
            if subscale.kind != "scale" and subscale.id not in placed
        ],
    )
    neither = [c for c in conditions if not c.strict_low > c.neutral and not c.code]
    yield from _about(parts, "open.level_unclear", [c.subscale.id for c in neither])
    compared = [c for c in conditions if not math.isnan(c.others)]
    if compared and not any(c.code for c in compared):
        yield from _about(
            parts, "open.none_stands_out", [c.subscale.id for c in compared]
        )
    unclear = [o.subscale.id for o in outcomes if not o.outcome_code]
    yield from _about(parts, "open.outcome_unclear", unclear)


def _find_gap_open(parts: Parts) -> Iterator[Finding]:
    roles = parts.participation.roles
    if not (roles["role"] == LEADER).any():
        yield _open("open.no_leaders")
        return
    if parts.gap["p_value"].isna().all():
        yield _open("open.few_leaders")
        return
    gap = rows_of(parts.gap, supported_subscales(parts))
    unclear = gap.loc[gap["direction"] == "unclear", "subscale"]
    yield from _about(parts, "open.gap_unclear", unclear)


def _find_units_open(parts: Parts) -> Iterator[Finding]:
    if not parts.hierarchy:
        yield _open("open.no_units")
    estimates = rows_of(parts.units.estimates, supported_subscales(parts))
    for level, n_units in n_units_by_level(parts):
        name = wording.quoted(wording.level(level))
        own = estimates.loc[estimates["level"] == level]
        if n_units < 2:
            yield _open("open.one_unit", words={"level": name})
            continue
        if not (parts.units.estimates["level"] == level).any():
            yield _open("open.units_not_comparable", words={"level": name})
        differs = set(own.loc[own["direction"] != "unclear", "subscale"])
        alike = [s for s in own["subscale"].unique() if s not in differs]
        equal = _equal_subscales(parts, level)
        for code, named in (
            ("open.units_equal", tuple(s for s in alike if s in equal)),
            ("open.units_alike", tuple(s for s in alike if s not in equal)),
        ):
            if named:
                yield _open(
                    code,
                    subscales=named,
                    evidence={"n_teams": n_units, "n_subscales": len(named)},
                    words={
                        "level": name,
                        "n_units": wording.count(n_units),
                        "subscales": listed_titles(parts, named),
                    },
                )


def _equal_subscales(parts: Parts, level: str) -> frozenset[str]:
    """Return the subscales whose units differ no more than chance makes them."""
    models = parts.units.models
    equal = models.loc[(models["level"] == level) & (models["tau2"] == 0), "subscale"]
    return frozenset(map(str, equal))


def _find_change_open(parts: Parts) -> Iterator[Finding]:
    if len(parts.waves) < 2:
        return
    compared = set(parts.trend["subscale"])
    profile = parts.profile.loc[parts.profile["role"] == FLOOR, "subscale"]
    differ = [subscale for subscale in profile if subscale not in compared]
    yield from _about(parts, "open.items_differ", differ if compared else ())
    waves = {
        "wave": wording.quoted(wording.literal(parts.waves[-1])),
        "wave_before": wording.quoted(wording.literal(parts.waves[-2])),
    }
    if changes_to_last_wave(parts.trend, parts.waves).empty:
        yield _open("open.change_unknown", words=waves)
        return
    changes = rows_of(
        changes_to_last_wave(parts.trend, parts.waves), supported_subscales(parts)
    )
    unclear = tuple(changes.loc[changes["direction"] == "unclear", "subscale"])
    if unclear:
        yield _open(
            "open.change_unclear",
            subscales=unclear,
            evidence={"n_subscales": len(unclear)},
            words={"subscales": listed_titles(parts, unclear), **waves},
        )


def _find_not_applicable(parts: Parts) -> Iterator[Finding]:
    answers = parts.distributions
    shown = answers.loc[(answers["role"] == FLOOR) & (answers["status"] == "shown")]
    items = shown.drop_duplicates("item")
    asked = items["n_respondents"] + items["n_not_applicable"] + items["n_unanswered"]
    share = items["n_not_applicable"] / asked.where(asked > 0)
    many = items.assign(share=share).loc[share >= MANY_NOT_APPLICABLE]
    if many.empty:
        return
    worst = many.sort_values("share", ascending=False, kind="stable")
    yield _open(
        "open.not_applicable",
        subscales=dict.fromkeys(s for s in worst["subscale"] if s),
        evidence={"share": float(worst["share"].iloc[0]), "n_items": len(worst)},
        words={"items": wording.listing(_item_shares(parts, worst))},
    )


def _item_shares(parts: Parts, items: pd.DataFrame) -> Iterator[Text]:
    for row in items.to_dict(orient="records"):
        words = wording.item_words(parts.instrument, row["item"])
        share = wording.share(row["share"])
        yield {lang: f"{words[lang]} ({share[lang]})" for lang in wording.LANGUAGES}


def _find_no_head_count(parts: Parts) -> Iterator[Finding]:
    units = parts.participation.units
    if units["n_members"].isna().all():
        yield _open("open.no_head_count")

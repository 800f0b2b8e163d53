"""What goes with the outcomes, in sentences: no cause, no order, and what is open.

All conditions on all outcomes are one family (Holm); a condition is named only where
its correlation is beyond chance in that family.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.drivers import (
    STEADY_DRIVERS,
    conditions_beyond_chance,
    fewest_for,
    leading_conditions,
    models_with_numbers,
)
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.support import supported_subscales
from diagnose.language import Text

HIGH_VIF = 5.0
"""From here on conditions are said to hang together highly; a convention."""
_HALF = 0.5
_NO_NUMBERS = ("note.few_conditions", "note.no_drivers")
_IMPORTANCE = {
    "open.few_for_drivers": 3.4,
    "open.rough_drivers": 3.4,
    "open.no_drivers": 3.4,
    "open.drivers_hidden": 3.4,
    "open.drivers_unclear": 3.3,
    "open.drivers_alike": 3.2,
    "open.one_sitting": 3.1,
}


def find_drivers_told(parts: Parts) -> Iterator[Finding]:
    """Find what goes with each outcome, and what that leaves open."""
    if parts.drivers.models.empty:
        return
    yield from _find_without_numbers(parts)
    made = [row for row in models_with_numbers(parts.drivers) if _supported(parts, row)]
    steady = [row for row in made if row["n_respondents"] >= STEADY_DRIVERS]
    unclear = []
    for row in steady:
        if conditions_beyond_chance(parts.drivers.weights, row["outcome"]).empty:
            unclear.append(row["outcome"])
        else:
            yield _goes_with(parts, row)
    if unclear:
        yield _open(
            parts,
            "open.drivers_unclear",
            unclear,
            n_respondents=steady[0]["n_respondents"],
            n_tests=len(parts.drivers.weights),
        )
    if made and not steady:
        yield _of_few(parts, "open.rough_drivers", made, STEADY_DRIVERS)
    if made:
        yield from _find_clouds(parts, made[0])


def _supported(parts: Parts, row: dict[str, Any]) -> bool:
    """Tell whether the outcome and every condition beside it may carry a finding."""
    weights = parts.drivers.weights
    own = weights.loc[weights["outcome"] == row["outcome"], "subscale"]
    good = {subscale.id for subscale in supported_subscales(parts)}
    return {row["outcome"], *own} <= good


def _find_without_numbers(parts: Parts) -> Iterator[Finding]:
    models = parts.drivers.models
    hidden = models.get("status", pd.Series("", models.index)) == "hidden"
    if hidden.any():
        yield _open(parts, "open.drivers_hidden", models.loc[hidden, "outcome"])
    few = models.loc[models["note"] == "note.few_for_drivers"]
    if len(few):
        least = fewest_for(few["n_conditions"].iloc[0])
        yield _of_few(parts, "open.few_for_drivers", few.to_dict("records"), least)
    nothing = models.loc[models["note"].isin(_NO_NUMBERS), "outcome"]
    if len(nothing):
        yield _open(parts, "open.no_drivers", nothing)


def _of_few(parts: Parts, code: str, rows: list[Any], least: int) -> Finding:
    number = rows[0]["n_respondents"]
    return _open(
        parts,
        code,
        [row["outcome"] for row in rows],
        n_respondents=number,
        n_least=least,
        n_more=least - number,
    )


def _open(parts: Parts, code: str, outcomes: Any, **evidence: float) -> Finding:
    """Return a finding that names outcomes, with counts both as evidence and words."""
    named = [str(outcome) for outcome in outcomes]
    titles = [wording.subscale_title(parts.instrument, outcome) for outcome in named]
    return Finding(
        code=code,
        kind="open",
        subscales=tuple(named),
        importance=_IMPORTANCE[code],
        evidence=evidence,
        words={"outcomes": wording.listing(titles)}
        | {name: wording.count(value) for name, value in evidence.items()},
    )


def _goes_with(parts: Parts, row: dict[str, Any]) -> Finding:
    weights, outcome = parts.drivers.weights, str(row["outcome"])
    beyond = conditions_beyond_chance(weights, outcome)
    leading = leading_conditions(weights, outcome)
    others = [s for s in beyond["subscale"] if s not in set(leading["subscale"])]
    share = float(leading["share"].sum())
    return Finding(
        code="driver.most" if share >= _HALF else "driver.part",
        kind="driver",
        subscales=(outcome, *leading["subscale"]),
        importance=row["r_squared_adjusted"],
        evidence={
            "n_respondents": row["n_respondents"],
            "r_squared": row["r_squared_adjusted"],
            "conf_low": row["r_squared_low"],
            "conf_high": row["r_squared_high"],
            "conf_level": parts.conf_level,
            "share": share,
            "p_adjusted": float(leading["p_adjusted"].max()),
        },
        words={
            "outcome": wording.subscale_title(parts.instrument, outcome),
            "explained": wording.share(row["r_squared_adjusted"]),
            "r_squared": wording.number(row["r_squared_adjusted"]),
            "interval": wording.interval(
                row["r_squared_low"], row["r_squared_high"], parts.conf_level
            ),
            "n": wording.count(row["n_respondents"]),
            "named": wording.listing(
                _condition(parts, condition) for condition in leading.to_dict("records")
            ),
            "others": _others(parts, others),
            "order": _order(leading),
            "teams": _few_teams(row),
            "n_tests": wording.count(len(weights)),
        },
    )


def _condition(parts: Parts, row: dict[Any, Any]) -> Text:
    percent = round(100 * parts.conf_level, 1)
    return wording.phrase(
        "word.driver" if row["correlation"] >= 0 else "word.driver_negative",
        subscale=wording.subscale_title(parts.instrument, row["subscale"]),
        share=wording.share(row["share"]),
        level=wording.point(percent),
        low=wording.share(row["share_low"]),
        high=wording.share(row["share_high"]),
    )


def _others(parts: Parts, others: list[str]) -> Text:
    if not others:
        return wording.literal("")
    titles = (wording.subscale_title(parts.instrument, s) for s in others)
    return wording.phrase("word.driver_others", subscales=wording.listing(titles))


def _order(leading: pd.DataFrame) -> Text:
    """Say that others may weigh as much, unless the intervals of the ranks deny it."""
    if leading["rank_high"].max() <= len(leading):
        return wording.literal("")
    return wording.phrase("word.driver_order")


def _few_teams(row: dict[str, Any]) -> Text:
    if row["note"] != "note.few_teams":
        return wording.literal("")
    return wording.phrase("word.driver_teams")


def _find_clouds(parts: Parts, row: dict[str, Any]) -> Iterator[Finding]:
    """Find what clouds all models alike: they rest on the same people."""
    weights = parts.drivers.weights
    own = weights.loc[weights["outcome"] == row["outcome"]]
    alike = own.loc[own["vif"] >= HIGH_VIF, "subscale"]
    if len(alike):
        titles = (wording.subscale_title(parts.instrument, s) for s in alike)
        yield Finding(
            code="open.drivers_alike",
            kind="open",
            subscales=tuple(alike),
            importance=_IMPORTANCE["open.drivers_alike"],
            evidence={"largest_vif": row["largest_vif"]},
            words={
                "subscales": wording.listing(titles),
                "vif": wording.number(row["largest_vif"], digits=1),
                "limit": wording.point(HIGH_VIF),
            },
        )
    evidence = {name: row[name] for name in ("first_factor", "mean_correlation")}
    yield Finding(
        code="open.one_sitting",
        kind="open",
        importance=_IMPORTANCE["open.one_sitting"],
        evidence={"n_respondents": row["n_respondents"], **evidence},
        words={
            "first_factor": wording.share(row["first_factor"]),
            "mean_correlation": wording.number(row["mean_correlation"]),
            "n": wording.count(row["n_respondents"]),
        },
    )

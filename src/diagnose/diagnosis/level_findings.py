"""Strengths and concerns: where the organisation stands on each subscale."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.cells import interval_of_mean, shown_cells
from diagnose.diagnosis.model import Finding, FindingKind, Parts
from diagnose.diagnosis.support import rows_of, supported_subscales, width_of
from diagnose.instrument.model import Kind, Subscale
from diagnose.responses.model import FLOOR

FEWEST_ANSWERS = 10
"""Answers below which nothing is said of a level: on skewed five-point answers the
95% interval of a mean covers it in about 91 of 100 samples of five, and in 92 to 95
from ten on (simulated)."""

_NUMBERS = ("n_respondents", "mean", "sd", "conf_low", "conf_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Where one subscale stands.

    Attributes
    ----------
    subscale : Subscale
        What was asked.
    n_respondents, mean, conf_low, conf_high : float
        As in the profile of the work floor.
    strict_low, strict_high : float
        Interval that allows for all subscales of the same kind (Bonferroni).
    lowest, highest, neutral : float
        Ends and middle of the response scale.
    others : float
        Mean of the means of the other subscales of the same kind on the same response
        scale; NaN when there are none.
    n_compared : int
        Subscales of this kind.
    """

    subscale: Subscale
    n_respondents: float
    mean: float
    conf_low: float
    conf_high: float
    strict_low: float
    strict_high: float
    lowest: float
    highest: float
    neutral: float
    others: float
    n_compared: int

    @property
    def code(self) -> str:
        """What may be said of a condition; empty when nothing may.

        A strength lies above the neutral midpoint *and* above the other conditions,
        a concern below either. The mean of the others is taken as given: as soon as
        conditions correlate by more than 1 / (their number), which they do in every
        organisation, that makes the rule stricter, not looser.
        """
        if self.strict_high < self.neutral:
            return "concern.below_neutral"
        if self.strict_high < self.others:
            return "concern.lags"
        if self.strict_low > self.neutral:
            if math.isnan(self.others):
                return "strength.above_neutral"
            if self.strict_low > self.others:
                return "strength.stands_out"
        return ""

    @property
    def outcome_code(self) -> str:
        """What may be said of an outcome: only on which side of neutral it lies."""
        if self.strict_low > self.neutral:
            return "strength.outcome"
        return "concern.outcome" if self.strict_high < self.neutral else ""


def find_levels(parts: Parts) -> Iterator[Finding]:
    """Find strengths and concerns; conditions and outcomes apart, never added up."""
    for level in levels_of(parts, "condition"):
        if level.code:
            yield _finding(parts, level, level.code)
    for level in levels_of(parts, "outcome"):
        if level.outcome_code:
            yield _finding(parts, level, level.outcome_code)


def levels_of(parts: Parts, kind: Kind) -> tuple[Level, ...]:
    """Return where the supported subscales of one kind stand, in their order.

    Left out are hidden ones and those with fewer than `FEWEST_ANSWERS` answers.
    """
    subscales = tuple(s for s in supported_subscales(parts) if s.kind == kind)
    profile = shown_cells(parts.profile)
    answered = (profile["role"] == FLOOR) & (profile["n_respondents"] >= FEWEST_ANSWERS)
    rows = rows_of(profile.loc[answered], subscales).set_index("subscale")
    present = [s for s in subscales if s.id in rows.index]
    return tuple(
        _level(parts, subscale, rows.loc[[s.id for s in present]])
        for subscale in present
    )


def _level(parts: Parts, subscale: Subscale, rows: pd.DataFrame) -> Level:
    own = rows.loc[subscale.id, list(_NUMBERS)].astype(float).to_dict()
    bounds = parts.instrument.response_scale(subscale.response_scale)
    others = [
        rows.loc[other, "mean"]
        for other in rows.index
        if other != subscale.id and _same_bounds(parts, str(other), subscale)
    ]
    strict_low, strict_high = interval_of_mean(
        own["mean"],
        own["sd"],
        own["n_respondents"],
        conf_level=1 - (1 - parts.conf_level) / len(rows),
    )
    return Level(
        subscale=subscale,
        n_respondents=own["n_respondents"],
        mean=own["mean"],
        conf_low=own["conf_low"],
        conf_high=own["conf_high"],
        strict_low=strict_low,
        strict_high=strict_high,
        lowest=bounds.lowest,
        highest=bounds.highest,
        neutral=(bounds.lowest + bounds.highest) / 2,
        others=sum(others) / len(others) if others else float("nan"),
        n_compared=len(rows),
    )


def _same_bounds(parts: Parts, other: str, subscale: Subscale) -> bool:
    theirs = parts.instrument.response_scale(
        parts.instrument.subscale(other).response_scale
    )
    ours = parts.instrument.response_scale(subscale.response_scale)
    return (theirs.lowest, theirs.highest) == (ours.lowest, ours.highest)


def _finding(parts: Parts, level: Level, code: str) -> Finding:
    kind: FindingKind = "strength" if code.startswith("strength") else "concern"
    relative = code in {"strength.stands_out", "concern.lags"}
    reference = level.others if relative else level.neutral
    return Finding(
        code=code,
        kind=kind,
        subscales=(level.subscale.id,),
        importance=abs(level.mean - reference) / width_of(parts, level.subscale.id),
        evidence={
            "mean": level.mean,
            "conf_low": level.conf_low,
            "conf_high": level.conf_high,
            "conf_level": parts.conf_level,
            "n_respondents": level.n_respondents,
            "neutral": level.neutral,
            "others": level.others,
        },
        words={
            "subscale": wording.subscale_title(parts.instrument, level.subscale.id),
            "mean": wording.number(level.mean),
            "lowest": wording.point(level.lowest),
            "highest": wording.point(level.highest),
            "interval": wording.interval(
                level.conf_low, level.conf_high, parts.conf_level
            ),
            "n": wording.count(level.n_respondents),
            "neutral": wording.point(level.neutral),
            "others": wording.number(level.others),
            "n_compared": wording.count(level.n_compared),
        },
    )

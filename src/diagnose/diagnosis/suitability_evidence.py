"""From published cells to the state of each condition, as found and as drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import interval_of_mean, shown_cells
from diagnose.diagnosis.level_findings import FEWEST_ANSWERS, Level, levels_of
from diagnose.diagnosis.model import Parts
from diagnose.diagnosis.suitability_rule import (
    ABSENT,
    OPEN,
    PREREQUISITES,
    PRESENT,
    Columns,
    States,
)
from diagnose.diagnosis.support import supported_subscales
from diagnose.responses.model import FLOOR, LEADER

FloatArray = npt.NDArray[np.float64]

READINGS = ("agree", "divided", "unclear")
"""Of the agreement in a unit, where people are asked about something they share."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Means:
    """Means of one role on the subscales of the rule, in the order of `Columns`.

    NaN where nothing may be said. All of shape (n_subscales,).

    Attributes
    ----------
    n_respondents, mean, std_error : numpy.ndarray
        Valid answers, their mean, and its standard error.
    conf_low, conf_high, strict_low, strict_high : numpy.ndarray
        Interval at `conf_level`, and the one that allows for all subscales compared.
    reference : numpy.ndarray
        Middle of the response scale.
    """

    n_respondents: FloatArray
    mean: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    strict_low: FloatArray
    strict_high: FloatArray
    reference: FloatArray

    @classmethod
    def of(cls, rows: Mapping[str, Mapping[str, float]], columns: Columns) -> Self:
        """Return the means of some subscales, with NaN for the others."""
        return cls(
            **{
                own.name: np.array(
                    [rows.get(name, {}).get(own.name, np.nan) for name in columns.names]
                )
                for own in fields(cls)
            }
        )

    def states(self, means: FloatArray) -> States:
        """Return the state of each subscale, had the means been these.

        The interval keeps its width and moves with the mean. Comparisons with NaN are
        false, so that a subscale without an interval is open.
        """
        margin = (self.strict_high - self.strict_low) / 2
        states = np.full(means.shape, OPEN, dtype=np.int8)
        states[means - margin > self.reference] = PRESENT
        states[means + margin < self.reference] = ABSENT
        return states

    def draw(self, n_draws: int, rng: np.random.Generator) -> FloatArray:
        """Return means drawn around those that were found, (n_draws, n_subscales)."""
        df = np.where(self.n_respondents >= 2, self.n_respondents - 1, 1.0)
        variates = rng.standard_t(df, size=(n_draws, len(df)))
        return self.mean + self.std_error * variates


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What the rule is fed with.

    Attributes
    ----------
    floor, leader : Means
        Of the work floor on all subscales; of leaders on the prerequisites.
    divided : numpy.ndarray of bool
        Subscales on which most units whose agreement was computed are divided.
    unsupported, not_asked : numpy.ndarray of bool
        Subscales that the measurement does not support, or that nobody was asked.
    """

    floor: Means
    leader: Means
    divided: npt.NDArray[np.bool_]
    unsupported: npt.NDArray[np.bool_]
    not_asked: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, parts: Parts, columns: Columns) -> Self:
        """Collect the evidence from the parts of a diagnosis or publication."""
        asked = asked_of(parts)
        supported = {subscale.id for subscale in supported_subscales(parts)}
        return cls(
            floor=Means.of(_floor_rows(parts), columns),
            leader=Means.of(_leader_rows(parts), columns),
            divided=_mostly_divided(parts.units.agreement, columns),
            unsupported=np.array(
                [name not in supported for name in columns.names], dtype=bool
            ),
            not_asked=np.array(
                [name not in asked for name in columns.names], dtype=bool
            ),
        )

    def observed(self) -> States:
        """Return the states as they were found, one row."""
        return self._states(self.floor.mean[None, :], self.leader.mean[None, :])

    def drawn(self, n_draws: int, seed: int) -> tuple[States, FloatArray]:
        """Return the states, and the means of the work floor, in each draw."""
        rng = np.random.default_rng(seed)
        floor = self.floor.draw(n_draws, rng)
        return self._states(floor, self.leader.draw(n_draws, rng)), floor

    def open_reasons(self, states: States) -> list[str]:
        """Say of each subscale why it is open; empty when it is not."""
        plain = self.floor.states(self.floor.mean[None, :])[0]
        reasons = np.select(
            [
                states != OPEN,
                self.not_asked,
                self.unsupported,
                np.isnan(self.floor.mean),
                np.isnan(self.floor.strict_low),
                (plain != OPEN) & self.divided,
                plain == PRESENT,
            ],
            ["", "not_asked", "unsupported", "few", "no_spread", "divided", "disputed"],
            "straddles",
        )
        return [str(reason) for reason in reasons]

    def _states(self, floor: FloatArray, leader: FloatArray) -> States:
        states = self.floor.states(floor)
        # Leaders who say of themselves that it is not there take away the certainty
        # that it is, and never the other way round: who receives it knows best.
        disputed = (states == PRESENT) & (self.leader.states(leader) == ABSENT)
        states[disputed | self.divided] = OPEN
        return states


def asked_of(parts: Parts) -> frozenset[str]:
    """Return the subscales that the work floor was asked; hidden ones included."""
    own = parts.profile.loc[parts.profile["role"] == FLOOR, "subscale"]
    return frozenset(own)


def _floor_rows(parts: Parts) -> dict[str, dict[str, float]]:
    own = parts.profile.loc[parts.profile["role"] == FLOOR]
    spreads = dict(zip(own["subscale"], own["sd"].astype(float), strict=True))
    levels = (*levels_of(parts, "condition"), *levels_of(parts, "outcome"))
    return {
        level.subscale.id: _row(level, spreads[level.subscale.id]) for level in levels
    }


def _row(level: Level, sd: float) -> dict[str, float]:
    return {
        "n_respondents": level.n_respondents,
        "mean": level.mean,
        "std_error": sd / np.sqrt(level.n_respondents),
        "conf_low": level.conf_low,
        "conf_high": level.conf_high,
        "strict_low": level.strict_low,
        "strict_high": level.strict_high,
        "reference": level.neutral,
    }


def _leader_rows(parts: Parts) -> dict[str, dict[str, float]]:
    """Return the leaders' means on prerequisites, when enough of them answered."""
    cells = shown_cells(parts.profile)
    enough = cells["n_respondents"] >= FEWEST_ANSWERS
    asked = cells["subscale"].isin(PREREQUISITES)
    rows = {}
    own = cells.loc[(cells["role"] == LEADER) & enough & asked]
    for cell in own.to_dict(orient="records"):
        number, mean, sd = cell["n_respondents"], cell["mean"], cell["sd"]
        bounds = parts.instrument.response_scale(
            parts.instrument.subscale(cell["subscale"]).response_scale
        )
        strict = 1 - (1 - parts.conf_level) / len(own)
        low, high = interval_of_mean(mean, sd, number, conf_level=strict)
        rows[str(cell["subscale"])] = {
            "n_respondents": number,
            "mean": mean,
            "std_error": sd / np.sqrt(number),
            "strict_low": low,
            "strict_high": high,
            "reference": (bounds.lowest + bounds.highest) / 2,
        }
    return rows


def _mostly_divided(agreement: pd.DataFrame, columns: Columns) -> npt.NDArray[np.bool_]:
    """Find the subscales on which more than half of the units are divided.

    The mean of the organisation then is the mean of opposites, and of nobody. Units of
    which the agreement is unclear count as not divided.
    """
    judged = agreement.loc[agreement["reading"].isin(READINGS)]
    divided = (judged["reading"] == "divided").groupby(judged["subscale"]).mean()
    return np.array(
        [divided.get(name, 0.0) > 0.5 for name in columns.names], dtype=bool
    )

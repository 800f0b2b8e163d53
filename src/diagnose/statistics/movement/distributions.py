"""How much example people need: distributions of thresholds.

A threshold is the share of others who must be seen to take part before a person does:
at or below 0 one starts unprompted, above 1 one never joins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.movement.networks import IntArray

FloatArray = npt.NDArray[np.float64]
ROUNDING = 1e-9  # 3 of 10 must reach a threshold of 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedThreshold:
    """One threshold for everyone.

    Attributes
    ----------
    method : str
        ``"fixed"`` (a share of the own ties) or ``"count"`` (a number of them).
    value : float
        The share, or the number.
    counts : bool
        Whether `value` is a number of people.
    """

    method: str
    value: float
    counts: bool

    def check_people(self, n_people: int, n_teams: int) -> None:
        """Accept any people."""

    def at(self, uniforms: FloatArray, teams: IntArray) -> FloatArray:
        """Return the one threshold for all."""
        return np.full(uniforms.shape, self.value)

    def share_below(self, exposure: FloatArray) -> FloatArray:
        """Return 1 from the threshold on, else 0."""
        return (np.asarray(exposure) >= self.value - ROUNDING).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class UniformThresholds:
    """Thresholds spread evenly between two values.

    Attributes
    ----------
    low, high : float
        The ends; 0 and 1 in Granovetter's first example.
    """

    low: float
    high: float
    method: str = "uniform"
    counts: bool = False

    def check_people(self, n_people: int, n_teams: int) -> None:
        """Accept any people."""

    def at(self, uniforms: FloatArray, teams: IntArray) -> FloatArray:
        """Return the quantiles."""
        return self.low + (self.high - self.low) * uniforms

    def share_below(self, exposure: FloatArray) -> FloatArray:
        """Return the distribution function."""
        share = (np.asarray(exposure) - self.low) / (self.high - self.low)
        return np.clip(share, 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalThresholds:
    """Normal thresholds, not cut off: in the tails people start unprompted or never.

    Attributes
    ----------
    mean, sd : float
        Of the normal distribution.
    """

    mean: float
    sd: float
    method: str = "normal"
    counts: bool = False

    def check_people(self, n_people: int, n_teams: int) -> None:
        """Accept any people."""

    def at(self, uniforms: FloatArray, teams: IntArray) -> FloatArray:
        """Return the quantiles."""
        from scipy.special import ndtri

        thresholds: FloatArray = self.mean + self.sd * ndtri(uniforms)
        return thresholds

    def share_below(self, exposure: FloatArray) -> FloatArray:
        """Return the distribution function."""
        from scipy.special import ndtr

        share: FloatArray = ndtr((np.asarray(exposure) - self.mean) / self.sd)
        return share


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OptionThresholds:
    """Thresholds read off from how people answered a question.

    Attributes
    ----------
    shares : numpy.ndarray, shape (n_teams or 1, n_options)
        Share of people who chose each option; one row for all, or one a team.
    low, high : numpy.ndarray, shape (n_options,)
        Thresholds of an option lie evenly between these.
    """

    shares: FloatArray
    low: FloatArray
    high: FloatArray
    method: str = "options"
    counts: bool = False

    def check_people(self, n_people: int, n_teams: int) -> None:
        """Refuse a table of shares for another number of teams."""
        if len(self.shares) not in (1, n_teams):
            raise ValueError(
                f"`shares` must have one row, or one for each of the {n_teams} teams; "
                f"got {len(self.shares)}."
            )

    def at(self, uniforms: FloatArray, teams: IntArray) -> FloatArray:
        """Return the quantiles, by option and evenly within the option."""
        ends = np.cumsum(self.shares, axis=1)
        ends[ends > 1 - ROUNDING] = 1.0  # or an option nobody chose would get someone
        starts = np.hstack([np.zeros((len(ends), 1)), ends[:, :-1]])
        row = np.minimum(teams, len(ends) - 1)  # one row holds for every team
        option = np.zeros(uniforms.shape, dtype=np.int64)
        for column in range(ends.shape[1] - 1):
            option += uniforms >= ends[row, column]
        within = (uniforms - starts[row, option]) / self.shares[row, option]
        thresholds: FloatArray = (
            self.low[option] + within * (self.high - self.low)[option]
        )
        return thresholds

    def share_below(self, exposure: FloatArray) -> FloatArray:
        """Return the distribution function, teams weighing alike."""
        point = np.asarray(exposure, dtype=np.float64)[..., None]
        width = self.high - self.low
        inside = (point - self.low) / np.where(width > 0, width, 1.0)
        below = np.where(width > 0, np.clip(inside, 0, 1), point >= self.low - ROUNDING)
        share: FloatArray = below @ self.shares.mean(axis=0)
        return share


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GivenThresholds:
    """A threshold for each person, the same in all runs.

    Attributes
    ----------
    values : numpy.ndarray, shape (n_people,)
        The thresholds.
    """

    values: FloatArray
    method: str = "given"
    counts: bool = False

    def check_people(self, n_people: int, n_teams: int) -> None:
        """Refuse thresholds for another number of people."""
        if len(self.values) != n_people:
            raise ValueError(
                f"`thresholds` must hold one value for each of the {n_people} people; "
                f"got {len(self.values)}."
            )

    def at(self, uniforms: FloatArray, teams: IntArray) -> FloatArray:
        """Return the given values."""
        return np.broadcast_to(self.values, uniforms.shape)

    def share_below(self, exposure: FloatArray) -> FloatArray:
        """Return the share of people at or below `exposure`."""
        reached = np.asarray(exposure) + ROUNDING
        found = np.searchsorted(np.sort(self.values), reached, side="right")
        return np.asarray(found / len(self.values))


Thresholds = (
    SharedThreshold
    | UniformThresholds
    | NormalThresholds
    | OptionThresholds
    | GivenThresholds
)


def check_kind(thresholds: object) -> None:
    """Raise TypeError unless `thresholds` is a distribution of thresholds."""
    if not isinstance(thresholds, Thresholds):
        raise TypeError(
            "`thresholds` must be a distribution, such as `uniform_thresholds` makes; "
            f"got {type(thresholds).__name__}."
        )

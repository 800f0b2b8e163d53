"""Results of comparing several groups: one test of all, and every pair."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from diagnose.statistics.mean_difference import MeanDifference
from diagnose.statistics.means import MeanEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class OmnibusTest:
    """One test of all groups at once.

    Attributes
    ----------
    method : str
        ``"welch_anova"``, ``"hotelling_t2_htz"`` where people sit in teams, or
        ``"kruskal_wallis"``.
    statistic : float
        F, or for Kruskal-Wallis H corrected for ties.
    df, df2 : float
        Degrees of freedom; `df2` is None for Kruskal-Wallis.
    p_value : float
        Upper tail.
    omega_squared, omega_squared_low, omega_squared_high : float or None
        Share (0-1) of the variance that lies between the groups, with its interval;
        0 where the groups differ by less than chance would have it. No interval with
        teams; None for Kruskal-Wallis.
    conf_level : float or None
        Coverage of that interval.
    n_respondents, n_groups : int
        Values and groups analysed.
    n_teams : int or None
        Teams; None where people were taken as independent.
    """

    method: str
    statistic: float
    df: float
    df2: float | None = None
    p_value: float
    omega_squared: float | None = None
    omega_squared_low: float | None = None
    omega_squared_high: float | None = None
    conf_level: float | None = None
    n_respondents: int
    n_groups: int
    n_teams: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """All groups together, and every pair.

    Attributes
    ----------
    omnibus : OmnibusTest
        Welch's analysis of variance; with teams the HTZ test of equal means.
    sensitivity : OmnibusTest or None
        Kruskal-Wallis on the same values: does the conclusion hold on ranks? It takes
        people as independent, also where they sit in teams. None where only summaries
        are known.
    names : tuple of str
        Groups, in the order of the other tuples.
    means : tuple of MeanEstimate
        One a group, each with its own t interval (with teams: CR2).
    pairs : tuple of MeanDifference
        One a pair, earlier group minus later group. Games-Howell; with teams CR2, the
        p-values adjusted by Holm and the intervals by Bonferroni, so that an interval
        may hold 0 where the stronger Holm still tells a pair apart.
    conf_level : float
        Coverage of all intervals.
    n_respondents, n_groups : int
        Values and groups analysed.
    n_left_out : int
        Rows without a value, without a group or (where teams count) without a team.
    n_teams : int or None
        Teams; None where people were taken as independent.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    omnibus: OmnibusTest
    sensitivity: OmnibusTest | None
    names: tuple[str, ...]
    means: tuple[MeanEstimate, ...]
    pairs: tuple[MeanDifference, ...]
    conf_level: float
    n_respondents: int
    n_groups: int
    n_left_out: int
    n_teams: int | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair."""
        return pd.DataFrame([asdict(pair) for pair in self.pairs])

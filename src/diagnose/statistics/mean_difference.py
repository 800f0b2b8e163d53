"""Results of comparing two means: the difference, and equivalence."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """Difference of two means, first minus second.

    Attributes
    ----------
    method : str
        ``"welch_t"``; ``"cluster_cr2_satterthwaite"`` where people sit in teams. For a
        pair out of several groups, whose p-value and interval allow for all pairs,
        ``"games_howell"`` or ``"cluster_cr2_holm"``.
    first, second : str
        Names of the two groups.
    estimate : float
        Mean of the first minus mean of the second, in the units of the values.
    std_error, statistic, df : float
        Standard error of the difference, t, and its degrees of freedom: Welch's, or
        with teams Satterthwaite's.
    p_value : float
        Two-sided.
    conf_low, conf_high, conf_level : float
        Interval of the difference and its coverage.
    hedges_g, hedges_g_low, hedges_g_high : float
        Difference in standard deviations, corrected for small samples, with an
        interval at `conf_level` (not adjusted for other pairs); see `effect_method`.
    mean_first, mean_second : float
        The two means.
    n_first, n_second, n_respondents : int
        Answered values in each group and together.
    effect_method : str
        ``"hedges_g_pooled"``: in pooled standard deviations, exact for independent
        normal values of equal variance. ``"hedges_g_total"``: in standard deviations
        of one person within and between teams together (Hedges 2007), with a clustered
        error.
    n_teams : int or None
        Teams in either group; None where people were taken as independent.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    first: str
    second: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    hedges_g: float
    hedges_g_low: float
    hedges_g_high: float
    mean_first: float
    mean_second: float
    n_first: int
    n_second: int
    n_respondents: int
    effect_method: str = "hedges_g_pooled"
    n_teams: int | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Two one-sided tests against a bound that was set beforehand.

    Attributes
    ----------
    method : str
        ``"tost_welch"``, with teams ``"tost_cluster_cr2"``, or ``"tost"`` from a given
        standard error.
    estimate, std_error, df : float
        Difference (first minus second), its standard error, degrees of freedom.
    bound : float
        Smallest difference that would matter, in the units of the values.
    statistic_low, statistic_high : float
        t against ``-bound`` and against ``+bound``.
    p_value : float
        The larger of the two one-sided p-values.
    conf_low, conf_high : float
        Interval at `conf_level`; equivalence means it lies inside the bounds.
    conf_level : float
        0.90 for tests at the 0.05 level.
    equivalent : bool
        Whether "no difference that matters" is shown. False does not mean that the
        groups differ.
    n_respondents : int or None
        Values in both groups together; None when only a standard error was given.
    n_teams : int or None
        Teams in either group; None where people were taken as independent.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    estimate: float
    std_error: float
    df: float
    bound: float
    statistic_low: float
    statistic_high: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    equivalent: bool
    n_respondents: int | None = None
    n_teams: int | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])

"""The difference of two groups whose people sit in teams."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.clustered.cells import TeamCells, cells_of
from diagnose.statistics.clustered.core import ClusterFit, FloatArray
from diagnose.statistics.clustered.group_means import fit_group_means
from diagnose.statistics.clustered.spread import clustered_hedges_g, total_spread
from diagnose.statistics.mean_difference import MeanDifference

_FEW_DF = 4.0  # below it the t approximation is poor (Tipton 2015)
_NO_ERROR = 1e-10  # of the standard deviation: rounding
_WEIGHTS = np.array([1.0, -1.0])


def compare_two_from_team_summaries(
    first: pd.DataFrame, second: pd.DataFrame, *, conf_level: float = 0.95
) -> MeanDifference:
    """Difference of two means of people in teams, from one row a team and group.

    The means are those of the people, so large teams count for more. The standard error
    is CR2: unbiased for equal independent errors, and right for any dependence within
    teams, whether whole teams sit in one group or people of one team in both. Degrees
    of freedom are Satterthwaite's. Number and mean of each cell are enough here; the
    variances serve Hedges' g.

    Hedges' g is in standard deviations of one person, within and between teams, with a
    delta-method interval.

    Parameters
    ----------
    first, second : DataFrame, one row a team
        Columns ``team``, ``n_respondents``, ``mean`` and ``variance`` (divisor n - 1,
        NaN for a team of one), as `team_summary` makes them. The same label in both
        means the same team.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    MeanDifference
        First minus second; equal to what `compare_two` gives on values and teams.

    Raises
    ------
    InsufficientDataError
        A group within a single team, or means of teams that do not vary.
    ValueError
        A column or number is missing, a team occurs twice in a group, or an option is
        out of range.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology. Pustejovsky and Tipton, 2018, Journal
    of Business and Economic Statistics. Hedges, 2007, Journal of Educational and
    Behavioral Statistics.
    """
    check_proportion("conf_level", conf_level)
    return compare_cells(
        cells_of([first, second], ["first", "second"]), conf_level=conf_level
    )


def compare_cells(cells: TeamCells, *, conf_level: float) -> MeanDifference:
    """Compare two groups of which the cells are known."""
    from scipy.special import stdtr, stdtrit

    fit = fit_group_means(cells.sizes, cells.means)
    estimate, std_error, df = fit.contrast(_WEIGHTS)
    check_error(std_error, cells)
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    spread = total_spread(cells.sizes, cells.means, float(cells.within.sum()))
    effect, effect_low, effect_high = clustered_hedges_g(
        estimate, std_error, df, spread, level=conf_level
    )
    n_first, n_second = (int(total) for total in cells.totals)
    return MeanDifference(
        method="cluster_cr2_satterthwaite",
        first=cells.names[0],
        second=cells.names[1],
        estimate=estimate,
        std_error=std_error,
        statistic=estimate / std_error,
        df=df,
        p_value=float(2 * stdtr(df, -abs(estimate / std_error))),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        conf_level=conf_level,
        hedges_g=effect,
        hedges_g_low=effect_low,
        hedges_g_high=effect_high,
        mean_first=float(fit.coefficients[0]),
        mean_second=float(fit.coefficients[1]),
        n_first=n_first,
        n_second=n_second,
        n_respondents=n_first + n_second,
        effect_method="hedges_g_total",
        n_teams=cells.n_teams,
        notes=team_notes(cells, fit, _WEIGHTS[None, :]),
    )


def check_error(std_error: float, cells: TeamCells) -> None:
    """Refuse an error of zero: it would count as certainty."""
    size = float(np.sqrt(cells.total_square / cells.totals.sum()))
    level = float(np.abs(cells.means).max())
    require(
        std_error > _NO_ERROR * size and size > _NO_ERROR * level,
        f"{' and '.join(cells.names)} cannot be compared: within each group the means "
        f"of the {cells.n_teams} teams do not vary, so their error cannot be "
        f"estimated ({int(cells.totals.sum())} respondents).",
    )


def team_notes(
    cells: TeamCells, fit: ClusterFit, contrasts: FloatArray
) -> tuple[str, ...]:
    """Say how the teams lie over the groups, and whether they are too few."""
    df = fit.contrasts(contrasts)[2]
    filled = cells.sizes > 0
    nested = not (filled.sum(axis=1) > 1).any()
    counts = ", ".join(
        f"{name} {number}"
        for name, number in zip(cells.names, filled.sum(axis=0), strict=True)
    )
    singles = (cells.sizes <= 1).all()
    said = {
        f"whole teams sit in one group each ({counts}): the number of teams, not of "
        "people, decides what can be shown": nested,
        "fewer than 4 degrees of freedom: p-values and intervals are rough": bool(
            (df < _FEW_DF).any()
        ),
        "no team has two people in one group: the spread between teams is not known "
        "and Hedges' g takes it as 0": bool(singles),
    }
    return tuple(note for note, applies in said.items() if applies)


def left_out_note(n_without_team: int) -> tuple[str, ...]:
    """Say how many values were left out for want of a team."""
    if not n_without_team:
        return ()
    return (f"{n_without_team} values without a team are left out",)

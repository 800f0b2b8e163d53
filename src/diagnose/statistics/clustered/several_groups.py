"""Several groups whose people sit in teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.clustered.cells import TeamCells, cells_of
from diagnose.statistics.clustered.core import ClusterFit
from diagnose.statistics.clustered.group_means import fit_group_means
from diagnose.statistics.clustered.spread import clustered_omega_squared, total_spread
from diagnose.statistics.clustered.two_groups import compare_cells, team_notes
from diagnose.statistics.group_comparison import GroupComparison, OmnibusTest
from diagnose.statistics.mean_difference import MeanDifference
from diagnose.statistics.means import MeanEstimate
from diagnose.statistics.multiplicity import adjust_p_values

_RANKS = (
    "Kruskal-Wallis, beside the main test, takes people as independent although they "
    "sit in teams"
)


def compare_groups_from_team_summaries(
    summaries: Mapping[str, pd.DataFrame], *, conf_level: float = 0.95
) -> GroupComparison:
    """Compare several groups of people in teams, from one row a team and group.

    All means together by the approximate Hotelling test (HTZ) on CR2 errors; pairs by
    CR2 with Satterthwaite's degrees of freedom, their p-values adjusted by Holm and
    their intervals by Bonferroni, which makes them hold together. A team may have
    people in several groups.

    Parameters
    ----------
    summaries : mapping from group to DataFrame
        For each group one row a team: ``team``, ``n_respondents``, ``mean`` and
        ``variance`` (divisor n - 1, NaN for a team of one). The same label in several
        groups means the same team.
    conf_level : float
        Coverage of all intervals, between 0 and 1: of each mean and effect size alone,
        and of all differences of pairs together.

    Returns
    -------
    GroupComparison
        Equal to what `compare_groups` gives on values and teams, without the
        sensitivity test.

    Raises
    ------
    InsufficientDataError
        A single group, a group within a single team, means that do not vary, or too few
        teams for so many groups.
    ValueError
        A column or number is missing, a team occurs twice in a group, or an option is
        out of range.

    References
    ----------
    Tipton and Pustejovsky, 2015, Journal of Educational and Behavioral Statistics.
    Holm, 1979, Scandinavian Journal of Statistics.
    """
    check_proportion("conf_level", conf_level)
    require(
        len(summaries) >= 2,
        f"a comparison needs at least 2 groups; got {len(summaries)}.",
    )
    cells = cells_of(list(summaries.values()), [str(name) for name in summaries])
    fit = fit_group_means(cells.sizes, cells.means)
    n_groups = len(cells.names)
    contrasts = np.eye(n_groups)[:-1] - np.eye(n_groups)[1:]
    pairs = _pairs(cells, conf_level)  # they name the groups that cannot be compared
    return GroupComparison(
        omnibus=_omnibus(cells, fit),
        sensitivity=None,
        names=cells.names,
        means=_means(cells, fit, conf_level),
        pairs=pairs,
        conf_level=conf_level,
        n_respondents=fit.n_respondents,
        n_groups=n_groups,
        n_left_out=0,
        n_teams=cells.n_teams,
        notes=(*team_notes(cells, fit, contrasts), _RANKS),
    )


def _omnibus(cells: TeamCells, fit: ClusterFit) -> OmnibusTest:
    n_groups = len(cells.names)
    test = fit.joint(np.eye(n_groups)[:-1] - np.eye(n_groups)[1:])
    spread = total_spread(cells.sizes, cells.means, float(cells.within.sum()))
    return OmnibusTest(
        method=test.method,
        statistic=test.statistic,
        df=test.df,
        df2=test.df2,
        p_value=test.p_value,
        omega_squared=clustered_omega_squared(cells.sizes, cells.means, spread),
        n_respondents=fit.n_respondents,
        n_groups=n_groups,
        n_teams=cells.n_teams,
    )


def _means(
    cells: TeamCells, fit: ClusterFit, conf_level: float
) -> tuple[MeanEstimate, ...]:
    from scipy.special import stdtrit

    estimates, errors, df = fit.contrasts(np.eye(len(cells.names)))
    deviations = cells.sizes * (cells.means - estimates) ** 2
    squares = cells.within + deviations.sum(axis=0)
    spreads = np.sqrt(squares / (cells.totals - 1))
    margins = stdtrit(df, (1 + conf_level) / 2) * errors
    return tuple(
        MeanEstimate(
            method="cluster_cr2_satterthwaite",
            estimate=float(estimates[place]),
            std_error=float(errors[place]),
            df=float(df[place]),
            sd=float(spreads[place]),
            conf_low=float(estimates[place] - margins[place]),
            conf_high=float(estimates[place] + margins[place]),
            conf_level=conf_level,
            n_respondents=int(cells.totals[place]),
        )
        for place in range(len(cells.names))
    )


def _pairs(cells: TeamCells, conf_level: float) -> tuple[MeanDifference, ...]:
    from scipy.special import stdtrit

    alone = [
        compare_cells(cells.pair(first, second), conf_level=conf_level)
        for first, second in combinations(range(len(cells.names)), 2)
    ]
    adjusted = adjust_p_values([pair.p_value for pair in alone], method="holm")
    tail = (1 - conf_level) / (2 * len(alone))
    pairs = []
    for pair, p_value in zip(alone, adjusted, strict=True):
        margin = -float(stdtrit(pair.df, tail)) * pair.std_error
        pairs.append(
            replace(
                pair,
                method="cluster_cr2_holm",
                p_value=float(p_value),
                conf_low=pair.estimate - margin,
                conf_high=pair.estimate + margin,
            )
        )
    return tuple(pairs)

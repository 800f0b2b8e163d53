"""Means of groups whose people sit in teams, from one cell a team and group."""

from __future__ import annotations

import numpy as np

from diagnose.statistics.clustered.core import (
    ClusterErrors,
    ClusterFit,
    FloatArray,
    fit_from_blocks,
)


def fit_group_means(
    sizes: FloatArray,
    means: FloatArray,
    *,
    within_square: float = 0.0,
    n_respondents: int | None = None,
    errors: ClusterErrors = "cr2",
) -> ClusterFit:
    """Fit one mean a group, with errors that respect teams.

    A team may have people in several groups. Number and mean of each cell are enough:
    with one mean a group, the adjustment of a team only rescales its summed residuals
    in each group, by the root of 1 minus the team's share of that group.

    Parameters
    ----------
    sizes, means : ndarray, shape (n_teams, n_groups)
        Respondents and mean of each cell; the mean of an empty cell is ignored.
    within_square : float
        Sum of squares within the cells. Only classical errors need it.
    n_respondents : int, optional
        People behind the cells, where `sizes` are sums of their weights.
    errors : {"cr2", "cr1", "cr1s", "cr0", "classical"}
        See `clustered_regression`.

    Returns
    -------
    ClusterFit
        Its coefficients are the means of the groups.
    """
    totals = sizes.sum(axis=0)
    filled = np.where(sizes > 0, means, 0.0)
    group_means = (sizes * filled).sum(axis=0) / totals
    deviations = np.where(sizes > 0, filled - group_means, 0.0)
    between = float((sizes * deviations**2).sum())
    return fit_from_blocks(
        group_means,
        np.diag(1 / np.sqrt(totals)),
        sizes / totals,
        sizes * deviations / np.sqrt(totals),
        n_respondents=n_respondents or round(float(totals.sum())),
        residual_square=within_square + between,
        errors=errors,
    )

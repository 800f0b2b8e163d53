"""The spread of people in teams, and effect sizes in units of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diagnose.statistics.clustered.core import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalSpread:
    """Variance of one person's value around the mean of the group.

    Attributes
    ----------
    variance : float
        Within teams and between teams together.
    icc : float
        Share of it that lies between teams, 0 to 1.
    df : float
        Degrees of freedom of a chi-square variable with the same relative variance as
        the estimate would have if `icc` were known.
    """

    variance: float
    icc: float
    df: float


def total_spread(
    sizes: FloatArray, means: FloatArray, within_square: float
) -> TotalSpread:
    """Estimate the total variance of people in teams, from cells.

    The pooled standard deviation leaves out part of the differences between teams, as
    group means follow the teams in them. With n_jg people of team j in group g of n_g,
    K the sum of n_jg^2 / n_g, k groups and N people, the residual sum of squares is
    expected to be: ::

        variance * (N - k - icc (K - k))

    which with the variance within cells gives both. Without any cell of two or more,
    the share between teams cannot be known and is taken as 0.

    Parameters
    ----------
    sizes, means : ndarray, shape (n_teams, n_groups)
        Respondents and mean of each cell; the mean of an empty cell is ignored.
    within_square : float
        Sum of squares within the cells.

    References
    ----------
    Hedges, 2007, Journal of Educational and Behavioral Statistics (two groups of whole
    teams, all of one size, of which this is the extension).
    """
    totals = sizes.sum(axis=0)
    filled = np.where(sizes > 0, means, 0.0)
    deviations = filled - (sizes * filled).sum(axis=0) / totals
    residual = within_square + float((sizes * deviations**2).sum())
    n, k = float(totals.sum()), sizes.shape[1]
    concentration = float((sizes**2 / totals).sum())
    df_within = n - float((sizes > 0).sum())
    variance, share = residual / (n - k), 0.0
    if df_within > 0 and n - concentration > 1e-9:
        within = within_square / df_within
        between = residual - within * (n - k)
        if between > 0:
            variance = within + between / (n - concentration)
            share = 1 - within / variance
    return TotalSpread(variance=variance, icc=share, df=_spread_df(sizes, share))


def _spread_df(sizes: FloatArray, icc: float) -> float:
    """Return the df of the residual sum of squares, given the share between teams.

    Twice the squared expectation over the variance, for normal values whose teams have
    one effect in all groups.
    """
    totals = sizes.sum(axis=0)
    n, k = float(totals.sum()), len(totals)
    concentration = float((sizes**2 / totals).sum())
    shared = sizes.T @ sizes  # groups by groups: sum over teams of n_jg n_jh
    cubes = (sizes**2).T @ sizes  # n_jg^2 n_jh
    # Squared elements of the product of each two groups' centred team totals.
    overlap = (
        shared
        - cubes / totals[:, None]
        - cubes.T / totals[None, :]
        + shared**2 / np.outer(totals, totals)
    )
    trace = n - k - icc * (concentration - k)
    square = (
        (1 - icc) ** 2 * (n - k)
        + 2 * icc * (1 - icc) * (n - concentration)
        + icc**2 * float(overlap.sum())
    )
    return trace**2 / square


def clustered_hedges_g(
    difference: float, std_error: float, df: float, spread: TotalSpread, *, level: float
) -> tuple[float, float, float]:
    """Return the difference in total standard deviations, with limits.

    The small-sample factor is that of Hedges' g at the df of the spread. The variance
    adds the clustered error of the difference to that of the spread (delta method).
    Limits use t with the df of the difference.

    Parameters
    ----------
    difference, std_error, df : float
        Of the means, with errors that respect teams.
    spread : TotalSpread
        Of the people.
    level : float
        Coverage, between 0 and 1.
    """
    from scipy.special import gammaln, stdtrit

    half = max(spread.df, 2.0) / 2  # the factor does not exist at 1
    factor = np.exp(gammaln(half) - gammaln(half - 0.5)) / np.sqrt(half)
    raw = difference / np.sqrt(spread.variance)
    variance = std_error**2 / spread.variance + raw**2 / (2 * spread.df)
    margin = stdtrit(df, (1 + level) / 2) * factor * np.sqrt(variance)
    effect = factor * raw
    return float(effect), float(effect - margin), float(effect + margin)


def clustered_omega_squared(
    sizes: FloatArray, means: FloatArray, spread: TotalSpread
) -> float:
    """Return the share (0-1) of the variance of one person that groups explain.

    The squares between groups, less what they are expected to be when all groups have
    one mean, as a share of themselves and the spread of people within groups.
    """
    totals = sizes.sum(axis=0)
    n, k = float(totals.sum()), len(totals)
    level = (sizes * means).sum(axis=0) / totals
    between = float(totals @ (level - totals @ level / n) ** 2)
    concentration = float((sizes**2 / totals).sum())
    overall = float((sizes.sum(axis=1) ** 2).sum()) / n
    chance = (1 - spread.icc) * (k - 1) + spread.icc * (concentration - overall)
    excess = max(between - spread.variance * chance, 0.0)
    return excess / (excess + n * spread.variance)

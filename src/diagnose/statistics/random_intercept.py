"""Random-intercept model of team means by one-dimensional REML, from team summaries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from diagnose.statistics.team_sums import CheckedSummary, FloatArray

RATIOS = np.concatenate([[0.0], np.geomspace(1e-7, 1e8, 181)])
"""Where the likelihood of tau2 / sigma2 is looked at first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomIntercept:
    """Estimates of value = mu + team effect + rest.

    Attributes
    ----------
    mu, mu_std_error : float
        Mean of the team levels and its standard error (tau2 and sigma2 taken as known).
    tau2, sigma2 : float
        Variance between team levels and within teams, in squared units of the score.
    covariance : numpy.ndarray, shape (2, 2)
        Large-sample covariance of the estimates of (tau2, sigma2).
    """

    mu: float
    mu_std_error: float
    tau2: float
    sigma2: float
    covariance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SizeSums:
    """The team means, tabulated by team size: all that the likelihood needs.

    Attributes
    ----------
    sizes, n_teams, means, squares : numpy.ndarray, shape (n_sizes,)
        Each size that occurs; the teams of that size, the average of their means, and
        the squares of their means around it.
    within : float
        Sum of squares within teams.
    df_total : float
        Respondents less one.
    """

    sizes: FloatArray
    n_teams: FloatArray
    means: FloatArray
    squares: FloatArray
    within: float
    df_total: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatioProfile:
    """The model at given ratios tau2 / sigma2, mu and sigma2 at their optima.

    Attributes
    ----------
    mu, precision : numpy.ndarray, shape (n_ratios,)
        Weighted mean of the teams; the sum of the weights, sigma2 / variance of mu.
    residual : numpy.ndarray, shape (n_ratios,)
        Residual sum of squares, within and between teams.
    criterion : numpy.ndarray, shape (n_ratios,)
        Minus twice the restricted log-likelihood, constants left out.
    """

    mu: FloatArray
    precision: FloatArray
    residual: FloatArray
    criterion: FloatArray


@lru_cache(maxsize=1)
def fit_random_intercept(summary: CheckedSummary) -> RandomIntercept:
    """Estimate the random-intercept model by REML.

    With the ratio r = tau2 / sigma2 given, mu and sigma2 have closed forms, so the
    likelihood is searched in r alone: on a grid first, because it may have two
    optima, then by the root of its derivative, which is sharper than its minimum.
    The last model is kept, because shrunken means and the intraclass correlation ask
    for it in turn; it belongs to the very object that `check_summary` returned.
    """
    sums = tabulate_sizes(summary)
    ratio = _best_ratio(sums)
    at_best = profile_ratios(np.array([ratio]), sums)
    sigma2 = float(at_best.residual[0]) / sums.df_total
    tau2 = ratio * sigma2
    return RandomIntercept(
        mu=float(at_best.mu[0]),
        mu_std_error=float(np.sqrt(sigma2 / at_best.precision[0])),
        tau2=tau2,
        sigma2=sigma2,
        covariance=_component_covariance(summary, tau2=tau2, sigma2=sigma2),
    )


def between_statistic(ratio: float, summary: CheckedSummary) -> float:
    """Return the F of weighted team means when tau2 / sigma2 were `ratio`.

    At the true ratio it follows F(G - 1, N - G) exactly, whatever the team sizes
    (Wald 1940); it falls when `ratio` rises.
    """
    weights = summary.sizes / (1 + ratio * summary.sizes)
    mu = weights @ summary.means / weights.sum()
    between = float(weights @ (summary.means - mu) ** 2) / (summary.n_teams - 1)
    return between / summary.mean_square_within


def tabulate_sizes(summary: CheckedSummary) -> SizeSums:
    """Sum the team means by team size, so that many teams cost no more than few."""
    sizes, where = np.unique(summary.sizes, return_inverse=True)
    n_teams = np.bincount(where).astype(float)
    means = np.bincount(where, summary.means) / n_teams
    return SizeSums(
        sizes=sizes,
        n_teams=n_teams,
        means=means,
        squares=np.asarray(
            np.bincount(where, (summary.means - means[where]) ** 2), dtype=np.float64
        ),
        within=float(summary.within_squares.sum()),
        df_total=summary.df_total,
    )


def profile_ratios(ratios: FloatArray, sums: SizeSums) -> RatioProfile:
    """Return mu, residual and restricted likelihood at each ratio."""
    inflation = np.outer(ratios, sums.sizes)
    weights = sums.sizes / (1 + inflation)  # of one team
    precision = weights @ sums.n_teams
    mu = weights @ (sums.n_teams * sums.means) / precision
    around = sums.squares + sums.n_teams * (sums.means - mu[:, None]) ** 2
    residual = sums.within + (weights * around).sum(axis=1)
    criterion = (
        sums.df_total * np.log(residual)
        + np.log1p(inflation) @ sums.n_teams
        + np.log(precision)
    )
    return RatioProfile(
        mu=mu, precision=precision, residual=residual, criterion=criterion
    )


def _best_ratio(sums: SizeSums) -> float:
    from scipy.optimize import brentq

    best = int(np.argmin(profile_ratios(RATIOS, sums).criterion))
    low, high = RATIOS[max(best - 1, 0)], RATIOS[min(best + 1, len(RATIOS) - 1)]
    if best == 0 and _slope(0.0, sums) >= 0:
        return 0.0
    if _slope(low, sums) * _slope(high, sums) >= 0:
        return float(RATIOS[best])  # flat to the last digit: as good as any near it
    return float(brentq(_slope, low, high, args=(sums,), xtol=1e-15, rtol=1e-14))


def _slope(ratio: float, sums: SizeSums) -> float:
    """Return the derivative of the criterion (mu drops out: it is at its optimum)."""
    weights = sums.sizes / (1 + ratio * sums.sizes)
    total = weights @ sums.n_teams
    mu = weights @ (sums.n_teams * sums.means) / total
    around = sums.squares + sums.n_teams * (sums.means - mu) ** 2
    residual = sums.within + weights @ around
    fit = sums.df_total * (weights**2 @ around) / residual
    return float(total - weights**2 @ sums.n_teams / total - fit)


def _component_covariance(
    summary: CheckedSummary, *, tau2: float, sigma2: float
) -> FloatArray:
    """Return the inverse of the expected REML information on (tau2, sigma2).

    Team means carry both components (variance tau2 + sigma2 / n), deviations within
    teams only sigma2, and the two parts are independent.
    """
    weights = 1 / (tau2 + sigma2 / summary.sizes)
    total = weights.sum()
    parts = np.vstack([np.ones_like(weights), 1 / summary.sizes])
    first = parts @ weights**2
    information = (
        (parts * weights**2) @ parts.T
        - 2 * (parts * weights**3) @ parts.T / total
        + np.outer(first, first) / total**2
    )
    information[1, 1] += summary.df_within_effective / sigma2**2
    covariance: FloatArray = np.linalg.inv(information / 2)
    return covariance

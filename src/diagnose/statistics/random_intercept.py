"""Random-intercept model of team means by one-dimensional REML, from team summaries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from diagnose.statistics.team_sums import CheckedSummary, FloatArray


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


@lru_cache(maxsize=1)
def fit_random_intercept(summary: CheckedSummary) -> RandomIntercept:
    """Estimate the random-intercept model by REML.

    With the ratio r = tau2 / sigma2 given, mu and sigma2 have closed forms, so the
    likelihood is searched in r alone: on a grid first, because it may have two
    optima, then by the root of its derivative, which is sharper than its minimum.
    The last model is kept, because shrunken means and the intraclass correlation ask
    for it in turn; it belongs to the very object that `check_summary` returned.
    """
    ratio = _best_ratio(summary)
    weights = _weights(ratio, summary.sizes)
    mu = float(weights @ summary.means / weights.sum())
    spread = float(weights @ (summary.means - mu) ** 2)
    residual = float(summary.within_squares.sum()) + spread
    sigma2 = residual / (summary.n_respondents - 1)
    tau2 = ratio * sigma2
    return RandomIntercept(
        mu=mu,
        mu_std_error=float(np.sqrt(sigma2 / weights.sum())),
        tau2=tau2,
        sigma2=sigma2,
        covariance=_component_covariance(summary, tau2=tau2, sigma2=sigma2),
    )


def between_statistic(ratio: float, summary: CheckedSummary) -> float:
    """Return the F of weighted team means when tau2 / sigma2 were `ratio`.

    At the true ratio it follows F(G - 1, N - G) exactly, whatever the team sizes
    (Wald 1940); it falls when `ratio` rises.
    """
    weights = _weights(ratio, summary.sizes)
    mu = weights @ summary.means / weights.sum()
    between = float(weights @ (summary.means - mu) ** 2) / (summary.n_teams - 1)
    return between / summary.mean_square_within


def _weights(ratio: float, sizes: FloatArray) -> FloatArray:
    return sizes / (1 + ratio * sizes)


def _best_ratio(summary: CheckedSummary) -> float:
    from scipy.optimize import brentq

    grid = np.concatenate([[0.0], np.geomspace(1e-7, 1e8, 181)])
    best = int(np.argmin(_criterion(grid, summary)))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if best == 0 and _slope(0.0, summary) >= 0:
        return 0.0
    if _slope(low, summary) * _slope(high, summary) >= 0:
        return float(grid[best])  # flat to the last digit: the grid point is as good
    return float(brentq(_slope, low, high, args=(summary,), xtol=1e-15, rtol=1e-14))


def _criterion(ratios: FloatArray, summary: CheckedSummary) -> FloatArray:
    """Return minus twice the restricted log-likelihood, constants left out."""
    weights = summary.sizes / (1 + np.outer(ratios, summary.sizes))
    total = weights.sum(axis=1)
    mu = weights @ summary.means / total
    squares = (summary.means - mu[:, None]) ** 2
    residual = summary.within_squares.sum() + (weights * squares).sum(axis=1)
    logs: FloatArray = np.log1p(np.outer(ratios, summary.sizes)).sum(axis=1)
    criterion: FloatArray = (
        (summary.n_respondents - 1) * np.log(residual) + logs + np.log(total)
    )
    return criterion


def _slope(ratio: float, summary: CheckedSummary) -> float:
    """Return the derivative of the criterion (mu drops out: it is at its optimum)."""
    weights = _weights(ratio, summary.sizes)
    total = weights.sum()
    squares = (summary.means - weights @ summary.means / total) ** 2
    residual = summary.within_squares.sum() + weights @ squares
    fit = (summary.n_respondents - 1) * (weights**2 @ squares) / residual
    return float(total - (weights**2).sum() / total - fit)


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
    information[1, 1] += summary.df_within / sigma2**2
    covariance: FloatArray = np.linalg.inv(information / 2)
    return covariance

"""What the data say about tau2 / sigma2, and with that about every team."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from diagnose._options import require
from diagnose.statistics.pooling.mixture import Mixture
from diagnose.statistics.random_intercept import (
    SizeSums,
    profile_ratios,
    tabulate_sizes,
)
from diagnose.statistics.team_sums import CheckedSummary, FloatArray

FAR = 1e4
"""Largest tau / sigma considered: beyond it every level is its raw mean."""
NEGLIGIBLE = 15.0
"""Drop of the log density from its peak beyond which nothing is added up."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatioPosterior:
    """The distribution of r = tau2 / sigma2 on a few points, the rest in closed form.

    Given r, sigma2 is df * variance / chi2(df), mu is normal around `mu` with variance
    sigma2 / precision, and the level of a team is normal too.

    Attributes
    ----------
    ratios, shares : numpy.ndarray, shape (n_points,)
        The points and their probabilities.
    mu, precision, variance : numpy.ndarray, shape (n_points,)
        Of the model at each point.
    df : float
        Respondents (with weights: the effective number) less one.
    """

    ratios: FloatArray
    shares: FloatArray
    mu: FloatArray
    precision: FloatArray
    variance: FloatArray
    df: float


def log_prior(root: FloatArray, *, df: int) -> FloatArray:
    """Return the log prior density of tau / sigma, up to a constant.

    It is flat on tau2 / sigma2, under which intervals of shrunken means cover about as
    often as they say (Morris 1983); flat on tau, they cover too little where the data
    hardly tell tau from 0. A flat prior must not decide how large tau can be: on tau2
    it needs 4 units, on tau 3 (Gelman 2006). With 2 units it is a half-Cauchy.

    Parameters
    ----------
    root : numpy.ndarray
        Values of tau / sigma.
    df : int
        Units that vary, less the units above them.
    """
    if df == 1:
        return -np.log1p(root**2)
    if df == 2:
        return np.zeros_like(root)
    return np.log(np.maximum(root, 1e-300))


@lru_cache(maxsize=1)
def ratio_posterior(summary: CheckedSummary) -> RatioPosterior:
    """Return the posterior of r; the priors of mu and log sigma are flat.

    The restricted likelihood times `log_prior` is added up by Gauss-Legendre in u,
    sqrt(r) = s sinh(u), over the stretch where it is not negligible.
    """
    require(
        summary.df_total > 2,
        "intervals of team levels need more than 3 respondents; got "
        f"{summary.df_total + 1:g}. Show the raw means, or take teams together.",
    )
    sums = tabulate_sizes(summary)
    unit = 1 / np.sqrt(summary.sizes.mean())
    stretch = np.linspace(0.0, np.arcsinh(FAR / unit), 400)
    for _ in range(2):  # the second time inside what the first time left
        density = _log_density(stretch, sums, unit=unit)
        kept = np.flatnonzero(density > density.max() - NEGLIGIBLE)
        low = stretch[max(kept[0] - 1, 0)]
        high = stretch[min(kept[-1] + 1, len(stretch) - 1)]
        stretch = np.linspace(low, high, 200)
    points, widths = np.polynomial.legendre.leggauss(_n_points(summary.n_teams))
    nodes = (low + high) / 2 + (high - low) / 2 * points
    density = _log_density(nodes, sums, unit=unit)
    shares = widths * np.exp(density - density.max())
    kept = shares > 1e-9 * shares.max()
    ratios = (unit * np.sinh(nodes[kept])) ** 2
    profile = profile_ratios(ratios, sums)
    return RatioPosterior(
        ratios=ratios,
        shares=shares[kept] / shares[kept].sum(),
        mu=profile.mu,
        precision=profile.precision,
        variance=profile.residual / sums.df_total,
        df=sums.df_total,
    )


def team_levels(
    posterior: RatioPosterior,
    summary: CheckedSummary,
    *,
    unseen: FloatArray | None = None,
) -> Mixture:
    """Return what is believed about the level of each team.

    With `unseen`, a number of people for each team, it is about the mean of that many
    others in the team, who vary around its level.
    """
    ratios = posterior.ratios[:, None]
    rest = 1 / (1 + ratios * summary.sizes)  # 1 - reliability
    mu = posterior.mu[:, None]
    spread = ratios * rest + rest**2 / posterior.precision[:, None]
    if unseen is not None:
        spread = spread + 1 / unseen
    return Mixture(
        shares=posterior.shares,
        location=summary.means - rest * (summary.means - mu),
        scale=np.sqrt(posterior.variance[:, None] * spread),
        df=posterior.df,
    )


def _n_points(n_teams: int) -> int:
    """Return how many points do: the more teams, the plainer the likelihood."""
    if n_teams <= 60:
        return 64
    return 32 if n_teams <= 2000 else 16


def _log_density(u: FloatArray, sums: SizeSums, *, unit: float) -> FloatArray:
    root = unit * np.sinh(u)
    density = -profile_ratios(root**2, sums).criterion / 2 + np.log(np.cosh(u))
    density += log_prior(root, df=round(float(sums.n_teams.sum())) - 1)
    return density

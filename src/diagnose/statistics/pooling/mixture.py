"""Mixtures of t distributions, one mixture a team: moments and limits."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np

from diagnose.statistics.team_sums import FloatArray

NORMAL_FROM = 400
"""Degrees of freedom from which t is worked out through the normal distribution."""
MOST_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """What is believed about each team: t distributions, mixed over the ratio.

    Attributes
    ----------
    shares : numpy.ndarray, shape (n_parts,)
        Weight of each part; they sum to 1.
    location, scale : numpy.ndarray, shape (n_parts, n_teams)
        Centre and scale of each part.
    df : float
        Degrees of freedom of every part; above 2.
    """

    shares: FloatArray
    location: FloatArray
    scale: FloatArray
    df: float

    def mean(self) -> FloatArray:
        """Return the mean of each mixture."""
        mean: FloatArray = self.shares @ self.location
        return mean

    def sd(self) -> FloatArray:
        """Return the standard deviation of each mixture."""
        within = self.shares @ self.scale**2 * self.df / (self.df - 2)
        between = self.shares @ (self.location - self.mean()) ** 2
        sd: FloatArray = np.sqrt(within + between)
        return sd

    def limits(self, conf_level: float) -> tuple[FloatArray, FloatArray]:
        """Return the central interval of each mixture."""
        tail = (1 - conf_level) / 2
        mirrored = Mixture(
            shares=self.shares, location=-self.location, scale=self.scale, df=self.df
        )
        return _quantile(self, tail), -_quantile(mirrored, tail)


def _quantile(mixture: Mixture, tail: float) -> FloatArray:
    """Return the lower quantile of each mixture, by Newton steps inside a bracket.

    The steps are taken on the scale of the normal quantile, where the distribution
    function of such a mixture is nearly a straight line. The quantile of a mixture
    lies between the least and the largest quantile of its parts.
    """
    from scipy.special import ndtri, stdtrit

    target = float(ndtri(tail))
    of_parts = mixture.location + mixture.scale * float(stdtrit(mixture.df, tail))
    low, high = of_parts.min(axis=0), of_parts.max(axis=0)
    sd = mixture.sd()
    found = np.clip(mixture.mean() + target * sd, low, high)
    left = np.arange(len(found))
    for _ in range(MOST_STEPS):
        z, slope = _normal_score(mixture, left, found[left])
        above = z > target
        high[left] = np.where(above, found[left], high[left])
        low[left] = np.where(above, low[left], found[left])
        middle = (low[left] + high[left]) / 2
        step = found[left] - (z - target) / slope
        inside = (step >= low[left]) & (step <= high[left])
        new = np.where(inside, step, middle)
        moved = np.abs(new - found[left])
        found[left] = new
        left = left[moved > 1e-7 * sd[left]]
        if not len(left):
            break
    return found


def _normal_score(
    mixture: Mixture, teams: np.ndarray, at: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the normal quantile of each distribution function, and its slope."""
    from scipy.special import ndtr, ndtri, stdtr

    scale = mixture.scale[:, teams]
    x = (at - mixture.location[:, teams]) / scale
    df = mixture.df
    if df < NORMAL_FROM:
        parts = stdtr(df, x)
    else:  # Abramowitz and Stegun (1964), 26.7.8: within 1e-6 from this df on
        parts = ndtr(x * (1 - 1 / (4 * df)) / np.sqrt(1 + x**2 / (2 * df)))
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2
    density = np.exp(constant - (df + 1) / 2 * np.log1p(x**2 / df)) / scale
    z = ndtri(np.clip(mixture.shares @ parts, 1e-300, 1 - 1e-16))
    normal = np.exp(-(z**2) / 2) / np.sqrt(2 * pi)
    return z, np.maximum(mixture.shares @ density, 1e-300) / normal

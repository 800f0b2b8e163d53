"""Power of a t test, and the effect that has a wanted power."""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def beyond_critical(critical: float, *, df: float, shift: float) -> float:
    """Return P(|T| > critical) for a non-central t with at least 1 df.

    The normal probability is averaged over the distribution of the estimated standard
    deviation by Gauss-Legendre quadrature: `scipy.stats.nct` gives NaN far from 0.
    """
    from scipy.special import chdtri, gammaln, ndtr

    low, high = (sqrt(float(chdtri(df, p)) / df) for p in (1 - 1e-15, 1e-15))
    nodes, weights = _nodes()
    # in its root, the density near 0 is smooth enough for few df
    root = sqrt(low) + (nodes + 1) / 2 * (sqrt(high) - sqrt(low))
    ratio = root**2
    log_density = (
        np.log(2)
        + df / 2 * np.log(df / 2)
        - gammaln(df / 2)
        + (df - 1) * np.log(ratio)
        - df * ratio**2 / 2
    )
    beyond = ndtr(shift - critical * ratio) + ndtr(-shift - critical * ratio)
    density = np.exp(log_density) * root
    total = float(weights @ (density * beyond)) * (sqrt(high) - sqrt(low))
    return min(total, 1.0)


@cache
def _nodes() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(200)
    return nodes, weights


def t_quantile(df: float, conf_level: float) -> float:
    """Return the two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + conf_level) / 2))


def shift_for_power(*, df: float, power: float, conf_level: float) -> float:
    """Return the effect, in standard errors, that is found with probability `power`.

    0 when even no effect at all is called significant that often.
    """
    from scipy.optimize import brentq

    critical = t_quantile(df, conf_level)

    def shortfall(shift: float) -> float:
        return beyond_critical(critical, df=df, shift=shift) - power

    if shortfall(0.0) >= 0:
        return 0.0
    upper = 2 * critical + 2
    while shortfall(upper) < 0:
        upper *= 2
    return float(brentq(shortfall, 0.0, upper, xtol=1e-12, rtol=1e-12))

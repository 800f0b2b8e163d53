"""Limits of the non-centrality of an F, fast and for any degrees of freedom."""

from __future__ import annotations

import numpy as np

_FAR = 1e7


def noncentral_f_limits(
    statistic: float, df: float, df2: float, conf_level: float
) -> tuple[float, float]:
    """Return the non-centralities at which `statistic` is the upper, lower quantile.

    A limit is 0 when `statistic` is that small a value even without non-centrality.
    """
    tail = (1 - conf_level) / 2
    return (
        _limit(statistic, df, df2, 1 - tail),
        _limit(statistic, df, df2, tail),
    )


def _limit(statistic: float, df: float, df2: float, probability: float) -> float:
    from scipy.optimize import brentq
    from scipy.special import chdtri, fdtr, ncfdtr

    if fdtr(df, df2, statistic) <= probability:
        return 0.0

    def excess(ncp: float) -> float:
        return float(ncfdtr(df, df2, ncp, statistic)) - probability

    # Steps of one standard error from where the root must be near: far out in the tail
    # the distribution function is undefined.
    guess = max(df * (statistic - 1), 0.0)
    spread = float(np.sqrt(2 * (df + 2 * guess) + 2 * (df + guess) ** 2 / df2))
    upper = guess + spread
    while excess(upper) > 0:
        upper += spread
    lower = guess
    while lower > 0 and excess(lower) < 0:
        lower = max(lower - spread, 0.0)
    if statistic > _FAR or np.isnan([excess(lower), excess(upper)]).any():
        # For an F of many millions it gives up altogether. The numerator no longer
        # varies there, and the root is that of the denominator in closed form.
        return df * statistic * float(chdtri(df2, probability)) / df2
    return float(brentq(excess, lower, upper, xtol=1e-12, rtol=8 * np.finfo(float).eps))

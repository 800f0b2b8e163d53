"""Likelihoods of one correlation each: their maxima, and intervals around them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Slopes = tuple[FloatArray, FloatArray, FloatArray]
SlopeFunction = Callable[[npt.NDArray[np.intp], FloatArray], Slopes]

LARGEST_CORRELATION = 0.999

_TOLERANCE = 1e-7  # of a Newton step, after which the error is of the order of 1e-13
_FLAT = 1e-9  # information on r (1 - r^2)^-2; one ordinary respondent has about 1
_MOST_STEPS = 100  # bisection alone needs 35


def maximise(
    slopes: SlopeFunction, start: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Maximise many likelihoods at once by Newton steps kept inside brackets.

    A bracket lies between the largest r with a rising and the smallest with a falling
    likelihood. A step may go to the bound of .999; one that leaves the bracket is
    replaced by bisection. Where the answers no longer depend on r, as in a table whose
    empty cells allow perfect dependence, the estimate is the bound.

    Parameters
    ----------
    slopes : callable
        From the numbers of some likelihoods, and a correlation for each, to their
        slopes, curvatures and information. An infinite slope says that the likelihood
        is 0 there, and on which side it is not. The information stands in for the
        curvature where the likelihood is not concave.
    start : ndarray, shape (n,)
        First guesses.

    Returns
    -------
    estimates : ndarray, shape (n,)
    at_bound : ndarray of bool, shape (n,)
        Whether the likelihood still rises, or is flat, at -.999 or .999.
    """
    bound = LARGEST_CORRELATION
    r = start.copy()
    low, high = np.full(len(r), -np.inf), np.full(len(r), np.inf)
    active = np.arange(len(r))
    for _ in range(_MOST_STEPS):
        now = r[active]
        slope, curvature, information = slopes(active, now)
        low[active] = np.where(slope >= 0, now, low[active])
        high[active] = np.where(slope <= 0, now, high[active])
        below, above = low[active], high[active]
        steepness = np.where(curvature < 0, -curvature, np.maximum(information, 1e-250))
        following = np.clip(now + slope / steepness, -bound, bound)
        middle = (np.maximum(below, -bound) + np.minimum(above, bound)) / 2
        inside = (following > below) & (following < above) & np.isfinite(slope)
        following = np.where(inside | (slope == 0), following, middle)
        flat = (information * ((1 - now) * (1 + now)) ** 2 < _FLAT) & np.isfinite(slope)
        following = np.where(flat, np.copysign(bound, now), following)
        low[active[flat & (now > 0)]] = bound
        high[active[flat & (now < 0)]] = -bound
        r[active] = following
        settled = flat | (np.abs(following - now) < _TOLERANCE)
        active = active[~(settled | (below >= bound) | (above <= -bound))]
        if not len(active):
            break
    return r, (low >= bound) | (high <= -bound)


def fisher_interval(
    estimate: FloatArray, std_error: FloatArray, conf_level: float
) -> tuple[FloatArray, FloatArray]:
    """Return limits that are symmetric about the inverse hyperbolic tangent."""
    from scipy.special import ndtri

    centre = np.arctanh(estimate)
    margin = ndtri((1 + conf_level) / 2) * std_error / (1 - estimate**2)
    return np.tanh(centre - margin), np.tanh(centre + margin)

"""Random answers around a group's own mean: the null ``"group_mean"``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose.statistics.team_sums import FloatArray

GROUP_MEAN = "group_mean"
_MOST_STEPS = 100


def group_mean_variances(
    means: npt.ArrayLike, *, lowest: int, highest: int
) -> FloatArray:
    """Return the variance of random answers that have the given means.

    Of all distributions on the response options with this mean, the one of the
    greatest entropy: P(x) proportional to exp(lambda x). It assumes nothing about the
    answers but their mean, and is the uniform distribution when the mean lies in the
    middle. At a mean on an end of the response scale only one answer is possible and
    the variance is 0.

    Parameters
    ----------
    means : array of float
        Means in response-scale units; NaN stays NaN.
    lowest, highest : int
        Ends of the response scale, whole steps apart.

    Notes
    -----
    Lambda is found by Newton's method on the logit of the mean, which is close to a
    straight line in lambda at both ends and in the middle; steps are halved towards
    a bracket when they leave it.

    References
    ----------
    Jaynes, E. T. (1957). Information theory and statistical mechanics. Physical
    Review, 106 (the distribution; its use as a null of r_wg is this package's own).
    """
    steps = np.arange(highest - lowest + 1, dtype=float)
    shifted = np.asarray(means, dtype=float) - lowest
    inside = (shifted > 0) & (shifted < steps[-1])
    variances = np.where(np.isnan(shifted), np.nan, 0.0)
    # teams of few people have few different means: each is solved once
    unique, place = np.unique(shifted[inside], return_inverse=True)
    variances[inside] = _variances(unique, steps)[place]
    return variances


def _variances(targets: FloatArray, steps: FloatArray) -> FloatArray:
    top = steps[-1]
    wanted = np.log(targets / (top - targets))
    # beyond |wanted| the logit of the mean has left its target behind: a bracket
    reach = np.abs(wanted) + 1
    low, high = -reach, reach
    rate = wanted * 3 / (top + 2)
    for _ in range(_MOST_STEPS):
        mean, rest, variance = _moments(rate, steps)
        error = np.log(mean / rest) - wanted
        low, high = np.where(error < 0, rate, low), np.where(error > 0, rate, high)
        following = rate - error * mean * rest / (variance * top)
        outside = (following < low) | (following > high)
        following = np.where(outside, (low + high) / 2, following)
        settled = np.abs(following - rate) <= 1e-12 * (1 + np.abs(rate))
        rate = following
        if settled.all():
            break
    return _moments(rate, steps)[2]


def _moments(
    rate: FloatArray, steps: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the mean, its distance to the highest answer, and the variance."""
    powers = rate[:, None] * steps
    weights = np.exp(powers - powers.max(axis=1, keepdims=True))
    shares = weights / weights.sum(axis=1, keepdims=True)
    mean = shares @ steps
    variance = (shares * (steps - mean[:, None]) ** 2).sum(axis=1)
    # counted from the top: the difference would lose its digits near the end
    rest: FloatArray = shares @ (steps[-1] - steps)
    return mean, rest, variance

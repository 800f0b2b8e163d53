"""The most likely position of each answer pattern, with or without the population."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose.statistics.irt.layout import Layout
from diagnose.statistics.irt.patterns import Patterns

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MOST_STEPS = 100
_LONGEST = 1.0
_FARTHEST = 100.0
_FLAT = 1e-8
_TOLERANCE = 1e-10


def modes(
    layout: Layout, parameters: FloatArray, patterns: Patterns, *, with_prior: bool
) -> tuple[FloatArray, BoolArray]:
    """Return the mode of each pattern, and whether there is one.

    The log-likelihood of a pattern is concave in theta, so Newton steps find its top;
    a step out of the bracket around the top is replaced by halving the bracket.
    Without the prior a pattern has no top when all its answers point the same way:
    the highest, or the lowest, category of every item answered.
    """
    slopes = parameters[: layout.n_items]
    intercepts = parameters[layout.n_items :]
    lower = np.append(intercepts, np.inf)[layout.lower]
    upper = np.append(intercepts, -np.inf)[layout.upper]
    answered = patterns.codes >= 0
    place = np.where(answered, patterns.codes + layout.first_category, 0)
    slope = np.where(answered, slopes, 0.0)
    exists: BoolArray = patterns.n_answered > 0
    if not with_prior:
        exists = _has_top(layout, slopes, patterns)
    theta = np.zeros(len(place))
    low, high = np.full(len(place), -_FARTHEST), np.full(len(place), _FARTHEST)
    active = np.flatnonzero(exists)
    for _ in range(_MOST_STEPS):
        here = theta[active]
        gradient, bend = _derivatives(
            here, slope[active], lower[place[active]], upper[place[active]]
        )
        gradient -= with_prior * here
        low[active] = np.where(gradient > 0, here, low[active])
        high[active] = np.where(gradient > 0, high[active], here)
        step = gradient / np.maximum(bend + with_prior, _FLAT)
        moved = here + np.clip(step, -_LONGEST, _LONGEST)
        outside = (moved <= low[active]) | (moved >= high[active])
        moved = np.where(outside, (low[active] + high[active]) / 2, moved)
        theta[active] = moved
        active = active[np.abs(moved - here) > _TOLERANCE]
        if not active.size:
            break
    return theta, exists


def _has_top(layout: Layout, slopes: FloatArray, patterns: Patterns) -> BoolArray:
    rising = slopes > 0
    highest = patterns.codes == layout.n_categories - 1
    lowest = patterns.codes == 0
    answered = patterns.codes >= 0
    pulls_up = answered & ~np.where(rising, lowest, highest)
    pulls_down = answered & ~np.where(rising, highest, lowest)
    top: BoolArray = pulls_up.any(axis=1) & pulls_down.any(axis=1)
    return top


def _derivatives(
    theta: FloatArray, slope: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the first derivative of each log-likelihood, and minus the second."""
    from scipy.special import expit

    shift = slope * theta[:, None]
    passing_lower, passing_upper = expit(shift + lower), expit(shift + upper)
    gradient = (slope * (1 - passing_lower - passing_upper)).sum(axis=1)
    spread = passing_lower * (1 - passing_lower) + passing_upper * (1 - passing_upper)
    return gradient, (slope**2 * spread).sum(axis=1)

"""Starting values: slopes from a principal component, intercepts from the margins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose.statistics.irt.layout import Layout
from diagnose.statistics.irt.patterns import Patterns

FloatArray = npt.NDArray[np.float64]

_LOGISTIC = 1.702  # a logistic curve with this slope is about a normal one with slope 1
_LOADING = (0.3, 0.85)


def starting_values(layout: Layout, patterns: Patterns) -> FloatArray:
    """Return slopes and intercepts to begin with.

    The signs of the slopes are those of the first principal component, so that an item
    keyed against the others begins on its own side of zero.
    """
    values, vectors = np.linalg.eigh(_correlations(patterns))
    loading = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    sign = np.where(loading < 0, -1.0, 1.0)
    size = np.clip(np.abs(loading), *_LOADING)
    slopes = sign * _LOGISTIC * size / np.sqrt(1 - size**2)
    stretch = np.sqrt(1 + (slopes / _LOGISTIC) ** 2)
    intercepts = _marginal_logits(layout, patterns) * stretch[layout.boundary_item]
    return np.concatenate([slopes, intercepts])


def category_counts(layout: Layout, patterns: Patterns) -> FloatArray:
    """Return how many respondents gave each answer, all items in turn."""
    answered = patterns.codes >= 0
    place = (patterns.codes + layout.first_category)[answered]
    repeated = np.broadcast_to(patterns.counts[:, None], answered.shape)[answered]
    size = len(layout.category_item)
    return np.bincount(place, weights=repeated, minlength=size).astype(np.float64)


def _marginal_logits(layout: Layout, patterns: Patterns) -> FloatArray:
    counts = category_counts(layout, patterns)
    below = np.cumsum(counts)
    ends = np.append(layout.first_category[1:], len(counts)) - 1
    total = below[ends]
    before = np.concatenate([[0.0], total[:-1]])
    failing = below[layout.above - 1] - before[layout.boundary_item]
    passing = total[layout.boundary_item] - below[layout.above - 1]
    logits: FloatArray = np.log(passing / failing)
    return logits


def _correlations(patterns: Patterns) -> FloatArray:
    """Return correlations of the ranks, each answer missing put at its item's mean."""
    answered = patterns.codes >= 0
    weights = answered * patterns.counts[:, None]
    mean = (weights * patterns.codes).sum(axis=0) / weights.sum(axis=0)
    centred = np.where(answered, patterns.codes - mean, 0.0)
    covariance = centred.T @ (centred * patterns.counts[:, None])
    deviation = np.sqrt(np.diag(covariance))
    correlations: FloatArray = covariance / np.outer(deviation, deviation)
    return correlations

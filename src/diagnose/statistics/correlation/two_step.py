"""Two-step maximum likelihood of many polychoric correlations at once.

Step one: the thresholds of each item, from its own margin. Step two: the correlation
of each pair given those thresholds, from its table (Olsson, 1979, Psychometrika). The
log-likelihood of a table is sum n_ab log P_ab(r); with D the derivative of P to r
(second differences of the bivariate density) its slope is sum n_ab D_ab / P_ab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from diagnose.statistics.correlation.bivariate_normal import (
    rectangle_probabilities,
    second_differences,
)
from diagnose.statistics.correlation.maximum import Slopes, maximise
from diagnose.statistics.correlation.tables import PairTables

FloatArray = npt.NDArray[np.float64]
ZeroCells = Literal["binary", "all", "none"]

LEAST_PROBABILITY = 1e-300  # below it a cell that somebody is in counts as impossible

_FAR = 40.0  # stands for an infinite threshold: the density there is 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoStepEstimates:
    """Thresholds and correlations, filled up with +inf to the most categories.

    Attributes
    ----------
    thresholds : ndarray, shape (n_items, n_categories - 1)
        Ascending; +inf where an item has fewer categories.
    correlations : ndarray, shape (n_pairs,)
        In the order of `PairTables`.
    at_bound : ndarray of bool, shape (n_pairs,)
        Whether the likelihood still rises at -.999 or .999.
    """

    thresholds: FloatArray
    correlations: FloatArray
    at_bound: npt.NDArray[np.bool_]


def estimate_two_step(tables: PairTables, *, zero_cells: ZeroCells) -> TwoStepEstimates:
    """Return thresholds by item and correlations by pair."""
    thresholds = estimate_thresholds(tables.margins)
    counts = fill_empty_cells(tables, zero_cells)
    h, k = thresholds[tables.first], thresholds[tables.second]

    def slopes(pairs: npt.NDArray[np.intp], r: FloatArray) -> Slopes:
        return _likelihood_slopes(counts[pairs], h[pairs], k[pairs], r)

    correlations, at_bound = maximise(slopes, _start(tables, thresholds))
    return TwoStepEstimates(
        thresholds=thresholds, correlations=correlations, at_bound=at_bound
    )


def estimate_thresholds(margins: FloatArray) -> FloatArray:
    """Return the normal quantiles of the cumulative shares, one row an item."""
    from scipy.special import ndtri

    total = margins.sum(axis=1, keepdims=True)
    below = np.cumsum(margins, axis=1)[:, :-1]
    # A share of exactly 1 belongs to the filling: no item ends with an empty category.
    return np.asarray(ndtri(below / total))


def fill_empty_cells(tables: PairTables, zero_cells: ZeroCells) -> FloatArray:
    """Return the counts as the likelihood uses them.

    ``"binary"``: in a 2 x 2 table with one empty cell half a respondent is moved along
    the diagonal into it, so that the margins stay as they are. ``"all"``: besides, .5
    stands in each empty cell of a larger table. ``"none"``: as counted.
    """
    counts = tables.counts
    if zero_cells == "none":
        return counts
    possible = tables.possible
    empty = possible & (counts == 0)
    binary = possible.sum(axis=(1, 2)) == 4
    counts = counts.copy()
    for pair in np.flatnonzero(binary & (empty.sum(axis=(1, 2)) == 1)):
        on_diagonal = empty[pair, 0, 0] or empty[pair, 1, 1]
        half = 0.5 if on_diagonal else -0.5
        counts[pair, :2, :2] += [[half, -half], [-half, half]]
    if zero_cells == "all":
        counts[empty & ~binary[:, None, None]] = 0.5
    return counts


def cell_slopes(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Return the derivatives of the cell probabilities to the correlation."""
    return second_differences(_density_and_slope(h, k, r)[0])


def _likelihood_slopes(
    counts: FloatArray, h: FloatArray, k: FloatArray, r: FloatArray
) -> Slopes:
    """Return slope, curvature and information of the log-likelihood of each table."""
    probability = rectangle_probabilities(h, k, r)
    impossible = (counts > 0) & (probability <= LEAST_PROBABILITY)
    probability = np.maximum(probability, LEAST_PROBABILITY)
    density, change = _density_and_slope(h, k, r)
    relative = second_differences(density) / probability
    scores = counts * relative
    first = scores.sum(axis=(1, 2))
    information = np.einsum("pab,pab->p", scores, relative)
    second = second_differences(change) / probability
    curvature = np.einsum("pab,pab->p", counts, second) - information
    towards_zero = np.where(r > 0, -np.inf, np.inf)
    first = np.where(impossible.any(axis=(1, 2)), towards_zero, first)
    return first, curvature, information


def _density_and_slope(
    h: FloatArray, k: FloatArray, r: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the density at all corners and its derivative to the correlation."""
    first = np.minimum(h, _FAR)[:, :, None]
    second = np.minimum(k, _FAR)[:, None, :]
    r = r[:, None, None]
    rest = (1 - r) * (1 + r)
    product = first * second
    # (h - k)^2 + 2hk(1 - r) instead of h^2 - 2rhk + k^2: no cancellation near r = 1.
    quadratic = (first - second) ** 2 / rest + 2 * product / (1 + r)
    density = np.exp(-quadratic / 2) / (2 * np.pi * np.sqrt(rest))
    return density, density * (r * (1 - quadratic) + product) / rest


def _start(tables: PairTables, thresholds: FloatArray) -> FloatArray:
    """Return first guesses: the covariance of the codes over that of normal scores.

    The covariance of two coarse codes is r sum(density) sum(density) to first order.
    """
    codes = np.arange(tables.margins.shape[1])
    density = np.exp(-(thresholds**2) / 2).sum(axis=1) / np.sqrt(2 * np.pi)
    means = tables.margins @ codes / tables.n_answers
    first, second = tables.first, tables.second
    rows = codes - means[first][:, None]
    columns = codes - means[second][:, None]
    covariance = np.einsum("pa,pab,pb->p", rows, tables.counts, columns)
    covariance /= tables.n_respondents
    start = covariance / (density[first] * density[second])
    return np.asarray(np.clip(start, -0.9, 0.9))

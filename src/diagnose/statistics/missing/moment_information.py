"""Second derivatives of the normal likelihood of incomplete answers.

Notation: K is the inverse of the observed part of the covariance matrix of a pattern,
padded with zeros, n its number of respondents, v = K (x - mean) of one of them, s and V
the sums of v and of v v' over the pattern. Minus the second derivative is

    between means             n K
    mean a, covariance S      sum of a' K S s
    covariances S and T       sum of tr(S K T (V - n K / 2))

for changes a of the means and S, T of the covariances. With expected information s is 0
and V is n K. The last line is one product of matrices: the sum over patterns of K times
V - n K / 2, each written as its distinct elements, row by row of the upper triangle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.missing.answer_patterns import PatternBlock
from diagnose.statistics.missing.conditioning import (
    Moments,
    condition,
    padded_inverses,
    residuals,
    weigh,
)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

_ROWS_OF_PRODUCTS = 8_000_000  # elements of a slab of products held in memory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatternCurvature:
    """What a block of patterns adds to the second derivatives.

    Attributes
    ----------
    inverses, contrasts : ndarray, shape (n_patterns, n_pairs)
        Distinct elements of K, and of V - n K / 2.
    weighed : ndarray, shape (n_patterns, n_items)
        s of each pattern.
    """

    inverses: FloatArray
    contrasts: FloatArray
    weighed: FloatArray


def distinct(n_items: int) -> tuple[IntArray, IntArray]:
    """Return rows and columns of the upper triangle, row by row."""
    return np.triu_indices(n_items)


def curvature(
    block: PatternBlock, moments: Moments, *, expected: bool
) -> PatternCurvature:
    """Return what a block adds, at the given moments."""
    n_patterns, n_items = block.answered.shape
    first, second = distinct(n_items)
    conditioned = condition(block, moments)
    padded = padded_inverses(block, moments, conditioned).reshape(n_patterns, -1)
    inverses = padded[:, first * n_items + second]
    half = block.counts[:, None] / 2 * inverses
    if expected:
        weighed = np.zeros((n_patterns, n_items))
        return PatternCurvature(inverses=inverses, contrasts=half, weighed=weighed)
    rows = block.rows
    centred = residuals(block, rows, moments)
    each = weigh(block, rows, centred, moments, conditioned)
    products = each[:, first] * each[:, second]
    sums = each * rows.weights[:, None]
    if len(each) > n_patterns:
        starts = np.searchsorted(rows.pattern, np.arange(n_patterns))
        products = np.add.reduceat(products, starts, axis=0)
        sums = np.add.reduceat(sums, starts, axis=0)
    return PatternCurvature(inverses=inverses, contrasts=products - half, weighed=sums)


def moment_hessian(
    parts: Iterator[PatternCurvature], mean_part: FloatArray
) -> FloatArray:
    """Return minus the second derivatives to all means and distinct covariances.

    Parameters
    ----------
    parts : iterator of PatternCurvature
        Every block.
    mean_part : ndarray, shape (n_items, n_items)
        Sum of n K.

    Returns
    -------
    ndarray, shape (n_items + n_pairs, n_items + n_pairs)
    """
    n_items = len(mean_part)
    n_pairs = n_items * (n_items + 1) // 2
    products = np.zeros((n_pairs, n_pairs))
    cross = np.zeros((n_pairs, n_items))
    for part in parts:
        products += part.inverses.T @ part.contrasts
        cross += part.inverses.T @ part.weighed
    hessian = np.empty((n_items + n_pairs, n_items + n_pairs))
    hessian[:n_items, :n_items] = mean_part
    hessian[n_items:, n_items:] = _between_covariances(products, n_items)
    mixed = _mean_with_covariance(cross, n_items)
    hessian[:n_items, n_items:] = mixed
    hessian[n_items:, :n_items] = mixed.T
    return hessian


def directional_hessian(
    parts: Iterator[PatternCurvature],
    mean_part: FloatArray,
    d_mean: FloatArray,
    d_cov: FloatArray,
    rows: slice,
) -> FloatArray:
    """Return what `rows` of the distinct elements of K add along given directions.

    For very many items, where all products at once would not fit in memory. The part
    of the means is added with the rows that start at 0.
    """
    n_items = len(mean_part)
    first, second = (places[rows] for places in distinct(n_items))
    products = np.zeros((len(first), n_items * (n_items + 1) // 2))
    cross = np.zeros((len(first), n_items))
    for part in parts:
        chosen = part.inverses[:, rows].T
        products += chosen @ part.contrasts
        cross += chosen @ part.weighed
    place = _pair_places(n_items)
    total = np.zeros((len(d_mean), len(d_mean)))
    if rows.start == 0:
        total += d_mean @ mean_part @ d_mean.T
    for c, d, product, weighed in zip(first, second, products, cross, strict=True):
        square = product[place]
        for left, right in {(c, d), (d, c)}:
            total += d_cov[:, left] @ square @ d_cov[:, right].T
            mixed = np.outer(d_mean[:, left], d_cov[:, right] @ weighed)
            total += mixed + mixed.T
    return total


def slabs(n_items: int) -> list[slice]:
    """Cut the distinct elements of K into pieces whose products fit in memory."""
    n_pairs = n_items * (n_items + 1) // 2
    size = max(1, _ROWS_OF_PRODUCTS // n_pairs)
    return [slice(s, min(s + size, n_pairs)) for s in range(0, n_pairs, size)]


def _pair_places(n_items: int) -> IntArray:
    """Return where the pair (i, j) stands among the distinct elements."""
    first, second = distinct(n_items)
    place = np.empty((n_items, n_items), dtype=np.intp)
    place[first, second] = place[second, first] = np.arange(len(first))
    return place


def _between_covariances(products: FloatArray, n_items: int) -> FloatArray:
    """Return the derivatives between distinct covariances (b, c) and (d, a).

    A distinct covariance stands for two elements of the matrix, one on the diagonal;
    so each derivative sums K_cd (V - n K / 2)_ab over both orders of both pairs, half
    for a pair on the diagonal.
    """
    place = _pair_places(n_items)
    b, c = (places[:, None] for places in distinct(n_items))
    d, a = (places[None, :] for places in distinct(n_items))
    total = products[place[c, d], place[a, b]]
    total += products[place[b, d], place[a, c]]
    total += products[place[c, a], place[d, b]]
    total += products[place[b, a], place[d, c]]
    share = np.where(b == c, 0.5, 1.0)
    total *= share
    total *= share.T
    return total


def _mean_with_covariance(cross: FloatArray, n_items: int) -> FloatArray:
    place = _pair_places(n_items)
    b, c = distinct(n_items)
    mixed = cross[place[:, b], c] + cross[place[:, c], b]
    return np.where(b == c, 0.5, 1.0) * mixed

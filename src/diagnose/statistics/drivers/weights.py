"""Relative weights of many correlation matrices at once.

In every matrix the predictors come first and the outcome last.
"""

from __future__ import annotations

from math import comb
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

ImportanceMethod = Literal["johnson", "lmg"]
MOST_PREDICTORS_LMG = 15
SINGULAR = 1e-10  # least eigenvalue of correlations that counts as more than rounding

_CELLS_AT_ONCE = 1_000_000  # numbers held in memory for one batch


def raw_weights(correlations: FloatArray, *, method: ImportanceMethod) -> FloatArray:
    """Return the raw weights, which add to R squared, one row a matrix.

    A matrix with NaN or with collinear predictors has a row of NaN.

    Parameters
    ----------
    correlations : array, shape (n_matrices, n_predictors + 1, n_predictors + 1)
        Outcome last.
    method : {"johnson", "lmg"}
        See `relative_importance`.

    Returns
    -------
    array, shape (n_matrices, n_predictors)
    """
    defined = np.isfinite(correlations).all(axis=(1, 2))
    weights = np.full((len(correlations), correlations.shape[1] - 1), np.nan)
    values, vectors = np.linalg.eigh(correlations[defined, :-1, :-1])
    regular = values[:, 0] > SINGULAR
    used = np.flatnonzero(defined)[regular]
    if method == "johnson":
        outcome = correlations[used, :-1, -1]
        weights[used] = _johnson(values[regular], vectors[regular], outcome)
    else:
        weights[used] = _lmg(correlations[used])
    return weights


def _johnson(
    values: FloatArray, vectors: FloatArray, outcome: FloatArray
) -> FloatArray:
    """Return Lambda^2 beta^2: through the nearest uncorrelated predictors and back."""
    roots = np.sqrt(values)
    turned = np.einsum("bij,bi->bj", vectors, outcome)
    beta = np.einsum("bij,bj->bi", vectors, turned / roots)
    square_root = (vectors * roots[:, None, :]) @ vectors.swapaxes(1, 2)
    weights: FloatArray = np.einsum("bij,bj->bi", square_root**2, beta**2)
    return weights


def _lmg(correlations: FloatArray) -> FloatArray:
    """Return Shapley values of R squared."""
    n_predictors = correlations.shape[1] - 1
    share = _shapley_shares(n_predictors)
    weights = np.empty((len(correlations), n_predictors))
    step = max(1, _CELLS_AT_ONCE // 2**n_predictors)
    for start in range(0, len(correlations), step):
        part = correlations[start : start + step]
        weights[start : start + step] = (1 - _residual_shares(part)).T @ share
    return weights


def _residual_shares(correlations: FloatArray) -> FloatArray:
    """Return 1 - R squared, one row a subset; bit j of its number says predictor j.

    The predictors are decided upon one by one: left out, their row and column go;
    taken in, they are swept out of what remains. Each step doubles the matrices and
    makes them smaller, so the cost is a few operations a subset.
    """
    n_matrices, size, _ = correlations.shape
    nodes = np.ascontiguousarray(correlations.transpose(1, 2, 0))[:, :, None]
    for _step in range(size - 1):
        rest, column = nodes[1:, 1:], nodes[1:, 0]
        swept = rest - column[:, None] * (column / nodes[0, 0])[None]
        nodes = np.concatenate([rest, swept], axis=2)
    return nodes.reshape(2 ** (size - 1), n_matrices)


def _shapley_shares(n_predictors: int) -> FloatArray:
    """Return what R squared of each subset counts for in each predictor's weight."""
    subsets = np.arange(2**n_predictors)
    inside = (subsets[:, None] >> np.arange(n_predictors)) & 1 == 1
    sizes = inside.sum(axis=1)
    before = np.array(
        [1 / (n_predictors * comb(n_predictors - 1, k)) for k in range(n_predictors)]
    )
    joined = before[np.maximum(sizes - 1, 0)]
    left = before[np.minimum(sizes, n_predictors - 1)]
    shares: FloatArray = np.where(inside, joined[:, None], -left[:, None])
    return shares

"""Degrees of freedom of clustered variances: how variable the estimates are.

Under equal independent errors the share of team j in the variance of contrasts K (in
coordinates where the design is orthonormal) is a product of vectors that covary as ::

    [j = k] K' B_j G_j B_j K - (K' G_j B_j) (B_k G_k K)

With one mean a group all G_j are diagonal: the functions then take the diagonals, and
cost as much as there are cells.

References
----------
Pustejovsky and Tipton, 2018, Journal of Business and Economic Statistics.
Tipton and Pustejovsky, 2015, Journal of Educational and Behavioral Statistics.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def satterthwaite_df(
    spread: FloatArray, size: FloatArray, turned: FloatArray
) -> FloatArray:
    """Return the degrees of freedom of each contrast alone.

    Parameters
    ----------
    spread, size : ndarray, shape (m, p, p), or (m, p) where diagonal
        B_j G_j and B_j G_j B_j.
    turned : ndarray, shape (p, q)
        The contrasts.
    """
    if spread.ndim == 2:
        squares = turned**2
        own, lengths = size @ squares, spread**2 @ squares
        inner = np.einsum(
            "aq,ab,bq->q", squares, (spread.T @ spread) ** 2, squares, optimize=True
        )
    else:
        crossed = spread @ turned  # (m, p, q)
        own = np.einsum("pq,mpq->mq", turned, size @ turned)
        lengths = (crossed**2).sum(axis=1)
        products = np.einsum("mpq,mrq->qpr", crossed, crossed, optimize=True)
        inner = (products**2).sum(axis=(1, 2))
    trace = own.sum(axis=0) - lengths.sum(axis=0)
    square = (own**2 - 2 * own * lengths).sum(axis=0) + inner
    return np.asarray(trace**2 / square)


def wishart_df(spread: FloatArray, size: FloatArray, turned: FloatArray) -> float:
    """Return the degrees of freedom of all contrasts together; 0 if there are none.

    Those of a Wishart matrix whose elements have the same summed variance.

    Parameters
    ----------
    spread, size, turned : ndarray
        As for `satterthwaite_df`.
    """
    diagonal = spread.ndim == 2
    if diagonal:
        inside = (size - spread**2).sum(axis=0)
        expected = (turned.T * inside) @ turned
    else:
        crossed = spread @ turned
        own = turned.T @ size @ turned
        expected = (own - crossed.swapaxes(1, 2) @ crossed).sum(axis=0)
    values, vectors = np.linalg.eigh(expected)
    if values[0] <= 1e-12 * values[-1]:
        return 0.0
    whiten = (vectors / np.sqrt(values)) @ vectors.T
    q = len(values)
    if diagonal:
        return q * (q + 1) / _diagonal_variance(spread, size, turned @ whiten)
    return q * (q + 1) / _dense_variance(crossed @ whiten, whiten @ own @ whiten)


def _dense_variance(crossed: FloatArray, own: FloatArray) -> float:
    """Return the summed variance of the elements; shapes (m, p, q) and (m, q, q)."""
    m, p, q = crossed.shape
    overlap = crossed.swapaxes(1, 2) @ crossed
    own_trace = np.trace(own, axis1=1, axis2=2)
    overlap_trace = np.trace(overlap, axis1=1, axis2=2)
    traces = (own_trace**2 - 2 * own_trace * overlap_trace).sum()
    squares = (own**2 - 2 * own * overlap).sum()
    flat = crossed.reshape(m, -1)
    inner = (flat.T @ flat).reshape(p, q, p, q)
    swapped = (inner * inner.transpose(0, 3, 2, 1)).sum()
    return float(traces + squares + (inner**2).sum() + swapped)


def _diagonal_variance(
    spread: FloatArray, size: FloatArray, contrasts: FloatArray
) -> float:
    """Return the same as `_dense_variance`, from the diagonals."""
    products = contrasts @ contrasts.T
    lengths, squared = np.diagonal(products), products**2
    own_trace, overlap_trace = size @ lengths, spread**2 @ lengths
    traces = own_trace**2 - 2 * own_trace * overlap_trace
    rest = ((size @ squared) * (size - 2 * spread**2)).sum()
    shared = (spread.T @ spread) ** 2
    inner = lengths @ shared @ lengths + (shared * squared).sum()
    return float(traces.sum() + rest + inner)

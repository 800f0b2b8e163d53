"""What each answer pattern says about the moments of all items.

For a pattern with observed items o, everything the normal likelihood needs follows from
K, the inverse of the observed part of the covariance matrix, padded with zeros. With
few items missing, K is the full inverse A less a correction of the rank of what is
missing: K = A - A_m B A_m', where B is the inverse of the missing part of A. With few
items observed, the observed part itself is inverted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.missing.answer_patterns import AnswerRows, PatternBlock

FloatArray = npt.NDArray[np.float64]

_LOG_2_PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Means and covariances at which a likelihood is asked for.

    Attributes
    ----------
    mean : ndarray, shape (n_items,)
        Means, in the units of the rows.
    covariance, inverse : ndarray, shape (n_items, n_items)
        Covariance matrix and its inverse.
    log_determinant : float
        Of the covariance matrix.
    """

    mean: FloatArray
    covariance: FloatArray
    inverse: FloatArray
    log_determinant: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditioned:
    """One block of patterns at given moments.

    Attributes
    ----------
    small : ndarray, shape (n_patterns, k, k)
        B of few missing items, or K of few observed items, without the zeros.
    by_missing : bool
        Which of the two it is.
    log_determinant : ndarray, shape (n_patterns,)
        Of the observed part of the covariance matrix.
    """

    small: FloatArray
    by_missing: bool
    log_determinant: FloatArray


def moments_at(mean: FloatArray, covariance: FloatArray) -> Moments | None:
    """Return the moments with inverse, None when not positive definite."""
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
        return None
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.inv(root)
    return Moments(
        mean=mean,
        covariance=covariance,
        inverse=half.T @ half,
        log_determinant=2 * float(np.log(np.diagonal(root)).sum()),
    )


def condition(block: PatternBlock, moments: Moments) -> Conditioned:
    """Invert what is smallest of each pattern: the missing or the observed part."""
    by_missing = block.missing.shape[1] <= block.observed.shape[1]
    if by_missing:
        parts = _parts(moments.inverse, block.missing)
        base = moments.log_determinant
    else:
        parts = _parts(moments.covariance, block.observed)
        base = 0.0
    small = np.linalg.inv(parts).astype(float, copy=False)
    # The parts of a positive definite matrix are positive definite.
    roots = np.linalg.cholesky(parts)
    diagonal = np.diagonal(roots, axis1=1, axis2=2)
    return Conditioned(
        small=small,
        by_missing=by_missing,
        log_determinant=base + 2 * np.log(diagonal).sum(axis=1),
    )


def residuals(block: PatternBlock, rows: AnswerRows, moments: Moments) -> FloatArray:
    """Return the rows less their means, 0 where missing."""
    centred = rows.values - rows.weights[:, None] * moments.mean
    centred *= block.answered[rows.pattern]
    return centred


def weigh(
    block: PatternBlock,
    rows: AnswerRows,
    centred: FloatArray,
    moments: Moments,
    conditioned: Conditioned,
) -> FloatArray:
    """Return K times each residual, shape (n_rows, n_items), 0 where missing."""
    small = conditioned.small[rows.pattern]
    if conditioned.by_missing:
        weighed = centred @ moments.inverse
        if block.missing.shape[1] == 0:
            return weighed
        places = block.missing[rows.pattern]
        at_missing = np.take_along_axis(weighed, places, axis=1)
        correction = np.zeros_like(centred)
        solved = np.matmul(small, at_missing[:, :, None])[:, :, 0]
        np.put_along_axis(correction, places, solved, axis=1)
        weighed -= correction @ moments.inverse
        np.put_along_axis(weighed, places, 0.0, axis=1)
        return weighed
    places = block.observed[rows.pattern]
    at_observed = np.take_along_axis(centred, places, axis=1)
    weighed = np.zeros_like(centred)
    solved = np.matmul(small, at_observed[:, :, None])[:, :, 0]
    np.put_along_axis(weighed, places, solved, axis=1)
    return weighed


def summed_inverses(
    block: PatternBlock, moments: Moments, conditioned: Conditioned
) -> FloatArray:
    """Return the sum of K over the respondents of the block, without forming each K."""
    if not conditioned.by_missing:
        return _scatter(block.observed, conditioned.small, block.counts, moments)
    total = float(block.counts.sum()) * moments.inverse
    if block.missing.shape[1] == 0:
        return total
    inside = _scatter(block.missing, conditioned.small, block.counts, moments)
    corrected: FloatArray = total - moments.inverse @ inside @ moments.inverse
    return corrected


def padded_inverses(
    block: PatternBlock, moments: Moments, conditioned: Conditioned
) -> FloatArray:
    """Return K of every pattern, shape (n_patterns, n_items, n_items)."""
    n_patterns, n_items = block.answered.shape
    if not conditioned.by_missing:
        padded = np.zeros((n_patterns, n_items, n_items))
        which = np.arange(n_patterns)[:, None, None]
        rows, columns = block.observed[:, :, None], block.observed[:, None, :]
        padded[which, rows, columns] = conditioned.small
        return padded
    if block.missing.shape[1] == 0:
        return np.broadcast_to(moments.inverse, (n_patterns, n_items, n_items))
    beside = moments.inverse[block.missing]
    correction = np.matmul(
        beside.transpose(0, 2, 1), np.matmul(conditioned.small, beside)
    )
    corrected: FloatArray = moments.inverse - correction
    corrected *= block.answered[:, :, None]
    corrected *= block.answered[:, None, :]
    return corrected


def log_likelihood(
    block: PatternBlock, centred: FloatArray, weighed: FloatArray, logs: FloatArray
) -> float:
    """Return the normal log-likelihood of the respondents of a block."""
    constant = _LOG_2_PI * block.observed.shape[1] + logs
    return -0.5 * float(block.counts @ constant + np.vdot(centred, weighed))


def distances(block: PatternBlock, moments: Moments) -> FloatArray:
    """Return n times the squared distance of each pattern's mean, shape (n_patterns,).

    The rows of a pattern sum, with their weights, to n times its mean residual.
    """
    n_patterns = len(block.counts)
    centred = residuals(block, block.rows, moments) * block.rows.weights[:, None]
    starts = np.searchsorted(block.rows.pattern, np.arange(n_patterns))
    sums = np.add.reduceat(centred, starts, axis=0)
    each = AnswerRows(
        values=sums, weights=np.zeros(n_patterns), pattern=np.arange(n_patterns)
    )
    weighed = weigh(block, each, sums, moments, condition(block, moments))
    squared: FloatArray = (sums * weighed).sum(axis=1) / block.counts
    return squared


def _parts(matrix: FloatArray, places: npt.NDArray[np.intp]) -> FloatArray:
    part: FloatArray = matrix[places[:, :, None], places[:, None, :]]
    return part


def _scatter(
    places: npt.NDArray[np.intp],
    small: FloatArray,
    counts: FloatArray,
    moments: Moments,
) -> FloatArray:
    n_items = len(moments.mean)
    flat = places[:, :, None] * n_items + places[:, None, :]
    weights = small * counts[:, None, None]
    summed: FloatArray = np.bincount(
        flat.ravel(), weights.ravel(), minlength=n_items**2
    ).astype(float)
    return summed.reshape(n_items, n_items)

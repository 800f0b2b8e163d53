"""Factors from a correlation matrix: least squares or maximum likelihood.

Both methods are reduced to a function of the uniquenesses alone, by way of the
eigenvalues of a matrix of the items, and that function is minimised by Newton steps
with its exact second derivatives. So the answer does not depend on where an
optimiser happened to stop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ExtractionMethod = Literal["minres", "ml"]

LOWEST_UNIQUENESS = 0.005
"""No uniqueness goes below this; one that stops here is a Heywood case."""

_GRADIENT_TOLERANCE = 1e-11
_STALLED_TOLERANCE = 1e-8
_MAX_STEPS = 300
_SAME_VALUE = 1e-7
_NOT_IDENTIFIED = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extraction:
    """Factors before rotation.

    Attributes
    ----------
    loadings : numpy.ndarray, shape (n_items, n_factors)
        Principal-axes orientation, columns summing to 0 or more.
    uniquenesses : numpy.ndarray, shape (n_items,)
        Between `LOWEST_UNIQUENESS` and 1.
    objective : float
        Minimised function: half the sum of squared residuals of the whole matrix
        (minres), or the normal-theory discrepancy (ml).
    gradient : float
        Largest absolute derivative to a uniqueness that is free to move (to its
        logarithm for ml).
    converged : bool
        Whether `gradient` vanished.
    bounded : numpy.ndarray of bool, shape (n_items,)
        Uniquenesses at the lower bound.
    n_positive : int
        Factors with variance left; fewer than asked for when the matrix does not
        carry so many.
    identified : bool
        Whether the minimum is a point instead of a valley.
    n_minima : int
        Different minima that the starts led to; the lowest is kept.
    """

    loadings: FloatArray
    uniquenesses: FloatArray
    objective: float
    gradient: float
    converged: bool
    bounded: npt.NDArray[np.bool_]
    n_positive: int
    identified: bool
    n_minima: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Point:
    """Value and derivatives at one set of uniquenesses."""

    value: float
    gradient: FloatArray
    hessian: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Minimum:
    position: FloatArray
    point: _Point
    slope: float  # largest free derivative
    converged: bool


_Evaluate = Callable[[FloatArray, FloatArray, int], _Point]


def extract_factors(
    correlations: FloatArray,
    n_factors: int,
    *,
    method: ExtractionMethod,
    n_starts: int = 4,
) -> Extraction:
    """Return the factors that reproduce the correlations best.

    Parameters
    ----------
    correlations : numpy.ndarray, shape (n_items, n_items)
        Positive definite, with ones on the diagonal.
    n_factors : int
        At least 1, and few enough to leave no negative degrees of freedom.
    method : {"minres", "ml"}
        Unweighted least squares on the residuals, or normal-theory likelihood.
    n_starts : int
        How many of four starts to try, 1 to 4.

    Returns
    -------
    Extraction

    References
    ----------
    Harman and Jones, 1966, Psychometrika (minres).
    Jöreskog, 1967, Psychometrika (maximum likelihood by way of eigenvalues).
    Jöreskog, 1977, in Statistical methods for digital computers (least squares).
    """
    n_items = len(correlations)
    # 1 - squared multiple correlation is the usual start. The others are there because
    # too many factors bring several minima; like it, they do not depend on the order of
    # the items, as random ones would.
    usual = 1 / np.diag(np.linalg.inv(correlations))
    starts = (usual, usual / 2, np.full(n_items, 0.5), np.full(n_items, 0.9))
    evaluate: _Evaluate = _least_squares if method == "minres" else _likelihood
    logarithmic = method == "ml"
    lowest = np.log(LOWEST_UNIQUENESS) if logarithmic else LOWEST_UNIQUENESS
    minima = [
        _minimise(
            evaluate,
            correlations,
            n_factors,
            start=np.log(start) if logarithmic else start,
            lowest=float(lowest),
        )
        for start in starts[:n_starts]
    ]
    best = min(minima, key=lambda found: (not found.converged, found.point.value))
    values = np.sort([found.point.value for found in minima if found.converged])
    apart = np.diff(values) > _SAME_VALUE * (1 + values[1:])
    position = best.position
    uniquenesses = np.exp(position) if logarithmic else position
    loadings, n_positive = _loadings(correlations, uniquenesses, n_factors, method)
    bounded = position <= lowest
    return Extraction(
        loadings=loadings,
        uniquenesses=uniquenesses,
        objective=best.point.value,
        gradient=best.slope,
        converged=best.converged,
        bounded=bounded,
        n_positive=n_positive,
        identified=_is_identified(best.point.hessian, bounded),
        n_minima=1 + int(apart.sum()),
    )


def one_factor_communalities(correlations: FloatArray) -> FloatArray:
    """Return the variance of each item that goes with a single factor (minres).

    From the squared multiple correlations as the only start, and without a check that
    it is the lowest minimum: for matrices of noise, in a parallel analysis.
    """
    start = 1 / np.diag(np.linalg.inv(correlations))
    found = _minimise(
        _least_squares, correlations, 1, start=start, lowest=LOWEST_UNIQUENESS
    )
    loadings, _ = _loadings(correlations, found.position, 1, "minres")
    communalities: FloatArray = loadings[:, 0] ** 2
    return communalities


def _minimise(
    evaluate: _Evaluate,
    correlations: FloatArray,
    n_factors: int,
    *,
    start: FloatArray,
    lowest: float,
) -> _Minimum:
    """Newton steps over the free uniquenesses, damped so that each one descends."""
    position = np.maximum(start, lowest)
    point = evaluate(correlations, position, n_factors)
    damping = 0.0
    slope = np.inf
    for _ in range(_MAX_STEPS):
        free = (position > lowest) | (point.gradient < 0)
        slope = float(np.abs(point.gradient[free]).max(initial=0.0))
        if slope < _GRADIENT_TOLERANCE:
            break
        step = np.zeros_like(position)
        step[free] = _newton_step(
            point.gradient[free], point.hessian[np.ix_(free, free)], damping
        )
        # A unit at most, so that the logarithm of a uniqueness cannot run away.
        step /= max(1.0, float(np.abs(step).max()))
        candidate = np.maximum(position + step, lowest)
        moved = evaluate(correlations, candidate, n_factors)
        # Rounding hides gains below 1e-15; near the minimum full steps are right.
        if moved.value <= point.value + 1e-15 * (1 + abs(point.value)):
            position, point = candidate, moved
            damping = damping / 10 if damping > 1e-8 else 0.0
        elif damping > 1e8:
            break
        else:
            damping = max(10 * damping, 1e-4)
    return _Minimum(
        position=position,
        point=point,
        slope=slope,
        converged=slope < _STALLED_TOLERANCE,
    )


def _newton_step(
    gradient: FloatArray, hessian: FloatArray, damping: float
) -> FloatArray:
    """Return a descent step; directions of negative curvature are turned round."""
    if damping == 0 and _is_convex(hessian):
        return np.asarray(-np.linalg.solve(hessian, gradient))
    values, vectors = np.linalg.eigh(hessian)
    largest = float(np.abs(values).max())
    curvature = np.maximum(np.abs(values), 1e-10 * largest) + damping * largest
    step: FloatArray = -vectors @ (vectors.T @ gradient / curvature)
    return step


def _is_convex(hessian: FloatArray) -> bool:
    try:
        root = np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        return False
    diagonal = np.diag(root)
    return bool(diagonal.min() > 1e-5 * diagonal.max())


def _least_squares(
    correlations: FloatArray, uniquenesses: FloatArray, n_factors: int
) -> _Point:
    """Half the squared eigenvalues of R - Psi that the factors leave over."""
    values, vectors = np.linalg.eigh(correlations - np.diag(uniquenesses))
    kept = _largest(values, n_factors, above=0.0)
    left = ~kept
    small, large = values[left], values[kept]
    w_left, w_kept = vectors[:, left], vectors[:, kept]
    cross = _products(w_left, w_kept)
    # A factor and a remainder with the same eigenvalue have no defined derivative.
    ratio = small[:, None] / np.minimum(small[:, None] - large[None, :], -1e-12)
    return _Point(
        value=float(small @ small / 2),
        gradient=-(w_left**2) @ small,
        hessian=(w_left @ w_left.T) ** 2 + 2 * (cross * ratio.ravel()) @ cross.T,
    )


def _likelihood(
    correlations: FloatArray, log_uniquenesses: FloatArray, n_factors: int
) -> _Point:
    """Discrepancy left over by the factors, as a function of the logarithms.

    The eigenvalues are those of Psi^-1/2 R Psi^-1/2; a factor needs one above 1.
    """
    scale = np.exp(-log_uniquenesses / 2)
    values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    kept = _largest(values, n_factors, above=1.0)
    left = ~kept
    small, large = values[left], values[kept]
    w_left, w_kept = vectors[:, left], vectors[:, kept]
    cross = _products(w_left, w_kept)
    gap = np.maximum(large[None, :] - small[:, None], 1e-12)
    ratio = (1 - small[:, None]) * (large[None, :] + small[:, None]) / gap
    hessian = ((w_left * small) @ w_left.T) * (w_left @ w_left.T)
    return _Point(
        value=float((small - np.log(small) - 1).sum()),
        gradient=w_left**2 @ (1 - small),
        hessian=hessian + (cross * ratio.ravel()) @ cross.T,
    )


def _largest(
    values: FloatArray, n_factors: int, *, above: float
) -> npt.NDArray[np.bool_]:
    """Mark the factors: the largest eigenvalues, as far as they leave variance."""
    kept = np.zeros(len(values), dtype=bool)
    kept[-n_factors:] = True
    return kept & (values > above)


def _products(left: FloatArray, kept: FloatArray) -> FloatArray:
    """Return the elementwise products of each left with each kept eigenvector."""
    n_items = len(left)
    return (left[:, :, None] * kept[:, None, :]).reshape(n_items, -1)


def _loadings(
    correlations: FloatArray,
    uniquenesses: FloatArray,
    n_factors: int,
    method: ExtractionMethod,
) -> tuple[FloatArray, int]:
    """Return the loadings at the uniquenesses, and how many factors have variance."""
    if method == "minres":
        values, vectors = np.linalg.eigh(correlations - np.diag(uniquenesses))
        variance = values[::-1][:n_factors]
        scale = np.ones(len(correlations))
    else:
        scale = np.sqrt(uniquenesses)
        values, vectors = np.linalg.eigh(correlations / np.outer(scale, scale))
        variance = values[::-1][:n_factors] - 1
    axes = vectors[:, ::-1][:, :n_factors]
    loadings = scale[:, None] * axes * np.sqrt(np.maximum(variance, 0.0))
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return loadings, int((variance > 1e-8).sum())


def _is_identified(hessian: FloatArray, bounded: npt.NDArray[np.bool_]) -> bool:
    free = ~bounded
    if not free.any():
        return True
    values = np.linalg.eigvalsh(hessian[np.ix_(free, free)])
    return bool(values[0] > _NOT_IDENTIFIED * values[-1])

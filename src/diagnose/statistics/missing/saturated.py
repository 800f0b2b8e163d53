"""Maximum-likelihood means and covariances of incomplete answers, by the EM algorithm.

A step of EM from incomplete answers of n respondents moves the means by G_m / n in the
metric of the covariance matrix S, and S by 2 S G_S S / n, where G are the derivatives
of the log-likelihood (Xu and Jordan, 1996, Neural Computation): one evaluation of the
gradient is one step. Steps are extrapolated (Varadhan and Roland, 2008, Scandinavian
Journal of Statistics), and an extrapolation that lowers the likelihood is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Gradient = Callable[[FloatArray, FloatArray], tuple[float, FloatArray, FloatArray]]

_SINGULAR = 1e-8  # eigenvalue of correlations whose inverse has lost half its digits
_LONGEST = 1e4  # EM steps that an extrapolation may stand for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaturatedMoments:
    """Means and covariances that are most likely, without a model for them.

    Attributes
    ----------
    mean : ndarray, shape (n_items,)
        Means, in the units of the answers.
    covariance : ndarray, shape (n_items, n_items)
        Covariances with the number of respondents as divisor.
    log_likelihood : float
        At these moments.
    n_iterations : int
        Evaluations of the likelihood, each of them one EM step.
    converged : bool
        Whether the last EM step moved no moment by more than the tolerance.
    """

    mean: FloatArray
    covariance: FloatArray
    log_likelihood: float
    n_iterations: int
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Moments, what EM makes of them, and their log-likelihood."""

    moments: FloatArray
    stepped: FloatArray
    log_likelihood: float


def fit_saturated(
    gradient: Gradient,
    mean: FloatArray,
    covariance: FloatArray,
    n_respondents: int,
    *,
    tolerance: float,
    max_iterations: int,
) -> tuple[SaturatedMoments, bool]:
    """Climb from the given moments to the most likely ones.

    Parameters
    ----------
    gradient : callable
        Log-likelihood and its derivatives to means and covariances.
    mean, covariance : ndarray
        Where to start; positive definite.
    n_respondents : int
        Respondents behind the likelihood.
    tolerance : float
        Largest movement of a mean or covariance in one EM step, in units of the
        standard deviations at the start, that counts as none.
    max_iterations : int
        Most evaluations of the likelihood.

    Returns
    -------
    fit : SaturatedMoments
    singular : bool
        Whether the way led to covariances that make some items follow from others; the
        moments are the last before that.
    """
    scale = np.sqrt(np.diagonal(covariance))
    units = np.vstack([scale, np.outer(scale, scale)])

    def evaluate(moments: FloatArray) -> _Point:
        natural = moments * units
        log_likelihood, by_mean, by_cov = gradient(natural[0], natural[1:])
        if not np.isfinite(log_likelihood):
            return _Point(moments, moments, -np.inf)
        step = _em_step(natural[1:], by_mean, by_cov, n_respondents)
        return _Point(moments, moments + step / units, log_likelihood)

    point = evaluate(np.vstack([mean, covariance]) / units)
    n_iterations, converged = 1, _is_still(point, tolerance)
    singular = False
    while not (converged or singular) and n_iterations < max_iterations:
        reached, used = _cycle(evaluate, point, tolerance)
        n_iterations += used
        if np.isfinite(reached.log_likelihood):
            point = reached
            # Nearer to singular, steps are made of rounding errors.
            singular = _smallest_eigenvalue(point.moments[1:]) < _SINGULAR
            converged = _is_still(point, tolerance) and not singular
        else:
            singular = True
    natural = point.moments * units
    fit = SaturatedMoments(
        mean=natural[0],
        covariance=natural[1:],
        log_likelihood=point.log_likelihood,
        n_iterations=n_iterations,
        converged=converged,
    )
    return fit, singular


def _cycle(
    evaluate: Callable[[FloatArray], _Point], point: _Point, tolerance: float
) -> tuple[_Point, int]:
    """Take two EM steps and extrapolate them; return where that leads."""
    middle = evaluate(point.stepped)
    if _is_still(middle, tolerance):
        return middle, 1
    first = middle.moments - point.moments
    second = middle.stepped - middle.moments - first
    turn = max(float(np.linalg.norm(second)), 1e-300)
    length = min(max(1.0, float(np.linalg.norm(first)) / turn), _LONGEST)
    reached = evaluate(point.moments + 2 * length * first + length**2 * second)
    if reached.log_likelihood >= middle.log_likelihood:
        return reached, 2
    return evaluate(middle.stepped), 3


def _em_step(
    covariance: FloatArray, by_mean: FloatArray, by_cov: FloatArray, n_respondents: int
) -> FloatArray:
    moved = covariance @ by_mean / n_respondents
    widened = 2 * covariance @ by_cov @ covariance / n_respondents
    widened = (widened + widened.T) / 2 - np.outer(moved, moved)
    return np.vstack([moved, widened])


def _is_still(point: _Point, tolerance: float) -> bool:
    if not np.isfinite(point.log_likelihood):
        return False
    return float(np.abs(point.stepped - point.moments).max()) <= tolerance


def _smallest_eigenvalue(covariance: FloatArray) -> float:
    """Return the smallest eigenvalue of the correlation matrix."""
    scale = np.sqrt(np.diagonal(covariance))
    return float(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0])


def positive_definite_start(covariance: FloatArray) -> FloatArray:
    """Shrink pairwise covariances towards none until they are positive definite."""
    variances = np.diag(np.diagonal(covariance))
    smallest = _smallest_eigenvalue(covariance)
    if smallest > 1e-6:
        return covariance
    # Shrinking by a share s raises every eigenvalue of the correlations to at least s.
    share = (0.01 - smallest) / (1 - smallest)
    return (1 - share) * covariance + share * variances

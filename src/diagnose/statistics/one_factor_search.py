"""The search behind the one-factor fit, for many covariance matrices at once.

With P the inverse of the implied covariance Sigma = ll' + diag(u), the discrepancy
ln|Sigma| + tr(S P) has *half* the gradient (W l, diag(W) / 2) to loadings l and
uniquenesses u, where W = P - P S P. Information and Hessian below are halved alike.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MAX_STEPS = 500
_GRADIENT_TOLERANCE = 1e-10
_NEAR = 0.05  # gradients below which the Hessian is trusted over the information
_HOPELESS = 1e12  # damping beyond which steps no longer move


def minimise(matrices: FloatArray, start: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Minimise the discrepancy of one factor for each matrix.

    Damped Fisher scoring until the gradient is small, then Newton steps with the exact
    Hessian; every step must lower the discrepancy. Uniquenesses may become negative.

    Parameters
    ----------
    matrices : numpy.ndarray, shape (n_matrices, n_items, n_items)
        With variances near 1, so that the stopping rule means the same everywhere.
    start : numpy.ndarray, shape (n_matrices, 2 n_items)
        Loadings, then uniquenesses.

    Returns
    -------
    parameters : numpy.ndarray, shape (n_matrices, 2 n_items)
    converged : numpy.ndarray of bool, shape (n_matrices,)
        Whether the gradient vanished.
    """
    parameters = start.copy()
    value = discrepancy(matrices, parameters)
    converged = np.zeros(len(matrices), dtype=bool)
    damping = np.full(len(matrices), 1e-6)
    newton = np.ones(len(matrices), dtype=bool)
    active = np.flatnonzero(np.isfinite(value))
    for _ in range(_MAX_STEPS):
        gradient, information, hessian = derivatives(
            matrices[active], parameters[active]
        )
        steepest = np.abs(gradient).max(axis=1)
        done = steepest < _GRADIENT_TOLERANCE
        converged[active[done]] = True
        left = ~done & (damping[active] < _HOPELESS)
        active, gradient = active[left], gradient[left]
        if not len(active):
            break
        curved = (steepest[left] < _NEAR) & newton[active]
        curved[curved] = _is_convex(hessian[left][curved])
        curvature = np.where(curved[:, None, None], hessian[left], information[left])
        step = _steps(curvature, information[left], gradient, damping[active])
        candidate = parameters[active] - step
        lower = discrepancy(matrices[active], candidate)
        # Rounding hides gains below 1e-14; near the minimum full steps are right.
        better = lower <= value[active] + 1e-14 * np.abs(value[active])
        moved = active[better]
        parameters[moved], value[moved] = candidate[better], lower[better]
        newton[active] = better | ~curved
        damping[active] = np.where(
            better,
            np.maximum(damping[active] / 10, 1e-12),
            np.maximum(damping[active] * 10, 1e-6),
        )
    return parameters, converged


def start_from_component(matrix: FloatArray) -> FloatArray:
    """Return the first principal component, shrunk to leave room for error."""
    values, vectors = np.linalg.eigh(matrix)
    loadings = 0.8 * vectors[:, -1] * np.sqrt(values[-1])
    loadings = np.clip(loadings, -0.9, 0.9)
    return np.concatenate([loadings, 1 - loadings**2])


def implied_covariances(parameters: FloatArray) -> FloatArray:
    """Return the implied covariance of each row of parameters."""
    loadings, uniquenesses = np.split(parameters, 2, axis=1)
    k = loadings.shape[1]
    implied: FloatArray = loadings[:, :, None] * loadings[:, None, :]
    implied[:, np.arange(k), np.arange(k)] += uniquenesses
    return implied


def discrepancy(matrices: FloatArray, parameters: FloatArray) -> FloatArray:
    """Return ln|Sigma| + tr(S Sigma^-1), infinite where Sigma is not positive.

    Sigma is a diagonal plus one product, so it is positive definite exactly when its
    determinant is positive and no two uniquenesses are negative.
    """
    implied = implied_covariances(parameters)
    k = implied.shape[1]
    sign, log_determinant = np.linalg.slogdet(implied)
    positive = (sign > 0) & ((parameters[:, k:] < 0).sum(axis=1) < 2)
    safe = np.where(positive[:, None, None], implied, np.eye(k))
    trace = (np.linalg.inv(safe) * matrices).sum(axis=(1, 2))
    return np.where(positive, log_determinant + trace, np.inf)


def derivatives(
    matrices: FloatArray, parameters: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return half the gradient, half the expected and half the exact second derivative.

    Half the expected second derivative is the information of one respondent.
    """
    loadings, _ = np.split(parameters, 2, axis=1)
    inverse = np.linalg.inv(implied_covariances(parameters))
    middle = inverse @ matrices @ inverse
    weight = inverse - middle
    gradient = np.concatenate(
        [
            (weight @ loadings[:, :, None])[:, :, 0],
            np.diagonal(weight, axis1=1, axis2=2) / 2,
        ],
        axis=1,
    )
    a = (inverse @ loadings[:, :, None])[:, :, 0]
    b = (middle @ loadings[:, :, None])[:, :, 0]
    c = (loadings * a).sum(axis=1)[:, None, None]
    m = (loadings * b).sum(axis=1)[:, None, None]
    aa, ab = _outer(a, a), _outer(a, b)
    both = inverse * c + aa
    information = _blocks(both, inverse * a[:, None, :], inverse**2 / 2)
    hessian = _blocks(
        weight - both + inverse * m + middle * c + ab + np.swapaxes(ab, 1, 2),
        inverse * (b - a)[:, None, :] + middle * a[:, None, :],
        inverse * (2 * middle - inverse) / 2,
    )
    return gradient, information, hessian


def _outer(first: FloatArray, second: FloatArray) -> FloatArray:
    product: FloatArray = first[:, :, None] * second[:, None, :]
    return product


def _blocks(loadings: FloatArray, mixed: FloatArray, unique: FloatArray) -> FloatArray:
    """Put blocks together; rows of `mixed` are loadings, columns uniquenesses."""
    k = loadings.shape[1]
    whole = np.empty((len(loadings), 2 * k, 2 * k))
    whole[:, :k, :k], whole[:, k:, k:] = loadings, unique
    whole[:, :k, k:], whole[:, k:, :k] = mixed, np.swapaxes(mixed, 1, 2)
    return whole


def _is_convex(hessian: FloatArray) -> BoolArray:
    """Tell where a Newton step leads to a minimum and not to a saddle."""
    try:
        np.linalg.cholesky(hessian)  # far faster than eigenvalues, and mostly enough
    except np.linalg.LinAlgError:
        convex: BoolArray = np.linalg.eigvalsh(hessian)[:, 0] > 0
        return convex
    return np.ones(len(hessian), dtype=bool)


def _steps(
    curvature: FloatArray,
    information: FloatArray,
    gradient: FloatArray,
    damping: FloatArray,
) -> FloatArray:
    """Solve for the damped steps."""
    n_parameters = gradient.shape[1]
    index = np.arange(n_parameters)
    damped = curvature.copy()
    # The small constant keeps the system solvable where all loadings are 0.
    own = np.diagonal(information, axis1=1, axis2=2) + 1e-6
    damped[:, index, index] += damping[:, None] * own
    return np.asarray(np.linalg.solve(damped, gradient[:, :, None])[:, :, 0], float)

"""Rotation to a simple structure by gradient projection, from many starts at once.

A rotation T turns the loadings A into A inv(T)', and has columns of length 1; an
orthogonal one has inv(T)' = T. All starts are moved together, each with its own step,
so that twenty starts cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.factor.criteria import Criterion

FloatArray = npt.NDArray[np.float64]

_ROUGH = 1e-5
_FINE = 1e-11
_ROUGH_STEPS = 500
_FINE_STEPS = 5000
_HALVINGS = 30
_SAME_VALUE = 1e-7
_CONVERGED = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simplest:
    """The best rotation found.

    Attributes
    ----------
    rotation : numpy.ndarray, shape (n_factors, n_factors)
        T, with columns of length 1.
    value : float
        The criterion there.
    gradient : float
        Length of the projected gradient, 0 at a minimum.
    converged : bool
        Whether the gradient vanished.
    n_starts, n_at_best : int
        Starts tried, and how many of them led to `value`.
    values : numpy.ndarray, shape (n_starts,)
        The criterion where each start ended, the lowest first.
    """

    rotation: FloatArray
    value: float
    gradient: float
    converged: bool
    n_starts: int
    n_at_best: int
    values: FloatArray


@dataclass(slots=True, kw_only=True, eq=False)
class _State:
    """Rotations on their way, one a row of the stack."""

    rotation: FloatArray
    value: FloatArray
    gradient: FloatArray  # projected
    length: FloatArray  # of the projected gradient


def simplest_rotation(
    loadings: FloatArray,
    criterion: Criterion,
    *,
    orthogonal: bool,
    n_starts: int,
    seed: int,
) -> Simplest:
    """Return the rotation with the lowest criterion over several starts.

    The first start is the unrotated solution, the others are random orthogonal
    matrices. All go to a rough minimum; the best one goes on until the projected
    gradient is zero but for rounding.

    References
    ----------
    Jennrich, 2001 and 2002, Psychometrika (orthogonal; oblique).
    Bernaards and Jennrich, 2005, Educational and Psychological Measurement.
    Barzilai and Borwein, 1988, IMA Journal of Numerical Analysis (length of a step).
    """
    n_factors = loadings.shape[1]
    starts = _starts(n_factors, n_starts, seed)
    problem = _Problem(loadings, criterion, orthogonal=orthogonal)
    rough = problem.descend(starts, tolerance=_ROUGH, max_steps=_ROUGH_STEPS)
    best = int(np.argmin(rough.value))
    fine = problem.descend(
        rough.rotation[best : best + 1], tolerance=_FINE, max_steps=_FINE_STEPS
    )
    values = np.sort(rough.value)
    value = float(fine.value[0])
    near = _SAME_VALUE * (1 + abs(value))
    return Simplest(
        rotation=fine.rotation[0],
        value=value,
        gradient=float(fine.length[0]),
        converged=bool(fine.length[0] < _CONVERGED),
        n_starts=n_starts,
        n_at_best=int((values <= value + near).sum()),
        values=values,
    )


def _starts(n_factors: int, n_starts: int, seed: int) -> FloatArray:
    """Return the identity and random orthogonal matrices (Haar distribution)."""
    generator = np.random.default_rng(seed)
    normal = generator.standard_normal((n_starts, n_factors, n_factors))
    axes, triangle = np.linalg.qr(normal)
    signs = np.sign(np.diagonal(triangle, axis1=-2, axis2=-1))
    starts: FloatArray = axes * signs[:, None, :]
    starts[0] = np.eye(n_factors)
    return starts


class _Problem:
    """Loadings and a criterion: where the stack of rotations goes downhill."""

    def __init__(
        self, loadings: FloatArray, criterion: Criterion, *, orthogonal: bool
    ) -> None:
        self.loadings = loadings
        self.criterion = criterion
        self.orthogonal = orthogonal

    def descend(
        self, starts: FloatArray, *, tolerance: float, max_steps: int
    ) -> _State:
        """Move every start downhill until its projected gradient vanishes."""
        state = self._state(starts)
        step = np.ones(len(starts))
        # The value may rise above the last, not above the worst of the last ten.
        recent = np.repeat(state.value[:, None], 10, axis=1)
        for count in range(max_steps):
            active = np.flatnonzero(state.length > tolerance)
            if not len(active):
                break
            current = _take(state, active)
            moved, accepted = self._line_search(
                current, step[active], recent[active].max(axis=1)
            )
            if not accepted.any():
                break
            step[active] = _next_step(current, moved, step[active])
            _put(state, active, moved)
            recent[active, count % 10] = moved.value
        return state

    def _line_search(
        self, current: _State, step: FloatArray, ceiling: FloatArray
    ) -> tuple[_State, npt.NDArray[np.bool_]]:
        """Halve the steps until each gains enough; a start without gain stays."""
        moved = _take(current, np.arange(len(step)))
        waiting = np.arange(len(step))
        step = step.copy()
        for _ in range(_HALVINGS):
            gradient = current.gradient[waiting]
            candidate = current.rotation[waiting] - step[waiting, None, None] * gradient
            trial = self._state(self._retract(candidate))
            wanted = 1e-4 * step[waiting] * current.length[waiting] ** 2
            rounding = 1e-15 * (1 + np.abs(ceiling[waiting]))
            enough = trial.value <= ceiling[waiting] - wanted + rounding
            _put(moved, waiting[enough], _take(trial, np.flatnonzero(enough)))
            waiting = waiting[~enough]
            if not len(waiting):
                break
            step[waiting] /= 2
        accepted = np.ones(len(step), dtype=bool)
        accepted[waiting] = False
        return moved, accepted

    def _retract(self, moved: FloatArray) -> FloatArray:
        """Return the nearest orthogonal matrix, or columns of length 1."""
        if self.orthogonal:
            left, _, right = np.linalg.svd(moved)
            return np.asarray(left @ right)
        return np.asarray(moved / np.linalg.norm(moved, axis=-2, keepdims=True))

    def _state(self, rotation: FloatArray) -> _State:
        if self.orthogonal:
            rotated = self.loadings @ rotation
            value, slope = self.criterion(rotated)
            gradient = self.loadings.T @ slope
            product = np.swapaxes(rotation, -1, -2) @ gradient
            symmetric = (product + np.swapaxes(product, -1, -2)) / 2
            projected = gradient - rotation @ symmetric
        else:
            inverse = np.linalg.inv(rotation)
            rotated = self.loadings @ np.swapaxes(inverse, -1, -2)
            value, slope = self.criterion(rotated)
            gradient = -np.swapaxes(
                np.swapaxes(rotated, -1, -2) @ slope @ inverse, -1, -2
            )
            along = (rotation * gradient).sum(axis=-2, keepdims=True)
            projected = gradient - rotation * along
        length = np.sqrt((projected**2).sum(axis=(-2, -1)))
        return _State(rotation=rotation, value=value, gradient=projected, length=length)


def _next_step(before: _State, after: _State, step: FloatArray) -> FloatArray:
    """Return the step that the change of the gradient suggests (Barzilai-Borwein)."""
    moved = after.rotation - before.rotation
    turned = after.gradient - before.gradient
    curvature = np.abs((moved * turned).sum(axis=(-2, -1)))
    distance = (moved**2).sum(axis=(-2, -1))
    known = curvature > 1e-300
    suggested = np.divide(distance, curvature, out=step.copy(), where=known)
    return np.asarray(np.clip(suggested, 1e-6, 1e3))


def _take(state: _State, rows: npt.NDArray[np.intp]) -> _State:
    return _State(
        rotation=state.rotation[rows],
        value=state.value[rows],
        gradient=state.gradient[rows],
        length=state.length[rows],
    )


def _put(state: _State, rows: npt.NDArray[np.intp], source: _State) -> None:
    state.rotation[rows] = source.rotation
    state.value[rows] = source.value
    state.gradient[rows] = source.gradient
    state.length[rows] = source.length

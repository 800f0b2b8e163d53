"""Damped scoring: one minimiser for every estimator of a factor model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_MAX_STEPS = 300
_SMALL_DECREMENT = 1e-20
"""Squared length of the step to the minimum, in standard errors of one respondent:
estimates then differ from the minimum by 1e-10 of that."""
_STALLED_DECREMENT = 1e-14
"""Where rounding lets no step succeed: close enough to be no failure."""
_NOISE = 1e-13
"""Relative rounding error of a value: a change below it tells nothing."""
_NEWTON = 0.02
"""Decrement below which second derivatives are worth their price."""


class Objective(Protocol):
    """What is minimised: a value per respondent, infinite where it is not defined."""

    def value(self, values: FloatArray) -> float:
        """Return the discrepancy; infinite outside the permitted values."""

    def expand(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gradient, and a positive curvature to scale steps with."""


@runtime_checkable
class SecondOrder(Protocol):
    """An objective that has second derivatives; steps near the minimum use them."""

    def hessian(self, values: FloatArray) -> FloatArray:
        """Return the second derivatives of the value."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Minimum:
    """Where the steps ended.

    Attributes
    ----------
    values : numpy.ndarray, shape (n_free,)
    value : float
        The discrepancy there.
    decrement : float
        Newton decrement, ``g' H^-1 g``: zero at a minimum.
    converged : bool
        Whether the decrement vanished.
    n_steps : int
        Steps taken.
    """

    values: FloatArray
    value: float
    decrement: float
    converged: bool
    n_steps: int


def minimise(
    objective: Objective, start: FloatArray, *, damping: float = 1e-3
) -> Minimum:
    """Minimise by scoring, damped so that every step lowers the value.

    Where the objective is `SecondOrder`, its second derivatives replace the curvature
    near the minimum as soon as they are positive, so that the last steps converge
    quadratically also for a model that fits badly.

    Parameters
    ----------
    objective : Objective
        With a value, its gradient and a curvature (expected information).
    start : numpy.ndarray, shape (n_free,)
        Where to begin; the value there must be finite.
    damping : float
        How much the first steps are shortened. From 1 on they stay near the start,
        which helps where the value falls for ever in some direction further off.
    """
    point = _look(objective, start.copy(), objective.value(start))
    n_steps = 0
    while point.decrement >= _SMALL_DECREMENT and n_steps < _MAX_STEPS:
        n_steps += 1
        candidate = point.values - point.step(damping)
        value = objective.value(candidate)
        moved = None
        if value <= point.value + _NOISE * max(abs(point.value), 1.0):
            moved = _look(objective, candidate, value)
        if moved is not None and _is_progress(point, moved):
            point = moved
            damping = 0.0 if damping <= 1e-3 else damping / 3
        else:
            damping = max(damping * 10, 1e-3)
            if damping > 1e10:
                break
    return Minimum(
        values=point.values,
        value=point.value,
        decrement=point.decrement,
        converged=point.decrement < _STALLED_DECREMENT,
        n_steps=n_steps,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """A place on the way, in units of the parameters' own curvature.

    Neither units of items nor a singular direction then spoil the steps.
    """

    values: FloatArray
    value: float
    scale: FloatArray
    gradient: FloatArray
    curvature: FloatArray
    decrement: float

    def step(self, damping: float) -> FloatArray:
        """Return the step to subtract from the values."""
        damped = self.curvature + damping * np.eye(len(self.scale))
        step: FloatArray = _solve(damped, self.gradient) / self.scale
        return step

    @classmethod
    def at(
        cls,
        values: FloatArray,
        value: float,
        gradient: FloatArray,
        curvature: FloatArray,
    ) -> _Point:
        scale = np.sqrt(np.maximum(np.diag(curvature), 1e-300))
        scaled_gradient = gradient / scale
        scaled = curvature / np.outer(scale, scale)
        return cls(
            values=values,
            value=value,
            scale=scale,
            gradient=scaled_gradient,
            curvature=scaled,
            decrement=float(abs(scaled_gradient @ _solve(scaled, scaled_gradient))),
        )


def _look(objective: Objective, values: FloatArray, value: float) -> _Point:
    gradient, curvature = objective.expand(values)
    point = _Point.at(values, value, gradient, curvature)
    if not isinstance(objective, SecondOrder) or point.decrement > _NEWTON:
        return point
    hessian = objective.hessian(values)
    if not _is_positive(hessian):
        return point
    return _Point.at(values, value, gradient, hessian)


def _is_progress(point: _Point, moved: _Point) -> bool:
    """Tell a step forward; near the minimum the value drowns in rounding."""
    noise = _NOISE * max(abs(point.value), 1.0)
    return moved.value < point.value - noise or moved.decrement < point.decrement


def _is_positive(hessian: FloatArray) -> bool:
    """Tell whether the second derivatives are those of a minimum."""
    try:
        np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        return False
    return True


def _solve(matrix: FloatArray, target: FloatArray) -> FloatArray:
    """Solve; in the directions that the matrix knows when it is singular."""
    try:
        solved = np.linalg.solve(matrix, target)
    except np.linalg.LinAlgError:
        solved = np.full(len(target), np.inf)
    if not np.isfinite(solved).all() or abs(solved).max(initial=0.0) > 1e12:
        solved = np.linalg.lstsq(matrix, target, rcond=1e-10)[0]
    return np.asarray(solved, dtype=float)

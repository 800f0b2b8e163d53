"""Finding the maximum of the marginal likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.irt.layout import (
    Layout,
    categories_at,
    complete_information,
    is_ordered,
)
from diagnose.statistics.irt.likelihood import Data, evaluate, observed_information
from diagnose.statistics.irt.prior import SlopePrior

FloatArray = npt.NDArray[np.float64]

_EM_STEPS = 6
_MOST_STEPS = 300
_HALVINGS = 30
_LONGEST = 2.0
"""Largest change of a parameter in one step."""
_SUFFICIENT = 1e-4
_ROUNDING = 1e-13
"""Share of the log-likelihood below which rounding hides a difference."""
_TOLERANCE = 1e-12
"""Expected gain of one more step at which the search is over, which is a distance of a
millionth of a standard error. One exact Newton step follows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Objective:
    """The marginal log-likelihood, plus the logarithm of the prior if there is one."""

    data: Data
    prior: SlopePrior | None

    def at(self, parameters: FloatArray) -> Point:
        """Return the objective and its gradient."""
        value = evaluate(self.data, parameters)
        objective, gradient = value.log_likelihood, value.gradient
        if self.prior is not None:
            slopes = parameters[: self.data.layout.n_items]
            objective += self.prior.log_density(slopes)
            gradient[: len(slopes)] += self.prior.gradient(slopes)
        return Point(
            parameters=parameters,
            log_likelihood=value.log_likelihood,
            objective=objective,
            gradient=gradient,
            expected=value.expected,
        )

    def information(self, parameters: FloatArray) -> FloatArray:
        """Return minus the second derivatives."""
        information = observed_information(self.data, parameters)
        if self.prior is not None:
            slopes = parameters[: self.data.layout.n_items]
            place = np.arange(len(slopes))
            information[place, place] += self.prior.information(slopes)
        return information

    def bound(self, point: Point) -> FloatArray:
        """Return the information if theta were seen: at least `information`.

        A step with this curvature is one of EM, with one Newton step for its second
        half (Lange, 1995): slow, but it goes uphill from anywhere.
        """
        layout, points = self.data.layout, self.data.quadrature.points
        categories = categories_at(layout, point.parameters, points)
        bound = complete_information(layout, categories, points, point.expected)
        if self.prior is not None:
            slopes = point.parameters[: layout.n_items]
            place = np.arange(len(slopes))
            bound[place, place] += np.maximum(self.prior.information(slopes), 0.0)
        return bound


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """The objective at some parameters.

    Attributes
    ----------
    parameters, gradient : numpy.ndarray, shape (n_parameters,)
        Slopes first, then intercepts.
    log_likelihood, objective : float
        Without and with the prior.
    expected : numpy.ndarray, shape (n_categories_in_all, n_points)
        Expected number of answers in each category at each point.
    """

    parameters: FloatArray
    log_likelihood: float
    objective: float
    gradient: FloatArray
    expected: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maximum:
    """Where the search ended.

    Attributes
    ----------
    point : Point
        The last parameters.
    information : numpy.ndarray, shape (n_parameters, n_parameters)
        Minus the second derivatives there.
    n_iterations : int
        Steps taken.
    converged : bool
        Whether another step would gain nothing.
    """

    point: Point
    information: FloatArray
    n_iterations: int
    converged: bool


def maximise(objective: Objective, start: FloatArray, *, slope_limit: float) -> Maximum:
    """Return the maximum: some EM steps, then a quasi-Newton search (BFGS).

    The search works on the information instead of its inverse, and begins with the
    exact one, so few steps are needed. It stops early when the size of a slope passes
    `slope_limit`.
    """
    point = objective.at(start)
    curvature = objective.bound(point)
    for n_steps in range(1, _MOST_STEPS + 1):
        step = np.linalg.solve(curvature, point.gradient).astype(np.float64)
        gain = float(step @ point.gradient)
        if gain < _TOLERANCE and n_steps > _EM_STEPS:
            return _finish(objective, point, n_steps)
        moved = _search(objective, point, step, gain)
        if moved is None or _beyond(moved, objective.data.layout, slope_limit):
            point = point if moved is None else moved
            break
        if n_steps < _EM_STEPS:
            curvature = objective.bound(moved)
        elif n_steps == _EM_STEPS:
            curvature = _start_curvature(objective, moved)
        else:
            curvature = _updated(curvature, point, moved)
        point = moved
    return Maximum(
        point=point, information=curvature, n_iterations=n_steps, converged=False
    )


def _search(
    objective: Objective, point: Point, step: FloatArray, gain: float
) -> Point | None:
    """Return a better point along the step, or None when there is none.

    Near the maximum the gain drowns in the rounding of the log-likelihood; there the
    whole step is taken.
    """
    rounding = _ROUNDING * abs(point.objective)
    share = min(1.0, _LONGEST / float(np.abs(step).max()))
    for _ in range(_HALVINGS):
        parameters = point.parameters + share * step
        if is_ordered(objective.data.layout, parameters):
            moved = objective.at(parameters)
            wanted = _SUFFICIENT * share * gain - rounding
            if moved.objective - point.objective >= wanted:
                return moved
        share /= 2
    return None


def _beyond(point: Point, layout: Layout, slope_limit: float) -> bool:
    return bool((np.abs(point.parameters[: layout.n_items]) > slope_limit).any())


def _start_curvature(objective: Objective, point: Point) -> FloatArray:
    """Return the exact information, or its bound where it is no curvature of a top."""
    information = objective.information(point.parameters)
    return information if is_positive(information) else objective.bound(point)


def is_positive(information: FloatArray) -> bool:
    """Return whether the matrix is positive definite beyond rounding."""
    scale = np.sqrt(np.abs(np.diag(information)))
    if not (scale > 0).all():
        return False
    scaled = information / np.outer(scale, scale)
    return bool(np.linalg.eigvalsh(scaled)[0] > 1e-10)


def _updated(curvature: FloatArray, before: Point, after: Point) -> FloatArray:
    """Return the curvature that explains the change of the gradient (BFGS)."""
    moved = after.parameters - before.parameters
    change = before.gradient - after.gradient
    seen = float(moved @ change)
    pushed = curvature @ moved
    expected = float(moved @ pushed)
    if seen <= 1e-8 * expected:
        return curvature
    gained = np.outer(change, change) / seen
    return curvature + gained - np.outer(pushed, pushed) / expected


def _finish(objective: Objective, point: Point, n_steps: int) -> Maximum:
    """Take a last, exact Newton step; the information stays that of before it."""
    information = objective.information(point.parameters)
    converged = is_positive(information)
    if converged:
        step = np.linalg.solve(information, point.gradient)
        point = objective.at(point.parameters + step)
    return Maximum(
        point=point, information=information, n_iterations=n_steps, converged=converged
    )

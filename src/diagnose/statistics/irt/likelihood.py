"""The marginal likelihood of answer patterns, its gradient and its information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.irt.layout import (
    Layout,
    Scores,
    categories_at,
    category_scores,
    complete_information,
    gather,
)
from diagnose.statistics.irt.patterns import Patterns, blocks, indicators
from diagnose.statistics.irt.quadrature import Quadrature

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Data:
    """What the likelihood is computed from."""

    layout: Layout
    patterns: Patterns
    quadrature: Quadrature


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Value:
    """The log-likelihood at some parameters.

    Attributes
    ----------
    log_likelihood : float
        Over all respondents.
    gradient : numpy.ndarray, shape (n_parameters,)
        Slopes first, then intercepts.
    expected : numpy.ndarray, shape (n_categories_in_all, n_points)
        Expected number of answers in each category at each point.
    """

    log_likelihood: float
    gradient: FloatArray
    expected: FloatArray


def evaluate(data: Data, parameters: FloatArray) -> Value:
    """Return the marginal log-likelihood and its gradient."""
    layout, points = data.layout, data.quadrature.points
    categories = categories_at(layout, parameters, points)
    n_categories = len(categories.log_probability)
    padded = _padded(categories.log_probability)
    expected = np.zeros(categories.log_probability.shape)
    total = 0.0
    for block in blocks(data.patterns, layout, 2 * len(points)):
        given = indicators(block.place, n_categories)
        posterior, log_marginal = _posterior(given @ padded, data.quadrature)
        counts = data.patterns.counts[block.rows]
        total += float((counts * log_marginal).sum())
        posterior *= counts[:, None]
        expected += (given.T @ posterior)[:n_categories]
    scores = category_scores(layout, categories, points)
    gradient = gather(
        layout,
        (expected * scores.slope).sum(axis=1),
        (expected * scores.lower).sum(axis=1),
        (expected * scores.upper).sum(axis=1),
    )
    return Value(log_likelihood=total, gradient=gradient, expected=expected)


def posterior_moments(
    data: Data, parameters: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the posterior mean and standard deviation of theta of each pattern."""
    points = data.quadrature.points
    padded = _padded(categories_at(data.layout, parameters, points).log_probability)
    mean = np.empty(len(data.patterns.codes))
    deviation = np.empty(len(data.patterns.codes))
    for block in blocks(data.patterns, data.layout, 3 * len(points)):
        given = indicators(block.place, len(padded) - 1)
        posterior, _ = _posterior(given @ padded, data.quadrature)
        mean[block.rows] = posterior @ points
        squares = (points - mean[block.rows][:, None]) ** 2
        deviation[block.rows] = np.sqrt((posterior * squares).sum(axis=1))
    return mean, deviation


def observed_information(data: Data, parameters: FloatArray) -> FloatArray:
    """Return minus the second derivatives of the marginal log-likelihood.

    Louis (1982): the information if theta were seen, less the variance that the score
    still has given the answers, summed over the patterns.
    """
    layout, points = data.layout, data.quadrature.points
    categories = categories_at(layout, parameters, points)
    scores = category_scores(layout, categories, points)
    n_categories, n_points = categories.log_probability.shape
    padded = _padded(categories.log_probability)
    expected = np.zeros((n_categories, n_points))
    lost = np.zeros((layout.n_parameters, layout.n_parameters))
    for block in blocks(data.patterns, layout, 4 * n_points + layout.n_parameters):
        given = indicators(block.place, n_categories)
        posterior, _ = _posterior(given @ padded, data.quadrature)
        counts = data.patterns.counts[block.rows]
        own = _mean_scores(layout, scores, block.place, posterior)
        own *= np.sqrt(counts)[:, None]
        lost -= own.T @ own
        posterior *= counts[:, None]
        expected += (given.T @ posterior)[:n_categories]
        lost += _second_moment(layout, scores, block.place, posterior)
    return complete_information(layout, categories, points, expected) - lost


def _padded(values: FloatArray) -> FloatArray:
    """Return the values with a row of zeros below them, for missing answers."""
    return np.vstack([values, np.zeros((1, values.shape[1]))])


def _posterior(
    joint: FloatArray, quadrature: Quadrature
) -> tuple[FloatArray, FloatArray]:
    """Return the posterior weights of the points and the marginal log-probability.

    `joint` holds the log-probability of each pattern at each point, and is used up.
    """
    joint += np.log(quadrature.weights)
    largest = joint.max(axis=1, keepdims=True)
    joint -= largest
    np.exp(joint, out=joint)
    total = joint.sum(axis=1, keepdims=True)
    joint /= total
    return joint, (largest + np.log(total))[:, 0]


def _mean_scores(
    layout: Layout, scores: Scores, place: IntArray, posterior: FloatArray
) -> FloatArray:
    """Return the derivatives of the log-probability of each pattern."""
    k = layout.n_items
    everyone = np.arange(len(place))
    own = np.zeros((len(place), layout.n_parameters + 1))
    lower = k + np.append(layout.lower, layout.n_boundaries)
    upper = k + np.append(layout.upper, layout.n_boundaries)
    by_slope, by_lower, by_upper = (
        _padded(score) for score in (scores.slope, scores.lower, scores.upper)
    )
    for i, given in enumerate(place.T):
        own[:, i] = (posterior * by_slope[given]).sum(axis=1)
        own[everyone, lower[given]] += (posterior * by_lower[given]).sum(axis=1)
        own[everyone, upper[given]] += (posterior * by_upper[given]).sum(axis=1)
    return own[:, :-1]


def _second_moment(
    layout: Layout, scores: Scores, place: IntArray, weights: FloatArray
) -> FloatArray:
    """Return the summed expectation of the outer product of the complete scores.

    The derivatives depend on the answer alone. So for all who gave one answer to one
    item the weights are first added by their answers to all items, at each point.
    """
    k, n_categories = layout.n_items, len(layout.category_item)
    moment = np.zeros((layout.n_parameters + 1, layout.n_parameters))
    by_slope, by_lower, by_upper = scores.slope.T, scores.lower.T, scores.upper.T
    for category, item in enumerate(layout.category_item):
        rows = np.flatnonzero(place[:, item] == category)
        together = indicators(place[rows], n_categories).T @ weights[rows]
        at_point = together[:n_categories].T
        other = gather(
            layout, at_point * by_slope, at_point * by_lower, at_point * by_upper
        )
        own = (scores.slope[category], scores.lower[category], scores.upper[category])
        added = np.einsum("kq,qp->kp", np.stack(own), other)
        moment[item] += added[0]
        moment[k + layout.lower[category]] += added[1]
        moment[k + layout.upper[category]] += added[2]
    return moment[:-1]

"""The graded response model itself: category probabilities and their derivatives.

Samejima (1969): an answer at or above the boundary c of item i has the probability
``logistic(a_i theta + d_c)``, with the intercepts ``d_c`` of an item descending. The
threshold on the latent scale is ``b_c = -d_c / a_i``. Parameters are held in one
vector, the slopes of all items first, then the intercepts of all boundaries; rows of
the arrays below are the boundaries, or the answer categories, of all items in turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Where the categories and boundaries of each item stand in the flat arrays.

    Attributes
    ----------
    n_categories : numpy.ndarray, shape (n_items,)
        Answer categories of each item, at least 2.
    first_category : numpy.ndarray, shape (n_items,)
        Row of the lowest category of each item.
    category_item : numpy.ndarray, shape (n_categories_in_all,)
        Item of each category.
    lower, upper : numpy.ndarray, shape (n_categories_in_all,)
        Boundary below and above each category; ``n_boundaries`` where there is none.
    boundary_item, above : numpy.ndarray, shape (n_boundaries,)
        Item of each boundary, and the category just above it. The category just
        below is the row before.
    """

    n_categories: IntArray
    first_category: IntArray
    category_item: IntArray
    lower: IntArray
    upper: IntArray
    boundary_item: IntArray
    above: IntArray

    @property
    def n_items(self) -> int:
        """Return the number of items."""
        return len(self.n_categories)

    @property
    def n_boundaries(self) -> int:
        """Return the number of boundaries over all items."""
        return len(self.above)

    @property
    def n_parameters(self) -> int:
        """Return the number of slopes and intercepts."""
        return self.n_items + self.n_boundaries


def make_layout(n_categories: IntArray) -> Layout:
    """Return the layout of items with these numbers of categories."""
    items = np.arange(len(n_categories))
    first = np.concatenate([[0], np.cumsum(n_categories)[:-1]]).astype(np.intp)
    category_item = np.repeat(items, n_categories)
    lowest = np.zeros(len(category_item), dtype=bool)
    lowest[first] = True
    above = np.flatnonzero(~lowest)
    n_boundaries = len(above)
    lower = np.full(len(category_item), n_boundaries)
    lower[above] = np.arange(n_boundaries)
    upper = np.full(len(category_item), n_boundaries)
    upper[above - 1] = np.arange(n_boundaries)
    return Layout(
        n_categories=n_categories,
        first_category=first,
        category_item=category_item,
        lower=lower,
        upper=upper,
        boundary_item=np.repeat(items, n_categories - 1),
        above=above,
    )


def is_ordered(layout: Layout, parameters: FloatArray) -> bool:
    """Return whether the intercepts of every item strictly descend."""
    intercepts = parameters[layout.n_items :]
    same_item = np.diff(layout.boundary_item) == 0
    return bool((np.diff(intercepts)[same_item] < 0).all())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Categories:
    """Categories at some values of theta, one row a category, one column a theta.

    With ``p`` the probability of passing a boundary, the probability of a category is
    ``p_lower (1 - p_upper) (1 - exp(d_upper - d_lower))``: no difference of nearly
    equal numbers, and a constant third factor, so that logarithms and derivatives
    stay exact in the tails.

    Attributes
    ----------
    log_probability : numpy.ndarray, shape (n_categories_in_all, n_theta)
        Logarithm of the probability of each category.
    passing_lower, passing_upper : numpy.ndarray, the same shape
        Probability of an answer at or above the boundary below (1 for the lowest
        category) and above the category (0 for the highest).
    pull : numpy.ndarray, shape (n_categories_in_all,)
        Derivative of the logarithm of the third factor to ``d_lower``; 0 for the
        outer categories.
    """

    log_probability: FloatArray
    passing_lower: FloatArray
    passing_upper: FloatArray
    pull: FloatArray


def categories_at(
    layout: Layout, parameters: FloatArray, theta: FloatArray
) -> Categories:
    """Return the categories of all items at the values `theta`."""
    slopes, intercepts = parameters[: layout.n_items], parameters[layout.n_items :]
    logits = slopes[layout.boundary_item, None] * theta + intercepts[:, None]
    passing, log_passing, log_failing = _logistic(logits)
    inner = (layout.lower < layout.n_boundaries) & (layout.upper < layout.n_boundaries)
    gap = intercepts[layout.upper[inner]] - intercepts[layout.lower[inner]]
    log_width, pull = np.zeros(len(inner)), np.zeros(len(inner))
    log_width[inner] = np.log(-np.expm1(gap))
    pull[inner] = np.exp(gap) / -np.expm1(gap)
    log_probability = _with_row(log_passing, 0.0)[layout.lower]
    log_probability += _with_row(log_failing, 0.0)[layout.upper]
    log_probability += log_width[:, None]
    return Categories(
        log_probability=log_probability,
        passing_lower=_with_row(passing, 1.0)[layout.lower],
        passing_upper=_with_row(passing, 0.0)[layout.upper],
        pull=pull,
    )


def _logistic(logits: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the logistic function, its logarithm and that of its complement."""
    small = np.exp(-np.abs(logits))  # never overflows
    log_larger = -np.log1p(small)
    positive = logits > 0
    log_passing = np.where(positive, log_larger, log_larger + logits)
    log_failing = np.where(positive, log_larger - logits, log_larger)
    passing = np.where(positive, 1.0, small) / (1 + small)
    return passing, log_passing, log_failing


def _with_row(values: FloatArray, constant: float) -> FloatArray:
    return np.vstack([values, np.full((1, values.shape[1]), constant)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """First derivatives of the log-probability of each category.

    A category depends on the slope of its item and on the boundaries below and above
    it. All arrays have the shape (n_categories_in_all, n_theta).
    """

    slope: FloatArray
    lower: FloatArray
    upper: FloatArray


def category_scores(
    layout: Layout, categories: Categories, theta: FloatArray
) -> Scores:
    """Return the derivatives to the slope and to both boundaries."""
    failing_lower = 1 - categories.passing_lower
    pull = categories.pull[:, None]
    has_lower = (layout.lower < layout.n_boundaries)[:, None]
    has_upper = (layout.upper < layout.n_boundaries)[:, None]
    return Scores(
        slope=theta * (failing_lower - categories.passing_upper),
        lower=np.where(has_lower, failing_lower + pull, 0.0),
        upper=np.where(has_upper, -(categories.passing_upper + pull), 0.0),
    )


def gather(
    layout: Layout, slope: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """Add contributions of categories (last axis) into those of parameters."""
    by_item = np.add.reduceat(slope, layout.first_category, axis=-1)
    by_boundary = lower[..., layout.above] + upper[..., layout.above - 1]
    return np.concatenate([by_item, by_boundary], axis=-1)


def complete_information(
    layout: Layout, categories: Categories, theta: FloatArray, expected: FloatArray
) -> FloatArray:
    """Return the information if theta were seen: minus the weighted second derivatives.

    `expected` holds the (expected) number of answers in each category at each theta.
    The log-probability of a category is concave in the parameters, so this matrix is
    positive definite wherever each item has answers at two values of theta.
    """
    k, n_boundaries = layout.n_items, layout.n_boundaries
    above, below = layout.above, layout.above - 1
    passing = categories.passing_lower[above]
    spread = passing * (1 - passing) * (expected[above] + expected[below])
    by_theta = spread @ theta
    rows = k + np.arange(n_boundaries)
    information = np.zeros((k + n_boundaries, k + n_boundaries))
    np.add.at(
        information, (layout.boundary_item, layout.boundary_item), spread @ theta**2
    )
    information[rows, layout.boundary_item] = by_theta
    information[layout.boundary_item, rows] = by_theta
    bend = categories.pull * (1 + categories.pull) * expected.sum(axis=1)
    information[rows, rows] = spread.sum(axis=1) + bend[above] + bend[below]
    inner = np.flatnonzero(bend)
    low, high = k + layout.lower[inner], k + layout.upper[inner]
    information[low, high] = information[high, low] = -bend[inner]
    return information

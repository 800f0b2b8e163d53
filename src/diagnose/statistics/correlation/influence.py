"""What one respondent adds to each threshold and to each correlation.

The two steps solve the estimating equations sum u_t = 0 for the thresholds and
sum u_r = 0 for the correlations. With A the cross-products of these scores with the
derivatives of the same likelihoods to all parameters, which is lower triangular by
blocks, the estimates minus their limits are the sum over respondents of A^-1 u
(Muthen, 1984, Psychometrika). A score depends on the answers to one item or to one
pair of items only, and so does A^-1 u: it is kept as a table by category, or by cell.
Its cross-product over respondents is the covariance matrix of all estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.correlation.bivariate_normal import rectangle_probabilities
from diagnose.statistics.correlation.tables import PairTables
from diagnose.statistics.correlation.two_step import (
    LEAST_PROBABILITY,
    TwoStepEstimates,
    cell_slopes,
)

FloatArray = npt.NDArray[np.float64]

_FAR = 40.0  # stands for an infinite threshold: the density there is 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InfluenceTables:
    """Influence of one respondent by answer; the last category is "not answered".

    Attributes
    ----------
    thresholds : ndarray, shape (n_items, n_categories + 1, n_categories - 1)
        On each threshold of an item, by the answer to it.
    correlations : ndarray, shape (n_pairs, n_categories + 1, n_categories + 1)
        On each correlation, by the answers to both items; 0 for one at its bound.
    """

    thresholds: FloatArray
    correlations: FloatArray


def influence_tables(
    tables: PairTables, estimates: TwoStepEstimates
) -> InfluenceTables:
    """Return the influence on all estimates, as tables."""
    on_thresholds = _on_thresholds(tables, estimates.thresholds)
    return InfluenceTables(
        thresholds=on_thresholds,
        correlations=_on_correlations(tables, estimates, on_thresholds),
    )


def threshold_errors(tables: PairTables, influence: InfluenceTables) -> FloatArray:
    """Return standard errors of the thresholds, shape (n_items, n_categories - 1)."""
    squares = influence.thresholds[:, :-1] ** 2
    variances = np.einsum("ia,iat->it", tables.margins, squares)
    return np.asarray(np.sqrt(variances))


def correlation_errors(tables: PairTables, influence: InfluenceTables) -> FloatArray:
    """Return standard errors of the correlations, shape (n_pairs,)."""
    squares = influence.correlations**2
    variances = np.einsum("pab,pab->p", tables.with_missing(), squares)
    return np.asarray(np.sqrt(variances))


def _on_thresholds(tables: PairTables, thresholds: FloatArray) -> FloatArray:
    """Return (1{answer <= t} - share <= t) / (n density), the inverse of a quantile."""
    n_answers = tables.n_answers[:, None]
    share = (np.cumsum(tables.margins, axis=1)[:, :-1] / n_answers)[:, None, :]
    n_items, size = tables.margins.shape
    below = np.arange(size)[:, None] <= np.arange(size - 1)
    # A filled-up threshold is +inf: nobody moves it.
    finite = np.isfinite(thresholds)
    density = _density(np.where(finite, thresholds, 0.0))
    scale = np.where(finite, 1 / (n_answers * density), 0.0)
    on_thresholds = np.zeros((n_items, size + 1, size - 1))
    on_thresholds[:, :size] = (below - share) * scale[:, None, :]
    return on_thresholds


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))


def _on_correlations(
    tables: PairTables, estimates: TwoStepEstimates, on_thresholds: FloatArray
) -> FloatArray:
    first, second, r = tables.first, tables.second, estimates.correlations
    h, k = estimates.thresholds[first], estimates.thresholds[second]
    probability = np.maximum(rectangle_probabilities(h, k, r), LEAST_PROBABILITY)
    # A cell that nobody is in has no use for a score, however improbable it is.
    scores = np.where(tables.counts > 0, cell_slopes(h, k, r) / probability, 0.0)
    by_cell = tables.counts * scores
    information = np.einsum("pab,pab->p", by_cell, scores)
    by_cell /= probability
    along_rows = _cross_products(by_cell, h, k, r)
    along_columns = _cross_products(by_cell.transpose(0, 2, 1), k, h, r)
    rows = np.einsum("pt,pat->pa", along_rows, on_thresholds[first])
    columns = np.einsum("pt,pat->pa", along_columns, on_thresholds[second])
    n_pairs, size, _ = scores.shape
    influence = np.zeros((n_pairs, size + 1, size + 1))
    influence[:, :size, :size] = scores
    influence -= rows[:, :, None]
    influence -= columns[:, None, :]
    # A correlation at its bound is not an estimate: nobody moves it.
    moving = np.where(estimates.at_bound, 0.0, 1 / np.maximum(information, 1e-300))
    return np.asarray(influence * moving[:, None, None])


def _cross_products(
    by_cell: FloatArray, h: FloatArray, k: FloatArray, r: FloatArray
) -> FloatArray:
    """Return sums of score on r times derivative to the thresholds of the rows.

    A threshold h moves probability from the row above it to the row below it:
    density(h) times the share of each column given X = h.
    """
    from scipy.special import ndtr

    finite = np.minimum(h, _FAR)[:, :, None]
    spread = np.sqrt((1 - r) * (1 + r))[:, None, None]
    shift = r[:, None, None] * finite
    inner = ndtr((k[:, None, :] - shift) / spread)
    edges = np.ones((len(r), h.shape[1], 1))
    shares = np.diff(np.concatenate([0 * edges, inner, edges], axis=2), axis=2)
    moved = by_cell[:, :-1] - by_cell[:, 1:]
    products = np.einsum("ptb,ptb->pt", moved, shares)
    return np.asarray(products * _density(np.minimum(h, _FAR)))

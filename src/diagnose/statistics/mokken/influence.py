"""Scalability coefficients, and what one respondent does to each of them.

For items i and j the coefficient is H_ij = C_ij / T_ij: their covariance, over the
largest covariance that their two margins allow. With P(i, a) the share that reaches
answer a of item i, and g(i, a) the distance of a to the answer below it, ::

    T_ij = sum over a, b of g(i, a) g(j, b) [min(P(i, a), P(j, b)) - P(i, a) P(j, b)]

which is the covariance of the two columns sorted apart, and 1 - H_ij is the ratio of
observed to expected Guttman errors, weighted for answers of more than two categories.
The coefficients of an item and of the scale are ratios of sums over pairs.

Each is a smooth function of the shares of the answer patterns, so its delta-method
variance is that of the mean of the respondents' influence values: that of C_ij is
(x_i - m_i)(x_j - m_j) - C_ij; that of T_ij follows from the margins alone. Where two
steps are equally popular the minimum has a kink, and the mean of the slopes on both
sides is used, so that the order of the items does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from diagnose.statistics.mokken.answers import Categories

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairTerms:
    """What the influence on a pair is made of, for K categories of k items.

    Attributes
    ----------
    deviation : ndarray, shape (K, k)
        Answer less the mean of its item, in the column of that item.
    slopes : ndarray, shape (K, k)
        What choosing the category adds to the largest covariance of its item with
        another item; mean 0 over respondents.
    covariance, largest : ndarray, shape (k, k)
        C and T, with 0 and 1 on the diagonal.
    first : ndarray of int, shape (k,)
        First category of each item.
    """

    deviation: FloatArray
    slopes: FloatArray
    covariance: FloatArray
    largest: FloatArray
    first: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scalability:
    """Coefficients of one sample with the influence of every respondent.

    Attributes
    ----------
    pair : ndarray, shape (k, k)
        H_ij, with 0 on the diagonal.
    item : ndarray, shape (k,)
        H_i.
    scale : float
        H.
    item_influence : ndarray, shape (n_respondents, k)
        Mean 0 over respondents.
    scale_influence : ndarray, shape (n_respondents,)
        Mean 0 over respondents.
    terms : PairTerms
        For the influence on each pair.
    """

    pair: FloatArray
    item: FloatArray
    scale: float
    item_influence: FloatArray
    scale_influence: FloatArray
    terms: PairTerms


def scalability(answers: Categories, chosen: FloatArray) -> Scalability:
    """Return all coefficients; `chosen` are the indicators of `answers`."""
    owner = answers.owner
    counts = chosen.sum(axis=0)
    means = owner.T @ (counts * answers.value) / len(chosen)
    deviation = owner * (answers.value[:, None] - means)
    centred = chosen @ deviation
    covariance = _off_diagonal(centred.T @ centred / len(chosen))
    largest, slopes = _largest_covariance(answers, counts, len(chosen))
    sums = largest.sum(axis=1)
    item = covariance.sum(axis=1) / sums
    scale = float(covariance.sum() / sums.sum())
    observed = centred * (centred.sum(axis=1, keepdims=True) - centred)
    observed -= covariance.sum(axis=1)
    possible = chosen @ slopes + (chosen * slopes.sum(axis=1)) @ owner
    divisor = largest + np.eye(len(largest))
    return Scalability(
        pair=covariance / divisor,
        item=item,
        scale=scale,
        item_influence=(observed - item * possible) / sums,
        scale_influence=(observed - scale * possible).sum(axis=1) / sums.sum(),
        terms=PairTerms(
            deviation=deviation,
            slopes=slopes,
            covariance=covariance,
            largest=divisor,
            first=owner.argmax(axis=0),
        ),
    )


def _largest_covariance(
    answers: Categories, counts: FloatArray, n_respondents: int
) -> tuple[FloatArray, FloatArray]:
    """Return T, and for each category what choosing it adds to T of its item and j.

    A category stands for the step from the answer below it; the lowest category of an
    item has no step, and a gap of 0.
    """
    owner = answers.owner
    same_item = owner @ owner.T
    at_least = np.tril(same_item)  # row: category, column: steps taken to reach it
    reached = at_least.T @ counts  # whole numbers, so that ties are exact
    popularity = reached / n_respondents
    gap = np.diff(answers.value, prepend=0.0)
    gap[owner.argmax(axis=0)] = 0.0
    joint = np.minimum.outer(popularity, popularity) - np.outer(popularity, popularity)
    weighted = gap[:, None] * owner
    largest = _off_diagonal(weighted.T @ joint @ weighted)
    rarer = np.less.outer(reached, reached) + 0.5 * np.equal.outer(reached, reached)
    by_step = (rarer - popularity) @ weighted * (1 - owner)
    slopes = at_least @ (gap[:, None] * by_step)
    slopes -= owner @ (owner.T @ (counts[:, None] / n_respondents * slopes))
    return largest, slopes


def _off_diagonal(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix * (1 - np.eye(len(matrix))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errors:
    """Standard errors of the coefficients, in the shapes of `Scalability`."""

    pair: FloatArray
    item: FloatArray
    scale: float


def multinomial_errors(
    answers: Categories, chosen: FloatArray, found: Scalability
) -> Errors:
    """Return standard errors for respondents drawn one by one."""
    n_respondents = len(chosen)
    owner, terms = answers.owner, found.terms
    observed = np.outer(*[terms.deviation.sum(axis=1)] * 2)
    toward = terms.slopes @ owner.T  # row: category, column: one of another item
    possible = owner @ found.pair @ owner.T * (toward + toward.T)
    influence = observed - owner @ terms.covariance @ owner.T - possible
    tables = chosen.T @ chosen
    squares = _off_diagonal(owner.T @ (tables * influence**2) @ owner)
    return Errors(
        pair=np.sqrt(squares) / terms.largest / n_respondents,
        item=np.sqrt((found.item_influence**2).sum(axis=0)) / n_respondents,
        scale=float(np.sqrt((found.scale_influence**2).sum())) / n_respondents,
    )


def clustered_errors(
    answers: Categories, chosen: FloatArray, found: Scalability, codes: IntArray
) -> Errors:
    """Return standard errors for whole clusters drawn, factor G / (G - 1)."""
    n_respondents, n_clusters = len(chosen), int(codes.max()) + 1
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(n_clusters))
    by_person = np.column_stack([found.item_influence, found.scale_influence])
    totals = np.add.reduceat(by_person[order], starts, axis=0)
    squares = _pair_squares(found, chosen[order], np.append(starts, n_respondents))
    factor = np.sqrt(n_clusters / (n_clusters - 1)) / n_respondents
    by_column = factor * np.sqrt((totals**2).sum(axis=0))
    return Errors(
        pair=factor * np.sqrt(squares), item=by_column[:-1], scale=float(by_column[-1])
    )


def _pair_squares(
    found: Scalability, chosen: FloatArray, edges: IntArray
) -> FloatArray:
    """Return the squared sums over clusters of the influence on each pair.

    The influence is a product of deviations, less a constant, less a part for each of
    the two answers, so a cluster's sum needs its cross-products and answer counts only.
    """
    terms = found.terms
    squares = np.zeros_like(found.pair)
    for start, end in pairwise(edges):
        centred = chosen[start:end] @ terms.deviation
        counts = chosen[start:end].sum(axis=0)
        toward = np.add.reduceat(counts[:, None] * terms.slopes, terms.first, axis=0)
        total = centred.T @ centred - (end - start) * terms.covariance
        squares += ((total - found.pair * (toward + toward.T)) / terms.largest) ** 2
    return _off_diagonal(squares)

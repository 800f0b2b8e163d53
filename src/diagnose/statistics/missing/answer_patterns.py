"""Group respondents by which items they answered, and keep what a likelihood needs.

Respondents who answered the same items share one covariance matrix, so the likelihood
of incomplete answers is a sum over patterns. Within a pattern of more respondents than
items the answers are replaced by as many rows as there are items, and one for the
mean, that have the same sums and cross-products: the cost of a likelihood then stops
growing with respondents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

_CELLS_AT_ONCE = 3_000_000  # rows x items x items of the largest block


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerRows:
    """Rows of answers, each with the pattern it belongs to inside its block.

    Attributes
    ----------
    values : ndarray, shape (n_rows, n_items)
        Answers, or weighted means and roots of cross-products; 0 where missing.
    weights : ndarray, shape (n_rows,)
        How often the mean is to be subtracted: 1 for a respondent, the root of the
        number of respondents for a weighted mean, 0 for a root of a cross-product.
    pattern : ndarray of int, shape (n_rows,)
        Rising index into the patterns of the block.
    """

    values: FloatArray
    weights: FloatArray
    pattern: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatternBlock:
    """Patterns with equally many missing items, few enough to work on at once.

    Attributes
    ----------
    missing, observed : ndarray of int, shape (n_patterns, n_missing / n_observed)
        Places of the items in each pattern, rising.
    counts : ndarray, shape (n_patterns,)
        Respondents in each pattern.
    answered : ndarray, shape (n_patterns, n_items)
        1 where answered, 0 where missing.
    rows : AnswerRows
        The rows that stand for the respondents of the block.
    members : ndarray of int
        Respondents of the block, in the order of their patterns.
    """

    missing: IntArray
    observed: IntArray
    counts: FloatArray
    answered: FloatArray
    rows: AnswerRows
    members: IntArray

    def respondents(self, values: FloatArray) -> Iterator[tuple[IntArray, AnswerRows]]:
        """Yield the respondents themselves, some at a time, for casewise results."""
        pattern = np.repeat(np.arange(len(self.counts)), self.counts.astype(int))
        size = rows_at_once(values.shape[1])
        for start in range(0, len(self.members), size):
            members = self.members[start : start + size]
            yield (
                members,
                AnswerRows(
                    values=values[members],
                    weights=np.ones(len(members)),
                    pattern=pattern[start : start + size],
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerPatterns:
    """All patterns of a sample, the most answered first.

    Attributes
    ----------
    answered : ndarray of bool, shape (n_patterns, n_items)
        Which items each pattern answered.
    counts : ndarray of int, shape (n_patterns,)
        Respondents in each pattern.
    of_respondent : ndarray of int, shape (n_respondents,)
        Pattern of each respondent.
    """

    answered: BoolArray
    counts: IntArray
    of_respondent: IntArray


def rows_at_once(n_items: int) -> int:
    """Return how many rows of products of items are held in memory."""
    return max(n_items + 1, _CELLS_AT_ONCE // n_items**2)


def find_patterns(answered: BoolArray) -> AnswerPatterns:
    """Group respondents by which items they answered.

    Patterns are ordered by the number of items answered, from many to few, then by
    which these are, so that the order does not depend on the order of respondents.
    """
    packed = np.ascontiguousarray(np.packbits(answered, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, of_respondent, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    patterns = answered[first]
    order = np.argsort(-patterns.sum(axis=1), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return AnswerPatterns(
        answered=patterns[order],
        counts=counts[order],
        of_respondent=place[of_respondent],
    )


def build_blocks(
    values: FloatArray, patterns: AnswerPatterns
) -> tuple[PatternBlock, ...]:
    """Return blocks of patterns with equally many missing items.

    Parameters
    ----------
    values : ndarray, shape (n_respondents, n_items)
        Answers with 0 where missing.
    patterns : AnswerPatterns
        The patterns of the same respondents.
    """
    n_items = values.shape[1]
    n_answered = patterns.answered.sum(axis=1)
    by_pattern = np.argsort(patterns.of_respondent, kind="stable")
    stops = np.cumsum(patterns.counts)
    # A pattern never needs more rows than items it answered, and one for the mean.
    n_rows = np.minimum(patterns.counts, n_answered + 1)
    blocks = []
    for first, last in _cut(n_answered, n_rows, rows_at_once(n_items)):
        answered = patterns.answered[first:last]
        start = int(stops[first] - patterns.counts[first])
        members = by_pattern[start : int(stops[last - 1])]
        counts = patterns.counts[first:last]
        n_patterns, n_missing = last - first, n_items - int(n_answered[first])
        blocks.append(
            PatternBlock(
                missing=np.nonzero(~answered)[1].reshape(n_patterns, n_missing),
                observed=np.nonzero(answered)[1].reshape(n_patterns, -1),
                counts=counts.astype(float),
                answered=answered.astype(float),
                rows=_condense(values, members, counts, answered),
                members=members,
            )
        )
    return tuple(blocks)


def _cut(n_answered: IntArray, n_rows: IntArray, most: int) -> list[tuple[int, int]]:
    """Cut the patterns where the number answered changes or rows get too many."""
    cuts: list[tuple[int, int]] = []
    first, held = 0, 0
    for i, (answered, rows) in enumerate(zip(n_answered, n_rows, strict=True)):
        if i > first and (answered != n_answered[first] or held + rows > most):
            cuts.append((first, i))
            first, held = i, 0
        held += int(rows)
    cuts.append((first, len(n_answered)))
    return cuts


def _condense(
    values: FloatArray, members: IntArray, counts: IntArray, answered: BoolArray
) -> AnswerRows:
    """Return rows with the sums and cross-products of the members of each pattern."""
    n_answered = int(answered[0].sum())
    many = np.flatnonzero(counts > n_answered + 1)
    if len(many) == 0:
        return AnswerRows(
            values=values[members],
            weights=np.ones(len(members)),
            pattern=np.repeat(np.arange(len(counts)), counts),
        )
    of_member = np.repeat(np.arange(len(counts)), counts)
    single = ~np.isin(of_member, many)
    parts = [values[members[single]]]
    weights = [np.ones(int(single.sum()))]
    pattern = [of_member[single]]
    stops = np.cumsum(counts)
    for k in many:
        part = values[members[stops[k] - counts[k] : stops[k]]]
        parts.append(_mean_and_root(part, answered[k]))
        weights.append(np.sqrt([float(counts[k])] + [0.0] * n_answered))
        pattern.append(np.full(n_answered + 1, k))
    order = np.argsort(np.concatenate(pattern), kind="stable")
    return AnswerRows(
        values=np.concatenate(parts)[order],
        weights=np.concatenate(weights)[order],
        pattern=np.concatenate(pattern)[order],
    )


def _mean_and_root(part: FloatArray, answered: BoolArray) -> FloatArray:
    """Return the weighted mean, and rows R with R'R the centred cross-products."""
    observed = part[:, answered]
    mean = observed.mean(axis=0)
    rows = np.zeros((observed.shape[1] + 1, part.shape[1]))
    rows[0, answered] = np.sqrt(len(part)) * mean
    rows[1:, answered] = np.linalg.qr(observed - mean, mode="r")
    return rows

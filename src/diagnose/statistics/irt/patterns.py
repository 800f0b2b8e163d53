"""Answers as unique patterns with counts, so that the cost is that of the patterns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.irt.layout import Layout

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

_CELLS_AT_ONCE = 4_000_000  # numbers in the largest block held in memory
_LARGEST_KEY = 2**62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patterns:
    """Unique answer patterns.

    Attributes
    ----------
    codes : numpy.ndarray, shape (n_patterns, n_items)
        Rank of the answer among the categories of the item, -1 where missing.
    counts : numpy.ndarray, shape (n_patterns,)
        Respondents with this pattern.
    of_row : numpy.ndarray, shape (n_rows,)
        Pattern of each row that was given.
    """

    codes: IntArray
    counts: IntArray
    of_row: IntArray

    @property
    def n_answered(self) -> IntArray:
        """Return how many items are answered in each pattern."""
        n_answered: IntArray = (self.codes >= 0).sum(axis=1)
        return n_answered


def encode(
    answers: pd.DataFrame, categories: Sequence[FloatArray]
) -> tuple[IntArray, dict[str, list[float]]]:
    """Return the ranks of the answers, and the answers that are no category.

    The second holds, by item, the values that do not occur in `categories`.
    """
    values = answers.to_numpy(dtype=float, na_value=np.nan)
    codes = np.empty(values.shape, dtype=np.intp)
    unknown: dict[str, list[float]] = {}
    for j, known in enumerate(categories):
        column = values[:, j]
        rank = np.minimum(np.searchsorted(known, column), len(known) - 1)
        answered = ~np.isnan(column)
        strange = answered & (known[rank] != column)
        if strange.any():
            unknown[str(answers.columns[j])] = np.unique(column[strange]).tolist()
        codes[:, j] = np.where(answered, rank, -1)
    return codes, unknown


def find_patterns(codes: IntArray) -> Patterns:
    """Return the unique rows of `codes` in ascending order, with their counts.

    Items are read as the digits of a number; where that would outgrow an integer,
    the number so far is replaced by its rank and reading goes on.
    """
    key = np.zeros(len(codes), dtype=np.int64)
    largest = 1
    for column in codes.T:
        base = int(column.max(initial=0)) + 2
        if largest * base > _LARGEST_KEY:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            largest = len(codes) + 1
        key = key * base + (column + 1)
        largest *= base
    _, first, of_row, counts = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    return Patterns(codes=codes[first], counts=counts, of_row=of_row)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Some patterns, few enough to be held in memory with all their numbers.

    Attributes
    ----------
    rows : slice
        Which patterns.
    place : numpy.ndarray, shape (n_rows, n_items)
        Row of the answer in the flat arrays of the layout; one past the last where
        the answer is missing.
    """

    rows: slice
    place: IntArray


def blocks(patterns: Patterns, layout: Layout, width: int) -> Iterator[Block]:
    """Yield the patterns in blocks; `width` is the number of cells a row needs."""
    n_patterns = len(patterns.codes)
    n_categories = len(layout.category_item)
    size = max(1, _CELLS_AT_ONCE // (layout.n_items + width))
    for start in range(0, n_patterns, size):
        rows = slice(start, min(start + size, n_patterns))
        codes = patterns.codes[rows]
        missing = codes < 0
        place = np.where(missing, n_categories, codes + layout.first_category)
        yield Block(rows=rows, place=place)


def indicators(place: IntArray, n_categories: int) -> csr_array:
    """Return which answers were given, shape (n_rows, n_categories + 1).

    The last column stands for missing answers. Sparse: products with it add the rows
    in question, which is as fast as a product of full matrices on one processor and
    does not ask for more.
    """
    from scipy.sparse import csr_array

    n_rows, n_items = place.shape
    ends = np.arange(0, n_rows * n_items + 1, n_items)
    ones = np.ones(n_rows * n_items)
    shape = (n_rows, n_categories + 1)
    return csr_array((ones, place.ravel(), ends), shape=shape)

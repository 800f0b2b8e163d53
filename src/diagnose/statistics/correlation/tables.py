"""Answers as category codes, and all pairwise tables of them in one pass.

After this nothing depends on the number of respondents, but for the casewise part of
the asymptotic covariance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.sample import check_magnitude, check_numeric_frame

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int8]

MOST_CATEGORIES = 20

_ROWS_AT_ONCE = 16_384  # far below 2**24, up to which a float32 counts exactly


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodedItems:
    """Answers as codes 0, 1, 2, ... of each item's own categories.

    Attributes
    ----------
    items : tuple of str
        Names of the columns.
    categories : tuple of tuple of float
        Values of each item, ascending; code c of an item is its c-th value.
    codes : ndarray of int8, shape (n_items, n_respondents)
        Codes; a missing answer has the code `missing_code`.
    n_rows : int
        Rows of the frame, before any were left out.
    """

    items: tuple[str, ...]
    categories: tuple[tuple[float, ...], ...]
    codes: CodeArray
    n_rows: int

    @property
    def n_categories(self) -> npt.NDArray[np.intp]:
        """Number of categories of each item."""
        return np.array([len(values) for values in self.categories], dtype=np.intp)

    @property
    def missing_code(self) -> int:
        """Code of a missing answer: one above the largest code of any item."""
        return int(self.n_categories.max())

    @property
    def n_respondents(self) -> int:
        """Number of respondents kept."""
        return int(self.codes.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairTables:
    """Counts of all items and pairs of items, filled up to the most categories.

    Attributes
    ----------
    margins : ndarray, shape (n_items, n_categories)
        Answers a category, over all who answered the item.
    first, second : ndarray of int, shape (n_pairs,)
        Items of each pair, in the order of the upper triangle, row by row.
    counts : ndarray, shape (n_pairs, n_categories, n_categories)
        Respondents a cell, over those who answered both.
    """

    margins: FloatArray
    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    counts: FloatArray

    @property
    def n_answers(self) -> FloatArray:
        """Respondents who answered each item."""
        return np.asarray(self.margins.sum(axis=1))

    @property
    def n_respondents(self) -> FloatArray:
        """Respondents who answered both items of each pair."""
        return np.asarray(self.counts.sum(axis=(1, 2)))

    @property
    def n_empty_cells(self) -> npt.NDArray[np.intp]:
        """Cells of each pair that nobody is in, among categories the items have."""
        return np.asarray((self.possible & (self.counts == 0)).sum(axis=(1, 2)))

    @property
    def possible(self) -> npt.NDArray[np.bool_]:
        """Whether a cell of `counts` exists, and does not only fill up the table."""
        used = self.margins > 0
        return used[self.first][:, :, None] & used[self.second][:, None, :]

    def with_missing(self) -> FloatArray:
        """Return the counts with a row and a column more: the other was not answered.

        The last cell, neither answered, is left 0.
        """
        n_pairs, size, _ = self.counts.shape
        counts = np.zeros((n_pairs, size + 1, size + 1))
        counts[:, :size, :size] = self.counts
        counts[:, :size, size] = self.margins[self.first] - self.counts.sum(axis=2)
        counts[:, size, :size] = self.margins[self.second] - self.counts.sum(axis=1)
        return counts


def code_items(
    items: pd.DataFrame,
    *,
    categories: Mapping[str, Sequence[float]] | None = None,
    listwise: bool = False,
) -> CodedItems:
    """Return the answers as codes of the observed, or of the declared, categories.

    Rows without any answer are left out; with `listwise`, all rows with a missing one.

    Raises
    ------
    InsufficientDataError
        An item that nobody answered, that does not vary, or that has more categories
        than an ordinal item can have; fewer than 2 items or 2 respondents; with
        `categories`, a declared category that nobody chose.
    ValueError
        An infinite value, or one that is not among the declared categories.
    """
    # The values are checked a column at a time, which spares a copy of the data.
    check_numeric_frame(items.iloc[:0] if isinstance(items, pd.DataFrame) else items)
    require(items.shape[1] >= 2, f"A pair takes 2 items; got {items.shape[1]}.")
    columns = [items.iloc[:, i] for i in range(items.shape[1])]
    kept = _kept_rows(columns, listwise=listwise)
    n_kept = len(items) if kept is None else int(kept.sum())
    require(
        n_kept >= 2,
        f"Correlations need at least 2 respondents; got {n_kept} "
        f"{'complete' if listwise else 'with any answer'} of {len(items)}.",
    )
    declared = _declared(items, categories)
    values, codes = [], np.empty((len(columns), n_kept), dtype=np.int8)
    for i, (name, column) in enumerate(zip(items.columns, columns, strict=True)):
        answers = column.to_numpy(dtype=float, na_value=np.nan)
        answers = answers if kept is None else answers[kept]
        found, codes[i] = code_item(str(name), answers, declared.get(name))
        values.append(found)
    coded = CodedItems(
        items=tuple(str(name) for name in items.columns),
        categories=tuple(values),
        codes=codes,
        n_rows=len(items),
    )
    codes[codes < 0] = coded.missing_code
    return coded


def tabulate(coded: CodedItems) -> PairTables:
    """Count all pairs of items at once, as products of indicator matrices."""
    sizes = coded.n_categories
    starts = np.concatenate([[0], np.cumsum(sizes)])
    gram = np.zeros((starts[-1], starts[-1]))
    rows = min(_ROWS_AT_ONCE, coded.n_respondents)
    indicators = np.empty((starts[-1], rows), dtype=np.float32)
    for start in range(0, coded.n_respondents, rows):
        part = coded.codes[:, start : start + rows]
        chosen = indicators[:, : part.shape[1]]
        for i, size in enumerate(sizes):
            categories = np.arange(size, dtype=np.int8)[:, None]
            chosen[starts[i] : starts[i + 1]] = part[i] == categories
        gram += chosen @ chosen.T
    return _unpack(gram, starts)


def _unpack(gram: FloatArray, starts: npt.NDArray[np.intp]) -> PairTables:
    sizes = np.diff(starts)
    n_items, largest = len(sizes), int(sizes.max())
    # Position of each category in the product; one extra row and column of zeros
    # stands for the categories that an item does not have.
    position = np.full((n_items, largest), starts[-1])
    for i, size in enumerate(sizes):
        position[i, :size] = np.arange(starts[i], starts[i + 1])
    padded = np.pad(gram, (0, 1))
    first, second = np.triu_indices(n_items, 1)
    return PairTables(
        margins=padded.diagonal()[position],
        first=first,
        second=second,
        counts=padded[position[first][:, :, None], position[second][:, None, :]],
    )


def _kept_rows(
    columns: Sequence[pd.Series], *, listwise: bool
) -> npt.NDArray[np.bool_] | None:
    """Return which rows are used; None for all, which spares a copy of the data."""
    answered = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        answered += column.notna().to_numpy()
    kept = answered == len(columns) if listwise else answered > 0
    return None if kept.all() else kept


def _declared(
    items: pd.DataFrame, categories: Mapping[str, Sequence[float]] | None
) -> dict[str, tuple[float, ...]]:
    declared = {}
    for name, values in (categories or {}).items():
        if name not in items.columns:
            raise ValueError(f"`categories` names {name}, which is not an item.")
        ordered = tuple(float(value) for value in values)
        if len(ordered) < 2 or list(ordered) != sorted(set(ordered)):
            raise ValueError(
                f"`categories` of {name} must be 2 or more ascending values; "
                f"got {list(values)!r}."
            )
        declared[name] = ordered
    return declared


def code_item(
    name: str, answers: FloatArray, declared: tuple[float, ...] | None = None
) -> tuple[tuple[float, ...], CodeArray]:
    """Return the categories of one item and the code of each answer, -1 for missing.

    Raises
    ------
    InsufficientDataError, ValueError
        As `code_items`.
    """
    observed, codes, counts = _observed(name, answers)
    if declared is None:
        require(len(observed) > 0, f"Nobody of {len(answers)} answered {name}.")
        require(
            len(observed) > 1,
            f"{name} does not vary: all {counts.sum():.0f} answers are "
            f"{observed[0]:g}. Leave the item out.",
        )
        return tuple(observed.tolist()), codes
    _check_declared(name, observed, counts, declared)
    return declared, codes


def _check_declared(
    name: str, observed: FloatArray, counts: FloatArray, declared: tuple[float, ...]
) -> None:
    foreign = sorted(set(observed.tolist()) - set(declared))
    if foreign:
        raise ValueError(
            f"{name} holds {', '.join(f'{value:g}' for value in foreign)}; its "
            f"categories are {', '.join(f'{value:g}' for value in declared)}."
        )
    empty = [value for value in declared if value not in set(observed.tolist())]
    require(
        not empty,
        f"{name} has no answer in category "
        f"{', '.join(f'{value:g}' for value in empty)} among {counts.sum():.0f} "
        "respondents, so its thresholds are not all defined here. Collapse that "
        "category with a neighbour, in all groups alike.",
    )


def _observed(
    name: str, answers: FloatArray
) -> tuple[FloatArray, CodeArray, FloatArray]:
    """Return the observed values, the code of each answer, and the counts."""
    missing = np.isnan(answers)
    complete = answers[~missing] if missing.any() else answers
    check_magnitude(complete, name=name)
    values, found, counts = _distinct(complete)
    require(
        len(values) <= MOST_CATEGORIES,
        f"{name} has {len(values)} different answers; an ordinal item has at most "
        f"{MOST_CATEGORIES}. It looks continuous: use a Pearson correlation.",
    )
    if complete is answers:
        return values, found.astype(np.int8), counts.astype(float)
    codes = np.full(len(answers), -1, dtype=np.int8)
    codes[~missing] = found
    return values, codes, counts.astype(float)


def _distinct(
    answers: FloatArray,
) -> tuple[FloatArray, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return distinct values, positions and counts; without sorting whole numbers."""
    if len(answers):
        low, high = answers.min(), answers.max()
        whole = high - low < 1000 and bool((answers == np.rint(answers)).all())
        if whole:
            shifted = (answers - low).astype(np.intp)
            counts = np.bincount(shifted)
            present = np.flatnonzero(counts)
            lookup = np.zeros(len(counts), dtype=np.intp)
            lookup[present] = np.arange(len(present))
            return low + present, lookup[shifted], counts[present]
    return np.unique(answers, return_inverse=True, return_counts=True)

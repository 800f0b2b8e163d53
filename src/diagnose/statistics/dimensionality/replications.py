"""Correlations of answers that have none: the reference of a parallel analysis.

Each function yields stacks of correlation matrices, shape (n, n_items, n_items), so
many at a time that they fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

_NUMBERS_AT_ONCE = 2_000_000  # in a stack of matrices, to bound the memory
_UNSHARED = 250_000  # multiplications that OpenBLAS leaves to one thread
_MATRICES_AT_ONCE = 100  # so that progress is heard of


def normal_replications(
    n_respondents: int,
    n_items: int,
    *,
    n_replications: int,
    generator: np.random.Generator,
) -> Iterator[FloatArray]:
    """Yield correlations of independent normal variables.

    The sums of squares and products of n respondents have a Wishart distribution with
    n - 1 degrees of freedom, and are drawn as a product of triangular matrices
    (Bartlett's decomposition): no respondent is ever made.

    References
    ----------
    Odell and Feiveson, 1966, Journal of the American Statistical Association.
    """
    df = n_respondents - 1 - np.arange(n_items)
    for size in _batches(n_replications, n_items**2):
        lower = np.tril(generator.standard_normal((size, n_items, n_items)), -1)
        diagonal = np.sqrt(generator.chisquare(df, size=(size, n_items)))
        lower[:, np.arange(n_items), np.arange(n_items)] = diagonal
        # Rows of length 1 make the products correlations.
        lower /= np.linalg.norm(lower, axis=2, keepdims=True)
        yield lower @ np.swapaxes(lower, 1, 2)


def permuted_pearson(
    answers: FloatArray, *, n_replications: int, generator: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield Pearson correlations of answers whose columns are each permuted."""
    n_items = answers.shape[1]
    columns = np.array(answers.T, order="C")
    columns -= columns.mean(axis=1, keepdims=True)
    columns /= np.sqrt((columns**2).sum(axis=1, keepdims=True))
    shuffled = np.empty_like(columns)
    for size in _batches(n_replications, n_items**2):
        matrices = np.empty((size, n_items, n_items))
        for matrix in matrices:
            generator.permuted(columns, axis=1, out=shuffled)
            matrix[:] = _products(shuffled)
        yield matrices


def _products(columns: FloatArray) -> FloatArray:
    """Return the sums of products of all rows with each other.

    In portions that the BLAS library does not split over threads: sharing out so
    little work costs more than it saves, and on a busy computer a thousand times more.
    """
    n_items, n_respondents = columns.shape
    width = _UNSHARED // n_items**2
    if width < 32:
        return np.asarray(columns @ columns.T)
    whole = n_respondents - n_respondents % width
    parts = columns[:, :whole].reshape(n_items, -1, width).swapaxes(0, 1)
    rest = columns[:, whole:]
    return np.asarray((parts @ parts.swapaxes(1, 2)).sum(axis=0) + rest @ rest.T)


def permuted_polychoric(
    answers: FloatArray, *, n_replications: int, generator: np.random.Generator
) -> Iterator[FloatArray]:
    """Yield polychoric correlations of answers whose columns are each permuted.

    Permuting keeps the thresholds; only the tables of two items change. The tables of
    many replications are estimated together.
    """
    from diagnose.statistics.correlation.tables import (
        PairTables,
        code_items,
        tabulate,
    )
    from diagnose.statistics.correlation.two_step import estimate_two_step

    coded = code_items(pd.DataFrame(answers))
    n_items = answers.shape[1]
    rows, columns = np.triu_indices(n_items, 1)
    cells = len(rows) * int(coded.n_categories.max()) ** 2
    for size in _batches(n_replications, cells):
        tables = [
            tabulate(replace(coded, codes=generator.permuted(coded.codes, axis=1)))
            for _ in range(size)
        ]
        together = PairTables(
            margins=tables[0].margins,
            first=np.concatenate([table.first for table in tables]),
            second=np.concatenate([table.second for table in tables]),
            counts=np.concatenate([table.counts for table in tables]),
        )
        estimates = estimate_two_step(together, zero_cells="binary").correlations
        matrices = np.tile(np.eye(n_items), (size, 1, 1))
        matrices[:, rows, columns] = estimates.reshape(size, -1)
        matrices[:, columns, rows] = matrices[:, rows, columns]
        yield matrices


def _batches(n_replications: int, size: int) -> Iterator[int]:
    """Yield how many replications to make at once."""
    most = max(1, min(_MATRICES_AT_ONCE, _NUMBERS_AT_ONCE // size))
    for first in range(0, n_replications, most):
        yield min(most, n_replications - first)

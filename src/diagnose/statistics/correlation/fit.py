"""From answers to two-step estimates and their influences: what every result reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.correlation.influence import InfluenceTables, influence_tables
from diagnose.statistics.correlation.tables import (
    CodedItems,
    PairTables,
    code_items,
    tabulate,
)
from diagnose.statistics.correlation.two_step import (
    TwoStepEstimates,
    ZeroCells,
    estimate_two_step,
)

FloatArray = npt.NDArray[np.float64]
NamedPairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairwiseFit:
    """Codes, tables, estimates and influences of the same items.

    Attributes
    ----------
    coded : CodedItems
        Answers as codes.
    tables : PairTables
        Counts of items and pairs.
    estimates : TwoStepEstimates
        Thresholds and correlations.
    influence : InfluenceTables
        What one respondent adds to them.
    """

    coded: CodedItems
    tables: PairTables
    estimates: TwoStepEstimates
    influence: InfluenceTables

    @property
    def empty_cells(self) -> NamedPairs:
        """Pairs of items with a combination of answers that nobody gave."""
        return name_pairs(self.coded, self.tables, self.tables.n_empty_cells > 0)

    @property
    def at_bound(self) -> NamedPairs:
        """Pairs of items whose correlation is at its bound."""
        return name_pairs(self.coded, self.tables, self.estimates.at_bound)

    @property
    def correlation(self) -> FloatArray:
        """The correlations as a matrix, with a unit diagonal."""
        first, second = self.tables.first, self.tables.second
        matrix = np.eye(len(self.coded.items))
        matrix[first, second] = self.estimates.correlations
        matrix[second, first] = self.estimates.correlations
        return matrix


def fit_pairs(
    items: pd.DataFrame,
    *,
    zero_cells: ZeroCells,
    categories: Mapping[str, Sequence[float]] | None = None,
    listwise: bool = False,
) -> PairwiseFit:
    """Estimate thresholds and correlations of all pairs of items.

    Raises
    ------
    InsufficientDataError
        As `code_items`, or nobody answered both items of a pair.
    """
    coded = code_items(items, categories=categories, listwise=listwise)
    tables = tabulate(coded)
    apart = name_pairs(coded, tables, tables.n_respondents == 0)
    listed = ", ".join(f"{first} and {second}" for first, second in apart[:5])
    require(
        not apart,
        f"Nobody of {coded.n_respondents} respondents answered both {listed}"
        f"{' (and more pairs)' if len(apart) > 5 else ''}: they have no correlation. "
        "Leave an item out.",
    )
    estimates = estimate_two_step(tables, zero_cells=zero_cells)
    return PairwiseFit(
        coded=coded,
        tables=tables,
        estimates=estimates,
        influence=influence_tables(tables, estimates),
    )


def name_pairs(
    coded: CodedItems, tables: PairTables, chosen: npt.NDArray[np.bool_]
) -> NamedPairs:
    """Return the names of the chosen pairs."""
    return tuple(
        (coded.items[tables.first[pair]], coded.items[tables.second[pair]])
        for pair in np.flatnonzero(chosen)
    )

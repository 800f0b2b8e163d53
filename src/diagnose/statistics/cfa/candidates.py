"""Which parameters a fitted model might have, and does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Literal

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.parameters import Parameter, ParameterTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A parameter that might be free by itself.

    Attributes
    ----------
    row : Parameter
        What and where it is.
    number : int
        Its free number in the wider table.
    change : str
        ``"add"``, ``"free"`` or ``"release"``.
    """

    row: Parameter
    number: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """A wider table, in which all parameters and candidates are free and untied.

    Attributes
    ----------
    table : ParameterTable
    values : numpy.ndarray, shape (n_wide,)
        The fitted model, as values of the wider table.
    parent : numpy.ndarray of int, shape (n_wide,)
        The free parameter of the fitted model behind each; -1 for a candidate.
    rows : tuple of Candidate
    """

    table: ParameterTable
    values: FloatArray
    parent: IntArray
    rows: tuple[Candidate, ...]


def list_candidates(table: ParameterTable, values: FloatArray) -> Candidates:
    """Return what might be freed in a fitted model.

    Parameters
    ----------
    table : ParameterTable
        Of the fitted model.
    values : numpy.ndarray, shape (n_free,)
        Its estimates.
    """
    times = np.bincount(
        [row.free for row in table.rows if row.free >= 0], minlength=table.n_free
    )
    seen: set[int] = set()
    wide: list[Parameter] = []
    found: list[Candidate] = []
    parent: list[int] = []
    start: list[float] = []
    for row in (*table.rows, *_absent(table)):
        absent = row.free == _ABSENT
        if row.free < 0 and row.kind == "scale":
            wide.append(row)
            continue
        number = len(parent)
        wide.append(replace(row, free=number))
        parent.append(max(row.free, -1))
        start.append(values[row.free] if row.free >= 0 else row.value)
        if row.free < 0:
            change = "add" if absent else "free"
            found.append(Candidate(row=row, number=number, change=change))
        elif times[row.free] > 2 or row.free in seen:
            # of two that are equal, one set free frees the other
            found.append(Candidate(row=row, number=number, change="release"))
        if row.free >= 0:
            seen.add(row.free)
    return Candidates(
        table=replace(table, rows=tuple(wide)),
        values=np.array(start),
        parent=np.array(parent, dtype=np.intp),
        rows=tuple(found),
    )


_ABSENT = -2


def _absent(table: ParameterTable) -> Iterator[Parameter]:
    """Yield what no row of the table is about, for each group."""
    dependent = {row.right for row in table.select("regression")}
    for group in range(len(table.groups)):
        taken = {
            (row.kind, frozenset((row.left, row.right)))
            for row in table.rows
            if row.group == group
        }
        for one in _all_of_group(table, group, dependent):
            if (one.kind, frozenset((one.left, one.right))) not in taken:
                yield one


def _all_of_group(
    table: ParameterTable, group: int, dependent: set[str]
) -> Iterator[Parameter]:
    """Yield all loadings, residual covariances and factor covariances of a group.

    Covariances of factors only among those that depend on others (their disturbances),
    and among those that do not.
    """
    items, factors = list(enumerate(table.items)), list(enumerate(table.factors))
    for (column, factor), (place, item) in product(factors, items):
        yield _make(group, "loading", (factor, item), (place, column))
    for (i, first), (j, second) in combinations(items, 2):
        yield _make(group, "residual_covariance", (first, second), (i, j))
    for (i, first), (j, second) in combinations(factors, 2):
        if (first in dependent) == (second in dependent):
            yield _make(group, "factor_covariance", (first, second), (i, j))


def _make(
    group: int,
    kind: Literal["loading", "residual_covariance", "factor_covariance"],
    names: tuple[str, str],
    place: tuple[int, int],
) -> Parameter:
    return Parameter(
        group=group,
        kind=kind,
        left=names[0],
        right=names[1],
        row=place[0],
        column=place[1],
        free=_ABSENT,
    )

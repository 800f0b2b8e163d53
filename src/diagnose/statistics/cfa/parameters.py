"""The parameters of a model, one row each: free, fixed, or tied to another.

A table is never changed: `fix`, `free` and `tie` return a new one. That is all that
equality between groups, invariance over waves and modification indices need.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from diagnose.statistics.cfa.model import FactorModel

Kind = Literal[
    "loading",
    "regression",
    "factor_covariance",
    "residual_covariance",
    "intercept",
    "factor_mean",
    "threshold",
    "scale",
]
Key = tuple[int, str]
"""A group's number and the name of a parameter in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter in one group.

    Attributes
    ----------
    group : int
        Number of the group.
    kind : str
        The matrix or vector it belongs to. A regression is the loading of a factor
        on another factor.
    left, right : str
        What it joins: factor and item (loading), factor and factor (regression, the
        dependent one on the right), two items or factors (covariances, variances),
        item and ``""`` (intercept, scale), item and number of the threshold.
    row, column : int
        Place in the matrix.
    free : int
        Number of the free parameter it takes its value from; -1 when it is fixed.
    value : float
        The fixed value, or where estimation starts.
    """

    group: int
    kind: Kind
    left: str
    right: str
    row: int
    column: int
    free: int = -1
    value: float = 0.0

    @property
    def name(self) -> str:
        """Return the name, the same in every group: ``"loading:voice:v1"``."""
        return ":".join(part for part in (self.kind, self.left, self.right) if part)

    @property
    def key(self) -> Key:
        """Return group and name."""
        return (self.group, self.name)

    @property
    def is_variance(self) -> bool:
        """Tell whether it is a variance of a factor or of a residual."""
        return self.kind.endswith("covariance") and self.row == self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterTable:
    """All parameters of all groups.

    Attributes
    ----------
    items, factors, groups : tuple of str
        Names behind the rows and columns of the matrices.
    rows : tuple of Parameter
        Free and fixed ones. Free numbers run from 0 without gaps.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[Parameter, ...]

    @property
    def n_free(self) -> int:
        """Return the number of free parameters, tied ones counted once."""
        return 1 + max((row.free for row in self.rows), default=-1)

    def names(self) -> list[str]:
        """Return a name for each free parameter; the group stands in it if several."""
        found: dict[int, str] = {}
        for row in self.rows:
            alone = len(self.groups) == 1
            label = row.name if alone else f"{row.name} [{self.groups[row.group]}]"
            found.setdefault(row.free, label)
        return [found[number] for number in range(self.n_free)]

    def find(self, key: Key) -> Parameter:
        """Return the row of a key; KeyError when there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    def select(self, kind: Kind, *, group: int | None = None) -> list[Parameter]:
        """Return the rows of a kind, of one group or of all."""
        return [
            row
            for row in self.rows
            if row.kind == kind and (group is None or row.group == group)
        ]

    def fix(self, keys: Iterable[Key], value: float) -> ParameterTable:
        """Return the table with these parameters fixed at a value."""
        chosen = set(keys)
        return self._renumbered(
            replace(row, free=-1, value=value) if row.key in chosen else row
            for row in self.rows
        )

    def free(self, keys: Iterable[Key]) -> ParameterTable:
        """Return the table with each of these parameters free, tied to nothing."""
        chosen = set(keys)
        following = self.n_free
        rows = []
        for row in self.rows:
            if row.key in chosen:
                rows.append(replace(row, free=following))
                following += 1
            else:
                rows.append(row)
        return self._renumbered(rows)

    def tie(self, sets: Iterable[Sequence[Key]]) -> ParameterTable:
        """Return the table in which the free parameters of each set share one value.

        Fixed members of a set stay fixed, and are not tied to.
        """
        number = {row.key: row.free for row in self.rows}
        leader = list(range(self.n_free))
        for keys in sets:
            free = [number[key] for key in keys if number[key] >= 0]
            roots = [_root(leader, one) for one in free]
            for root in roots:
                leader[root] = min(roots)
        return self._renumbered(
            replace(row, free=_root(leader, row.free)) if row.free >= 0 else row
            for row in self.rows
        )

    def add(self, rows: Iterable[Parameter]) -> ParameterTable:
        """Return the table with more rows; their free numbers are taken as they are."""
        return self._renumbered((*self.rows, *rows))

    def start(self, values: dict[Key, float]) -> ParameterTable:
        """Return the table with other starting values for free parameters."""
        return replace(
            self,
            rows=tuple(
                replace(row, value=values[row.key])
                if row.free >= 0 and row.key in values
                else row
                for row in self.rows
            ),
        )

    def _renumbered(self, rows: Iterable[Parameter]) -> ParameterTable:
        """Close the gaps that fixing and tying leave, in the order of the rows."""
        kept = tuple(rows)
        number = {-1: -1}
        for row in kept:
            number.setdefault(row.free, len(number) - 1)
        renumbered = tuple(replace(row, free=number[row.free]) for row in kept)
        return replace(self, rows=renumbered)


def tabulate_model(
    model: FactorModel, groups: Sequence[str], *, means: bool
) -> ParameterTable:
    """Return the table of a model in which the groups share nothing.

    Parameters
    ----------
    model : FactorModel
        The model.
    groups : sequence of str
        Names of the groups; one name for a single sample.
    means : bool
        Whether intercepts (free) and factor means (fixed at 0) belong to it.
    """
    items, factors = model.items, model.names
    rows: list[Parameter] = []
    for group in range(len(groups)):
        own = [
            *_loadings(model, items, factors, group),
            *_factor_covariances(model, factors, group),
            *_residual_covariances(model, items, group),
        ]
        if means:
            own += _means(items, factors, group)
        rows += own
    free = 0
    numbered = []
    for row in rows:
        numbered.append(replace(row, free=free) if row.free >= 0 else row)
        free += row.free >= 0
    return ParameterTable(
        items=items, factors=factors, groups=tuple(groups), rows=tuple(numbered)
    )


def _loadings(
    model: FactorModel, items: tuple[str, ...], factors: tuple[str, ...], group: int
) -> list[Parameter]:
    rows = []
    marked = model.identification == "marker"
    for column, (factor, indicators) in enumerate(model.factors):
        for position, indicator in enumerate(indicators):
            is_factor = indicator in factors
            fixed = marked and position == 0
            rows.append(
                Parameter(
                    group=group,
                    kind="regression" if is_factor else "loading",
                    left=factor,
                    right=indicator,
                    row=(factors if is_factor else items).index(indicator),
                    column=column,
                    free=-1 if fixed else 0,
                    value=1.0 if fixed else 0.7,
                )
            )
    return rows


def _factor_covariances(
    model: FactorModel, factors: tuple[str, ...], group: int
) -> list[Parameter]:
    rows = []
    unit = model.identification == "unit_variance"
    for i, first in enumerate(factors):
        for j in range(i, len(factors)):
            second = factors[j]
            variance = i == j
            joined = not ({first, second} & set(model.dependent))
            if not variance and (model.orthogonal or not joined):
                continue
            rows.append(
                Parameter(
                    group=group,
                    kind="factor_covariance",
                    left=first,
                    right=second,
                    row=i,
                    column=j,
                    free=-1 if variance and unit else 0,
                    value=1.0 if variance else 0.0,
                )
            )
    return rows


def _residual_covariances(
    model: FactorModel, items: tuple[str, ...], group: int
) -> list[Parameter]:
    pairs = [(item, item) for item in items] + list(model.residual_covariances)
    return [
        Parameter(
            group=group,
            kind="residual_covariance",
            left=first,
            right=second,
            row=items.index(first),
            column=items.index(second),
            free=0,
            value=0.5 if first == second else 0.0,
        )
        for first, second in pairs
    ]


def _means(
    items: tuple[str, ...], factors: tuple[str, ...], group: int
) -> list[Parameter]:
    intercepts = [
        Parameter(
            group=group, kind="intercept", left=item, right="", row=i, column=0, free=0
        )
        for i, item in enumerate(items)
    ]
    means = [
        Parameter(
            group=group, kind="factor_mean", left=factor, right="", row=k, column=0
        )
        for k, factor in enumerate(factors)
    ]
    return intercepts + means


def _root(leader: list[int], number: int) -> int:
    while leader[number] != number:
        number = leader[number]
    return number

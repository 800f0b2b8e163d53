"""The levels of invariance, and what each of them adds to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from diagnose.statistics.cfa import Equality, FactorModel, ParameterTable, Prepared
from diagnose.statistics.cfa.parameters import Key, Kind, Parameter

Level = Literal["configural", "thresholds", "metric", "scalar", "strict"]
SharedKind = Literal["thresholds", "loadings", "intercepts", "residuals"]

_ADDS: dict[Level, tuple[SharedKind, ...]] = {
    "configural": (),
    "thresholds": ("thresholds",),
    "metric": ("loadings",),
    "scalar": ("intercepts",),
    "strict": ("residuals",),
}
_UNIT_OF_ITEM = 2
"""Thresholds of an item that give it its origin and its unit in a later group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A property of an item that all groups or waves share at some level.

    Attributes
    ----------
    kind : str
        ``"thresholds"``, ``"loadings"``, ``"intercepts"`` or ``"residuals"``.
    item : str
        The item as its owner named it (of a loading on a factor, that factor).
    factor : str
        The factor of a loading; empty for what belongs to the item alone.
    later : tuple of Key
        The parameters of the later groups or waves, which become free when it is
        released.
    """

    kind: SharedKind
    item: str
    factor: str
    later: tuple[Key, ...]

    @property
    def name(self) -> str:
        """Return the name, such as ``"loadings:voice:v1"``."""
        return ":".join(part for part in (self.kind, self.factor, self.item) if part)


class Occasions(Protocol):
    """Groups or waves between which parameters are shared."""

    prepared: Prepared
    labels: tuple[str, ...]
    n_by_label: tuple[int, ...]
    ladder: tuple[Level, ...]
    model: FactorModel

    def table(self, level: Level) -> ParameterTable:
        """Return the parameters at a level with nothing released."""

    def shared(self, kind: SharedKind) -> list[Shared]:
        """Return what is shared of a kind, in the order of the model."""

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """Return the items of each factor."""

    def means(self) -> list[tuple[str, str, Key]]:
        """Return factor, group or wave, and parameter of each later latent mean."""

    def reference(self, factor: str) -> int:
        """Return the place of a factor in the first group or wave."""


def kinds_until(level: Level) -> tuple[SharedKind, ...]:
    """Return the kinds of parameters that are shared at a level."""
    order: tuple[Level, ...] = get_args(Level)
    reached = order[: order.index(level) + 1]
    return tuple(kind for one in reached for kind in _ADDS[one])


def kinds_added(ladder: Sequence[Level], level: Level) -> tuple[SharedKind, ...]:
    """Return the kinds that a level shares and the level before it does not."""
    place = list(ladder).index(level)
    before = kinds_until(ladder[place - 1]) if place else ()
    return tuple(kind for kind in kinds_until(level) if kind not in before)


def ladder_of(prepared: Prepared) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    """Return the levels that the answers can carry, and flags for what they cannot.

    Equal thresholds alone are no restriction of items with up to 3 answers, and
    loadings and intercepts of items with 2 answers cannot be told from their scales
    (Wu and Estabrook, 2016): such levels are tested together with the next one.
    """
    if prepared.estimator != "wlsmv":
        return ("configural", "metric", "scalar", "strict"), ()
    thresholds = prepared.table().select("threshold", group=0)
    counts = [
        sum(row.left == item for row in thresholds) for item in prepared.model.items
    ]
    if min(counts) < _UNIT_OF_ITEM:
        return ("configural", "scalar"), ("two_answers:thresholds,metric",)
    if max(counts) <= _UNIT_OF_ITEM:
        return ("configural", "metric", "scalar"), ("three_answers:thresholds",)
    return ("configural", "thresholds", "metric", "scalar"), ()


class GroupOccasions:
    """Groups, each with its own copy of every parameter.

    Parameters
    ----------
    prepared : Prepared
        Answers of several groups.
    ladder : tuple of Level
        The levels to test.
    """

    def __init__(self, prepared: Prepared, ladder: tuple[Level, ...]) -> None:
        self.prepared, self.ladder = prepared, ladder
        self.labels = prepared.groups
        self.n_by_label = prepared.data.n_respondents
        self.model = prepared.model
        self._ordered = prepared.estimator == "wlsmv"
        self._plain = prepared.table()

    def table(self, level: Level) -> ParameterTable:
        """Return the parameters at a level with nothing released."""
        equal: list[Equality] = [
            kind for kind in kinds_until(level) if self._exists(kind)
        ]
        return self.prepared.table(equal)

    def shared(self, kind: SharedKind) -> list[Shared]:
        """Return what is shared of a kind, in the order of the model."""
        if kind == "thresholds":
            return self._thresholds()
        rows: list[Parameter] = []
        for one in _KINDS[kind]:
            rows += [
                row
                for row in self._plain.select(one, group=0)
                if row.is_variance or kind != "residuals"
            ]
        single = self._single_threshold()
        return [
            Shared(
                kind=kind,
                item=row.right if kind == "loadings" else row.left,
                factor=row.left if kind == "loadings" else "",
                later=self._later([row.name]),
            )
            for row in rows
            if not (kind == "loadings" and row.right in single)
        ]

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """Return the items of each factor."""
        return dict(self.prepared.model.factors)

    def means(self) -> list[tuple[str, str, Key]]:
        """Return factor, group and parameter of each later latent mean."""
        return [
            (row.left, self.labels[row.group], row.key)
            for row in self._plain.select("factor_mean")
            if row.group > 0
        ]

    def reference(self, factor: str) -> int:
        """Return the place of a factor in the first group."""
        return self._plain.factors.index(factor)

    def _thresholds(self) -> list[Shared]:
        """Return items with more thresholds than fix their origin and unit."""
        rows = self._plain.select("threshold", group=0)
        found = []
        for item in self.prepared.model.items:
            spare = [
                row.name
                for row in rows
                if row.left == item and row.column >= _UNIT_OF_ITEM
            ]
            if spare:
                found.append(
                    Shared(
                        kind="thresholds",
                        item=item,
                        factor="",
                        later=self._later(spare),
                    )
                )
        return found

    def _later(self, names: Sequence[str]) -> tuple[Key, ...]:
        groups = range(1, len(self.labels))
        return tuple((group, name) for group in groups for name in names)

    def _single_threshold(self) -> set[str]:
        """Return the items with two answers: their scales stand in for loadings."""
        rows = self._plain.select("threshold", group=0)
        several = {row.left for row in rows if row.column > 0}
        return {row.left for row in rows} - several

    def _exists(self, kind: SharedKind) -> bool:
        return self._ordered or kind != "thresholds"


_KINDS: dict[SharedKind, tuple[Kind, ...]] = {
    "thresholds": ("threshold",),
    "loadings": ("loading", "regression"),
    "intercepts": ("intercept",),
    "residuals": ("residual_covariance",),
}

"""Fit level after level, and release what stands in the way where that is allowed."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from diagnose._options import require
from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.cfa import CfaFit, ParameterTable, fit_prepared
from diagnose.statistics.cfa.parameters import Key
from diagnose.statistics.cfa.structure import Structure
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.differences import Difference, compare_nested
from diagnose.statistics.invariance.ladder import (
    Level,
    Occasions,
    Shared,
    SharedKind,
    kinds_added,
    kinds_until,
)

_FEWEST_SHARED = 2
"""Items of a factor that must stay shared for its means to be comparable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A property of an item that was left free to differ.

    Attributes
    ----------
    level : str
        At which it was released; it stays free at later levels, and so does
        everything that these add about the same item.
    kind : str
        ``"thresholds"``, ``"loadings"``, ``"intercepts"`` or ``"residuals"``.
    item : str
    factor : str
        Of a loading; otherwise empty.
    statistic : float
        The fall of the uncorrected chi-square expected of its release (score test).
    """

    level: Level
    kind: SharedKind
    item: str
    factor: str
    statistic: float

    @property
    def name(self) -> str:
        """Return the name, such as ``"intercepts:v1"``."""
        return ":".join(part for part in (self.kind, self.factor, self.item) if part)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rung:
    """One fitted level.

    Attributes
    ----------
    level : str
    partial : bool
        Whether something was released at this very level.
    released : tuple of Released
        Everything that is free at it, in the order of release.
    fit : CfaFit
    difference : Difference or None
        Against the level before; None at the first one.
    holds : bool
    before : CfaFit or None
        The fit it was compared with.
    """

    level: Level
    partial: bool
    released: tuple[Released, ...]
    fit: CfaFit
    difference: Difference | None
    holds: bool
    before: CfaFit | None


class Climber:
    """Goes up the ladder of levels.

    Parameters
    ----------
    occasions : Occasions
        Groups or waves.
    conventions : Conventions
        When a level holds.
    max_released : float
        Largest share of the items of a factor that may be released; 0 for none.
    conf_level : float
        Coverage of the intervals of estimates.
    """

    def __init__(
        self,
        occasions: Occasions,
        conventions: Conventions,
        *,
        max_released: float,
        conf_level: float,
    ) -> None:
        self.occasions, self.conventions = occasions, conventions
        self.max_released, self.conf_level = max_released, conf_level

    def climb(self) -> list[Rung]:
        """Return every level that was fitted, with and without releases."""
        rungs: list[Rung] = []
        reached: Rung | None = None
        for level in self.occasions.ladder:
            rung = self._fit(level, reached, reached.released if reached else ())
            rungs.append(rung)
            if reached is not None and not rung.holds and self.max_released > 0:
                released = self._release_until_it_holds(rung, reached)
                rungs += [released] if released is not rung else []
                rung = released
            reached = rung
        return rungs

    def _fit(
        self,
        level: Level,
        before: Rung | None,
        released: tuple[Released, ...],
        near: CfaFit | None = None,
    ) -> Rung:
        table = self._table(level, released)
        known = near or (before.fit if before else None)
        if known is not None:
            table = table.start(values_by_key(known))
        fit = self._estimate(level, table)
        difference = None
        if before is None:
            holds = self.conventions.fits(fit.indices)
        else:
            prepared = self.occasions.prepared
            difference = compare_nested(prepared, fit, before.fit)
            now, then = fit.indices, before.fit.indices
            holds = self.conventions.holds(
                p_value=difference.p_value,
                delta_cfi=now.cfi - then.cfi,
                delta_rmsea=now.rmsea - then.rmsea,
            )
        return Rung(
            level=level,
            partial=any(one.level == level for one in released),
            released=released,
            fit=fit,
            difference=difference,
            holds=holds,
            before=before.fit if before else None,
        )

    def _estimate(self, level: Level, table: ParameterTable) -> CfaFit:
        """Fit a table; improper estimates are told once, of all levels together."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", AssumptionWarning)
                return fit_prepared(
                    self.occasions.prepared, table, conf_level=self.conf_level
                )
        except InsufficientDataError as error:
            raise InsufficientDataError(f"At the {level} level: {error}") from error

    def _table(self, level: Level, released: Collection[Released]) -> ParameterTable:
        table = self.occasions.table(level)
        keys: list[Key] = []
        for one in released:
            for shared in self._with_what_follows(level, one.kind, one.item):
                alike = (shared.kind, shared.factor) == (one.kind, one.factor)
                if shared.kind != one.kind or alike:
                    keys += shared.later
        return table.free(keys)

    def _with_what_follows(
        self, level: Level, kind: SharedKind, item: str
    ) -> list[Shared]:
        """Return the shared properties of an item, from one kind on, at a level."""
        kinds = kinds_until(level)
        return [
            shared
            for later in kinds[kinds.index(kind) :]
            for shared in self.occasions.shared(later)
            if shared.item == item
        ]

    def _release_until_it_holds(self, failed: Rung, before: Rung) -> Rung:
        rung = failed
        while not rung.holds:
            worst = self._worst(rung)
            if worst is None:
                return rung
            rung = self._fit(rung.level, before, (*rung.released, worst), near=rung.fit)
        return rung

    def _worst(self, rung: Rung) -> Released | None:
        """Return the property whose release is expected to gain most."""
        best: Released | None = None
        known = values_by_key(rung.fit)
        for shared in self._candidates(rung):
            one = Released(
                level=rung.level,
                kind=shared.kind,
                item=shared.item,
                factor=shared.factor,
                statistic=0.0,
            )
            table = self._table(rung.level, (*rung.released, one)).start(known)
            if table.n_free == rung.fit.table.n_free:
                continue
            gain = self._expected_gain(table)
            if best is None or gain > best.statistic:
                best = Released(
                    level=one.level,
                    kind=one.kind,
                    item=one.item,
                    factor=one.factor,
                    statistic=gain,
                )
        return best

    def _expected_gain(self, table: ParameterTable) -> float:
        """Return the fall of chi-square that the slope at the solution promises."""
        estimator = self.occasions.prepared.data.bind(Structure(table))
        values = estimator.structure.start()
        gradient, curvature = estimator.expand(values)
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        return float(sum(estimator.n_respondents) * (gradient @ step))

    def _candidates(self, rung: Rung) -> list[Shared]:
        added = kinds_added(self.occasions.ladder, rung.level)
        gone = {one.item for one in rung.released}
        full = self._full_factors(gone)
        factors_of = self._factors_of_items()
        return [
            shared
            for kind in added
            for shared in self.occasions.shared(kind)
            if shared.item not in gone
            and not full & set(factors_of.get(shared.item, ()))
        ]

    def _full_factors(self, gone: set[str]) -> set[str]:
        """Return the factors of which no further item may be released."""
        full = set()
        for factor, items in self.occasions.indicators().items():
            allowed = int(self.max_released * len(items) + 1e-9)
            allowed = min(allowed, len(items) - _FEWEST_SHARED)
            if len(gone & set(items)) >= allowed:
                full.add(factor)
        return full

    def _factors_of_items(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for factor, items in self.occasions.indicators().items():
            for item in items:
                found.setdefault(item, []).append(factor)
        return found


def values_by_key(fit: CfaFit) -> dict[Key, float]:
    """Return the estimates of all parameters, those that are fixed too."""
    return {
        row.key: float(fit.values[row.free]) if row.free >= 0 else row.value
        for row in fit.table.rows
    }


def require_two(labels: Collection[str], what: str) -> None:
    """Refuse to compare one group or wave with itself."""
    require(
        len(labels) > 1,
        f"Invariance compares {what}s; got {len(labels)}: "
        f"{', '.join(map(repr, labels)) or 'none'}. Give at least two {what}s.",
    )

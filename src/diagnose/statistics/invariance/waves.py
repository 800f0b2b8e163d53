"""Measurement invariance over waves in which the same people answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

import pandas as pd

from diagnose._options import check_at_least, check_option, require
from diagnose.statistics.cfa import FactorModel, ParameterTable, Prepared, prepare_cfa
from diagnose.statistics.cfa.model import Factors, Identification, state_model
from diagnose.statistics.cfa.parameters import Key, Kind
from diagnose.statistics.invariance.assemble import Request, assemble, choose_levels
from diagnose.statistics.invariance.climb import require_two
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.ladder import (
    Level,
    Shared,
    SharedKind,
    kinds_until,
    ladder_of,
)
from diagnose.statistics.invariance.result import MeasurementInvariance

WaveEstimator = Literal["ml", "mlr"]
WaveMissing = Literal["listwise", "fiml"]


def longitudinal_invariance(  # noqa: PLR0913 - the options of a model and its tests
    items_by_wave: Mapping[str, pd.DataFrame],
    model: Factors | FactorModel,
    *,
    estimator: WaveEstimator = "ml",
    missing: WaveMissing = "listwise",
    levels: Sequence[Level] | None = None,
    partial: bool = False,
    max_released: float = 0.5,
    min_respondents: int = 100,
    identification: Identification = "marker",
    conventions: Conventions | None = None,
    conf_level: float = 0.95,
) -> MeasurementInvariance:
    """Test whether the same people answer items in the same way in every wave.

    One model of all waves together: factors of different waves correlate, and so do
    the residuals of an item with those of the same item in other waves. Level after
    level, loadings, intercepts (latent means of later waves become free) and residual
    variances are set equal over waves. Waves whose answers cannot be linked to people
    are groups: see `measurement_invariance`.

    Parameters
    ----------
    items_by_wave : mapping of str to pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers of each wave in order, a row a person, with the same index in
        every wave; missing answers as NaN. Columns that the model does not name are
        ignored. Not modified. The first wave is the reference.
    model : mapping of str to sequence of str, or FactorModel
        Items of each factor, the same in every wave.
    estimator : {"ml", "mlr"}
        As `fit_cfa`.
    missing : {"listwise", "fiml"}
        Use people who answered every item in every wave, or every answer given
        (assumes that answers are missing at random given the others).
    levels : sequence of {"configural", "metric", "scalar", "strict"}, optional
        Levels to test, configural among them; by default all.
    partial, max_released : bool, float
        As `measurement_invariance`.
    min_respondents : int
        Fewest linked people that are analysed.
    identification : {"marker", "unit_variance"}
        As `measurement_invariance`.
    conventions : Conventions, optional
        When a level holds.
    conf_level : float
        Coverage of the intervals of estimates, between 0 and 1.

    Returns
    -------
    MeasurementInvariance
        With `across` ``"waves"``. Items and factors of the fits are named
        ``"<item>@<wave>"``.

    Raises
    ------
    InsufficientDataError
        One wave, fewer than `min_respondents` linked people, a wave in which nobody
        answered an item, or what `fit_cfa` refuses.
    TypeError, ValueError
        Wrong options, waves with another index, or items that a wave lacks.

    Warns
    -----
    AssumptionWarning
        Estimates that no population can have, at the levels named.

    References
    ----------
    Meredith and Horn, 2001, in Collins and Sayer (eds), New methods for the analysis
    of change. Widaman, Ferrer and Conger, 2010, Child Development Perspectives.
    """
    check_option("estimator", estimator, WaveEstimator)
    check_option("missing", missing, WaveMissing)
    check_at_least("min_respondents", min_respondents, 2)
    stated = state_model(model, identification=identification)
    wide = _join(items_by_wave, stated.items)
    waves = tuple(str(wave) for wave in items_by_wave)
    _refuse_few(wide, waves, stated.items, missing, min_respondents)
    prepared = prepare_cfa(
        wide,
        _over_waves(stated, waves),
        estimator=estimator,
        missing=missing,
        means=True,
    )
    ladder, _ = ladder_of(prepared)
    request = Request(
        conventions=conventions or Conventions(),
        max_released=max_released if partial else 0.0,
        conf_level=conf_level,
    )
    occasions = WaveOccasions(
        prepared,
        choose_levels(ladder, levels),
        stated,
        waves,
        _answering(wide, waves, stated.items, missing),
    )
    return assemble(occasions, request, across="waves")


class WaveOccasions:
    """Waves, each with its own factors and items in one model.

    Parameters
    ----------
    prepared : Prepared
        The wide answers.
    ladder : tuple of Level
        The levels to test.
    model : FactorModel
        Of one wave.
    waves : tuple of str
        In order.
    n_by_wave : tuple of int
        People who answered in each.
    """

    def __init__(
        self,
        prepared: Prepared,
        ladder: tuple[Level, ...],
        model: FactorModel,
        waves: tuple[str, ...],
        n_by_wave: tuple[int, ...],
    ) -> None:
        self.prepared, self.ladder, self.model = prepared, ladder, model
        self.labels, self.n_by_label = waves, n_by_wave
        self._plain = prepared.table()

    def table(self, level: Level) -> ParameterTable:
        """Return the parameters at a level with nothing released."""
        kinds = kinds_until(level)
        table = self._plain
        free: list[Key] = []
        if "intercepts" in kinds:
            free += [key for _, _, key in self.means()]
        if "loadings" in kinds and self.model.identification == "unit_variance":
            free += [
                self._key("factor_covariance", wave, factor, factor)
                for wave in self.labels[1:]
                for factor in self.model.names
            ]
        ties = [
            [self._first(shared), *shared.later]
            for kind in kinds
            for shared in self.shared(kind)
        ]
        return self.prepared.data.start(table.free(free), self.prepared.model).tie(ties)

    def shared(self, kind: SharedKind) -> list[Shared]:
        """Return what is shared of a kind, in the order of the model."""
        if kind == "thresholds":
            return []
        if kind == "loadings":
            return [
                self._shared(kind, item, factor)
                for factor, items in self.model.factors
                for item in items
            ]
        return [self._shared(kind, item) for item in self.model.items]

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """Return the items of each factor."""
        return dict(self.model.factors)

    def means(self) -> list[tuple[str, str, Key]]:
        """Return factor, wave and parameter of each later latent mean."""
        measured = [
            factor
            for factor, items in self.model.factors
            if set(items) & set(self.model.items)
        ]
        return [
            (factor, wave, self._key("factor_mean", wave, factor))
            for factor in measured
            for wave in self.labels[1:]
        ]

    def reference(self, factor: str) -> int:
        """Return the place of a factor in the first wave."""
        return self._plain.factors.index(at_wave(factor, self.labels[0]))

    def _shared(self, kind: SharedKind, item: str, factor: str = "") -> Shared:
        later = tuple(self._of(kind, item, factor, wave) for wave in self.labels[1:])
        return Shared(kind=kind, item=item, factor=factor, later=later)

    def _first(self, shared: Shared) -> Key:
        return self._of(shared.kind, shared.item, shared.factor, self.labels[0])

    def _of(self, kind: SharedKind, item: str, factor: str, wave: str) -> Key:
        if kind == "loadings":
            one: Kind = "regression" if item in self.model.names else "loading"
            return self._key(one, wave, factor, item)
        if kind == "intercepts":
            return self._key("intercept", wave, item)
        return self._key("residual_covariance", wave, item, item)

    def _key(self, kind: Kind, wave: str, *names: str) -> Key:
        return (0, ":".join([kind, *(at_wave(name, wave) for name in names)]))


def at_wave(name: str, wave: str) -> str:
    """Return the name of an item or factor in a wave."""
    return f"{name}@{wave}"


def _over_waves(model: FactorModel, waves: tuple[str, ...]) -> FactorModel:
    """Return the model of all waves together."""
    same_item = [
        (at_wave(item, first), at_wave(item, second))
        for item in model.items
        for first, second in combinations(waves, 2)
    ]
    return FactorModel(
        factors=tuple(
            (at_wave(factor, wave), tuple(at_wave(item, wave) for item in items))
            for wave in waves
            for factor, items in model.factors
        ),
        residual_covariances=(
            *(
                (at_wave(first, wave), at_wave(second, wave))
                for wave in waves
                for first, second in model.residual_covariances
            ),
            *same_item,
        ),
        orthogonal=model.orthogonal,
        identification=model.identification,
    )


def _join(
    items_by_wave: Mapping[str, pd.DataFrame], items: tuple[str, ...]
) -> pd.DataFrame:
    """Return one wide frame, a column for each item in each wave."""
    if not isinstance(items_by_wave, Mapping):
        raise TypeError(
            "`items_by_wave` must map each wave to its answers, such as {'before': "
            f"frame, 'after': frame}}; got {type(items_by_wave).__name__}."
        )
    names = [str(wave) for wave in items_by_wave]
    require_two(names, "wave")
    if len(set(names)) < len(names):
        raise ValueError(
            f"`items_by_wave` must name each wave once; got {', '.join(names)}."
        )
    for wave, frame in items_by_wave.items():
        _check_wave(wave, frame, items)
    index = next(iter(items_by_wave.values())).index
    columns: dict[str, pd.Series] = {}
    for wave, frame in items_by_wave.items():
        if not frame.index.equals(index):
            raise ValueError(
                f"`items_by_wave[{wave!r}]` must have the index of the first wave (a "
                f"row a person, {len(index)} rows); it has {len(frame)} rows or "
                "another order. Align the waves, such as with `reindex`."
            )
        held = {str(column): column for column in frame.columns}
        for item in items:
            columns[at_wave(item, str(wave))] = frame[held[item]]
    return pd.DataFrame(columns, index=index)


def _check_wave(wave: str, frame: pd.DataFrame, items: tuple[str, ...]) -> None:
    """Refuse a wave that is no frame or lacks an item."""
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"`items_by_wave[{wave!r}]` must be a pandas DataFrame; got "
            f"{type(frame).__name__}."
        )
    held = [str(column) for column in frame.columns]
    absent = [item for item in items if item not in held]
    if absent:
        raise ValueError(
            f"`items_by_wave[{wave!r}]` has no column {', '.join(absent)}, which "
            f"`model` names; it has {', '.join(held)}."
        )


def _answering(
    wide: pd.DataFrame, waves: Sequence[str], items: Sequence[str], missing: WaveMissing
) -> tuple[int, ...]:
    """Return how many people have a usable answer in each wave."""
    used = wide.dropna() if missing == "listwise" else wide
    return tuple(
        int(used[[at_wave(item, wave) for item in items]].notna().any(axis=1).sum())
        for wave in waves
    )


def _refuse_few(
    wide: pd.DataFrame,
    waves: Sequence[str],
    items: Sequence[str],
    missing: WaveMissing,
    min_respondents: int,
) -> None:
    answered = wide.notna()
    absent = [
        f"{item} (none of {len(wide)} in wave {wave!r})"
        for wave in waves
        for item in items
        if not answered[at_wave(item, wave)].any()
    ]
    require(
        not absent,
        f"Every wave must have the same items; nobody answered {', '.join(absent)}. "
        "Leave these items or waves out.",
    )
    rows = answered.all(axis=1) if missing == "listwise" else answered.any(axis=1)
    n_linked = int(rows.sum())
    advice = ", use missing='fiml'" if missing == "listwise" else ""
    require(
        n_linked >= min_respondents,
        f"Invariance over waves needs at least {min_respondents} usable people, below "
        f"which its tests tell little (a convention); got {n_linked} of {len(wide)}. "
        f"Compare fewer waves or items{advice}, or lower `min_respondents` knowingly.",
    )

"""Whether the items measure the subscales they were written for: factor models."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import FACTOR_MODELS, LOADINGS, PAIRS
from diagnose.diagnosis.factor_rows import Blocks, loading_rows, pair_rows
from diagnose.diagnosis.treatment import Treatment, choose_treatment
from diagnose.errors import DiagnoseWarning, InsufficientDataError
from diagnose.instrument.model import Instrument, Kind

if TYPE_CHECKING:
    from diagnose.statistics.cfa import CfaFit, FactorModel, Prepared

FEWEST_FOR_MODELS = 200
"""Respondents below which no factor model of a questionnaire is fitted: a convention.
Below it, estimates of 12 factors depend on who happened to answer."""

EVERYTHING = "all"
_HARMLESS = frozenset({"left_out", "no_group", "empty_cells"})
_INDICES = (
    "statistic",
    "df",
    "p_value",
    "cfi",
    "tli",
    "rmsea",
    "rmsea_low",
    "rmsea_high",
    "srmr",
    "bic",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dimensions:
    """Factor models of the work floor; the frames are described in `Measurement`."""

    models: pd.DataFrame
    loadings: pd.DataFrame
    pairs: pd.DataFrame


def assess_dimensions(
    instrument: Instrument, keyed: pd.DataFrame, *, conf_level: float
) -> Dimensions:
    """Hold the intended subscales, and rival groupings, against the answers.

    Subscales of at least three items take part. The model of all of them together
    carries loadings and pairs; the rival groupings are compared with the intended one
    among the subscales of one kind, so that conditions and outcomes are never joined.

    Parameters
    ----------
    instrument : Instrument
        What was asked; its `dimensions` hold the merge rule and the rivals.
    keyed : pandas.DataFrame
        Keyed answers of the work floor of one wave.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    Dimensions
        Empty frames when fewer than two subscales have three items. A model that
        cannot be fitted is a row without numbers and with a note.
    """
    blocks = modelled_blocks(instrument, keyed)
    if len(blocks) < 2:
        return Dimensions(
            models=build_frame([], FACTOR_MODELS),
            loadings=build_frame([], LOADINGS),
            pairs=build_frame([], PAIRS),
        )
    study = _Study(keyed, choose_treatment(keyed[_items(blocks)]), conf_level)
    rows, joint, other = study.joint(blocks)
    for kind in get_args(Kind):
        rows += study.rivals(kind, _of_kind(instrument, blocks, kind), instrument)
    rule = instrument.dimensions.merge if instrument.dimensions else None
    again = {
        (row["first"], row["second"]): row
        for row in pair_rows(other, blocks, keyed, rule)
    }
    pairs = [
        {
            **row,
            "other_estimate": also.get("estimate", np.nan),
            "other_verdict": also.get("verdict", ""),
        }
        for row in pair_rows(joint, blocks, keyed, rule)
        for also in [again.get((row["first"], row["second"]), {})]
    ]
    return Dimensions(
        models=build_frame(rows, FACTOR_MODELS),
        loadings=build_frame(loading_rows(joint, blocks), LOADINGS),
        pairs=build_frame(pairs, PAIRS),
    )


def modelled_blocks(instrument: Instrument, keyed: pd.DataFrame) -> Blocks:
    """Return the items of each subscale of three items and more that were asked."""
    asked = {
        subscale.id: tuple(i.id for i in subscale.items if i.id in keyed)
        for subscale in instrument.subscales
    }
    return {name: items for name, items in asked.items() if len(items) >= 3}


class _Study:
    """One set of answers, one treatment of them, several models."""

    def __init__(
        self, keyed: pd.DataFrame, treatment: Treatment, conf_level: float
    ) -> None:
        self.keyed = keyed
        self.treatment = treatment
        self.conf_level = conf_level
        self._tabulated: dict[tuple[Treatment, tuple[str, ...]], Prepared] = {}

    def joint(
        self, blocks: Blocks
    ) -> tuple[list[dict[str, object]], CfaFit | None, CfaFit | None]:
        """Fit the intended model of everything, by both treatments of the answers."""
        other: Treatment = "mlr" if self.treatment == "wlsmv" else "wlsmv"
        model = {"intended": blocks}
        rows, fits = self._fit(EVERYTHING, model, self.treatment)
        again, fits_again = self._fit(EVERYTHING, model, other)
        return rows + again, fits.get("intended"), fits_again.get("intended")

    def rivals(
        self, kind: str, blocks: Blocks, instrument: Instrument
    ) -> list[dict[str, object]]:
        """Fit the intended grouping of one kind of subscales and its rivals."""
        if len(blocks) < 2:
            return []
        from diagnose.statistics.cfa import bifactor_model

        stated = instrument.dimensions.alternatives if instrument.dimensions else {}
        models: dict[str, Mapping[str, Sequence[str]] | FactorModel] = {
            "intended": blocks,
            **{
                name: grouped
                for name, clusters in stated.items()
                if (grouped := _group(blocks, clusters))
            },
            "one_factor": {"general": _items(blocks)},
        }
        if len(blocks) >= 3:
            models["bifactor"] = bifactor_model(blocks)
        return self._fit(kind, models, self.treatment)[0]

    def _fit(
        self,
        scope: str,
        models: Mapping[str, Mapping[str, Sequence[str]] | FactorModel],
        treatment: Treatment,
    ) -> tuple[list[dict[str, object]], dict[str, CfaFit]]:
        """Fit models; one that cannot be fitted has a row that says why."""
        rows: list[dict[str, object]] = []
        fits: dict[str, CfaFit] = {}
        for name, model in models.items():
            row: dict[str, object] = {
                "scope": scope,
                "model": name,
                "estimator": treatment,
            }
            fit, note = self._try(model, treatment)
            if fit is not None:
                fits[name] = fit
                row |= _fit_row(fit)
            rows.append({**row, "note": note})
        return rows, fits

    def _try(
        self, model: Mapping[str, Sequence[str]] | FactorModel, treatment: Treatment
    ) -> tuple[CfaFit | None, str]:
        from diagnose.statistics.cfa import fit_prepared

        if self.keyed.notna().any(axis="columns").sum() < FEWEST_FOR_MODELS:
            return None, "note.too_few"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DiagnoseWarning)
                prepared = self._prepare(model, treatment)
                fit = fit_prepared(
                    prepared, prepared.table(), conf_level=self.conf_level
                )
        except InsufficientDataError:
            return None, "note.no_model"
        improper = [f for f in fit.flags if f.partition(":")[0] not in _HARMLESS]
        return fit, "note.improper" if improper else ""

    def _prepare(
        self, model: Mapping[str, Sequence[str]] | FactorModel, treatment: Treatment
    ) -> Prepared:
        """Tabulate the answers; once for all models that name the items in one order.

        Variances of factors are 1, so that their covariances are correlations.
        """
        from diagnose.statistics.cfa import prepare_cfa
        from diagnose.statistics.cfa.model import state_model

        stated = state_model(model, identification="unit_variance")
        key = treatment, stated.items
        if key not in self._tabulated:
            self._tabulated[key] = prepare_cfa(
                self.keyed,
                stated,
                estimator=treatment,
                missing="fiml" if treatment == "mlr" else "pairwise",
            )
        return replace(self._tabulated[key], model=stated)


def _items(blocks: Blocks) -> list[str]:
    return [item for items in blocks.values() for item in items]


def _of_kind(instrument: Instrument, blocks: Blocks, kind: str) -> Blocks:
    return {n: b for n, b in blocks.items() if instrument.subscale(n).kind == kind}


def _group(blocks: Blocks, clusters: Mapping[str, tuple[str, ...]]) -> Blocks:
    """Return the items of each cluster; nothing when it groups other subscales."""
    grouped = {
        name: tuple(item for one in members for item in blocks.get(one, ()))
        for name, members in clusters.items()
    }
    named = {one for members in clusters.values() for one in members}
    return grouped if set(blocks) <= named and all(grouped.values()) else {}


def _fit_row(fit: CfaFit) -> dict[str, object]:
    indices = fit.indices.to_frame().iloc[0]
    counts = {"n_respondents": fit.n_respondents, "n_items": fit.n_items}
    return {**{name: indices[name] for name in _INDICES}, **counts}

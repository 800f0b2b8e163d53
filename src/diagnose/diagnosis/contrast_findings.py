"""Differences that are real: between units, between roles and between waves."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.cells import Path
from diagnose.diagnosis.comparison_findings import caution
from diagnose.diagnosis.divided import shape_words
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.support import (
    divided_units,
    rows_of,
    supported_subscales,
    width_of,
)
from diagnose.language import Text

_REAL = ["higher", "lower"]


def find_contrasts(parts: Parts) -> Iterator[Finding]:
    """Find units that differ, divided units, the gap, and the change."""
    yield from _find_units(parts)
    yield from _find_divided(parts)
    yield from _find_gap(parts)
    yield from _find_gaps_in_units(parts)
    yield from _find_change(parts)


def _find_units(parts: Parts) -> Iterator[Finding]:
    """Find units that differ; the mean of a divided team says too little."""
    estimates = rows_of(parts.units.estimates, supported_subscales(parts))
    divided = divided_units(parts)
    real = estimates.loc[estimates["direction"].isin(_REAL)]
    for row in real.to_dict(orient="records"):
        if (row["path"], row["subscale"]) not in divided:
            yield Finding(
                code=f"unit.{row['direction']}",
                kind="unit",
                subscales=(row["subscale"],),
                path=row["path"],
                importance=abs(row["difference"]) / width_of(parts, row["subscale"]),
                evidence={
                    "n_respondents": row["n_respondents"],
                    "mean": row["mean"],
                    "estimate": row["estimate"],
                    "difference": row["difference"],
                    "conf_low": row["difference_low"],
                    "conf_high": row["difference_high"],
                    "conf_level": parts.conf_level,
                    "p_adjusted": row["p_adjusted"],
                },
                words={
                    "unit": wording.unit_name(row["path"]),
                    "level": wording.quoted(wording.level(row["level"])),
                    "subscale": wording.subscale_title(
                        parts.instrument, row["subscale"]
                    ),
                    "mean": wording.number(row["mean"]),
                    "estimate": wording.number(row["estimate"]),
                    "difference": wording.signed(row["difference"]),
                    "interval": wording.interval(
                        row["difference_low"], row["difference_high"], parts.conf_level
                    ),
                    "p": wording.p_value(row["p_adjusted"]),
                    "n": wording.count(row["n_respondents"]),
                },
            )


def _find_divided(parts: Parts) -> Iterator[Finding]:
    agreement = rows_of(parts.units.agreement, supported_subscales(parts))
    divided = agreement.loc[agreement["reading"] == "divided"]
    answers = parts.units.answers
    places: dict[tuple[Path, str], list[int]] = {}
    for place, key in enumerate(zip(answers["path"], answers["subscale"], strict=True)):
        places.setdefault(key, []).append(place)
    for row in divided.to_dict(orient="records"):
        spread = answers.iloc[places.get((row["path"], row["subscale"]), [])]
        yield Finding(
            code="divided.unit",
            kind="divided",
            subscales=(row["subscale"],),
            path=row["path"],
            importance=1 - row["a_wg"],
            evidence={
                name: row[name] for name in ("n_respondents", "a_wg", "r_wg_j_uniform")
            },
            words={
                "unit": wording.unit_name(row["path"]),
                "subscale": wording.subscale_title(parts.instrument, row["subscale"]),
                "a_wg": wording.number(row["a_wg"]),
                "r_wg": wording.number(row["r_wg_j_uniform"]),
                "shape": shape_words(parts.instrument, spread),
                "n": wording.count(row["n_respondents"]),
            },
        )


def _find_gap(parts: Parts) -> Iterator[Finding]:
    """Find differences between work floor and leaders; neither direction is better."""
    gap = rows_of(parts.gap, supported_subscales(parts))
    for row in gap.loc[gap["direction"].isin(_REAL)].to_dict(orient="records"):
        subscale = parts.instrument.subscale(row["subscale"])
        about_others = "_estimated" if subscale.referent == "individual" else ""
        yield Finding(
            code=f"gap.floor_{row['direction']}{about_others}",
            kind="gap",
            subscales=(subscale.id,),
            importance=abs(row["difference"]) / width_of(parts, subscale.id),
            evidence={**_gap_evidence(parts, row), "hedges_g": row["hedges_g"]},
            words=_gap_words(parts, row),
        )


def _find_gaps_in_units(parts: Parts) -> Iterator[Finding]:
    """Find units in which work floor and leaders see different things."""
    gaps = rows_of(parts.units.gaps, supported_subscales(parts))
    for row in gaps.loc[gaps["direction"].isin(_REAL)].to_dict(orient="records"):
        yield Finding(
            code=f"gap.unit_floor_{row['direction']}",
            kind="gap",
            subscales=(row["subscale"],),
            path=row["path"],
            importance=abs(row["difference"]) / width_of(parts, row["subscale"]),
            evidence=_gap_evidence(parts, row),
            words={
                "unit": wording.unit_name(row["path"]),
                "level": wording.quoted(wording.level(row["level"])),
                **_gap_words(parts, row),
            },
        )


def _gap_evidence(parts: Parts, row: Mapping[Hashable, Any]) -> dict[str, float]:
    """Return the numbers that every gap rests on."""
    numbers = ("n_floor", "mean_floor", "n_leader", "mean_leader", "difference")
    uncertain = ("conf_low", "conf_high", "p_adjusted")
    return {
        **{name: row[name] for name in (*numbers, *uncertain)},
        "conf_level": parts.conf_level,
    }


def _gap_words(parts: Parts, row: Mapping[Hashable, Any]) -> dict[str, Text]:
    """Return the words that every sentence about a gap fills in."""
    return {
        "subscale": wording.subscale_title(parts.instrument, row["subscale"]),
        "mean_floor": wording.number(row["mean_floor"]),
        "mean_leader": wording.number(row["mean_leader"]),
        "difference": wording.signed(row["difference"]),
        "interval": wording.interval(
            row["conf_low"], row["conf_high"], parts.conf_level
        ),
        "p": wording.p_value(row["p_adjusted"]),
        "n_floor": wording.count(row["n_floor"]),
        "n_leader": wording.count(row["n_leader"]),
        "caution": caution(parts, "role", row["subscale"]),
    }


def changes_to_last_wave(trend: pd.DataFrame, waves: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of the trend with a change to the last wave."""
    return trend.loc[(trend["wave"] == waves[-1]) & trend["change"].notna()]


def _find_change(parts: Parts) -> Iterator[Finding]:
    changed = rows_of(
        changes_to_last_wave(parts.trend, parts.waves), supported_subscales(parts)
    )
    for row in changed.loc[changed["direction"].isin(_REAL)].to_dict(orient="records"):
        before = _cell_before(parts, row["subscale"])
        yield Finding(
            code=f"change.{row['direction']}",
            kind="change",
            subscales=(row["subscale"],),
            importance=abs(row["change"]) / width_of(parts, row["subscale"]),
            evidence={
                "n_respondents": row["n_respondents"],
                "mean": row["mean"],
                "n_before": before["n_respondents"],
                "mean_before": before["mean"],
                "change": row["change"],
                "conf_low": row["change_low"],
                "conf_high": row["change_high"],
                "conf_level": parts.conf_level,
                "p_adjusted": row["p_adjusted"],
            },
            words={
                "subscale": wording.subscale_title(parts.instrument, row["subscale"]),
                "wave": wording.quoted(wording.literal(parts.waves[-1])),
                "wave_before": wording.quoted(wording.literal(parts.waves[-2])),
                "mean": wording.number(row["mean"]),
                "mean_before": wording.number(before["mean"]),
                "change": wording.signed(row["change"]),
                "interval": wording.interval(
                    row["change_low"], row["change_high"], parts.conf_level
                ),
                "p": wording.p_value(row["p_adjusted"]),
                "n": wording.count(row["n_respondents"]),
                "n_before": wording.count(before["n_respondents"]),
                "caution": caution(parts, "wave", row["subscale"]),
            },
        )


def _cell_before(parts: Parts, subscale: str) -> pd.Series:
    trend = parts.trend
    rows = trend.loc[
        (trend["wave"] == parts.waves[-2]) & (trend["subscale"] == subscale)
    ]
    return rows.iloc[0]

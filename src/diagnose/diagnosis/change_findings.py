"""What lies behind a change: lines, the same people, the lowest units, the make-up."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.comparison_findings import caution
from diagnose.diagnosis.contrast_findings import changes_to_last_wave
from diagnose.diagnosis.makeup import LANGUAGE, UNIT
from diagnose.diagnosis.measurement_findings import listed_titles
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.support import (
    rows_of,
    rows_shown,
    supported_subscales,
    width_of,
)
from diagnose.language import Text

LANGUAGE_SHIFT = 0.10
"""Share of the respondents from which a shift of languages is said; no source gives a
limit. Below it even a difference of a whole point between languages moves the mean of
all by less than a tenth of a point."""

UNIT_SHIFT = 0.05
"""The same for units; below it the make-up is as good as the same."""

_REAL = ["higher", "lower"]
_MOST_NAMED = 5


def find_behind_change(parts: Parts) -> Iterator[Finding]:
    """Find what the lines, the linked people and the make-up say of the change."""
    if len(parts.waves) < 2:
        return
    yield from _find_lines(parts)
    yield from _find_linked(parts)
    yield from _find_leavers(parts)
    yield from _find_lowest(parts)
    yield from _find_makeup(parts)
    yield from _find_languages(parts)


def _supported(parts: Parts, frame: pd.DataFrame) -> pd.DataFrame:
    return rows_of(rows_shown(frame), supported_subscales(parts))


def _waves(parts: Parts) -> dict[str, Text]:
    return {
        "wave": wording.quoted(wording.literal(parts.waves[-1])),
        "wave_before": wording.quoted(wording.literal(parts.waves[-2])),
    }


def _interval(parts: Parts, row: Mapping[Hashable, Any], *limits: str) -> Text:
    low, high = (row[name] for name in limits or ("conf_low", "conf_high"))
    return wording.interval(low, high, parts.conf_level)


def _find_lines(parts: Parts) -> Iterator[Finding]:
    lines = _supported(parts, parts.change.lines)
    for row in lines.loc[lines["direction"].isin(_REAL)].to_dict("records"):
        bent = row["bend_p_adjusted"] < 1 - parts.conf_level
        yield Finding(
            code=f"change.line_{row['direction']}",
            kind="change",
            subscales=(row["subscale"],),
            importance=abs(row["slope"]) / width_of(parts, row["subscale"]),
            evidence={
                **{name: row[name] for name in ("n_respondents", "n_waves")},
                "estimate": row["slope"],
                **{name: row[name] for name in ("conf_low", "conf_high")},
                "conf_level": parts.conf_level,
                "p_adjusted": row["p_adjusted"],
            },
            words={
                "subscale": wording.subscale_title(parts.instrument, row["subscale"]),
                "n_waves": wording.count(row["n_waves"]),
                "slope": wording.signed(row["slope"]),
                "interval": _interval(parts, row),
                "n": wording.count(row["n_respondents"]),
                "p": wording.p_value(row["p_adjusted"]),
                "bend": wording.phrase("word.bend") if bent else wording.literal(""),
                "caution": caution(parts, "wave", row["subscale"]),
            },
        )
    unclear = tuple(lines.loc[lines["direction"] == "unclear", "subscale"])
    if unclear:
        yield Finding(
            code="open.line_unclear",
            kind="open",
            subscales=unclear,
            importance=2.9,
            evidence={"n_subscales": len(unclear)},
            words={
                "subscales": listed_titles(parts, unclear),
                "n_waves": wording.count(lines["n_waves"].max()),
            },
        )


def _find_linked(parts: Parts) -> Iterator[Finding]:
    if rows_shown(parts.change.linked).empty:
        if len(parts.trend):
            yield Finding(
                code="open.not_linked",
                kind="open",
                importance=2.8,
                words=_waves(parts),
            )
        return
    linked = _supported(parts, parts.change.linked)
    for row in linked.loc[linked["direction"].isin(_REAL)].to_dict("records"):
        yield _linked_finding(parts, row)
    unclear = tuple(linked.loc[linked["direction"] == "unclear", "subscale"])
    if unclear:
        yield Finding(
            code="open.linked_unclear",
            kind="open",
            subscales=unclear,
            importance=2.7,
            evidence={"n_subscales": len(unclear)},
            words={"subscales": listed_titles(parts, unclear), **_waves(parts)},
        )


def _linked_finding(parts: Parts, row: Mapping[Hashable, Any]) -> Finding:
    subscale = str(row["subscale"])
    return Finding(
        code=f"change.linked_{row['direction']}",
        kind="change",
        subscales=(subscale,),
        importance=abs(row["change"]) / width_of(parts, subscale),
        evidence={
            "n_respondents": row["n_linked"],
            **{name: row[name] for name in ("mean", "mean_before", "change")},
            **{name: row[name] for name in ("conf_low", "conf_high")},
            "conf_level": parts.conf_level,
            "p_adjusted": row["p_adjusted"],
        },
        words={
            "subscale": wording.subscale_title(parts.instrument, subscale),
            "n": wording.count(row["n_linked"]),
            "mean_before": wording.number(row["mean_before"]),
            "mean": wording.number(row["mean"]),
            "change": wording.signed(row["change"]),
            "interval": _interval(parts, row),
            "p": wording.p_value(row["p_adjusted"]),
            "moved": _moved(row),
            "caution": caution(parts, "wave", subscale),
            **_waves(parts),
        },
    )


def _moved(row: Mapping[Hashable, Any]) -> Text:
    """Say how many people moved by more than the error; nothing where not shown."""
    if not row["n_better"] >= 0:
        return wording.literal("")
    return wording.phrase(
        "word.moved",
        better=wording.count(row["n_better"]),
        worse=wording.count(row["n_worse"]),
        expected=wording.count(row["n_expected"]),
        smallest=wording.number(row["smallest"]),
    )


def _find_leavers(parts: Parts) -> Iterator[Finding]:
    compared = _supported(parts, parts.change.leavers)
    compared = compared.loc[compared["p_adjusted"].notna()]
    if compared.empty:
        return
    real = compared.loc[compared["direction"].isin(_REAL)]
    if real.empty:
        yield Finding(
            code="measurement.leavers_alike",
            kind="measurement",
            subscales=tuple(compared["subscale"]),
            importance=0.1,
            evidence={"n_subscales": len(compared)},
            words={"n_subscales": wording.count(len(compared)), **_waves(parts)},
        )
        return
    yield Finding(
        code="open.leavers_differ",
        kind="open",
        subscales=tuple(real["subscale"]),
        importance=8.3,
        evidence={"n_subscales": len(real)},
        words={
            "subscales": wording.listing(
                wording.phrase(
                    "word.with_difference",
                    subscale=wording.subscale_title(parts.instrument, row["subscale"]),
                    difference=wording.signed(row["difference"]),
                    interval=_interval(parts, row),
                )
                for row in real.to_dict("records")
            ),
            "n_compared": wording.count(len(compared)),
            **_waves(parts),
        },
    )


def _find_lowest(parts: Parts) -> Iterator[Finding]:
    selected = _supported(parts, parts.change.selected)
    above = selected["direction"] == "higher"
    for row in selected.loc[above].to_dict("records"):
        yield Finding(
            code="change.lowest_units",
            kind="change",
            subscales=(row["subscale"],),
            importance=abs(row["beyond"]) / width_of(parts, row["subscale"]),
            evidence={
                **{name: row[name] for name in ("n_teams", "expected", "observed")},
                "estimate": row["beyond"],
                **{name: row[name] for name in ("conf_low", "conf_high")},
                "conf_level": parts.conf_level,
                "p_adjusted": row["p_adjusted"],
            },
            words={
                "level": wording.quoted(wording.level(row["level"])),
                "subscale": wording.subscale_title(parts.instrument, row["subscale"]),
                "n_selected": wording.count(row["n_selected"]),
                "n_units": wording.count(row["n_teams"]),
                "observed": wording.signed(row["observed"]),
                "expected": wording.signed(row["expected"]),
                "beyond": wording.number(row["beyond"]),
                "interval": _interval(parts, row),
                "p": wording.p_value(row["p_adjusted"]),
                **_waves(parts),
            },
        )
    others = selected.loc[~above & selected["p_adjusted"].notna()]
    if len(others):
        yield _lowest_open(parts, others)


def _lowest_open(parts: Parts, rows: pd.DataFrame) -> Finding:
    rises = [
        wording.phrase(
            "word.rise",
            subscale=wording.subscale_title(parts.instrument, row["subscale"]),
            observed=wording.signed(row["observed"]),
            expected=wording.signed(row["expected"]),
        )
        for row in rows.to_dict("records")
    ]
    return Finding(
        code="open.lowest_units",
        kind="open",
        subscales=tuple(rows["subscale"]),
        importance=2.6,
        evidence={"n_subscales": len(rows), "n_teams": float(rows["n_teams"].min())},
        words={
            "level": wording.quoted(wording.level(str(rows["level"].iloc[0]))),
            "rises": wording.shortened(rises, _MOST_NAMED),
            **_waves(parts),
        },
    )


def _find_makeup(parts: Parts) -> Iterator[Finding]:
    """Find clear changes with the make-up held the same, one finding an answer."""
    changes = changes_to_last_wave(parts.trend, parts.waves)
    clear = set(changes.loc[changes["direction"].isin(_REAL), "subscale"])
    makeup = _supported(parts, parts.change.makeup)
    own = makeup.loc[
        (makeup["wave"] == parts.waves[-1])
        & (makeup["across"] == UNIT)
        & (makeup["total_variation"] >= UNIT_SHIFT)
        & makeup["subscale"].isin(clear)
    ]
    same_side = (own["within_low"] * own["within_high"] > 0) & (
        own["within"] * own["change"] > 0
    )
    if same_side.any():
        yield _makeup_finding(parts, "change.makeup", own.loc[same_side])
    if (~same_side).any():
        yield _makeup_finding(parts, "open.makeup_moves", own.loc[~same_side])


def _makeup_finding(parts: Parts, code: str, rows: pd.DataFrame) -> Finding:
    changes = [
        wording.phrase(
            "word.instead",
            subscale=wording.subscale_title(parts.instrument, row["subscale"]),
            within=wording.signed(row["within"]),
            interval=_interval(parts, row, "within_low", "within_high"),
            change=wording.signed(row["change"]),
        )
        for row in rows.to_dict("records")
    ]
    shift = float(rows["total_variation"].max())
    return Finding(
        code=code,
        kind="change" if code.startswith("change") else "open",
        subscales=tuple(rows["subscale"]),
        importance=0.0 if code.startswith("change") else 8.2,
        evidence={"n_subscales": len(rows), "share": shift},
        words={
            "share": wording.share(shift),
            "changes": wording.shortened(changes, _MOST_NAMED),
            **_waves(parts),
        },
    )


def _find_languages(parts: Parts) -> Iterator[Finding]:
    makeup = parts.change.makeup
    own = makeup.loc[
        (makeup["wave"] == parts.waves[-1]) & (makeup["across"] == LANGUAGE)
    ]
    for row in own.loc[own["total_variation"] >= LANGUAGE_SHIFT].to_dict("records"):
        yield Finding(
            code="open.language_shift",
            kind="open",
            importance=8.1,
            evidence={"share": row["total_variation"]},
            words={"share": wording.share(row["total_variation"]), **_waves(parts)},
        )

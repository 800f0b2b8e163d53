"""How much units differ at all: at which level, and whether their order means much."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.levels import WITHIN
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.support import rows_of, supported_subscales
from diagnose.language import Text

_ORDER_IMPORTANCE = 3.8


def find_unit_patterns(parts: Parts) -> Iterator[Finding]:
    """Find where differences lie, and how little an order of the units says."""
    yield from _find_levels(parts)
    yield from _find_order(parts)


def _find_levels(parts: Parts) -> Iterator[Finding]:
    """Find the shares of the levels: on average, and where units differ most."""
    shares = rows_of(parts.units.levels, supported_subscales(parts))
    if shares.empty:
        return
    table = shares.pivot(index="subscale", columns="level", values="share")
    levels = [level for level in parts.hierarchy if level in table]
    compared = table.dropna(subset=levels)  # a level may be lacking on some subscales
    if compared.empty:
        return
    between = compared[levels].sum(axis="columns")
    largest = str(between.idxmax())
    n_units = shares.loc[shares["level"] == levels[-1], "n_units"].max()
    average = compared.mean()
    yield Finding(
        code="unit.levels",
        kind="unit",
        subscales=tuple(map(str, compared.index)),
        evidence={
            "share": float(average[WITHIN]),
            "share_largest": float(between[largest]),
            "n_teams": float(n_units),
            "n_respondents": float(shares["n_respondents"].min()),
        },
        words={
            "shares": _level_shares(average, levels),
            # What the written shares leave, so that they add up to 100 %.
            "rest": wording.share(1 - average[levels].round(2).sum()),
            "lowest": wording.quoted(wording.level(levels[-1])),
            "n_subscales": wording.count(len(compared)),
            "subscale": wording.subscale_title(parts.instrument, largest),
            "largest": _level_shares(compared.T[largest], levels),
            "n_units": wording.count(n_units),
        },
    )


def _level_shares(shares: pd.Series, levels: list[str]) -> Text:
    return wording.listing(
        wording.phrase(
            "word.level_share",
            share=wording.share(shares[level]),
            level=wording.quoted(wording.level(level)),
        )
        for level in levels
    )


def _find_order(parts: Parts) -> Iterator[Finding]:
    """Find how many units cannot be told from the middle of their order."""
    ranked = rows_of(parts.units.estimates, supported_subscales(parts))
    ranked = ranked.loc[ranked["rank_low"].notna()]
    if ranked.empty:
        return
    n_units = ranked.groupby("subscale", sort=False)["rank_low"].transform("size")
    middle = is_in_the_middle(ranked["rank_low"], ranked["rank_high"], n_units)
    unclear = middle.groupby(ranked["subscale"], sort=False).mean()
    low, high = wording.share(unclear.min()), wording.share(unclear.max())
    yield Finding(
        code="open.order",
        kind="open",
        subscales=tuple(map(str, unclear.index)),
        importance=_ORDER_IMPORTANCE,
        evidence={
            "share": float(unclear.min()),
            "share_largest": float(unclear.max()),
            "n_teams": float(n_units.max()),
            "conf_level": parts.conf_level,
        },
        words={
            "level": wording.quoted(wording.level(ranked["level"].iloc[0])),
            "range": low
            if low == high
            else wording.phrase("word.by_subscale", low=low, high=high),
            "n_units": wording.count(n_units.max()),
            "conf_level": wording.point(100 * parts.conf_level),
        },
    )


def is_in_the_middle(
    rank_low: pd.Series, rank_high: pd.Series, n_units: pd.Series | float
) -> pd.Series:
    """Tell which intervals of ranks hold the middle rank of `n_units`."""
    middle = (n_units + 1) / 2
    return (rank_low <= middle) & (rank_high >= middle)

"""At which level of the organisation people differ: shares of variance, from cells."""

from __future__ import annotations

import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import LEVEL_SHARES
from diagnose.diagnosis.units import comparable_units
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import NO_UNIT

MOST_LEVELS = 3
"""The model takes apart three levels of units; of more, the lowest three are shown."""

FEW_UNITS = 5
"""Below so many units the share of a level is noted as unsure: with four, the variance
between them rests on three differences."""

WITHIN = ""
"""Stands as the level of the people within the smallest units."""


def share_levels(cells: pd.DataFrame, hierarchy: tuple[str, ...]) -> pd.DataFrame:
    """Divide the differences between people over the levels of the organisation.

    A random effect for every level (REML), from the cells of the lowest level that are
    shown and nothing else; hidden units and people whose unit is not known take no
    part. A level is left out when it has one unit, or no more units than the level
    above it: it cannot be told apart.

    Parameters
    ----------
    cells : pandas.DataFrame
        See `Units.cells`. Not modified.
    hierarchy : tuple of str
        Levels from large to small.

    Returns
    -------
    pandas.DataFrame
        See `Units.levels`. A subscale for which fewer than two levels remain, or whose
        answers do not vary, has no rows.
    """
    if len(hierarchy) < 2 or cells.empty:
        return build_frame((), LEVEL_SHARES)
    units = comparable_units(cells.loc[cells["level"] == hierarchy[-1]])
    named = [NO_UNIT not in path for path in units["path"]]
    parts = [
        _share_subscale(str(subscale), own, hierarchy)
        for subscale, own in units.loc[named].groupby("subscale", sort=False)
    ]
    return build_frame([row for part in parts for row in part], LEVEL_SHARES)


def _share_subscale(
    subscale: str, units: pd.DataFrame, hierarchy: tuple[str, ...]
) -> list[dict[str, object]]:
    from diagnose.statistics.pooling import level_shares_from_summary

    labels = _labels(units, hierarchy)
    if len(labels.columns) < 2:
        return []
    summary = labels.assign(
        n_respondents=units["n_respondents"].astype(int),
        mean=units["mean"],
        variance=units["sd"] ** 2,
    )
    try:
        model = level_shares_from_summary(summary, levels=list(labels.columns))
    except InsufficientDataError:
        return []
    common = {"subscale": subscale, "n_respondents": model.n_respondents}
    levels = [
        {
            **common,
            "level": level,
            "variance": variance,
            "share": share,
            "n_units": n_units,
            "note": "note.few_units" if n_units < FEW_UNITS else "",
        }
        for level, variance, share, n_units in zip(
            model.levels, model.variances, model.shares, model.n_units, strict=True
        )
    ]
    within = {
        **common,
        "level": WITHIN,
        "variance": model.sigma2,
        "share": model.share_within,
        "note": "",
    }
    return [*levels, within]


def _labels(units: pd.DataFrame, hierarchy: tuple[str, ...]) -> pd.DataFrame:
    """Return a column a level that can be told apart, units known by their path."""
    paths = list(units["path"])
    kept: dict[str, list[str]] = {}
    below = len(paths) + 1
    for depth in reversed(range(len(hierarchy))):
        labels = ["\x1f".join(path[: depth + 1]) for path in paths]
        n_units = len(set(labels))
        if 2 <= n_units < below and len(kept) < MOST_LEVELS:
            kept[hierarchy[depth]] = labels
            below = n_units
    return pd.DataFrame(dict(reversed(kept.items())), index=units.index, dtype=object)

"""The difference of two cells, and p-values adjusted over a family of differences."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import direction_of


class Contrast(TypedDict):
    """First cell minus second cell, with everything that says how sure it is."""

    difference: float
    conf_low: float
    conf_high: float
    p_value: float
    hedges_g: float
    g_low: float
    g_high: float


def compare_cells(
    first: pd.Series, second: pd.Series, *, conf_level: float
) -> Contrast:
    """Compare two cells by Welch's t; only the difference where that cannot be done.

    Parameters
    ----------
    first, second : pandas.Series
        Cells: ``n_respondents``, ``mean``, ``sd``.
    conf_level : float
        Coverage of the intervals.
    """
    from diagnose.statistics.two_means import compare_two_from_summary

    nothing = float("nan")
    difference = float(first["mean"] - second["mean"])
    # A group in which all answer alike has no spread to judge a difference by; its
    # zero would count as certainty. The same goes for a group of one (NaN).
    if not (first["sd"] > 0 and second["sd"] > 0):
        return Contrast(
            difference=difference,
            conf_low=nothing,
            conf_high=nothing,
            p_value=nothing,
            hedges_g=nothing,
            g_low=nothing,
            g_high=nothing,
        )
    result = compare_two_from_summary(
        float(first["mean"]),
        float(first["sd"]),
        int(first["n_respondents"]),
        float(second["mean"]),
        float(second["sd"]),
        int(second["n_respondents"]),
        conf_level=conf_level,
    )
    return Contrast(
        difference=difference,
        conf_low=result.conf_low,
        conf_high=result.conf_high,
        p_value=result.p_value,
        hedges_g=result.hedges_g,
        g_low=result.hedges_g_low,
        g_high=result.hedges_g_high,
    )


def with_directions(
    rows: pd.DataFrame, difference: str, *, conf_level: float
) -> pd.DataFrame:
    """Return `rows`, one family, with ``p_adjusted`` (Holm) and ``direction``."""
    from diagnose.statistics.multiplicity import adjust_p_values

    adjusted = adjust_p_values(rows["p_value"], method="holm")
    directions = [
        direction_of(value, p_value, conf_level=conf_level)
        for value, p_value in zip(rows[difference], adjusted, strict=True)
    ]
    return rows.assign(
        p_adjusted=adjusted, direction=np.array(directions, dtype=object)
    )

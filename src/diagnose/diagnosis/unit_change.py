"""Units against themselves: each unit beside its own cell in the wave before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame, direction_of
from diagnose.diagnosis.columns import UNIT_CHANGES
from diagnose.diagnosis.model import Units
from diagnose.diagnosis.units import comparable_units, count_cells
from diagnose.responses.model import Responses

_CELL = ["level", "path", "parent", "subscale"]


def add_changes(
    units: Units, responses: Responses, scores: pd.DataFrame, *, conf_level: float
) -> Units:
    """Return the units with their cells in the wave before, and the changes since.

    Parameters
    ----------
    units : Units
        Of the last wave.
    responses : Responses
        The work floor of every wave.
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Their scores, in the same order: subscales that were asked alike.
    conf_level : float
        Coverage of the intervals.
    """
    if len(responses.waves) < 2 or not responses.hierarchy or scores.empty:
        return units
    chosen = (responses.people["wave"] == responses.waves[-2]).to_numpy()
    if not chosen.any():
        return units
    before = count_cells(
        scores.loc[chosen].reset_index(drop=True),
        responses.people.loc[chosen].reset_index(drop=True),
        responses.hierarchy,
    )
    changes = compare_with_before(units.cells, before, conf_level=conf_level)
    return replace(units, before=before, changes=changes)


def compare_with_before(
    cells: pd.DataFrame, before: pd.DataFrame, *, conf_level: float
) -> pd.DataFrame:
    """Compare each unit with itself in the wave before, from cells alone.

    It is Welch's t on the two cells, of which the people count as different and
    independent: people who answered twice make its interval too wide. The p-values are
    adjusted by Benjamini-Hochberg over one family, all units and all subscales of a
    level, as are the gaps within units.

    The change of a unit is that of everybody in it. People who came or went change a
    mean as well as people who changed their minds, and in a small unit a few of them
    are enough; which of the two it was, the change does not say.

    Parameters
    ----------
    cells, before : pandas.DataFrame
        See `Units`. Not modified. A unit is the same unit if its path is the same: one
        that was renamed or moved is not compared.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        See `Units.changes`, in the order of `cells`. Where one of the cells has no
        spread to judge by, only the change is given.
    """
    if cells.empty or before.empty:
        return build_frame((), UNIT_CHANGES)
    pairs = comparable_units(cells).merge(
        comparable_units(before), how="inner", on=_CELL, suffixes=("", "_before")
    )
    if pairs.empty:
        return build_frame((), UNIT_CHANGES)
    return _adjusted(_compared(pairs, conf_level), conf_level)


def _compared(pairs: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    from diagnose.statistics.welch_pairs import welch_pairs

    numbers = ["n_respondents", "mean", "sd"]
    then = pairs[[f"{name}_before" for name in numbers]].set_axis(numbers, axis=1)
    found = welch_pairs(pairs[numbers], then, conf_level=conf_level)
    return build_frame(
        {
            **{name: pairs[name].to_list() for name in _CELL},
            "n_before": then["n_respondents"].to_numpy(),
            "mean_before": then["mean"].to_numpy(),
            "n_respondents": pairs["n_respondents"].to_numpy(),
            "mean": pairs["mean"].to_numpy(),
            "change": found["difference"].to_numpy(),
            "conf_low": found["conf_low"].to_numpy(),
            "conf_high": found["conf_high"].to_numpy(),
            "p_value": found["p_value"].to_numpy(),
        },
        UNIT_CHANGES,
    )


def _adjusted(changes: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    from diagnose.statistics.multiplicity import adjust_p_values

    adjusted = changes.groupby("level", sort=False)["p_value"].transform(
        lambda family: adjust_p_values(family, method="benjamini-hochberg")
    )
    directions = [
        direction_of(change, p_value, conf_level=conf_level)
        for change, p_value in zip(changes["change"], adjusted, strict=True)
    ]
    return changes.assign(
        p_adjusted=adjusted, direction=np.array(directions, dtype=object)
    )

"""The gap: the work floor beside the leaders, from the cells of the profile."""

from __future__ import annotations

import pandas as pd

from diagnose.diagnosis.cells import build_frame, shown_cells
from diagnose.diagnosis.columns import GAP
from diagnose.diagnosis.contrasts import compare_cells, with_directions
from diagnose.responses.model import FLOOR, LEADER


def compare_roles(profile: pd.DataFrame, *, conf_level: float) -> pd.DataFrame:
    """Compare work floor and leaders on each subscale, from the profile alone.

    Welch's t on the two cells, with p-values adjusted by Holm over the subscales: one
    false alarm in the whole gap is already one too many. Neither direction is good or
    bad. Leaders are taken as a sample of such leaders; where nearly all of them
    answered, the interval is wider than it need be.

    Parameters
    ----------
    profile : pandas.DataFrame
        See `Diagnosis.profile`. Not modified.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        See `Diagnosis.gap`: subscales of which both cells are shown. With a group of
        one, or one that answers all alike, only the difference is given.
    """
    cells = shown_cells(profile)
    floor = cells.loc[cells["role"] == FLOOR].set_index("subscale")
    leader = cells.loc[cells["role"] == LEADER].set_index("subscale")
    rows = [
        {
            "subscale": subscale,
            "n_floor": floor.loc[subscale, "n_respondents"],
            "mean_floor": floor.loc[subscale, "mean"],
            "n_leader": leader.loc[subscale, "n_respondents"],
            "mean_leader": leader.loc[subscale, "mean"],
            **compare_cells(
                floor.loc[subscale], leader.loc[subscale], conf_level=conf_level
            ),
        }
        for subscale in floor.index
        if subscale in leader.index
    ]
    return with_directions(build_frame(rows, GAP), "difference", conf_level=conf_level)

"""The organisation's mean on each subscale, for each role."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import (
    SHOWN,
    build_frame,
    interval_of_mean,
    summarise_groups,
)
from diagnose.diagnosis.columns import PROFILE
from diagnose.responses.model import FLOOR, LEADER

ROLE_ORDER = (FLOOR, LEADER)


def profile_roles(
    scores: pd.DataFrame, roles: pd.Series, *, conf_level: float
) -> pd.DataFrame:
    """Summarise the scores of each role.

    The interval takes respondents as independent draws. It answers how far the mean
    would move had other people like these answered; it does not shrink when nearly
    everyone of a small organisation took part, and is then too wide.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Scores in response-scale units, missing as NaN: left out subscale by subscale.
    roles : pandas.Series of str
        Role of each respondent, in the same order.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a role that answered and subscale; see `Diagnosis.profile`.
    """
    present = [role for role in ROLE_ORDER if (roles == role).any()]
    groups = roles.map({role: i for i, role in enumerate(present)})
    counts, means, spreads = summarise_groups(
        scores, groups.to_numpy(dtype=int), len(present)
    )
    rows = {
        "role": np.repeat(np.array(present, dtype=object), scores.shape[1]),
        "subscale": list(scores.columns) * len(present),
        "n_respondents": counts.ravel(),
        "mean": means.ravel(),
        "sd": spreads.ravel(),
    }
    frame = build_frame(rows, PROFILE).assign(status=SHOWN)
    low, high = intervals_of(frame, conf_level=conf_level)
    return frame.assign(conf_low=low, conf_high=high)


def intervals_of(
    cells: pd.DataFrame, *, conf_level: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the limits of the interval of each cell."""
    limits = [
        interval_of_mean(mean, sd, number, conf_level=conf_level)
        for mean, sd, number in zip(
            cells["mean"], cells["sd"], cells["n_respondents"], strict=True
        )
    ]
    low, high = np.array(limits, dtype=float).reshape(-1, 2).T
    return low, high

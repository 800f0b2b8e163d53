"""Whether the members of a team see the same, so that a team mean means something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import GroupArray, Path, build_frame, paths_of
from diagnose.diagnosis.columns import AGREEMENT
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Instrument, Subscale
from diagnose.responses.model import NO_UNIT

if TYPE_CHECKING:
    from diagnose.statistics.null_distributions import NullName

AGREE_AT_LEAST = 0.70
"""From here on both families of indices call agreement acceptable: a convention
(Brown and Hauenstein for a_wg; LeBreton and Senter for r_wg(j)), not a derivation."""

DIVIDED_BELOW = 0.60
"""Below this a_wg counts as no acceptable agreement (Brown and Hauenstein; .60-.69 is
called reasonable): the same convention from the other side."""

WEAK_UP_TO = 0.50
"""Up to here r_wg(j) is called weak or lacking agreement (LeBreton and Senter). With
.70 as the border, four in ten ordinary simulated teams would be called divided."""

SMALLEST_TEAM = 5
"""Indices of fewer people jump about: four people who answer at random reach
r_wg = .70 on one item in 10 of 100 teams. Also a_wg on five points asks for four."""

CHANCE = 0.05
"""Share of teams that would agree better than chance if all answered at random."""


def assess_agreement(
    keyed: pd.DataFrame,
    people: pd.DataFrame,
    instrument: Instrument,
    hierarchy: tuple[str, ...],
) -> pd.DataFrame:
    """Agreement within each unit of the lowest level, on each subscale.

    Parameters
    ----------
    keyed : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers of the work floor, missing as NaN.
    people : pandas.DataFrame
        The same respondents; holds a column for each level of `hierarchy`.
    instrument : Instrument
        Says which items form a subscale, and how they are worded.
    hierarchy : tuple of str
        Levels from large to small.

    Returns
    -------
    pandas.DataFrame
        See `Units.agreement`. The reading is empty for subscales that ask people
        about themselves: there spread is no lack of agreement. Respondents whose unit
        is not known are left out. Whether a team agrees better than chance depends on
        the other teams a little: the cut-offs are for items that correlate as these do
        within all teams. It is a yes or no beside a deviation that is shown anyway.
    """
    if not hierarchy:
        return build_frame((), AGREEMENT)
    known = (people[hierarchy[-1]] != NO_UNIT).to_numpy()
    grouped = people.loc[known].groupby(list(hierarchy), sort=True)
    paths = paths_of(grouped.size().index)
    teams = grouped.ngroup().to_numpy()
    parts = []
    for subscale in instrument.subscales:
        asked = [item.id for item in subscale.items if item.id in keyed.columns]
        rows = _team_rows(keyed.loc[known, asked], teams, instrument)
        parts.append(_labelled(rows, paths, subscale, hierarchy[-1]))
    return pd.concat(parts, ignore_index=True)


def _team_rows(
    items: pd.DataFrame,
    teams: GroupArray,
    instrument: Instrument,
) -> pd.DataFrame:
    from diagnose.statistics.agreement import team_agreement

    bounds = whole_steps(instrument, [str(item) for item in items.columns])
    if bounds is None:
        return pd.DataFrame()
    # The skewed nulls are tabulated for five answers only.
    nulls: tuple[NullName, ...] = ("uniform",)
    if bounds[1] - bounds[0] == 4:
        nulls = ("uniform", "slight_skew", "moderate_skew")
    try:
        result = team_agreement(
            items,
            pd.Series(teams, index=items.index),
            lowest=bounds[0],
            highest=bounds[1],
            nulls=nulls,
            significance=CHANCE,
        )
    except InsufficientDataError:
        return pd.DataFrame()
    rows = result.to_frame()
    judged = [str(name) for name in rows if "_better_than_" in str(name)]
    return rows.assign(**{name: _as_numbers(rows[name]) for name in judged})


def _as_numbers(judged: pd.Series) -> npt.NDArray[np.float64]:
    """Return yes as 1, no as 0 and unknown as NaN."""
    numbers = judged.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(numbers, dtype=np.float64)


def whole_steps(instrument: Instrument, items: list[str]) -> tuple[int, int] | None:
    """Return the ends of the items' response scale, if the indices exist for it.

    They ask for one response scale with answers one apart.
    """
    scales = {instrument.response_scale_of(item).values for item in items}
    if len(scales) != 1:
        return None
    values = scales.pop()
    lowest, highest = values[0], values[-1]
    whole = lowest.is_integer() and values == tuple(
        np.arange(lowest, highest + 1, dtype=float)
    )
    return (int(lowest), int(highest)) if whole else None


def _labelled(
    rows: pd.DataFrame, paths: list[Path], subscale: Subscale, level: str
) -> pd.DataFrame:
    if rows.empty:
        return build_frame((), AGREEMENT)
    own = [paths[int(team)] for team in rows["team"]]
    columns = {
        **{name: rows[name].to_numpy() for name in AGREEMENT if name in rows},
        "level": level,
        "path": own,
        "parent": [path[:-1] for path in own],
        "subscale": subscale.id,
        "reading": "" if subscale.referent == "individual" else read_agreement(rows),
    }
    return build_frame(columns, AGREEMENT)


def read_agreement(rows: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Read the indices of each team as ``agree``, ``divided`` or ``unclear``.

    A team agrees only when it does so against the demanding null (slightly skewed,
    because people like to agree with statements; on other than five points that null
    is not tabulated and the uniform one stands in) and by the index that needs no
    null; it is divided only when agreement is weak against the lenient null too. All
    between is unclear, and so is every team below `SMALLEST_TEAM`: several indices,
    cut-offs with care (O'Neill, 2017). The reading chooses words for a team; it is
    no exam.
    """
    lenient = rows["r_wg_j_uniform"]
    demanding = rows.get("r_wg_j_slight_skew", lenient)
    enough = rows["n_respondents"] >= SMALLEST_TEAM
    agree = (rows["a_wg"] >= AGREE_AT_LEAST) & (demanding >= AGREE_AT_LEAST)
    divided = (rows["a_wg"] < DIVIDED_BELOW) & (lenient <= WEAK_UP_TO)
    return np.select(
        [enough & agree, enough & divided], ["agree", "divided"], "unclear"
    )

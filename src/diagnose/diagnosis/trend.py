"""The trend: the work floor wave by wave, and the change since the wave before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import (
    SHOWN,
    build_frame,
    paths_of,
    shown_cells,
    summarise_groups,
)
from diagnose.diagnosis.columns import TREND
from diagnose.diagnosis.contrasts import compare_cells, with_directions
from diagnose.diagnosis.profile import intervals_of
from diagnose.diagnosis.wave_groups import Cells, clusters_of, divide_cells
from diagnose.errors import InsufficientDataError

if TYPE_CHECKING:
    from diagnose.responses.model import Responses

CLUSTERED, INDEPENDENT = "cluster_cr2", "welch"
"""How a change is judged: teams as clusters, or everybody as independent."""

_CELL = ("wave", "subscale", "n_respondents", "mean", "sd", "status")
_CHANGE = ("change", "change_low", "change_high", "p_value", "method", "n_teams")
WAVE_CELLS = (
    "wave",
    "path",
    "parent",
    "subscale",
    "n_respondents",
    "mean",
    "sd",
    "status",
)


def asked_alike(responses: Responses) -> list[str]:
    """Return the scored subscales of which every wave asked the same items.

    A mean of three items is no earlier value of a mean of four: items differ in how
    easily people agree with them, so a change could come from the missing one alone.
    """
    answers = responses.answers.notna() | responses.not_applicable
    asked = answers.groupby(responses.people["wave"].to_numpy()).any()
    asked = asked.loc[[wave for wave in responses.waves if wave in asked.index]]
    alike = []
    for subscale in responses.instrument.subscales:
        items = [item.id for item in subscale.items if item.id in asked.columns]
        same = bool((asked[items] == asked[items].iloc[-1]).all(axis=None))
        if same and int(asked[items].iloc[-1].sum()) >= subscale.min_answered:
            alike.append(subscale.id)
    return alike


def summarise_waves(
    scores: pd.DataFrame, wave_of: pd.Series, waves: tuple[str, ...]
) -> pd.DataFrame:
    """Summarise the scores of each wave as cells.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Scores of the work floor, missing as NaN: left out subscale by subscale.
    wave_of : pandas.Series of str
        Wave of each respondent, in the same order.
    waves : tuple of str
        Waves in order of time.

    Returns
    -------
    pandas.DataFrame
        ``wave``, ``subscale``, ``n_respondents``, ``mean``, ``sd``, ``status``.
    """
    groups = wave_of.map({wave: i for i, wave in enumerate(waves)})
    counts, means, spreads = summarise_groups(
        scores, groups.to_numpy(dtype=int), len(waves)
    )
    return pd.DataFrame(
        {
            "wave": np.repeat(np.array(waves, dtype=object), scores.shape[1]),
            "subscale": list(scores.columns) * len(waves),
            "n_respondents": counts.ravel(),
            "mean": means.ravel(),
            "sd": spreads.ravel(),
            "status": SHOWN,
        }
    )


def count_wave_cells(scores: pd.DataFrame, responses: Responses) -> pd.DataFrame:
    """Summarise the scores of the smallest units in each wave.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Scores of the work floor over all waves, missing as NaN.
    responses : Responses
        The same respondents.

    Returns
    -------
    pandas.DataFrame
        See `Diagnosis.wave_cells`; empty without units or for one wave.
    """
    hierarchy, waves = responses.hierarchy, responses.waves
    if not hierarchy or len(waves) < 2:
        return build_frame((), WAVE_CELLS)
    people = responses.people
    order = people["wave"].map({wave: i for i, wave in enumerate(waves)})
    grouped = people.assign(wave=order).groupby(["wave", *hierarchy], sort=True)
    labels = paths_of(grouped.size().index)
    counts, means, spreads = summarise_groups(
        scores, grouped.ngroup().to_numpy(), len(labels)
    )
    repeated = [label for label in labels for _ in range(scores.shape[1])]
    columns = {
        "wave": [waves[int(label[0])] for label in repeated],
        "path": [label[1:] for label in repeated],
        "parent": [label[1:-1] for label in repeated],
        "subscale": list(scores.columns) * len(labels),
        "n_respondents": counts.ravel(),
        "mean": means.ravel(),
        "sd": spreads.ravel(),
        "status": SHOWN,
    }
    return build_frame(columns, WAVE_CELLS)


def compare_waves_from_cells(
    cells: pd.DataFrame,
    wave_cells: pd.DataFrame | None = None,
    *,
    conf_level: float,
) -> pd.DataFrame:
    """Compare each wave with the wave before it, from cells alone.

    Where the smallest groups of both waves are known, teams are clusters: the error of
    the change allows for teammates who resemble each other and for what is lasting
    about a team (CR2, Satterthwaite's degrees of freedom), and so for people who
    answered twice. Else it is Welch's t on the two cells, whose respondents count as
    different, independent people: people who answered twice make its interval too
    wide, teammates who resemble each other too narrow. ``method`` says which. Each
    step in time is a family: p-values are adjusted by Holm over its subscales.

    Parameters
    ----------
    cells : pandas.DataFrame
        ``wave``, ``subscale``, ``n_respondents``, ``mean``, ``sd``, ``status``; waves
        in order of time. Other columns are ignored, so a trend can be compared
        again. Not modified.
    wave_cells : pandas.DataFrame, optional
        Smallest groups of each wave, see `Diagnosis.wave_cells`. They count only
        where they make up the whole wave.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        See `Diagnosis.trend`; empty for fewer than two waves. A change is given only
        where the cell and the one in the wave *just* before it are both shown.
    """
    waves = list(dict.fromkeys(cells["wave"]))
    if len(waves) < 2:
        return build_frame((), TREND)
    frame = build_frame({name: cells[name].to_list() for name in _CELL}, TREND)
    low, high = intervals_of(frame, conf_level=conf_level)
    frame = frame.assign(conf_low=low, conf_high=high, direction="", method="")
    groups = divide_cells(wave_cells)
    for before, after in pairwise(waves):
        step = _compare_step(frame, groups, before, after, conf_level=conf_level)
        if len(step):
            frame.loc[step.index, list(step.columns)] = step
    return frame


def _compare_step(
    frame: pd.DataFrame, groups: Cells, before: str, after: str, *, conf_level: float
) -> pd.DataFrame:
    rows = pd.DataFrame.from_dict(
        dict(_changes(frame, groups, before, after, conf_level=conf_level)),
        orient="index",
        columns=list(_CHANGE),
    )
    return with_directions(rows, "change", conf_level=conf_level)


def _changes(
    frame: pd.DataFrame, groups: Cells, before: str, after: str, *, conf_level: float
) -> Iterator[tuple[int, tuple[float | str, ...]]]:
    """Yield row number and change of each subscale shown in both waves."""
    shown = shown_cells(frame)
    earlier = shown.loc[shown["wave"] == before].set_index("subscale", drop=False)
    for position, cell in shown.loc[shown["wave"] == after].iterrows():
        if cell["subscale"] in earlier.index:
            cell_before = earlier.loc[cell["subscale"]]
            teams = (
                clusters_of(groups, before, cell_before),
                clusters_of(groups, after, cell),
            )
            change = _clustered(*teams, conf_level=conf_level) or _independent(
                cell, cell_before, conf_level=conf_level
            )
            yield int(str(position)), change


def _clustered(
    first: pd.DataFrame | None, second: pd.DataFrame | None, *, conf_level: float
) -> tuple[float | str, ...] | None:
    """Return the change with teams as clusters, or None where they leave no error."""
    from diagnose.statistics.change import compare_waves_from_team_summaries

    if first is None or second is None:
        return None
    try:
        found = compare_waves_from_team_summaries(first, second, conf_level=conf_level)
    except InsufficientDataError:
        return None
    return (
        found.estimate,
        found.conf_low,
        found.conf_high,
        found.p_value,
        CLUSTERED,
        float(found.n_teams or np.nan),
    )


def _independent(
    cell: pd.Series, cell_before: pd.Series, *, conf_level: float
) -> tuple[float | str, ...]:
    result = compare_cells(cell, cell_before, conf_level=conf_level)
    limits = (result["conf_low"], result["conf_high"], result["p_value"])
    return (result["difference"], *limits, INDEPENDENT, np.nan)

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
    shown_cells,
    summarise_groups,
)
from diagnose.diagnosis.columns import TREND
from diagnose.diagnosis.contrasts import compare_cells, with_directions
from diagnose.diagnosis.profile import intervals_of

if TYPE_CHECKING:
    from diagnose.responses.model import Responses

_CELL = ("wave", "subscale", "n_respondents", "mean", "sd", "status")


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


def compare_waves_from_cells(cells: pd.DataFrame, *, conf_level: float) -> pd.DataFrame:
    """Compare each wave with the wave before it, from cells alone.

    Welch's t on the two cells, with p-values adjusted by Holm over the subscales of
    one step in time. The respondents of two waves count as different, independent
    people. Where the same people answered twice, their answers go together and the
    interval of the change is too wide, so a real change may be missed; it is not
    found too easily.

    Parameters
    ----------
    cells : pandas.DataFrame
        ``wave``, ``subscale``, ``n_respondents``, ``mean``, ``sd``, ``status``; waves
        in order of time. Other columns are ignored, so a trend can be compared
        again. Not modified.
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
    frame = frame.assign(conf_low=low, conf_high=high, direction="")
    for before, after in pairwise(waves):
        step = _compare_step(frame, before, after, conf_level=conf_level)
        if len(step):
            frame.loc[step.index, list(step.columns)] = step
    return frame


def _compare_step(
    frame: pd.DataFrame, before: str, after: str, *, conf_level: float
) -> pd.DataFrame:
    rows = pd.DataFrame(
        dict(_changes(frame, before, after, conf_level=conf_level)),
        index=["change", "change_low", "change_high", "p_value"],
    ).T.astype(float)
    return with_directions(rows, "change", conf_level=conf_level)


def _changes(
    frame: pd.DataFrame, before: str, after: str, *, conf_level: float
) -> Iterator[tuple[int, list[float]]]:
    """Yield row number and change of each subscale shown in both waves."""
    shown = shown_cells(frame)
    earlier = shown.loc[shown["wave"] == before].set_index("subscale")
    for position, cell in shown.loc[shown["wave"] == after].iterrows():
        if cell["subscale"] in earlier.index:
            result = compare_cells(
                cell, earlier.loc[cell["subscale"]], conf_level=conf_level
            )
            limits = [result["conf_low"], result["conf_high"]]
            yield (
                int(str(position)),
                [result["difference"], *limits, result["p_value"]],
            )

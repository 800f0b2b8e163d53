"""How the answers of divided units spread over the response scale, and their shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.agreement import whole_steps
from diagnose.diagnosis.cells import SHOWN, GroupArray, Path, build_frame, paths_of
from diagnose.diagnosis.columns import UNIT_ANSWERS, UNIT_SKIPS
from diagnose.language import Text

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument, Subscale

CAMP_AT_LEAST = 0.30
"""Share of the answers from which a side of the response scale is a camp, when the
other side is one too and fewer answers lie in the middle: a convention for words."""

MOST_FROM, APART_FROM = 0.60, 0.15
"""Shares of the answers from which one side is called most of them, and the other a
part that stands apart: a convention for words."""

WHOLE: Path = ()
"""Stands as the path of the whole work floor."""


def count_divided_answers(
    keyed: pd.DataFrame,
    people: pd.DataFrame,
    instrument: Instrument,
    hierarchy: tuple[str, ...],
    agreement: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the answers of divided units, and of the whole work floor beside them.

    Parameters
    ----------
    keyed : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers of the work floor, missing as NaN.
    people : pandas.DataFrame
        The same respondents; holds a column for each level of `hierarchy`.
    instrument : Instrument
        Says which items form a subscale.
    hierarchy : tuple of str
        Levels from large to small.
    agreement : pandas.DataFrame
        See `Units.agreement`: who is divided.

    Returns
    -------
    answers, skips : pandas.DataFrame
        See `Units.answers` and `Units.skips`. The items of a subscale are counted
        together. Rows with the path ``()`` are of the whole work floor: disclosure
        control needs them, and takes them away.
    """
    divided = agreement.loc[agreement["reading"] == "divided"]
    if divided.empty:
        return build_frame((), UNIT_ANSWERS), build_frame((), UNIT_SKIPS)
    grouped = people.groupby(list(hierarchy), sort=True)
    groups, paths = grouped.ngroup().to_numpy(), paths_of(grouped.size().index)
    numbers = {path: number for number, path in enumerate(paths)}
    answers, skips = [], []
    for subscale, rows in divided.groupby("subscale", sort=False):
        asked = instrument.subscale(str(subscale))
        items = [item.id for item in asked.items if item.id in keyed.columns]
        of_units = np.isin(groups, [numbers[path] for path in rows["path"]])
        for members, number in ((of_units, groups), (None, np.zeros_like(groups))):
            chosen = slice(None) if members is None else members
            own = keyed.loc[chosen, items].reset_index(drop=True)
            teams = number[chosen]
            labels = [WHOLE] if members is None else paths
            answers.append(_count_options(own, teams, labels, asked, instrument))
            skips.append(_count_skips(own, teams, labels, asked))
    return (
        pd.concat(answers, ignore_index=True).assign(
            level=lambda rows: [hierarchy[-1] if path else "" for path in rows["path"]]
        ),
        pd.concat(skips, ignore_index=True),
    )


def _count_options(
    own: pd.DataFrame,
    teams: GroupArray,
    labels: Sequence[Path],
    subscale: Subscale,
    instrument: Instrument,
) -> pd.DataFrame:
    from diagnose.statistics.agreement import answer_shares

    bounds = whole_steps(instrument, [str(item) for item in own.columns])
    if bounds is None:  # without whole steps nobody is read as divided
        return build_frame((), UNIT_ANSWERS)
    shares = answer_shares(
        own, pd.Series(teams, index=own.index), lowest=bounds[0], highest=bounds[1]
    ).to_frame()
    paths = [labels[int(team)] for team in shares["team"]]
    columns = {
        "level": "",
        "path": paths,
        "parent": [path[:-1] for path in paths],
        "subscale": subscale.id,
        "value": shares["answer"],
        "side": [side_of(value, bounds) for value in shares["answer"]],
        "count": shares["n_answers"],
        "share": shares["share"],
        "n_answers": shares["n_answered"],
        "n_respondents": shares["n_respondents"],
        "status": SHOWN,
    }
    return build_frame(columns, UNIT_ANSWERS)


def _count_skips(
    own: pd.DataFrame, teams: GroupArray, labels: Sequence[Path], subscale: Subscale
) -> pd.DataFrame:
    """Count the people of each unit by how many items of the subscale they answered."""
    n_items = own.notna().sum(axis="columns").to_numpy()
    answered = np.column_stack([teams, n_items])[n_items > 0]
    found, counts = np.unique(answered, axis=0, return_counts=True)
    columns = {
        "path": [labels[int(team)] for team in found[:, 0]],
        "subscale": subscale.id,
        "n_items": found[:, 1],
        "count": counts,
    }
    return build_frame(columns, UNIT_SKIPS)


def side_of(value: float, bounds: tuple[float, float]) -> str:
    """Return whether a value lies below, on or above the middle of a scale."""
    middle = (bounds[0] + bounds[1]) / 2
    if value == middle:
        return "middle"
    return "low" if value < middle else "high"


def sides_of(answers: Iterable[Mapping[Any, Any]]) -> tuple[float, float, float]:
    """Return the shares of the low side, the middle and the high side."""
    shares = {"low": 0.0, "middle": 0.0, "high": 0.0}
    for row in answers:
        shares[row["side"]] += row["share"]
    return shares["low"], shares["middle"], shares["high"]


def name_shape(low: float, mid: float, high: float) -> str:
    """Return ``camps``, ``lopsided`` or ``spread`` for the shares of the three sides.

    Two camps: both sides hold `CAMP_AT_LEAST`, and each more than the middle.
    Lopsided: one side holds `MOST_FROM`, and the other `APART_FROM` and more than the
    middle. All else is spread. The shares are of answers, not of people: whether the
    same people stand on one side of every item, they do not tell.
    """
    fewer, more = min(low, high), max(low, high)
    if fewer >= CAMP_AT_LEAST and mid < fewer:
        return "camps"
    if more >= MOST_FROM and fewer >= APART_FROM and mid < fewer:
        return "lopsided"
    return "spread"


def shape_words(instrument: Instrument, answers: pd.DataFrame) -> Text:
    """Return the sentence about the shape of a divided unit; nothing if it is hidden.

    Parameters
    ----------
    instrument : Instrument
        Names the response scale.
    answers : pandas.DataFrame
        The rows of `Units.answers` about one unit and subscale.
    """
    shown = answers.loc[answers["status"] == SHOWN]
    if shown.empty:
        return wording.literal("")
    subscale = instrument.subscale(str(shown["subscale"].iloc[0]))
    scale = instrument.response_scale(subscale.response_scale)
    sides = sides_of(shown.to_dict("records"))
    low, mid, high = (wording.share(side) for side in sides)
    parts = [wording.phrase("word.low_side", share=low)]
    if (scale.lowest + scale.highest) / 2 in scale.values:
        parts.append(wording.phrase("word.mid_side", share=mid))
    parts.append(wording.phrase("word.high_side", share=high))
    key = {
        "camps": "word.shape_camps",
        "lopsided": "word.shape_lopsided",
        "spread": "word.shape_spread",
    }[name_shape(*sides)]
    return wording.phrase(key, sides=wording.listing(parts))

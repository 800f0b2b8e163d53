"""Who answered which items of a subscale: for disclosure control, never for eyes.

The mean of an item and the mean of its subscale differ by those who skipped items, so
what may be shown of items depends on how many people skipped which ones, and where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import Path, build_frame, paths_of
from diagnose.diagnosis.columns import UNIT_PATTERNS
from diagnose.instrument.model import Instrument, Subscale
from diagnose.responses.model import FLOOR, LEADER, Responses
from diagnose.scoring.score import Scores

MOST_ITEMS = 32
"""Items of a subscale beyond which no patterns are counted; none is that long, and
without patterns disclosure control is the stricter."""

EARLY, PAIRED = 1, 2
"""Parts of the number that says on which side of the cuts across units somebody is:
answered in the first half, has a score in the wave before as well."""

IntArray = npt.NDArray[np.int64]


def bits_of(instrument: Instrument, subscale: str) -> dict[str, int]:
    """Return the number that stands for each item in a pattern: 1, 2, 4, 8, ..."""
    items = instrument.subscale(subscale).items
    return {item.id: 1 << place for place, item in enumerate(items)}


def count_patterns(responses: Responses, scores: Scores) -> pd.DataFrame:
    """Count the people of the last wave by unit and by the items they answered.

    Parameters
    ----------
    responses : Responses
        Both roles, every wave.
    scores : Scores
        Their scores, in the same order.

    Returns
    -------
    pandas.DataFrame
        See `Units.patterns`. Nobody without an answer is counted.
    """
    people = responses.people
    now = (people["wave"] == responses.waves[-1]).to_numpy()
    parts: list[pd.DataFrame] = []
    for role in (FLOOR, LEADER):
        chosen = now & (people["role"] == role).to_numpy()
        if not chosen.any():
            continue
        units, paths = _smallest_units(people.loc[chosen], responses.hierarchy)
        for subscale in responses.instrument.subscales:
            if subscale.id not in scores.frame or len(subscale.items) > MOST_ITEMS:
                continue
            cut = np.zeros(len(units), dtype=np.int64)
            if role == FLOOR:
                cut = _sides(responses, scores.frame[subscale.id], chosen)
            parts.append(
                _count(scores, subscale, chosen, units, paths, cut).assign(role=role)
            )
    if not parts:
        return build_frame((), UNIT_PATTERNS)
    together = pd.concat(parts, ignore_index=True)
    columns = {name: together[name].to_numpy() for name in UNIT_PATTERNS}
    return build_frame(columns, UNIT_PATTERNS)


def _smallest_units(
    people: pd.DataFrame, hierarchy: tuple[str, ...]
) -> tuple[IntArray, Sequence[Path]]:
    if not hierarchy:
        return np.zeros(len(people), dtype=np.int64), [()]
    grouped = people.groupby(list(hierarchy), sort=True)
    numbers = np.asarray(grouped.ngroup(), dtype=np.int64)
    return numbers, paths_of(grouped.size().index)


def _count(
    scores: Scores,
    subscale: Subscale,
    chosen: npt.NDArray[np.bool_],
    units: IntArray,
    paths: Sequence[Path],
    cut: IntArray,
) -> pd.DataFrame:
    answered = np.zeros(len(units), dtype=np.int64)
    for place, item in enumerate(subscale.items):
        if item.id in scores.keyed:
            given = scores.keyed[item.id].to_numpy(dtype=float)[chosen]
            answered |= np.isfinite(given).astype(np.int64) << place
    scored = np.isfinite(scores.frame[subscale.id].to_numpy(dtype=float)[chosen])
    counted = pd.DataFrame(
        {"unit": units, "cut": cut, "answered": answered, "scored": scored}
    )
    counted = counted.loc[answered > 0]
    keys = ["unit", "cut", "answered"]
    rows = counted.groupby(keys, sort=True)["scored"].agg(["size", "sum"]).reset_index()
    return pd.DataFrame(
        {
            "path": [paths[int(unit)] for unit in rows["unit"]],
            "subscale": subscale.id,
            "cut": rows["cut"],
            "answered": rows["answered"],
            "n_scored": rows["sum"],
            "count": rows["size"],
        }
    )


def _sides(
    responses: Responses, scores: pd.Series, chosen: npt.NDArray[np.bool_]
) -> IntArray:
    """Return on which side of every cut that could be shown each person stands.

    The cuts are those of `diagnose.diagnosis.timing` and `diagnose.diagnosis.linked`.
    """
    people = responses.people.loc[chosen]
    sides = np.zeros(len(people), dtype=np.int64)
    order = people.get("order")
    if order is not None and not order.isna().any():
        sides += EARLY * (order < order.median()).to_numpy(dtype=np.int64)
    paired = set(_codes_with_score(responses, scores))
    return sides + PAIRED * people["link"].isin(paired).to_numpy(dtype=np.int64)


def _codes_with_score(responses: Responses, scores: pd.Series) -> Iterator[Any]:
    """Yield the link codes of the wave before that have a score on a subscale."""
    if len(responses.waves) < 2:
        return
    people = responses.people
    before = (people["wave"] == responses.waves[-2]) & (people["role"] == FLOOR)
    codes = people.loc[before.to_numpy() & scores.notna().to_numpy(), "link"]
    yield from codes.loc[codes != ""]

"""The audit of units beside themselves in the wave before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.disclosure.log import Row
from diagnose.errors import Problem

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

Path = tuple[str, ...]
_CELL = ["path", "subscale"]
_NUMBERS = ["n_respondents", "mean", "sd"]
_ONE_POINT = 1 + 1e-9
"""Points that all scores of a group together may lie from an end of the scale."""


def find_unit_change_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what the cells of the wave before tell, and changes of other cells.

    Codes: ``D030`` too few answers, ``D031`` (nearly) all scored the same, ``D032``
    units and their rest that are not what their parent holds, ``D033`` a unit of which
    this wave does not show the cell, ``D034`` a subscale of which the wave before is
    not shown, ``D035`` a change that is not the change of the cells that are shown.
    """
    before = publication.units.before
    if len(before):
        known = before.loc[before["status"] != "hidden"]
        roots = _roots(publication)
        for subscale, rows in known.groupby("subscale", sort=False):
            place = f"units.before, {subscale}"
            root = roots.get(str(subscale))
            if root is None:
                yield _leak("D034", place, "rests on a wave that is not shown")
                continue
            yield from _small_or_alike(publication, str(subscale), rows, place)
            yield from _families(rows, root, place, publication.thresholds.scores)
        yield from _not_shown_now(publication, known)
    yield from _other_changes(publication)


def _roots(publication: Publication) -> dict[str, Row]:
    """Return the work floor in the wave before, by subscale."""
    if len(publication.waves) < 2 or publication.trend.empty:
        return {}
    trend = publication.trend
    then = trend["wave"] == publication.waves[-2]
    rows = trend.loc[then & (trend["status"] == "shown")].to_dict("records")
    return {str(row["subscale"]): row for row in rows}


def _small_or_alike(
    publication: Publication, subscale: str, rows: pd.DataFrame, place: str
) -> Iterator[Problem]:
    threshold = publication.thresholds.scores
    if not (rows["n_respondents"] >= threshold).all():
        yield _leak("D030", place, f"shows fewer than {threshold} answers")
    asked = publication.instrument
    scale = asked.response_scale(asked.subscale(subscale).response_scale)
    ends = np.minimum(rows["mean"] - scale.lowest, scale.highest - rows["mean"])
    apart = rows["n_respondents"] * ends > _ONE_POINT
    if not (apart & (rows["sd"] > 1e-9)).all():
        yield _leak("D031", place, "shows a group that scored the same, or nearly")


def _families(
    rows: pd.DataFrame, root: Row, place: str, threshold: int
) -> Iterator[Problem]:
    known = rows.to_dict("records")
    visible = {(): root}
    visible |= {row["path"]: row for row in known if row["status"] == "shown"}
    children: dict[Path, list[Row]] = {}
    for row in known:
        above = (row["path"][:end] for end in range(len(row["path"]) - 1, -1, -1))
        home = next(unit for unit in above if unit in visible)
        is_rest = row["status"] == "rest"
        children.setdefault(row["parent"] if is_rest else home, []).append(row)
    for parent, own in children.items():
        where = ", ".join((place, *parent))
        if parent not in visible or not any(row["status"] == "shown" for row in own):
            yield _leak("D032", where, "shows units, or a rest, without their parent")
        elif not _adds_up(visible[parent], own, threshold):
            yield _leak("D032", where, "has units that do not add up to it")


def _adds_up(parent: Row, own: list[Row], threshold: int) -> bool:
    """Tell whether children are what their parent holds, with one rest at most."""
    rests = [row["n_respondents"] for row in own if row["status"] == "rest"]
    number = sum(row["n_respondents"] for row in own)
    total = sum(row["n_respondents"] * row["mean"] for row in own)
    return bool(
        len(rests) <= 1
        and all(rest >= threshold for rest in rests)
        and number == parent["n_respondents"]
        and np.isclose(total, parent["n_respondents"] * parent["mean"])
    )


def _not_shown_now(publication: Publication, known: pd.DataFrame) -> Iterator[Problem]:
    named = known.loc[known["status"] == "shown", _CELL]
    if not _keys(named) <= _keys(_shown(publication.units.cells)):
        yield _leak("D033", "units.before", "names a unit that is not shown now")


def _other_changes(publication: Publication) -> Iterator[Problem]:
    changes, units = publication.units.changes, publication.units
    if changes.empty:
        return
    now = _shown(units.cells)[[*_CELL, *_NUMBERS]]
    then = _shown(units.before)[[*_CELL, *_NUMBERS]]
    beside = changes.merge(now, how="left", on=_CELL, suffixes=("", "_now")).merge(
        then, how="left", on=_CELL, suffixes=("", "_then")
    )
    pairs = (
        ("n_respondents", "n_respondents_now"),
        ("mean", "mean_now"),
        ("n_before", "n_respondents_then"),
        ("mean_before", "mean_then"),
    )
    # A cell that is not shown comes out of the merge as NaN, which equals nothing.
    same = all(
        np.isclose(beside[one].to_numpy(float), beside[two].to_numpy(float)).all()
        for one, two in pairs
    )
    change = (beside["mean"] - beside["mean_before"]).to_numpy(dtype=float)
    if not same or not np.isclose(beside["change"].to_numpy(float), change).all():
        yield _leak("D035", "units.changes", "compares cells that are not shown")


def _shown(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.loc[cells["status"] == "shown"]


def _keys(cells: pd.DataFrame) -> set[tuple[object, object]]:
    return set(zip(cells["path"], cells["subscale"], strict=True))


def _leak(code: str, place: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.{place}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

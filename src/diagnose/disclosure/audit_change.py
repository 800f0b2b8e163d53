"""The audit of what lies behind the trend, on the publication alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.linked import FEWEST_LINKED, MIXED
from diagnose.diagnosis.lowest_units import FEWEST_UNITS
from diagnose.disclosure.log import Row
from diagnose.errors import Problem

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def find_change_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what the change tells of few people, or of hidden waves.

    Codes: ``D002`` counts that should not have come along, ``D003`` too few people,
    ``D004`` a few people left over or a second cut, ``D007`` what rests on a wave that
    is not shown. How many linked people
    sit in units shared with others, and which units served as teams, cannot be seen
    here.
    """
    waves = _Waves(publication)
    for table in ("lines", "bands", "makeup", "selected", "linked", "leavers"):
        frame: pd.DataFrame = getattr(publication.change, table)
        if MIXED in frame:
            yield _leak("D002", table, "counts people in shared units")
        for row in _shown(frame):
            if row["subscale"] and not waves.are_shown(table, row):
                yield _leak("D007", table, "rests on a wave that is not shown")
    yield from _groups(publication)
    yield from _people(publication, waves)
    yield from _clusters(publication)


_Cells = tuple[Row | None, Row | None]


class _Waves:
    """The cells of waves that are published."""

    def __init__(self, publication: Publication) -> None:
        trend = publication.trend
        self.waves = publication.waves
        self.cells: dict[tuple[str, str], Row] = {
            (row["wave"], row["subscale"]): row for row in _shown(trend)
        }

    def are_shown(self, table: str, row: Row) -> bool:
        """Tell whether the waves that a row rests on are shown."""
        if table == "lines":
            number = sum(key[1] == row["subscale"] for key in self.cells)
            return bool(number == row["n_waves"])
        needed = [row["wave"]]
        if table != "bands":
            place = self.waves.index(row["wave"])
            needed = [*self.waves[place - 1 : place], row["wave"]]
        return all((wave, row["subscale"]) in self.cells for wave in needed)

    def last_two(self, subscale: str) -> _Cells:
        """Return the cells of the last two waves on a subscale."""
        first, second = (self.cells.get((w, subscale)) for w in self.waves[-2:])
        return first, second


def _shown(frame: pd.DataFrame) -> list[Row]:
    if "status" in frame:
        frame = frame.loc[frame["status"] == "shown"]
    return [*frame.to_dict("records")]


def _groups(publication: Publication) -> Iterator[Problem]:
    threshold = publication.thresholds.scores
    for row in _shown(publication.change.makeup):
        if not row["n_smallest"] >= threshold:
            yield _leak("D003", "makeup", "has a group of too few people")
    for row in _shown(publication.change.selected):
        if not (row["n_teams"] >= FEWEST_UNITS and row["n_selected"] >= 2):
            yield _leak("D003", "selected", "is about too few units")


def _people(publication: Publication, waves: _Waves) -> Iterator[Problem]:
    threshold = publication.thresholds.scores
    cut = {
        row["subscale"]
        for row in _shown(publication.measurement.sensitivity)
        if row["n_without"] != row["n_all"]
    }
    for table, people in (("linked", _linked), ("leavers", _leavers)):
        for row in _shown(getattr(publication.change, table)):
            cells = waves.last_two(row["subscale"])
            number, left = people(row, cells)
            if not number >= max(threshold, FEWEST_LINKED):
                yield _leak("D003", table, "is about too few people")
            if not all(other == 0 or other >= threshold for other in left):
                yield _leak("D004", table, "leaves a few people out")
            if row["subscale"] in cut:
                yield _leak("D004", table, "stands beside another cut across units")
    for row in _shown(publication.change.linked):
        yield from _moved(row, threshold)


def _linked(row: Row, cells: _Cells) -> tuple[float, list[float]]:
    """Return how many people a row is about, and how many each wave leaves out."""
    return row["n_linked"], [_number(cell) - row["n_linked"] for cell in cells]


def _leavers(row: Row, cells: _Cells) -> tuple[float, list[float]]:
    left = _number(cells[0]) - row["n_stayed"] - row["n_left"]
    return min(row["n_stayed"], row["n_left"]), [left]


def _number(cell: Row | None) -> float:
    return float("nan") if cell is None else float(cell["n_respondents"])


def _moved(row: Row, threshold: int) -> Iterator[Problem]:
    if np.isnan(row["n_better"]):
        return
    better, worse = row["n_better"], row["n_worse"]
    alike = row["n_linked"] - better - worse
    if any(0 < number < threshold for number in (better, worse, alike)):
        yield _leak("D003", "linked", "counts a few people who changed")


def _clusters(publication: Publication) -> Iterator[Problem]:
    """Yield errors by team of a step in which so many teams could not be shown."""
    threshold = publication.thresholds.scores
    for row in _shown(publication.trend):
        if row["n_teams"] > 0 and row["n_respondents"] < 2 * threshold:
            yield _leak("D004", "trend", "has teams below the threshold")


def _leak(code: str, table: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.change.{table}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

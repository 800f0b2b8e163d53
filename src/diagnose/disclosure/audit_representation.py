"""The audit of weighted means and of the cut by time, on the publication alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.timing import FEWEST_IN_A_HALF, MIXED
from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

Cells = Mapping[str, Row]


def find_representation_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what is about hidden means, and halves that are no safe cut.

    Codes: ``D003`` too few people, ``D004`` a second cut beside the halves, ``D007``
    a mean that the profile does not show, ``D008`` halves that do not add up to it.
    How many early people sit in mixed units cannot be seen here; that the counts of
    them did not come along can.
    """
    floor = publication.profile.loc[publication.profile["role"] == FLOOR]
    shown = {row["subscale"]: row for row in _shown(floor)}
    for row in _shown(publication.representation.means):
        yield from _beside_profile(shown, row)
    timing = publication.representation.timing
    if set(MIXED) & set(timing):
        yield _leak("D002", "timing", "counts the people in mixed units")
    cut = _cut_otherwise(publication)
    for row in _shown(timing):
        yield from _halves(shown, row, publication.thresholds.scores)
        if row["subscale"] in cut:
            yield _leak("D004", "timing", "stands beside another cut across units")


def _shown(frame: pd.DataFrame) -> list[Row]:
    if frame.empty:
        return []
    return [*frame.loc[frame["status"] == "shown"].to_dict("records")]


def _beside_profile(shown: Cells, row: Row) -> Iterator[Problem]:
    cell = shown.get(row["subscale"])
    same = cell is not None and bool(
        cell["n_respondents"] == row["n_respondents"]
        and np.isclose(cell["mean"], row["mean"])
    )
    if not same:
        yield _leak("D007", "means", "weighs a mean that the profile does not show")


def _halves(shown: Cells, row: Row, threshold: int) -> Iterator[Problem]:
    whole = shown.get(row["subscale"])
    if whole is None:
        yield _leak("D007", "timing", "divides a mean that the profile does not show")
        return
    if not min(row["n_early"], row["n_late"]) >= max(threshold, FEWEST_IN_A_HALF):
        yield _leak("D003", "timing", "has a half of too few people")
    number = row["n_early"] + row["n_late"]
    total = row["n_early"] * row["mean_early"] + row["n_late"] * row["mean_late"]
    if number != whole["n_respondents"] or not np.isclose(
        total, number * whole["mean"]
    ):
        yield _leak("D008", "timing", "has halves that do not add up")


def _cut_otherwise(publication: Publication) -> set[str]:
    """Return the subscales on which careful or linked people are shown apart."""
    sensitivity = publication.measurement.sensitivity
    found = {
        str(row["subscale"])
        for row in _shown(sensitivity)
        if row["n_without"] != row["n_all"]
    }
    change = publication.change
    for frame in (change.linked, change.leavers):
        away = frame.get("status", pd.Series("shown", frame.index)) == "hidden"
        found |= set(frame.loc[~away, "subscale"])
    return found


def _leak(code: str, table: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.representation.{table}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

"""The audit of drivers: whole or not at all, on the publication alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.drivers import FEWEST_FOR_DRIVERS
from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

_FRAMES = ("weights", "models")


def find_driver_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what drivers tell of few people, or beside a hidden mean.

    Codes: ``D002`` words in a hidden row, ``D003`` too few people, ``D004`` a few
    people left out or other people in one row than in another, ``D007`` a mean that
    the profile does not show.
    """
    found = {name: _shown(getattr(publication.drivers, name)) for name in _FRAMES}
    rows = [(name, row) for name in _FRAMES for row in found[name]]
    for name in _FRAMES:
        yield from _words_of_hidden(name, getattr(publication.drivers, name))
    if len({row["n_respondents"] for _, row in rows}) > 1:
        yield _leak("D004", "models", "rest on other people for other outcomes")
    hidden = publication.drivers.models
    if rows and len(hidden) and (hidden["status"] == "hidden").any():
        yield _leak("D004", "models", "are shown for a part of the outcomes")
    for name, row in rows:
        yield from _people(publication, name, row)
        yield from _means(publication, name, row)


def _shown(frame: pd.DataFrame) -> list[Row]:
    if frame.empty:
        return []
    return [*frame.loc[frame["status"] == "shown"].to_dict("records")]


def _words_of_hidden(name: str, frame: pd.DataFrame) -> Iterator[Problem]:
    if frame.empty:
        return
    column = "holds" if name == "weights" else "note"
    if (frame.loc[frame["status"] == "hidden", column] != "").any():
        yield _leak("D002", name, "have words in hidden rows")


def _people(publication: Publication, name: str, row: Row) -> Iterator[Problem]:
    least = publication.thresholds.scores
    told = name == "weights" or not np.isnan(row["r_squared"])
    if not row["n_respondents"] >= (max(least, FEWEST_FOR_DRIVERS) if told else least):
        yield _leak("D003", name, "rest on too few people")
    roles = publication.participation.roles
    floor = roles.loc[roles["role"] == FLOOR, "n_respondents"]
    left = float(floor.iloc[0]) - row["n_respondents"]
    if not (left == 0 or left >= least):
        yield _leak("D004", name, "leave a few people out")
    if name == "models" and row["n_others"] != left:
        yield _leak("D004", name, "do not say how many people are left out")


def _means(publication: Publication, name: str, row: Row) -> Iterator[Problem]:
    profile = publication.profile
    shown = profile.loc[(profile["role"] == FLOOR) & (profile["status"] == "shown")]
    means = dict(zip(shown["subscale"], shown["mean"], strict=True))
    named = [row["outcome"], *([row["subscale"]] if name == "weights" else [])]
    lost = [subscale for subscale in named if subscale not in means]
    if lost:
        yield _leak("D007", name, f"are about hidden means ({', '.join(lost)})")
    elif name == "weights" and not np.isclose(means[row["subscale"]], row["mean"]):
        yield _leak("D007", name, "repeat another mean than the profile's")


def _leak(code: str, table: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.drivers.{table}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

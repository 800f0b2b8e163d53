"""The audit of divided units: what their answers tell beside those of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def find_divided_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what distributions of divided units tell of few people.

    Codes: ``D003`` too few people, ``D004`` a few people who are left over, or who
    skipped an item, ``D005`` one option for everybody, ``D007`` a unit whose mean is
    not shown, ``D009`` counts that are for disclosure control only.
    """
    units = publication.units
    if len(units.skips):
        yield _leak("D009", "units.skips", "counts who skipped items")
    if len(units.patterns):
        yield _leak("D009", "units.patterns", "counts who answered which items")
    answers = units.answers
    if answers.empty:
        return
    shown = answers.loc[answers["status"] == "shown"]
    for subscale, rows in shown.groupby("subscale", sort=False):
        yield from _check_subscale(publication, str(subscale), rows)


def _check_subscale(
    publication: Publication, subscale: str, rows: pd.DataFrame
) -> Iterator[Problem]:
    thresholds, cells = publication.thresholds, publication.units.cells
    place = f"units.answers, {subscale}"
    own = cells.loc[(cells["subscale"] == subscale) & (cells["status"] == "shown")]
    scored = dict(zip(own["path"], own["n_respondents"], strict=True))
    each = rows.groupby("path", sort=False)
    first = each.first()
    if not set(first.index) <= set(scored):
        yield _leak("D007", place, "is about a unit whose mean is not shown")
        return
    if not (first["n_respondents"] >= thresholds.distributions).all():
        yield _leak(
            "D003", place, f"shows fewer than {thresholds.distributions} people"
        )
    n_items = _n_items(publication, subscale)
    outside = first["n_answers"] - each["count"].max()
    if (outside <= _most_of_one(first, n_items)).any():
        yield _leak("D005", place, "shows a unit in which all answered alike")
    full = rows.loc[rows["value"].notna()].groupby("path", sort=False).first()
    lacking = full["n_respondents"] * n_items - full["n_answers"]
    if n_items and ((lacking > 0) & (lacking < thresholds.scores)).any():
        yield _leak("D004", place, "shows a unit in which a few people skipped items")
    left = _n_scored(publication, subscale) - sum(scored[path] for path in first.index)
    if not (left == 0 or left >= thresholds.distributions):
        yield _leak("D004", place, "leaves a few people of the work floor over")


def _n_items(publication: Publication, subscale: str) -> int:
    """Return the items that were asked; 0 where the publication does not tell."""
    answers = publication.distributions
    asked = answers.loc[
        (answers["role"] == FLOOR) & (answers["subscale"] == subscale), "item"
    ]
    return int(asked.nunique())


def _most_of_one(units: pd.DataFrame, n_items: int) -> pd.Series:
    """Return the least that the most answers of one person can be in each unit.

    Nobody gave more answers than there are items. How many gave fewer is not known, so
    what the answers make certain is the mean, rounded up.
    """
    least = pd.Series(np.ceil(units["n_answers"] / units["n_respondents"]))
    return least.clip(upper=n_items) if n_items else least


def _n_scored(publication: Publication, subscale: str) -> float:
    profile = publication.profile
    own = profile.loc[(profile["role"] == FLOOR) & (profile["subscale"] == subscale)]
    return float(own["n_respondents"].sum())


def _leak(code: str, place: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.{place}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

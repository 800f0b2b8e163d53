"""The audit of factor models: what they tell beside the means and the items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.diagnosis.comparability import FEWEST_IN_A_GROUP
from diagnose.diagnosis.dimensions import FEWEST_FOR_MODELS
from diagnose.diagnosis.precision import FEWEST_FOR_CURVES
from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR, LEADER

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

_SMALLEST = {
    "models": FEWEST_FOR_MODELS,
    "loadings": FEWEST_FOR_MODELS,
    "pairs": FEWEST_FOR_MODELS,
    "information": FEWEST_FOR_CURVES,
}


def find_model_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what models tell of few people, or of what is hidden.

    Too few respondents have code ``D003``, a few people in whom two numbers differ
    ``D004``, and what stands beside nothing that is shown ``D007``.
    """
    for table in (*_SMALLEST, "comparisons"):
        for row in _with_numbers(getattr(publication.measurement, table)):
            yield from _about_hidden(publication, table, row)
            if table != "comparisons":
                yield from _people_left(publication, table, row)
            if table in ("loadings", "information"):
                yield from _beside_items(publication, table, row["subscale"])
    for row in _with_numbers(publication.measurement.comparisons):
        yield from _groups(publication, row)


def _with_numbers(frame: pd.DataFrame) -> list[Row]:
    if frame.empty:
        return []
    shown = frame.loc[(frame["status"] == "shown") & frame["n_respondents"].notna()]
    # The points of a curve and the levels of a comparison share what is checked.
    keys = [
        k
        for k in ("scope", "across", "subscale", "item", "first", "second")
        if k in shown
    ]
    return [*shown.drop_duplicates([*keys, "n_respondents"]).to_dict("records")]


def _about_hidden(publication: Publication, table: str, row: Row) -> Iterator[Problem]:
    subscales = [row[key] for key in ("subscale", "first", "second") if key in row]
    if table == "models":
        subscales = _modelled(publication, row["scope"])
    lost = [s for s in subscales if not _shows_mean(publication, FLOOR, s)]
    if table == "comparisons":
        lost += _lost_groups(publication, row)
    if lost:
        yield _leak("D007", table, f"is about hidden means ({', '.join(lost)})")


def _modelled(publication: Publication, scope: str) -> list[str]:
    """Return the subscales of a scope that models are made of."""
    asked = publication.measurement.items.groupby("subscale", sort=False).size()
    instrument = publication.instrument
    return [
        str(subscale)
        for subscale, n_items in asked.items()
        if n_items > 2 and scope in ("all", instrument.subscale(str(subscale)).kind)
    ]


def _lost_groups(publication: Publication, row: Row) -> list[str]:
    subscale = str(row["subscale"])
    if row["across"] == "role" and not _shows_mean(publication, LEADER, subscale):
        return [subscale]
    if row["across"] == "wave":
        trend = publication.trend
        own = trend.loc[trend["subscale"] == subscale]
        if own.empty or (own["status"] != "shown").any():
            return [subscale]
    return []


def _shows_mean(publication: Publication, role: str, subscale: str) -> bool:
    profile = publication.profile
    own = profile.loc[(profile["role"] == role) & (profile["subscale"] == subscale)]
    return bool(len(own)) and bool((own["status"] == "shown").all())


def _people_left(publication: Publication, table: str, row: Row) -> Iterator[Problem]:
    if row["n_respondents"] < _SMALLEST[table]:
        yield _leak("D003", table, f"rests on fewer than {_SMALLEST[table]} people")
    roles = publication.participation.roles
    floor = roles.loc[roles["role"] == FLOOR, "n_respondents"]
    left = float(floor.iloc[0]) - row["n_respondents"]
    if not (left == 0 or left >= publication.thresholds.scores):
        yield _leak("D004", table, "leaves a few people out")


def _beside_items(
    publication: Publication, table: str, subscale: str
) -> Iterator[Problem]:
    answers = publication.distributions
    own = answers.loc[(answers["role"] == FLOOR) & (answers["subscale"] == subscale)]
    items = publication.measurement.items
    described = items.loc[items["subscale"] == subscale]
    if (own["status"] != "shown").any() or (described["status"] != "shown").any():
        yield _leak("D004", table, f"tells of an item that is withheld ({subscale})")


def _groups(publication: Publication, row: Row) -> Iterator[Problem]:
    if not row["n_smallest"] >= FEWEST_IN_A_GROUP:
        yield _leak(
            "D003", "comparisons", f"has a group of fewer than {FEWEST_IN_A_GROUP}"
        )
    if not (row["n_others"] == 0 or row["n_others"] >= publication.thresholds.scores):
        yield _leak("D004", "comparisons", "leaves a few people out")


def _leak(code: str, table: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.measurement.{table}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

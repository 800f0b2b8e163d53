"""The audit of items: what items, their subscale and the careless leave over."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def find_item_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what items tell together with their subscale, all with code ``D004``.

    Items that everybody answered alike have code ``D005``.
    """
    answers = publication.distributions
    shown = answers.loc[answers["status"] == "shown"]
    for (role, item), rows in shown.groupby(["role", "item"], sort=False):
        if rows["count"].max() >= rows["n_respondents"].iloc[0]:
            yield _leak("D005", f"distributions, {role}, {item}", "is answered alike")
    items = publication.measurement.items
    constant = items.loc[(items["status"] == "shown") & ~(items["sd"] > 1e-9)]
    for item in constant["item"]:
        yield _leak("D005", f"measurement.items, {item}", "is answered alike")
    for row in publication.profile.to_dict("records"):
        yield from _nested(publication, row["role"], row["subscale"], row)
    yield from _cut_across_units(publication)


def _nested(
    publication: Publication, role: str, subscale: str, scored: Row
) -> Iterator[Problem]:
    place = f"distributions, {role}, {subscale}"
    numbers, n_lost = _item_numbers(publication, role, subscale)
    if scored["status"] == "hidden":
        if numbers:
            yield _leak("D004", place, "shows items of a subscale that is hidden")
        return
    complete = _complete(publication, role, subscale)
    everyone = (
        min([*numbers, scored["n_respondents"]]) if complete is None else complete
    )
    threshold = publication.thresholds.scores
    differences = [n - everyone for n in (*numbers, scored["n_respondents"])]
    if role == FLOOR and _shows_ties(publication, subscale):
        safe = complete is not None and all(
            d == 0 or d >= threshold for d in differences
        )
        if not safe:
            yield _leak(
                "D004", f"measurement.items, {subscale}", "tells of a few people"
            )
    if n_lost or len(numbers) < 2:
        return
    partly = max(
        ceil(sum(n - everyone for n in numbers) / (len(numbers) - 1)), *differences
    )
    if 0 < partly < threshold:
        yield _leak("D004", place, f"gives away up to {partly:.0f} people")


def _item_numbers(
    publication: Publication, role: str, subscale: str
) -> tuple[list[float], int]:
    """Return n of the items with a sum that is shown, and how many have none."""
    answers = publication.distributions
    own = answers.loc[(answers["role"] == role) & (answers["subscale"] == subscale)]
    own = own.drop_duplicates("item")
    known = dict(zip(own["item"], own["n_respondents"], strict=True))
    if role == FLOOR:
        items = publication.measurement.items
        rows = items.loc[items["subscale"] == subscale]
        for item, number in zip(rows["item"], rows["n_respondents"], strict=True):
            known[item] = number if pd.isna(known.get(item)) else known[item]
    numbers = [float(n) for n in known.values() if not pd.isna(n)]
    return numbers, len(known) - len(numbers)


def _complete(publication: Publication, role: str, subscale: str) -> float | None:
    rows = publication.measurement.reliability
    own = rows.loc[rows["subscale"] == subscale, "n_respondents"].dropna()
    return None if role != FLOOR or own.empty else float(own.iloc[0])


def _shows_ties(publication: Publication, subscale: str) -> bool:
    items = publication.measurement.items
    rows = items.loc[items["subscale"] == subscale]
    return bool(rows[["item_rest_r", "alpha_if_dropped"]].notna().to_numpy().any())


def _cut_across_units(publication: Publication) -> Iterator[Problem]:
    sensitivity = publication.measurement.sensitivity
    cells = publication.units.cells
    beside = set(cells.loc[cells["status"] != "hidden", "subscale"])
    shown = sensitivity.loc[sensitivity["status"] == "shown"]
    for row in shown.to_dict("records"):
        left_out = row["n_all"] - row["n_without"]
        if 0 < left_out < publication.thresholds.scores:
            yield _leak("D003", "measurement.sensitivity", "leaves out a few people")
        if left_out and row["subscale"] in beside:
            yield _leak("D004", "measurement.sensitivity", "cuts across shown units")


def _leak(code: str, place: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.{place}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

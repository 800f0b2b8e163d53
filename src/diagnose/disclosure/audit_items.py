"""The audit of items: what items, their subscale and the careless leave over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def find_item_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield what items tell together with their subscale, all with code ``D004``.

    Items that everybody, or everybody but one, answered alike have code ``D005``. Who
    of which unit skipped an item cannot be seen here, so of an item that goes beside
    the scores of units only the part is checked that holds for any units.
    """
    answers = publication.distributions
    shown = answers.loc[answers["status"] == "shown"]
    spread: set[str] = set()
    for (role, item), rows in shown.groupby(["role", "item"], sort=False):
        if rows["n_respondents"].iloc[0] - rows["count"].max() < 2:
            yield _leak("D005", f"distributions, {role}, {item}", "is answered alike")
        elif role == FLOOR:
            spread.add(str(item))
    yield from _constant_items(publication, spread)
    for row in publication.profile.to_dict("records"):
        yield from _nested(publication, row["role"], row["subscale"], row)
    yield from _cut_across_units(publication)


def _constant_items(publication: Publication, spread: set[str]) -> Iterator[Problem]:
    """Yield items without a distribution that nearly everybody answered alike.

    One answer that lies a step from all others leaves a sum of squares of
    ``step ** 2 * (n - 1) / n``. Where the step is the smallest of the response scale,
    nothing else does.
    """
    items = publication.measurement.items
    shown = items.loc[(items["status"] == "shown") & ~items["item"].isin(spread)]
    for row in shown.to_dict("records"):
        number = float(row["n_respondents"])
        values = publication.instrument.response_scale_of(str(row["item"])).values
        step = float(np.diff(np.sort(np.asarray(values, dtype=float))).min())
        squares = float(row["sd"]) ** 2 * (number - 1)
        if not squares > step**2 * (number - 1) / number * (1 + 1e-9):
            place = f"measurement.items, {row['item']}"
            yield _leak("D005", place, "is answered alike")


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
    # At most so many answered in part; were they fewer than they seem, the rule that
    # hid nothing knew it from who answered what, which cannot be seen here.
    several = _most_incomplete(publication, role, numbers, complete)
    if max(differences) > 0 and several < threshold:
        yield _leak("D004", place, f"gives away up to {several:.0f} people")


def _most_incomplete(
    publication: Publication, role: str, numbers: list[float], complete: float | None
) -> float:
    """Return how many people at most answered some items and not all."""
    roles = publication.participation.roles
    own = roles.loc[roles["role"] == role, "n_respondents"]
    everybody = max([*numbers, *map(float, own.dropna())])
    skipped = float(sum(everybody - number for number in numbers))
    return skipped if complete is None else min(skipped, everybody - complete)


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

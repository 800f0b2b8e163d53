"""Teams of an organisation like the one that answered, from published numbers alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose.diagnosis.model import Participation
from diagnose.responses.model import FLOOR

LARGEST = 500
"""People that are simulated at most. What a start becomes depends on the share of
pioneers and on the teams around them, and hardly on how many teams there are."""

LARGEST_TEAM = 20
"""A larger unit is taken to consist of groups: nobody watches a hundred colleagues."""

USUAL_TEAM = 10
"""People in a team where no units were asked for."""


def team_sizes(participation: Participation) -> tuple[tuple[int, ...], int]:
    """Return the sizes of teams, and the number of people they were made from.

    Units of the lowest level count by their staff, or by their respondents where the
    staff is not known. Hidden units share their roll-up line evenly; what has no
    published number is left out. Without units, the work floor is dealt into teams of
    `USUAL_TEAM`. Of more than `LARGEST` people, teams of every size are taken in
    proportion.

    Parameters
    ----------
    participation : Participation
        Published or not. Not modified.
    """
    units = participation.units
    found = _of_units(units) if len(units) else []
    if not found:
        found = _dealt(_floor(participation.roles), USUAL_TEAM)
    known = sum(found)
    if known <= LARGEST:
        return tuple(found), known
    ordered = sorted(found)
    n_kept = max(round(len(ordered) * LARGEST / known), 2)
    # One from the middle of each of so many equal parts: all sizes in proportion.
    places = ((np.arange(n_kept) + 0.5) * len(ordered) / n_kept).astype(int)
    return tuple(ordered[place] for place in places), known


def _of_units(units: pd.DataFrame) -> list[int]:
    depth = units["path"].map(len)
    lowest = units.loc[depth == depth.max()]
    hidden = lowest.loc[lowest["status"] == "hidden", "parent"].value_counts()
    sizes: list[int] = []
    for row in lowest.to_dict("records"):
        people = row["n_members"]
        if not people > 0:
            people = row["n_respondents"]
        if not people > 0:  # hidden, or nobody is known to work there
            continue
        n_units = int(hidden.get(row["parent"], 1)) if row["status"] == "rest" else 1
        for part in _split(round(people), n_units):
            sizes += _dealt(part, LARGEST_TEAM)
    return sizes


def _floor(roles: pd.DataFrame) -> int:
    count = roles.loc[roles["role"] == FLOOR, "n_respondents"].sum()
    return round(float(count))


def _dealt(people: int, most: int) -> list[int]:
    """Return groups of nearly the same size, none larger than `most`."""
    return _split(people, -(-people // most)) if people else []


def _split(people: int, n_groups: int) -> list[int]:
    n_groups = min(n_groups, people)
    return [people // n_groups + (i < people % n_groups) for i in range(n_groups)]

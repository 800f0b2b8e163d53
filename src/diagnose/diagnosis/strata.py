"""The smallest shown units with their head counts: what the work floor divides into."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from diagnose.diagnosis.cells import SHOWN, Path
from diagnose.diagnosis.model import Participation
from diagnose.responses.model import NO_UNIT

Members = Mapping[Path, float]


@dataclass(frozen=True, slots=True)
class Stratum:
    """A group of the work floor on one subscale, with the people who work in it.

    Attributes
    ----------
    n_respondents, mean, sd : float
        The cell.
    n_members : float
        Head count; at least `n_respondents`.
    """

    n_respondents: float
    mean: float
    sd: float
    n_members: float


def count_members(participation: Participation) -> float:
    """Return the head count of the whole work floor; NaN where it is not known.

    It comes from the organisation and not from answers. People whose unit is not known
    are on the staff of some unit, and add nothing.
    """
    units = participation.units
    top = [len(parent) == 0 for parent in units["parent"]]
    named = [path[-1] != NO_UNIT for path in units["path"]]
    own = units.loc[[a and b for a, b in zip(top, named, strict=True)], "n_members"]
    return float(own.sum(skipna=False)) if len(own) else math.nan


def members_by_path(participation: Participation) -> Members:
    """Return the head counts that are shown."""
    units = participation.units
    shown = units.loc[units["status"] == SHOWN]
    return {
        path: float(number)
        for path, number in zip(shown["path"], shown["n_members"], strict=True)
        if number > 0 and path[-1] != NO_UNIT
    }


def divide(cells: pd.DataFrame, members: Members, n_members: float) -> list[Stratum]:
    """Divide the work floor into the smallest groups of which the head count is known.

    From the top down, a unit is divided into its units as far as each has a head count
    that fits its answers; else it stays whole. What is rolled up counts as one group,
    with the head count that the units shown beside it leave. A unit below one that is
    hidden counts as a part of the nearest one above that is shown. People whose unit
    is not known take no part, and neither do the members of units in which nobody
    answered: nothing tells what they think.

    Parameters
    ----------
    cells : pandas.DataFrame
        `Units.cells` of one subscale; hidden rows take no part.
    members : mapping of path to float
        Head counts that are shown.
    n_members : float
        Head count of the whole work floor.

    Returns
    -------
    list of Stratum
        Empty when the largest units cannot be told apart in this way.
    """
    columns = ("path", "status", "n_respondents", "mean", "sd")
    found: list[tuple[Path, str, Stratum]] = []
    # Lists, because walking through a column costs more than all the rest.
    for path, status, number, mean, sd in zip(
        *(cells[column].tolist() for column in columns), strict=True
    ):
        if number >= 1:
            size = members.get(path, math.nan)
            cell = Stratum(float(number), float(mean), float(sd), size)
            found.append((path, status, cell))
    shown = {path for path, status, _ in found if status == SHOWN}
    children: dict[Path, list[tuple[Path, str, Stratum]]] = {}
    for path, status, cell in found:
        above = (path[:depth] for depth in range(len(path) - 1, 0, -1))
        home = next((unit for unit in above if unit in shown), ())
        children.setdefault(home, []).append((path, status, cell))
    return _divide((), n_members, children) or []


def _divide(
    path: Path,
    n_members: float,
    children: Mapping[Path, Sequence[tuple[Path, str, Stratum]]],
) -> list[Stratum] | None:
    """Return the groups below a unit, or None where it must stay whole."""
    own = children.get(path, ())
    named = [(p, cell) for p, _, cell in own if NO_UNIT not in p]
    rests = [cell for _, status, cell in own if status == "rest"]
    if not all(cell.n_members >= cell.n_respondents for _, cell in named):
        return None
    left = n_members - sum(cell.n_members for _, cell in named)
    if any(not left >= cell.n_respondents for cell in rests):
        return None
    rolled = [Stratum(c.n_respondents, c.mean, c.sd, left) for c in rests]
    found = [
        group
        for p, cell in named
        for group in (
            (_divide(p, cell.n_members, children) if p in children else None) or [cell]
        )
    ]
    return found + rolled or None

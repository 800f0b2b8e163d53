"""Who answered which items, divided by the groups whose scores are published."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from diagnose.diagnosis.model import Diagnosis, Units
from diagnose.disclosure.log import HIDDEN, SHOWN
from diagnose.disclosure.nesting import Answerers, Path, Pattern, Place
from diagnose.responses.model import FLOOR

Key = tuple[str, str]
"""A role and a subscale."""

_OTHERS = "\0"
"""Stands as the last label of what is left of a unit; no unit is called so."""


def find_answerers(diagnosis: Diagnosis, units: Units) -> dict[Key, Answerers]:
    """Return who answered what, for each role and subscale of which it is known.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    units : Units
        The cells that are published.
    """
    crossed = _crossed(diagnosis)
    found: dict[Key, Answerers] = {}
    for key, places in _groups_of_patterns(diagnosis, units).items():
        by_cut = key[0] == FLOOR and key[1] in crossed
        found[key] = Answerers(
            groups=places if by_cut else _without_cuts(places),
            crossed=by_cut,
            n_apart=_n_careless(diagnosis, units, key),
        )
    return found


def _groups_of_patterns(
    diagnosis: Diagnosis, units: Units
) -> dict[Key, dict[Place, dict[Pattern, int]]]:
    """Return the people of each smallest published group by what they answered."""
    patterns = diagnosis.units.patterns
    found: dict[Key, dict[Place, dict[Pattern, int]]] = {}
    for (role, subscale), rows in patterns.groupby(["role", "subscale"], sort=False):
        shown = _shown_paths(units, str(role), str(subscale))
        parents = {path[:depth] for path in shown for depth in range(len(path))}
        where = {path: _group_of(path, shown, parents) for path in set(rows["path"])}
        groups: dict[Place, dict[Pattern, int]] = {}
        numbers = rows[["cut", "answered", "n_scored", "count"]].astype(int)
        for path, (cut, answered, n_scored, count) in zip(
            rows["path"], numbers.itertuples(index=False), strict=True
        ):
            group = groups.setdefault((where[path], cut), {})
            for scored, people in ((True, n_scored), (False, count - n_scored)):
                if people:
                    pattern = (answered, scored)
                    group[pattern] = group.get(pattern, 0) + people
        found[str(role), str(subscale)] = groups
    return found


def _without_cuts(
    places: dict[Place, dict[Pattern, int]],
) -> dict[Place, dict[Pattern, int]]:
    whole: dict[Place, dict[Pattern, int]] = {}
    for (path, _), group in places.items():
        own = whole.setdefault((path, 0), {})
        for pattern, people in group.items():
            own[pattern] = own.get(pattern, 0) + people
    return whole


def is_divided(units: Units, role: str, subscale: str) -> bool:
    """Tell whether scores of smaller groups than the role are published."""
    return bool(_shown_paths(units, role, subscale))


def _shown_paths(units: Units, role: str, subscale: str) -> set[Path]:
    cells = units.cells if role == FLOOR else units.leaders
    own = cells.loc[(cells["subscale"] == subscale) & (cells["status"] == SHOWN)]
    return set(own["path"])


def _group_of(path: Path, shown: set[Path], parents: set[Path]) -> Path:
    """Return the smallest group of people of a unit: it, a unit above it, or a rest."""
    depth = next((d for d in range(len(path), 0, -1) if path[:d] in shown), 0)
    own = path[:depth]
    return (*own, _OTHERS) if own in parents else own


def _crossed(diagnosis: Diagnosis) -> frozenset[str]:
    """Return the subscales on which a cut across units may come to be shown."""
    tables: Iterable[pd.DataFrame] = (
        diagnosis.change.linked,
        diagnosis.change.leavers,
        diagnosis.representation.timing,
    )
    return frozenset(str(s) for table in tables for s in table["subscale"])


def _n_careless(diagnosis: Diagnosis, units: Units, key: Key) -> int:
    """Return how many careless answers may be left out of a mean that is shown.

    Beside units of the same subscale it is not shown where it leaves anybody out.
    """
    role, subscale = key
    cells = units.cells
    beside = (cells["subscale"] == subscale) & (cells["status"] != HIDDEN)
    if role != FLOOR or beside.any():
        return 0
    rows = diagnosis.measurement.sensitivity
    own = rows.loc[rows["subscale"] == subscale]
    return int((own["n_all"] - own["n_without"]).sum())

"""The audit of units: what they leave over without the units shown below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.disclosure.log import Row
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR, LEADER, NO_UNIT

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

Path = tuple[str, ...]
_ASKED = ("path", "parent", "status", "n_respondents", "mean")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """A shown unit, or the whole, and what belongs to it and to no smaller shown unit.

    One table, one subscale. `hidden` are the smallest units that are hidden.
    """

    place: str
    path: Path
    parent: Row | None
    shown: tuple[Row, ...]
    rests: tuple[Row, ...]
    hidden: tuple[Path, ...]


def find_unit_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield the leaks between units and their parents, and units that are barred.

    Codes: ``D004`` a remainder that is too small, or units of a whole that is hidden,
    ``D006`` a rest of a single unit, ``D008`` numbers that do not add up, ``D013`` a
    unit with too few people, ``D014`` one in which too few of them answered, shown or
    told by the units in it and what is left over.
    """
    threshold = publication.thresholds.scores
    few, low = _barred_units(publication)
    for family in _families(publication):
        yield from _check_family(family, threshold)
        if family.place.startswith("units.cells"):
            yield from _check_told(family, low)
    yield from _barred(publication, few, low)


def _barred_units(publication: Publication) -> tuple[set[Path], set[Path]]:
    """Return units that head counts bar, as far as these are published."""
    counted, limits = publication.participation.units, publication.thresholds
    counted = counted.loc[counted["status"] == "shown"]
    few = set(counted.loc[counted["n_members"] < limits.group, "path"])
    low = set(counted.loc[counted["response_rate"] < limits.response_rate, "path"])
    return few, low


def _barred(
    publication: Publication, few: set[Path], low: set[Path]
) -> Iterator[Problem]:
    """Yield barred units that are shown."""
    if few:
        yield _barred_leak("D013", "participation.units", "few people", few)
    for place, cells in (
        ("units.cells", publication.units.cells),
        ("units.leaders", publication.units.leaders),
    ):
        shown = set(cells.loc[cells["status"] == "shown", "path"])
        if shown & few:
            yield _barred_leak("D013", place, "few people", shown & few)
        if shown & low and place == "units.cells":
            yield _barred_leak("D014", place, "few answers", shown & low)


def _barred_leak(code: str, place: str, what: str, units: set[Path]) -> Problem:
    named = "; ".join(", ".join(path) for path in sorted(units))
    return Problem(
        code=code,
        place=f"publication.{place}",
        message=f"shows units with too {what}: {named}",
        remedy="make publications with `diagnose.publish` only, and report this",
    )


def _families(publication: Publication) -> Iterator[_Family]:
    roles = publication.participation.roles
    roots = roles.loc[(roles["role"] == FLOOR) & (roles["status"] == "shown")]
    yield from _families_of(
        publication.participation.units,
        next(iter(roots.to_dict("records")), None),
        publication.suppressed,
        place="participation.units",
    )
    units = publication.units
    yield from _families_of_role(publication, FLOOR, units.cells, "units.cells")
    yield from _families_of_role(publication, LEADER, units.leaders, "units.leaders")


def _families_of_role(
    publication: Publication, role: str, units: pd.DataFrame, place: str
) -> Iterator[_Family]:
    profile = publication.profile
    whole = profile.loc[(profile["role"] == role) & (profile["status"] == "shown")]
    known = {row["subscale"]: row for row in whole.to_dict("records")}
    for subscale, cells in units.groupby("subscale", sort=False):
        yield from _families_of(
            cells,
            known.get(str(subscale)),
            publication.suppressed,
            place=place,
            subscale=str(subscale),
        )


def _families_of(
    units: pd.DataFrame,
    root: Row | None,
    log: pd.DataFrame,
    *,
    place: str,
    subscale: str = "",
) -> Iterator[_Family]:
    rows = _rows(units)
    visible = {row["path"]: row for row in rows if row["status"] == "shown"}
    divided = {row["path"][:-1] for row in rows}
    own = log.loc[(log["table"] == place) & (log["subscale"] == subscale)]
    nameless = {path for path in own["path"] if path and path[-1] == NO_UNIT}
    hidden = {row["path"] for row in rows if row["status"] == "hidden"} | nameless
    homes: dict[Path, tuple[list[Row], list[Row], list[Path]]] = {}
    for row in rows:
        if row["status"] == "shown":
            home = _home(row["path"], visible)
            homes.setdefault(home, ([], [], []))[0].append(row)
        elif row["status"] == "rest":
            homes.setdefault(row["parent"], ([], [], []))[1].append(row)
    for path in sorted(hidden - divided):
        homes.setdefault(_home(path, visible), ([], [], []))[2].append(path)
    for path, (shown, rests, left) in homes.items():
        yield _Family(
            place=", ".join(filter(None, (place, subscale, *path))),
            path=path,
            parent=visible.get(path) if path else root,
            shown=tuple(shown),
            rests=tuple(rests),
            hidden=tuple(left),
        )


def _home(path: Path, visible: Mapping[Path, Row]) -> Path:
    """Return the smallest shown unit that a unit is part of, or the whole."""
    above = (path[:depth] for depth in range(len(path) - 1, 0, -1))
    return next((unit for unit in above if unit in visible), ())


def _rows(units: pd.DataFrame) -> list[Row]:
    """Return what the checks ask of each unit; far fewer columns than there are."""
    names = [name for name in _ASKED if name in units]
    columns = [units[name].to_numpy(dtype=object) for name in names]
    return [
        dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)
    ]


def _check_family(family: _Family, threshold: int) -> Iterator[Problem]:
    if not family.shown:
        if family.rests:
            yield _leak("D004", family, "shows a rest that repeats its parent")
        return
    if family.parent is None:
        yield _leak("D004", family, "shows units of a whole that is hidden")
        return
    remainder = family.parent["n_respondents"] - _total(family.shown)
    if remainder < 0 or len(family.rests) > 1:
        yield _leak("D008", family, "has units that do not add up to their parent")
    elif remainder:
        yield from _check_remainder(family, remainder, threshold)
    elif family.rests or not _adds_up(family):
        yield _leak("D008", family, "has units that do not add up to their parent")


def _check_remainder(
    family: _Family, remainder: float, threshold: int
) -> Iterator[Problem]:
    if remainder < threshold:
        yield _leak("D004", family, f"leaves a remainder below {threshold}")
    if len(family.hidden) < 2:
        yield _leak("D006", family, "leaves a remainder of a single unit")
    if _total(family.rests) != remainder or not _adds_up(family):
        yield _leak("D008", family, "has a rest that is not what is left")


def _check_told(family: _Family, barred: set[Path]) -> Iterator[Problem]:
    """Yield barred units that are a sum of shown units and of what is left over.

    One that is the whole work floor is known anyhow.
    """
    depth = len(family.path)
    above = {
        path[:end] for path in family.hidden for end in range(depth + 1, len(path))
    }
    above |= {
        row["path"][:end]
        for row in family.shown
        for end in range(depth + 1, len(row["path"]))
    }
    for unit in sorted(above & barred):
        inside = [path[: len(unit)] == unit for path in family.hidden]
        beside = [row["path"][: len(unit)] == unit for row in family.shown]
        known = not any(inside) or all(inside)
        if known and not (all(inside) and all(beside) and not depth):
            yield _leak("D014", family, f"tells of {', '.join(unit)}: few answers")


def _total(rows: tuple[Row, ...]) -> float:
    return float(sum(row["n_respondents"] for row in rows))


def _adds_up(family: _Family) -> bool:
    """Tell whether the sums of scores of the children are that of the parent."""
    parent = family.parent
    if parent is None or "mean" not in parent:
        return True
    together = sum(
        row["n_respondents"] * row["mean"] for row in family.shown + family.rests
    )
    return bool(np.isclose(together, parent["n_respondents"] * parent["mean"]))


def _leak(code: str, family: _Family, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.{family.place}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )

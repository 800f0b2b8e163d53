"""The audit of units: what parents minus children leave over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    """A parent and its children in one table, on one subscale."""

    place: str
    parent: Row | None
    shown: tuple[Row, ...]
    rests: tuple[Row, ...]
    n_hidden: int


def find_unit_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield the leaks between units and their parents, and units that are barred.

    Codes: ``D004`` a remainder that is too small or stands below a hidden parent,
    ``D006`` a rest of a single unit, ``D008`` numbers that do not add up, ``D013`` a
    unit with too few people, ``D014`` one in which too few of them answered.
    """
    threshold = publication.thresholds.scores
    for family in _families(publication):
        yield from _check_family(family, threshold)
    yield from _barred(publication)


def _barred(publication: Publication) -> Iterator[Problem]:
    """Yield shown units that head counts bar, as far as these are published."""
    counted, limits = publication.participation.units, publication.thresholds
    counted = counted.loc[counted["status"] == "shown"]
    few = set(counted.loc[counted["n_members"] < limits.group, "path"])
    low = set(counted.loc[counted["response_rate"] < limits.response_rate, "path"])
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
    by_parent: dict[Path, list[Row]] = {}
    for row in rows:
        by_parent.setdefault(row["parent"], []).append(row)
    own = log.loc[(log["table"] == place) & (log["subscale"] == subscale)]
    nameless = {path for path in own["path"] if path and path[-1] == NO_UNIT}
    for parent, children in by_parent.items():
        yield _Family(
            place=", ".join(filter(None, (place, subscale, *parent))),
            parent=visible.get(parent) if parent else root,
            shown=_with_status(children, "shown"),
            rests=_with_status(children, "rest"),
            n_hidden=len(_with_status(children, "hidden"))
            + ((*parent, NO_UNIT) in nameless),
        )


def _rows(units: pd.DataFrame) -> list[Row]:
    """Return what the checks ask of each unit; far fewer columns than there are."""
    names = [name for name in _ASKED if name in units]
    columns = [units[name].to_numpy(dtype=object) for name in names]
    return [
        dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)
    ]


def _with_status(rows: Sequence[Row], status: str) -> tuple[Row, ...]:
    return tuple(row for row in rows if row["status"] == status)


def _check_family(family: _Family, threshold: int) -> Iterator[Problem]:
    if not family.shown:
        if family.rests:
            yield _leak("D004", family, "shows a rest that repeats its parent")
        return
    if family.parent is None:
        yield _leak("D004", family, "shows units below a hidden parent")
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
    if family.n_hidden < 2:
        yield _leak("D006", family, "leaves a remainder of a single unit")
    if _total(family.rests) != remainder or not _adds_up(family):
        yield _leak("D008", family, "has a rest that is not what is left")


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

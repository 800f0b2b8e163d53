"""Damage to what answers mean: turned round, exchanged, in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from diagnose.instrument.export import numbers_of
from diagnose.responses.definition import Definition
from mutation.corpus import NUMERIC, Base, Cell, asked
from mutation.damage import SAME, STOPPED, Damage

_AGREE = ("v1", "v2", "v3", "v4")
_ALL = (*_AGREE, "c1", "c2", "c3", "n1", "n2", "n3")
_REVERSE = ("v3", "c2", "n3")
_EVERYTHING_TURNED = (
    "all answers were turned round, so that items still agree with one another"
)


def points(base: Base, item: str) -> dict[float, Cell]:
    """Return the cell that stands in this file for each point of an item's scale."""
    found: dict[float, Cell] = {}
    values = base.read.answers[item].tolist()
    place = base.grid.at[item]
    for value, row in zip(values, base.grid.body, strict=True):
        if not pd.isna(value):
            found.setdefault(value, row[place])
    return found


def turned(items: Sequence[str], order: Mapping[float, float] | None = None):
    """Return a damage that gives each answer the cell of another point."""

    def apply(base: Base) -> bytes | None:
        if base.grid is None:
            return None
        grid = base.grid.copy()
        for item in items:
            scale = asked().response_scale_of(item)
            cells = points(base, item)
            values = base.read.answers[item].tolist()
            for value, row in zip(values, grid.body, strict=True):
                if not pd.isna(value):
                    other = (order or {}).get(value, value)
                    if order is None:
                        other = scale.lowest + scale.highest - value
                    row[grid.at[item]] = cells.get(other, row[grid.at[item]])
        return grid.dump(grid.rows)

    return apply


_SWAP = {2.0: 4.0, 4.0: 2.0}
_ROTATED = {1.0: 2.0, 2.0: 3.0, 3.0: 4.0, 4.0: 5.0, 5.0: 1.0}


def _coded(way_answers: str, look: str) -> bool:
    return way_answers == "codes" and look != "spss"


def reordered(*, edition: bool):
    """Return a damage: codes of the platform that are not those of the instrument."""

    def apply(base: Base) -> bytes | None:
        if base.grid is None or not _coded(base.way.answers, base.way.look):
            return None
        changed = replace(base, grid=base.grid.copy())
        if not edition:
            if "edition" not in changed.grid.at:
                return None
            for row in changed.grid.rows:
                row[changed.grid.at["edition"]] = None if _has_none(base) else ""
            for number in range(changed.grid.n_head):
                changed.grid.rows[number][changed.grid.at["edition"]] = f"x{number}"
        return turned(_AGREE, _ROTATED)(changed)

    return apply


def _has_none(base: Base) -> bool:
    return base.way.kind in (".json", ".parquet", ".sav")


def definition_of(base: Base) -> Definition:
    """Return what a platform says when its codes of agreement are rotated."""
    answers: dict[str, dict[str, tuple[str, ...]]] = {}
    numeric = base.way.look in NUMERIC
    for item in asked().closed_items:
        scale = asked().response_scale_of(item.id)
        codes = numbers_of(scale) if numeric else {p.code: p.code for p in scale.points}
        of_value = {p.value: str(codes[p.code]) for p in scale.points}
        given = {}
        for point in scale.points:
            value = point.value
            if item.id in _AGREE and value is not None:
                value = _ROTATED[value]
            given[of_value[value]] = tuple(point.label.values())
        answers[item.id] = given
    return Definition(source="survey.lss", kind="lss", answers=answers)


MEANING = [
    Damage(
        name="reverse-keyed items already reversed",
        apply=turned(_REVERSE),
        allowed=STOPPED,
    ),
    Damage(
        name="one reverse-keyed item already reversed",
        apply=turned(["c2"]),
        allowed=STOPPED,
    ),
    Damage(name="one forward item turned", apply=turned(["v1"]), allowed=STOPPED),
    Damage(name="a block turned", apply=turned(_AGREE), unseen=_EVERYTHING_TURNED),
    Damage(name="all items turned", apply=turned(_ALL), unseen=_EVERYTHING_TURNED),
    Damage(
        name="Agree and Disagree exchanged in one item",
        apply=turned(["v1"], _SWAP),
        unseen="the answers in between still agree with the other items",
    ),
    Damage(
        name="Agree and Disagree exchanged everywhere",
        apply=turned(_AGREE, _SWAP),
        unseen=_EVERYTHING_TURNED,
    ),
    Damage(
        name="codes in another order, and no proof of them",
        apply=reordered(edition=False),
        allowed=STOPPED,
    ),
    Damage(
        name="codes in another order beside the edition",
        apply=reordered(edition=True),
        unseen="the file itself says that it was fielded with these codes",
    ),
    Damage(
        name="codes in another order, with the definition",
        apply=reordered(edition=True),
        definition=definition_of,
        allowed=SAME,
    ),
]

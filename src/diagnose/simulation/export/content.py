"""What respondents were asked, as columns that a platform puts a heading above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from diagnose.instrument.export.build import (
    EDITION,
    LINK,
    ROLE,
    UNIT,
    edition_of,
    numbers_of,
)
from diagnose.instrument.model import Item, Point, ResponseScale, Role
from diagnose.instrument.units import UNIT_SEPARATOR, unit_code
from diagnose.language import load_catalogue
from diagnose.simulation.export.settings import Words
from diagnose.simulation.export.wave import Wave

Kind = Literal["fact", "unit", "role", "edition", "item", "open", "link"]
RoleWords = Literal["codes", "titles", "numbers"]

_ROLES: tuple[Role, ...] = ("floor", "leader")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One column of answers.

    Attributes
    ----------
    name : str
        Item id, level, ``unit``, ``role``, ``edition``, ``link``, or the neutral code
        of a fact.
    kind : str
        What it is; a ``fact`` is what a platform knows without asking.
    block : str
        Of a closed item; else empty.
    text : str
        The question as respondents read it; its name when it has none.
    cells : list of str
        One a row.
    """

    name: str
    kind: Kind
    block: str = ""
    text: str
    cells: list[str]


def columns_of(
    wave: Wave, words: Words, *, roles: RoleWords = "codes", hidden: bool = True
) -> list[Asked]:
    """Return units, role, edition, items, open items and link, in this order.

    Parameters
    ----------
    wave : Wave
        The rows.
    words : {"codes", "labels", "numbers"}
        How answers are written.
    roles : {"codes", "titles", "numbers"}
        The role as ``floor`` and ``leader``, by the titles of the forms, or as 1 and 2.
    hidden : bool
        Whether the platform carries columns that nobody sees, such as the edition.
    """
    columns = [*_units(wave), _role(wave, roles)]
    if hidden and wave.settings.edition:
        edition = [edition_of(wave.instrument)] * len(wave)
        columns.append(Asked(name=EDITION, kind="edition", text=EDITION, cells=edition))
    columns += [_item(wave, item, words) for item in wave.items]
    for open_item in wave.instrument.open_items:
        text = open_item.text.get(wave.form, {}).get(wave.language, open_item.id)
        cells = list(wave.comments[open_item.id])
        columns.append(Asked(name=open_item.id, kind="open", text=text, cells=cells))
    if wave.settings.link:
        text = load_catalogue("fielding").text("link.question", wave.language)
        cells = list(wave.people["link"])
        columns.append(Asked(name=LINK, kind="link", text=text, cells=cells))
    return columns


def scale_texts(scale: ResponseScale, words: Words, language: str) -> dict[str, str]:
    """Return what a file says for each code of a response scale."""
    if words == "numbers":
        return {code: str(number) for code, number in numbers_of(scale).items()}
    return {p.code: _point_text(p, words, language) for p in scale.points}


def stem_of(wave: Wave) -> str:
    """Return the question above the statements."""
    return load_catalogue("simulation").text("stem", wave.language)


def _point_text(point: Point, words: Words, language: str) -> str:
    if words == "codes":
        return point.code
    return point.label.get(language, next(iter(point.label.values())))


def _units(wave: Wave) -> Iterator[Asked]:
    how = wave.settings.units
    if how == "none" or not wave.hierarchy:
        return
    if how == "columns":
        for level in wave.hierarchy:
            cells = [str(name) for name in wave.people[level]]
            yield Asked(name=level, kind="unit", text=level, cells=cells)
        return
    names = wave.people[list(wave.hierarchy)].itertuples(index=False, name=None)
    paths = [tuple(str(name) for name in path) for path in names]
    written = unit_code if how == "code" else UNIT_SEPARATOR.join
    cells = [written(path) if all(path) else "" for path in paths]
    text = load_catalogue("fielding").text("unit.question", wave.language)
    yield Asked(name=UNIT, kind="unit", text=text, cells=cells)


def _role(wave: Wave, roles: RoleWords) -> Asked:
    texts: dict[str, str] = {role: role for role in _ROLES}
    if roles == "numbers":
        texts = {role: str(number) for number, role in enumerate(_ROLES, start=1)}
    elif roles == "titles":
        texts = {role: _title(wave, role) for role in _ROLES}
    text = load_catalogue("simulation").text("role", wave.language)
    cells = [texts[role] for role in wave.people["role"]]
    return Asked(name=ROLE, kind="role", text=text, cells=cells)


def _title(wave: Wave, role: Role) -> str:
    form = wave.instrument.form_of_role(role)
    if form is None:
        return role
    return wave.instrument.forms[form].title.get(wave.language, role)


def _item(wave: Wave, item: Item, words: Words) -> Asked:
    scale = wave.instrument.response_scale_of(item.id)
    texts = {"": "", **scale_texts(scale, words, wave.language)}
    return Asked(
        name=item.id,
        kind="item",
        block=wave.blocks[item.id],
        text=(item.text or {}).get(wave.form, {}).get(wave.language, item.id),
        cells=[texts[code] for code in wave.codes[item.id]],
    )

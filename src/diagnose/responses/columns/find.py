"""Which column holds what: as a mapping says, else by code, else by question text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.language import load_catalogue
from diagnose.responses.model import MappedColumn
from diagnose.responses.problems import problem
from diagnose.responses.read.layout import Column, Layout, text_variants

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.columns.mapping import ColumnMapping

NEUTRAL_LEVELS = ("division", "department", "team")
"""Codes of unit columns in our own exports; no other heading is taken for a unit."""

_OTHERS = ("unit", "language", "seconds", "link", "edition", "submitted")
"""Targets that have one heading each in a mapping."""


@dataclass(slots=True)
class Columns:
    """Where everything stands that will be read.

    Attributes
    ----------
    position : dict of str to int
        Target (item id, ``unit.<level>``, ``unit``, ``role``, ``language``,
        ``seconds``, ``link``, ``edition``, ``submitted``) to the place of its column.
    how : dict of str to str
        Target to ``"mapping"``, ``"code"`` or ``"text"``.
    refusals : list of Problem
        The mapping names what the file does not have; nothing may be read.
    problems : list of Problem
        Open questions that block scoring.
    """

    position: dict[str, int] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    refusals: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, target: str, position: int, how: str) -> None:
        """Note that `target` stands at `position`, recognised by `how`."""
        self.position[target] = position
        self.how[target] = how

    def levels(self) -> tuple[str, ...]:
        """Return the levels that have a column, large to small."""
        names = (target.partition("unit.") for target in self.position)
        return tuple(level for start, found, level in names if found and not start)

    def mapped(self, layout: Layout) -> tuple[MappedColumn, ...]:
        """Return what was read, in the order of the file."""
        headings = {column.position: column.heading for column in layout.columns}
        ordered = sorted(self.position.items(), key=lambda pair: pair[1])
        return tuple(
            MappedColumn(column=headings[position], target=target, how=self.how[target])
            for target, position in ordered
        )


def find_columns(
    layout: Layout,
    instrument: Instrument,
    mapping: ColumnMapping,
    *,
    place: str,
    levels: Sequence[str] = (),
) -> Columns:
    """Return where the items and the facts about people stand.

    Parameters
    ----------
    layout : Layout
        Columns with their codes and texts.
    instrument : Instrument
        Items to look for.
    mapping : ColumnMapping
        What a person said; it always wins.
    place : str
        Name of the export, for messages.
    levels : sequence of str
        Levels of the hierarchy that must be there, large to small; without them all
        that are mapped or stand under a neutral code.
    """
    found = Columns()
    _follow_mapping(found, layout, mapping, place)
    _recognise_items(found, layout, instrument, mapping, place)
    _recognise_people(found, layout, mapping)
    if levels:
        _keep_levels(found, levels, place)
    return found


def _follow_mapping(
    found: Columns, layout: Layout, mapping: ColumnMapping, place: str
) -> None:
    for target, heading in _wanted(mapping):
        matches = matching_columns(layout.columns, heading)
        where = f"{place}: {target}"
        if len(matches) == 1:
            taken = [t for t, p in found.position.items() if p == matches[0].position]
            if taken:
                found.refusals.append(
                    problem("R034", where, heading=heading, other=taken[0])
                )
            found.add(target, matches[0].position, "mapping")
        elif matches:
            found.refusals.append(
                problem("R035", where, heading=heading, n=len(matches))
            )
        else:
            found.refusals.append(_absent(where, heading, layout.columns))


def _wanted(mapping: ColumnMapping) -> Iterable[tuple[str, str]]:
    for item, heading in mapping.items.items():
        if heading is not None:
            yield item, heading
    for level, heading in (mapping.units or {}).items():
        yield f"unit.{level}", heading
    if mapping.role is not None and not isinstance(mapping.role, str):
        yield "role", mapping.role.column
    for target in _OTHERS:
        heading = getattr(mapping, target)
        if heading is not None:
            yield target, heading


def matching_columns(columns: Sequence[Column], wanted: str) -> list[Column]:
    """Return the columns that a person means by a heading, a code or a text in it."""
    text = normalise_label(wanted)
    exact = [c for c in columns if normalise_label(c.heading) == text]
    code = wanted.strip().casefold()
    full = [c for c in columns if c.codes[:1] == (code,)]
    part = [c for c in columns if code in c.codes]
    return exact or full or part or [c for c in columns if text in c.texts]


def _absent(where: str, heading: str, columns: Sequence[Column]) -> Problem:
    names = {normalise_label(c.heading): c.heading for c in columns}
    codes = {code: code for column in columns for code in column.codes[:2]}
    near = get_close_matches(
        normalise_label(heading), [*names, *codes], n=1, cutoff=0.6
    )
    if near:
        known = {**codes, **names}[near[0]]
        return problem("R031", where, heading=heading, near=known)
    return problem("R038", where, heading=heading)


def _recognise_items(
    found: Columns,
    layout: Layout,
    instrument: Instrument,
    mapping: ColumnMapping,
    place: str,
) -> None:
    open_items = {i.id for i in instrument.closed_items} - set(mapping.items)
    by_text = item_texts(instrument)
    claimed = set(found.position.values())
    hits: dict[str, list[tuple[Column, str]]] = defaultdict(list)
    for column in layout.columns:
        if column.position not in claimed:
            item, how = _item_of(column, open_items, by_text)
            if not item and column.stems:
                item, how = _begun(column, open_items, instrument), "text"
            if item:
                hits[item].append((column, how))
    for item, columns in hits.items():
        if len(columns) > 1:
            headings = tuple(column.heading for column, _ in columns)
            found.problems.append(
                problem("R040", f"{place}: {item}", item=item, headings=headings)
            )
        else:
            column, how = columns[0]
            found.add(item, column.position, how)


def _item_of(
    column: Column, items: set[str], by_text: Mapping[str, str]
) -> tuple[str, str]:
    for code in column.codes:
        if code in items:
            return code, "code"
    for text in column.texts:
        item = by_text.get(text, "")
        if item in items:
            return item, "text"
    return "", ""


def _begun(column: Column, items: set[str], instrument: Instrument) -> str:
    """Return the one item of which a heading holds the beginning, empty when none."""
    texts = {item.id: item.text or {} for item in instrument.closed_items}
    texts |= {item.id: item.text for item in instrument.open_items}
    for stem in column.stems:
        found = {
            item
            for item, forms in texts.items()
            for wordings in forms.values()
            if any(text.startswith(stem) for text in text_variants(wordings.values()))
        }
        if len(found) == 1 and found <= items:
            return found.pop()
    return ""


def item_texts(instrument: Instrument) -> dict[str, str]:
    """Map each wording, in every form and language, to the one item that has it."""
    owners: dict[str, set[str]] = defaultdict(set)
    for item in instrument.closed_items:
        for wordings in (item.text or {}).values():
            for text in text_variants(wordings.values()):
                owners[text].add(item.id)
    return {text: ids.pop() for text, ids in owners.items() if len(ids) == 1}


def _recognise_people(found: Columns, layout: Layout, mapping: ColumnMapping) -> None:
    """Take neutral codes and system columns for what a mapping leaves open."""
    claimed = set(found.position.values())
    free: dict[str, list[int]] = defaultdict(list)
    for column in layout.columns:
        if column.position not in claimed and column.codes:
            free[column.codes[0]].append(column.position)
    for target, code in _neutral_codes(mapping).items():
        if target not in found.position and len(free[code]) == 1:
            found.add(target, free[code][0], "code")
    _recognise_own_questions(found, layout, mapping)
    if "unit" in found.position and found.levels() and mapping.unit is None:
        # Columns for the levels say more than one column for the smallest unit.
        del found.position["unit"], found.how["unit"]
    for target in {"language", "seconds"} & set(layout.system):
        position = layout.system[target]
        if target not in found.position and position not in claimed:
            found.add(target, position, "code")


def _recognise_own_questions(
    found: Columns, layout: Layout, mapping: ColumnMapping
) -> None:
    """Take our own questions for unit and link code by their wording.

    Platforms that know no codes, such as forms, have nothing else to know them by.
    """
    claimed = set(found.position.values())
    worded = [
        column
        for column in layout.columns
        if column.position not in claimed and any(" " in text for text in column.texts)
    ]
    if not worded:
        return
    words = load_catalogue("fielding").entries
    for target in ("unit", "link"):
        if target in found.position or target not in _neutral_codes(mapping):
            continue
        asked = text_variants(words[f"{target}.question"].values())
        columns = [
            column.position
            for column in worded
            if any(one in text for text in column.texts for one in asked)
        ]
        if len(columns) == 1:
            found.add(target, columns[0], "text")


def _neutral_codes(mapping: ColumnMapping) -> dict[str, str]:
    """Return target to the code under which our own exports have it."""
    names = ("language", "seconds", "link", "edition", "submitted")
    neutral = {name: name for name in names}
    if mapping.role is None:
        neutral["role"] = "role"
    if mapping.units is None:
        neutral["unit"] = "unit"
        neutral.update({f"unit.{level}": level for level in NEUTRAL_LEVELS})
    return neutral


def _keep_levels(found: Columns, levels: Sequence[str], place: str) -> None:
    """Keep the levels asked for, in their order; the rest is not read at all.

    One column that names the smallest unit stands for all of them.
    """
    if "unit" in found.position:
        return
    units = {
        level: (found.position.pop(f"unit.{level}"), found.how.pop(f"unit.{level}"))
        for level in found.levels()
    }
    for level in levels:
        if level in units:
            found.add(f"unit.{level}", *units[level])
        else:
            found.problems.append(problem("R049", f"{place}: {level}", level=level))

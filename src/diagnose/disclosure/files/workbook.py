"""Reader of workbooks: every cell, also in hidden rows and sheets, and all else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagnose.disclosure.files.attributes import read_attributes
from diagnose.disclosure.files.markup import parse_xml
from diagnose.disclosure.files.model import Found
from diagnose.disclosure.files.office import local_name, read_part, unpack

_BOOK, _STRINGS, _SHEETS = (
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/worksheets/",
)
_FOREIGN = re.compile(
    r"xl/(?:pivot|externalLinks|connections|queryTables|model|customData|xmlMaps)",
    re.IGNORECASE,
)
"""Copies of data from elsewhere; no workbook of this program has them."""


def read_workbook(content: bytes, name: str, place: str, found: Found) -> None:
    """Read the cells of every sheet, and the texts of every other part."""
    parts = unpack(content, place, found)
    for part in [part for part in parts if _FOREIGN.match(part)]:
        del parts[part]
        found.fail(f"{place} {part}", broken=False)
    strings = _shared_strings(parts.pop(_STRINGS, b""))
    names = _sheet_names(parts)
    for part, sheet in names.items():
        found.text(f"{place} {part} name", sheet, "heading")
    unused = set(range(len(strings)))
    for part, data in parts.items():
        if part.startswith(_SHEETS) and part.endswith(".xml"):
            sheet = f"{place}!{names.get(part, part)}"
            unused -= _read_sheet(parse_xml(data), sheet, strings, found)
        else:
            read_part(data, part, f"{place} {part}", found)
    for at in sorted(unused):
        found.text(f"{place} string {at} (in no cell)", strings[at])


def _shared_strings(content: bytes) -> list[str]:
    if not content:
        return []
    return [
        "".join(_spoken(t) for t in item.iter("{*}t"))
        for item in parse_xml(content).iter("{*}si")
    ]


def _spoken(text: Any) -> str:
    """Return a part of a string; how it is to be read aloud stands apart from it."""
    words = text.text or ""
    return f"\n{words}" if local_name(text.getparent()) == "rPh" else words


def _sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the name of each sheet by the part that holds it."""
    links = {
        link.get("Id"): link.get("Target", "").removeprefix("/xl/")
        for link in parse_xml(parts["xl/_rels/workbook.xml.rels"])
    }
    names: dict[str, str] = {}
    for sheet in parse_xml(parts[_BOOK]).iter("{*}sheet"):
        (key,) = (v for k, v in sheet.attrib.items() if k.endswith("}id"))
        names[f"xl/{links[key]}"] = sheet.get("name", "")
    return names


def _read_sheet(root: Any, sheet: str, strings: list[str], found: Found) -> set[int]:
    used: set[int] = set()
    for row in root.iter("{*}row"):
        cells: list[str | float] = []
        for cell in row.iter("{*}c"):
            place = f"{sheet}!{cell.get('r', '?')}"
            for value in _values(cell, strings, used):
                cells.append(value)
                if isinstance(value, float):
                    found.number(place, value, "cell")
                else:
                    found.text(place, value)
        found.row(f"{sheet} row {row.get('r', '?')}", cells)
    for element in root.iter():
        _read_part_of_sheet(element, sheet, found)
    return used


def _read_part_of_sheet(element: Any, sheet: str, found: Found) -> None:
    """Read headers, footers, rules for colours and entry: what else a sheet says."""
    name = local_name(element)
    if name not in _CELL_PARTS and element.text:
        found.text(f"{sheet} {name}", _CODES.sub(" ", element.text), "script")
    found.text(f"{sheet} behind {name}", element.tail)
    if not _PLAIN.issuperset(element.attrib):
        read_attributes(element, name, sheet, found)


_CODES = re.compile(r'&(?:"[^"]*"|\d+|[A-Z])')
"""What stands between the words of a header: side, font, size, page number."""
_PLAIN = frozenset({"r", "s", "t", "spans", "ht", "customHeight", "hidden"})
"""Attributes of cells and rows, of which there are many."""
_CELL_PARTS = frozenset({"v", "t", "f", "c", "row", "is", "r", "sheetData"})


def _values(cell: Any, strings: list[str], used: set[int]) -> Iterator[str | float]:
    kind = cell.get("t", "n")
    for part in cell:
        name, text = local_name(part), part.text or ""
        if name == "f":
            yield f"={text}"
        elif name == "is":
            yield "".join(t.text or "" for t in part.iter("{*}t"))
        elif name == "v" and kind == "s":
            used.add(int(text))
            yield strings[int(text)]
        elif name == "v":
            yield float(text) if kind in ("n", "b") else text

"""What the part of a sheet says that its values do not: merges, formulas, errors."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar
from xml.etree import ElementTree

from diagnose.errors import Problem
from diagnose.responses.problems import problem, refuse

MOST_CELLS = 10_000_000
"""Cells of the rectangle around all values: 200,000 respondents of 50 columns."""

_T = TypeVar("_T")
_SHOWN = 8
_P = rb"<(?:[\w.-]+:)?"
_MERGED = re.compile(_P + rb"mergeCell\s[^>]*?\bref\s*=\s*[\"']([^\"']{1,40})[\"']")
_FORMULA = re.compile(_P + rb"f[\s/>]")
_ERROR = re.compile(_P + rb"c\s(?=[^>]*?\bt\s*=\s*[\"']e[\"'])[^>]*>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']")
_ROWS = re.compile(_P + rb"row\s[^>]*?\br\s*=\s*[\"']([0-9]{1,9})[\"']")
_PLACES = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,9})[0-9]+[\"']")
_DEEP = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{1,9}([0-9]{7,})[\"']")
_CELLS = re.compile(_P + rb"c[\s/>]")
_HIDDEN = re.compile(
    _P
    + rb"(?:row|col)\s[^>]*?\bhidden\s*=\s*[\"'](?:1|true)[\"']|"
    + _P
    + rb"autoFilter\b"
)


def check_sheet(part: bytes, name: str, sheet: str) -> tuple[Problem, ...]:
    """Return notes on a sheet, after refusing what its values alone would hide.

    Parameters
    ----------
    part : bytes
        Its part of the workbook, without entities.
    name, sheet : str
        Names of file and sheet, for messages.

    Raises
    ------
    ResponseError
        The sheet is too large, or holds merged cells, errors, or formulas that were
        never calculated.
    """
    place = f"{name}: {sheet}"
    _bound_area(part, place)
    merged = [m.decode("ascii", "replace") for m in _first(_MERGED.findall(part))]
    if merged:
        raise refuse("R109", place, ranges=tuple(merged))
    errors = [_place_of(found[0]) for found in _first(_ERROR.finditer(part))]
    if errors:
        raise refuse("R110", place, cells=tuple(errors))
    notes = []
    if _FORMULA.search(part):
        n_formulas, empty = _formulas(part, name)
        if empty:
            raise refuse("R111", place, cells=tuple(_first(empty)))
        notes.append(problem("R112", place, n=n_formulas))
    if _HIDDEN.search(part):
        notes.append(problem("R113", place))
    return tuple(notes)


def _bound_area(part: bytes, place: str) -> None:
    """Refuse a sheet whose cells lie so far apart that a rectangle cannot hold them."""
    rows = max(map(int, _ROWS.findall(part)), default=0)
    deep = max((int(row[:9]) for row in _DEEP.findall(part)), default=0)
    columns = max(
        (_column(letters) for letters in set(_PLACES.findall(part))), default=0
    )
    n_cells = max(rows, deep, 1) * columns
    if n_cells > MOST_CELLS or len(_CELLS.findall(part)) > MOST_CELLS:
        raise refuse("R114", place, limit=MOST_CELLS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _formulas(part: bytes, name: str) -> tuple[int, list[str]]:
    """Count the formulas, and list the cells of those without a stored value.

    An empty text is a value when the cell says that it is text.
    """
    n, empty = 0, []
    for cell in _cells(part, name):
        kinds = {child.tag.rpartition("}")[2]: child.text for child in cell}
        if "f" not in kinds:
            continue
        n += 1
        if not kinds.get("v") and "is" not in kinds and cell.get("t") != "str":
            empty.append(cell.get("r", "?"))
    return n, empty


def _cells(part: bytes, name: str) -> Iterator[ElementTree.Element]:
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(part), events=("end",)):
            tag = element.tag.rpartition("}")[2]
            if tag == "c":
                yield element
            elif tag == "row":
                element.clear()
    except ElementTree.ParseError:
        raise refuse("R012", name) from None


def _place_of(tag: bytes) -> str:
    found = _PLACE.search(tag)
    return found[1].decode("ascii") if found else "?"


def _first(found: Iterable[_T]) -> list[_T]:
    return [one for _, one in zip(range(_SHOWN), found, strict=False)]

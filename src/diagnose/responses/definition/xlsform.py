"""An XLSForm: a workbook with the sheets ``survey`` and ``choices``.

Documented at https://xlsform.org. The answers of a question are those of the list that
``select_one`` names.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from diagnose.responses.definition.build import (
    Asked,
    Labels,
    build_definition,
    row_names,
    row_short,
)
from diagnose.responses.definition.model import Definition
from diagnose.responses.problems import refuse

_ONE = re.compile(r"select[_ ]one\s+(?:from\s+)?(\S+)(?:\s+or_other)?", re.I)
_BEGIN = re.compile(r"begin[_ ](group|repeat)", re.I)
_END = re.compile(r"end[_ ](group|repeat)", re.I)
Row = dict[str, str]


def read_xlsform(content: bytes, name: str) -> Definition:
    """Return the definition in an XLSForm.

    Raises
    ------
    ResponseError
        The workbook is damaged, or lacks the sheets or columns of an XLSForm.
    """
    sheets = _sheets(content, name)
    survey, options = sheets.get("survey"), sheets.get("choices", [])
    if not survey or not {"type", "name"} <= set(survey[0]):
        raise refuse("R144", name)
    lists: dict[str, list[tuple[str, Labels]]] = defaultdict(list)
    for row in options:
        code = row.get("name") or row.get("value", "")
        lists[row.get("list_name", "")].append((code, _labels(row)))
    asked = _Walk(lists).asked(survey)
    return build_definition(asked, source=name, kind="xlsform")


@dataclass(slots=True)
class _Walk:
    """The way through the survey sheet: in which groups the next row stands."""

    lists: dict[str, list[tuple[str, Labels]]]
    groups: list[str] = field(default_factory=list)

    def asked(self, rows: Sequence[Row]) -> Iterator[Asked]:
        for row in rows:
            kind, name = row.get("type", "").strip(), row.get("name", "").strip()
            if _BEGIN.match(kind):
                self.groups.append(name)
            elif _END.match(kind):
                self.groups = self.groups[:-1]
            elif name:
                yield self._question(kind, name, row)

    def _question(self, kind: str, name: str, row: Row) -> Asked:
        found = _ONE.fullmatch(kind)
        names = tuple(
            joint.join([*self.groups, name]) for joint in "/-." if self.groups
        )
        near = row_names(self.groups[-1], name) if self.groups else ()
        short = row_short(self.groups[-1], name) if self.groups else ()
        return Asked(
            names=(name, *names, *near),
            short=tuple(one for one in short if one != name),
            choices=tuple(self.lists.get(found[1], ())) if found else (),
            texts=tuple(_labels(row).values()),
        )


def _labels(row: Row) -> Labels:
    """Return language to label: columns ``label``, ``label::Nederlands (nl)``, …."""
    labels = {}
    for heading, text in row.items():
        part, _, language = heading.partition(":")
        if part.strip() == "label" and text.strip():
            labels[language.strip(": ")] = text
    return labels


def _sheets(content: bytes, name: str) -> dict[str, list[Row]]:
    """Return the two sheets as rows by heading, headings in lower case."""
    from python_calamine import load_workbook

    try:
        book = load_workbook(io.BytesIO(content))
        found = {sheet.strip().casefold(): sheet for sheet in book.sheet_names}
        return {
            sheet: _rows(book.get_sheet_by_name(found[sheet]).to_python())
            for sheet in ("survey", "choices")
            if sheet in found
        }
    except BaseException as error:
        # A panic of the library is no Exception, and must not end the program.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        raise refuse("R146", name, form="XLSForm") from error


def _rows(cells: Sequence[Sequence[object]]) -> list[Row]:
    if not cells:
        return []
    header = [_heading(str(cell)) for cell in cells[0]]
    return [
        {h: _as_text(cell) for h, cell in zip(header, row, strict=False) if h}
        for row in cells[1:]
    ]


def _heading(text: str) -> str:
    plain = text.strip().casefold()
    return "list_name" if plain in ("list name", "list_name") else plain


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

"""Responses in JSON: of SurveyJS, and of our own questionnaire that works offline.

SurveyJS gives one object a response, in which a matrix is an object of its own:
``{"v": {"v1": 4}}``, see https://surveyjs.io/form-library/documentation/manage-survey-data.
Its service adds ``HappendAt`` (spelled so) and ``InstanceId``; both were not seen in a
real export. The offline questionnaire saves one file a respondent, in which the closed
answers stand under ``answers``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

import pandas as pd

from diagnose.responses.files.source import Source
from diagnose.responses.files.strict_json import (
    MOST_DEPTH,
    MOST_JSON_BYTES,
    looks_like_json,
    parse_json,
    shorten,
)
from diagnose.responses.files.tabular import HEAD_ROWS, Table
from diagnose.responses.problems import refuse

MOST_COLUMNS = 20_000
MOST_CELLS = 50_000_000
LIST, PANEL = "[]", "[{}]"
"""Behind the heading of a column of lists, and of lists of objects; never an item."""

_CONTAINERS = {"data", "results", "responses", "items"}
_FORMAT = "diagnose-answers/"
_OUR_FORMAT = "diagnose-answers/1"
_NOTHING: tuple[object, ...] = (None, {}, [])


def is_json(source: Source) -> bool:
    """Tell whether a file starts as a JSON object or a list of objects."""
    return looks_like_json(source.start)


def read_json(source: Source) -> Table:
    """Return the table in a JSON file: one row a response, one column a key.

    A file holds an array of responses, one response, one response a line, or an
    object with the responses under ``data``, ``results``, ``responses`` or ``Items``.
    Objects inside a response are flattened with a dot. Columns stand in the order in
    which their keys are first seen; a key that a response lacks, and null, are blank.
    A list of single values is joined by "; " under a heading with ``[]`` behind it; a
    list of objects has a heading with ``[{}]`` and cannot be read.

    Raises
    ------
    ResponseError
        The file is no JSON, holds no responses, has a key twice, or is too large; and
        from ``load``, when a column asked for is an answer in one response and a list
        or an object in another.
    """
    _check_size(source)
    rows = records(source.content, source.name)
    return table_of(rows, name=source.name, sha256=source.sha256)


def _check_size(source: Source) -> None:
    if source.size > MOST_JSON_BYTES:
        raise refuse("R003", source.name, size=source.size, limit=MOST_JSON_BYTES)


def records(content: bytes, name: str) -> list[Mapping[str, object]]:
    """Return the responses in a JSON file, as they are nested.

    Raises
    ------
    ResponseError
        As in `read_json`.
    """
    values = parse_json(content, name)
    one = values[0] if len(values) == 1 else values
    if isinstance(one, dict):
        one = _contained(one, name)
    if not isinstance(one, list):
        raise refuse("R135", name)
    rows: list[Mapping[str, object]] = [row for row in one if isinstance(row, dict)]
    if len(rows) != len(one) or not rows:
        raise refuse("R135", name)
    for row in rows:
        _check_format(row, name)
    return rows


def _contained(value: dict[str, object], name: str) -> list[object]:
    """Return the list of responses in an object, or the object as one response."""
    lists = {
        key: inside
        for key, inside in value.items()
        if key.casefold() in _CONTAINERS and _is_records(inside)
    }
    # Beside the responses there may be a count or a date, but nothing with a form of
    # its own: then it is not certain what is a response and what a part of one.
    others = (inside for key, inside in value.items() if key not in lists)
    if len(lists) > 1 or (lists and any(isinstance(o, (dict, list)) for o in others)):
        raise refuse("R135", name)
    return next(iter(lists.values()), [value])


def _is_records(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def _check_format(row: Mapping[str, object], name: str) -> None:
    """Refuse answers in a later form of our own, whose meaning is not known yet."""
    stated = row.get("format")
    if isinstance(stated, str) and stated.startswith(_FORMAT) and stated != _OUR_FORMAT:
        raise refuse("R136", name, allowed=_OUR_FORMAT)


@dataclass(slots=True)
class _Columns:
    """Cells by heading, and what is known about each heading."""

    name: str
    cells: dict[str, list[str]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    panels: set[str] = field(default_factory=set)
    single: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)

    def add(self, row: int, path: str, value: object, depth: int) -> None:
        """Note a value and, inside an object, each of its values."""
        if depth > MOST_DEPTH:
            raise refuse("R134", self.name, limit=MOST_DEPTH)
        if isinstance(value, dict) and value:
            self.objects.add(path)
            for key, inside in value.items():
                self.add(row, f"{path}.{key}" if path else key, inside, depth + 1)
            return
        column = self.cells.get(path)
        if column is None:
            column = self.cells.setdefault(path, [])
            if len(self.cells) > MOST_COLUMNS:
                raise refuse("R137", self.name, limit=MOST_COLUMNS)
        if len(column) > row:
            raise refuse("R132", self.name, heading=shorten(path))
        if len(column) < row:
            column += [""] * (row - len(column))
        column.append(self._text(path, value))

    def _text(self, path: str, value: object) -> str:
        if isinstance(value, str):
            self.single.add(path)
            return value
        if value in _NOTHING:
            return ""
        if not isinstance(value, list):
            self.single.add(path)
            return _as_text(value)
        if any(isinstance(part, (dict, list)) for part in value):
            self.panels.add(path)
            return ""
        self.lists.add(path)
        joined = "; ".join(_as_text(part) for part in value)
        # One chosen option must not look like the answer to a closed question.
        return joined if len(value) > 1 else f"{joined};"

    def filled(self, n_rows: int) -> list[list[str]]:
        """Return the columns, blank where the last responses lack them."""
        for column in self.cells.values():
            column += [""] * (n_rows - len(column))
        return list(self.cells.values())

    def headings(self) -> list[str]:
        """Return the headings in the order first seen, with the mark of their kind."""
        return [path + self._mark(path) for path in self.cells]

    def _mark(self, path: str) -> str:
        if path in self.single:
            return ""
        if path in self.panels:
            return PANEL
        return LIST if path in self.lists else ""

    def refused(self) -> dict[int, str]:
        """Return position to code of the columns that cannot be read in one way."""
        mixed = (self.single & (self.lists | self.panels)) | self._half_objects()
        return {
            place: "R139" if path in mixed else "R138"
            for place, path in enumerate(self.cells)
            if path in mixed or path in self.panels
        }

    def _half_objects(self) -> set[str]:
        """Return what is an object in one response and a value in another."""
        half = (self.single | self.lists | self.panels) & self.objects
        below = tuple(f"{path}." for path in half)
        return half | {path for path in self.cells if path.startswith(below)}


def table_of(
    rows: Sequence[Mapping[str, object]],
    *,
    name: str,
    sha256: str,
) -> Table:
    """Return nested responses as a table of text.

    Parameters
    ----------
    rows : sequence of mapping
        From `records`.
    name, sha256 : str
        Of the file or folder, as in `Table`.
    """
    columns = _Columns(name)
    for position, row in enumerate(rows):
        if row:
            columns.add(position, "", row, 0)
    headings = columns.headings()
    if not headings:
        raise refuse("R135", name)
    if len(headings) * len(rows) > MOST_CELLS:
        raise refuse("R137", name, limit=MOST_CELLS)
    refused = columns.refused()
    cells = columns.filled(len(rows))

    def load(positions: Sequence[int]) -> pd.DataFrame:
        for place in positions:
            if place in refused:
                raise refuse(refused[place], name, heading=shorten(headings[place]))
        return pd.DataFrame(
            {
                place: pd.Categorical([headings[place], *cells[place]])
                for place in positions
            }
        )

    n_head = min(len(rows), HEAD_ROWS - 1)
    head = [headings, *([column[row] for column in cells] for row in range(n_head))]
    return Table(
        name=name,
        sha256=sha256,
        encoding="json",
        delimiter="",
        head=tuple(tuple(row) for row in head),
        n_records=len(rows) + 1,
        load=load,
    )


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

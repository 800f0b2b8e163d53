"""One action sheet: found by what is in it, with a place for every cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.language import load_catalogue
from diagnose.language.problems import worded_problem
from diagnose.report.packs.actions import COLUMNS, FIRST_LIST, FORMAT

READ = tuple(column for column in COLUMNS if column != "who")
"""Columns that are read; who takes an action on stays in the sheet."""
_LISTS = ("subject", "status", "column")
_UNIT = re.compile(r"unit_([1-9]\d?)")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SERIAL = (36_526, 73_050)
"""Days since 1899-12-30 from 2000 to 2099: a date whose cell lost its format."""
_EPOCH = dt.date(1899, 12, 30)
_SEARCHED = 40
"""Rows from the top in which the headings may stand."""
_LEAST = 2
"""Headings that make a row the head of the table."""

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a form.

    Attributes
    ----------
    file, sheet : str
        Where it stands.
    row : int
        Number of the row, from 1.
    columns : mapping of str to int
        Where each column stands, from 0.
    cells : mapping of str to object
        Value of each column of `READ`.
    """

    file: str
    sheet: str
    row: int
    columns: Mapping[str, int]
    cells: Mapping[str, object]

    def place(self, column: str) -> str:
        """Return file, sheet and cell."""
        return f"{self.file}: {self.sheet}!{_letters(self.columns[column])}{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one action sheet says.

    Attributes
    ----------
    file, about_name : str
        The file, and the sheet that says what it is about.
    about : mapping of str to str
        Such as ``instrument`` and ``wave``.
    path : tuple of str
        Labels of the unit from the top.
    words : mapping of str to mapping of str to str
        Word, as it is compared, to id: of subjects, states and columns.
    listed : mapping of str to tuple of str
        The words to choose from, as the sheet has them.
    lines : tuple of Line
        All lines below the headings, also empty ones.
    """

    file: str
    about_name: str
    about: Mapping[str, str]
    path: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()


def read_sheet(path: Path, file: str) -> tuple[Sheet | None, list[Problem]]:
    """Read one workbook; with problems there is no sheet.

    Parameters
    ----------
    path : Path
        The workbook.
    file : str
        Its name in messages.
    """
    try:
        pages = _pages(path)
    except BaseException as error:
        # The library panics on some damage, which is no Exception.
        if not _is_damage(error):
            raise
        return None, [worded_problem("agreed", "A027", file, {"kind": "broken"})]
    about_name = next((name for name, rows in pages.items() if _is_about(rows)), None)
    if about_name is None:
        return None, [worded_problem("agreed", "A028", file, {})]
    about = pages.pop(about_name)
    words, listed = _lists(about)
    lines, problems = _lines(pages, file, words["column"], listed["column"])
    if problems:
        return None, problems
    facts = {written(row[0]): _label(row[1]) for row in about if len(row) > 1}
    sheet = Sheet(
        file=file,
        about_name=about_name,
        about=facts,
        path=_path(facts),
        words=words,
        listed=listed,
        lines=tuple(lines),
    )
    return sheet, []


def written(value: object) -> str:
    """Return the text of a cell on one line; whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    spoken = "".join(c if c.isprintable() else " " for c in str(value))
    return " ".join(spoken.split())


def day_of(value: object) -> str:
    """Return a date as year-month-day; other words as they are.

    Parameters
    ----------
    value : object
        A cell with a date, a text, or a number that was a date: days since 1899-12-30.
        Of a text with dashes, dots or slashes the day stands before the month unless
        the year stands first.
    """
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and _SERIAL[0] <= value <= _SERIAL[1]:
        return (_EPOCH + dt.timedelta(days=int(value))).isoformat()
    text = written(value)
    parts: tuple[str, ...] = ()
    if found := _ISO.fullmatch(text):
        parts = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        parts = found.groups()[::-1]
    try:
        return dt.date(*map(int, parts)).isoformat() if parts else text
    except ValueError:
        return text


def _pages(path: Path) -> dict[str, Rows]:
    """Return the rows of every sheet, from the first row and column on."""
    from python_calamine import SheetTypeEnum, load_workbook

    from diagnose.responses.files.archive import open_archive
    from diagnose.responses.files.source import read_source

    book = load_workbook(BytesIO(open_archive(read_source(path)).content))
    return {
        page.name: book.get_sheet_by_name(page.name).to_python(skip_empty_area=False)
        for page in book.sheets_metadata
        if page.typ == SheetTypeEnum.WorkSheet
    }


def _is_damage(error: BaseException) -> bool:
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _is_about(rows: Rows) -> bool:
    return bool(rows) and len(rows[0]) > 1 and written(rows[0][1]) == FORMAT


def _lists(
    about: Rows,
) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    """Return the words of each list with their ids, and as they are written."""
    words: dict[str, dict[str, str]] = {}
    listed: dict[str, tuple[str, ...]] = {}
    for place, name in enumerate(_LISTS):
        at = FIRST_LIST + 2 * place
        pairs = [
            (written(row[at]), written(row[at + 1]))
            for row in about
            if len(row) > at + 1
        ]
        pairs = [(key, word) for key, word in pairs if key and word]
        words[name] = {normalise_label(word): key for key, word in pairs}
        listed[name] = tuple(word for _, word in pairs)
    return words, listed


def _label(value: object) -> str:
    """Return a label as it was written: a number keeps its look, a text its spaces."""
    return value if isinstance(value, str) else written(value)


def _path(facts: Mapping[str, str]) -> tuple[str, ...]:
    labels = {
        int(found[1]): label
        for name, label in facts.items()
        if (found := _UNIT.fullmatch(name))
    }
    return tuple(
        labels.get(depth, "") for depth in range(1, max(labels, default=0) + 1)
    )


def _lines(
    pages: Mapping[str, Rows], file: str, own: Mapping[str, str], listed: Sequence[str]
) -> tuple[list[Line], list[Problem]]:
    """Return the lines of every page that has headings; the first must have all."""
    known = {**_headings(), **own}
    lines: list[Line] = []
    problems: list[Problem] = []
    heads = {name: _head(rows, known) for name, rows in pages.items()}
    found = {name: head for name, head in heads.items() if head is not None}
    for name, (start, columns) in found.items():
        missing = [column for column in READ if column not in columns]
        problems += [_no_column(f"{file}: {name}", one, own, listed) for one in missing]
        if not missing:
            lines += _below(pages[name], start, columns, file, name)
    if not found:
        problems.append(_no_column(file, READ[0], own, listed))
    return lines, problems


def _below(
    rows: Rows, start: int, columns: Mapping[str, int], file: str, sheet: str
) -> Iterator[Line]:
    for at, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {
            column: row[columns[column]] if columns[column] < len(row) else None
            for column in READ
        }
        yield Line(file=file, sheet=sheet, row=at, columns=columns, cells=cells)


def _head(rows: Rows, known: Mapping[str, str]) -> tuple[int, dict[str, int]] | None:
    """Return the row of the headings, and where each column stands."""
    for at, row in enumerate(rows[:_SEARCHED]):
        columns: dict[str, int] = {}
        for place, value in enumerate(row):
            name = known.get(normalise_label(written(value)))
            if name in COLUMNS:
                columns.setdefault(name, place)
        if len(columns) >= _LEAST:
            return at, columns
    return None


def _headings() -> dict[str, str]:
    """Return every heading of a column, in any language, and its id."""
    entries = load_catalogue("packs").entries
    return {
        normalise_label(word): column
        for column in COLUMNS
        for word in (column, *entries[f"column.{column}"].values())
    }


def _no_column(
    place: str, column: str, own: Mapping[str, str], listed: Sequence[str]
) -> Problem:
    shown = {key: word for word, key in own.items()}
    spoken = {normalise_label(word): word for word in listed}
    heading = spoken.get(shown.get(column, ""), column)
    values = {"column": heading, "columns": ", ".join(listed or COLUMNS)}
    return worded_problem("agreed", "A031", place, values)


def _letters(place: int) -> str:
    """Return the letters above a column, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

"""Spreadsheets: checked as an archive first, then read for values only."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.files.archive import Archive, open_archive
from diagnose.responses.files.quoting import MOST_CELL
from diagnose.responses.files.sheet import check_sheet
from diagnose.responses.files.source import Source
from diagnose.responses.files.summary import LAST_ROWS, is_summary
from diagnose.responses.files.tabular import HEAD_ROWS, MOST_COLUMNS, Table
from diagnose.responses.problems import problem, refuse

_DATES = (dt.date, dt.time, dt.timedelta)


def read_workbook(source: Source) -> Table:
    """Return the table on the first visible sheet of an XLSX file.

    Numbers become text without a decimal part when they are whole, moments text as
    in ISO 8601 with a space, to the second. Formulas are represented by the values
    stored with them. Blank rows and columns around the table are left out, hidden
    rows and columns are not.

    Raises
    ------
    ResponseError
        The archive is too large or too strongly packed, holds macros, entities or
        links to other files, or is damaged; or its first visible sheet has no table,
        merged cells, errors, formulas without a value, or a summary below the table.
    """
    rows, notes = _first_sheet(open_archive(source))
    if not rows:
        raise refuse("R005", source.name)
    if len(rows[0]) < 2:
        raise refuse("R010", source.name)
    if len(rows[0]) > MOST_COLUMNS:
        raise refuse("R105", source.name, limit=MOST_COLUMNS)
    _refuse_summary(rows, source.name)
    cells = [[_as_text(value) for value in row] for row in rows]
    if any(len(cell) > MOST_CELL for row in cells for cell in row):
        raise refuse("R101", source.name, limit=MOST_CELL)
    dates = Counter(
        position
        for row in rows[1:]
        for position, value in enumerate(row)
        if isinstance(value, _DATES)
    )

    def load(positions: Sequence[int]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                position: pd.Categorical([row[position] for row in cells])
                for position in positions
            }
        )

    return Table(
        name=source.name,
        sha256=source.sha256,
        encoding="xlsx",
        delimiter="",
        head=tuple(tuple(row) for row in cells[:HEAD_ROWS]),
        n_records=len(cells),
        load=load,
        dates=dict(dates),
        notes=notes,
    )


def _first_sheet(archive: Archive) -> tuple[list[list[Any]], tuple[Problem, ...]]:
    try:
        return _values_and_notes(archive)
    except BaseException as error:
        # The library panics on some damage, which is no Exception.
        raise _refusal(error, archive.name) from None


def _values_and_notes(
    archive: Archive,
) -> tuple[list[list[Any]], tuple[Problem, ...]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    name = archive.name
    book = load_workbook(io.BytesIO(archive.content))
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible
        and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise refuse("R005", name)
    part = archive.sheet(visible[0])
    if not part:
        raise refuse("R012", name)
    notes = check_sheet(part, name, visible[0])
    rows = book.get_sheet_by_name(visible[0]).to_python(skip_empty_area=True)
    others = len(book.sheet_names) - 1
    if others:
        notes = (problem("R062", name, sheet=visible[0], n=others), *notes)
    return [row for row in rows if any(value != "" for value in row)], notes


def _refusal(error: BaseException, name: str) -> BaseException:
    """Return what to raise: interruptions and refusals stay what they are."""
    if hasattr(error, "problems"):
        return error
    is_panic = type(error).__name__ == "PanicException"
    if is_panic or isinstance(error, Exception):
        return refuse("R012", name)
    return error


def _refuse_summary(rows: list[list[Any]], name: str) -> None:
    """Refuse averages and totals that stand below the answers as if they were some."""
    start = max(1, len(rows) - LAST_ROWS)
    found = tuple(
        place
        for place, row in enumerate(rows[start:], start=start + 1)
        if is_summary(_first_words(row))
    )
    if found:
        raise refuse("R115", name, rows=found)


def _first_words(row: list[Any]) -> str:
    first = next((value for value in row if value != ""), "")
    return first if isinstance(first, str) else ""


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        whole = value + dt.timedelta(microseconds=500_000)
        return str(whole.replace(microsecond=0))
    return str(value)

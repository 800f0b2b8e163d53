"""Spreadsheets: checked as an archive first, then read for values only."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.problems import problem, refuse
from diagnose.responses.read.source import MOST_WORKBOOK_BYTES, Source
from diagnose.responses.read.tabular import HEAD_ROWS, Table

MOST_UNPACKED_BYTES = 200_000_000
MOST_RATIO = 100
_DATES = (dt.date, dt.time, dt.timedelta)


def read_workbook(source: Source) -> Table:
    """Return the table on the first visible sheet of an XLSX file.

    Numbers become text without a decimal part when they are whole; formulas are
    represented by the values stored with them.

    Raises
    ------
    ResponseError
        The archive is too large or too strongly packed, holds macros or links to
        other files, is damaged, or has no sheet with a table.
    """
    _check_archive(source)
    rows, notes = _first_sheet(source)
    if not rows:
        raise refuse("R005", source.name)
    if len(rows[0]) < 2:
        raise refuse("R010", source.name)
    cells = [[_as_text(value) for value in row] for row in rows]
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


def _check_archive(source: Source) -> None:
    """Refuse an archive by what its directory says, before anything is unpacked."""
    size = len(source.content)
    if size > MOST_WORKBOOK_BYTES:
        raise refuse("R003", source.name, size=size, limit=MOST_WORKBOOK_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise refuse("R012", source.name) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(size, 1):
        raise refuse("R013", source.name, unpacked=unpacked, limit=MOST_UNPACKED_BYTES)
    names = [part.filename.lower() for part in parts]
    if "xl/workbook.xml" not in names:
        raise refuse("R004", source.name, kind="zip")
    if any("vbaproject" in name for name in names):
        raise refuse("R011", source.name)
    if any(name.startswith("xl/externallinks/") for name in names):
        raise refuse("R014", source.name)


def _first_sheet(source: Source) -> tuple[list[list[Any]], tuple[Problem, ...]]:
    from python_calamine import (
        CalamineError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    try:
        book = load_workbook(io.BytesIO(source.content))
        sheets = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible
            and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        if not sheets:
            raise refuse("R005", source.name)
        rows = book.get_sheet_by_name(sheets[0]).to_python(skip_empty_area=True)
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, ValueError) and hasattr(error, "problems"):
            raise
        raise refuse("R012", source.name) from error
    kept = [row for row in rows if any(value != "" for value in row)]
    others = len(book.sheet_names) - 1
    notes = (problem("R062", source.name, sheet=sheets[0], n=others),) if others else ()
    return kept, notes


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

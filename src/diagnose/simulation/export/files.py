"""Bytes of the kinds of file that platforms write, and writing them whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.responses.model import Responses

Cell = str | int | float | dt.datetime | None

_MADE = dt.datetime(2026, 1, 5)


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file whole or not at all, with the folders above it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    return draft.replace(path)


def write_organisation_csv(responses: Responses, path: str | Path) -> Path:
    """Write the head counts: a column for each level, and ``n_members``.

    Raises
    ------
    ValueError
        The responses come without head counts.
    """
    if responses.head_counts is None:
        raise ValueError("these responses come without head counts.")
    counts = responses.head_counts.astype({"n_members": int})
    text = counts.to_csv(index=False, lineterminator="\n")
    return write_whole(path, text.encode("utf-8"))


def csv_bytes(
    rows: Iterable[Sequence[Cell]],
    *,
    delimiter: str = ",",
    quoted: bool = True,
    end: str = "\n",
    encoding: str = "utf-8",
    tail: str = "",
) -> bytes:
    """Return rows as CSV; ``encoding="utf-8-sig"`` gives a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
        lineterminator=end,
    )
    writer.writerows(rows)
    return (text.getvalue() + tail).encode(encoding)


def xlsx_bytes(rows: Iterable[Sequence[Cell]], *, sheet: str = "Sheet1") -> bytes:
    """Return rows as the one sheet of a workbook: text as text, dates as dates."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"created": _MADE})
    moment = book.add_format({"num_format": "m/d/yy h:mm:ss"})
    page = book.add_worksheet(sheet)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, dt.datetime):
                page.write_datetime(row, column, cell, moment)
            elif isinstance(cell, str) and cell:
                page.write_string(row, column, cell)
            elif isinstance(cell, int | float):
                page.write_number(row, column, cell)
    book.close()
    return content.getvalue()


def as_number(text: str) -> Cell:
    """Return a whole number as such, blank text as nothing, other text as it is."""
    if text.isascii() and text.isdecimal() and str(int(text)) == text:
        return int(text)
    return text or None

"""The workbook inside a native chart: its numbers and names, and nothing else.

That of the library would turn a name such as ``=1+1`` into a formula, and an address
into a link; here text stays text.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

Line = Sequence[str | float | None]


def put_workbook(made: Any, lines: Sequence[Line]) -> None:
    """Give a chart its workbook; the lines stand where the chart refers to.

    Parameters
    ----------
    made : Chart
        Of the library.
    lines : sequence of sequence of str, float or None
        Rows of the only sheet.
    """
    made.part.chart_workbook.update_from_xlsx_blob(_workbook(lines))


def category_lines(
    categories: Sequence[str], series: Sequence[tuple[str, Line]]
) -> list[Line]:
    """Return rows with the categories on the left and a column a series."""
    columns = [values for _, values in series]
    head: Line = [None, *(name for name, _ in series)]
    return [head, *map(list, zip(categories, *columns, strict=True))]


def point_lines(
    series: Sequence[tuple[str, Sequence[tuple[float, float | None]]]],
) -> list[Line]:
    """Return rows with each series of points below the one before."""
    lines: list[Line] = []
    for name, points in series:
        lines += [[None, name], *points, []]
    return lines[:-1]


def _workbook(lines: Sequence[Line]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value)
    return buffer.getvalue()

"""Tables as a workbook: typed numbers, nothing that runs, the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from textwrap import wrap
from typing import Any

from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.words import Words, is_number, scale_bounds
from diagnose.report.document import Cell, Column, Kind, Table

Part = Table | tuple[str, str]
"""A table, or a line of text with its name."""
Sheets = Sequence[tuple[str, Sequence[Part]]]
"""Name of each sheet, and its parts from the top."""

_CREATED = datetime(2000, 1, 1)
"""The same in every workbook: the clock would change the bytes."""
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_FORMATS: dict[Kind, str] = {
    "number": "0.00",
    "index": "0.000",
    "signed": "+0.00;-0.00;0.00",
    "share": "0%",
    "count": "#,##0",
    "p_value": "0.000",
    "text": "General",
}
_TONES = {"higher": "#B2ABD2", "lower": "#FDB863", "hidden": "#ECEFF1"}
_BAR = "#D5DBE1"
_ON_THE_SCALE = frozenset({"mean", "estimate", "whole", "mean_floor", "mean_leader"})
"""Columns that stand on the response scale, so that a bar can show where."""
_WIDEST, _TEXT, _USUAL = 60, 100, 8
"""Signs beside each other: in a column of a table, of text, and of nothing at all."""
_LETTERS = 1.1
"""Letters of running text on the width of one figure, by which columns are measured."""
_LINE, _HIGHEST, _SPARE = 15, 409, 1
"""Height of a line and of the highest row in points; signs that bold letters cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where the bars in cells begin and end: the ends of the response scale.

    The same in every workbook, so that a bar of one can be laid beside one of another;
    a bar from the lowest to the highest number of a column would paint chance.
    """

    low: float
    high: float


def anchor_of(words: Words) -> Anchor | None:
    """Return the ends of the response scale; None when subscales differ in it."""
    subscales = words.publication.instrument.subscales
    ends = {scale_bounds(words, subscale) for subscale in subscales}
    if len(ends) != 1:
        return None
    low, high = next(iter(ends))
    return Anchor(low=low, high=high)


def render_workbook(
    title: str,
    sheets: Sheets,
    *,
    empty: str,
    anchor: Anchor | None = None,
    style: HouseStyle = PLAIN,
) -> bytes:
    """Return a workbook as bytes; the same parts give the same bytes.

    Parameters
    ----------
    title : str
        In the properties of the file.
    sheets : sequence of (str, sequence of Part)
        Names at most 31 signs long.
    empty : str
        What stands on a sheet without parts.
    anchor : Anchor, optional
        Ends of the bars behind means; no bars by default.
    style : HouseStyle
        Its accent colours the heads of tables.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    book = Workbook(buffer, _SAFE)
    book.set_properties({"title": title, "created": _CREATED})
    look = _Look(book, style)
    for name, parts in sheets:
        _write_sheet(book, look, name, parts or [("", empty)], anchor)
    book.close()
    return buffer.getvalue()


class _Look:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Any, style: HouseStyle) -> None:
        self._book = book
        self._style = style
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **options: object) -> Any:
        key = tuple(sorted(options.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **options})
        return self._made[key]

    def head(self) -> Any:
        return self.format(
            bold=True,
            text_wrap=True,
            bottom=2,
            bottom_color=self._style.accent,
            bg_color="#F5F7F8",
        )

    def caption(self) -> Any:
        return self.format(bold=True, font_size=12, font_color=self._style.accent)

    def cell(self, kind: Kind, cell: Cell) -> Any:
        options: dict[str, object] = {}
        if cell.tone in _TONES:
            options["bg_color"] = _TONES[cell.tone]
        if isinstance(cell.value, str):
            return self.format(text_wrap=True, **options)
        return self.format(num_format=_FORMATS[kind], **options)


def _write_sheet(
    book: Any, look: _Look, name: str, parts: Sequence[Part], anchor: Anchor | None
) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    widths = _widths(parts)
    at = 0
    for place, part in enumerate(parts):
        if isinstance(part, Table):
            if place == 0:
                sheet.freeze_panes(2, 1)
                sheet.repeat_rows(1)
            at = _write_table(sheet, look, part, at, widths, anchor)
        else:
            sheet.write_string(at, 0, part[0], look.format(bold=True))
            _write_line(sheet, look, at, part[1], widths)
            at += 1
    for column, width in widths.items():
        sheet.set_column(column, column, width)


def _widths(parts: Sequence[Part]) -> dict[int, int]:
    """Return the width of each column in signs: tables decide where there are some."""
    longest: dict[int, int] = {}
    for part in parts:
        if isinstance(part, Table):
            _measure(part, longest)
        else:
            longest[0] = max(longest.get(0, 0), len(part[0]))
    widths = {at: min(max(n + 2, 8), _WIDEST) for at, n in longest.items()}
    if not any(isinstance(part, Table) for part in parts):
        widths[1] = _TEXT
    return widths


def _write_line(
    sheet: Any, look: _Look, at: int, text: str, widths: dict[int, int]
) -> None:
    """Write a text beside its name, across as many columns as give it room."""
    wrapped = look.format(text_wrap=True)
    across, room = 1, widths.get(1, _USUAL)
    while room < _TEXT:
        across += 1
        room += widths.get(across, _USUAL)
    if across > 1:
        sheet.merge_range(at, 1, at, across, "", wrapped)
    sheet.write_string(at, 1, text, wrapped)
    _set_height(sheet, at, ["", text], {1: room})


def _set_height(
    sheet: Any,
    at: int,
    texts: Sequence[object],
    widths: dict[int, int],
    *,
    tight: bool = False,
) -> None:
    """Make a row as high as its longest text needs; one line has the usual height.

    Not every program makes rows grow with their texts, and none does so with a text
    that stands in several columns.
    """
    most = 1
    for place, text in enumerate(texts):
        width = widths.get(place, _WIDEST)
        room = width - _SPARE if tight else round(width * _LETTERS)
        if isinstance(text, str) and len(text) > room:
            lines = (wrap(line, max(room, 6)) or [""] for line in text.split("\n"))
            most = max(most, sum(map(len, lines)))
    if most > 1:
        sheet.set_row(at, min(_LINE * most, _HIGHEST))


def _write_table(
    sheet: Any,
    look: _Look,
    table: Table,
    at: int,
    widths: dict[int, int],
    anchor: Anchor | None,
) -> int:
    sheet.write_string(at, 0, table.caption, look.caption())
    for place, column in enumerate(table.columns):
        sheet.write_string(at + 1, place, column.heading, look.head())
    _set_height(sheet, at + 1, [c.heading for c in table.columns], widths, tight=True)
    for line, cells in enumerate(table.rows, start=at + 2):
        for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            _write_cell(sheet, look, line, place, column, cell)
        _set_height(sheet, line, [cell.value for cell in cells], widths)
        _explain_hidden(sheet, line, cells)
    if anchor is not None:
        _draw_bars(sheet, table, at + 2, anchor)
    after = at + 2 + len(table.rows)
    if table.note:
        sheet.write_string(after, 0, table.note, look.format(italic=True))
        after += 1
    return after + 1


def _write_cell(
    sheet: Any, look: _Look, line: int, place: int, column: Column, cell: Cell
) -> None:
    if is_number(cell.value):
        sheet.write_number(line, place, cell.value, look.cell(column.kind, cell))
    elif isinstance(cell.value, str) and cell.value:
        sheet.write_string(line, place, cell.value, look.cell(column.kind, cell))


def _draw_bars(sheet: Any, table: Table, first: int, anchor: Anchor) -> None:
    """Put a bar behind each mean, from the lowest to the highest possible one."""
    last = first + len(table.rows) - 1
    bar = {
        "type": "data_bar",
        "min_type": "num",
        "max_type": "num",
        "min_value": anchor.low,
        "max_value": anchor.high,
        "bar_color": _BAR,
        "bar_solid": True,
        "bar_border_color": _BAR,
    }
    for place, column in enumerate(table.columns):
        if column.key in _ON_THE_SCALE and last >= first and not table.heat:
            sheet.conditional_format(first, place, last, place, bar)


def _explain_hidden(sheet: Any, line: int, cells: Sequence[Cell]) -> None:
    """Put a note on the first hidden cell of a row: one is enough to be read."""
    for place, cell in enumerate(cells):
        if cell.tone == "hidden":
            sheet.write_comment(line, place, cell.spoken, {"author": "diagnose"})
            return


def _measure(table: Table, widths: dict[int, int]) -> None:
    for place, column in enumerate(table.columns):
        words = [max(column.heading.split(), key=len, default="")]
        words += [
            c.value
            for row in table.rows
            if isinstance(c := row[place], Cell) and isinstance(c.value, str)
        ]
        longest = max(map(len, words), default=0)
        widths[place] = max(widths.get(place, 0), longest)

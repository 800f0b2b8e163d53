"""The tables as a workbook: typed numbers, nothing that runs, the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnose.language import Language
from diagnose.plots.words import Words, is_number, words_for
from diagnose.report.document import Cell, Column, Kind, Table
from diagnose.report.output import write_outputs
from diagnose.report.sheets import Part, make_sheets
from diagnose.report.title import report_title

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

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
_WIDEST = 60


def write_xlsx(
    publication: Publication, path: str | Path, language: Language = "en"
) -> Path:
    """Write every published number as a workbook.

    Numbers are unrounded, with a number format; every one stands beside its n and its
    interval. A cell that may not be shown says so. No raw answers.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    path : str or Path
        File to write; see `write_outputs` for what may be replaced.
    language : {"en", "nl"}
        Language of sheets, headings and texts.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    AssessmentError
        Something that this program did not write stands in the way.
    """
    target = Path(path)
    content = render_xlsx(publication, language)
    return write_outputs(target.parent, {target.name: content})[0]


def render_xlsx(publication: Publication, language: Language = "en") -> bytes:
    """Return the workbook as bytes; the same publication gives the same bytes."""
    from xlsxwriter import Workbook

    words = words_for(publication, language, "report")
    buffer = BytesIO()
    book = Workbook(buffer, _SAFE)
    book.set_properties({"title": report_title(words), "created": _CREATED})
    look = _Look(book)
    for name, parts in make_sheets(words):
        _write_sheet(book, look, words, name, parts)
    book.close()
    return buffer.getvalue()


class _Look:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **options: object) -> Any:
        key = tuple(sorted(options.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **options})
        return self._made[key]

    def cell(self, kind: Kind, cell: Cell) -> Any:
        options: dict[str, object] = {}
        if cell.tone in _TONES:
            options["bg_color"] = _TONES[cell.tone]
        if isinstance(cell.value, str):
            return self.format(text_wrap=True, **options)
        return self.format(num_format=_FORMATS[kind], **options)


def _write_sheet(
    book: Any, look: _Look, words: Words, name: str, parts: Sequence[Part]
) -> None:
    sheet = book.add_worksheet(words.text(f"sheet.{name}"))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    widths: dict[int, int] = {}
    at = 0
    for place, part in enumerate(parts):
        if isinstance(part, Table):
            at = _write_table(sheet, look, part, at, widths)
            if place == 0:
                sheet.freeze_panes(2, 1)
        else:
            sheet.write_string(at, 0, part[0], look.format(bold=True))
            sheet.write_string(at, 1, part[1], look.format(text_wrap=True))
            widths[0], widths[1] = max(widths.get(0, 0), len(part[0])), 100
            at += 1
    if not parts:
        sheet.write_string(0, 0, words.text("sheet.empty"))
        widths[0] = 30
    for column, width in widths.items():
        limit = _WIDEST if width != 100 else 100
        sheet.set_column(column, column, min(max(width + 2, 8), limit))


def _write_table(
    sheet: Any, look: _Look, table: Table, at: int, widths: dict[int, int]
) -> int:
    sheet.write_string(at, 0, table.caption, look.format(bold=True, font_size=12))
    head = look.format(bold=True, text_wrap=True, bottom=1, bg_color="#F5F7F8")
    for place, column in enumerate(table.columns):
        sheet.write_string(at + 1, place, column.heading, head)
    for line, cells in enumerate(table.rows, start=at + 2):
        for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            _write_cell(sheet, look, line, place, column, cell)
        _explain_hidden(sheet, line, cells)
    _measure(table, widths)
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

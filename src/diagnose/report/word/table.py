"""Tables in Word: fixed columns, whole rows, a head that comes back on each page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from diagnose.language import Language
from diagnose.report.document import Cell, Column, Table, written
from diagnose.report.paper.signs import told
from diagnose.report.paper.widths import HEAD, LINE_TO_FILL_IN, PADDING, SMALL, Layout

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.table import Table as WordTable
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_FILLS: Mapping[str, Mapping[str, str]] = {
    "higher": {"w:val": "clear", "w:color": "auto", "w:fill": "D5D2E8"},
    "lower": {"w:val": "clear", "w:color": "auto", "w:fill": "FDD9A6"},
    "hidden": {"w:val": "thinDiagStripe", "w:color": "C9D1D8", "w:fill": "ECEFF1"},
}
_SOFT, _LINE = "4A5865", "B8C1C9"
_ROWS_KEPT_TOGETHER = 14
_LONGEST_DESCRIPTION = 255


def add_table(
    file: File, table: Table, layout: Layout, language: Language, accent: str
) -> None:
    """Add a table with its caption above and its note below.

    Parameters
    ----------
    file : docx.document.Document
        Changed in place.
    table : Table
        What is set.
    layout : Layout
        Sizes of its letters and columns.
    language : {"en", "nl"}
        In which its numbers are written.
    accent : str
        Colour of the line above the head, as ``#rrggbb``.
    """
    file.add_paragraph(told(table.caption), "Caption")
    made = file.add_table(1 + len(table.rows), len(table.columns))
    _shape(made, layout, told(table.caption))
    _border(made, accent.lstrip("#").upper(), grid=table.heat)
    rows = list(made.rows)
    _head(rows[0], table, layout)
    if layout.to_fill_in:
        _leave_room(rows[1:])
    kept = len(table.rows) <= _ROWS_KEPT_TOGETHER
    for number, (row, cells) in enumerate(
        zip(rows[1:], table.rows, strict=True), start=1
    ):
        for place, cell, column in zip(row.cells, cells, table.columns, strict=True):
            _fill(place, cell, column, layout, language)
            _align(place.paragraphs[0], column, heat=table.heat)
            # The last row must not be kept with the text below the table.
            if kept and number < len(table.rows):
                place.paragraphs[0].paragraph_format.keep_with_next = True
    # Without a note its place is kept, or the text that follows touches the table.
    file.add_paragraph(told(table.note), "Note")


def _leave_room(rows: Iterable[Any]) -> None:
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Mm

    for row in rows:
        row.height = Mm(LINE_TO_FILL_IN)
        row.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST


def _shape(made: WordTable, layout: Layout, description: str) -> None:
    from docx.shared import Mm

    made.autofit = False
    for column, width in zip(made.columns, layout.widths, strict=True):
        column.width = Mm(width)
    for row in made.rows:
        for cell, width in zip(row.cells, layout.widths, strict=True):
            cell.width = Mm(width)
        _add(row._tr.get_or_add_trPr(), "w:cantSplit", {})
    properties = made._tbl.tblPr
    margins = _element("w:tblCellMar", {})
    side = str(round(PADDING / 2 * 56.7))  # twentieths of a point
    for name, size in (
        ("top", "28"),
        ("left", side),
        ("bottom", "28"),
        ("right", side),
    ):
        _add(margins, f"w:{name}", {"w:w": size, "w:type": "dxa"})
    look = properties.find(_name("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)
    short = description[:_LONGEST_DESCRIPTION]
    _add(properties, "w:tblCaption", {"w:val": short})
    _add(properties, "w:tblDescription", {"w:val": short})


def _border(made: WordTable, accent: str, *, grid: bool) -> None:
    lines = {"top": ("8", accent), "bottom": ("4", _LINE), "insideH": ("4", _LINE)}
    if grid:
        lines = {
            "top": lines["top"],
            "bottom": lines["bottom"],
            "right": ("4", _LINE),
            "insideH": lines["insideH"],
            "insideV": ("4", _LINE),
        }
    borders = _element("w:tblBorders", {})
    for name, (size, colour) in lines.items():
        line = {"w:val": "single", "w:sz": size, "w:space": "0", "w:color": colour}
        _add(borders, f"w:{name}", line)
    layout = made._tbl.tblPr.find(_name("w:tblLayout"))
    if layout is not None:
        layout.addprevious(borders)
    else:
        made._tbl.tblPr.append(borders)


def _head(row: Any, table: Table, layout: Layout) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
    from docx.shared import Mm, Pt

    _add(row._tr.get_or_add_trPr(), "w:tblHeader", {})
    turned = not layout.upright_heads
    if turned:
        row.height, row.height_rule = Mm(HEAD), WD_ROW_HEIGHT_RULE.AT_LEAST
    for place, column in zip(row.cells, table.columns, strict=True):
        line = place.paragraphs[0]
        line._p.style = "Cell"  # by its id: a look-up by name takes long
        line.paragraph_format.keep_with_next = True
        run = line.add_run(told(column.heading))
        run.bold, run.font.size = True, Pt(layout.size)
        place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        properties = place._tc.get_or_add_tcPr()
        if turned and column.kind != "text":
            direction = _element("w:textDirection", {"w:val": "btLr"})
            properties.insert_element_before(
                direction, "w:tcFitText", "w:vAlign", "w:hideMark"
            )
            place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        else:
            _align(line, column, heat=table.heat)


def _fill(
    place: _Cell, cell: Cell, column: Column, layout: Layout, language: Language
) -> None:
    from docx.shared import Pt, RGBColor

    line = place.paragraphs[0]
    line._p.style = "Cell"
    mark = f" {cell.mark}" if cell.mark else ""
    run = line.add_run(told(written(cell, column.kind, language)) + mark)
    hidden = cell.tone == "hidden"
    run.font.size = Pt(layout.size * (SMALL if hidden else 1.0))
    run.italic = True if cell.tone == "rest" else None
    if cell.small:
        run.add_break()
        small = line.add_run(told(cell.small))
        small.font.size = Pt(layout.size * SMALL)
        small.font.color.rgb = RGBColor.from_string(_SOFT)
    if cell.tone in _FILLS:
        properties = place._tc.get_or_add_tcPr()
        shade = _element("w:shd", _FILLS[cell.tone])
        properties.insert_element_before(
            shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign"
        )


def _align(line: Paragraph, column: Column, *, heat: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if column.kind != "text":
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER if heat else WD_ALIGN_PARAGRAPH.RIGHT


def _add(parent: Any, name: str, attributes: Mapping[str, str]) -> Any:
    element = _element(name, attributes)
    parent.append(element)
    return element


def _element(name: str, attributes: Mapping[str, str]) -> Any:
    from docx.oxml import OxmlElement

    element: Any = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_name(key), value)
    return element


def _name(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))

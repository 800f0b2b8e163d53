"""Tables as the presentation program's own: editable, with a heading row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from diagnose.language import Language
from diagnose.report.deck.boxes import EMU, Box
from diagnose.report.deck.colours import (
    FAINT,
    FILLS,
    INK,
    SOFT,
    WHITE,
    ink_on,
    plain,
)
from diagnose.report.deck.grid import (
    ABOVE,
    LOUD,
    SIDE,
    Grid,
    cell_text,
    hidden_size,
    is_left,
)
from diagnose.report.deck.metrics import Metrics
from diagnose.report.deck.texts import safe, tag_of
from diagnose.report.document import Cell, Column

_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How one cell is set."""

    tag: str
    size: float
    colour: str = INK
    fill: str = ""
    bold: bool = False
    align: str = "l"
    on_side: bool = False
    line: str = ""
    hatched: bool = False


def add_table(
    slide: Any,
    grid: Grid,
    box: Box,
    *,
    language: Language,
    accent: str,
    metrics: Metrics,
) -> Any:
    """Add a table to a slide; return its frame."""
    height = sum(grid.heights)
    place = Box(left=box.left, top=box.top, width=sum(grid.widths), height=height)
    frame = slide.shapes.add_table(1, 1, *place.emu())
    frame.name = safe(grid.table.name)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", safe(grid.table.caption))
    old = frame._element.graphic.graphicData.tbl
    old.getparent().replace(old, _parsed(grid, language, plain(accent), metrics))
    return frame


def _parsed(grid: Grid, language: Language, accent: str, metrics: Metrics) -> Any:
    # One parse of the whole: cell by cell, the library takes a hundred times as long.
    from pptx.oxml import parse_xml

    widths = "".join(f'<a:gridCol w="{round(w * EMU)}"/>' for w in grid.widths)
    rows = [_head(grid, tag_of(language), accent)]
    rows += [_row(grid, row, language, metrics) for row in grid.table.rows]
    lines = "".join(
        f'<a:tr h="{round(height * EMU)}">{cells}</a:tr>'
        for height, cells in zip(grid.heights, rows, strict=True)
    )
    return parse_xml(
        f'<a:tbl xmlns:a="{_SPACE}"><a:tblPr firstRow="1" firstCol="1"/>'
        f"<a:tblGrid>{widths}</a:tblGrid>{lines}</a:tbl>"
    )


def _head(grid: Grid, tag: str, accent: str) -> str:
    return "".join(
        _cell(
            head.text,
            _Look(
                tag=tag,
                size=head.size,
                bold=True,
                line=accent,
                align="l" if head.on_side else _align(column, grid),
                on_side=head.on_side,
            ),
        )
        for head, column in zip(grid.heads, grid.table.columns, strict=True)
    )


def _row(
    grid: Grid, row: tuple[Cell, ...], language: Language, metrics: Metrics
) -> str:
    heat, tag = grid.table.heat, tag_of(language)
    cells = []
    for cell, column, width in zip(row, grid.table.columns, grid.widths, strict=True):
        text = cell_text(cell, column, language, heat=heat)
        look = _look(cell, column, grid, tag)
        if heat and cell.tone == "hidden":
            look = replace(look, size=hidden_size(text, width, grid.size, metrics))
        cells.append(_cell(text, look))
    return "".join(cells)


def _look(cell: Cell, column: Column, grid: Grid, tag: str) -> _Look:
    fill = FILLS.get(cell.tone, "")
    quiet = cell.tone == "hidden"
    return _Look(
        tag=tag,
        size=grid.size,
        colour=SOFT if quiet else ink_on(fill) if cell.tone in LOUD else INK,
        fill=fill,
        bold=cell.tone in LOUD,
        align=_align(column, grid),
        hatched=quiet,
    )


def _align(column: Column, grid: Grid) -> str:
    """Return where a column is aligned: a grid has its numbers in the middle."""
    if is_left(column):
        return "l"
    return "ctr" if grid.table.heat else "r"


def _cell(text: str, look: _Look) -> str:
    bold = ' b="1"' if look.bold else ""
    side, above = round(SIDE * EMU), round(ABOVE * EMU)
    anchor = "b" if look.line and not look.on_side else "ctr"
    vertical = ' vert="vert270"' if look.on_side else ""
    fill = _solid(look.fill) if look.fill else "<a:noFill/>"
    if look.hatched:
        fill = (
            f'<a:pattFill prst="ltUpDiag"><a:fgClr><a:srgbClr val="{FAINT}"/></a:fgClr>'
            f'<a:bgClr><a:srgbClr val="{WHITE}"/></a:bgClr></a:pattFill>'
        )
    font = f'lang="{look.tag}" sz="{round(look.size * 100)}"'
    colour = _solid(look.colour)
    letters = f"<a:rPr {font}{bold}>{colour}</a:rPr>"
    lines = [
        f"<a:r>{letters}<a:t>{escape(line)}</a:t></a:r>" for line in text.split("\n")
    ]
    words = f"<a:br>{letters}</a:br>".join(lines) if text else f"<a:endParaRPr {font}/>"
    none = "".join(f'<a:{edge} w="0"><a:noFill/></a:{edge}>' for edge in _BARE)
    return (
        f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{look.align}"/>'
        f'{words}</a:p></a:txBody><a:tcPr marL="{side}" marR="{side}" marT="{above}" '
        f'marB="{above}" anchor="{anchor}"{vertical}>{none}'
        f'<a:lnB w="{19050 if look.line else 6350}">{_solid(look.line or FAINT)}'
        f"</a:lnB>{fill}</a:tcPr></a:tc>"
    )


_BARE = ("lnL", "lnR", "lnT")


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'

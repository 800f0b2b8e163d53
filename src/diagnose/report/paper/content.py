"""A document as data for the page template: each block with its place and its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diagnose.instrument.export.paper import LOCALES
from diagnose.language import Language, load_catalogue
from diagnose.plots.style import HouseStyle
from diagnose.report.document import (
    Bullets,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Picture,
    Table,
    written,
)
from diagnose.report.paper.flow import Placed, make_runs
from diagnose.report.paper.selection import for_paper
from diagnose.report.paper.signs import (
    alternative,
    drawable,
    drawn_size,
    fitted,
    shortened,
    told,
)
from diagnose.report.paper.widths import (
    HEAD,
    LINE_TO_FILL_IN,
    PADDING,
    SMALL,
    Layout,
)

Part = dict[str, Any]

MARGIN = 15.0
ROOM, TURNED = 210 - 2 * MARGIN, 297 - 2 * MARGIN
"""Millimetres between the margins of A4, upright and turned sideways."""

_TALLEST = 228.0  # of a figure, with a heading above it on the same page
_MOST_SECTIONS, _MOST_BLOCKS = 4, 40
"""Of a document that needs no list of contents."""

_ROWS_KEPT_TOGETHER = 14


def paper_of(document: Document, style: HouseStyle, fonts: Sequence[str]) -> Part:
    """Return everything that the template needs, free of signs that cannot be printed.

    Parameters
    ----------
    document : Document
        What is set.
    style : HouseStyle
        Of the client.
    fonts : sequence of str
        Families in which signs are looked for, in this order.
    """
    language = document.language
    owner, title = owner_of(document, style), title_of(document)
    contents = load_catalogue("report").text("document.contents", language)
    document = for_paper(document)
    runs = make_runs(document, room=ROOM, turned=TURNED)
    length = sum(len(run.placed) for run in runs)
    many = len(document.sections) > _MOST_SECTIONS and length > _MOST_BLOCKS
    return {
        "title": fitted(title),
        "running": shortened(title, 95),
        # Often the title names the organisation, and once is enough.
        "owner": "" if owner in title else shortened(owner, 40),
        "author": owner,
        "keywords": document.name,
        "language": language,
        "region": LOCALES[language].partition("-")[2],
        "accent": style.accent,
        "fonts": list(fonts),
        "margin": MARGIN,
        "padding": PADDING,
        "small": SMALL,
        "logo": _logo(style, owner, language),
        "facts": [[fitted(name), fitted(value)] for name, value in document.facts],
        "contents": contents if many else "",
        "page": load_catalogue("paper").text("page", language),
        "runs": [
            {
                "turned": run.turned,
                "parts": [_part(one, language) for one in run.placed],
            }
            for run in runs
        ],
    }


def owner_of(document: Document, style: HouseStyle) -> str:
    """Return whose document it is: the client of the style, else the first fact."""
    first = document.facts[0][1] if document.facts else ""
    return " ".join(told(style.name or first).split())


def title_of(document: Document) -> str:
    """Return the title on one line; a document without one goes by its name."""
    return " ".join(told(document.title).split()) or document.name


def picture_alternative(picture: Picture, language: Language) -> str:
    """Return what a screen reader says of a figure."""
    unnamed = load_catalogue("report").text("document.figure", language)
    return alternative(picture.svg) or unnamed


def picture_width(picture: Picture, *, room: float, tallest: float) -> float:
    """Return how wide a figure is set, in millimetres, for it to fit on a page."""
    width, height = drawn_size(picture.svg)
    return round(min(room, tallest * width / height), 2)


def _logo(style: HouseStyle, owner: str, language: Language) -> Part | None:
    if not style.logo:
        return None
    kind = style.logo_kind or "png"
    return {
        "format": kind,
        "data": style.logo.decode("utf-8") if kind == "svg" else list(style.logo),
        "alt": logo_alternative(owner, language),
    }


def logo_alternative(owner: str, language: Language) -> str:
    """Return what a screen reader says of the logo."""
    return load_catalogue("paper").text("logo", language, name=owner)


def _part(placed: Placed, language: Language) -> Part:
    block = placed.block
    if isinstance(block, Paragraph):
        text = fitted(block.text)
        return {
            "kind": "paragraph",
            "text": text,
            "note": block.note,
            "leads": placed.leads,
        }
    if isinstance(block, Heading):
        text = " ".join(fitted(block.text).split())
        return {"kind": "heading", "level": placed.level, "text": text}
    if isinstance(block, Bullets):
        items = [fitted(item) for item in block.items]
        spoken = block.language or language
        return {"kind": "bullets", "items": items, "language": spoken}
    if isinstance(block, Picture):
        return {
            "kind": "picture",
            "svg": drawable(block.svg),
            "width": picture_width(block, room=ROOM, tallest=_TALLEST),
            "alt": picture_alternative(block, language),
        }
    return _table(block, placed.layout, language)


def _table(table: Table, layout: Layout | None, language: Language) -> Part:
    if layout is None:
        raise TypeError(f"the table {table.name!r} has not been laid out")
    columns = [
        {
            "heading": fitted(column.heading),
            "number": column.kind != "text",
            "turned": column.kind != "text" and not layout.upright_heads,
        }
        for column in table.columns
    ]
    return {
        "kind": "table",
        "caption": fitted(table.caption),
        "note": fitted(table.note),
        "heat": table.heat,
        "size": round(layout.size, 2),
        "head": HEAD,
        "height": LINE_TO_FILL_IN if layout.to_fill_in else 0,
        "widths": [round(width, 2) for width in layout.widths],
        "whole": len(table.rows) <= _ROWS_KEPT_TOGETHER and _is_short(table),
        "columns": columns,
        "rows": [
            [
                _cell(cell, column, language)
                for cell, column in zip(row, table.columns, strict=True)
            ]
            for row in table.rows
        ],
    }


def _is_short(table: Table) -> bool:
    """Tell whether a table of few rows fits on a page, however long its texts."""
    letters = sum(len(str(cell.value)) for row in table.rows for cell in row)
    return letters < 2500


def _cell(cell: Cell, column: Column, language: Language) -> Part | str:
    value = fitted(written(cell, column.kind, language))
    if not (cell.tone or cell.mark or cell.small):
        return value
    mark = f" {cell.mark}" if cell.mark else ""
    return {
        "value": value,
        "mark": mark,
        "tone": cell.tone,
        "small": fitted(cell.small),
    }

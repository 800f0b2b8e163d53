"""Slides cut into pages on which everything fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diagnose.language import Language
from diagnose.report.deck.boxes import Box
from diagnose.report.deck.charts import row_names, split_chart
from diagnose.report.deck.grid import Grid, set_table, wanted_width
from diagnose.report.deck.metrics import ELLIPSIS, Metrics, largest_size
from diagnose.report.deck.texts import BETWEEN, BODY_SIZES, BULLET, INSET, safe
from diagnose.report.document import Bullets, Paragraph, Picture, Table
from diagnose.report.slides import Chart, Slide, SlideBlock

GAP = 0.35
"""Space between two blocks side by side, in inches."""

WIDER, _WIDEST = 0.6, 0.74
"""Share of the width that the first of two blocks has, and has at most."""


Part = Bullets | Paragraph | Picture | Chart | Grid
"""A block, or as much of it as stands on one page; tables are set already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: a slide, or a part of one.

    Attributes
    ----------
    slide : Slide
        That it shows, or begins, or continues.
    parts : tuple of Part
        What stands on this page.
    boxes : tuple of Box
        Where each of them stands.
    notes : tuple of str
        Names of rows that had to be shortened, whole.
    number, n_pages : int
        Which page of the slide it is.
    """

    slide: Slide
    parts: tuple[Part, ...] = ()
    boxes: tuple[Box, ...] = ()
    notes: tuple[str, ...] = ()
    number: int = 1
    n_pages: int = 1


def cut_slide(
    slide: Slide, body: Box, metrics: Metrics, language: Language
) -> list[Page]:
    """Return the pages of a slide; one, where everything fits on it.

    Two blocks that do not both fit side by side stand on pages of their own.
    """
    if slide.layout != "content" or not slide.blocks:
        return [Page(slide=slide)]
    boxes = boxes_of(slide.blocks, body, metrics, language)
    cut = [
        cut_block(block, box, metrics, language)
        for block, box in zip(slide.blocks, boxes, strict=True)
    ]
    pages: list[tuple[Part, ...]]
    narrow = any(
        isinstance(block, Chart) and box.width < _LEAST_CHART
        for block, box in zip(slide.blocks, boxes, strict=True)
    )
    whole_beside = max(len(parts) for parts in cut) == 1
    if len(cut) > 1 and whole_beside and not narrow:
        pages = [tuple(parts[0] for parts in cut)]
    else:
        # Where two do not stand side by side whole, each has the whole width.
        whole = [cut_block(block, body, metrics, language) for block in slide.blocks]
        pages = [(part,) for parts in whole for part in parts]
    return [
        Page(
            slide=slide,
            parts=parts,
            boxes=boxes if len(parts) == len(boxes) else (body,),
            notes=_whole_names(slide, parts),
            number=number,
            n_pages=len(pages),
        )
        for number, parts in enumerate(pages, start=1)
    ]


def _whole_names(slide: Slide, parts: Sequence[Part]) -> tuple[str, ...]:
    """Return the names that stand shortened in the charts of a page, whole."""
    whole = [
        safe(name).replace("\n", " ")
        for block in slide.blocks
        if isinstance(block, Chart)
        for name in block.categories
    ]
    short = [
        name
        for part in parts
        if isinstance(part, Chart)
        for name in part.categories
        if name not in whole
    ]
    beginnings = tuple(name.partition(ELLIPSIS)[0].rstrip() for name in short)
    return tuple(name for name in whole if beginnings and name.startswith(beginnings))


def boxes_of(
    blocks: Sequence[SlideBlock], body: Box, metrics: Metrics, language: Language
) -> tuple[Box, ...]:
    """Return the place of each block; a table beside another takes what it needs."""
    if len(blocks) == 1:
        return (body,)
    share = WIDER
    if isinstance(blocks[1], Table):
        wanted = wanted_width(blocks[1], metrics, language) / (body.width - GAP)
        share = max(WIDER, min(1 - wanted, _WIDEST))
    return body.split(share, GAP)


def cut_block(
    block: SlideBlock, box: Box, metrics: Metrics, language: Language
) -> list[Part]:
    """Return a block in parts that each fit in a box."""
    if isinstance(block, Table):
        return list(grids_of(block, box, metrics, language))
    if isinstance(block, Chart):
        names = row_names(block, box.width, metrics)
        return list(split_chart(replace(block, categories=names), box.height))
    if isinstance(block, Bullets | Paragraph):
        return list(_cut_text(block, box, metrics))
    return [block]


def grids_of(
    table: Table, box: Box, metrics: Metrics, language: Language
) -> list[Grid]:
    """Return the table set in a box."""
    return set_table(table, (box.width, box.height), metrics, language)


def texts_of(block: Bullets | Paragraph) -> list[str]:
    """Return the paragraphs of a block of text, each on one line."""
    if isinstance(block, Paragraph):
        return safe(block.text).split("\n")
    return [safe(item).replace("\n", " ") for item in block.items]


def text_room(block: Bullets | Paragraph, box: Box) -> tuple[float, float]:
    """Return width and height for the letters of a block of text."""
    bullet = BULLET if isinstance(block, Bullets) else 0.0
    return box.width - 2 * INSET - bullet, box.height - INSET


def text_size(block: Bullets | Paragraph, box: Box, metrics: Metrics) -> float:
    """Return the size of the letters of a block that fits."""
    room = text_room(block, box)
    size = largest_size(metrics, texts_of(block), room, BODY_SIZES, between=BETWEEN)
    return size or BODY_SIZES[-1]


def _cut_text(block: Bullets | Paragraph, box: Box, metrics: Metrics) -> Iterator[Part]:
    """Yield as many paragraphs as fit, at a size that can still be read."""
    texts, room = texts_of(block), text_room(block, box)
    if largest_size(metrics, texts, room, BODY_SIZES, between=BETWEEN):
        yield block
        return
    size = _COMFORTABLE
    pieces = [piece for text in texts for piece in _pieces(text, room, size, metrics)]
    page: list[str] = []
    for piece in pieces:
        fits = largest_size(metrics, [*page, piece], room, [size], between=BETWEEN)
        if page and not fits:
            yield _with_texts(block, page)
            page = []
        page.append(piece)
    yield _with_texts(block, page)


_COMFORTABLE = 14.0
_LEAST_CHART = 5.0
"""A chart beside something else is no narrower than this, in inches."""


def _pieces(
    text: str, room: tuple[float, float], size: float, metrics: Metrics
) -> Iterator[str]:
    """Yield a paragraph in parts that each fit on a page of their own."""
    width, height = room
    lines = metrics.wrap(text, width, size)
    most = max(int(height / metrics.height("x", width, size)), 1)
    for start in range(0, len(lines), most):
        yield " ".join(lines[start : start + most])


def _with_texts(block: Bullets | Paragraph, texts: list[str]) -> Part:
    if isinstance(block, Bullets):
        return replace(block, items=tuple(texts))
    if len(texts) == 1:
        return replace(block, text=texts[0])
    return Bullets(items=tuple(texts))

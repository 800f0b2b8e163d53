"""A deck as a presentation that its reader can edit."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diagnose._options import check_option
from diagnose.language import Language
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.report.deck.archive import steady_bytes
from diagnose.report.deck.boxes import Box, box_of
from diagnose.report.deck.charts import add_chart
from diagnose.report.deck.colours import SOFT
from diagnose.report.deck.grid import Grid
from diagnose.report.deck.metrics import line_height
from diagnose.report.deck.pages import (
    Page,
    Part,
    cut_slide,
    text_size,
    texts_of,
)
from diagnose.report.deck.pictures import add_picture
from diagnose.report.deck.stage import (
    Stage,
    bodies_of,
    placeholder_of,
    set_stage,
    title_of,
)
from diagnose.report.deck.tables import add_table
from diagnose.report.deck.texts import (
    INSET,
    add_text,
    copy_placeholder,
    safe,
    tag_of,
    write_text,
)
from diagnose.report.document import Bullets, Paragraph
from diagnose.report.slides import Chart, Deck, SlideBlock

_TITLE_SIZES = (28.0, 26.0, 24.0, 22.0, 20.0)
_COVER_SIZES = (40.0, 36.0, 32.0, 28.0, 24.0, 20.0)
_MOST_LINES = 3
_NOTE_SIZE, _NOTE_GAP = 11.0, 0.12
_SOURCE_SIZES = (9.0, 8.0)
_SOURCE_ROOM = 0.16
"""Space around the source line where the layout has no place for it, in inches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What the parts of one deck are drawn with."""

    stage: Stage
    language: Language
    accent: str

    @property
    def tag(self) -> str:
        return tag_of(self.language)


def render_deck(deck: Deck, *, style: HouseStyle = PLAIN) -> bytes:
    """Return a deck as ``.pptx``: native charts and tables, titles in placeholders.

    What does not fit on a slide continues on the next, with ``(2/3)`` behind its
    title. A title that does not fit in three lines is shortened and stands whole in
    the speaker notes, as do notes under tables. The same deck gives the same bytes.

    Parameters
    ----------
    deck : Deck
        Slides, made of a publication.
    style : HouseStyle
        Colours and logo; its template, when there is one, gives master and layouts,
        and none of its own slides remains.

    Raises
    ------
    AssessmentError
        The template cannot be used (A040 to A044).
    """
    check_option("language", deck.language, Language)
    stage = set_stage(style)
    turn = _Turn(stage=stage, language=deck.language, accent=style.accent)
    pages = [page for slide in deck.slides for page in _cut(slide, turn)]
    for page, title in zip(pages, _unique_titles(pages), strict=True):
        _add_slide(turn, page, title)
    buffer = io.BytesIO()
    stage.presentation.save(buffer)
    return steady_bytes(buffer.getvalue(), title=safe(deck.title), language=turn.tag)


def _cut(slide: Any, turn: _Turn) -> list[Page]:
    body = _room(turn.stage, slide.source)
    return cut_slide(slide, body, turn.stage.metrics, turn.language)


def _unique_titles(pages: Sequence[Page]) -> list[str]:
    """Return a title a page; a screen reader tells slides apart by nothing else."""
    titles = []
    seen: Counter[str] = Counter()
    for page in pages:
        title = safe(page.slide.title).replace("\n", " ")
        if page.n_pages > 1:
            title = f"{title} ({page.number}/{page.n_pages})"
        seen[title] += 1
        titles.append(title if seen[title] == 1 else f"{title} [{seen[title]}]")
    return titles


def _add_slide(turn: _Turn, page: Page, title: str) -> None:
    stage, slide = turn.stage, page.slide
    key: str = slide.layout
    if key == "content" and len(page.parts) == 2:
        key = "two"
    layout = stage.layouts[key]
    made = stage.presentation.slides.add_slide(layout)
    whole = _write_title(turn, made, title, cover=slide.layout != "content")
    if slide.layout == "content":
        _add_parts(turn, made, page)
    else:
        _add_subtitle(turn, made, slide.blocks)
    _drop_empty(made)
    _add_foot(turn, made, layout, slide.source)
    _write_notes(
        turn, made, [whole, slide.notes, *page.notes, *_table_notes(page.parts)]
    )


def _write_title(turn: _Turn, made: Any, title: str, *, cover: bool) -> str:
    """Write the title; return it whole when it had to be shortened, else nothing."""
    shape = title_of(made)
    box = box_of(shape) or turn.stage.title
    width = box.width - 2 * INSET
    metrics = turn.stage.metrics
    for size in _COVER_SIZES if cover else _TITLE_SIZES:
        lines = metrics.wrap(title, width, size, bold=True)
        tall = metrics.height(title, width, size, bold=True)
        if len(lines) <= _MOST_LINES and tall <= box.height - 0.05:
            write_text(shape.text_frame, [title], tag=turn.tag, size=size)
            return ""
    size = _TITLE_SIZES[-1]
    ending = (
        title[title.rindex(" (") :] if title.endswith(")") and " (" in title else ""
    )
    ending = ending if "/" in ending else ""
    most = max(min(_MOST_LINES, int(box.height / line_height(size))), 1)
    body = title.removesuffix(ending)
    spare = metrics.width(f"{ending}  ", size, bold=True) / most
    short = metrics.shorten(body, width - spare, size, most, bold=True) + ending
    write_text(shape.text_frame, [short], tag=turn.tag, size=size)
    return title


def _room(stage: Stage, source: str) -> Box:
    """Return where contents stand, above the source line where it needs the room."""
    if not source or _foot_size(stage, stage.layouts["content"], source):
        return stage.body
    return stage.body.upper(stage.body.height - _source_height(stage, source))


def _source_height(stage: Stage, source: str) -> float:
    width = stage.body.width - 2 * INSET
    return stage.metrics.height(safe(source), width, _SOURCE_SIZES[-1]) + _SOURCE_ROOM


def _add_parts(turn: _Turn, made: Any, page: Page) -> None:
    homes = bodies_of(made)
    for place, (part, box) in enumerate(zip(page.parts, page.boxes, strict=True)):
        home = homes[place] if place < len(homes) else None
        _add_part(turn, made, part, box, home)


def _add_part(turn: _Turn, made: Any, part: Part, box: Box, home: Any) -> None:
    """Draw a part, in the placeholder that is its home where the slide has one."""
    if isinstance(part, Bullets | Paragraph):
        _add_words(turn, made, part, box, home)
        return
    if isinstance(part, Grid):
        frame = add_table(
            made,
            part,
            box,
            language=turn.language,
            accent=turn.accent,
            metrics=turn.stage.metrics,
        )
    elif isinstance(part, Chart):
        frame, *_ = add_chart(
            made,
            part,
            box,
            language=turn.language,
            accent=turn.accent,
            metrics=turn.stage.metrics,
        )
    else:
        frame = add_picture(made, part, box)
    if home is not None:
        _move_in(frame, home)
    if isinstance(part, Grid):
        _add_table_note(turn, made, part, box)


def _add_table_note(turn: _Turn, made: Any, grid: Grid, box: Box) -> None:
    """Write the note of a table below it, where there is room; else in the notes."""
    note, used = safe(grid.table.note), sum(grid.heights) + _NOTE_GAP
    width = max(sum(grid.widths), box.width * 0.8)
    tall = turn.stage.metrics.height(note, width - 2 * INSET, _NOTE_SIZE) + INSET
    if not note or used + tall > box.height:
        return
    place = Box(left=box.left, top=box.top + used, width=width, height=tall)
    add_text(made, place, [note], tag=turn.tag, size=_NOTE_SIZE, colour=SOFT)


def _move_in(frame: Any, home: Any) -> None:
    """Let a frame take the place of an empty placeholder."""
    from copy import deepcopy

    mark = deepcopy(home._element.ph)
    frame._element[0].nvPr.append(mark)
    home._element.getparent().remove(home._element)


def _add_words(
    turn: _Turn, made: Any, block: Bullets | Paragraph, box: Box, home: Any
) -> None:
    size = text_size(block, box, turn.stage.metrics)
    texts = texts_of(block)
    listed = isinstance(block, Bullets)
    tag = turn.tag
    if isinstance(block, Bullets) and block.language:
        tag = tag_of(block.language)
    if isinstance(block, Paragraph) and block.note:
        size = min(size, 14.0)
    if home is None:
        add_text(made, box, texts, tag=tag, size=size, bullets=listed)
        return
    home.left, home.top, home.width, home.height = box.emu()
    write_text(home.text_frame, texts, tag=tag, size=size, bullets=listed)


def _add_subtitle(turn: _Turn, made: Any, blocks: Sequence[SlideBlock]) -> None:
    texts = [
        text
        for block in blocks
        if isinstance(block, Bullets | Paragraph)
        for text in texts_of(block)
    ]
    homes = bodies_of(made)
    if not texts:
        return
    if homes:
        box = box_of(homes[0]) or turn.stage.body
        block = Bullets(items=tuple(texts))
        size = min(text_size(block, box, turn.stage.metrics), 18.0)
        write_text(homes[0].text_frame, texts, tag=turn.tag, size=size, bullets=False)
        return
    body = turn.stage.body
    size = text_size(Bullets(items=tuple(texts)), body, turn.stage.metrics)
    add_text(made, body, texts, tag=turn.tag, size=size)


def _drop_empty(made: Any) -> None:
    """Take away placeholders that nothing stands in; they would ask to be filled."""
    for shape in list(made.placeholders):
        empty = shape.has_text_frame and not shape.text_frame.text
        if empty and shape is not title_of(made):
            shape._element.getparent().remove(shape._element)


def _foot_size(stage: Stage, layout: Any, source: str) -> float:
    """Return at which size a source line fits in the footer; 0 where it does not."""
    foot = placeholder_of(layout, "ftr")
    box = box_of(foot) if foot is not None else None
    if box is None:
        return 0.0
    metrics, text = stage.metrics, safe(source)
    for size in _SOURCE_SIZES:
        tall = metrics.height(text, box.width - 2 * INSET, size)
        if tall <= box.height - 0.02:
            return size
    return 0.0


def _add_foot(turn: _Turn, made: Any, layout: Any, source: str) -> None:
    stage = turn.stage
    size = _foot_size(stage, layout, source)
    if source and size:
        copy_placeholder(
            made, placeholder_of(layout, "ftr"), safe(source), tag=turn.tag, size=size
        )
    elif source:
        room = stage.body
        tall = _source_height(stage, source)
        box = Box(left=room.left, top=room.bottom - tall, width=room.width, height=tall)
        small = _SOURCE_SIZES[-1]
        add_text(
            made, box, [source], tag=turn.tag, size=small, colour=SOFT, name="Source"
        )
    number = placeholder_of(layout, "sldNum")
    if number is not None and source:
        copy_placeholder(made, number, "", tag=turn.tag)


def _table_notes(parts: Sequence[Part]) -> list[str]:
    return [part.table.note for part in parts if isinstance(part, Grid)]


def _write_notes(turn: _Turn, made: Any, texts: Sequence[str]) -> None:
    written = [
        line for text in texts if text for line in safe(text).split("\n") if line
    ]
    if written:
        frame = made.notes_slide.notes_text_frame
        write_text(frame, written, tag=turn.tag)

"""Words on a slide: harmless, in a tagged language, in a box that holds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from diagnose.language import Language
from diagnose.plots.words import clean
from diagnose.report.deck.boxes import EMU, Box
from diagnose.report.deck.colours import rgb

_BEFORE_PERCENT = re.compile(r"(\d) %")
"""A number and its sign stay on one line."""

TAGS: dict[str, str] = {"en": "en-GB", "nl": "nl-NL"}
BODY_SIZES = (20.0, 18.0, 16.0, 14.0, 13.0, 12.0)
BETWEEN = 0.5
"""Space between paragraphs, in heights of a letter."""

INSET = 0.1
"""Space inside a box of text on either side, in inches."""

BULLET = 0.25
"""How far the lines of a list are set in, in inches."""


def safe(text: str) -> str:
    """Return text without signs that steer a program; its lines stay lines."""
    lines = (clean(line) for line in str(text).splitlines())
    return "\n".join(_BEFORE_PERCENT.sub("\\1\u00a0%", line) for line in lines)


def tag_of(language: Language | str) -> str:
    """Return the language tag of the file format."""
    return TAGS.get(language, language)


def write_text(
    frame: Any,
    paragraphs: Sequence[str],
    *,
    tag: str,
    size: float | None = None,
    colour: str = "",
    bullets: bool | None = None,
) -> None:
    """Write paragraphs into a text frame.

    `bullets` False takes away the bullets that a placeholder brings along, True sets
    them where it brings none; None leaves them as they are.
    """
    frame.word_wrap = True
    _keep_size(frame)
    for place, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = safe(text).replace("\n", " ")
        _set_font(run, tag, size, colour)
        _set_bullet(paragraph, bullets)
        if size and len(paragraphs) > 1:
            from pptx.util import Pt

            paragraph.space_before = Pt(0)
            paragraph.space_after = Pt(BETWEEN * size)


def add_text(
    slide: Any,
    box: Box,
    paragraphs: Sequence[str],
    *,
    tag: str,
    size: float,
    colour: str = "",
    name: str = "",
    bullets: bool = False,
) -> Any:
    """Add a box of text to a slide."""
    shape = slide.shapes.add_textbox(*box.emu())
    if name:
        shape.name = name
    write_text(
        shape.text_frame,
        paragraphs,
        tag=tag,
        size=size,
        colour=colour,
        bullets=bullets or None,
    )
    return shape


def copy_placeholder(
    slide: Any, source: Any, text: str, *, tag: str, size: float | None = None
) -> None:
    """Give a slide the footer or slide number of its layout.

    The library leaves these out when it makes a slide; in a presentation program the
    user would tick them on.
    """
    element = deepcopy(source._element)
    element.nvSpPr.cNvPr.set("id", str(slide.shapes._next_shape_id))
    for child in list(element.spPr):
        element.spPr.remove(child)  # place and look stay those of the layout
    slide.shapes._spTree.append(element)
    shape = slide.shapes[-1]
    if text:
        for extra in list(shape.text_frame._txBody.p_lst)[1:]:
            extra.getparent().remove(extra)
        paragraph = shape.text_frame.paragraphs[0]
        for child in list(paragraph._p):
            paragraph._p.remove(child)
        write_text(shape.text_frame, [text], tag=tag, size=size)
    for run in element.iter(f"{{{_SPACE}}}rPr"):
        run.set("lang", tag)


def _keep_size(frame: Any) -> None:
    from pptx.enum.text import MSO_AUTO_SIZE

    # Text was measured; a program that shrinks or grows it again would undo that.
    frame.auto_size = MSO_AUTO_SIZE.NONE


def _set_font(run: Any, tag: str, size: float | None, colour: str) -> None:
    run._r.get_or_add_rPr().set("lang", tag)
    if size:
        from pptx.util import Pt

        run.font.size = Pt(size)
    if colour:
        run.font.color.rgb = rgb(colour)


def _set_bullet(paragraph: Any, bullets: bool | None) -> None:
    if bullets is None:
        return
    from pptx.oxml import parse_xml

    properties = paragraph._p.get_or_add_pPr()
    indent = round(BULLET * EMU) if bullets else 0
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    marks = _MARKS if bullets else ("<a:buNone {space}/>",)
    for mark in marks:
        properties.append(parse_xml(mark.format(space=f'xmlns:a="{_SPACE}"')))


_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
_MARKS = (
    '<a:buFont {space} typeface="Arial"/>',
    '<a:buChar {space} char="•"/>',
)

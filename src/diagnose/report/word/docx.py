"""Documents for Word, for a consultant to change before they go out.

Everything stands in the running text or in tables, nothing in text boxes; headings,
lists and captions are styles, so a house style can be put on. Tables repeat their head
on each page, keep their rows whole and carry a description; figures carry their text
alternative. Folds stand open, and wide tables on pages turned sideways.

Tried in LibreOffice 7.4. Unverified: how each version of Word breaks the pages.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from diagnose.errors import UnsupportedError
from diagnose.language import load_catalogue
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.report.document import (
    Bullets,
    Document,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from diagnose.report.paper.content import (
    logo_alternative,
    owner_of,
    picture_alternative,
    picture_width,
    title_of,
)
from diagnose.report.paper.flow import Placed, make_runs
from diagnose.report.paper.picture import picture_png
from diagnose.report.paper.signs import drawn_size, shortened, told
from diagnose.report.word.look import set_look, spoken_in
from diagnose.report.word.package import describe, saved
from diagnose.report.word.pages import ROOM, TALLEST, TURNED, set_page, turn_page
from diagnose.report.word.table import add_table

if TYPE_CHECKING:
    from docx.document import Document as File

# A reader's program may not hyphenate, and then parts a word anywhere.
_UNBROKEN = 18
_LOGO_HEIGHT, _LOGO_WIDTH = 16.0, 60.0  # millimetres


def render_docx(document: Document, *, style: HouseStyle = PLAIN) -> bytes:
    """Return a document as a file for Word, on A4.

    Parameters
    ----------
    document : Document
        What is set; folds stand open.
    style : HouseStyle
        Colour and logo of the client.

    Returns
    -------
    bytes
        The same document in the same style gives the same bytes.

    Raises
    ------
    UnsupportedError
        A picture or the logo cannot be drawn.
    """
    from docx.api import Document as NewFile

    file = NewFile()
    owner, title = owner_of(document, style), title_of(document)
    set_look(file, style.accent, document.language)
    describe(file, document, title=title, owner=owner)
    set_page(
        file,
        running=shortened(title, 95),
        owner="" if owner in title else shortened(owner, 40),
        page=load_catalogue("paper").text("page", document.language),
    )
    _add_logo(file, document, style, owner)
    file.add_paragraph(title, "Title")
    for name, value in document.facts:
        fact = file.add_paragraph(style="Fact")
        fact.add_run(told(name), "Fact name")
        fact.add_run(f"\t{told(value)}")
    turned = False
    for run in make_runs(document, room=ROOM, turned=TURNED, unbroken=_UNBROKEN):
        if run.turned != turned:
            turn_page(file, sideways=run.turned)
            turned = run.turned
        for placed in run.placed:
            _add(file, placed, document, style.accent)
    return saved(file)


def _add(file: File, placed: Placed, document: Document, accent: str) -> None:
    block = placed.block
    if isinstance(block, Paragraph):
        text = file.add_paragraph(told(block.text), "Note" if block.note else "Normal")
        text.paragraph_format.keep_with_next = True if placed.leads else None
    elif isinstance(block, Heading):
        line = " ".join(told(block.text).split())
        file.add_paragraph(line, f"Heading {placed.level - 1}")
    elif isinstance(block, Bullets):
        for item in block.items:
            bullet = file.add_paragraph(told(item), "List Bullet")
            if block.language and block.language != document.language:
                spoken_in(bullet, block.language)
    elif isinstance(block, Picture):
        width = picture_width(block, room=ROOM, tallest=TALLEST)
        alternative = picture_alternative(block, document.language)
        _add_picture(file, picture_png(block.svg, width=width), width, alternative)
    elif isinstance(block, Table) and placed.layout is not None:
        add_table(file, block, placed.layout, document.language, accent)


def _add_picture(
    file: File, content: bytes, width: float, alternative: str, style: str = "Figure"
) -> None:
    from docx.image.exceptions import UnrecognizedImageError
    from docx.shared import Mm

    run = file.add_paragraph(style=style).add_run()
    try:
        shape = run.add_picture(io.BytesIO(content), width=Mm(width))
    except UnrecognizedImageError as error:
        raise UnsupportedError(
            "the logo of the house style is not a PNG that Word can show; "
            "give it as PNG or SVG, or leave it out."
        ) from error
    about = shape._inline.docPr
    about.set("name", f"Picture {about.get('id')}")
    about.set("descr", alternative)


def _add_logo(file: File, document: Document, style: HouseStyle, owner: str) -> None:
    if not style.logo:
        return
    alternative = logo_alternative(owner, document.language)
    if style.logo_kind == "svg":
        svg = style.logo.decode("utf-8")
        wide, high = drawn_size(svg)
        width = min(_LOGO_WIDTH, _LOGO_HEIGHT * wide / high)
        content = picture_png(svg, width=width)
    else:
        content = style.logo
        wide, high = _pixels(content)
        width = min(_LOGO_WIDTH, _LOGO_HEIGHT * wide / high)
    _add_picture(file, content, width, alternative, style="Logo")


def _pixels(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, which stand at the head of the file."""
    return (
        max(1, int.from_bytes(content[16:20], "big")),
        max(1, int.from_bytes(content[20:24], "big")),
    )

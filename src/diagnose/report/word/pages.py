"""Pages in Word: A4, upright or turned sideways, with running lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.section import Section
    from docx.text.paragraph import Paragraph

MARGIN = 20.0
ROOM, TURNED = 210 - 2 * MARGIN, 297 - 2 * MARGIN
"""Millimetres between the margins of A4, upright and turned sideways."""

TALLEST = 215.0
"""Of a figure, in millimetres, with a heading above it on the same page."""

_FIELD = re.compile(r"(\{number\}|\{pages\})")
_CODES = {"{number}": "PAGE", "{pages}": "NUMPAGES"}


def set_page(file: File, *, running: str, owner: str, page: str) -> None:
    """Set the first pages: no head on the very first, numbers on all.

    Parameters
    ----------
    file : docx.document.Document
        Changed in place.
    running, owner : str
        Left and right in the head of each page.
    page : str
        Foot of each page, with the fields ``{number}`` and ``{pages}``.
    """
    section = file.sections[0]
    _measure(section, sideways=False)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.style = "Header"
    head.text = f"{running}\t{owner}" if owner else running
    for foot in (section.footer.paragraphs[0], section.first_page_footer.paragraphs[0]):
        foot.style = "Footer"
        _number(foot, page)


def turn_page(file: File, *, sideways: bool) -> None:
    """Begin a new page that is turned sideways, or upright again."""
    from docx.enum.section import WD_SECTION

    section = file.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _measure(section, sideways=sideways)


def _measure(section: Section, *, sideways: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
    section.page_width = long if sideways else short
    section.page_height = short if sideways else long
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    section.header_distance, section.footer_distance = Mm(11), Mm(10)


def _number(foot: Paragraph, page: str) -> None:
    for piece in _FIELD.split(page):
        if code := _CODES.get(piece):
            _add_field(foot, code)
        elif piece:
            foot.add_run(piece)


def _add_field(foot: Paragraph, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run: Any = OxmlElement("w:r")
    run.text = "1"  # until the program counts
    field.append(run)
    foot._p.append(field)

"""Documents as PDF/UA-1, set by typst (https://typst.app/docs/reference/pdf/).

The template stands beside this module; texts go in as data. Fonts are those that typst
brings and those that matplotlib brings; those of the computer are never used, so the
same document gives the same bytes everywhere. A sign that no text face has is drawn as
a sign of its script and stays what it is for whoever searches, copies or listens.

Unverified: what an independent PDF/UA checker and each screen reader make of the tags.
Row headers are not tagged, for typst 0.15 does so only behind a switch.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from diagnose.errors import UnsupportedError
from diagnose.instrument.export.pdf import fonts
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.report.document import Document
from diagnose.report.paper.content import paper_of
from diagnose.report.paper.signs import LAST_RESORT, TEXT_FACE

if TYPE_CHECKING:
    from typst import Compiler, Fonts

CREATED = 946_684_800  # 1 January 2000: the same document gives the same bytes


def render_pdf(document: Document, *, style: HouseStyle = PLAIN) -> bytes:
    """Return a document as PDF, tagged for screen readers.

    Parameters
    ----------
    document : Document
        What is set; folds stand open, save those that hold details.
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
    from typst import TypstError

    paper = paper_of(document, style, families())
    try:
        content = _compiler().compile(
            input=_template(),
            format="pdf",
            sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
            pdf_standards="ua-1",
            timestamp=CREATED,
        )
    except TypstError as error:
        raise UnsupportedError(
            f"the document {document.name!r} cannot be set as PDF: {error.message}; "
            "look at the logo of the house style and at its figures, or leave out PDF."
        ) from error
    if not isinstance(content, bytes):
        raise TypeError(f"typst gave {type(content).__name__} instead of one file")
    return content


@cache
def families() -> tuple[str, ...]:
    """Return the sans faces in which a sign is looked for, those that are there."""
    known = set(type_faces().families())
    return tuple(name for name in (TEXT_FACE, LAST_RESORT) if name in known)


@cache
def type_faces() -> Fonts:
    """Return the faces that typst and matplotlib bring; read once a process."""
    from typst import Fonts

    return Fonts(include_system_fonts=False, font_paths=[fonts()])


@cache
def _compiler() -> Compiler:
    """Return the setter; one serves many documents."""
    from typst import Compiler

    return Compiler(font_paths=type_faces())


@cache
def _template() -> bytes:
    return (resources.files("diagnose.report.paper") / "report.typ").read_bytes()

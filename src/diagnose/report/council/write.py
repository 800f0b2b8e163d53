"""The files that a works council receives: a page to read and a pack to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from diagnose.language import Language
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.words import words_for
from diagnose.report.council.pack import pack_document
from diagnose.report.council.page import council_document

if TYPE_CHECKING:
    from diagnose.disclosure.files import FileAudit
    from diagnose.disclosure.ledger import Ledger
    from diagnose.disclosure.publication import Publication

PAGE, PACK = "disclosure.html", "data-protection.docx"


def render_council(
    publication: Publication,
    audit: FileAudit,
    *,
    language: Language = "en",
    style: HouseStyle = PLAIN,
    ledger: Ledger | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the files for a works council, one at a time.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    audit : FileAudit
        What the search of all other files found. The two files here are to be searched
        after they were written; they cannot hold their own fingerprints.
    language : {"en", "nl"}
        Of every word.
    style : HouseStyle
        Colour and logo of the client.
    ledger : Ledger, optional
        What was released earlier; without it the page says that it was not at hand.

    Yields
    ------
    (str, bytes)
        ``disclosure.html``, a page that needs nothing but itself: what was asked, who
        sees what, what was hidden and how that was checked. And
        ``data-protection.docx``: templates to fill in. The same publication, audit and
        ledger give the same bytes.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        `language` is not one of the languages of the program.
    """
    words_for(publication, language, "report")
    return _rendered(publication, audit, language, style, ledger)


def _rendered(
    publication: Publication,
    audit: FileAudit,
    language: Language,
    style: HouseStyle,
    ledger: Ledger | None,
) -> Iterator[tuple[str, bytes]]:
    from diagnose.report.html import render_html
    from diagnose.report.word import render_docx

    page = council_document(publication, audit, language=language, ledger=ledger)
    shown = render_html(publication, language, style=style, document=page)
    yield PAGE, shown.encode("utf-8")
    yield PACK, render_docx(pack_document(publication, language=language), style=style)

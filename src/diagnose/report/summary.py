"""A publication as something to read: the whole report, or what fits in a few pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from diagnose.language import Language, load_catalogue
from diagnose.plots.sheet import drawing
from diagnose.plots.words import Words, words_for
from diagnose.report.document import (
    Block,
    Document,
    Fold,
    Paragraph,
    Picture,
    Section,
    Table,
    tables_in,
)
from diagnose.report.sections import (
    make_sections,
    method_blocks,
    open_blocks,
    privacy_blocks,
    profile_blocks,
    reading_blocks,
)
from diagnose.report.short_section import short_blocks
from diagnose.report.steps_section import steps_blocks
from diagnose.report.title import report_title, title_lines

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def report_document(publication: Publication, language: Language = "en") -> Document:
    """Return the whole report as a document.

    Within `drawing` with a house style, its figures have the accent of the client.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}
        Of every word.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    """
    words = words_for(publication, language, "report")
    with drawing():
        sections = tuple(make_sections(words))
    return Document(
        name="report",
        title=report_title(words),
        language=language,
        facts=tuple(title_lines(words)),
        sections=sections,
    )


def summary_document(publication: Publication, language: Language = "en") -> Document:
    """Return what a reader with ten minutes needs, as a document.

    Findings, first steps, what cannot be concluded, the profile of the work floor, and
    how to read, protect and make the numbers. What the report folds away stays out.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}
        Of every word.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    """
    words = words_for(publication, language, "report")
    with drawing():
        sections = tuple(_summary_sections(words))
    title = load_catalogue("paper").text(
        "summary.title", language, title=report_title(words)
    )
    return Document(
        name="summary",
        title=title,
        language=language,
        facts=tuple(title_lines(words)),
        sections=sections,
    )


def _summary_sections(words: Words) -> Iterator[Section]:
    makers: dict[str, Callable[[Words], Iterable[Block]]] = {
        "short": _short,
        "steps": steps_blocks,
        "open": open_blocks,
        "profile": _profile,
        "reading": reading_blocks,
        "privacy": privacy_blocks,
        "methods": method_blocks,
    }
    for name, make in makers.items():
        blocks = tuple(block for block in make(words) if not isinstance(block, Fold))
        if blocks:
            title = words.text(f"section.{name}")
            yield Section(name=name, title=title, blocks=blocks)


def _short(words: Words) -> Iterator[Block]:
    more = load_catalogue("paper").text("summary.more", words.language)
    yield from chain(short_blocks(words), [Paragraph(text=more, note=True)])


def _profile(words: Words) -> Iterator[Block]:
    """Yield the first figure of the profile, and its table laid open."""
    found = tuple(profile_blocks(words))
    kinds: tuple[Iterable[Block], ...] = (
        (block for block in found if isinstance(block, Paragraph)),
        (block for block in found if isinstance(block, Picture)),
        (table for table in tables_in(found) if isinstance(table, Table)),
    )
    for blocks in kinds:
        yield from list(blocks)[:1]

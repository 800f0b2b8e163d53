"""What of a document goes on paper: all but the details that a page folds away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from diagnose.language import Language, load_catalogue
from diagnose.report.document import Block, Document, Fold, Paragraph, Section


def for_paper(document: Document) -> Document:
    """Return the document without its details; each section says what it leaves out.

    Parameters
    ----------
    document : Document
        As a page on a screen has it, where details open on demand.

    Returns
    -------
    Document
        The same one, where it holds no details.
    """
    sections = tuple(_section(one, document.language) for one in document.sections)
    return replace(document, sections=sections)


def _section(section: Section, language: Language) -> Section:
    left_out = sum(1 for _ in _details(section.blocks))
    if not left_out:
        return section
    key = "left_out" if left_out > 1 else "left_out_one"
    told = load_catalogue("paper").text(key, language, n=left_out)
    kept = tuple(_kept(section.blocks))
    return replace(section, blocks=(*kept, Paragraph(text=told, note=True)))


def _details(blocks: Sequence[Block]) -> Iterator[Fold]:
    for block in blocks:
        if isinstance(block, Fold) and block.detail:
            yield block
        elif isinstance(block, Fold):
            yield from _details(block.blocks)


def _kept(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if not isinstance(block, Fold):
            yield block
        elif not block.detail:
            yield replace(block, blocks=tuple(_kept(block.blocks)))

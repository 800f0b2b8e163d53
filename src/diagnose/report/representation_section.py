"""Whom the answers stand for: response, weights, silent people, late answers."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.plots import plot_response
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Words
from diagnose.report.build import folded
from diagnose.report.document import Block, Heading, Paragraph, Picture
from diagnose.report.representation_tables import representation_tables

MOST_ROWS = 60
"""Units of one figure that a reader still takes in; about three screens."""


def response_blocks(words: Words) -> Iterator[Block]:
    """Yield the response of the smallest units that fit in one figure."""
    level = response_level(words)
    if not level:
        return
    drawn = plot_response(words.publication, level, language=words.language)
    yield Picture(name="response", svg=figure_svg(drawn))


def response_level(words: Words) -> str:
    """Return the lowest level whose units fit in one figure; empty without units."""
    units = words.publication.participation.units
    if not len(units):
        return ""
    top, *lower = words.publication.hierarchy
    fitting = [name for name in lower if (units["level"] == name).sum() <= MOST_ROWS]
    return fitting[-1] if fitting else top


def representation_blocks(words: Words) -> Iterator[Block]:
    """Yield what weights, silent people and late answers say, where it is known."""
    tables = representation_tables(words)
    if not tables:
        return
    yield Heading(text=words.text("participation.stands_for"))
    yield Paragraph(text=words.text("participation.stands_for_intro"))
    for table in tables:
        yield folded(words, table)

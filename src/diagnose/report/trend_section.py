"""The section about waves: means and lines, the same people, the make-up."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.plots import plot_trend
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Words
from diagnose.report.build import folded
from diagnose.report.document import Block, Bullets, Heading, Paragraph, Picture
from diagnose.report.trend_tables import (
    language_shifts,
    leavers_table,
    lines_table,
    linked_table,
    lowest_table,
    makeup_table,
    trend_table,
)


def trend_blocks(words: Words) -> Iterator[Block]:
    """Yield the waves and what lies behind them, or that this is the first."""
    if not len(words.publication.trend):
        yield Paragraph(text=words.text("trend.none"))
        return
    yield Paragraph(text=words.text("trend.intro"))
    drawn = plot_trend(words.publication, language=words.language)
    yield Picture(name="trend", svg=figure_svg(drawn))
    yield folded(words, trend_table(words))
    if lines := lines_table(words):
        yield folded(words, lines)
    yield from _people(words)
    yield from _groups(words)


def _people(words: Words) -> Iterator[Block]:
    """Yield the same people in two waves, or why there are none."""
    yield Heading(text=words.text("trend.same_people"))
    linked, leavers = linked_table(words), leavers_table(words)
    key = "trend.linked" if linked else "trend.not_linked"
    yield Paragraph(text=words.text(key))
    for table in (linked, leavers):
        if table:
            yield folded(words, table)


def _groups(words: Words) -> Iterator[Block]:
    """Yield what the mix of respondents and the lowest units tell."""
    makeup, lowest = makeup_table(words), lowest_table(words)
    languages = tuple(language_shifts(words))
    if makeup or languages:
        yield Heading(text=words.text("trend.same_mix"))
        yield Paragraph(text=words.text("trend.makeup"))
        if languages:
            yield Bullets(items=languages)
        if makeup:
            yield folded(words, makeup)
    if lowest:
        yield Heading(text=words.text("trend.lowest_units"))
        yield Paragraph(text=words.text("trend.lowest"))
        yield folded(words, lowest)

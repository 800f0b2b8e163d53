"""The sections about units: the heat map, own and pooled means, divided teams."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.errors import InsufficientDataError
from diagnose.language import level_name
from diagnose.plots import plot_agreement, plot_divided, plot_ranks, plot_units
from diagnose.plots.divided import divided_strips
from diagnose.plots.heat_map import grid_subscales
from diagnose.plots.ranks import ranked_units
from diagnose.plots.svg import figure_svg
from diagnose.plots.titles import units_title
from diagnose.plots.words import Words, rows
from diagnose.report.build import folded, plots
from diagnose.report.document import Block, Fold, Heading, Paragraph, Picture
from diagnose.report.figure_tables import agreement_table
from diagnose.report.unit_pattern_tables import levels_table, spread_table
from diagnose.report.unit_tables import (
    divided_rows,
    divided_table,
    heat_table,
    models_table,
    ranks_table,
    subscale_units_table,
    unit_gap_tables,
)

MOST_STRIPS = 16
"""Strips that stand on one figure; of more, each subscale has a figure of its own."""


def unit_blocks(words: Words) -> Iterator[Block]:
    """Yield each level: its heat map, and own beside pooled means by subscale."""
    if not words.publication.hierarchy or not len(words.publication.units.cells):
        return
    yield Paragraph(text=words.text("units.intro"))
    yield Paragraph(text=words.text("units.now", level=words.level()))
    for level in words.publication.hierarchy:
        if not rows(words.publication.units.cells, level=level):
            continue
        yield Heading(
            text=words.text("units.level", level=level_name(level, words.language))
        )
        yield heat_table(words, level)
        for subscale in grid_subscales(plots(words), level):
            yield _subscale_fold(words, subscale, level)
        if rows(words.publication.units.models, level=level):
            table = models_table(words, level)
            yield Fold(
                summary=words.text("show_table", name=table.caption), blocks=(table,)
            )
    if len(words.publication.units.levels):
        yield Heading(text=words.text("units.levels"))
        yield Paragraph(text=words.text("units.levels_intro"))
        yield levels_table(words)


def _subscale_fold(words: Words, subscale: str, level: str) -> Fold:
    estimates = rows(words.publication.units.estimates, subscale=subscale, level=level)
    drawn = plot_units(words.publication, subscale, level, language=words.language)
    name = f"units-{level}-{subscale}"
    table = subscale_units_table(words, subscale, level)
    blocks: list[Block] = [Picture(name=name, svg=figure_svg(drawn)), table]
    if level == words.publication.hierarchy[-1] and ranked_units(words, subscale):
        order = plot_ranks(words.publication, subscale, language=words.language)
        blocks.append(Paragraph(text=words.text("units.order")))
        blocks.append(Picture(name=f"ranks-{subscale}", svg=figure_svg(order)))
        blocks.append(ranks_table(words, subscale))
    return Fold(
        summary=units_title(plots(words), words.subscale(subscale), estimates),
        blocks=tuple(blocks),
        detail=True,
    )


def divided_blocks(words: Words) -> Iterator[Block]:
    """Yield the units that are divided, or that none is."""
    if not words.publication.hierarchy or not len(words.publication.units.agreement):
        return
    yield from _agreement_blocks(words)
    if not divided_rows(words):
        yield Paragraph(text=words.text("divided.none"))
        return
    yield Paragraph(text=words.text("divided.intro"))
    yield from _spread_blocks(words)
    yield divided_table(words)


def _agreement_blocks(words: Words) -> Iterator[Block]:
    """Yield how far the people of each unit agree, divided or not."""
    try:
        drawn = plot_agreement(words.publication, language=words.language)
    except InsufficientDataError:
        return
    yield Picture(name="agreement", svg=figure_svg(drawn))
    yield folded(words, agreement_table(words), detail=True)


def _spread_blocks(words: Words) -> Iterator[Block]:
    """Yield how the answers of divided units spread: one figure, or one a subscale."""
    strips = divided_strips(plots(words))
    publication, language = words.publication, words.language
    if not strips:
        k = publication.thresholds.distributions
        yield Paragraph(text=words.text("divided.no_spread", k=k))
        return
    if len(strips) <= MOST_STRIPS:
        drawn = plot_divided(publication, language=language)
        yield Picture(name="divided", svg=figure_svg(drawn))
    else:
        for subscale in dict.fromkeys(strip[0]["subscale"] for strip in strips):
            drawn = plot_divided(publication, subscale, language=language)
            picture = Picture(name=f"divided-{subscale}", svg=figure_svg(drawn))
            yield Fold(summary=words.subscale(subscale), blocks=(picture,))
    yield folded(words, spread_table(words))


def unit_gap_blocks(words: Words) -> Iterator[Block]:
    """Yield the gap within units, where both sides may be shown."""
    tables = unit_gap_tables(words)
    if words.publication.hierarchy:
        key = "gap.units" if tables else "gap.no_units"
        yield Paragraph(text=words.text(key, k=words.publication.thresholds.scores))
    for table in tables:
        yield folded(words, table, detail=True)

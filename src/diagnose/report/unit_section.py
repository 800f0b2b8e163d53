"""The sections about units: the heat map, own and pooled means, divided teams."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.language import level_name
from diagnose.plots import plot_units
from diagnose.plots.heat_map import grid_subscales
from diagnose.plots.svg import figure_svg
from diagnose.plots.titles import units_title
from diagnose.plots.words import Words, rows
from diagnose.report.build import plots
from diagnose.report.document import Block, Fold, Heading, Paragraph, Picture
from diagnose.report.unit_tables import (
    divided_rows,
    divided_table,
    heat_table,
    models_table,
    subscale_units_table,
)


def unit_blocks(words: Words) -> Iterator[Block]:
    """Yield each level: its heat map, and own beside pooled means by subscale."""
    if not words.publication.hierarchy or not len(words.publication.units.cells):
        return
    yield Paragraph(text=words.text("units.intro"))
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


def _subscale_fold(words: Words, subscale: str, level: str) -> Fold:
    estimates = rows(words.publication.units.estimates, subscale=subscale, level=level)
    drawn = plot_units(words.publication, subscale, level, language=words.language)
    name = f"units-{level}-{subscale}"
    table = subscale_units_table(words, subscale, level)
    return Fold(
        summary=units_title(plots(words), words.subscale(subscale), estimates),
        blocks=(Picture(name=name, svg=figure_svg(drawn)), table),
    )


def divided_blocks(words: Words) -> Iterator[Block]:
    """Yield the units that are divided, or that none is."""
    if not words.publication.hierarchy or not len(words.publication.units.agreement):
        return
    if not divided_rows(words):
        yield Paragraph(text=words.text("divided.none"))
        return
    yield Paragraph(text=words.text("divided.intro"))
    yield divided_table(words)

"""The section that shows the answers, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.instrument.model import Item
from diagnose.plots import plot_distributions
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Words, rows
from diagnose.report.build import plots
from diagnose.report.document import Block, Fold, Heading, Paragraph, Picture, Table
from diagnose.report.tables import items_table


def item_blocks(words: Words) -> Iterator[Block]:
    """Yield the bars and the table of each subscale, then the context questions."""
    groups = item_groups(words)
    if not groups:
        return
    k = words.publication.thresholds.distributions
    yield Paragraph(text=words.text("items.intro", k=k))
    for name, topic, items in groups:
        yield Heading(text=topic)
        if not name:
            yield Paragraph(text=words.text("items.context_intro"), note=True)
        drawn = plot_distributions(words.publication, name, language=words.language)
        yield Picture(name=f"answers-{name or 'context'}", svg=figure_svg(drawn))
        made = item_tables(words, name, topic, items)
        yield Fold(summary=words.text("show_table", name=topic), blocks=tuple(made))


def item_groups(words: Words) -> list[tuple[str, str, list[Item]]]:
    """Return id, title and asked items of each subscale; context items have id ""."""
    instrument = words.publication.instrument
    asked = {row["item"] for row in rows(words.publication.distributions, role="floor")}
    groups = [
        (s.id, words.subscale(s.id), [item for item in s.items if item.id in asked])
        for s in instrument.subscales
    ]
    context: list[Item] = [i for i in instrument.context_items if i.id in asked]
    groups.append(("", plots(words).text("context"), context))
    return [group for group in groups if group[2]]


def item_tables(words: Words, name: str, topic: str, items: list[Item]) -> list[Table]:
    """Return one table for each response scale among the items."""
    by_scale: dict[str, list[Item]] = {}
    for item in items:
        scale = words.publication.instrument.response_scale_of(item.id)
        by_scale.setdefault(scale.id, []).append(item)
    return [
        items_table(words, topic, members, f"answers-{name or 'context'}-{scale}")
        for scale, members in by_scale.items()
    ]

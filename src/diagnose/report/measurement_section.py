"""The section that says how well was measured, and what may be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from diagnose.errors import InsufficientDataError
from diagnose.plots import (
    plot_comparisons,
    plot_correlations,
    plot_information,
    plot_loadings,
    plot_path,
)
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Words
from diagnose.report import measurement_tables
from diagnose.report.build import folded
from diagnose.report.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from diagnose.report.model_tables import model_tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOPICS = {
    "structure": (
        *("fits", "fits_less", "intended_best", "rival_better", "few_for_models"),
        *("no_model", "improper", "negative_loading", "weak_loading"),
    ),
    "pairs": ("merge", "merge_small", "pairs_unsure", "apart"),
    "treatment": ("treatment_alike", "treatment_matters", "treatment_unknown"),
    "precision": ("precise", "imprecise", "few_for_curves"),
    "comparisons": ("alike", "alike_partly", "not_alike", "untested"),
}
"""Findings by topic, in the order of reading."""

_TABLES = {
    "structure": ("factor-models", "loadings"),
    "pairs": ("pairs",),
    "precision": ("precision",),
    "comparisons": ("comparisons",),
}

_ON_PAPER = ("factor-models",)
"""Tables about models that are short enough to be read; others are looked up."""


def measurement_blocks(words: Words) -> Iterator[Block]:
    """Yield how well was measured."""
    yield Paragraph(text=words.text("measurement.intro"))
    yield measurement_tables.verdicts_table(words)
    yield folded(words, measurement_tables.reliability_table(words))
    analysed = measurement_tables.item_analysis_table(words)
    yield folded(words, analysed, detail=True)
    made = model_tables(words)
    for topic in TOPICS:
        yield from _topic_blocks(words, topic, made)
    if len(words.publication.measurement.careless):
        yield measurement_tables.careless_table(words)
        yield folded(words, measurement_tables.sensitivity_table(words))


def _topic_blocks(words: Words, topic: str, made: dict[str, Table]) -> Iterator[Block]:
    """Yield the sentences of a topic, then its tables; nothing without either."""
    sentences = tuple(
        finding.sentence(words.language)
        for finding in words.publication.findings
        if finding.code.partition(".")[2] in TOPICS[topic]
        and finding.kind in ("measurement", "open")
    )
    tables = [made[name] for name in _TABLES.get(topic, ()) if name in made]
    if not sentences and not tables:
        return
    yield Heading(text=words.text(f"measurement.{topic}"))
    if sentences:
        yield Bullets(items=sentences)
    if tables and topic in _figures():
        yield from _picture(words, topic)
    for table in tables:
        opened = tuple(_picture(words, "loadings")) if table.name == "loadings" else ()
        fold = folded(words, table)
        detail = table.name not in _ON_PAPER
        yield replace(fold, blocks=(*opened, *fold.blocks), detail=detail)


def _figures() -> dict[str, Callable[..., Figure]]:
    return {
        "structure": plot_path,
        "loadings": plot_loadings,
        "pairs": plot_correlations,
        "precision": plot_information,
        "comparisons": plot_comparisons,
    }


def _picture(words: Words, name: str) -> Iterator[Picture]:
    """Yield the figure; none when nothing was estimated or may be shown."""
    try:
        drawn = _figures()[name](words.publication, language=words.language)
    except InsufficientDataError:
        return
    yield Picture(name=f"measurement-{name}", svg=figure_svg(drawn))

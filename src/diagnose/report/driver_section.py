"""The section about what goes with the outcomes, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.errors import InsufficientDataError
from diagnose.plots import plot_drivers
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Words
from diagnose.report.build import folded
from diagnose.report.document import Block, Bullets, Heading, Paragraph, Picture
from diagnose.report.driver_tables import driver_tables

_LIMITS = ("cause", "conditions", "together", "people")
_OPEN = (
    *("few_for_drivers", "rough_drivers", "no_drivers", "drivers_hidden"),
    *("drivers_unclear", "drivers_alike", "one_sitting"),
)


def driver_blocks(words: Words) -> Iterator[Block]:
    """Yield the sentences, a figure and a table an outcome, then the limits."""
    if words.publication.drivers.models.empty:
        yield Paragraph(text=words.text("drivers.none"))
        return
    yield Paragraph(text=words.text("drivers.intro"))
    if sentences := _sentences(words):
        yield Bullets(items=sentences)
    made = driver_tables(words)
    models = made.pop("driver-models")
    drawn = False
    for name, table in made.items():
        outcome = name.partition("-")[2]
        try:
            figure = plot_drivers(words.publication, outcome, language=words.language)
        except InsufficientDataError:
            continue
        drawn = True
        yield Heading(text=words.subscale(outcome))
        yield Picture(name=name, svg=figure_svg(figure))
        yield folded(words, table, detail=True)
    yield folded(words, models)
    if drawn:
        yield Heading(text=words.text("drivers.limits"))
        yield Bullets(items=tuple(words.text(f"drivers.limit_{k}") for k in _LIMITS))


def _sentences(words: Words) -> tuple[str, ...]:
    return tuple(
        finding.sentence(words.language)
        for finding in words.publication.findings
        if finding.kind == "driver"
        or (finding.kind == "open" and finding.code.partition(".")[2] in _OPEN)
    )

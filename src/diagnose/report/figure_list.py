"""Which figures the report has, how each is drawn, and the tables with its numbers.

| figure | drawn by | its data |
|---|---|---|
| suitability | `plot_suitability` | suitability-shares |
| funnel | `plot_funnel` | funnel |
| response | `plot_response` | participation |
| profile-<role> | `plot_profile` | profile-<role> |
| answers-<subscale> | `plot_distributions` | answers-<subscale>-<response scale> |
| heat-map-<level> | `plot_heat_map` | heat-<level>; in the report the table itself |
| units-<level>-<subscale> | `plot_units` | units-<level>-<subscale> |
| ranks-<subscale> | `plot_ranks` | ranks-<subscale> |
| agreement | `plot_agreement` | agreement |
| divided, divided-<subscale> | `plot_divided` | divided-answers |
| gap | `plot_gap` | gap |
| drivers-<outcome> | `plot_drivers` | drivers-<outcome> |
| trend | `plot_trend` | trend |
| movement | `plot_movement` | movement |
| measurement-structure | `plot_path` | factor-models, loadings |
| measurement-loadings | `plot_loadings` | loadings |
| measurement-pairs | `plot_correlations` | pairs |
| measurement-precision | `plot_information` | precision |
| measurement-comparisons | `plot_comparisons` | comparisons |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from diagnose.plots import (
    plot_agreement,
    plot_comparisons,
    plot_correlations,
    plot_distributions,
    plot_divided,
    plot_drivers,
    plot_funnel,
    plot_gap,
    plot_heat_map,
    plot_information,
    plot_loadings,
    plot_movement,
    plot_path,
    plot_profile,
    plot_ranks,
    plot_response,
    plot_suitability,
    plot_trend,
    plot_units,
)
from diagnose.plots.divided import divided_strips
from diagnose.plots.heat_map import grid_subscales
from diagnose.plots.ranks import ranked_units
from diagnose.plots.words import Words, is_number, rows
from diagnose.report import tables
from diagnose.report.build import plots
from diagnose.report.document import Table
from diagnose.report.driver_tables import driver_tables
from diagnose.report.figure_tables import agreement_table, funnel_table
from diagnose.report.item_section import item_groups, item_tables
from diagnose.report.model_tables import model_tables
from diagnose.report.movement_section import movement_tables
from diagnose.report.representation_section import response_level
from diagnose.report.suitability_section import suitability_tables
from diagnose.report.trend_tables import trend_table
from diagnose.report.unit_pattern_tables import spread_table
from diagnose.report.unit_section import MOST_STRIPS
from diagnose.report.unit_tables import heat_table, ranks_table, subscale_units_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Tables = Callable[[], list[Table]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigure:
    """One figure of the report, not drawn yet.

    Attributes
    ----------
    name : str
        Short name, unique in the report; that of its `Picture`.
    draw : callable
        Draws it; raises `InsufficientDataError` when there is nothing to draw.
    tables : callable
        Returns the tables with its numbers.
    """

    name: str
    draw: Callable[[], Figure]
    tables: Tables


def report_figures(words: Words) -> Iterator[ReportFigure]:
    """Yield the figures in the order in which they are read, none of them drawn.

    Parameters
    ----------
    words : Words
        Of the section ``report``.
    """
    for part in (_whole, _answers, _units, _divided, _between, _measurement):
        yield from part(words)


def _figure(
    words: Words,
    name: str,
    plot: Callable[..., Figure],
    *arguments: object,
    tables: Tables,
    **options: object,
) -> ReportFigure:
    draw = partial(
        plot, words.publication, *arguments, language=words.language, **options
    )
    return ReportFigure(name=name, draw=draw, tables=tables)


def _whole(words: Words) -> Iterator[ReportFigure]:
    """Yield the figures about everybody together."""
    yield _figure(
        words,
        "suitability",
        plot_suitability,
        tables=lambda: [
            t for t in suitability_tables(words) if t.name == "suitability-shares"
        ],
    )
    yield _figure(words, "funnel", plot_funnel, tables=lambda: [funnel_table(words)])
    if level := response_level(words):
        yield _figure(
            words,
            "response",
            plot_response,
            level,
            tables=lambda: [tables.units_participation_table(words)],
        )
    for role in ("floor", "leader"):
        shown = rows(words.publication.profile, role=role)
        if any(is_number(row["mean"]) for row in shown):
            yield _figure(
                words,
                f"profile-{role}",
                plot_profile,
                role=role,
                tables=partial(_one, tables.profile_table, words, role),
            )


def _one(make: Callable[..., Table], *arguments: object) -> list[Table]:
    return [make(*arguments)]


def _answers(words: Words) -> Iterator[ReportFigure]:
    for name, topic, items in item_groups(words):
        yield _figure(
            words,
            f"answers-{name or 'context'}",
            plot_distributions,
            name,
            tables=partial(item_tables, words, name, topic, items),
        )


def _units(words: Words) -> Iterator[ReportFigure]:
    """Yield the map of each level, and its units on each subscale."""
    for level in words.publication.hierarchy:
        subscales = grid_subscales(plots(words), level)
        if not subscales:
            continue
        yield _figure(
            words,
            f"heat-map-{level}",
            plot_heat_map,
            level,
            tables=partial(_one, heat_table, words, level),
        )
        lowest = level == words.publication.hierarchy[-1]
        for subscale in subscales:
            yield _figure(
                words,
                f"units-{level}-{subscale}",
                plot_units,
                subscale,
                level,
                tables=partial(_one, subscale_units_table, words, subscale, level),
            )
            if lowest and ranked_units(words, subscale):
                yield _figure(
                    words,
                    f"ranks-{subscale}",
                    plot_ranks,
                    subscale,
                    tables=partial(_one, ranks_table, words, subscale),
                )


def _divided(words: Words) -> Iterator[ReportFigure]:
    """Yield how far units agree, and how the answers of divided ones spread."""
    if not words.publication.hierarchy:
        return
    yield _figure(
        words, "agreement", plot_agreement, tables=lambda: [agreement_table(words)]
    )
    strips = divided_strips(plots(words))
    if not strips:
        return
    spread = partial(_one, spread_table, words)
    if len(strips) <= MOST_STRIPS:
        yield _figure(words, "divided", plot_divided, tables=spread)
        return
    for subscale in dict.fromkeys(strip[0]["subscale"] for strip in strips):
        name = f"divided-{subscale}"
        yield _figure(words, name, plot_divided, subscale, tables=spread)


def _between(words: Words) -> Iterator[ReportFigure]:
    """Yield the figures that hold one thing against another."""
    yield _figure(words, "gap", plot_gap, tables=lambda: [tables.gap_table(words)])
    for name, table in driver_tables(words).items():
        if name != "driver-models":
            outcome = name.partition("-")[2]
            made = partial(list[Table], [table])
            yield _figure(words, name, plot_drivers, outcome, tables=made)
    if len(words.publication.trend):
        yield _figure(words, "trend", plot_trend, tables=lambda: [trend_table(words)])
    yield _figure(
        words, "movement", plot_movement, tables=lambda: movement_tables(words)[:1]
    )


def _measurement(words: Words) -> Iterator[ReportFigure]:
    """Yield the figures about how well was measured."""
    known = model_tables(words)
    drawn: dict[str, tuple[Callable[..., Figure], tuple[str, ...]]] = {
        "structure": (plot_path, ("factor-models", "loadings")),
        "loadings": (plot_loadings, ("loadings",)),
        "pairs": (plot_correlations, ("pairs",)),
        "precision": (plot_information, ("precision",)),
        "comparisons": (plot_comparisons, ("comparisons",)),
    }
    for topic, (plot, names) in drawn.items():
        found = [known[name] for name in names if name in known]
        if found:
            made = partial(list[Table], found)
            yield _figure(words, f"measurement-{topic}", plot, tables=made)

"""A figure of a publication as a notebook shows it, with its numbers folded below."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from diagnose.errors import InsufficientDataError
from diagnose.language import Language, default_language, load_catalogue
from diagnose.plots.numbers import Numbers
from diagnose.plots.show import Nothing, ShownFigure, show_figure
from diagnose.plots.words import words_for
from diagnose.report.document import Table, written
from diagnose.report.figure_list import report_figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from diagnose.disclosure import Publication


def show_plot(
    plot: Callable[..., Figure], publication: Publication, *options: object
) -> ShownFigure | Nothing:
    """Draw and show a figure with its numbers, or say that there is nothing to draw.

    An organisation without units, or whose leaders may not be shown, has the same
    notebooks; a page about the gap then says so instead of breaking off. The numbers
    are those of the table that the report has about the same thing.

    Parameters
    ----------
    plot : callable
        One of the ``plot_`` functions.
    publication : Publication
        What may be shown.
    *options
        Further arguments of `plot`.
    """
    try:
        shown = show_figure(plot(publication, *options))
    except InsufficientDataError:
        return Nothing(load_catalogue("plots").text("nothing", default_language()))
    return shown.with_numbers(numbers_of(plot, publication, *options))


def numbers_of(
    plot: Callable[..., Figure],
    publication: Publication,
    *options: object,
    language: Language | None = None,
) -> tuple[Numbers, ...]:
    """Return the tables with the numbers that a figure is drawn from.

    Parameters
    ----------
    plot : callable
        One of the ``plot_`` functions.
    publication : Publication
        What may be shown.
    *options
        Further arguments of `plot`.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    tuple of Numbers
        Empty for a figure that the report does not have.
    """
    speak = language or default_language()
    words = words_for(publication, speak, "report")
    asked = _arguments(plot, (publication, *options), {})
    fitting = []
    for figure in report_figures(words):
        draw = figure.draw
        if not isinstance(draw, partial) or draw.func is not plot:
            continue
        own = _arguments(plot, draw.args, draw.keywords)
        if all(own.get(name, value) == value for name, value in asked.items()):
            fitting.append((_distance(plot, asked, own), figure))
    if not fitting:
        return ()
    # of equals the last: the units of the lowest level, as the plots have it
    nearest = min(distance for distance, _ in fitting)
    chosen = [figure for distance, figure in fitting if distance == nearest][-1]
    return tuple(_numbers(table, speak) for table in chosen.tables())


def _arguments(
    plot: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]
) -> dict[str, Any]:
    bound = inspect.signature(plot).bind_partial(*given, **named).arguments
    return {k: v for k, v in bound.items() if k not in ("publication", "language")}


def _distance(
    plot: Callable[..., Any], asked: dict[str, Any], own: dict[str, Any]
) -> int:
    """Count the arguments that nobody asked for and that are not the usual ones."""
    usual = inspect.signature(plot).parameters
    return sum(
        value != usual[name].default and usual[name].default is not None
        for name, value in own.items()
        if name not in asked
    )


def _numbers(table: Table, language: Language) -> Numbers:
    return Numbers(
        caption=table.caption,
        headings=tuple(column.heading for column in table.columns),
        rows=tuple(
            tuple(
                " ".join(
                    p for p in (written(cell, column.kind, language), cell.mark) if p
                )
                for cell, column in zip(row, table.columns, strict=True)
            )
            for row in table.rows
        ),
        words=frozenset(
            place for place, column in enumerate(table.columns) if column.kind == "text"
        ),
    )

"""A figure as a notebook shows it: an SVG that carries its own text alternative."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from diagnose.language import default_language
from diagnose.plots.numbers import Numbers, behind, numbers_html
from diagnose.plots.svg import alt_text, figure_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ShownFigure:
    """A figure for the last line of a notebook cell.

    It is drawn the same way on every run, so that notebooks can be compared, and it
    brings its text alternative along, in the language in which it was drawn.
    """

    def __init__(self, figure: Figure) -> None:
        self._svg = figure_svg(figure)
        self._text = alt_text(figure)
        self._numbers = behind(figure)

    def __repr__(self) -> str:
        """Return the text alternative."""
        return self._text

    def _repr_html_(self) -> str:
        numbers = numbers_html(self._numbers, default_language())
        return f'<div class="diagnose-figure">{self._svg}{numbers}</div>'

    def with_numbers(self, tables: Sequence[Numbers]) -> ShownFigure:
        """Return it with tables of the numbers that it was drawn from, folded below.

        Parameters
        ----------
        tables : sequence of Numbers
            The tables.
        """
        self._numbers = tuple(tables)
        return self


def show_figure(figure: Figure) -> ShownFigure:
    """Return a figure in the form that notebooks and the book show.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What one of the ``plot_`` functions returned.
    """
    return ShownFigure(figure)


class Nothing:
    """What stands in place of a figure that a publication has nothing for."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __repr__(self) -> str:
        """Return the sentence."""
        return self._sentence

    def _repr_html_(self) -> str:
        return f"<p><em>{html.escape(self._sentence)}</em></p>"

"""A figure as a notebook shows it: an SVG that carries its own text alternative."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    def __repr__(self) -> str:
        """Return the text alternative."""
        return self._text

    def _repr_html_(self) -> str:
        return f'<div class="diagnose-figure">{self._svg}</div>'


def show_figure(figure: Figure) -> ShownFigure:
    """Return a figure in the form that notebooks and the book show.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What one of the ``plot_`` functions returned.
    """
    return ShownFigure(figure)

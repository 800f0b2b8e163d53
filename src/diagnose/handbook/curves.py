"""Pictures of simulations: lines that belong to no organisation."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from diagnose._options import check_option
from diagnose.handbook.curve_numbers import curve_numbers
from diagnose.language import (
    Language,
    default_language,
    format_number,
    format_share,
    load_catalogue,
)
from diagnose.plots.numbers import put_behind

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Picture = Literal[
    "margins",
    "unchanged",
    "example",
    "spread",
    "chances",
    "convention",
    "pulse",
    "surface",
]
_HEIGHT, _LEFT, _BOTTOM, _WIDE, _TALL = 3.55, 0.75, 0.62, 6.6, 2.3
_STYLES = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "D"))
_COLOURS = ("#1b4f72", "#b35806", "#5e3c99", "#1f2933")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Which columns a picture draws, and how.

    Attributes
    ----------
    x, y : str
        Columns of the two axes.
    band : tuple of str or None
        Columns of the ends of what is drawn around each line.
    shares : str
        Axes that are shares and written as percentages, such as ``"xy"``.
    marks : bool
        Whether every row gets a mark.
    lone : bool
        Whether rows are points of their own, not joined by a line.
    diagonal : bool
        Whether the line on which both axes agree is drawn.
    from_zero : bool
        Whether the axis upwards begins at zero.
    """

    x: str
    y: str = "estimate"
    band: tuple[str, str] | None = None
    shares: str = ""
    marks: bool = True
    lone: bool = False
    diagonal: bool = False
    from_zero: bool = True


_INTERVAL = ("conf_low", "conf_high")
_LAYOUTS: Mapping[str, _Layout] = {
    "margins": _Layout(x="n_teams", y="organisation_margin"),
    "unchanged": _Layout(x="rank", band=_INTERVAL, lone=True),
    "example": _Layout(
        x="exposure", y="share_below", shares="xy", marks=False, diagonal=True
    ),
    "spread": _Layout(
        x="step", y="median_share", band=("runs_low", "runs_high"), shares="y"
    ),
    "chances": _Layout(x="pioneer_share", band=_INTERVAL, shares="xy"),
    "convention": _Layout(x="committed_share", band=_INTERVAL, shares="xy"),
    "pulse": _Layout(x="time", band=_INTERVAL, from_zero=False),
    "surface": _Layout(x="distance", marks=False, from_zero=False),
}


def plot_curves(
    curves: Mapping[str, pd.DataFrame],
    picture: Picture,
    *,
    language: Language | None = None,
) -> Figure:
    """Draw results of simulations and of planning beside each other.

    For numbers that belong to no organisation; what was answered is drawn from a
    publication by the other ``plot_`` functions.

    Parameters
    ----------
    curves : mapping of str to pandas.DataFrame
        Word beside a line to the rows it joins. Words that the picture knows are
        translated, others stand as they are.
    picture : {"margins", "unchanged", "example", "spread", "chances", \
"convention", "pulse", "surface"}
        What is drawn. ``"margins"``: rows of `plan_table`, the organisation's margin
        by teams. ``"unchanged"``: columns rank, estimate, conf_low, conf_high, a
        point each. ``"example"``: columns exposure, share_below. ``"spread"``: a
        curve of `spread`. ``"chances"``: rows of `movement_chance`.
        ``"convention"``: rows of `naming_game_tipping`. ``"pulse"``: columns time,
        estimate, conf_low, conf_high. ``"surface"``: columns distance, estimate.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    matplotlib.figure.Figure
        To be shown with `show_figure`; it carries its text alternative.

    Raises
    ------
    ValueError
        An unknown picture, no curve, more than four, or rows without a column that
        is drawn.
    """
    check_option("picture", picture, Picture)
    layout = _LAYOUTS[picture]
    _check_curves(curves, layout)
    from diagnose.plots.sheet import drawing

    speak = language or default_language()
    words = load_catalogue("handbook")

    def text(key: str) -> str:
        return words.text(f"curves.{picture}.{key}", speak)

    def name(curve: str) -> str:
        known = f"curves.line.{curve}"
        return words.text(known, speak) if words.has(known) else curve

    with drawing():
        figure, axes = _sheet(text("title"))
        for number, (curve, rows) in enumerate(curves.items()):
            _draw(axes, rows, layout, number, name(curve))
        _finish(axes, layout, speak)
        axes.set_xlabel(text("x"))
        axes.set_ylabel(text("y"))
        if len(curves) > 1:
            _name_lines(axes, len(curves))
    figure.set_label(f"{text('title')}. {text('alt')}")
    named = {name(curve): rows for curve, rows in curves.items()}
    columns = (layout.x, layout.y, *(layout.band or ()))
    shares = [*(columns[:1] if "x" in layout.shares else ())]
    shares += columns[1:] if "y" in layout.shares else ()
    told = (text("title"), text("x"), text("y"))
    table = curve_numbers(named, columns, shares, told, speak)
    put_behind(figure, [table])
    return figure


def _sheet(title: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    from diagnose.plots.sheet import WIDTH

    figure = Figure(figsize=(WIDTH, _HEIGHT))
    heading = "\n".join(textwrap.wrap(title, 82))
    x, y = 0.1 / WIDTH, 1 - 0.09 / _HEIGHT
    figure.text(x, y, heading, size=11, weight="bold", va="top")
    box = (_LEFT / WIDTH, _BOTTOM / _HEIGHT, _WIDE / WIDTH, _TALL / _HEIGHT)
    return figure, figure.add_axes(box)


def _name_lines(axes: Axes, n_lines: int) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=n_lines,
        frameon=False,
        borderaxespad=0.2,
    )


def _check_curves(curves: Mapping[str, pd.DataFrame], layout: _Layout) -> None:
    if not 1 <= len(curves) <= len(_STYLES):
        raise ValueError(
            f"`curves` must hold 1 to {len(_STYLES)} lines; got {len(curves)}."
        )
    wanted = {layout.x, layout.y, *(layout.band or ())}
    for curve, rows in curves.items():
        if missing := sorted(wanted - set(rows.columns)):
            raise ValueError(f"the rows of {curve!r} lack the columns {missing}.")


def _draw(
    axes: Axes, rows: pd.DataFrame, layout: _Layout, number: int, label: str
) -> None:
    from diagnose.plots.sheet import FAINT

    (dash, mark), colour = _STYLES[number], _COLOURS[number]
    x, y = rows[layout.x], rows[layout.y]
    if layout.band is not None:
        low, high = (rows[column] for column in layout.band)
        if layout.lone:
            axes.vlines(x, low, high, color=colour, linewidth=1.2)
        else:
            axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(
        x,
        y,
        linestyle="none" if layout.lone else dash,
        marker=mark if layout.marks else "",
        color=colour,
        markersize=4,
        linewidth=1.6,
        label=label,
    )
    if layout.lone:
        axes.axhline(0, color=FAINT, linewidth=1, zorder=0)


def _digits(value: float) -> int:
    """Return how many digits an end of the axis needs, two at most."""
    return next(d for d in range(3) if d == 2 or abs(value - round(value, d)) < 1e-9)


def _finish(axes: Axes, layout: _Layout, speak: Language) -> None:
    """Write the ends of the axes in the language of the reader, and the grid."""
    from diagnose.plots.sheet import FAINT, SOFT

    if layout.diagonal:
        end = axes.dataLim.x1
        axes.plot([0, end], [0, end], color=SOFT, linewidth=0.8, zorder=0)
    for letter, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        share = letter in layout.shares

        def written(value: float, _: object, share: bool = share) -> str:
            form = format_share if share else format_number
            return form(value, speak, digits=0 if share else _digits(value))

        axis.set_major_formatter(written)
        axis.grid(True, color=FAINT, linewidth=0.6)
    if "y" in layout.shares and not layout.diagonal:
        axes.set_ylim(-0.03, 1.03)
    elif not layout.lone and layout.from_zero:
        axes.set_ylim(bottom=0)

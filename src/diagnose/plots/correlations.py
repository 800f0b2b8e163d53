"""The correlations of subscales: which of them the answers can tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.errors import InsufficientDataError
from diagnose.language import Language
from diagnose.plots.measurement_rows import estimator_name, measurement_source
from diagnose.plots.measurement_titles import pairs_title
from diagnose.plots.sheet import HIDDEN, INK, SOFT, WIDTH, drawing, fold, start_sheet
from diagnose.plots.words import Row, Words, is_number, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_LEFT, _ROW, _WIDEST = 1.95, 0.36, 0.56
_CHARACTER = 0.0445
"""How far a character of a slanted name reaches up, and to the right, in inches."""
_LIGHTEST, _DARKEST = 0.99, 0.42
"""Shades of a correlation of 0 and of 1: black text is read on both."""
Grid = Mapping[tuple[str, str], Row]


def plot_correlations(
    publication: Publication, *, language: Language | None = None
) -> Figure:
    """Draw the correlations of the subscales, free of error, as a lower triangle.

    The darker the cell, the stronger; every number is printed, with the ratio that
    the merge rule looks at below it. Outlined: the rule calls two subscales too alike
    (solid) or cannot tell (dashed). A pair that may not be shown is hatched.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}, optional
        Language of every word in the figure; that of the edition by default.

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot. Its text alternative is `alt_text(figure)`.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        `language` is not one of those listed.
    InsufficientDataError
        No correlation was estimated, or none may be shown.
    """
    words = words_for(publication, language, "plots")
    pairs = shown_pairs(words)
    if not pairs:
        raise InsufficientDataError(
            "`publication` holds no correlations of subscales: none was estimated, "
            "or none may be shown."
        )
    present = {row[end] for row in pairs for end in ("first", "second")}
    names = [s.id for s in publication.instrument.subscales if s.id in present]
    grid = {(row["first"], row["second"]): row for row in pairs}
    with drawing():
        sheet = start_sheet(
            words,
            title=pairs_title(words, pairs),
            alt=words.text("alt.correlations", n=len(names)),
            body=_room_above(words, names) + _ROW * (len(names) - 1) + 0.12,
            source=measurement_source(words, pairs),
            notes=[
                words.text("note.correlations", estimator=estimator_name(words, pairs)),
                *_hatched_note(words, names, grid),
                *merge_note(words, "outlines"),
            ],
        )
        wide, side = _width(words, names), len(names) - 1
        axes = sheet.axes(_LEFT, 0.12, wide * side, _ROW * side)
        _label(axes, words, names)
        _draw_cells(axes, words, names, grid)
    return sheet.figure


def shown_pairs(words: Words) -> list[Row]:
    """Return the pairs whose correlation may be shown."""
    return [
        r for r in rows(words.publication.measurement.pairs) if is_shown(r, "estimate")
    ]


def merge_note(words: Words, *lines: str) -> list[str]:
    """Return notes on the merge rule of the instrument, if it has one.

    The notes `lines` of the catalogue stand before it: what its outcomes look like.
    """
    stated = words.publication.instrument.dimensions
    if stated is None:
        return []
    rule = words.text(
        "note.merge",
        correlation=words.number(stated.merge.latent_correlation),
        htmt=words.number(stated.merge.htmt),
        n=words.number(stated.merge.fewest_respondents, 0),
    )
    return [" ".join([*(words.text(f"note.{line}") for line in lines), rule])]


def _room_above(words: Words, names: Sequence[str]) -> float:
    """Return how far the slanted names reach above the triangle, in inches."""
    labels = [_short(words, name) for name in names[:-1]]
    reaches = [_CHARACTER * len(s) - _ROW * y for y, s in enumerate(labels)]
    return 0.2 + max(reaches)


def _width(words: Words, names: Sequence[str]) -> float:
    """Return the width of a cell that leaves every slanted name on the sheet."""
    room = WIDTH - 0.1 - _LEFT
    return min(
        _WIDEST,
        *(
            (room - _CHARACTER * len(_short(words, name))) / (x + 0.5)
            for x, name in enumerate(names[:-1])
        ),
    )


def _short(words: Words, name: str) -> str:
    return fold(words.subscale(name), 30, 1)


def _hatched_note(words: Words, names: Sequence[str], grid: Grid) -> list[str]:
    n_pairs = len(names) * (len(names) - 1) // 2
    if len(grid) == n_pairs:
        return []
    return [words.text("note.hatched", hidden=words.text("hidden"))]


def _label(axes: Axes, words: Words, names: Sequence[str]) -> None:
    side = len(names) - 1
    axes.set_xlim(-0.5, side - 0.5)
    axes.set_ylim(side - 0.5, -0.5)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    labels = [_short(words, name) for name in names]
    axes.set_yticks(range(side), labels[1:])
    axes.tick_params(axis="y", labelsize=7.5)
    for x, label in enumerate(labels[:-1]):  # along the empty half, clear of each other
        axes.text(
            x - 0.12,
            x - 0.58,
            label,
            rotation=45,
            rotation_mode="anchor",
            ha="left",
            va="bottom",
            size=7.5,
        )


def _draw_cells(axes: Axes, words: Words, names: Sequence[str], grid: Grid) -> None:
    for y, second in enumerate(names[1:]):
        for x, first in enumerate(names[: y + 1]):
            row = grid.get((first, second)) or grid.get((second, first))
            _draw_cell(axes, words, x, y, row)
    outlined = [
        (x, y, row["verdict"])
        for y, second in enumerate(names[1:])
        for x, first in enumerate(names[: y + 1])
        if (row := grid.get((first, second)) or grid.get((second, first)))
    ]
    for x, y, verdict in outlined:  # last, so that no neighbour covers a line
        _outline(axes, x, y, verdict)


def _draw_cell(axes: Axes, words: Words, x: int, y: int, row: Row | None) -> None:
    from matplotlib.patches import Rectangle

    corner = (x - 0.5, y - 0.5)
    if row is None:
        axes.add_patch(
            Rectangle(corner, 1, 1, fc=HIDDEN, ec=SOFT, hatch="////", linewidth=0.4)
        )
        return
    strength = min(abs(row["estimate"]), 1.0)
    shade = _LIGHTEST - (_LIGHTEST - _DARKEST) * strength**1.5
    axes.add_patch(Rectangle(corner, 1, 1, fc=str(shade), ec="white", linewidth=0.8))
    above = 0.13 if is_number(row["htmt"]) else 0.0
    number = words.number(row["estimate"])
    axes.text(x, y - above, number, ha="center", va="center", size=7.8, color="black")
    if above:
        ratio = f"({words.number(row['htmt'])})"
        axes.text(x, y + 0.24, ratio, ha="center", va="center", size=5.8, color="black")


def _outline(axes: Axes, x: int, y: int, verdict: str) -> None:
    from matplotlib.patches import Rectangle

    style = {"merge": (2.0, "-"), "unsure": (1.3, (0, (3, 1.5)))}.get(verdict)
    if style is None:
        return
    width, line = style
    corner = (x - 0.46, y - 0.45)
    axes.add_patch(
        Rectangle(corner, 0.92, 0.9, fc="none", ec=INK, linewidth=width, linestyle=line)
    )

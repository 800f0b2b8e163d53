"""Units by subscales: every number printed, colour only where it means something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose.language import Language, level_name
from diagnose.plots.sheet import (
    HIDDEN,
    HIGHER,
    LOWER,
    SOFT,
    WIDTH,
    count_range,
    drawing,
    fold,
    source_line,
    start_sheet,
)
from diagnose.plots.titles import heat_map_title
from diagnose.plots.units import checked_level
from diagnose.plots.words import MARKS, Row, Words, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _LEFT, _ANGLED = 0.26, 1.75, 1.65
_FILL = {"higher": HIGHER, "lower": LOWER}


def plot_heat_map(
    publication: Publication,
    level: str | None = None,
    *,
    language: Language | None = None,
) -> Figure:
    """Draw the means of the units of one level on every subscale.

    Colour and marks only where a unit clearly differs from the rest of its level;
    painting the extremes of chance is what heat maps usually do. What is hidden is
    hatched. Units stand in the order of the organisation.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    level : str, optional
        Name of the level; the lowest one by default.
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
        The publication has no units, or none at this level.
    """
    words = words_for(publication, language, "plots")
    level = checked_level(publication, level)
    grid = unit_grid(words, level)
    subscales = grid_subscales(words, level)
    shown = [c for _, _, cells in grid for c in cells.values() if is_shown(c)]
    n_clear = sum(cell.get("direction") in _FILL for cell in shown)
    topic = words.text("level", level=level_name(level, words.language))
    with drawing():
        sheet = start_sheet(
            words,
            title=heat_map_title(words, topic, len(shown), n_clear),
            alt=words.text("alt.heat_map", n=len(grid), n_subscales=len(subscales)),
            body=_ANGLED + _ROW * max(len(grid), 1) + 0.08,
            source=source_line(
                words,
                words.text("role.floor"),
                count_range(words, [cell["n_respondents"] for cell in shown]),
            ),
            notes=[words.text("note.heat_map")],
        )
        wide = WIDTH - _LEFT - 0.45
        axes = sheet.axes(_LEFT, 0.08, wide, _ROW * max(len(grid), 1))
        _label(axes, words, grid, subscales)
        for y, (_, _, cells) in enumerate(grid):
            for x, subscale in enumerate(subscales):
                _draw_cell(axes, words, x, y, cells.get(subscale))
    return sheet.figure


def grid_subscales(words: Words, level: str) -> list[str]:
    """Return the subscales with cells at a level, in the order of the instrument."""
    present = {
        row["subscale"] for row in rows(words.publication.units.cells, level=level)
    }
    return [s.id for s in words.publication.instrument.subscales if s.id in present]


def unit_grid(
    words: Words, level: str, parent: tuple[str, ...] | None = None
) -> list[tuple[Row, str, dict[str, Row]]]:
    """Return one entry a unit: its first cell, its name, and its cells by subscale.

    Those of one parent, when it is named.
    The direction of each shown unit is joined to its cell. A unit that is rolled up
    on some subscales only, keeps one line: the roll-up has a line of its own.
    """
    units = words.publication.units
    directions = {
        (row["path"], row["subscale"]): row["direction"]
        for row in rows(units.estimates, level=level)
    }
    lines: dict[tuple[object, bool], dict[str, Row]] = {}
    for cell in rows(units.cells, level=level):
        if parent is not None and cell["parent"] != parent:
            continue
        key = (cell["path"], cell["status"] == "rest")
        known = directions.get((cell["path"], cell["subscale"]), "unclear")
        direction = "unclear" if key[1] else known
        lines.setdefault(key, {})[cell["subscale"]] = {**cell, "direction": direction}
    grid = []
    for cells in lines.values():
        first = next(iter(cells.values()))
        status = "rest" if first["status"] == "rest" else "shown"
        grid.append((first, words.unit(first["path"], status), cells))
    return grid


def unit_counts(words: Words) -> dict[tuple[tuple[str, ...], bool], float]:
    """Return the respondents of each unit, by path and whether it is a roll-up."""
    return {
        (row["path"], row["status"] == "rest"): row["n_respondents"]
        for row in rows(words.publication.participation.units)
    }


def _label(
    axes: Axes,
    words: Words,
    grid: Sequence[tuple[Row, str, dict[str, Row]]],
    subscales: Sequence[str],
) -> None:
    axes.set_xlim(-0.5, len(subscales) - 0.5)
    axes.set_ylim(len(grid) - 0.5, -0.5)
    axes.set_yticks(range(len(grid)), [fold(name, 25, 1) for _, name, _ in grid])
    axes.tick_params(axis="y", labelsize=7.5)
    axes.xaxis.tick_top()
    names = [fold(words.subscale(subscale), 30, 1) for subscale in subscales]
    axes.set_xticks(range(len(subscales)), names)
    for tick in axes.get_xticklabels():
        tick.set(rotation=60, ha="left", va="bottom", rotation_mode="anchor", size=7)
    counts = unit_counts(words)
    side: dict[str, Any] = {
        "transform": axes.get_yaxis_transform(),
        "size": 7.5,
        "va": "center",
    }
    for y, (first, _, _) in enumerate(grid):
        count = counts.get((first["path"], first["status"] == "rest"), float("nan"))
        axes.text(1.015, y, words.number(count, 0), **side)
    axes.text(1.015, -0.75, words.text("column.n"), color=SOFT, **side)


def _draw_cell(axes: Axes, words: Words, x: int, y: int, cell: Row | None) -> None:
    from matplotlib.patches import Rectangle

    corner = (x - 0.5, y - 0.5)
    if cell is None:
        return
    if not is_shown(cell):
        axes.add_patch(
            Rectangle(corner, 1, 1, fc=HIDDEN, ec=SOFT, hatch="////", linewidth=0.4)
        )
        return
    fill = _FILL.get(cell["direction"], "white")
    axes.add_patch(Rectangle(corner, 1, 1, fc=fill, ec=SOFT, linewidth=0.4))
    text = f"{words.number(cell['mean'])}{MARKS.get(cell['direction'], '')}"
    axes.text(x, y, text, ha="center", va="center", size=7.2, color="black")

"""Slides on the units: where they clearly differ, and which are divided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.language import level_name
from diagnose.plots.heat_map import unit_grid
from diagnose.plots.titles import heat_map_title
from diagnose.plots.words import Row, is_shown
from diagnose.report.build import (
    Field,
    make_table,
    numbers,
    parent_field,
    subscale_field,
    unit_field,
)
from diagnose.report.document import Table
from diagnose.report.slides import Slide
from diagnose.report.telling import Telling
from diagnose.report.unit_tables import divided_rows, heat_table

_MOST_ROWS = 14
"""Units that stand on one slide; of a level with more, the level above it does."""

_MOST_DIVIDED = 12
"""Cases of a divided unit that stand on one slide; the report has them all."""

_CLEAR = ("higher", "lower")


def heat_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the means of units, coloured only where they clearly differ."""
    named, words = telling.named, telling.words
    level = _level(telling)
    if not level:
        return
    shown = [
        cell
        for _, _, cells in unit_grid(named, level)
        for cell in cells.values()
        if is_shown(cell)
    ]
    if not shown:
        return
    n_clear = sum(cell.get("direction") in _CLEAR for cell in shown)
    topic = named.text("level", level=level_name(level, words.language))
    table = _bounded(telling, heat_table(words, level))
    yield telling.slide(
        "heat",
        heat_map_title(named, topic, len(shown), n_clear),
        table,
        source=telling.source(n=telling.counted(shown)),
    )


def _level(telling: Telling) -> str:
    """Return the lowest level where its units fit on a slide, else the first."""
    levels = telling.words.publication.hierarchy
    if not levels:
        return ""
    fitting = (
        level
        for level in reversed(levels)
        if len(unit_grid(telling.named, level)) <= _MOST_ROWS
    )
    return next(fitting, levels[0])


def _bounded(telling: Telling, table: Table) -> Table:
    """Return the rows with most clear differences, in their own order, and say so."""
    n = len(table.rows)
    if n <= _MOST_ROWS:
        return table

    def unclear(place: int) -> int:
        return -sum(cell.tone in _CLEAR for cell in table.rows[place])

    kept = sorted(sorted(range(n), key=unclear)[:_MOST_ROWS])
    told = telling.told("heat.some", n=n, shown=len(kept))
    note = f"{told} {table.note}" if table.note else told
    return replace(table, rows=tuple(table.rows[place] for place in kept), note=note)


def divided_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the units whose people see things very differently."""
    found = divided_rows(telling.words)
    if not found:
        return
    units = list(dict.fromkeys(row["path"] for row in found))
    if len(units) == 1:
        title = telling.told("divided.title_one", unit=telling.named.unit(units[0]))
    else:
        n = telling.words.number(len(units), 0)
        title = telling.told("divided.title", n=n)
    yield telling.slide(
        "divided",
        title,
        _divided_table(telling, found),
        source=telling.source(n=telling.counted(found)),
    )


def _divided_table(telling: Telling, found: list[Row]) -> Table:
    words = telling.words
    n_more = len(found) - _MOST_DIVIDED
    if n_more > 0:
        found = sorted(found, key=lambda row: row["a_wg"])[:_MOST_DIVIDED]
    note = telling.told("divided.more", n=n_more) if n_more > 0 else ""
    several = len({row["parent"] for row in found}) > 1
    units = len({row["path"] for row in found}) > 1
    return make_table(
        words,
        "divided",
        words.text("divided.caption"),
        [
            *([unit_field(words)] if units else []),
            *([parent_field(words)] if several else []),
            subscale_field(words),
            Field("n_respondents", "count"),
            *numbers("a_wg", "r_wg_j_uniform"),
        ],
        found,
        note=note,
    )

"""The tables of one unit."""

from __future__ import annotations

from dataclasses import replace

from diagnose.plots.words import MARKS, Row, is_number
from diagnose.report.build import (
    Field,
    direction_field,
    interval_fields,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import Cell, Table, Tone
from diagnose.report.packs.view import UnitView, children_of
from diagnose.report.unit_tables import heat_table


def picture_table(view: UnitView) -> Table:
    """Return the unit's own and pooled means beside those of the whole work floor."""

    def own(row: Row) -> Cell | float | None:
        direction = str(row["direction"])
        if not is_number(row["mean"]) or direction not in MARKS:
            return row["mean"] if is_number(row["mean"]) else None
        tone: Tone = "higher" if direction == "higher" else "lower"
        spoken = view.words.text(f"direction.{direction}")
        return Cell(
            value=row["mean"], tone=tone, mark=MARKS[direction], spoken=f"({spoken})"
        )

    table = make_table(
        view.words,
        "picture",
        view.told("table.picture", unit=view.name),
        [
            subscale_field(view.words),
            Field("n_respondents", "count"),
            Field("mean", "number", own),
            Field("estimate", "number"),
            *interval_fields("conf_low", "conf_high"),
            Field("whole", "number", heading="mean"),
            Field("difference", "signed"),
            direction_field(view.words),
        ],
        view.cells,
    )
    return _renamed(table, "whole", view.told("column.whole"))


def change_table(view: UnitView) -> Table:
    """Return this wave beside the one before."""
    table = make_table(
        view.words,
        "change",
        view.told("table.change", unit=view.name),
        [
            subscale_field(view.words),
            Field("n_before", "count", heading="n_respondents"),
            Field("mean_before", "number", heading="mean"),
            Field("n_respondents", "count"),
            Field("mean", "number"),
            Field("change", "signed", heading="difference"),
            *interval_fields("conf_low", "conf_high"),
            direction_field(view.words),
        ],
        view.changes,
    )
    before = view.told("column.mean_before")
    for key in ("n_before", "mean_before"):
        heading = next(c.heading for c in table.columns if c.key == key)
        table = _renamed(table, key, f"{before}: {heading}")
    return table


def leaders_table(view: UnitView) -> Table:
    """Return the work floor beside the leaders of the unit."""
    return make_table(
        view.words,
        "leaders",
        view.told("table.leaders", unit=view.name),
        [
            subscale_field(view.words),
            Field("n_floor", "count"),
            *numbers("mean_floor"),
            Field("n_leader", "count"),
            *numbers("mean_leader"),
            Field("difference", "signed"),
            *interval_fields("conf_low", "conf_high"),
            direction_field(view.words),
        ],
        view.gaps,
    )


def below_table(view: UnitView) -> Table | None:
    """Return the units right below this one; None when there are none to show."""
    below = children_of(view)
    if not any(is_number(row["mean"]) for row in below):
        return None
    table = heat_table(view.words, str(below[0]["level"]), view.path)
    return replace(table, caption=view.told("table.below", unit=view.name))


def _renamed(table: Table, key: str, heading: str) -> Table:
    columns = tuple(
        replace(column, heading=heading) if column.key == key else column
        for column in table.columns
    )
    return replace(table, columns=columns)

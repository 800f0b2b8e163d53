"""The tables about units: heat map, means of both sorts, agreement."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnose.language import level_name
from diagnose.plots.heat_map import grid_subscales, unit_counts, unit_grid
from diagnose.plots.ranks import ranked_units
from diagnose.plots.words import MARKS, Row, Words, is_number, is_shown, rows
from diagnose.report.build import (
    MISSING,
    Field,
    direction_field,
    hidden_cell,
    interval_fields,
    make_table,
    numbers,
    parent_field,
    plots,
    subscale_field,
    unit_field,
)
from diagnose.report.document import Cell, Column, Table, Tone

NULLS = ("uniform", "slight_skew", "moderate_skew")
_DIRECTIONS: Mapping[str, Tone] = {"higher": "higher", "lower": "lower"}


def heat_table(
    words: Words, level: str, parent: tuple[str, ...] | None = None
) -> Table:
    """Return the own means of the units of a level, or of a parent, on every subscale.

    Units below one parent need not say which.
    """
    subscales = grid_subscales(plots(words), level)
    several = (
        parent is None
        and len({row["parent"] for row in rows(_cells(words), level=level)}) > 1
    )
    columns = [Column(key="unit", heading=words.text("column.unit"))]
    columns.append(
        Column(
            key="n_respondents",
            heading=words.text("column.n_respondents"),
            kind="count",
        )
    )
    columns += [
        Column(key=s, heading=words.subscale(s), kind="number") for s in subscales
    ]
    counts = unit_counts(words)
    lines = []
    for first, name, cells in unit_grid(plots(words), level, parent):
        rest = first["status"] == "rest"
        below = plots(words).parent(first["parent"]) if several and not rest else ""
        line = [Cell(value=name, tone="rest" if rest else "", small=below)]
        line.append(_count(words, counts.get((first["path"], rest)), rest=rest))
        line += [_heat_cell(words, cells.get(subscale)) for subscale in subscales]
        lines.append(tuple(line))
    return Table(
        name=f"heat-{level}",
        caption=words.text(
            "units.heat_caption", level=level_name(level, words.language)
        ),
        columns=tuple(columns),
        rows=tuple(lines),
        note=words.text("units.heat_note", k=words.publication.thresholds.scores),
        heat=True,
    )


def _cells(words: Words) -> pd.DataFrame:
    return words.publication.units.cells


def _count(words: Words, count: float | None, *, rest: bool) -> Cell:
    if is_number(count):
        return Cell(value=count)
    return Cell(value=MISSING) if rest else hidden_cell(words)


def _heat_cell(words: Words, cell: Row | None) -> Cell:
    if cell is None:
        return Cell(value=MISSING)
    if not is_shown(cell):
        return hidden_cell(words)
    direction = _DIRECTIONS.get(cell["direction"], "")
    small = words.text("cell_n", n=words.number(cell["n_respondents"], 0))
    return Cell(
        value=cell["mean"],
        tone=direction,
        mark=MARKS.get(direction, ""),
        small=small,
        spoken=words.text(f"direction.{direction}")[2:] if direction else "",
    )


def unit_rows(words: Words, **where: object) -> list[Row]:
    """Return the cells of units with their estimates joined, hidden ones too."""
    units = words.publication.units
    estimates = {
        (row["path"], row["subscale"]): row for row in rows(units.estimates, **where)
    }
    joined = []
    for cell in rows(units.cells, **where):
        own = estimates.get((cell["path"], cell["subscale"]), {})
        own = own if cell["status"] == "shown" else {}
        joined.append({**own, **cell})
    return joined


def subscale_units_table(words: Words, subscale: str, level: str) -> Table:
    """Return own and pooled means of the units of one level on one subscale."""
    title = words.subscale(subscale)
    return make_table(
        words,
        f"units-{level}-{subscale}",
        words.text(
            "units.caption",
            subscale=title,
            level=level_name(level, words.language),
        ),
        [unit_field(words), *_estimate_fields(words), *_now_fields(words)],
        unit_rows(words, subscale=subscale, level=level),
    )


def _now_fields(words: Words) -> list[Field]:
    """Return the columns about the people who are there now, where any is known."""
    if not words.publication.units.estimates["now_estimate"].notna().any():
        return []
    return [
        Field("n_members", "count"),
        Field("now_estimate", "number"),
        *interval_fields("now_low", "now_high"),
    ]


def _order_fields() -> list[Field]:
    return [
        *numbers("rank_low", "rank_high", kind="count"),
        *numbers("p_lowest", "p_highest", kind="share"),
    ]


def ranks_table(words: Words, subscale: str) -> Table:
    """Return where each unit of the lowest level may stand in their order."""
    level = words.publication.hierarchy[-1]
    models = rows(words.publication.units.models, subscale=subscale, level=level)
    n_lowest = words.number(models[0]["n_lowest"], 0) if models else ""
    return make_table(
        words,
        f"ranks-{subscale}",
        words.text("units.order_caption", subscale=words.subscale(subscale)),
        [
            unit_field(words),
            parent_field(words),
            Field("n_respondents", "count"),
            *_order_fields(),
        ],
        ranked_units(words, subscale),
        note=words.text("units.order_note", n_lowest=n_lowest, level=words.level()),
    )


def _estimate_fields(words: Words) -> list[Field]:
    return [
        Field("n_respondents", "count"),
        Field("mean", "number", heading="own_mean"),
        Field("estimate", "number"),
        *interval_fields("conf_low", "conf_high"),
        Field("difference", "signed", heading="difference_rest"),
        *interval_fields("difference_low", "difference_high", "signed"),
        Field("p_adjusted", "p_value"),
        direction_field(words),
    ]


def units_table(words: Words) -> Table:
    """Return own and pooled means of all units, with every number they rest on."""

    def state(row: Row) -> str:
        k = words.publication.thresholds.scores
        return words.text(f"status.{row['status']}", k=k)

    return make_table(
        words,
        "units",
        words.text("sheet.units"),
        [
            unit_field(words),
            Field("level"),
            parent_field(words),
            subscale_field(words),
            *_estimate_fields(words),
            Field("reliability", "number"),
            *_now_fields(words),
            *_order_fields(),
            Field("status", read=state),
        ],
        unit_rows(words),
    )


def models_table(words: Words, level: str) -> Table:
    """Return how much the units of a level differ on each subscale."""
    return make_table(
        words,
        f"models-{level}",
        words.text("units.models_caption", level=level_name(level, words.language)),
        [
            subscale_field(words),
            *numbers("n_teams", "n_respondents", kind="count"),
            *numbers("mu", "tau2", "sigma2", "icc1"),
            *interval_fields("icc1_low", "icc1_high"),
            *numbers("icc2", "statistic"),
            *numbers("df", "df2"),
            Field("p_value", "p_value"),
            Field("n_lowest", "count"),
        ],
        rows(words.publication.units.models, level=level),
        note=words.text("units.models_note"),
    )


def divided_rows(words: Words) -> list[Row]:
    """Return the agreement of units that are divided."""
    return rows(words.publication.units.agreement, reading="divided")


def divided_table(words: Words) -> Table:
    """Return the units that are divided, with the indices that say so."""
    return make_table(
        words,
        "divided",
        words.text("divided.caption"),
        [
            unit_field(words),
            parent_field(words),
            subscale_field(words),
            Field("n_respondents", "count"),
            *numbers("r_wg_j_uniform", "r_wg_j_slight_skew", "r_wg_j_moderate_skew"),
            *numbers("a_wg", "ad_mean"),
            *(_chance_field(words, null) for null in NULLS),
        ],
        divided_rows(words),
        note=words.text("divided.note"),
    )


def _chance_field(words: Words, null: str) -> Field:
    """Return the column that says whether a unit agrees better than chance."""
    key = f"ad_mean_better_than_{null}"

    def answer(row: Row) -> str:
        if not is_number(row[key]):
            return MISSING
        return words.text("yes" if row[key] else "no")

    return Field(key, read=answer)


def unit_gap_tables(words: Words) -> list[Table]:
    """Return work floor and leaders within the units of each level that shows both."""
    gaps = words.publication.units.gaps
    return [
        make_table(
            words,
            f"gap-{level}",
            words.text("gap.units_caption", level=level_name(level, words.language)),
            [
                unit_field(words),
                parent_field(words),
                subscale_field(words),
                *numbers("n_floor", kind="count"),
                *numbers("mean_floor"),
                *numbers("n_leader", kind="count"),
                *numbers("mean_leader"),
                *numbers("difference", kind="signed"),
                *interval_fields("conf_low", "conf_high", "signed"),
                Field("p_adjusted", "p_value"),
                direction_field(words),
            ],
            rows(gaps, level=level),
        )
        for level in words.publication.hierarchy
        if rows(gaps, level=level)
    ]

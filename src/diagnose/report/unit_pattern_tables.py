"""The tables of where units differ, and how the answers of divided ones spread."""

from __future__ import annotations

from collections.abc import Mapping

from diagnose.diagnosis.divided import sides_of
from diagnose.diagnosis.levels import WITHIN
from diagnose.language import level_name
from diagnose.plots.divided import divided_strips, shape_of
from diagnose.plots.words import Row, Words, is_number, rows
from diagnose.report.build import (
    MISSING,
    Field,
    known_text,
    make_table,
    numbers,
    parent_field,
    plots,
    subscale_field,
    unit_field,
)
from diagnose.report.document import Cell, Column, Table


def levels_table(words: Words) -> Table:
    """Return the share of each level in the differences between people."""
    shares = rows(words.publication.units.levels)
    by_subscale: dict[str, dict[str, Row]] = {}
    for row in shares:
        by_subscale.setdefault(row["subscale"], {})[row["level"]] = row
    present = {row["level"] for row in shares}
    levels = [name for name in words.publication.hierarchy if name in present]
    columns = [
        Column(key="subscale", heading=words.text("column.subscale")),
        *(
            Column(
                key=f"share_{level}",
                heading=words.text(
                    "column.share_level", level=level_name(level, words.language)
                ),
                kind="share",
            )
            for level in levels
        ),
        Column(
            key="share_within", heading=words.text("column.share_within"), kind="share"
        ),
        *(
            Column(
                key=f"n_{level}",
                heading=words.text(
                    "column.n_units", level=level_name(level, words.language)
                ),
                kind="count",
            )
            for level in levels
        ),
        Column(
            key="n_respondents",
            heading=words.text("column.n_respondents"),
            kind="count",
        ),
    ]
    lines = [
        (
            Cell(value=words.subscale(subscale)),
            *(_of_level(own, level, "share") for level in (*levels, WITHIN)),
            *(_of_level(own, level, "n_units") for level in levels),
            Cell(value=own[WITHIN]["n_respondents"]),
        )
        for subscale, own in by_subscale.items()
    ]
    notes = dict.fromkeys(row["note"] for row in shares if row["note"])
    unsure = "; ".join(known_text(words, "findings", note) for note in notes)
    return Table(
        name="levels",
        caption=words.text("units.levels_caption"),
        columns=tuple(columns),
        rows=tuple(lines),
        note=" ".join(
            part
            for part in (
                words.text("units.levels_note"),
                words.text("units.levels_unsure", why=unsure) if unsure else "",
            )
            if part
        ),
    )


def _of_level(own: Mapping[str, Row], level: str, key: str) -> Cell:
    return Cell(value=own[level][key] if level in own else MISSING)


def spread_table(words: Words) -> Table:
    """Return how the answers of divided units spread over sides and options."""
    found: list[Row] = []
    for strip in divided_strips(words):
        low, middle, high = sides_of(strip)
        shares: Row = {"low": low, "middle": middle, "high": high}
        shape = plots(words).text(f"shape.{shape_of(strip)}")
        options = "; ".join(
            f"{words.number(row['value'], 0)}: {words.share(row['share'])}"
            for row in strip
            if is_number(row["value"])
        )
        found.append(
            {**strip[0], **shares, "shape": shape, "options": options or MISSING}
        )
    return make_table(
        words,
        "divided-answers",
        words.text("divided.spread_caption"),
        [
            unit_field(words),
            parent_field(words),
            subscale_field(words),
            *numbers("n_respondents", "n_answers", kind="count"),
            *numbers("low", "middle", "high", kind="share"),
            Field("shape"),
            Field("options"),
        ],
        found,
        note=words.text("divided.spread_note"),
    )

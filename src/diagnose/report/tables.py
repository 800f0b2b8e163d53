"""The tables about the organisation as a whole: who, where, gap and change."""

from __future__ import annotations

import math

from diagnose.instrument.model import Item
from diagnose.plots.words import Row, Words, rows
from diagnose.report.build import (
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
from diagnose.report.document import Cell, Column, Table


def roles_table(words: Words) -> Table:
    """Return the number of respondents of each role."""
    role = Field("role", read=lambda row: plots(words).text(f"role.{row['role']}"))
    return make_table(
        words,
        "roles",
        words.text("participation.roles_caption"),
        [role, Field("n_respondents", "count")],
        rows(words.publication.participation.roles),
    )


def units_participation_table(words: Words) -> Table:
    """Return the number of respondents, staff and the response of each unit."""
    return make_table(
        words,
        "participation",
        words.text("participation.units_caption"),
        [
            unit_field(words),
            Field("level"),
            parent_field(words),
            Field("n_respondents", "count"),
            Field("n_members", "count"),
            Field("response_rate", "share"),
            Field("margin", "number"),
        ],
        rows(words.publication.participation.units),
        note=words.text("participation.note", level=words.level()),
    )


def profile_table(words: Words, role: str) -> Table:
    """Return the mean and interval of each subscale for one role."""
    instrument = words.publication.instrument
    who = plots(words).text(f"role.{role}")

    def kind(row: Row) -> str:
        return plots(words).text(f"kind.{instrument.subscale(row['subscale']).kind}")

    return make_table(
        words,
        f"profile-{role}",
        words.text("profile.caption", who=who),
        [
            subscale_field(words),
            Field("kind", read=kind),
            Field("n_respondents", "count"),
            *numbers("mean"),
            *interval_fields("conf_low", "conf_high"),
            *numbers("sd"),
        ],
        rows(words.publication.profile, role=role),
    )


def meaning_table(words: Words) -> Table:
    """Return what a high mean on each subscale says."""
    present = set(words.publication.profile["subscale"])
    found: list[Row] = [
        {"subscale": s.id, "meaning": words.translated(s.meaning)}
        for s in words.publication.instrument.subscales
        if s.id in present
    ]
    return make_table(
        words,
        "meaning",
        words.text("profile.meaning_caption"),
        [subscale_field(words), Field("meaning")],
        found,
    )


def items_table(words: Words, topic: str, items: list[Item], name: str) -> Table:
    """Return how the work floor answered some items of one response scale."""
    scale = words.publication.instrument.response_scale_of(items[0].id)
    labels = {p.value: words.translated(p.label) for p in scale.points}
    answers = [
        Column(key=f"value_{place}", heading=labels[value], kind="share")
        for place, value in enumerate(scale.values)
    ]
    outer = make_table(
        words,
        name,
        words.text("items.caption", topic=topic),
        [
            Field("wording"),
            Field("item"),
            Field("n_respondents", "count"),
            Field("n_not_applicable", "count"),
            Field("n_unanswered", "count"),
        ],
        [],
    )
    wording, code, *counts = outer.columns
    return Table(
        name=name,
        caption=outer.caption,
        columns=(wording, code, *answers, *counts),
        rows=tuple(_item_row(words, item, scale.values) for item in items),
    )


def _item_row(words: Words, item: Item, values: tuple[float, ...]) -> tuple[Cell, ...]:
    found = {
        row["value"]: row
        for row in rows(words.publication.distributions, role="floor", item=item.id)
    }
    mark = " (R)" if item.keyed == "reverse" else ""
    name = (Cell(value=words.item(item) + mark), Cell(value=item.id.upper()))
    first = next(iter(found.values()), {})
    shown = [found.get(value, {}).get("share", math.nan) for value in values]
    counts = ("n_respondents", "n_not_applicable", "n_unanswered")
    shares = [_known(words, share) for share in shown]
    return (*name, *shares, *(_known(words, first.get(key)) for key in counts))


def _known(words: Words, value: float | None) -> Cell:
    if value is None or math.isnan(value):
        return hidden_cell(words)
    return Cell(value=value)


def gap_table(words: Words) -> Table:
    """Return work floor and leaders beside each other on each subscale."""
    return make_table(
        words,
        "gap",
        words.text("gap.caption"),
        [
            subscale_field(words),
            *numbers("n_floor", kind="count"),
            *numbers("mean_floor"),
            *numbers("n_leader", kind="count"),
            *numbers("mean_leader"),
            *numbers("difference", kind="signed"),
            *interval_fields("conf_low", "conf_high", "signed"),
            Field("p_adjusted", "p_value"),
            *numbers("hedges_g", kind="signed"),
            *interval_fields("g_low", "g_high", "signed"),
            direction_field(words),
        ],
        rows(words.publication.gap),
    )

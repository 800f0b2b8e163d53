"""The tables about waves: means, lines, make-up, linked people, lowest units."""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.diagnosis.makeup import UNIT
from diagnose.plots.words import Row, Words, is_number, rows
from diagnose.report.build import (
    Field,
    direction_field,
    interval_fields,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import Table


def trend_tables(words: Words) -> list[Table]:
    """Return every table about waves that has something to show."""
    if not len(words.publication.trend):
        return []
    tables = (make(words) for make in (trend_table, *BEHIND))
    return [table for table in tables if table is not None]


def trend_table(words: Words) -> Table:
    """Return each wave and the change since the wave before."""
    order = {s.id: i for i, s in enumerate(words.publication.instrument.subscales)}
    return make_table(
        words,
        "trend",
        words.text("trend.caption"),
        [
            subscale_field(words),
            Field("wave"),
            Field("n_respondents", "count"),
            *numbers("mean"),
            *interval_fields("conf_low", "conf_high"),
            *numbers("change", kind="signed"),
            *interval_fields("change_low", "change_high", "signed"),
            Field("p_adjusted", "p_value"),
            direction_field(words),
            _method(words),
        ],
        sorted(rows(words.publication.trend), key=lambda row: order[row["subscale"]]),
        note=words.text("trend.note"),
    )


def _method(words: Words) -> Field:
    """Return the column that says what a change is judged by."""

    def read(row: Row) -> str:
        if not row.get("method"):
            return ""
        n_teams = words.number(row["n_teams"], 0) if is_number(row["n_teams"]) else ""
        return words.text(f"judged.{row['method']}", n=n_teams)

    return Field("judged", read=read)


def lines_table(words: Words) -> Table | None:
    """Return the line through three waves and more; None for fewer."""
    found = rows(words.publication.change.lines)
    if not found:
        return None
    return make_table(
        words,
        "trend-lines",
        words.text("trend.lines_caption"),
        [
            subscale_field(words),
            *numbers("n_waves", "n_respondents", kind="count"),
            Field("slope", "signed"),
            *interval_fields("conf_low", "conf_high", "signed"),
            Field("p_adjusted", "p_value"),
            direction_field(words),
            Field("bend_p_adjusted", "p_value"),
            _method(words),
        ],
        found,
        note=words.text("trend.lines_note"),
    )


def linked_table(words: Words) -> Table | None:
    """Return the change of the same people; None where none may be shown."""
    found = rows(words.publication.change.linked)
    if not any(is_number(row["change"]) for row in found):
        return None
    return make_table(
        words,
        "trend-linked",
        words.text("trend.linked_caption", **_waves(words)),
        [
            subscale_field(words),
            Field("n_linked", "count"),
            *numbers("mean_before", "mean"),
            Field("change", "signed"),
            *interval_fields("conf_low", "conf_high", "signed"),
            Field("p_adjusted", "p_value"),
            direction_field(words),
            *numbers("smallest"),
            *numbers("n_better", "n_worse", "n_expected", kind="count"),
        ],
        found,
        note=words.text("trend.linked_note"),
    )


def leavers_table(words: Words) -> Table | None:
    """Return who did not answer again beside who did; None where not shown."""
    found = rows(words.publication.change.leavers)
    if not any(is_number(row["difference"]) for row in found):
        return None
    return make_table(
        words,
        "trend-leavers",
        words.text("trend.leavers_caption", **_waves(words)),
        [
            subscale_field(words),
            Field("n_stayed", "count"),
            Field("mean_stayed", "number"),
            Field("n_left", "count"),
            Field("mean_left", "number"),
            Field("difference", "signed"),
            *interval_fields("conf_low", "conf_high", "signed"),
            Field("p_adjusted", "p_value"),
            direction_field(words),
        ],
        found,
        note=words.text("trend.leavers_note"),
    )


def makeup_table(words: Words) -> Table | None:
    """Return each change with the make-up held the same; None without units."""
    found = rows(words.publication.change.makeup, across=UNIT)
    if not found:
        return None
    return make_table(
        words,
        "trend-makeup",
        words.text("trend.makeup_caption"),
        [
            subscale_field(words),
            Field("wave"),
            Field("n_groups", "count"),
            Field("change", "signed"),
            Field("within", "signed"),
            *interval_fields("within_low", "within_high", "signed"),
            Field("composition", "signed"),
            Field("turnover", "signed"),
            Field("total_variation", "share"),
        ],
        found,
        note=words.text("trend.makeup_note"),
    )


def lowest_table(words: Words) -> Table | None:
    """Return what the lowest units did beyond chance; None below ten units."""
    found = rows(words.publication.change.selected)
    if not found:
        return None
    return make_table(
        words,
        "trend-lowest",
        words.text("trend.lowest_caption", **_waves(words)),
        [
            subscale_field(words),
            Field("level"),
            Field("n_selected", "count"),
            Field("n_teams", "count"),
            Field("before", "number", heading="lowest_before"),
            Field("observed", "signed"),
            Field("expected", "signed", heading="expected_change"),
            Field("beyond", "signed"),
            *interval_fields("conf_low", "conf_high", "signed"),
            Field("p_adjusted", "p_value"),
            direction_field(words),
        ],
        found,
        note=words.text("trend.lowest_note"),
    )


def _waves(words: Words) -> dict[str, str]:
    before, last = words.publication.waves[-2:]
    return {"wave_before": before, "wave": last}


BEHIND = (lines_table, linked_table, leavers_table, makeup_table, lowest_table)
"""What lies behind the means, in the order in which it is read."""


def language_shifts(words: Words) -> Iterator[str]:
    """Yield how far the languages of the answers shifted, a sentence a step."""
    waves = words.publication.waves
    for row in rows(words.publication.change.makeup):
        if row["across"] != UNIT:
            yield words.text(
                "trend.languages",
                wave_before=waves[waves.index(row["wave"]) - 1],
                wave=row["wave"],
                share=words.share(row["total_variation"]),
            )

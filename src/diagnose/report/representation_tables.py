"""The tables about whom the answers stand for."""

from __future__ import annotations

from diagnose.plots.words import Row, Words, is_number, rows
from diagnose.report.build import (
    Field,
    direction_field,
    interval_fields,
    known_text,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import Table


def representation_tables(words: Words) -> list[Table]:
    """Return the tables of which at least one number is known."""
    means = rows(words.publication.representation.means)
    tables = []
    if any(is_number(row["weighted"]) for row in means):
        tables.append(_weights_table(words, means))
    if any(is_number(row["if_lower"]) for row in means):
        tables.append(_silent_table(words, means))
    timing = rows(words.publication.representation.timing)
    if any(is_number(row["difference"]) for row in timing):
        tables.append(_timing_table(words, timing))
    return tables


def _weights_table(words: Words, found: list[Row]) -> Table:
    notes = any(row["note"] for row in found)

    def note(row: Row) -> str:
        return known_text(words, "findings", row["note"])

    return make_table(
        words,
        "weights",
        words.text("participation.weights_caption"),
        [
            subscale_field(words),
            *numbers("n_respondents", kind="count"),
            *numbers("mean"),
            *interval_fields("conf_low", "conf_high"),
            *numbers("n_teams", kind="count"),
            *numbers("weighted"),
            *interval_fields("weighted_low", "weighted_high"),
            Field("difference", "signed", heading="shift_weighted"),
            *numbers("n_effective", kind="count"),
            *([Field("note", read=note)] if notes else []),
        ],
        found,
        note=words.text("participation.weights_note"),
    )


def _silent_table(words: Words, found: list[Row]) -> Table:
    return make_table(
        words,
        "silent",
        words.text("participation.silent_caption"),
        [
            subscale_field(words),
            *numbers("n_respondents", "n_members", kind="count"),
            *numbers("mean", "if_lower", "if_higher", "lowest", "highest"),
        ],
        found,
        note=words.text("participation.silent_note"),
    )


def _timing_table(words: Words, found: list[Row]) -> Table:
    return make_table(
        words,
        "timing",
        words.text("participation.timing_caption"),
        [
            subscale_field(words),
            *numbers("n_early", kind="count"),
            *numbers("mean_early"),
            *numbers("n_late", kind="count"),
            *numbers("mean_late"),
            *numbers("difference", kind="signed"),
            *interval_fields("conf_low", "conf_high", "signed"),
            Field("p_adjusted", "p_value"),
            direction_field(words),
            *numbers("trend", kind="signed"),
        ],
        found,
        note=words.text("participation.timing_note"),
    )

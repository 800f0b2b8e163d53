"""The tables about the quality of the answers."""

from __future__ import annotations

from diagnose.plots.words import Row, Words, rows
from diagnose.report.build import (
    Field,
    interval_fields,
    item_field,
    known_text,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import Table


def verdicts_table(words: Words) -> Table:
    """Return whether each subscale supports conclusions, and why."""
    return make_table(
        words,
        "verdicts",
        words.text("measurement.verdicts_caption"),
        [
            subscale_field(words),
            Field("verdict", read=lambda row: _finding(words, "verdict", row)),
            Field(
                "reason", read=lambda row: known_text(words, "findings", row["reason"])
            ),
        ],
        rows(words.publication.measurement.verdicts),
    )


def _finding(words: Words, group: str, row: Row) -> str:
    """Return the words for a code, from the catalogue of the findings."""
    return known_text(words, "findings", f"{group}.{row[group]}")


def reliability_table(words: Words) -> Table:
    """Return the reliability coefficients with their intervals."""
    return make_table(
        words,
        "reliability",
        words.text("measurement.reliability_caption"),
        [
            subscale_field(words),
            Field(
                "coefficient",
                read=lambda row: words.text(f"coefficient.{row['method']}"),
            ),
            Field("estimate", "number", heading="value"),
            *interval_fields("conf_low", "conf_high"),
            *numbers("n_respondents", "n_items", kind="count"),
            Field("note", read=lambda row: known_text(words, "findings", row["note"])),
        ],
        rows(words.publication.measurement.reliability),
    )


def item_analysis_table(words: Words) -> Table:
    """Return how each statement behaved."""
    return make_table(
        words,
        "items",
        words.text("measurement.items_caption"),
        [
            item_field(words),
            subscale_field(words),
            Field("n_respondents", "count"),
            *numbers("mean", "sd", "skew"),
            *numbers("floor", "ceiling", kind="share"),
            *numbers("item_rest_r", "alpha_if_dropped"),
            *numbers("share_missing", "share_not_applicable", kind="share"),
            Field(
                "flag",
                read=lambda row: known_text(words, "findings", row["flag"]),
                heading="note",
            ),
        ],
        rows(words.publication.measurement.items),
        note=words.text("measurement.items_note"),
    )


def careless_table(words: Words) -> Table:
    """Return how many respondents showed each sign of careless answering."""
    return make_table(
        words,
        "careless",
        words.text("measurement.careless_caption"),
        [
            Field("hurdle", read=lambda row: _finding(words, "hurdle", row)),
            *numbers("n_screened", "n_flagged", kind="count"),
        ],
        rows(words.publication.measurement.careless),
        note=words.text("measurement.careless_note"),
    )


def sensitivity_table(words: Words) -> Table:
    """Return the means with and without careless answers."""
    return make_table(
        words,
        "sensitivity",
        words.text("measurement.sensitivity_caption"),
        [
            subscale_field(words),
            *numbers("n_all", kind="count"),
            *numbers("mean_all"),
            *numbers("n_without", kind="count"),
            *numbers("mean_without"),
            *numbers("difference", kind="signed"),
        ],
        rows(words.publication.measurement.sensitivity),
    )

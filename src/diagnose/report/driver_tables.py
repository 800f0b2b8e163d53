"""The tables of what goes with the outcomes."""

from __future__ import annotations

from diagnose.plots.words import Row, Words, rows
from diagnose.report.build import (
    Field,
    interval_fields,
    known_text,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import Table


def driver_tables(words: Words) -> dict[str, Table]:
    """Return the models, then the weights of each outcome that has them, by name."""
    drivers = words.publication.drivers
    if drivers.models.empty:
        return {}
    made = {"driver-models": models_table(words)}
    for outcome in dict.fromkeys(drivers.weights["outcome"]):
        made[f"drivers-{outcome}"] = weights_table(words, str(outcome))
    return made


def models_table(words: Words) -> Table:
    """Return what all conditions explain together, and what clouds it."""
    return make_table(
        words,
        "driver-models",
        words.text("drivers.models_caption"),
        [
            _outcome_field(words),
            *numbers("n_respondents", "n_others", "n_conditions", kind="count"),
            *numbers("r_squared", "r_squared_adjusted", kind="index"),
            *interval_fields("r_squared_low", "r_squared_high", "index"),
            Field("p_value", "p_value"),
            *numbers("largest_vif", "first_factor", "mean_correlation"),
            Field("lmg_difference", "index"),
            Field(
                "note",
                read=lambda row: known_text(words, "findings", row["note"]),
            ),
        ],
        rows(words.publication.drivers.models),
        note=words.text("drivers.models_note"),
    )


def weights_table(words: Words, outcome: str) -> Table:
    """Return the weight of each condition, in the order of the questionnaire."""
    return make_table(
        words,
        f"drivers-{outcome}",
        words.text("drivers.caption", outcome=words.subscale(outcome)),
        [
            subscale_field(words),
            Field("n_respondents", "count"),
            Field("share", "share", heading="driver_share"),
            *interval_fields("share_low", "share_high", "share"),
            Field("estimate", "index", heading="driver_weight"),
            *interval_fields("conf_low", "conf_high", "index"),
            Field("rank_low", "count", heading="driver_rank_low"),
            Field("rank_high", "count", heading="driver_rank_high"),
            Field("correlation", "signed"),
            *interval_fields("correlation_low", "correlation_high", "signed"),
            Field("p_adjusted", "p_value"),
            Field(
                "holds", read=lambda row: _beyond(words, row), heading="driver_beyond"
            ),
            Field("vif", "number"),
            Field("mean", "number"),
            Field("headroom", "share"),
            *interval_fields("headroom_low", "headroom_high", "share"),
        ],
        rows(words.publication.drivers.weights, outcome=outcome),
        note=words.text("drivers.note", level=words.level()),
    )


def _outcome_field(words: Words) -> Field:
    return Field("outcome", read=lambda row: words.subscale(row["outcome"]))


def _beyond(words: Words, row: Row) -> str | None:
    keys = {"yes": "drivers.holds", "no": "drivers.chance"}
    return words.text(keys[row["holds"]]) if row["holds"] in keys else None

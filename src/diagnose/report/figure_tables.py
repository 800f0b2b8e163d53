"""The tables beside figures without one: agreement, and the funnel of the response."""

from __future__ import annotations

from diagnose.plots.agreement import agreement_rows, reading_name
from diagnose.plots.funnel import Stage, funnel_stages, stage_name
from diagnose.plots.words import Row, Words, is_number, is_shown, rows
from diagnose.report.build import (
    Field,
    make_table,
    numbers,
    parent_field,
    plots,
    subscale_field,
    unit_field,
)
from diagnose.report.document import Table


def agreement_table(words: Words, subscale: str | None = None) -> Table:
    """Return the indices and the reading of each unit, of one subscale or of all.

    The data of `diagnose.plots.plot_agreement`.
    """
    own = plots(words)
    skewed = [
        name
        for name in ("r_wg_j_slight_skew", "r_wg_j_moderate_skew")
        if name in words.publication.units.agreement
    ]
    return make_table(
        words,
        f"agreement-{subscale}" if subscale else "agreement",
        own.text("agreement.caption"),
        [
            unit_field(words),
            parent_field(words),
            subscale_field(words),
            Field("n_respondents", "count"),
            *numbers("a_wg", "r_wg_j_uniform", *skewed, "ad_mean"),
            Field(
                "reading",
                read=lambda row: reading_name(own, row["reading"]),
                heading="agreement_reading",
            ),
        ],
        agreement_rows(own, subscale),
        note=own.text("agreement.caption_note"),
    )


def funnel_table(words: Words) -> Table:
    """Return how many people are left at each stage, subscale by subscale.

    The data of `diagnose.plots.plot_funnel`.
    """
    own = plots(words)
    found: list[Row] = []
    for stage in funnel_stages(own):
        if stage.name in ("members", "answered", "hidden"):
            found.append(_row(stage, stage_name(own, stage)))
        if stage.name == "answered":
            found += _scores(own, stage)
    return make_table(
        words,
        "funnel",
        own.text("funnel.caption"),
        [
            Field("role", read=lambda row: own.text(f"role.{row['role']}")),
            Field("stage", heading="funnel_stage"),
            Field("n_respondents", "count", heading="funnel_people"),
            Field("share", "share", heading="funnel_share"),
        ],
        found,
        note=own.text("note.funnel"),
    )


def _row(stage: Stage, name: str) -> Row:
    return {
        "role": stage.role,
        "stage": name,
        "n_respondents": stage.count,
        "share": stage.share,
        "status": "hidden" if stage.name == "hidden" else "shown",
    }


def _scores(words: Words, answered: Stage) -> list[Row]:
    """Return the number of people with a score on each subscale that is shown."""
    whole = (
        answered.count / answered.share if is_number(answered.share) else answered.count
    )
    return [
        {
            "role": answered.role,
            "stage": words.text(
                "funnel.score", subscale=words.subscale(row["subscale"])
            ),
            "n_respondents": row["n_respondents"],
            "share": row["n_respondents"] / whole,
            "status": "shown",
        }
        for row in rows(words.publication.profile, role=answered.role)
        if is_shown(row)
    ]

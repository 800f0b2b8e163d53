"""The section on what could become of a start by a few, with what it assumes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.diagnosis.movement import BRIDGES, DENSITY
from diagnose.diagnosis.movement_teams import LARGEST_TEAM
from diagnose.plots import plot_movement
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Row, Words, rows
from diagnose.report.build import (
    Field,
    folded,
    interval_fields,
    make_table,
    numbers,
    subscale_field,
)
from diagnose.report.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    Table,
)

_ASSUMPTIONS = (
    *("people", "ties", "drive", "joins", "knobs"),
    *("better", "pioneers", "left_out", "sources"),
)


def movement_blocks(words: Words) -> Iterator[Block]:
    """Yield the what-if and its assumptions; or, where it was asked for, why not."""
    own = replace(words, section="movement")
    movement = words.publication.movement
    if not len(movement.chances):
        if any(f.code == "open.no_movement" for f in words.publication.findings):
            yield Paragraph(text=own.text("none"))
        return
    n_runs = words.number(movement.chances["n_runs"].iloc[0], 0)
    yield Paragraph(text=own.text("intro", n_runs=n_runs))
    drawn = plot_movement(words.publication, language=words.language)
    yield Picture(name="movement", svg=figure_svg(drawn))
    yield Heading(text=own.text("claims"))
    yield Bullets(items=claim_texts(words))
    yield Heading(text=own.text("assumptions"))
    yield Bullets(items=assumption_texts(words))
    for table in movement_tables(words):
        yield folded(words, table)


def claim_texts(words: Words) -> tuple[str, ...]:
    """Return what the runs say of the two shares that are often heard."""
    own = replace(words, section="movement")
    chances = rows(words.publication.movement.chances)
    starts = sorted({row["pioneers"] for row in chances})
    told = []
    for key, start in (("few", starts[0]), ("quarter", starts[-1])):
        now, better = (
            next(
                row
                for row in chances
                if row["setting"] == setting and row["pioneers"] == start
            )
            for setting in ("present", "together")
        )
        told.append(own.text(f"claim.{key}", **_claim(own, now, better)))
    return (*told, own.text("claim.neither"))


def _claim(own: Words, now: Row, better: Row) -> dict[str, str]:
    low, high = (own.share(now[end]) for end in ("conf_low", "conf_high"))
    return {
        "pioneers": own.share(now["pioneers"]),
        "n": own.text("people", n=own.number(now["n_pioneers"], 0)),
        "now": own.share(now["estimate"]),
        "limits": f"{low}–{high}",
        "better": own.share(better["estimate"]),
    }


def assumption_texts(words: Words) -> tuple[str, ...]:
    """Return every assumption of the what-if, one text each."""
    own = replace(words, section="movement")
    movement = words.publication.movement
    values = {
        "n_people": words.number(movement.n_people, 0),
        "n_teams": words.number(movement.n_teams, 0),
        "n_known": words.number(movement.n_known, 0),
        "n_runs": words.number(movement.chances["n_runs"].iloc[0], 0),
        "most": words.number(LARGEST_TEAM, 0),
        "density": words.share(DENSITY),
        "bridges": words.number(BRIDGES, 0),
        "movement": words.share(movement.movement_at),
        "level": words.level(),
    }
    keys = list(_ASSUMPTIONS)
    if movement.n_people < movement.n_known:
        keys.insert(1, "fewer")
    return tuple(own.text(f"assumption.{key}", **values) for key in keys)


def movement_tables(words: Words) -> list[Table]:
    """Return the share of runs by setting, and what the answers put in."""
    movement = words.publication.movement
    if not len(movement.chances):
        return []
    own = replace(words, section="movement")
    chances = make_table(
        own,
        "movement",
        own.text("chances_caption"),
        [
            Field("setting", read=lambda row: own.text(f"setting.{row['setting']}")),
            Field("pioneers", "share"),
            Field("n_pioneers", "count"),
            Field("estimate", "share", heading="movement"),
            *interval_fields("conf_low", "conf_high", "share"),
            Field("median_share", "share"),
            Field("n_runs", "count"),
        ],
        rows(movement.chances),
        note=own.text("chances_note"),
    )
    inputs = make_table(
        own,
        "movement-inputs",
        own.text("inputs_caption"),
        [
            subscale_field(own),
            Field("n_items", "count"),
            Field("n_respondents", "count"),
            *numbers("position"),
            *numbers("share", "share_better", kind="share"),
        ],
        rows(movement.inputs),
        note=own.text("inputs_note"),
    )
    return [chances, inputs]

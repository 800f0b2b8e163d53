"""What units agreed after an earlier wave, and what its subject did since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from diagnose.plots.words import Row, Words, clean, is_number, rows
from diagnose.report.build import (
    Field,
    folded,
    interval_fields,
    known_text,
    make_table,
    plots,
    subscale_field,
)
from diagnose.report.document import Block, Cell, Column, Paragraph, Table, Tone

Path = tuple[str, ...]
STATES = ("planned", "busy", "done", "stopped", "untold")
"""States of an agreement in the order of the columns; the last when none is given."""
_CLEAR = ("higher", "lower")
_NUMBERS = ("change", "conf_low", "conf_high")
_LIMITS = ("change_low", "change_high")
_HEADINGS = ("action", "status", "when", "wave", "outcome", "change", "total")
_FEW = 12
"""Agreements that a reader sees without opening a table."""


def agreed_blocks(words: Words) -> Iterator[Block]:
    """Yield what was agreed; nothing when no sheet came back."""
    table, counts = agreed_table(words), counts_table(words)
    if table is None or counts is None:
        return
    yield Paragraph(text=_told(words, "intro"))
    yield counts
    yield table if len(table.rows) <= _FEW else folded(words, table)
    yield Paragraph(text=_told(words, "caution"))


def agreed_tables(words: Words) -> list[Table]:
    """Return the tables about agreements that have something to show."""
    made = (counts_table(words), agreed_table(words))
    return [table for table in made if table is not None]


def agreed_table(words: Words) -> Table | None:
    """Return every agreement with what its subject did since; None without any.

    The row begins with the agreement, not with the unit: a team's own words may hold
    any digits, which are no numbers about the unit.
    """
    found = agreed_rows(words)
    if not found:
        return None
    named = plots(words)
    unit = Field("unit", read=lambda row: named.parent(row["path"]))
    fields = [_action(), unit, *_about(words), Field("wave"), *_since(words)]
    table = make_table(
        words,
        "agreed",
        _told(words, "caption"),
        fields,
        found,
        note=_told(words, "note"),
    )
    return _headed(words, table)


def unit_agreed_table(words: Words, path: Path) -> Table | None:
    """Return the agreements of one unit; None when it handed in none."""
    found = agreed_rows(words, path)
    if not found:
        return None
    caption = _told(words, "own.caption", unit=plots(words).unit(path))
    fields = [_action(), *_about(words), *_since(words)]
    return _headed(words, make_table(words, "agreed", caption, fields, found))


def whole_sentences(words: Words, found: Sequence[Row]) -> tuple[str, ...]:
    """Say of each subject what the organisation did, where the unit cannot be told."""
    asked = [row["subscale"] for row in found if row["outcome"].startswith("whole_")]
    trend = _trend(words)
    return tuple(
        _told(
            words,
            "own.whole",
            subject=words.subscale(subscale),
            change=words.signed(trend[subscale]["change"]),
            level=words.level(),
            low=words.signed(trend[subscale]["change_low"]),
            high=words.signed(trend[subscale]["change_high"]),
            direction=_told(words, f"direction.{_direction(trend[subscale])}"),
        )
        for subscale in dict.fromkeys(asked)
    )


def counts_table(words: Words) -> Table | None:
    """Return how many agreements each subject has in each state; None without any."""
    found = agreed_rows(words)
    if not found:
        return None
    trend = _trend(words)
    lines: list[Row] = []
    for subscale in words.publication.instrument.subscales:
        own = [row for row in found if row["subscale"] == subscale.id]
        if own:
            line: Row = {state: 0 for state in STATES}
            for row in own:
                line[row["status"] or "untold"] += 1
            whole = trend.get(subscale.id, {})
            line |= {name: whole.get(name) for name in ("change", *_LIMITS)}
            line |= {"subscale": subscale.id, "total": len(own)}
            lines.append({**line, "outcome": _direction(whole) if whole else "untold"})
    states = [s for s in STATES if s != "untold" or any(row[s] for row in lines)]
    fields = [
        subscale_field(words),
        *(Field(state, "count", heading="note") for state in states),
        Field("total", "count", heading="note"),
        Field("change", "signed"),
        *interval_fields("change_low", "change_high", "signed"),
        _outcome(words),
    ]
    caption, note = _told(words, "counts.caption"), _told(words, "counts.note")
    table = make_table(words, "agreed-counts", caption, fields, lines, note=note)
    return _headed(words, table)


def agreed_rows(words: Words, path: Path | None = None) -> list[Row]:
    """Return the agreements, of one unit if asked, each with what happened since.

    Added: ``change``, ``conf_low``, ``conf_high`` of the unit where they are published
    and span the time since the agreement, and ``outcome``, a key of the catalogue.
    """
    publication = words.publication
    chosen = [r for r in rows(publication.agreed) if path is None or r["path"] == path]
    if not chosen:
        return []
    changes = {
        (row["path"], row["subscale"]): row for row in rows(publication.units.changes)
    }
    trend = _trend(words)
    found: list[Row] = []
    for row in chosen:
        own = changes.get((row["path"], row["subscale"]), {})
        found.append({**row, **_happened(words, row, own, trend)})
    return found


def _happened(words: Words, row: Row, own: Row, trend: dict[str, Row]) -> Row:
    publication = words.publication
    if row["wave"] == publication.wave:
        return {"outcome": "later"}
    if row["wave"] != publication.waves[-2]:
        return {"outcome": "earlier"}
    if is_number(own.get("change")):
        happened: Row = {name: own.get(name) for name in _NUMBERS}
        return {**happened, "outcome": _direction(own)}
    if row["subscale"] in trend:
        return {"outcome": f"whole_{_direction(trend[row['subscale']])}"}
    return {"outcome": "untold"}


def _trend(words: Words) -> dict[str, Row]:
    """Return the organisation's change since the wave before, by subscale."""
    last = rows(words.publication.trend, wave=words.publication.wave)
    return {row["subscale"]: row for row in last if is_number(row.get("change"))}


def _direction(row: Row) -> str:
    return row["direction"] if row.get("direction") in _CLEAR else "unclear"


def _action() -> Field:
    return Field("action", read=lambda row: clean(row["action"]), heading="note")


def _about(words: Words) -> list[Field]:
    def status(row: Row) -> str:
        return _told(words, f"status.{row['status'] or 'untold'}")

    return [
        subscale_field(words),
        Field("status", read=status, heading="note"),
        Field("when", read=lambda row: clean(row["when"]), heading="note"),
    ]


def _since(words: Words) -> list[Field]:
    return [
        Field("change", "signed"),
        *interval_fields("conf_low", "conf_high", "signed"),
        _outcome(words),
    ]


def _outcome(words: Words) -> Field:
    def told(row: Row) -> Cell:
        key = row["outcome"]
        tone: Tone = key if key in _CLEAR else ""
        return Cell(value=_told(words, f"outcome.{key}"), tone=tone)

    return Field("outcome", read=told, heading="note")


def _headed(words: Words, table: Table) -> Table:
    """Return a table with the headings of this section."""

    def heading(column: Column) -> str:
        if column.key in STATES:
            return _told(words, f"status.{column.key}")
        if column.key in _HEADINGS:
            return _told(words, f"column.{column.key}")
        return column.heading

    columns = tuple(replace(one, heading=heading(one)) for one in table.columns)
    return replace(table, columns=columns)


def _told(words: Words, key: str, /, **values: object) -> str:
    return known_text(words, "agreed", key, **values)

"""The slides of one unit: short enough for a team meeting, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.plots.sheet import count_range, source_line
from diagnose.plots.unit_profile import unit_profile_title
from diagnose.plots.words import Row, is_number, scale_bounds
from diagnose.report.agreed_section import (
    agreed_rows,
    unit_agreed_table,
    whole_sentences,
)
from diagnose.report.build import known_text, plots
from diagnose.report.document import Bullets, Paragraph
from diagnose.report.packs import tables
from diagnose.report.packs.document import (
    answered_words,
    short_sentences,
    unit_title,
)
from diagnose.report.packs.session import (
    agenda_table,
    agreements_table,
    session_rules,
    three_questions,
)
from diagnose.report.packs.view import UnitView
from diagnose.report.sections import reading_texts
from diagnose.report.slides import Chart, Deck, Series, Slide, SlideBlock

_READING = 4
"""Texts on how to read that a meeting has time for; the hand-out has them all."""


def unit_deck(view: UnitView) -> Deck:
    """Return the deck of one unit."""
    return Deck(
        name="unit",
        title=unit_title(view),
        language=view.words.language,
        slides=tuple(_slides(view)),
    )


def _slides(view: UnitView) -> Iterator[Slide]:
    yield _title(view)
    texts = Bullets(items=reading_texts(view.words)[:_READING])
    yield _slide(view, "reading", view.told("slide.reading"), texts)
    yield from _pictures(view)
    yield _slide(
        view,
        "numbers",
        view.told("table.picture", unit=view.name),
        tables.picture_table(view),
    )
    standing_out = Bullets(items=short_sentences(view))
    yield _slide(view, "short", view.told("slide.short"), standing_out)
    yield from _agreed(view)
    yield from _changes(view)
    yield from _units_below(view)
    agenda = agenda_table(view, again=bool(agreed_rows(view.words, view.path)))
    rules = Bullets(items=session_rules(view))
    yield _slide(view, "session", view.told("slide.session"), agenda, rules)
    questions = Bullets(items=three_questions(view))
    yield _slide(view, "questions", view.told("slide.questions"), questions)
    yield _slide(
        view,
        "agreements",
        view.told("slide.agreements"),
        agreements_table(view, dotted=True),
    )


def _title(view: UnitView) -> Slide:
    wave = view.words.publication.wave
    subtitle = view.told("subtitle_uncounted", unit=view.name, wave=wave)
    if view.answered:
        n = view.words.number(view.answered["n_respondents"], 0)
        subtitle = view.told("subtitle", unit=view.name, n=n, wave=wave)
        subtitle = f"{subtitle}\n{answered_words(view)}"
    return Slide(
        name="title",
        title=unit_title(view),
        blocks=(Paragraph(text=subtitle),),
        notes=view.told("notes.title", k=view.words.publication.thresholds.scores),
        layout="title",
    )


def _slide(view: UnitView, name: str, title: str, *blocks: SlideBlock) -> Slide:
    return Slide(
        name=name,
        title=title,
        blocks=blocks,
        notes=view.told(f"notes.{name}"),
        source=_source(view),
    )


def _source(view: UnitView) -> str:
    counts = [cell["n_respondents"] for cell in view.shown]
    named = plots(view.words)
    return source_line(named, named.parent(view.path), count_range(named, counts))


def _pictures(view: UnitView) -> Iterator[Slide]:
    """Yield one chart for the subscales that share a kind and a response scale."""
    instrument = view.words.publication.instrument
    groups: dict[tuple[str, str], list[Row]] = {}
    for cell in view.shown:
        subscale = instrument.subscale(cell["subscale"])
        key = (subscale.kind, subscale.response_scale)
        groups.setdefault(key, []).append(cell)
    named = plots(view.words)
    for place, ((kind, _), cells) in enumerate(groups.items(), start=1):
        title = unit_profile_title(named, view.name, cells)
        heading = named.text(f"kind.{kind}")
        slide = _slide(view, "picture", f"{heading}. {title}", _chart(view, cells))
        yield replace(slide, name=f"picture-{place}")


def _chart(view: UnitView, cells: list[Row]) -> Chart:
    """Return the unit's own means beside those of the whole work floor."""
    instrument = view.words.publication.instrument
    low, high = scale_bounds(view.words, instrument.subscale(cells[0]["subscale"]))
    others = tuple(c["whole"] if is_number(c["whole"]) else None for c in cells)
    whole = Series(name=view.told("series.whole"), values=others, tone="soft")
    own = Series(
        name=view.told("series.own", unit=view.name),
        values=tuple(float(c["mean"]) for c in cells),
    )
    return Chart(
        name=f"own-{cells[0]['subscale']}",
        kind="bars",
        categories=tuple(view.words.subscale(c["subscale"]) for c in cells),
        series=(own, whole),
        number_kind="number",
        low=low,
        high=high,
        alt=view.told("picture.alt", unit=view.name, n=len(cells)),
    )


def _agreed(view: UnitView) -> Iterator[Slide]:
    """Yield what the unit agreed last time, if its sheet came back."""
    table = unit_agreed_table(view.words, view.path)
    if table is None:
        return
    found = agreed_rows(view.words, view.path)
    n, done = len(found), sum(row["status"] == "done" for row in found)
    key = "slide_done" if done else "slide"
    told = whole_sentences(view.words, found)
    yield Slide(
        name="agreed",
        title=known_text(view.words, "agreed", f"own.{key}", n=n, done=done),
        blocks=(table, Bullets(items=told)) if told else (table,),
        notes=known_text(view.words, "agreed", "own.notes"),
        source=_source(view),
    )


def _changes(view: UnitView) -> Iterator[Slide]:
    if not view.changes:
        return
    clear = [
        view.words.subscale(row["subscale"])
        for row in view.changes
        if row["direction"] in ("higher", "lower")
    ]
    title = view.told("slide.change_none")
    if clear:
        listed = plots(view.words).listed(clear)
        title = view.told("slide.change", subscales=listed)
    yield _slide(view, "change", title, tables.change_table(view))


def _units_below(view: UnitView) -> Iterator[Slide]:
    table = tables.below_table(view)
    if table is None:
        return
    cells = [cell for row in table.rows for cell in row[2:] if is_number(cell.value)]
    n_clear = sum(cell.tone in ("higher", "lower") for cell in cells)
    title = view.told("slide.below", unit=view.name, n_clear=n_clear, n=len(cells))
    yield _slide(view, "below", title, table)

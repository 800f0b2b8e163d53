"""Slides around the numbers: the start, how to read, first steps, limits, rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.language import load_catalogue
from diagnose.plots.words import Row, rows
from diagnose.report.comment_section import themes_table
from diagnose.report.document import Bullets, Cell, Column, Paragraph, Table
from diagnose.report.executive_items import driver_title
from diagnose.report.sections import privacy_texts, reading_texts
from diagnose.report.short_section import (
    FINDING_ORDER,
    findings_of_kind,
    short_entries,
)
from diagnose.report.slides import Slide
from diagnose.report.telling import Telling
from diagnose.report.title import report_title, title_lines, wave_date

_MOST_OPEN = 6
_MOST_QUOTES = 6
_THEME_COLUMNS = 3
_MOST_NAMED = 2
"""Subscales that a line about a unit names; a slide is no table."""

_SHORTEST_LIST = 5
"""So many conclusions stand on one slide, if there are as many."""

_NEXT = ("share", "talk", "choose", "agree", "clear", "again")


def title_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the first slide: whose, which wave, how many, with what status."""
    words = telling.words
    facts = dict(title_lines(words))
    date = wave_date(words)
    key = "title.subtitle_dated" if date else "title.subtitle"
    values = {"date": date} if date else {}
    lines = [
        telling.told(
            key,
            wave=words.publication.wave,
            respondents=facts[words.text("title_block.respondents")],
            **values,
        ),
        facts[words.text("title_block.instrument")].partition(" (")[0],
        facts[words.text("title_block.status")],
    ]
    yield Slide(
        name="title",
        title=report_title(words),
        blocks=(Paragraph(text="\n".join(lines)),),
        notes=telling.told("notes.title"),
        layout="title",
    )


def short_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the most important conclusion of each kind, then the next ones."""
    words = telling.words
    entries = {
        kind: short_entries(words, kind, most=_MOST_NAMED) for kind in FINDING_ORDER
    }
    if entries["driver"] and (told := driver_title(telling)):
        # Its slide has the shares and their intervals; a line has no room for nine.
        entries["driver"] = (f"{told}.",)
    first = [found[0] for found in entries.values() if found]
    kinds = len(first)
    for kind in ("concern", "strength", "gap", "change"):
        if len(first) < _SHORTEST_LIST and len(entries[kind]) > 1:
            first.append(entries[kind][1])
    if not kinds:
        text = words.text("short.none")
        yield telling.slide("short", telling.told("short.none"), Paragraph(text=text))
        return
    bullets = Bullets(items=tuple(first))
    yield telling.slide("short", _short_title(telling), bullets)


def _short_title(telling: Telling) -> str:
    """Say which condition asks for attention, and which strength comes first."""
    first = {
        kind: telling.words.subscale(found[0].subscales[0])
        for kind in ("concern", "strength")
        if (found := findings_of_kind(telling.words, kind)) and found[0].subscales
    }
    key = "_and_".join(first) or "title"
    return telling.told(f"short.{key}", **first)


def reading_slides(telling: Telling) -> Iterator[Slide]:
    """Yield how to read what follows."""
    texts = Bullets(items=reading_texts(telling.words))
    yield telling.slide("reading", telling.told("reading.title"), texts)


def comment_slides(telling: Telling) -> Iterator[Slide]:
    """Yield themes and quotes of each open question of this wave that has some."""
    publication = telling.words.publication
    asked = rows(publication.comments.questions, wave=publication.wave, status="shown")
    for question in asked:
        themes = _themes(telling, question)
        quotes = _quotes(telling, question)
        blocks = [block for block in (themes, quotes) if block is not None]
        if blocks:
            title = telling.told("comments.title", question=_wording(telling, question))
            n = telling.counted([question], "n_answered")
            yield telling.slide(
                f"comments-{question['item']}",
                title,
                *blocks,
                source=telling.source(telling.named.text("role.all"), n),
            )


def _wording(telling: Telling, question: Row) -> str:
    items = telling.words.publication.instrument.open_items
    item = next(one for one in items if one.id == question["item"])
    return telling.words.translated(next(iter(item.text.values())))


def _themes(telling: Telling, question: Row) -> Table | None:
    table = themes_table(replace(telling.words, section="themes"), question)
    if not table.rows:
        return None
    return replace(
        table,
        columns=table.columns[:_THEME_COLUMNS],
        rows=tuple(row[:_THEME_COLUMNS] for row in table.rows),
    )


def _quotes(telling: Telling, question: Row) -> Bullets | None:
    quotes = telling.words.publication.comments.quotes
    found = rows(quotes, wave=question["wave"], item=question["item"])[:_MOST_QUOTES]
    texts = tuple(telling.told("comments.quote", text=row["quote"]) for row in found)
    return Bullets(items=texts) if texts else None


def steps_slides(telling: Telling) -> Iterator[Slide]:
    """Yield a few first steps, with the reasons for them in the notes."""
    words = telling.words
    prepared = words.publication.first_steps
    if not prepared.steps:
        return
    keys = ("step", "who", "first", "progress")
    columns = tuple(Column(key=k, heading=telling.told(f"steps.{k}")) for k in keys)
    lines = []
    for step in prepared.steps:
        action = step.action
        week = action.steps[0]
        first = load_catalogue("begin").text(
            "steps.week",
            words.language,
            week=week.week,
            text=words.translated(week.what),
        )
        texts = (action.title, action.by, None, action.progress)
        told = [first if text is None else words.translated(text) for text in texts]
        lines.append(tuple(Cell(value=text) for text in told))
    table = Table(
        name="steps",
        caption=telling.told("steps.caption"),
        columns=columns,
        rows=tuple(lines),
    )
    reasons = [
        f"{words.translated(step.action.title)}: "
        + " ".join(reason.sentence(words.language) for reason in step.reasons)
        for step in prepared.steps
    ]
    notes = [note.sentence(words.language) for note in prepared.notes]
    yield telling.slide(
        "steps", telling.told("steps.title"), table, notes=[*notes, *reasons]
    )


def open_slides(telling: Telling) -> Iterator[Slide]:
    """Yield what cannot be concluded, and why."""
    words = telling.words
    sentences = short_entries(words, "open")
    if not sentences:
        text = Paragraph(text=words.text("open.none"))
        yield telling.slide("open", telling.told("open.title"), text)
        return
    told = list(sentences[:_MOST_OPEN])
    if more := len(sentences) - len(told):
        told.append(telling.told("open.more", n=words.number(more, 0)))
    bullets = Bullets(items=tuple(told))
    yield telling.slide("open", telling.told("open.title"), bullets)


def next_slides(telling: Telling) -> Iterator[Slide]:
    """Yield what happens with the results."""
    bullets = Bullets(items=tuple(telling.told(f"next.{key}") for key in _NEXT))
    yield telling.slide("next", telling.told("next.title"), bullets)


def privacy_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the rules that protect the people who answered."""
    k = telling.words.publication.thresholds.scores
    bullets = Bullets(items=privacy_texts(telling.words))
    title = telling.told("privacy.title", k=k)
    yield telling.slide("privacy", title, bullets)

"""What a unit receives on paper: its picture, the conversation, what is agreed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diagnose.language import level_name
from diagnose.plots.svg import figure_svg
from diagnose.plots.unit_profile import plot_unit_profile
from diagnose.plots.words import is_number
from diagnose.report.agreed_section import (
    agreed_rows,
    unit_agreed_table,
    whole_sentences,
)
from diagnose.report.build import known_text, plots
from diagnose.report.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Picture,
    Section,
)
from diagnose.report.packs import tables
from diagnose.report.packs.session import (
    agenda_table,
    agreements_table,
    session_intro,
    session_rules,
    three_questions,
)
from diagnose.report.packs.view import UnitView
from diagnose.report.sections import reading_texts
from diagnose.report.title import title_lines

_LEAST_MARGIN = 0.05
_ABOUT = ("wave", "date", "instrument", "status", "rules")
"""Facts of the organisation that hold for every unit."""


def unit_document(view: UnitView) -> Document:
    """Return the hand-out of one unit, in the order in which it is talked through."""
    makers = {
        "picture": _picture,
        "short": _short,
        "agreed": _agreed,
        "change": _change,
        "leaders": _leaders,
        "below": _below,
        "session": _session,
        "agreements": _agreements,
        "reading": _reading,
    }
    sections = tuple(
        Section(name=name, title=_section_title(view, name), blocks=blocks)
        for name, make in makers.items()
        if (blocks := tuple(make(view)))
    )
    return Document(
        name="unit",
        title=unit_title(view),
        language=view.words.language,
        facts=unit_facts(view),
        sections=sections,
    )


def _section_title(view: UnitView, name: str) -> str:
    if name == "agreed":
        return known_text(view.words, "agreed", "own.section")
    return view.told(f"section.{name}", unit=view.name)


def unit_title(view: UnitView) -> str:
    """Return the name of the unit and of its organisation."""
    organisation = view.words.translated(view.words.publication.title)
    return view.told("title", unit=view.name, organisation=organisation)


def unit_facts(view: UnitView) -> tuple[tuple[str, str], ...]:
    """Return what stands on the first page."""
    named = plots(view.words)
    above = named.parent(view.path[:-1])
    level = level_name(view.level, view.words.language)
    facts = [
        (view.told("fact.unit"), f"{view.name} ({level})"),
        (view.told("fact.where"), above),
    ]
    if view.answered:
        facts.append((view.told("fact.answered"), answered_words(view)))
    headings = {view.words.text(f"title_block.{key}") for key in _ABOUT}
    facts += [line for line in title_lines(view.words) if line[0] in headings]
    return tuple(facts)


def answered_words(view: UnitView) -> str:
    """Say how many answered, and of how many where that is known."""
    answered = view.answered or {}
    n = view.words.number(answered["n_respondents"], 0)
    if not is_number(answered.get("response_rate")):
        return view.told("fact.answered_n", n=n)
    return view.told(
        "fact.answered_of",
        n=n,
        members=view.words.number(answered["n_members"], 0),
        rate=view.words.share(answered["response_rate"]),
    )


def short_sentences(view: UnitView) -> tuple[str, ...]:
    """Say what stands out, or that nothing does; and what is not shown."""
    told = [finding.sentence(view.words.language) for finding in view.findings]
    if not told:
        told = [_nothing(view)]
    hidden = len(view.cells) - len(view.shown)
    if hidden == 1:
        told.append(view.told("short.hidden_one"))
    elif hidden:
        told.append(view.told("short.hidden", n=view.words.number(hidden, 0)))
    return tuple(told)


def _nothing(view: UnitView) -> str:
    answered = view.answered or {}
    margin: Any = answered.get("margin")
    # Where (nearly) everybody answered, chance has no part in the average.
    if not is_number(margin) or margin < _LEAST_MARGIN:
        return view.told("short.none_plain")
    return view.told(
        "short.none",
        n=view.words.number(answered["n_respondents"], 0),
        margin=view.words.number(answered["margin"], 1),
    )


def _picture(view: UnitView) -> Iterator[Block]:
    yield Paragraph(text=view.told("intro.picture"))
    drawn = plot_unit_profile(
        view.words.publication, view.path, language=view.words.language
    )
    yield Picture(name="picture", svg=figure_svg(drawn))
    yield tables.picture_table(view)


def _short(view: UnitView) -> Iterator[Block]:
    yield Bullets(items=short_sentences(view))


def _agreed(view: UnitView) -> Iterator[Block]:
    table = unit_agreed_table(view.words, view.path)
    if table is None:
        return
    yield Paragraph(text=known_text(view.words, "agreed", "own.intro"))
    yield table
    if told := whole_sentences(view.words, agreed_rows(view.words, view.path)):
        yield Bullets(items=told)
    yield Paragraph(text=known_text(view.words, "agreed", "caution"))


def _change(view: UnitView) -> Iterator[Block]:
    if view.changes:
        yield Paragraph(text=view.told("intro.change"))
        yield tables.change_table(view)


def _leaders(view: UnitView) -> Iterator[Block]:
    if view.gaps:
        yield tables.leaders_table(view)


def _below(view: UnitView) -> Iterator[Block]:
    table = tables.below_table(view)
    if table is not None:
        yield Paragraph(text=view.told("intro.below"))
        yield table


def _session(view: UnitView) -> Iterator[Block]:
    yield Paragraph(text=session_intro(view))
    yield agenda_table(view, again=bool(agreed_rows(view.words, view.path)))
    yield Heading(text=view.told("session.questions"))
    yield Bullets(items=three_questions(view))
    yield Heading(text=view.told("session.rules"))
    yield Bullets(items=session_rules(view))


def _agreements(view: UnitView) -> Iterator[Block]:
    yield Paragraph(text=view.told("intro.agreements"))
    yield agreements_table(view)


def _reading(view: UnitView) -> Iterator[Block]:
    yield Bullets(items=reading_texts(view.words))
    intro = known_text(
        view.words,
        "disclosure",
        "intro",
        scores=view.words.publication.thresholds.scores,
        distributions=view.words.publication.thresholds.distributions,
    )
    yield Paragraph(text=intro, note=True)

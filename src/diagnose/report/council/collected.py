"""What is known of a respondent and what is not, and every question word for word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from diagnose.instrument.model import Item, OpenItem
from diagnose.language import level_name
from diagnose.plots.words import clean
from diagnose.report.build import MISSING, coded_text, folded
from diagnose.report.council.telling import Telling
from diagnose.report.document import (
    Block,
    Bullets,
    Column,
    Heading,
    Paragraph,
    Table,
)

_MANY = 30
"""Columns that are named one by one; an export may have hundreds."""


def collected_blocks(tell: Telling) -> Iterator[Block]:
    """Yield what was asked and kept, and what was neither asked nor read."""
    instrument = tell.words.publication.instrument
    yield Paragraph(text=tell.say("collected.intro"))
    yield known_table(tell)
    yield _subject_table(tell)
    for scale in dict.fromkeys(_scales(tell)):
        yield Paragraph(text=scale)
    yield folded(tell.words, _wording_table(tell))
    if instrument.open_items:
        yield Heading(text=tell.say("collected.open"))
        texts = (text for item in instrument.open_items for text in _texts(tell, item))
        yield Bullets(items=tuple(dict.fromkeys(texts)))
    files = _file_table(tell)
    if files.rows:
        yield files


def known_table(tell: Telling) -> Table:
    """Return what is collected of a respondent, and what for.

    It says what the introduction of the survey promised, and no more.
    """
    publication = tell.words.publication
    yes, no = tell.say("yes"), tell.say("no")
    own = "own" if len(publication.comments.questions) else "own_unused"
    if not publication.instrument.open_items:
        own = "own_none"
    linked = len(publication.change.linked) > 0
    levels = [level_name(one, tell.words.language) for one in publication.hierarchy]
    listed = ", ".join(map(clean, levels))
    units = "unit_for" if levels else "unit_none"
    moment, staff = (tell.say(f"collected.{key}_known") for key in ("moment", "staff"))
    found = (
        ("answers", yes, "answers_for"),
        ("own", no if own == "own_none" else yes, "own_for" if own == "own" else own),
        ("unit", yes if levels else no, units),
        ("role", yes, "role_for"),
        ("edition", yes, "edition_for"),
        ("moment", moment, "moment_for"),
        (
            "link",
            yes if linked else tell.say("collected.link_known"),
            "link_for" if linked else "link_none",
        ),
        ("staff", staff, "staff_for"),
        ("traits", no, "traits_for"),
        ("identity", no, "identity_for"),
        ("trace", no, "trace_for"),
    )
    return tell.grid(
        "known",
        tell.say("collected.caption"),
        ("collected.what", "collected.known", "collected.purpose"),
        [
            (
                tell.say(f"collected.{what}"),
                known,
                tell.say(f"collected.{purpose}", levels=listed),
            )
            for what, known, purpose in found
        ],
    )


def _subject_table(tell: Telling) -> Table:
    instrument = tell.words.publication.instrument
    translated = tell.words.translated
    found: list[tuple[str, str, int]] = [
        (translated(one.title), translated(one.meaning), len(one.items))
        for one in instrument.subscales
    ]
    if instrument.context_items:
        found.append(
            (
                tell.say("collected.context"),
                tell.say("collected.context_meaning"),
                len(instrument.context_items),
            )
        )
    return tell.grid(
        "subjects",
        tell.say("collected.subjects"),
        ("collected.subject", "collected.meaning", "collected.n_items"),
        found,
    )


def _scales(tell: Telling) -> Iterator[str]:
    """Yield the answers that people could choose from, a scale each."""
    instrument = tell.words.publication.instrument
    for item in instrument.closed_items:
        scale = instrument.response_scale_of(item.id)
        points = ", ".join(tell.words.translated(one.label) for one in scale.points)
        yield tell.say("collected.scale", points=points)


def _wording_table(tell: Telling) -> Table:
    instrument = tell.words.publication.instrument
    subjects = {
        item.id: tell.words.translated(subscale.title)
        for subscale in instrument.subscales
        for item in subscale.items
    }
    context = tell.say("collected.context")
    forms = tuple(
        Column(key=form, heading=tell.words.translated(asked.title))
        for form, asked in instrument.forms.items()
    )
    return tell.grid(
        "wording",
        tell.say("collected.wording"),
        ("collected.subject", *forms),
        [
            (subjects.get(item.id, context), *_texts_by_form(tell, item))
            for item in instrument.closed_items
        ],
    )


def _texts_by_form(tell: Telling, item: Item) -> tuple[str, ...]:
    """Return the wording on each form; what a form does not ask has a dash."""
    forms = tell.words.publication.instrument.forms
    if not item.text:
        own = f"{item.id.upper()} ({tell.say('collected.brought')})"
        return tuple(own for _ in forms)
    text = item.text
    return tuple(
        tell.words.translated(text[form]) if form in text else MISSING for form in forms
    )


def _texts(tell: Telling, item: OpenItem) -> Iterator[str]:
    for text in item.text.values():
        yield tell.words.translated(text)


def _file_table(tell: Telling) -> Table:
    """Return the files that were read, and what of each was not."""
    intake = tell.words.publication.provenance.get("intake")
    files = [one for one in _listed(intake) if isinstance(one, Mapping)]
    return tell.grid(
        "files",
        tell.say("collected.files"),
        tuple(f"collected.{key}" for key in ("file", "tool", "dropped", "not_asked")),
        [
            (
                clean(str(one.get("source", ""))) or MISSING,
                coded_text(tell.words, "origin_value", str(one.get("platform", ""))),
                _named(tell, one.get("dropped")),
                _named(tell, one.get("not_asked")),
            )
            for one in files
        ],
        note=tell.say("collected.files_note"),
    )


def _named(tell: Telling, given: object) -> str:
    names = [clean(str(name)) for name in _listed(given)]
    if not names:
        return tell.say("none")
    more = f" + {len(names) - _MANY}" if len(names) > _MANY else ""
    return ", ".join(names[:_MANY]) + more


def _listed(given: object) -> list[object]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        return list(given)
    return []

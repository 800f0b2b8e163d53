"""The data-protection pack: templates, filled in with what an assessment knows.

Names, dates and places that no publication holds stay open places, marked ``[…]``:
nothing is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from diagnose.disclosure.publication import Publication
from diagnose.language import Language, level_name
from diagnose.plots.words import clean, words_for
from diagnose.report.council.telling import Telling
from diagnose.report.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Section,
)

_RECORD = (
    *("name", "controller", "joint", "officer", "purpose", "basis", "people", "data"),
    *("special", "recipients", "processors", "transfers", "retention", "security"),
    "decided",
)
_LETTER = (
    *("why", "free", "kept", "confidential", "others", "long", "rights", "results"),
)
_KEPT = ("tool", "export", "invitations", "key", "review", "paper", "backups", "output")
_LOGGED = ("export", "tool", "key", "backups")
_SIGNS = (
    *("scoring", "decisions", "monitoring", "sensitive", "scale", "matching"),
    *("dependent", "novel", "barred"),
)
_CHECKLIST = (
    *("consent", "purpose", "questions", "groups", "readers", "managers"),
    *("invitations", "codes", "words", "letter", "processors", "retention"),
    *("release", "actions", "incident"),
)


def pack_document(publication: Publication, *, language: Language = "en") -> Document:
    """Return the data-protection pack as a document to fill in.

    Parameters
    ----------
    publication : Publication
        Names the organisation, the questionnaire, the waves and the thresholds.
    language : {"en", "nl"}
        Of every word.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        `language` is not one of the languages of the program.
    """
    words = words_for(publication, language, "report")
    tell = Telling(words=words, section="council_pack")
    known = _known(tell)
    makers: dict[str, Callable[[Telling, dict[str, object]], Iterator[Block]]] = {
        "use": _use_blocks,
        "record": _record_blocks,
        "letter": _letter_blocks,
        "retention": _retention_blocks,
        "screening": _screening_blocks,
        "checklist": _checklist_blocks,
    }
    return Document(
        name="data-protection",
        title=tell.say("title", **known),
        language=language,
        facts=tuple(_facts(tell, known)),
        sections=tuple(
            Section(
                name=name,
                title=tell.say(f"section.{name}"),
                blocks=tuple(make(tell, known)),
            )
            for name, make in makers.items()
        ),
    )


def _known(tell: Telling) -> dict[str, object]:
    """Return what the assessment knows, for the texts that have a place for it."""
    publication = tell.words.publication
    instrument = publication.instrument
    levels = (level_name(one, tell.words.language) for one in publication.hierarchy)
    return {
        "organisation": tell.words.translated(publication.title),
        "title": tell.words.translated(instrument.title),
        "version": instrument.version,
        "waves": ", ".join(map(clean, publication.waves)),
        "n_items": len(instrument.closed_items),
        "levels": ", ".join(map(clean, levels)) or tell.say("record.no_levels"),
    }


def _facts(tell: Telling, known: dict[str, object]) -> Iterator[tuple[str, str]]:
    yield tell.say("fact.organisation"), str(known["organisation"])
    values = {
        "instrument": tell.say("fact.instrument_value", **known),
        "waves": str(known["waves"]),
        "rules": tell.say("fact.rules_value"),
        "state": tell.say("fact.state_value"),
    }
    for name, value in values.items():
        yield tell.say(f"fact.{name}"), value


def _use_blocks(tell: Telling, known: dict[str, object]) -> Iterator[Block]:
    for text in tell.lines("use", ("advice", "blanks", "apart")):
        yield Paragraph(text=text)


def _record_blocks(tell: Telling, known: dict[str, object]) -> Iterator[Block]:
    yield Paragraph(text=tell.say("record.intro"))
    yield tell.grid(
        "record",
        tell.say("record.caption"),
        ("record.field", "record.value"),
        [
            (tell.say(f"record.{name}"), tell.say(f"record.{name}_value", **known))
            for name in _RECORD
        ],
    )


def _letter_blocks(tell: Telling, known: dict[str, object]) -> Iterator[Block]:
    """Yield the letter; it promises what the questionnaire itself promises."""
    yield Paragraph(text=tell.say("letter.intro"), note=True)
    yield Paragraph(text=tell.say("letter.greeting"))
    yield Paragraph(text=tell.say("letter.opening"))
    further = {"confidential": ["code", "invited"], "rights": ["contact"]}
    if tell.words.publication.instrument.open_items:
        further["others"] = ["quoted"]
    for part in _LETTER:
        yield Heading(text=tell.say(f"letter.{part}"))
        for key in (f"{part}_text", *further.get(part, ())):
            yield Paragraph(text=tell.say(f"letter.{key}", **known))
    yield Paragraph(text=tell.say("letter.signed"))


def _retention_blocks(tell: Telling, known: dict[str, object]) -> Iterator[Block]:
    yield Paragraph(text=tell.say("retention.intro"))
    yield tell.grid(
        "retention",
        tell.say("retention.caption"),
        tuple(f"retention.{key}" for key in ("what", "where", "until", "who")),
        [
            (
                tell.say(f"retention.{name}"),
                tell.say(f"retention.{name}_where", **known),
                tell.say(f"retention.{name}_until"),
                tell.say("retention.who_value"),
            )
            for name in _KEPT
        ],
    )
    keys = ("what", "date", "where", "how", "who", "seen")
    yield tell.grid(
        "deletions",
        tell.say("retention.log"),
        tuple(f"retention.log_{key}" for key in keys),
        [
            (
                tell.say(f"retention.log_{name}"),
                *(tell.say(f"retention.log_{key}_blank") for key in keys[1:]),
            )
            for name in _LOGGED
        ],
    )


def _screening_blocks(tell: Telling, known: dict[str, object]) -> Iterator[Block]:
    yield Paragraph(text=tell.say("screening.intro"))
    blank = tell.say("screening.blank")
    yield tell.grid(
        "screening",
        tell.say("screening.caption"),
        ("screening.sign", "screening.here", "screening.answer"),
        [
            (tell.say(f"screening.{sign}"), tell.say(f"screening.{sign}_here"), blank)
            for sign in _SIGNS
        ],
    )
    yield Paragraph(text=tell.say("screening.outcome"))


def _checklist_blocks(tell: Telling, known: dict[str, object]) -> Iterator[Block]:
    yield Paragraph(text=tell.say("checklist.intro"))
    blank = tell.say("checklist.blank")
    yield tell.grid(
        "checklist",
        tell.say("checklist.caption"),
        ("checklist.question", "checklist.proposal", "checklist.agreed"),
        [
            (tell.say(f"checklist.{name}"), tell.say(f"checklist.{name}_is"), blank)
            for name in _CHECKLIST
        ],
    )
    yield Paragraph(text=tell.say("checklist.signed"))

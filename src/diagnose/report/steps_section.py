"""The section on first steps: why, who, six weeks, progress, evidence, when not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diagnose.diagnosis import wording
from diagnose.diagnosis.first_steps import FirstStep
from diagnose.instrument.actions import Action, load_actions
from diagnose.plots.words import Row, Words
from diagnose.report.build import Field, make_table
from diagnose.report.document import (
    Block,
    Bullets,
    Fold,
    Heading,
    Paragraph,
    Table,
)


def steps_blocks(words: Words) -> Iterator[Block]:
    """Yield a few first steps, each with others to choose from."""
    own = replace(words, section="begin")
    prepared = words.publication.first_steps
    for note in prepared.notes:
        yield Paragraph(text=note.sentence(words.language))
    for rank, step in enumerate(prepared.steps, start=1):
        yield Heading(text=f"{rank}. {words.translated(step.action.title)}")
        yield Paragraph(text=_why(own, step))
        yield Bullets(items=action_texts(own, step.action))
        for other in step.alternatives:
            title = words.translated(other.title)
            yield Fold(
                summary=own.text("steps.alternative", title=title),
                blocks=(Bullets(items=action_texts(own, other)),),
            )
    if sources := source_texts(words):
        yield Heading(text=own.text("steps.sources"))
        yield Bullets(items=sources, language="en")


def _why(own: Words, step: FirstStep) -> str:
    return " ".join(reason.sentence(own.language) for reason in step.reasons)


def action_texts(words: Words, action: Action) -> tuple[str, ...]:
    """Return who does what in the first six weeks, and all there is to know of it."""
    own = replace(words, section="begin")

    def told(key: str, text: str) -> str:
        return own.text(f"steps.{key}", text=text)

    strength = own.text(f"strength.{action.evidence.strength}")
    items = [
        wording.item_words(words.publication.instrument, item)[words.language]
        for item in action.items
    ]
    return (
        told("who", own.translated(action.by)),
        *(
            own.text("steps.week", week=step.week, text=own.translated(step.what))
            for step in action.steps
        ),
        told("progress", own.translated(action.progress)),
        *([told("items", "; ".join(items))] if items else []),
        told("cost", own.translated(action.cost)),
        own.text(
            "steps.evidence",
            strength=strength,
            text=own.translated(action.evidence.words),
        ),
        told("not_when", own.translated(action.not_when)),
    )


def source_texts(words: Words) -> tuple[str, ...]:
    """Return the citations behind the evidence of all steps, in their order."""
    library = load_actions(words.publication.instrument)
    keys = dict.fromkeys(
        key
        for step in words.publication.first_steps.steps
        for action in (step.action, *step.alternatives)
        for key in action.evidence.sources
    )
    return tuple(library.sources[key].citation for key in keys)


def steps_table(words: Words) -> Table:
    """Return one row a step."""
    own = replace(words, section="begin")
    found: list[Row] = [_row(own, step) for step in words.publication.first_steps.steps]
    keys = ("title", "why", "who", "weeks", "progress", "cost", "not_when")
    fields = [Field(key) for key in (*keys, "strength", "alternatives")]
    return make_table(own, "steps", own.text("steps.caption"), fields, found)


def _row(own: Words, step: FirstStep) -> Row:
    action = step.action
    weeks = [
        own.text("steps.week", week=one.week, text=own.translated(one.what))
        for one in action.steps
    ]
    return {
        "title": own.translated(action.title),
        "why": _why(own, step),
        "who": own.translated(action.by),
        "weeks": " ".join(weeks),
        "progress": own.translated(action.progress),
        "cost": own.translated(action.cost),
        "not_when": own.translated(action.not_when),
        "strength": own.text(f"strength.{action.evidence.strength}"),
        "alternatives": "; ".join(own.translated(a.title) for a in step.alternatives),
    }

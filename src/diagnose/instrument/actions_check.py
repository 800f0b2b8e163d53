"""Rules that join the parts of a library of actions, and its instrument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from diagnose.documents.problems import Entry, fill
from diagnose.errors import Problem
from diagnose.instrument.model import Instrument

if TYPE_CHECKING:
    from diagnose.instrument.actions import Action, ActionLibrary

FEWEST_ACTIONS = 3
"""Actions on each topic: one to start with, and two others to choose from."""

SPECIAL_TOPICS = ("divided", "leaders-higher", "floor-higher", "few-answered")
"""Topics beside the subscales: a divided team, a gap in either direction, and too few
answers to say anything."""

CATALOGUE: dict[str, Entry] = {
    "L001": Entry("is {value}, another instrument", "{allowed}"),
    "L002": Entry("repeats the id {value} of {other}", "an id of its own"),
    "L003": Entry("is {value}, which is no topic", "{allowed}"),
    "L004": Entry("names {value}, which is no item of {other}", "{allowed}"),
    "L005": Entry("has no text in language {value}", "", "add it"),
    "L006": Entry("is a text in {value}, which the instrument lacks", "{allowed}"),
    "L007": Entry("names {value}, which is no key of `sources`", "{allowed}"),
    "L008": Entry(
        "names no source for evidence that is {value}",
        "'practice-only' without a source",
    ),
    "L009": Entry("holds {count} actions about {value}", "{allowed} or more"),
    "L010": Entry("is week {value}, after week {other}", "steps in order of time"),
    "L012": Entry("names no item that would move", "{allowed}"),
    "L011": Entry("is used by no action", "", "name it or remove it"),
}
"""Code to wording; every code is asserted by a test, and no code is ever reused."""


_Found = Iterator[tuple[str, str, Mapping[str, object]]]
"""Code, path inside the file, and fields of the message."""


def check_actions(
    library: ActionLibrary, instrument: Instrument, *, place: str = "actions.yaml"
) -> tuple[Problem, ...]:
    """Return everything in which a library contradicts itself or its instrument.

    Parameters
    ----------
    library : ActionLibrary
        Not modified.
    instrument : Instrument
        What the actions are about.
    place : str
        Name of the file in messages.
    """
    rules = (
        _id_problems,
        _topic_problems,
        _item_problems,
        _source_problems,
        _text_problems,
        _order_problems,
    )
    return tuple(
        fill(CATALOGUE[code], code, f"{place}: {path}", values)
        for rule in rules
        for code, path, values in rule(library, instrument)
    )


def _id_problems(library: ActionLibrary, instrument: Instrument) -> _Found:
    if library.instrument != instrument.id:
        value, allowed = repr(library.instrument), repr(instrument.id)
        yield "L001", "instrument", {"value": value, "allowed": allowed}
    first: dict[str, str] = {}
    for position, action in enumerate(library.actions):
        path = f"actions[{position}].id"
        earlier = first.setdefault(action.id, path)
        if earlier != path:
            yield "L002", path, {"value": repr(action.id), "other": earlier}


def _topic_problems(library: ActionLibrary, instrument: Instrument) -> _Found:
    topics = (*(subscale.id for subscale in instrument.subscales), *SPECIAL_TOPICS)
    for position, action in enumerate(library.actions):
        if action.about not in topics:
            fields = {"value": repr(action.about), "allowed": _listed(topics)}
            yield "L003", f"actions[{position}].about", fields
    counts = Counter(action.about for action in library.actions)
    for topic in topics:
        if counts[topic] < FEWEST_ACTIONS:
            count = counts[topic] or "no"
            yield (
                "L009",
                "actions",
                {"value": repr(topic), "allowed": FEWEST_ACTIONS, "count": count},
            )


def _item_problems(library: ActionLibrary, instrument: Instrument) -> _Found:
    """Yield items outside the topic: an action on a subscale moves its own items."""
    own = {s.id: [item.id for item in s.items] for s in instrument.subscales}
    everything = [item.id for item in instrument.closed_items]
    for position, action in enumerate(library.actions):
        known = own.get(action.about, everything)
        for item in action.items:
            if item not in known:
                fields = {"value": repr(item), "other": repr(action.about)}
                where = f"actions[{position}].items"
                yield "L004", where, {**fields, "allowed": _listed(known)}
        if action.about in own and not action.items:
            yield "L012", f"actions[{position}].items", {"allowed": _listed(known)}


def _source_problems(library: ActionLibrary, _: Instrument) -> _Found:
    used = set()
    for position, action in enumerate(library.actions):
        path = f"actions[{position}].evidence"
        evidence = action.evidence
        used |= set(evidence.sources)
        if not evidence.sources and evidence.strength != "practice-only":
            yield "L008", path, {"value": repr(evidence.strength)}
        for key in evidence.sources:
            if key not in library.sources:
                allowed = _listed(library.sources)
                where = f"{path}.sources"
                yield "L007", where, {"value": repr(key), "allowed": allowed}
    for key in library.sources:
        if key not in used:
            yield "L011", f"sources.{key}", {}


def _text_problems(library: ActionLibrary, instrument: Instrument) -> _Found:
    declared = tuple(instrument.languages)
    for position, action in enumerate(library.actions):
        for path, text in _texts(action, f"actions[{position}]"):
            for language in declared:
                if language not in text:
                    yield "L005", path, {"value": repr(language)}
            for language in text:
                if language not in declared:
                    fields = {"value": repr(language), "allowed": _listed(declared)}
                    yield "L006", f"{path}.{language}", fields


def _order_problems(library: ActionLibrary, _: Instrument) -> _Found:
    for position, action in enumerate(library.actions):
        for number, (before, own) in enumerate(pairwise(action.steps), start=1):
            if own.week < before.week:
                where = f"actions[{position}].steps[{number}].week"
                yield "L010", where, {"value": own.week, "other": before.week}


def _texts(action: Action, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield every text of an action, with its path."""
    for name in ("title", "by", "progress", "cost", "not_when"):
        yield f"{path}.{name}", getattr(action, name)
    for number, own in enumerate(action.steps):
        yield f"{path}.steps[{number}].what", own.what
    yield f"{path}.evidence.words", action.evidence.words


def _listed(values: Iterable[str]) -> str:
    return ", ".join(repr(value) for value in values)

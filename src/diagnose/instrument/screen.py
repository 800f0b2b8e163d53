"""The screen: what is asked of a change before anybody is asked anything about it.

The questions stand in the instrument, under ``suitability``. They are about the change
and not about people, and are answered by whoever prepares the assessment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from diagnose.documents.problems import Entry, fill
from diagnose.documents.tree import describe, step
from diagnose.errors import InstrumentError, Problem
from diagnose.instrument.model import Instrument

ScreenAnswer = Literal["yes", "no", "unknown"]
ScreenStatus = Literal["go", "postpone", "open", "do-not-field"]

CATALOGUE: dict[str, Entry] = {
    "Q001": Entry("is no question of the screen", "{allowed}", "{suggestion}"),
    "Q002": Entry(
        "is missing: {text}", "{allowed}", "answer 'unknown' when nobody can tell yet"
    ),
    "Q003": Entry("is {value}", "{allowed}"),
    "Q004": Entry(
        "is given, while the instrument {value} asks no screen questions",
        "",
        "remove it",
    ),
    "Q005": Entry("is {value}", "a mapping of question to answer"),
}
"""Code to wording; every code is asserted by a test, and no code is ever reused."""

_ANSWERS = ", ".join(repr(answer) for answer in get_args(ScreenAnswer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The answers to the screen, each against what lets one go on.

    Attributes
    ----------
    answers : tuple of (str, str)
        Question and answer (``yes``, ``no``, ``unknown``), in the order of the
        instrument; questions are called ``q1``, ``q2``, and so on.
    stops, postpones : tuple of str
        Questions whose answer means: do not field it for this change; or: not yet.
    unknown_stops, unknown_postpones : tuple of str
        Questions of the same two kinds that nobody could answer.
    """

    answers: tuple[tuple[str, str], ...]
    stops: tuple[str, ...]
    postpones: tuple[str, ...]
    unknown_stops: tuple[str, ...]
    unknown_postpones: tuple[str, ...]

    @property
    def status(self) -> ScreenStatus:
        """What the screen says, the gravest first.

        A question that would stop everything and has no answer yet weighs more than
        one that only asks for time: nobody can tell what there is to prepare for.
        """
        if self.stops:
            return "do-not-field"
        if self.unknown_stops:
            return "open"
        if self.postpones:
            return "postpone"
        return "open" if self.unknown_postpones else "go"


def screen_ids(instrument: Instrument) -> tuple[str, ...]:
    """Return how the screen questions of an instrument are called, in their order."""
    return tuple(f"q{number + 1}" for number in range(len(instrument.suitability)))


def check_screen(
    answers: object, instrument: Instrument, *, place: str = "screen"
) -> tuple[Problem, ...]:
    """Return everything that is wrong with the answers to a screen.

    Parameters
    ----------
    answers : mapping of str to str
        Question (``q1``, …) to ``yes``, ``no`` or ``unknown``. Not modified.
    instrument : Instrument
        Its `suitability` holds the questions.
    place : str
        Where the answers stand, in messages.
    """
    questions = dict(zip(screen_ids(instrument), instrument.suitability, strict=True))
    if not isinstance(answers, Mapping):
        return (_problem("Q005", place, value=describe(answers)),)
    if not questions:
        return (_problem("Q004", place, value=repr(instrument.id)),)
    allowed = ", ".join(repr(question) for question in questions)
    found = []
    for name, answer in answers.items():
        where = step(place, str(name))
        if name not in questions:
            found.append(_problem("Q001", where, allowed=allowed))
        elif answer not in get_args(ScreenAnswer):
            value = describe(answer)
            found.append(_problem("Q003", where, value=value, allowed=_ANSWERS))
    for name, question in questions.items():
        if name not in answers:
            text = question.text.get("en") or next(iter(question.text.values()))
            where = step(place, name)
            found.append(_problem("Q002", where, text=repr(text), allowed=_ANSWERS))
    return tuple(found)


def read_screen(
    answers: Mapping[str, Any] | None,
    instrument: Instrument,
    *,
    place: str = "screen",
) -> Screen | None:
    """Return the screen of an instrument with its answers; None when there are none.

    Parameters
    ----------
    answers : mapping of str to str, or None
        See `check_screen`.
    instrument : Instrument
        Its `suitability` holds the questions.
    place : str
        Where the answers stand, in messages.

    Raises
    ------
    InstrumentError
        A question is unknown or not answered, or an answer is not one of the three;
        everything that is wrong at once.

    Examples
    --------
    >>> from diagnose.instrument import load_instrument
    >>> answers = dict(q1="yes", q2="no", q3="no", q4="yes", q5="no", q6="yes")
    >>> read_screen(answers | {"q7": "yes"}, load_instrument("bottom-up")).status
    'postpone'
    """
    if answers is None:
        return None
    problems = check_screen(answers, instrument, place=place)
    if problems:
        raise InstrumentError(problems)
    kinds: dict[tuple[str, bool], list[str]] = {}
    ordered = []
    names = screen_ids(instrument)
    for name, question in zip(names, instrument.suitability, strict=True):
        answer = answers[name]
        ordered.append((name, answer))
        if answer != question.go_if:
            kinds.setdefault((question.if_not, answer == "unknown"), []).append(name)
    return Screen(
        answers=tuple(ordered),
        stops=tuple(kinds.get(("do-not-field", False), ())),
        postpones=tuple(kinds.get(("postpone", False), ())),
        unknown_stops=tuple(kinds.get(("do-not-field", True), ())),
        unknown_postpones=tuple(kinds.get(("postpone", True), ())),
    )


def _problem(code: str, place: str, **values: object) -> Problem:
    return fill(CATALOGUE[code], code, place, values)

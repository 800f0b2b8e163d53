"""Tell right from wrong without giving the answer away."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from typing import Any, Literal

from diagnose.handbook.exercises.bank import Exercise, find_exercise, load_bank, seal
from diagnose.handbook.exercises.plain import NotAnAnswerError, plain_answer
from diagnose.language import Language, default_language, load_catalogue

Status = Literal["right", "near", "wrong", "unreadable", "unknown"]
_MARKS: dict[str, str] = {"right": "✓", "near": "≈", "wrong": "✗"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What `check` says of an answer; shown as a sentence.

    Attributes
    ----------
    exercise : str
        Id as it was given.
    status : {"right", "near", "wrong", "unreadable", "unknown"}
        Near: only the rounding differs. Unreadable: no answer of the kind asked for.
        Unknown: there is no such exercise.
    message : str
        One or two sentences; never the answer.
    """

    exercise: str
    status: Status
    message: str

    @property
    def is_right(self) -> bool:
        """Whether the answer was right."""
        return self.status == "right"

    def __str__(self) -> str:
        """Return the sentence with its mark."""
        return f"{_MARKS.get(self.status, '?')} {self.message}"

    def __repr__(self) -> str:
        """Return the sentence, for the last line of a notebook cell."""
        return str(self)

    def _repr_html_(self) -> str:
        kind = escape(self.status)
        return (
            f'<p class="diagnose-check diagnose-check-{kind}">{escape(str(self))}</p>'
        )


def check(exercise: str, answer: Any, *, language: Language | None = None) -> Verdict:
    """Tell whether an answer to an exercise of the handbook is right.

    The package holds no answers, only hashes of them that are slow to compute; so a
    verdict never gives the answer away. Known slips get a hint of their own.

    Parameters
    ----------
    exercise : str
        Id of an exercise, such as ``"ex-length"``.
    answer : number, str, bool, list or pandas or numpy object
        A decimal comma counts as a point, capitals do not count, and the order of
        several words is free. Numbers are rounded as the exercise asks.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    Verdict
        Never an error: what cannot be read as an answer is said in words.

    Examples
    --------
    >>> import diagnose as dg
    >>> dg.check("ex-length", "a lot", language="en").status
    'unreadable'
    """
    speak = language or default_language()
    known = find_exercise(exercise)
    if known is None:
        return _unknown(exercise, speak)
    try:
        outcome = known.sealed.get(seal(known.id, plain_answer(known, answer)), "wrong")
    except NotAnAnswerError as reason:
        text = load_catalogue("exercises").text(f"unreadable.{reason}", speak)
        return Verdict(exercise=known.id, status="unreadable", message=text)
    return _judged(known, outcome, speak)


def _judged(known: Exercise, outcome: str, speak: Language) -> Verdict:
    words = load_catalogue("exercises")
    lesson = f"exercise.{known.id}"
    if outcome == "right":
        right = [words.text("right", speak), words.text(f"{lesson}.right", speak)]
        return Verdict(exercise=known.id, status="right", message=" ".join(right))
    if outcome in ("near", "coarse"):
        text = words.text(outcome, speak, digits=known.digits)
        return Verdict(exercise=known.id, status="near", message=text)
    hint = words.text(f"{lesson}.{outcome}", speak)
    message = f"{words.text('wrong', speak)} {hint}"
    return Verdict(exercise=known.id, status="wrong", message=message)


def _unknown(exercise: object, speak: Language) -> Verdict:
    names = list(load_bank())
    near = get_close_matches(str(exercise), names, n=3, cutoff=0.5) or names
    text = load_catalogue("exercises").text(
        "unknown", speak, exercise=repr(exercise), near=", ".join(near)
    )
    return Verdict(exercise=str(exercise), status="unknown", message=text)

"""Problems of the intake, built from one catalogue so that each language has them.

The catalogue is ``language/texts/responses.yaml``: a code such as ``R003`` with a
message, what would have been allowed, and the way out. No text of it holds an answer
of one person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diagnose.errors import Problem, ResponseError
from diagnose.language.catalogue import Language, load_catalogue
from diagnose.language.numbers import format_number

_PARTS = ("message", "allowed", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeProblem(Problem):
    """A problem that remembers what fills its text, so that it can be told again.

    Attributes
    ----------
    values : tuple of (str, object)
        Names and values of the fields of the catalogue text; numbers are unrounded.
    """

    values: tuple[tuple[str, object], ...] = ()


def problem(code: str, place: str, **values: object) -> IntakeProblem:
    """Return the catalogue's problem `code` at `place`, in English."""
    return IntakeProblem(
        code=code,
        place=place,
        values=tuple(values.items()),
        **_texts(code, "en", values),
    )


def refuse(code: str, place: str, **values: object) -> ResponseError:
    """Return the error for a file that cannot be read any further."""
    return ResponseError([problem(code, place, **values)])


def problems_in_words(
    problems: Iterable[Problem], language: Language
) -> tuple[Problem, ...]:
    """Return the same problems with their texts in `language`.

    A problem of another part of the program, which this catalogue does not hold,
    is returned as it is.

    Parameters
    ----------
    problems : iterable of Problem
        From an `IntakeReport` or a `ResponseError`.
    language : {"en", "nl"}
        Language of the reader.
    """
    return tuple(_in_words(one, language) for one in problems)


def _in_words(one: Problem, language: Language) -> Problem:
    values = dict(one.values) if isinstance(one, IntakeProblem) else {}
    texts = _texts(one.code, language, values)
    if not values and (not texts or any("{" in text for text in texts.values())):
        return one  # another part made it, and only that part knows its values
    return Problem(code=one.code, place=one.place, **texts)


def _texts(code: str, language: Language, values: dict[str, object]) -> dict[str, str]:
    catalogue = load_catalogue("responses")
    words = {name: _word(name, value, language) for name, value in values.items()}
    return {
        part: catalogue.text(f"{code}.{part}", language, **words)
        for part in _PARTS
        if catalogue.has(f"{code}.{part}")
    }


def _word(name: str, value: object, language: Language) -> str:
    if name == "kind":
        return load_catalogue("responses").text(f"kind.{value}", language)
    if isinstance(value, float):
        return format_number(value, language)
    if isinstance(value, tuple):
        return ", ".join(_word(name, part, language) for part in value)
    return str(value)

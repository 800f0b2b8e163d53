"""Problems whose words stand in a catalogue, so that they can be told in any language.

A catalogue holds, under a code such as ``R003``, a message, what would have been
allowed, and the way out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnose.errors import Problem
from diagnose.language.catalogue import Language, load_catalogue
from diagnose.language.numbers import format_number

_PARTS = ("message", "allowed", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedProblem(Problem):
    """A problem that remembers what fills its text, so that it can be told again.

    Attributes
    ----------
    section : str
        Catalogue that holds its words.
    values : tuple of (str, object)
        Names and values of the fields of the catalogue text; numbers are unrounded.
    """

    section: str
    values: tuple[tuple[str, object], ...] = ()


def worded_problem(
    section: str, code: str, place: str, values: Mapping[str, object]
) -> WordedProblem:
    """Return the problem `code` of a catalogue at `place`, in English."""
    return WordedProblem(
        section=section,
        code=code,
        place=place,
        values=tuple(values.items()),
        **_texts(section, code, "en", values),
    )


def problems_in_words(
    problems: Iterable[Problem], language: Language
) -> tuple[Problem, ...]:
    """Return the same problems with their texts in `language`.

    A problem that comes from no catalogue is returned as it is.

    Parameters
    ----------
    problems : iterable of Problem
        From a report or an error.
    language : {"en", "nl"}
        Language of the reader.
    """
    return tuple(_in_words(one, language) for one in problems)


def _in_words(one: Problem, language: Language) -> Problem:
    if not isinstance(one, WordedProblem):
        return one
    texts = _texts(one.section, one.code, language, dict(one.values))
    return Problem(code=one.code, place=one.place, **texts)


def _texts(
    section: str, code: str, language: Language, values: Mapping[str, object]
) -> dict[str, str]:
    catalogue = load_catalogue(section)
    words = {n: _word(section, n, value, language) for n, value in values.items()}
    return {
        part: catalogue.text(f"{code}.{part}", language, **words)
        for part in _PARTS
        if catalogue.has(f"{code}.{part}")
    }


def _word(section: str, name: str, value: object, language: Language) -> str:
    if name == "kind":
        return load_catalogue(section).text(f"kind.{value}", language)
    if isinstance(value, float):
        return format_number(value, language)
    if isinstance(value, tuple):
        return ", ".join(_word(section, name, part, language) for part in value)
    return str(value)

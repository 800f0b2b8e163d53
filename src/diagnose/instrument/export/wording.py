"""Words around the questions, in the language of the survey or else in English."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.language import Language, load_catalogue


def spoken(language: str) -> Language:
    """Return the language of the words around the questions.

    An instrument may have a language that the program does not speak.
    """
    return "nl" if language == "nl" else "en"


def word(key: str, language: str, **values: object) -> str:
    """Return one text of the catalogue ``fielding``, filled in."""
    return load_catalogue("fielding").text(key, spoken(language), **values)


def words(key: str, languages: Sequence[str], **values: object) -> dict[str, str]:
    """Return one text of the catalogue for each language."""
    return {one: word(key, one, **values) for one in languages}

"""Themes of open answers: labels of a reviewer, never words that lead to a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from diagnose.instrument.labels import normalise_label
from diagnose.responses.comments.redact import suggest_redactions

MOST_THEMES = 3
"""Of one text: who needs more is retelling it."""

LONGEST_THEME = 40
MOST_WORDS = 5
_QUOTED_WORDS = 4
"""So many words of a text in a row are a quote and no label."""

_MARKS = frozenset(" -'’/&+()")
_LEADS_TO_SOMEONE = frozenset(
    {"email", "phone", "iban", "bsn", "handle", "link", "address", "plate", "date",
     "number", "name"}
)  # fmt: skip
_SHORT = 3
UnitWords = frozenset[tuple[str, ...]]
_WORDS = re.compile(r"\w+")


def split_themes(cell: str) -> tuple[str, ...]:
    """Return the themes in a cell, separated by semicolons, each once."""
    labels = (" ".join(part.split()) for part in cell.split(";"))
    return tuple({normalise_label(label): label for label in labels if label}.values())


def too_many(themes: tuple[str, ...]) -> bool:
    """Tell whether one text has more themes than a label can be worth."""
    return len(themes) > MOST_THEMES


def is_label(theme: str) -> bool:
    """Tell whether a theme is a short label: a few words of letters and digits.

    No sign that a workbook, a page or a document could take for something else can
    stand in one: no markup, formula, emoji, control character or change of direction.
    """
    words = theme.split()
    return (
        len(theme) <= LONGEST_THEME
        and len(words) <= MOST_WORDS
        and theme[:1].isalnum()
        and all(c in _MARKS or unicodedata.category(c)[0] in "LMN" for c in theme)
    )


def is_quoted(theme: str, text: str) -> bool:
    """Tell whether a theme repeats several words of a text as they stand there."""
    words, said = (_WORDS.findall(part.casefold()) for part in (theme, text))
    if len(words) < _QUOTED_WORDS:
        return False
    n = _QUOTED_WORDS
    runs = {tuple(said[at : at + n]) for at in range(len(said) - n + 1)}
    return any(tuple(words[at : at + n]) in runs for at in range(len(words) - n + 1))


def names_someone(theme: str) -> bool:
    """Tell whether a theme looks like contact data or the name of a person."""
    found = suggest_redactions(theme)
    return any(part.kind in _LEADS_TO_SOMEONE for part in found)


def words_of_units(labels: Iterable[str]) -> UnitWords:
    """Return the words of each name of a unit, for `names_a_unit`.

    Names of up to three characters count in their own case only: "IT" is no "it".
    """
    names = (name.strip() for name in labels)
    cased = (name if len(name) <= _SHORT else name.casefold() for name in names)
    return frozenset(tuple(_WORDS.findall(name)) for name in cased) - {()}


def names_a_unit(theme: str, units: UnitWords) -> bool:
    """Tell whether the name of a unit stands in a theme, as whole words."""
    for words in (_WORDS.findall(theme), _WORDS.findall(theme.casefold())):
        ends = range(1, len(words) + 1)
        if any(tuple(words[at:end]) in units for end in ends for at in range(end)):
            return True
    return False

"""Exports of Microsoft Forms: an XLSX file with the full question texts as headings.

The metadata headings are those of real files in English, Dutch, German and French, as
public programs name them; the language column of multilingual forms is known from
French and English files only. Forms writes answers as label texts, and only those of
people who submitted. The rows of a Likert question are headings of their own, with the
row text alone. Headings may end in blanks; of two equal headings the second gets a
digit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.instrument.labels import normalise_label
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    column_of,
    n_marks,
    names_of,
    not_an_item,
    purposes_of,
)
from diagnose.responses.read.moments import arrange_moments

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_STARTED = ("start time", "begintijd", "startzeit", "heure de début")
_ENDED = (
    "completion time",
    "tijd van voltooien",
    "fertigstellungszeit",
    "heure de fin",
)
_PEOPLE = (
    *("email", "e-mail", "adresse de messagerie", "name", "naam", "nom"),
    *("last modified time", "tijd van laatste wijziging"),
    *("zeitpunkt der letzten änderung", "heure de la dernière modification"),
)
_LANGUAGE = ("language", "taal", "sprache", "langue")
_QUIZ = re.compile(
    r"^(?:points|punten|punkte|feedback|commentaires) - (?P<question>.+)$"
)
_QUIZ_TOTALS = (
    *("total points", "totaal aantal punten", "gesamtpunktzahl", "total des points"),
    *("quiz feedback", "feedback over quiz", "quizfeedback"),
)
_CLASH = re.compile(r"^(?P<text>.+?)\d+$")
_PURPOSES = {
    "id": "response",
    **dict.fromkeys(_STARTED, "time"),
    **dict.fromkeys(_ENDED, "ended"),
}


def _detect(table: Table) -> bool:
    """Want both a start and a completion time, beside an id or facts about people."""
    names = names_of(table.head[0])
    both = n_marks(names, _STARTED) and n_marks(names, _ENDED)
    return bool(both and n_marks(names, ("id", *_PEOPLE)))


def _layout(table: Table) -> Layout:
    names = names_of(table.head[0])
    system = purposes_of(names, _PURPOSES)
    last = max((names.index(n) for n in (*_STARTED, *_ENDED) if n in names), default=0)
    columns = []
    for position, heading in enumerate(table.head[0]):
        column = _column(heading, position, names)
        # A question about the language comes after the metadata.
        if names[position] in _LANGUAGE and position <= last + 4:
            system.setdefault("language", position)
        columns.append(column)
    return Layout(columns=tuple(columns), system=system)


def _column(heading: str, position: int, names: list[str]) -> Column:
    column = column_of(heading, position)
    name = names[position]
    quiz = _QUIZ.match(name)
    if name in _QUIZ_TOTALS or (quiz and quiz["question"] in names):
        return not_an_item(column)
    if name in (*_STARTED, *_ENDED, *_PEOPLE, "id"):
        return not_an_item(column)
    clash = _CLASH.match(name)
    if clash and clash["text"] in names[:position]:
        # The same question twice: both are shown to whoever has to choose.
        original = column_of(heading.rstrip()[: -len(_digits(name))], position)
        return Column(
            position=position,
            heading=column.heading,
            codes=tuple(dict.fromkeys((*column.codes, *original.codes))),
            texts=tuple(dict.fromkeys((*column.texts, *original.texts))),
        )
    return column


def _digits(name: str) -> str:
    found = re.search(r"\d+$", normalise_label(name))
    return found[0] if found else ""


def _exclude(system: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=system.index, dtype=object)


MICROSOFT_FORMS = Platform(
    name="microsoft-forms",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    arrange=arrange_moments,
    tells_partials=False,
    codes_need_confirming=True,
    labels_only=True,
)

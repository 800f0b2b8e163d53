"""Exports of SurveyMonkey: a row of questions, and below it rows, choices or nothing.

The question stands above the first column of its block only. Below it the second row
says ``Response`` or ``Open-Ended Response``, the row of a matrix, or a choice; below
the metadata it is blank. The English words are those of real files, the Dutch and
German ones are unverified. In an "expanded" export every choice has a column of its
own, so that no column holds an answer: none of these is taken for an item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.instrument.labels import normalise_label
from diagnose.responses.problems import refuse
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    column_of,
    names_of,
    not_an_item,
    purposes_of,
)
from diagnose.responses.read.moments import arrange_moments

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_RESPONDENT = (
    *("respondent id", "respondentid", "respondent-id"),
    *("id van respondent", "id van de respondent", "befragten-id", "teilnehmer-id"),
)
_COLLECTOR = ("collector id", "collectorid", "collector-id", "id van collector")
_STARTED = ("start date", "startdate", "startdatum", "begindatum")
_ENDED = ("end date", "enddate", "einddatum", "enddatum")
_PEOPLE = (
    *("ip address", "ipaddress", "ip-adres", "ip-adresse", "email address"),
    *("e-mailadres", "e-mail-adresse", "first name", "last name", "voornaam"),
    *("achternaam", "vorname", "nachname", "custom data 1", "custom data"),
)
_METADATA = {*_RESPONDENT, *_COLLECTOR, *_STARTED, *_ENDED, *_PEOPLE}
_RESPONSE = {
    *("response", "open-ended response"),
    *("antwoord", "reactie", "respons", "open antwoord", "open reactie"),
    *("antwort", "offene antwort", "beantwortung", "beantwortung mit offenem ende"),
}
_PURPOSES = {
    **dict.fromkeys(_RESPONDENT, "response"),
    **dict.fromkeys(_STARTED, "time"),
    **dict.fromkeys(_ENDED, "ended"),
}


def _detect(table: Table) -> bool:
    """Want metadata above blanks, or two columns with the words for an answer."""
    return _has_two_rows(table) or _has_one_row(table)


def _has_two_rows(table: Table, *, enough: int = 2) -> bool:
    """Tell whether the second row belongs to the headings.

    The metadata stand first; a survey may well ask for a first name. Someone may have
    taken them away, then `enough` columns must be called answers.
    """
    if len(table.head) < 2:
        return False
    first, second = (names_of(row) for row in table.head[:2])
    rows = list(zip(first, second, strict=True))
    n_answered = sum(below in _RESPONSE for _, below in rows)
    if not rows or rows[0][0] not in _METADATA or rows[0][1]:
        return n_answered >= enough
    above_blank = {name for name, below in rows if name in _METADATA and not below}
    n_within = sum(not name and bool(below) for name, below in rows)
    whole = len({*_RESPONDENT, *_COLLECTOR} & above_blank) >= 2
    return bool(n_answered or n_within or whole)


def _has_one_row(table: Table) -> bool:
    """Tell whether someone took the second row away."""
    names = set(names_of(table.head[0]))
    return bool(names & {*_RESPONDENT}) and bool(names & {*_COLLECTOR})


def _layout(table: Table) -> Layout:
    two = _has_two_rows(table, enough=1)
    if not two and not _has_one_row(table):
        raise refuse("R121", table.name, platform="surveymonkey")
    names = names_of(table.head[0])
    # Of equal names the first is the platform's, the others are questions.
    system = purposes_of(names, _PURPOSES)
    below = table.head[1] if two else ("",) * len(names)
    questions = _questions(table.head[0], below)
    single = _choices(table, below) if two else set()
    columns = []
    for position, question in enumerate(questions):
        column = _column(position, question, below[position])
        own = names[position] in _METADATA and not below[position].strip()
        if own or position in single:
            column = not_an_item(column)
        columns.append(column)
    return Layout(columns=tuple(columns), n_header_rows=2 if two else 1, system=system)


def _questions(first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
    """Return the question of each column: its own, or that of the block it stands in.

    A block goes on while the first row is blank and the second is not; metadata,
    blank in the second row, never begin one.
    """
    questions, current = [], ""
    for question, below in zip(first, second, strict=True):
        if question.strip():
            current = question if below.strip() else ""
            questions.append(question)
        else:
            current = current if below.strip() else ""
            questions.append(current)
    return questions


def _column(position: int, question: str, below: str) -> Column:
    row = normalise_label(below)
    if not row or row in _RESPONSE:
        return column_of(question, position)
    # Of a column in a block only the row is its own text; the question is all theirs.
    own = column_of(below, position)
    whole = column_of(f"{question} [{below}]", position)
    return Column(
        position=position,
        heading=whole.heading,
        codes=own.codes,
        texts=tuple(dict.fromkeys((*own.texts, *whole.texts))),
    )


def _choices(table: Table, below: tuple[str, ...]) -> set[int]:
    """Return the columns of choices: these hold nothing but the choice, or a blank."""
    candidates = [
        position
        for position, text in enumerate(below)
        if text.strip() and normalise_label(text) not in _RESPONSE
    ]
    cells = table.take(candidates, n_header_rows=2)
    found = set()
    for position in candidates:
        given = cells[position].cat.remove_unused_categories().cat.categories
        texts = {normalise_label(str(text)) for text in given} - {""}
        if texts == {normalise_label(below[position])}:
            found.add(position)
    return found


def _exclude(system: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=system.index, dtype=object)


SURVEYMONKEY = Platform(
    name="surveymonkey",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    arrange=arrange_moments,
    codes_need_confirming=True,
)

"""Exports of LimeSurvey: headings by code, by text whole or cut off, or by both.

As written by ``application/helpers/admin/export/Writer.php`` in
https://github.com/LimeSurvey/LimeSurvey: code and text are joined by a separator that
the user chooses, and blanks in texts may become underscores. An abbreviated heading
cuts off question and sub-question alike, at 15 characters unless told otherwise, and
ends them with ``.. ``. German words for the system columns are those of real files,
Dutch ones are unverified. Answers of an array with two scales have two columns, which
only a mapping can tell apart.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.instrument.labels import normalise_label
from diagnose.responses.read.layout import (
    SHORTEST_STEM,
    Column,
    Layout,
    Platform,
    bracketed,
    code_and_text,
    not_an_item,
    shown,
    split_code,
    text_variants,
)

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_WORDS = {
    "id": ("response id", "antwort id", "antwort-id", "antwoord id", "antwoord-id"),
    "submitdate": (
        *("date submitted", "datum abgeschickt"),
        *("datum ingediend", "datum verzonden", "datum ingezonden"),
    ),
    "lastpage": ("last page", "letzte seite", "laatste pagina"),
    "startlanguage": ("start language", "start-sprache", "starttaal", "begintaal"),
    "seed": ("seed", "zufallsstartwert"),
    "startdate": ("date started", "datum gestartet", "datum gestart", "datum begonnen"),
    "datestamp": (
        *("date last action", "datum letzte aktivität"),
        *("datum laatste actie", "datum laatste handeling"),
    ),
    "token": (
        "token",
        "access code",
        "zugangscode",
        "zugangsschlüssel",
        "toegangscode",
    ),
    "ipaddr": ("ip address", "ip-adresse", "ip-adres"),
    "refurl": ("referrer url", "weiterleitungs-url", "verwijzende url"),
    "interviewtime": ("total time", "gesamtzeit", "totale tijd"),
}
_CODES = {text: code for code, texts in _WORDS.items() for text in (code, *texts)}
_PURPOSES = {
    "id": "response",
    "submitdate": "submitted",
    "startlanguage": "language",
    "startdate": "time",
    "interviewtime": "seconds",
}
_CERTAIN = {
    *("submitdate", "lastpage", "startlanguage", "datestamp", "ipaddr", "refurl"),
    "interviewtime",
}
_SEPARATOR = re.compile(
    r"(?:submitdate|lastpage|startlanguage|startdate|datestamp|interviewtime|ipaddr)"
    r"(?P<mark>_|[^\w\[]{1,4})(?=\w)",
    re.IGNORECASE,
)
_CODE = r"(?P<code>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)?(?:\[[^\]]*\])*)"
_SHORT_CODE = r"(?P<code>[A-Za-z][A-Za-z0-9]*(?:\[[^\]]*\])*)"
_BRACKETS_FIRST = re.compile(
    r"(?P<code>[A-Za-z][A-Za-z0-9]*(?:\[\w+\])+)[ _](?P<text>.+)", re.DOTALL
)
_TIMING = re.compile(
    r"(?:grouptime\d+|interviewtime|.*(?:question|group) time: .*"
    r"|(?:fragen|gruppen|frage|vraag|groeps?)-?\s?(?:zeit|tijd): .*)"
)
_ADDED = re.compile(r"(?:\[|_)(?:other|\w*comment|othercomment|filecount)\]?$|-oth-$")
_SHORTEST_WORD = 6
_CUT = re.compile(r"\s*(?<!\.)\.\.\s*$")


def _detect(table: Table) -> bool:
    """Want two system columns, or the code before nearly every question text."""
    headings = [shown(h, i) for i, h in enumerate(table.head[0])]
    mark = _separator(headings)
    known = {_system_code(*_parts(heading, mark)) for heading in headings}
    if len(_CERTAIN & known) >= 2:
        return True
    coded = sum(code_and_text(heading) is not None for heading in headings)
    return coded >= max(3, 0.8 * sum(bool(h.strip()) for h in table.head[0]))


def _separator(headings: list[str]) -> str:
    """Return what the file puts between code and text, as two system columns tell."""
    found = (_SEPARATOR.match(heading) for heading in headings)
    marks = Counter(match["mark"] for match in found if match)
    return next((mark for mark, n in marks.most_common(1) if n >= 2), "")


def _parts(heading: str, mark: str) -> tuple[str, str]:
    """Return the code and the text of a heading; the heading twice when it has one."""
    if mark:
        code = _SHORT_CODE if mark == "_" else _CODE
        found = re.match(f"{code}{re.escape(mark)}(?P<text>.*)", heading, re.DOTALL)
    else:
        found = _BRACKETS_FIRST.fullmatch(heading)
    if found:
        return found["code"], found["text"]
    return code_and_text(heading) or (heading, heading)


def _system_code(code: str, text: str) -> str:
    """Return the code of a system column by any of its names, empty for others."""
    for name in (code, text, text.replace("_", " ")):
        plain = normalise_label(name)
        known = {_CODES[plain]} if plain in _CODES else _cut_off(plain)
        if len(known) == 1:
            return known.pop()
    return ""


def _cut_off(name: str) -> set[str]:
    """Return the system columns whose name begins as one that was cut off."""
    stem = _CUT.sub("", name)
    if stem == name or len(stem) < _SHORTEST_WORD:
        return set()
    return {code for word, code in _CODES.items() if word.startswith(stem)}


def _layout(table: Table) -> Layout:
    headings = [shown(h, i) for i, h in enumerate(table.head[0])]
    mark = _separator(headings)
    columns = []
    system: dict[str, int] = {}
    for position, heading in enumerate(headings):
        parts = _parts(heading, mark)
        known = _system_code(*parts)
        column = _column(position, heading, *parts)
        columns.append(not_an_item(column) if known else column)
        if known in _PURPOSES:
            system.setdefault(_PURPOSES[known], position)
    return Layout(columns=tuple(columns), system=system)


def _column(position: int, heading: str, code: str, text: str) -> Column:
    column = Column(
        position=position,
        heading=heading,
        codes=split_code(code),
        texts=text_variants(bracketed(text)),
    )
    whole = code.casefold()
    if _ADDED.search(whole) or _is_timing(whole, text):
        return not_an_item(column)
    return replace(column, stems=_stems(text))


def _is_timing(code: str, text: str) -> bool:
    names = (code, normalise_label(text.replace("_", " ")))
    return any(_TIMING.fullmatch(name) for name in names)


def _stems(text: str) -> tuple[str, ...]:
    """Return the beginning of the text that stands for a cut-off heading.

    Of an array that is its row, as the question belongs to all rows alike.
    """
    own = bracketed(text.strip())[-1]
    if not _CUT.search(own):
        return ()
    found = text_variants((_CUT.sub("", own),))
    return tuple(stem for stem in found if len(stem) >= SHORTEST_STEM)


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Call a response partial when its submission date is empty.

    The value itself says nothing: anonymised surveys set it to 1980-01-01 for all.
    """
    reasons = pd.Series("", index=system.index, dtype=object)
    if "submitted" in system:
        reasons[system["submitted"].str.strip() == ""] = "partial"
    return reasons


LIMESURVEY = Platform(
    name="limesurvey", detect=_detect, layout=_layout, exclude=_exclude
)

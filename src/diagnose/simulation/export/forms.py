"""Answers in the look of Microsoft Forms and of Google Forms: words only.

Headings of Microsoft Forms as in real workbooks in English, Dutch and German; the rows
of a Likert question have headings of their own, in which no-break spaces occur.
Headings of a Google grid are ``Question [Row]``. Not verified: ``anonymous`` as
address, and the grid heading.
"""

from __future__ import annotations

import datetime as dt

from diagnose.simulation.export.content import Asked, columns_of, stem_of
from diagnose.simulation.export.files import Cell, csv_bytes, xlsx_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.wave import Wave

_MICROSOFT = {
    "en": ("ID", "Start time", "Completion time", "Email", "Name"),
    "nl": ("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"),
    "de": ("ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"),
}
_CHANGED = {"en": "Last modified time", "nl": "Tijd van laatste wijziging"}
_TIMESTAMP = {"en": "Timestamp", "nl": "Tijdstempel", "de": "Zeitstempel"}


def _write_microsoft(wave: Wave, _: Wording) -> bytes:
    head = list(_MICROSOFT[wave.interface])
    same = len(wave)
    columns: list[list[Cell]] = [
        list(wave.numbers()),
        list(wave.started()),
        list(wave.ended()),
        ["anonymous"] * same,
        [None] * same,
    ]
    if wave.interface in _CHANGED:
        head.append(_CHANGED[wave.interface])
        columns.append([None] * same)
    for asked in columns_of(wave, "labels", roles="titles", hidden=False):
        head.append(asked.text + ("\u00a0" if asked.kind == "item" else ""))
        columns.append(list(asked.cells))
    return xlsx_bytes([head, *zip(*columns, strict=True)])


def _write_google(wave: Wave, wording: Wording) -> bytes:
    asked = columns_of(wave, "labels", roles="titles", hidden=False)
    head = [_TIMESTAMP[wave.interface], *(_grid(wave, one) for one in asked)]
    answers = [one.cells for one in asked]
    if wording.kind == ".xlsx":
        dated = zip(wave.ended(), *answers, strict=True)
        return xlsx_bytes([head, *dated], sheet="Form Responses 1")
    stamped = zip(map(_stamp, wave.ended()), *answers, strict=True)
    return csv_bytes([head, *stamped])


def _grid(wave: Wave, asked: Asked) -> str:
    return f"{stem_of(wave)} [{asked.text}]" if asked.kind == "item" else asked.text


def _stamp(moment: dt.datetime) -> str:
    """Return a moment such as ``2026/01/05 8:05:00 p.m. CET``."""
    half = "a.m." if moment.hour < 12 else "p.m."
    hour = moment.hour % 12 or 12
    return f"{moment:%Y/%m/%d} {hour}:{moment:%M:%S} {half} CET"


MICROSOFT_FORMS = Look(
    platform="microsoft-forms",
    kinds=(".xlsx",),
    write=_write_microsoft,
    answers=("labels",),
    headings=("full",),
)
GOOGLE_FORMS = Look(
    platform="google-forms",
    kinds=(".csv", ".xlsx"),
    write=_write_google,
    answers=("labels",),
    headings=("full",),
)

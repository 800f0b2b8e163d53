"""Answers in the look of Qualtrics: three header rows, or two as in older files.

Columns as in
https://www.qualtrics.com/support/survey-platform/data-and-analysis-module/data/download-data/understanding-your-dataset/
and in real files. Item ``v1`` of block ``v`` is row 1 of the matrix ``v``: ``v_1``. An
item that is not called after its block is a question of its own. Not verified: the
distribution channel of previews, and what Dutch accounts write in the second row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

from diagnose.simulation.export.content import Asked, RoleWords, columns_of, stem_of
from diagnose.simulation.export.files import csv_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.settings import Words
from diagnose.simulation.export.wave import PARTIAL, PREVIEW, Wave

_NO_ADDRESS = "192.0.2.1"
_TEXTS = {
    "StartDate": ("startDate", "Start Date", "Anfangsdatum"),
    "EndDate": ("endDate", "End Date", "Enddatum"),
    "Status": ("status", "Response Type", "Antworttyp"),
    "IPAddress": ("ipAddress", "IP Address", "IP-Adresse"),
    "Progress": ("progress", "Progress", "Aktueller Stand"),
    "Duration (in seconds)": (
        *("duration", "Duration (in seconds)"),
        "Dauer (in Sekunden)",
    ),
    "Finished": ("finished", "Finished", "Beendet"),
    "RecordedDate": ("recordedDate", "Recorded Date", "Erfassungsdatum"),
    "ResponseId": ("_recordId", "Response ID", "Antwort-ID"),
    "RecipientLastName": (
        *("recipientLastName", "Recipient Last Name"),
        "Nachname des Empfängers",
    ),
    "RecipientFirstName": (
        *("recipientFirstName", "Recipient First Name"),
        "Vorname des Empfängers",
    ),
    "RecipientEmail": (
        *("recipientEmail", "Recipient Email"),
        "E-Mail des Empfängers",
    ),
    "ExternalReference": (
        *("externalDataReference", "External Data Reference"),
        "Externe Datenreferenz",
    ),
    "LocationLatitude": (
        *("locationLatitude", "Location Latitude"),
        "Breitengrad des Standorts",
    ),
    "LocationLongitude": (
        *("locationLongitude", "Location Longitude"),
        "Längengrad des Standorts",
    ),
    "DistributionChannel": (
        *("distributionChannel", "Distribution Channel"),
        "Verteilungskanal",
    ),
    "UserLanguage": ("userLanguage", "User Language", "Benutzersprache"),
}
"""Name, import id, and the second row in English and German; Dutch is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    text: str
    import_id: str
    cells: list[str]


def _write(wave: Wave, wording: Wording) -> bytes:
    numeric = wording.answers == "codes"
    columns = [*_metadata(wave, numeric), *_questions(wave, numeric)]
    rows = [
        [column.name for column in columns],
        [column.text for column in columns],
        [_import_object(column.import_id) for column in columns],
        *zip(*(column.cells for column in columns), strict=True),
    ]
    return csv_bytes(rows, quoted=False, encoding="utf-8-sig")


def _write_legacy(wave: Wave, wording: Wording) -> bytes:
    numeric = wording.answers == "codes"
    columns = [*_legacy_metadata(wave), *_questions(wave, numeric)]
    rows = [
        [column.name for column in columns],
        [column.text for column in columns],
        *zip(*(column.cells for column in columns), strict=True),
    ]
    # older files end every line with a comma
    return csv_bytes(([*row, ""] for row in rows), quoted=False, encoding="utf-8-sig")


def _import_object(import_id: str) -> str:
    parts = {"ImportId": import_id}
    if import_id.endswith("Date"):
        parts["timeZone"] = "Europe/Amsterdam"
    return json.dumps(parts, separators=(",", ":"))


def _metadata(wave: Wave, numeric: bool) -> Iterator[_Column]:
    preview, usual = ("1", "0") if numeric else ("Survey Preview", "IP Address")
    yes, no = ("1", "0") if numeric else ("True", "False")
    blank, ended = [""] * len(wave), _dates(wave.ended())
    cells = {
        "StartDate": _dates(wave.started()),
        "EndDate": ended,
        "Status": wave.where(PREVIEW, preview, usual),
        "IPAddress": [_NO_ADDRESS] * len(wave),
        "Progress": wave.where(PARTIAL, "33", "100"),
        "Duration (in seconds)": wave.seconds(lambda seconds: f"{seconds:.0f}"),
        "Finished": wave.where(PARTIAL, no, yes),
        "RecordedDate": ended,
        "ResponseId": [f"R_{number:015}" for number in wave.numbers()],
        "DistributionChannel": wave.where(PREVIEW, "preview", "anonymous"),
        "UserLanguage": [str(one).upper() for one in wave.people["language"]],
    }
    for name, (import_id, english, german) in _TEXTS.items():
        text = german if wave.interface == "de" else english
        yield _Column(
            name=name, text=text, import_id=import_id, cells=cells.get(name, blank)
        )


def _legacy_metadata(wave: Wave) -> Iterator[_Column]:
    cells = {
        "ResponseID": [f"R_{number:015}" for number in wave.numbers()],
        "ResponseSet": ["Default Response Set"] * len(wave),
        "Name": ["Anonymous"] * len(wave),
        "ExternalDataReference": [""] * len(wave),
        "EmailAddress": [""] * len(wave),
        "IPAddress": [_NO_ADDRESS] * len(wave),
        "Status": wave.where(PREVIEW, "1", "0"),
        "StartDate": _dates(wave.started()),
        "EndDate": _dates(wave.ended()),
        "Finished": wave.where(PARTIAL, "0", "1"),
    }
    for number, (text, column) in enumerate(cells.items(), start=1):
        yield _Column(name=f"V{number}", text=text, import_id="", cells=column)


def _questions(wave: Wave, numeric: bool) -> Iterator[_Column]:
    words: Words = "numbers" if numeric else "labels"
    roles: RoleWords = "numbers" if numeric else "titles"
    question: dict[str, int] = {}
    for asked in columns_of(wave, words, roles=roles, hidden=False):
        row = _row_of(asked)
        number = question.setdefault(asked.block if row else asked.name, len(question))
        text = f"{stem_of(wave)} - {asked.text}" if row else asked.text
        suffix = f"_{row}" if row else "_TEXT" if asked.kind in _WRITTEN else ""
        yield _Column(
            name=f"{asked.block}_{row}" if row else asked.name,
            text=text,
            import_id=f"QID{number + 1}{suffix}",
            cells=asked.cells,
        )


_WRITTEN = ("open", "link")


def _row_of(asked: Asked) -> str:
    """Return the row's number in the matrix of its block, empty without a matrix."""
    block, row = asked.block, asked.name.removeprefix(asked.block)
    joined = block and block + row == asked.name and row.isdecimal()
    return row if joined else ""


def _dates(moments: list[dt.datetime]) -> list[str]:
    return [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments]


QUALTRICS = Look(
    platform="qualtrics",
    kinds=(".csv",),
    write=_write,
    tells=frozenset({"partial", "preview", "language", "seconds"}),
)
QUALTRICS_LEGACY = Look(
    platform="qualtrics",
    kinds=(".csv",),
    write=_write_legacy,
    tells=frozenset({"partial", "preview"}),
)

"""Answers in the look of KoboToolbox and of ODK Central.

KoboToolbox (https://github.com/kobotoolbox/formpack): semicolons, every value quoted,
names with the group before them (``v/v1``) or labels. ODK Central: commas, names with
a hyphen (``v-v1``), and names of answers only. Role and edition are ``calculate``
columns; both tools hold submitted forms only. Not verified on a real export: that there
is no byte order mark, and that lines end with a line feed.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from diagnose.simulation.export.content import Asked, columns_of
from diagnose.simulation.export.files import Cell, as_number, csv_bytes, xlsx_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.settings import Heading
from diagnose.simulation.export.wave import Wave

_FIRST_ID = 270_000_001
Columns = list[tuple[str, list[str]]]
"""Heading and cells; two questions may have the same label."""


def _write_kobo(wave: Wave, wording: Wording) -> bytes:
    answers = columns_of(wave, wording.answers)
    columns = [
        *_times(wave),
        *((_heading(asked, wording.heading), asked.cells) for asked in answers),
        *_kobo_system(wave),
    ]
    head, *body = _rows(columns)
    if wording.kind == ".csv":
        return csv_bytes([head, *body], delimiter=";")
    typed: list[list[Cell]] = [[as_number(cell) for cell in row] for row in body]
    return xlsx_bytes([head, *typed], sheet="Survey")


def _rows(columns: Columns) -> list[list[str]]:
    cells = zip(*(cells for _, cells in columns), strict=True)
    return [[heading for heading, _ in columns], *map(list, cells)]


def _heading(asked: Asked, heading: Heading) -> str:
    if heading == "code":
        return _joined(asked, "/")
    # a calculated column has no label, so that its name stands there
    return asked.name if asked.kind in ("role", "edition") else asked.text


def _joined(asked: Asked, separator: str) -> str:
    """Return the name of a question with that of its group before it."""
    return f"{asked.block}{separator}{asked.name}" if asked.block else asked.name


def _kobo_system(wave: Wave) -> Columns:
    same, blank = len(wave), [""] * len(wave)
    uuids = _uuids(wave)
    return [
        ("_id", [str(number) for number in wave.numbers(_FIRST_ID)]),
        ("_uuid", uuids),
        ("_submission_time", [f"{m - _ZONE:%Y-%m-%dT%H:%M:%S}" for m in wave.ended()]),
        ("_validation_status", blank),
        ("_notes", blank),
        ("_status", ["submitted_via_web"] * same),
        ("_submitted_by", blank),
        ("__version__", ["vSynthetic1"] * same),
        ("_tags", blank),
        ("meta/rootUuid", [f"uuid:{one}" for one in uuids]),
        ("_index", [str(number) for number in wave.numbers()]),
    ]


def _write_odk(wave: Wave, wording: Wording) -> bytes:
    same, blank = len(wave), [""] * len(wave)
    keys = [f"uuid:{one}" for one in _uuids(wave)]
    sent = [f"{m - _ZONE:%Y-%m-%dT%H:%M:%S}.000Z" for m in wave.ended()]
    answers = columns_of(wave, wording.answers)
    columns = [
        ("SubmissionDate", sent),
        *_times(wave),
        *((_joined(asked, "-"), asked.cells) for asked in answers),
        ("meta-instanceID", keys),
        ("KEY", keys),
        ("SubmitterID", blank),
        ("SubmitterName", blank),
        ("AttachmentsPresent", ["0"] * same),
        ("AttachmentsExpected", ["0"] * same),
        ("Status", blank),
        ("ReviewState", blank),
        ("DeviceID", blank),
        ("Edits", ["0"] * same),
        ("FormVersion", ["1"] * same),
    ]
    return csv_bytes(_rows(columns), quoted=False)


_ZONE = dt.timedelta(hours=1)


def _times(wave: Wave) -> Columns:
    shape = "{:%Y-%m-%dT%H:%M:%S}.000+01:00".format
    return [
        ("start", [shape(moment) for moment in wave.started()]),
        ("end", [shape(moment) for moment in wave.ended()]),
    ]


def _uuids(wave: Wave) -> list[str]:
    return [str(UUID(int=number, version=4)) for number in wave.numbers()]


KOBO = Look(
    platform="kobo",
    kinds=(".csv", ".xlsx"),
    write=_write_kobo,
    headings=("code", "full"),
    tells=frozenset({"role"}),
)
ODK = Look(
    platform="kobo",
    kinds=(".csv",),
    write=_write_odk,
    answers=("codes",),
    tells=frozenset({"role"}),
)

"""Answers in the look of REDCap: raw (names and codes), or with labels throughout.

Where labels are exported, headings are field labels too. A survey that someone left is
``0`` or ``Incomplete``, and its time stamp reads ``[not completed]``. Not verified on a
real export: which values stand between quotation marks.
"""

from __future__ import annotations

from diagnose.simulation.export.content import columns_of
from diagnose.simulation.export.files import csv_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.wave import PARTIAL, Wave

_BROKE_OFF = "[not completed]"


def _write(wave: Wave, wording: Wording) -> bytes:
    raw = wording.answers == "codes"
    stamps = [
        _BROKE_OFF if kind == PARTIAL else f"{moment:%Y-%m-%d %H:%M:%S}"
        for kind, moment in zip(wave.people["kind"], wave.ended(), strict=True)
    ]
    no, yes = ("0", "2") if raw else ("Incomplete", "Complete")
    columns = [
        ("record_id" if raw else "Record ID", [str(n) for n in wave.numbers()]),
        ("redcap_survey_identifier" if raw else "Survey Identifier", [""] * len(wave)),
        (f"{wave.form}_timestamp" if raw else "Survey Timestamp", stamps),
        *(
            (asked.name if raw or _unlabelled(asked.kind) else asked.text, asked.cells)
            for asked in columns_of(wave, wording.answers)
        ),
        (
            f"{wave.form}_complete" if raw else "Complete?",
            wave.where(PARTIAL, no, yes),
        ),
    ]
    cells = zip(*(cells for _, cells in columns), strict=True)
    return csv_bytes([[head for head, _ in columns], *cells], quoted=False)


def _unlabelled(kind: str) -> bool:
    """Tell whether a field is labelled with its own name."""
    return kind in ("role", "edition")


REDCAP = Look(
    platform="redcap",
    kinds=(".csv",),
    write=_write,
    headings=("code", "full"),
    tells=frozenset({"partial", "role"}),
)

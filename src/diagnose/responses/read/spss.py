"""Which variables of an SPSS file hold what; survey platforms write such files too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    bracketed,
    shown,
    split_code,
    text_variants,
)
from diagnose.responses.read.qualtrics import QUALTRICS

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_OURS = {
    "response": "response",
    "submitted": "submitted",
    "seconds": "seconds",
    "language": "language",
}
_LIMESURVEY = {
    "id": "response",
    "submitdate": "submitted",
    "startdate": "time",
    "startlanguage": "language",
    "interviewtime": "seconds",
}
_QUALTRICS = {
    "responseid": "response",
    "finished": "finished",
    "progress": "progress",
    "status": "status",
    "startdate": "time",
    "userlanguage": "language",
    "duration__in_seconds_": "seconds",
}
_MARKS = (
    ({"submitdate", "startlanguage"}, _LIMESURVEY),
    ({"responseid", "finished", "status"}, _QUALTRICS),
)
"""Variables by which a platform is known; a lone ``status`` may mean anything."""


def _detect(table: Table) -> bool:
    return table.encoding == "sav"


def _layout(table: Table) -> Layout:
    names = [heading.strip().casefold() for heading in table.head[0]]
    labels = table.definition.wordings if table.definition else {}
    columns = tuple(
        Column(
            position=position,
            heading=shown(heading, position),
            codes=split_code(heading),
            texts=text_variants(_parts(" ".join(labels.get(names[position], ())))),
        )
        for position, heading in enumerate(table.head[0])
    )
    purposes = dict(_OURS)
    for marks, known in _MARKS:
        if marks <= set(names):
            purposes = known
    system: dict[str, int] = {}
    for position, name in enumerate(names):
        if name in purposes:
            system.setdefault(purposes[name], position)
    return Layout(columns=columns, system=system)


def _parts(label: str) -> tuple[str, ...]:
    """Return a variable label, and what may be the text of a row at its end."""
    pieces = label.split(" - ")
    tails = [" - ".join(pieces[start:]) for start in range(1, len(pieces))]
    return (*bracketed(label.strip()), *tails)


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Leave out what the platform marked, and what was never submitted."""
    if {"finished", "progress", "status"} & set(system.columns):
        return QUALTRICS.exclude(system)
    reasons = pd.Series("", index=system.index, dtype=object)
    if "submitted" in system:
        reasons[system["submitted"].str.strip() == ""] = "partial"
    return reasons


SPSS = Platform(
    name="spss",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    codes_need_confirming=True,
)

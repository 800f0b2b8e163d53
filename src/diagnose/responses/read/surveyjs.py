"""Which keys of SurveyJS, and of our offline questionnaire, hold what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.responses.files.json_records import LIST, PANEL
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    shown,
    split_code,
    text_variants,
)

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_PURPOSES = {
    "response": "response",
    "instanceid": "response",
    "responseid": "response",
    "submitted": "submitted",
    "submitdate": "submitted",
    "happendat": "time",
    "seconds": "seconds",
    "language": "language",
    "locale": "language",
}
_OURS = "answers."
_OPEN = "comments."


def _detect(table: Table) -> bool:
    return table.encoding == "json"


def _layout(table: Table) -> Layout:
    columns = []
    system: dict[str, int] = {}
    for position, heading in enumerate(table.head[0]):
        columns.append(_column(heading, position))
        purpose = _PURPOSES.get(heading.strip().casefold())
        if purpose:
            system.setdefault(purpose, position)
    return Layout(columns=tuple(columns), system=system)


def _column(heading: str, position: int) -> Column:
    name = shown(heading, position)
    plain = heading.strip().casefold()
    if plain.startswith(_OPEN) or heading.endswith((LIST, PANEL)):
        return Column(position=position, heading=name)
    return Column(
        position=position,
        heading=name,
        codes=dotted_codes(plain.removeprefix(_OURS)),
        texts=text_variants([plain.removeprefix(_OURS)]),
    )


def dotted_codes(code: str) -> tuple[str, ...]:
    """Return the codes that ``v.v1`` or ``v.1`` may mean, the full one first."""
    block, dot, part = code.rpartition(".")
    if not (block and dot and part):
        return split_code(code)
    return (code, part, block.rpartition(".")[2] + part)


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Call a response partial when it has no moment of submission."""
    reasons = pd.Series("", index=system.index, dtype=object)
    if "submitted" in system:
        reasons[system["submitted"].str.strip() == ""] = "partial"
    return reasons


SURVEYJS = Platform(name="surveyjs", detect=_detect, layout=_layout, exclude=_exclude)

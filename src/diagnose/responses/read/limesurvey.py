"""Exports of LimeSurvey: headings by code, by code and text, or by full text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.responses.read.layout import (
    Layout,
    Platform,
    code_and_text,
    column_of,
    shown,
)

if TYPE_CHECKING:
    from diagnose.responses.read.tabular import Table

_PURPOSES = {
    "id": "response",
    "response id": "response",
    "submitdate": "submitted",
    "date submitted": "submitted",
    "startlanguage": "language",
    "start language": "language",
    "startdate": "time",
    "date started": "time",
    "interviewtime": "seconds",
    "total time": "seconds",
}
_CERTAIN = {"submitdate", "date submitted", "startlanguage", "start language"}


def _detect(table: Table) -> bool:
    headings = [shown(h, i) for i, h in enumerate(table.head[0])]
    names = {name.casefold() for heading in headings for name in _names(heading)}
    if len(_CERTAIN & names) >= 2:
        return True
    coded = sum(code_and_text(heading) is not None for heading in headings)
    return coded >= max(3, 0.8 * sum(bool(h.strip()) for h in table.head[0]))


def _names(heading: str) -> tuple[str, ...]:
    return code_and_text(heading) or (heading,)


def _layout(table: Table) -> Layout:
    columns = []
    system: dict[str, int] = {}
    for position, heading in enumerate(table.head[0]):
        column = column_of(heading, position)
        columns.append(column)
        for name in _names(column.heading):
            purpose = _PURPOSES.get(name.casefold())
            if purpose:
                system.setdefault(purpose, position)
    return Layout(columns=tuple(columns), system=system)


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

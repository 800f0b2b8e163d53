"""Exports of Google Forms: a time, then question texts; ``Question [Row]`` in grids.

Forms itself writes a CSV file with times such as ``2024/12/03 8:48:17 p.m. CET``; a
sheet saved as CSV has the times of its locale, one saved as XLSX has date cells. Only
submitted responses are in it. That a grid heading ends in the row text between
brackets is unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.responses.read.layout import (
    Layout,
    Platform,
    column_of,
    names_of,
    not_an_item,
)
from diagnose.responses.read.moments import iso_moments, looks_like_moment

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_TIME = ("timestamp", "tijdstempel", "zeitstempel", "horodateur")
_PEOPLE = (
    *("email address", "username", "e-mailadres", "gebruikersnaam"),
    *("e-mail-adresse", "nutzername", "adresse e-mail", "nom d'utilisateur"),
    *("score", "punktzahl", "note"),
)


def _detect(table: Table) -> bool:
    """Want a heading for the time first, and below it a time as Google writes it."""
    if len(table.head) < 2 or names_of(table.head[0][:1])[0] not in _TIME:
        return False
    first = table.head[1][0].strip()
    # Other programs that write a CSV file put the date in ISO form.
    is_iso = first[4:5] == "-" and table.encoding != "xlsx"
    return looks_like_moment(first) and not is_iso


def _layout(table: Table) -> Layout:
    names = names_of(table.head[0])
    columns = []
    for position, heading in enumerate(table.head[0]):
        column = column_of(heading, position)
        own = position == 0 or names[position] in _PEOPLE
        columns.append(not_an_item(column) if own else column)
    system = {"time": 0} if names[0] in _TIME else {}
    return Layout(columns=tuple(columns), system=system)


def _arrange(system: pd.DataFrame) -> pd.DataFrame:
    if "time" not in system:
        return system
    return system.assign(time=iso_moments(system["time"]))


def _exclude(system: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=system.index, dtype=object)


GOOGLE_FORMS = Platform(
    name="google-forms",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    arrange=_arrange,
    tells_partials=False,
    codes_need_confirming=True,
    labels_only=True,
)

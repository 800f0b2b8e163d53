"""Exports of REDCap: field names and codes, or field labels and choice labels.

The first column is the record. Each form ends in ``<form>_complete`` (0 incomplete,
1 unverified, 2 complete), a form that is a survey begins with ``<form>_timestamp``,
which holds ``[not completed]`` for partial responses. With labels these columns are
called ``Complete?`` and ``Survey Timestamp``. A question with several answers has the
columns ``q___1``, or ``Question (choice=Answer)``. Longitudinal projects have the same
record once an event, repeating forms once an instance. From the vendor's description
as public programs use it; no real file was at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.responses.problems import problem, refuse
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    column_of,
    names_of,
    not_an_item,
)

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_RECORD = ("record_id", "record id")
_EVENT = ("redcap_event_name", "event name")
_INSTANCE = ("redcap_repeat_instance", "repeat instance")
_OTHERS = (
    *("redcap_repeat_instrument", "repeat instrument"),
    *("redcap_survey_identifier", "survey identifier"),
    *("redcap_data_access_group", "data access group"),
)
_COMPLETE = re.compile(r"(?P<form>\w+)_complete|complete\?(?:\.\d+)?")
_TIME = re.compile(r"(?P<form>\w+)_timestamp|survey timestamp(?:\.\d+)?")
_CHECKBOX = re.compile(r".+___\w+|.+\(choice=.*\)")
_FULL = {"2", "complete"}
_OFTEN = 5
_STATES = {"0", "1", "2", "", "incomplete", "unverified", "complete"}


def _detect(table: Table) -> bool:
    """Want two kinds of columns that only this platform has."""
    names = names_of(table.head[0])
    kinds = [_RECORD, _EVENT, _INSTANCE, *((name,) for name in _OTHERS)]
    marks = sum(any(name in names for name in kind) for kind in kinds)
    forms = {position for position, _ in _forms(names)}
    states = {
        normalise_label(row[position]) for row in table.head[1:] for position in forms
    }
    if forms and states <= _STATES:
        timed = any(_time_of(names, position, form) for position, form in _forms(names))
        marks += 1 + timed
    return marks >= 2


def _forms(names: list[str]) -> list[tuple[int, str]]:
    """Return where the state of each form stands, and the form's name if known."""
    found = (
        (position, _COMPLETE.fullmatch(name)) for position, name in enumerate(names)
    )
    return [(position, match["form"] or "") for position, match in found if match]


def _time_of(names: list[str], position: int, form: str) -> int | None:
    """Return where the time of a form stands: under its name, or before its state."""
    if form:
        name = f"{form}_timestamp"
        return names.index(name) if name in names else None
    for place in range(position - 1, -1, -1):
        if _COMPLETE.fullmatch(names[place]):
            return None
        if _TIME.fullmatch(names[place]):
            return place
    return None


def _layout(table: Table) -> Layout:
    names = names_of(table.head[0])
    columns = tuple(
        _column(heading, position, names[position])
        for position, heading in enumerate(table.head[0])
    )
    record = next((names.index(name) for name in _RECORD if name in names), None)
    # The first column is the record under any name, unless someone took it away: it
    # may raise doubts, but only a column of that name may decide who is the same.
    _refuse_repeated_records(table, names, record or 0)
    system = {} if record is None else {"response": record}
    notes = _add_form(system, names, table.name)
    return Layout(columns=columns, system=system, notes=tuple(notes))


def _column(heading: str, position: int, name: str) -> Column:
    column = column_of(heading, position)
    own = {*_RECORD, *_EVENT, *_INSTANCE, *_OTHERS}
    is_state = _COMPLETE.fullmatch(name) or _TIME.fullmatch(name)
    if name in own or is_state or _CHECKBOX.fullmatch(name):
        return not_an_item(column)
    return column


def _add_form(system: dict[str, int], names: list[str], place: str) -> list[Problem]:
    """Note which form tells complete from partial; of several, the only survey."""
    forms = _forms(names)
    surveys = [f for f in forms if _time_of(names, *f) is not None]
    chosen = forms if len(forms) == 1 else surveys
    if len(chosen) == 1:
        position, form = chosen[0]
        system["finished"] = position
        time = _time_of(names, position, form)
        if time is not None:
            system["time"] = time
        return []
    if not forms:
        return []
    listed = ", ".join(sorted({form for _, form in forms if form})) or "Complete?"
    return [problem("R123", place, n=len(forms), forms=listed)]


def _refuse_repeated_records(table: Table, names: list[str], record: int) -> None:
    """Refuse a file in which one respondent stands once an event, or an instance."""
    positions = {
        kind: next((names.index(name) for name in known if name in names), None)
        for kind, known in (("event", _EVENT), ("instance", _INSTANCE))
    }
    cells = {kind: place for kind, place in positions.items() if place is not None}
    if not cells:
        return
    taken = table.take([record, *cells.values()]).astype("str")
    rows = pd.DataFrame({"record": taken[record].str.strip()})
    for kind, place in cells.items():
        rows[kind] = taken[place].str.strip()
    again = rows[rows["record"].ne("") & rows["record"].duplicated(keep=False)]
    if "event" in rows:
        events = again.groupby("record")["event"].nunique()
        if (events > 1).any():
            # Only what many rows have is the name of an event for certain.
            counts = rows["event"].value_counts()
            known = sorted(counts.index[counts >= _OFTEN])
            listed = ", ".join(f'"{event}"' for event in known) or "…"
            n = int((events > 1).sum())
            raise refuse("R124", table.name, n=n, events=listed)
    if "instance" in rows and again["instance"].ne("").any():
        raise refuse("R125", table.name, n=again["record"].nunique())


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Call a response partial unless its form is complete, or its survey was sent."""
    reasons = pd.Series("", index=system.index, dtype=object)
    if "finished" in system:
        states = system["finished"].map(normalise_label)
        reasons[~states.isin(_FULL)] = "partial"
    if "time" in system:
        reasons[system["time"].map(normalise_label) == "[not completed]"] = "partial"
    return reasons


REDCAP = Platform(
    name="redcap",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    states={"finished": _STATES},
)

"""Exports of KoboToolbox and ODK Central: names or labels, with or without groups.

Kobo writes ``v1``, ``v/v1``, ``v-v1`` or ``v.v1``, or labels in one language, beside
columns such as ``_uuid`` (https://support.kobotoolbox.org/export_download.html); ODK
Central writes ``SubmissionDate``, ``v-v1``, ``KEY`` and ``ReviewState``
(https://docs.getodk.org/central-submissions/). Questions with several answers may get
a column an answer, ``q/answer``. Both hold finished submissions only; a person may
have rejected some of them. Names of the review states in other languages than English
are not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.instrument.labels import normalise_label
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    column_of,
    n_marks,
    names_of,
    not_an_item,
    purposes_of,
    shown,
    split_code,
    text_variants,
)
from diagnose.responses.read.moments import arrange_moments

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_META = tuple(
    f"meta{mark}{name}" for mark in "/-." for name in ("rootuuid", "instanceid")
)
_KOBO = (
    *("_uuid", "_submission_time", "_validation_status", "_submitted_by"),
    *("__version__", "formhub/uuid", "_xform_id_string", *_META),
)
_KOBO_WEAK = ("_id", "_index", "_notes", "_status", "_tags")
_CENTRAL = (
    *("submissiondate", "key", "submitterid", "submittername", "reviewstate"),
    *("attachmentspresent", "attachmentsexpected", "formversion", "instanceid", *_META),
)
_CENTRAL_WEAK = ("status", "deviceid", "edits")
_OWN = {*_KOBO, *_KOBO_WEAK, *_CENTRAL}
_IDENTITY = (*(m for m in _META if "root" in m), "_uuid", "instanceid")
_IDENTITY += (*(m for m in _META if "instance" in m), "_id", "key")
_PURPOSES = {
    "_validation_status": "status",
    "reviewstate": "status",
    "end": "ended",
}
_REJECTED = {"not approved", "validation_status_not_approved", "rejected"}
_NAME = re.compile(r"\w+(?:[/.\-]\w+)*")


def _detect(table: Table) -> bool:
    """Want two columns that only this platform has, or one and two that others have."""
    names = names_of(table.head[0])
    own = max(
        2 * n_marks(names, sure) + n_marks(names, weak)
        for sure, weak in ((_KOBO, _KOBO_WEAK), (_CENTRAL, _CENTRAL_WEAK))
    )
    sure = n_marks(names, {*_KOBO, *_CENTRAL})
    return own >= 4 and sure >= 1


def _layout(table: Table) -> Layout:
    names = names_of(table.head[0])
    system = purposes_of(names, _PURPOSES)
    for purpose, candidates in (
        ("response", _IDENTITY),
        ("time", ("start", "_submission_time", "submissiondate")),
    ):
        found = next((name for name in candidates if name in names), None)
        if found:
            system[purpose] = names.index(found)
    whole = set(names)
    columns = tuple(
        _column(heading, position, whole)
        for position, heading in enumerate(table.head[0])
    )
    return Layout(columns=columns, system=system)


def _column(heading: str, position: int, names: set[str]) -> Column:
    name = normalise_label(heading)
    if name in _OWN or _is_answer_of_several(name, names):
        return not_an_item(column_of(heading, position))
    if not _NAME.fullmatch(name):
        return _with_label(heading, position)
    *groups, last = re.split(r"[/.\-]", name)
    codes = [*split_code(last), name]
    if groups and not groups[-1][-1].isdigit():
        codes.append(groups[-1] + last)
    return Column(
        position=position,
        heading=shown(heading, position),
        codes=tuple(dict.fromkeys(codes)),
        texts=text_variants((heading,)),
    )


def _is_answer_of_several(name: str, names: set[str]) -> bool:
    """Tell whether a column is one answer of a question that has a column as well."""
    marks = "/.-" if _NAME.fullmatch(name) else "/"
    return any(mark in name and name.rpartition(mark)[0] in names for mark in marks)


def _with_label(heading: str, position: int) -> Column:
    """Return a column with a label: all of it, or what stands behind a group label."""
    column = column_of(heading, position)
    parts = [heading[m.end() :] for m in re.finditer(r"[/.\-]", heading)]
    tails = text_variants(parts)
    return Column(
        position=position,
        heading=column.heading,
        codes=column.codes,
        texts=tuple(dict.fromkeys((*column.texts, *tails))),
    )


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Leave out what was rejected, and headings repeated for a form version."""
    reasons = pd.Series("", index=system.index, dtype=object)
    if "status" in system:
        status = system["status"].map(normalise_label)
        reasons[status.isin(_REJECTED)] = "rejected"
    if "response" in system:
        identity = system["response"].map(normalise_label)
        reasons[identity.isin(_IDENTITY)] = "empty"
    return reasons


KOBO = Platform(
    name="kobo",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    arrange=arrange_moments,
    tells_partials=False,
)

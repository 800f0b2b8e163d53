"""Exports of Qualtrics: three header rows with import ids, or two in older files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.instrument.labels import normalise_label
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    bracketed,
    shown,
    split_code,
    text_variants,
)

if TYPE_CHECKING:
    from diagnose.responses.read.tabular import Table

_PURPOSES = {
    "responseid": "response",
    "_recordid": "response",
    "status": "status",
    "finished": "finished",
    "progress": "progress",
    "startdate": "time",
    "userlanguage": "language",
    "duration": "seconds",
    "duration (in seconds)": "seconds",
}
_IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']\s*:\s*["']([^"']+)["']""")
_CHOICE_ID = re.compile(r"""["']choiceId["']\s*:\s*["']([^"']+)["']""")
_STATUS_CODES = {"1": "preview", "2": "test", "8": "spam", "9": "spam"}
_STATUS_WORDS = (("spam", "spam"), ("preview", "preview"), ("test", "test"))
_UNFINISHED = {"false", "0", "no", "nee", "falsch", "nein", "onwaar", "faux"}


def _detect(table: Table) -> bool:
    return _has_import_ids(table) or _is_legacy(table)


def _has_import_ids(table: Table) -> bool:
    if len(table.head) < 3:
        return False
    cells = [cell for cell in table.head[2] if cell.strip()]
    found = sum(bool(_import_id(cell)) for cell in cells)
    return bool(cells) and found > len(cells) / 2


def _is_legacy(table: Table) -> bool:
    if len(table.head) < 2:
        return False
    first = {normalise_label(cell) for cell in table.head[0]}
    second = {normalise_label(cell) for cell in table.head[1]}
    return {"responseid", "responseset"} <= second and bool(
        {"v1", "responseid"} & first
    )


def _import_id(cell: str) -> str:
    """Return the import id in a cell of the third row, empty when there is none.

    Read by pattern, as older files quote their keys with single quotes.
    """
    found = _IMPORT_ID.match(cell.strip())
    if not found:
        return ""
    choice = _CHOICE_ID.search(cell)
    return found[1] + (f"_{choice[1]}" if choice else "")


def _layout(table: Table) -> Layout:
    with_ids = _has_import_ids(table)
    ids = (
        [_import_id(c) for c in table.head[2]]
        if with_ids
        else [""] * len(table.head[0])
    )
    columns = []
    system: dict[str, int] = {}
    rows = zip(table.head[0], table.head[1], ids, strict=True)
    for position, (name, text, import_id) in enumerate(rows):
        # Older files call their metadata V1 to V10; these are no items v1 to v10.
        own = not with_ids and re.fullmatch(r"V\d+", name) and text.isalpha()
        columns.append(_column(position, text if own else name, text, import_id))
        for known in (import_id, name, text):
            purpose = _PURPOSES.get(normalise_label(known))
            if purpose:
                system.setdefault(purpose, position)
    return Layout(
        columns=tuple(columns), n_header_rows=3 if with_ids else 2, system=system
    )


def _column(position: int, name: str, text: str, import_id: str) -> Column:
    codes = split_code(name)
    if import_id:
        codes += (import_id.casefold(),)
    return Column(
        position=position,
        heading=shown(name, position),
        codes=codes,
        texts=text_variants(_row_texts(text)),
    )


def _row_texts(text: str) -> tuple[str, ...]:
    """Return a question text, and what may be the text of its row.

    Both ``question - row`` and ``question-row`` occur, and a question may hold
    hyphens of its own, so every part behind a hyphen is a candidate.
    """
    parts = text.split("-")
    tails = ["-".join(parts[start:]) for start in range(1, len(parts))]
    return (*bracketed(text.strip()), *tails)


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Tell previews, tests and spam by status, partials by whether they finished."""
    reasons = pd.Series("", index=system.index, dtype=object)
    if "finished" in system:
        reasons[system["finished"].map(_is_unfinished)] = "partial"
    elif "progress" in system:
        progress = pd.to_numeric(system["progress"], errors="coerce")
        reasons[progress < 100] = "partial"
    if "status" in system:
        status = system["status"].map(_status)
        reasons = reasons.mask(status != "", status)
    return reasons


def _is_unfinished(cell: str) -> bool:
    return normalise_label(cell) in _UNFINISHED


def _status(cell: str) -> str:
    text = normalise_label(cell)
    by_word = (reason for word, reason in _STATUS_WORDS if word in text)
    return _STATUS_CODES.get(text) or next(by_word, "")


QUALTRICS = Platform(
    name="qualtrics",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    codes_need_confirming=True,
)

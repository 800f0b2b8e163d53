"""Exports of Qualtrics: names, question texts and import ids above the responses.

Three heading rows in current files, two in older ones and in files from which someone
took the import ids, one where the texts are gone as well. Names are not unique; the
import ids are. CSV, XLSX and TSV (UTF-16 with tabs) have the same rows. Beside the
answers stand columns for display order (``_DO_``), own words (``_TEXT``), page timing
and text analysis; the support page "Understanding Your Dataset" describes them
(https://www.qualtrics.com/support/survey-platform/data-and-analysis-module/data/download-data/understanding-your-dataset/).
Status words in other languages than English are unverified.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.instrument.labels import normalise_label
from diagnose.responses.problems import refuse
from diagnose.responses.read.layout import (
    Column,
    Layout,
    Platform,
    bracketed,
    names_of,
    not_an_item,
    shown,
    split_code,
    text_variants,
)
from diagnose.responses.read.moments import iso_moments

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table

_PURPOSES = {
    "responseid": "response",
    "_recordid": "response",
    "status": "status",
    "distributionchannel": "channel",
    "finished": "finished",
    "progress": "progress",
    "startdate": "time",
    "userlanguage": "language",
    "duration": "seconds",
    "duration (in seconds)": "seconds",
}
_METADATA = {
    *("startdate", "enddate", "status", "ipaddress", "progress", "finished"),
    *("duration (in seconds)", "recordeddate", "responseid", "recipientlastname"),
    *("recipientfirstname", "recipientemail", "externalreference", "userlanguage"),
    *("locationlatitude", "locationlongitude", "distributionchannel", "_recordid"),
}
_NEVER_WORDS = {"startdate", "enddate", "recordeddate", "progress", "responseid"}
_IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']\s*:\s*["']([^"']+)["']""")
_CHOICE_ID = re.compile(r"""["']choiceId["']\s*:\s*["']([^"']+)["']""")
_QUESTION_ID = re.compile(r"(?:\d+_)?QID\d+", re.IGNORECASE)
_ADDED = re.compile(
    r"_DO(?:_|$)|_TEXT$|_(?:First Click|Last Click|Page Submit|Click Count)$"
    r"| - (?:Parent )?Topics| - (?:Topic )?Sentiment| - Topic Hierarchy",
    re.IGNORECASE,
)
_LOOP = re.compile(r"\d+_(?P<name>[A-Za-z].*)")
_STATUS_CODES = {"1": "preview", "2": "test", "8": "spam", "9": "spam"}
_STATUS_WORDS = (
    *(("spam", "spam"), ("preview", "preview"), ("vorschau", "preview")),
    *(("voorbeeld", "preview"), ("aperçu", "preview"), ("test", "test")),
)
_FINISHED = {"true", "1", "yes", "ja", "wahr", "waar", "vrai", "oui"}
_UNFINISHED = {"", "false", "0", "no", "nee", "nein", "falsch", "onwaar", "faux", "non"}
_STATUS_KNOWN = {
    *("0", "1", "2", "4", "8", "9", "12", "16", "17", "32", "36", "40", "48"),
    *("", "ip address", "imported", "spam", "possible spam", "survey preview"),
    *("survey test", "test", "preview", "offline", "imported (import)"),
    *("offline import", "email", "anonymous"),
}


def _detect(table: Table) -> bool:
    return bool(_import_row(table)) or _is_legacy(table) or _has_metadata(table)


def _import_row(table: Table) -> int:
    """Return which heading row holds the import ids, from 0; 0 when none does."""
    for number in range(1, len(table.head)):
        cells = [cell for cell in table.head[number] if cell.strip()]
        found = sum(bool(_import_id(cell)) for cell in cells)
        if cells and found > len(cells) / 2:
            return number
    return 0


def _is_legacy(table: Table) -> bool:
    if len(table.head) < 2:
        return False
    first, second = (set(names_of(row)) for row in table.head[:2])
    return {"responseid", "responseset"} <= second and bool(
        {"v1", "responseid"} & first
    )


def _has_metadata(table: Table) -> bool:
    """Tell whether the names of the metadata are those of a current file."""
    names = set(names_of(table.head[0]))
    own = {"responseid", "recordeddate", "duration (in seconds)", "distributionchannel"}
    return len(names & _METADATA) >= 4 and len(names & own) >= 2


def _n_header_rows(table: Table) -> int:
    """Return how many rows stand above the responses.

    Without import ids the second row holds texts when dates, progress and response
    ids have words there: a response has digits in them.
    """
    ids = _import_row(table)
    if ids:
        return ids + 1
    if _is_legacy(table):
        return 2
    names = names_of(table.head[0])
    below = [
        cell
        for name, cell in zip(names, table.head[1], strict=True)
        if name in _NEVER_WORDS and cell.strip()
    ]
    has_words = bool(below) and not any(c.isdigit() for c in "".join(below))
    return 2 if has_words else 1


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
    if not _detect(table):
        raise refuse("R121", table.name, platform="qualtrics")
    n_rows, ids_row = _n_header_rows(table), _import_row(table)
    is_legacy = not ids_row and _is_legacy(table)
    blank = ("",) * len(table.head[0])
    cells = table.head[ids_row] if ids_row else blank
    texts = table.head[1] if n_rows > 1 and ids_row != 1 else blank
    columns = []
    known: list[tuple[int, str]] = []
    for position, rows in enumerate(zip(table.head[0], texts, cells, strict=True)):
        name, text, cell = rows
        import_id = _import_id(cell)
        # Older files call their metadata V1 to V10; these are no items v1 to v10.
        own = is_legacy and re.fullmatch(r"V\d+", name) and text.isalpha()
        columns.append(_column(position, text if own else name, text, cell))
        # A question about status or progress has a question's id.
        if not _QUESTION_ID.match(import_id):
            known += [(position, n) for n in (import_id, name, text if own else "")]
    return Layout(columns=tuple(columns), n_header_rows=n_rows, system=_system(known))


def _system(known: list[tuple[int, str]]) -> dict[str, int]:
    system: dict[str, int] = {}
    for position, name in known:
        purpose = _PURPOSES.get(normalise_label(name))
        if purpose:
            system.setdefault(purpose, position)
    return system


def _column(position: int, name: str, text: str, cell: str) -> Column:
    import_id = _import_id(cell)
    loop = _LOOP.fullmatch(name)
    codes = split_code(name)
    if loop:
        # Each round of a loop may hold the item, so that all of them are shown.
        codes += split_code(loop["name"])
    if import_id:
        codes += (import_id.casefold(),)
    column = Column(
        position=position,
        heading=shown(name, position),
        codes=tuple(dict.fromkeys(codes)),
        texts=text_variants(_row_texts(text)),
    )
    # One answer of a question with several has a choice id; a row of a matrix has not.
    if _ADDED.search(name) or _CHOICE_ID.search(cell):
        kept = (codes[0], import_id.casefold()) if import_id else codes[:1]
        return Column(
            position=position, heading=column.heading, codes=tuple(dict.fromkeys(kept))
        )
    is_metadata = normalise_label(import_id or name) in _METADATA
    return not_an_item(column) if is_metadata else column


def _row_texts(text: str) -> tuple[str, ...]:
    """Return a question text, and what may be the text of its row.

    Both ``question - row`` and ``question-row`` occur, and a question may hold
    hyphens of its own, so every part behind a hyphen is a candidate.
    """
    parts = text.split("-")
    tails = ["-".join(parts[start:]) for start in range(1, len(parts))]
    return (*bracketed(text.strip()), *tails)


def _arrange(system: pd.DataFrame) -> pd.DataFrame:
    if "time" not in system:
        return system
    return system.assign(time=iso_moments(system["time"]))


def _exclude(system: pd.DataFrame) -> pd.Series:
    """Tell previews, tests and spam by status, partials by whether they finished."""
    reasons = pd.Series("", index=system.index, dtype=object)
    if "finished" in system:
        reasons[~system["finished"].map(normalise_label).isin(_FINISHED)] = "partial"
    elif "progress" in system:
        progress = pd.to_numeric(system["progress"], errors="coerce")
        reasons[~(progress >= 100)] = "partial"
    for purpose in ("channel", "status"):
        if purpose in system:
            status = system[purpose].map(_status)
            reasons = reasons.mask(status != "", status)
    return reasons


def _status(cell: str) -> str:
    text = normalise_label(cell)
    by_word = (reason for word, reason in _STATUS_WORDS if word in text)
    return _STATUS_CODES.get(text) or next(by_word, "")


QUALTRICS = Platform(
    name="qualtrics",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    arrange=_arrange,
    codes_need_confirming=True,
    states={"finished": _FINISHED | _UNFINISHED, "status": _STATUS_KNOWN},
)

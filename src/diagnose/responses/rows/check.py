"""Which rows remain, why the others do not, and what a person should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.responses.answers.vocabulary import is_number
from diagnose.responses.problems import problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.files.tabular import Table

Partials = Literal["drop", "keep"]
Trials = Literal["drop", "keep"]
Duplicates = Literal["last", "first", "keep"]
TRIALS = ("preview", "test")
REASONS = (*TRIALS, "spam", "rejected", "partial", "duplicate", "empty")
"""Reasons to leave a row out; a row counts under the first that applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    """What happens to rows that are not plainly one person's answers.

    Attributes
    ----------
    partials : {"drop", "keep"}
        Responses that were not submitted.
    trials : {"drop", "keep"}
        Previews and tests; kept only to try an intake out.
    duplicates : {"last", "first", "keep"}
        Of the rows of one person: the last complete one, the first complete one, or
        all of them.
    """

    partials: Partials = "drop"
    trials: Trials = "drop"
    duplicates: Duplicates = "last"


ANONYMISED = "1980-01-01"
"""Date that LimeSurvey writes in place of every date of an anonymous survey."""

_PRIME = np.uint64(1_099_511_628_211)
"""Of the FNV-1 hash; arithmetic is modulo 2 to the power 64."""

_MOJIBAKE = ("Ã©", "Ã«", "Ã¯", "Ã¨", "â€", "Â ", "ï»¿")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """The rows that remain.

    Attributes
    ----------
    keep : pandas.Series of bool
        True for the rows that remain.
    excluded : mapping of str to int
        Reason to number of rows left out; reasons that never applied are absent.
    n_partial_kept, n_trials_kept : int
        Partial responses, and previews and tests, among the rows that remain.
    order : pandas.Series of float or None
        Place of each row in the order of answering, see `people.read_order`.
    """

    keep: pd.Series
    excluded: Mapping[str, int]
    n_partial_kept: int
    n_trials_kept: int = 0
    order: pd.Series | None = None


def may_remain(reasons: pd.Series, rules: RowRules) -> pd.Series:
    """Return the rows that nothing the platform says of them leaves out."""
    remain: pd.Series = reasons == ""
    if rules.partials == "keep":
        remain = remain | (reasons == "partial")
    if rules.trials == "keep":
        remain = remain | reasons.isin(TRIALS)
    return remain


def choose_rows(
    reasons: pd.Series,
    touched: pd.Series,
    *,
    rules: RowRules,
    identities: list[pd.Series],
) -> Kept:
    """Decide which rows remain.

    Parameters
    ----------
    reasons : pandas.Series of str
        What the platform says of each row: preview, test, spam, rejected, partial or
        nothing.
    touched : pandas.Series of bool
        Whether a row holds any closed answer.
    rules : RowRules
        What happens to partial responses, trials and duplicates.
    identities : list of pandas.Series of str
        Response ids and hashed link codes; rows with the same one are one person's.
        Blank means unknown.
    """
    partial, trial = reasons == "partial", reasons.isin(TRIALS)
    reasons = reasons.mask(may_remain(reasons, rules), "")
    if rules.duplicates != "keep":
        for identity in identities:
            known = identity.where(reasons == "", "")
            again = _is_repeated(known, complete=~partial, keep=rules.duplicates)
            reasons = reasons.mask(again, "duplicate")
    reasons = reasons.mask((reasons == "") & ~touched, "empty")
    counts = reasons.value_counts()
    keep = reasons == ""
    return Kept(
        keep=keep,
        excluded={r: int(counts[r]) for r in REASONS if r in counts.index},
        n_partial_kept=int((keep & partial).sum()),
        n_trials_kept=int((keep & trial).sum()),
    )


def _is_repeated(
    identity: pd.Series, *, complete: pd.Series, keep: Literal["first", "last"]
) -> pd.Series:
    """Mark all but one row of each identity: a complete one when there is any."""
    known = identity.str.strip()
    if not (known.duplicated() & (known != "")).any():
        return pd.Series(False, index=identity.index)
    # A stable sort keeps the order of the file, and puts complete rows where `keep`
    # looks for them: at the end for the last one, at the start for the first.
    first = complete if keep == "last" else ~complete
    ordered = known[first.sort_values(kind="stable").index]
    again = ordered.duplicated(keep=keep) & (ordered != "")
    return again.reindex(identity.index)


def same_minute(
    time: pd.Series | None, cells: pd.DataFrame, keep: pd.Series, *, place: str
) -> list[Problem]:
    """Return a note when rows of the same minute hold the same closed answers.

    These are only flagged: two people may well answer alike. Anonymised exports
    with one time for everyone are not looked at.
    """
    if time is None or not len(cells.columns):
        return []
    minute = time.str.strip().str.slice(0, 16)
    usable = keep & (minute != "") & ~minute.str.startswith(ANONYMISED)
    alike = _alike(cells, minute, usable)
    codes = cells[alike].apply(lambda column: column.cat.codes)
    again = codes.assign(minute=minute[alike]).duplicated()
    n = int(again.sum())
    return [problem("R067", place, n=n)] if n else []


def _alike(cells: pd.DataFrame, minute: pd.Series, usable: pd.Series) -> pd.Series:
    """Mark the usable rows that may equal another one: equal rows have equal hashes."""
    hashes = pd.factorize(minute)[0].astype(np.uint64)
    for item in cells.columns:
        hashes *= _PRIME
        hashes += cells[item].cat.codes.to_numpy().astype(np.uint64)
    alike = usable.copy()
    alike[usable] = pd.Series(hashes[usable]).duplicated(keep=False).to_numpy()
    return alike


def check_headings(table: Table, instrument: Instrument) -> list[Problem]:
    """Return a problem when the first row looks like answers and not like headings."""
    headings = [normalise_label(cell) for cell in table.head[0] if cell.strip()]
    labels = {
        normalise_label(label)
        for scale in instrument.response_scales
        for point in scale.points
        for label in point.label.values()
    }
    answers = sum(is_number(text) or text in labels for text in headings)
    if answers * 2 > len(headings):
        return [problem("R006", table.name)]
    return []


def has_damaged_letters(text: str) -> bool:
    """Tell whether UTF-8 was read as another encoding and saved again, once or twice.

    Then its letters, as Windows-1252 writes them, are UTF-8; or the sign stands there
    that programs put in the place of a letter that they could not read.
    """
    if "\ufffd" in text:
        return True
    if text.isascii():
        return False
    try:
        b"".join(_in_windows_1252(letter) for letter in text).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _in_windows_1252(letter: str) -> bytes:
    """Return one byte; Windows-1252 has none for five, which programs keep."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def notes_on_file(table: Table, *, decimal: str) -> list[Problem]:
    """Return what is worth knowing about how the file was read."""
    notes = list(table.notes)
    if table.encoding == "cp1252":
        notes.append(problem("R060", table.name))
    marks = (mark in cell for cell in table.head[0] for mark in _MOJIBAKE)
    if any(marks) or any(map(has_damaged_letters, table.head[0])):
        notes.append(problem("R061", table.name))
    if decimal == ",":
        notes.append(problem("R068", table.name))
    return notes

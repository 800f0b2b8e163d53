"""Which rows remain, why the others do not, and what a person should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.responses.problems import problem
from diagnose.responses.vocabulary import is_number

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.read.tabular import Table

Partials = Literal["drop", "keep"]
REASONS = ("preview", "test", "spam", "partial", "duplicate", "empty")
"""Reasons to leave a row out; a row counts under the first that applies."""

ANONYMISED = "1980-01-01"
"""Date that LimeSurvey writes in place of every date of an anonymous survey."""

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
    n_partial_kept : int
        Partial responses among the rows that remain.
    order : pandas.Series of float or None
        Place of each row in the order of answering, see `people.read_order`.
    """

    keep: pd.Series
    excluded: Mapping[str, int]
    n_partial_kept: int
    order: pd.Series | None = None


def choose_rows(
    reasons: pd.Series,
    touched: pd.Series,
    *,
    partials: Partials,
    identities: list[pd.Series],
) -> Kept:
    """Decide which rows remain.

    Parameters
    ----------
    reasons : pandas.Series of str
        What the platform says of each row: preview, test, spam, partial or nothing.
    touched : pandas.Series of bool
        Whether a row holds any closed answer.
    partials : {"drop", "keep"}
        What happens to partial responses.
    identities : list of pandas.Series of str
        Response ids and hashed link codes; of rows with the same one, the last
        complete one remains. Blank means unknown.
    """
    partial = reasons == "partial"
    reasons = reasons.where(~partial | (partials == "drop"), "")
    for identity in identities:
        again = _is_repeated(identity.where(reasons == "", ""), complete=~partial)
        reasons = reasons.mask(again, "duplicate")
    reasons = reasons.mask((reasons == "") & ~touched, "empty")
    counts = reasons.value_counts()
    keep = reasons == ""
    return Kept(
        keep=keep,
        excluded={r: int(counts[r]) for r in REASONS if r in counts.index},
        n_partial_kept=int((keep & partial).sum()),
    )


def _is_repeated(identity: pd.Series, *, complete: pd.Series) -> pd.Series:
    """Mark all but one row of each identity: the last complete one, else the last."""
    known = identity.str.strip()
    # A stable sort puts complete rows last, in file order, so that `last` finds them.
    ordered = known[complete.sort_values(kind="stable").index]
    again = ordered.duplicated(keep="last") & (ordered != "")
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
    codes = cells[usable].apply(lambda column: column.cat.codes)
    again = codes.assign(minute=minute[usable]).duplicated()
    n = int(again.sum())
    return [problem("R067", place, n=n)] if n else []


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


def notes_on_file(table: Table, *, decimal: str) -> list[Problem]:
    """Return what is worth knowing about how the file was read."""
    notes = list(table.notes)
    if table.encoding == "cp1252":
        notes.append(problem("R060", table.name))
    if any(mark in cell for cell in table.head[0] for mark in _MOJIBAKE):
        notes.append(problem("R061", table.name))
    if decimal == ",":
        notes.append(problem("R068", table.name))
    return notes

"""Rows that are no respondents: totals, blocks pasted twice, two exports in one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.responses.answers.strange import OFTEN
from diagnose.responses.files.summary import LAST_ROWS, is_summary
from diagnose.responses.problems import problem, refuse
from diagnose.responses.read.layout import ROW_PURPOSES

if TYPE_CHECKING:
    from diagnose.responses.opening import Intake

_FACTS = ("submitted", "language", "seconds", "edition")
_ALONE = ("response", "time", "submitted")
"""Facts of which one is enough: a platform writes it for every response."""

_MOST_BLANK = 0.05
_BLOCK = 10
"""Rows in a row that must repeat others, as far apart, to have been pasted twice."""

_FEWEST_ITEMS = 6
_FEWEST_KINDS = 5
_SHOWN = 8


def refuse_summary(rows: pd.DataFrame, name: str, *, n_header_rows: int) -> None:
    """Refuse totals and averages that stand below the answers as if they were some.

    Parameters
    ----------
    rows : pandas.DataFrame of categories
        Columns by position, the first of the file among them.
    name : str
        Name of the export.
    n_header_rows : int
        Rows above the first response.

    Raises
    ------
    ResponseError
        One of the last rows begins with such a word, which no other row holds there.
    """
    last = {
        position: [str(text).strip() for text in rows[position].iloc[-LAST_ROWS:]]
        for position in sorted(rows.columns)
    }
    found = []
    start = max(0, len(rows) - LAST_ROWS)
    for number in range(start, len(rows)):
        filled = (p for p, texts in last.items() if texts[number - start])
        position = next(filled, None)
        text = last[position][number - start] if position is not None else ""
        # Where other rows begin so too, it is a name.
        if is_summary(text) and not (rows[position].iloc[:start] == text).any():
            found.append(number + n_header_rows + 1)
    if found:
        raise refuse("R115", name, rows=tuple(found))


def check_respondents(
    intake: Intake, system: pd.DataFrame, cells: pd.DataFrame, kept: pd.Series
) -> tuple[list[Problem], list[Problem]]:
    """Return problems and notes on rows that may be no respondents, or the same ones.

    Parameters
    ----------
    intake : Intake
        What is known about the file.
    system : pandas.DataFrame of str
        The columns that decide about rows, by purpose.
    cells : pandas.DataFrame of categories
        Texts of the closed items.
    kept : pandas.Series of bool
        The rows that remain.
    """
    answers = _fingerprints(cells)
    problems = [*_without_facts(intake, kept), *_pasted_twice(intake, answers, kept)]
    problems += _unknown_states(intake, system)
    again, notes = _other_answers(intake, system, answers, kept)
    return [*problems, *again], notes


def _fingerprints(cells: pd.DataFrame) -> pd.Series:
    """Return a number for each row, equal where the texts are."""
    total = np.zeros(len(cells), dtype=np.uint64)
    for column in cells:
        codes = cells[column].cat.codes.to_numpy().astype(np.uint64)
        total = (total + codes + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return pd.Series(total, index=cells.index)


def any_filled(cells: pd.DataFrame) -> pd.Series:
    """Tell for each row whether any of its cells is not blank."""
    filled = pd.Series(False, index=cells.index)
    for column in cells:
        filled |= ~_is_blank(cells[column])
    return filled


def _file_rows(intake: Intake, rows: Iterable[int]) -> tuple[int, ...]:
    first = intake.layout.n_header_rows + 1
    return tuple(int(row) + first for _, row in zip(range(_SHOWN), rows, strict=False))


def _without_facts(intake: Intake, kept: pd.Series) -> Iterable[Problem]:
    """Yield a problem for rows without anything that all other responses have."""
    known = {**intake.layout.system, **intake.columns.position}
    wanted = [p for p in dict.fromkeys((*ROW_PURPOSES, *_FACTS)) if p in known]
    blank = {
        purpose: _is_blank(intake.rows[known[purpose]])
        for purpose in wanted
        if known[purpose] in intake.rows
    }
    most = max(1.0, _MOST_BLANK * kept.sum())
    full = {p: cells for p, cells in blank.items() if cells[kept].sum() <= most}
    if len(full) < 2 and not set(full) & set(_ALONE):
        return
    lost = kept & pd.DataFrame(full).all(axis="columns")
    if lost.any() and not lost[kept].all():
        rows = _file_rows(intake, lost.index[lost])
        yield problem("R170", intake.place, n=int(lost.sum()), rows=rows)


def _is_blank(cells: pd.Series) -> pd.Series:
    texts = pd.Series(cells.cat.categories, dtype="str")
    # The last place is that of cells without a category, whose code is -1.
    blank = np.append((texts.str.strip() == "").to_numpy(dtype=bool), True)
    return pd.Series(blank[cells.cat.codes.to_numpy()], index=cells.index)


def _pasted_twice(
    intake: Intake, answers: pd.Series, kept: pd.Series
) -> Iterable[Problem]:
    """Yield a problem when a block of rows repeats another one, row by row."""
    items = {i.id for i in intake.request.instrument.closed_items}
    if len(items & set(intake.columns.position)) < _FEWEST_ITEMS:
        return
    rows = answers[kept].to_numpy()
    order = np.argsort(rows, kind="stable")
    equal = np.flatnonzero(rows[order][1:] == rows[order][:-1])
    before = np.full(len(rows), -1)
    before[order[equal + 1]] = order[equal]
    apart = np.where(before < 0, 0, np.arange(len(rows)) - before)
    edges = np.flatnonzero(np.diff(apart, prepend=-1, append=-1))
    for start, end in pairwise(edges):
        block = rows[start:end]
        long = end - start >= _BLOCK and apart[start] > 0
        if long and len(np.unique(block)) >= _FEWEST_KINDS:
            numbers = kept.index[kept.to_numpy()]
            first, last = _file_rows(intake, numbers[[int(start), int(end) - 1]])
            yield problem("R172", f"{intake.place}: rows {first}-{last}", n=len(block))
            return


def _other_answers(
    intake: Intake, system: pd.DataFrame, answers: pd.Series, kept: pd.Series
) -> tuple[list[Problem], list[Problem]]:
    """Return what to say of rows left out that share a number, but not the answers.

    A platform gives a number once. When many occur again with other answers, two
    exports were pasted together.
    """
    if "response" not in system or intake.request.rules.duplicates == "keep":
        return [], []
    number = system["response"].str.strip()
    left = ~kept & (number != "")
    if not left.any():
        return [], []
    twins = kept & number.isin(number[left])
    chosen = pd.Series(answers[twins].to_numpy(), index=number[twins])
    twin = number[left].map(chosen[~chosen.index.duplicated()])
    other = (twin.notna() & (twin != answers[left])).reindex(
        kept.index, fill_value=False
    )
    complete = other & (intake.platform.exclude(system) == "")
    n = int(complete.sum())
    if not n:
        return [], []
    rows = _file_rows(intake, complete.index[complete])
    found = problem(
        "R171" if n >= OFTEN and n > _MOST_BLANK * kept.sum() else "R176",
        f"{intake.place}: response",
        n=n,
        rows=rows,
    )
    return ([found], []) if found.code == "R171" else ([], [found])


def _unknown_states(intake: Intake, system: pd.DataFrame) -> Iterable[Problem]:
    """Yield a problem for states of responses that the platform is not known to have.

    What most rows have is taken for the usual state, in whichever language it is.
    """
    for purpose, known in intake.platform.states.items():
        if purpose not in system:
            continue
        texts = system[purpose].map(normalise_label)
        counts = texts.value_counts()
        usual = {counts.index[0]} if len(counts) and purpose == "status" else set()
        strange = texts[~texts.isin({*known, *usual})]
        if len(strange):
            rows = _file_rows(intake, strange.index)
            where = f"{intake.place}: {purpose}"
            yield problem("R173", where, n=len(strange), rows=rows)

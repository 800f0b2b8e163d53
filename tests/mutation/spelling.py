"""Damage to answers: other spellings, other codes, other scales, turned round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from diagnose.responses.model import Responses
from mutation.corpus import NUMERIC, TEAMS, Base, Cell, Grid
from mutation.damage import SAME, STOPPED, Damage, on_grid

_AGREE = ("v1", "v2", "v3", "v4")
_OFTEN = ("c1", "c2", "c3")
_TEN = ("n1", "n2", "n3")
_ALL = (*_AGREE, *_OFTEN, *_TEN)
_REVERSE = ("v3", "c2", "n3")

Change = Callable[[str], Cell]


def as_text(cell: Cell) -> str:
    """Return a cell as it would stand in a text file."""
    if pd.isna(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def is_number(text: str) -> bool:
    """Tell whether a cell is a whole number."""
    return text.lstrip("-").isdecimal() and text.isascii()


def each(
    grid: Grid,
    change: Change,
    *,
    items: Sequence[str] = _ALL,
    rows: slice = slice(None),
    only: Callable[[str], bool] = bool,
) -> bool:
    """Change the cells of some items; False when there were none to change."""
    n = 0
    for row in grid.body[rows]:
        for item in items:
            text = as_text(row[grid.at[item]])
            if only(text):
                row[grid.at[item]] = change(text)
                n += 1
    return n > 0


def spelled(
    name: str,
    change: Change,
    *,
    allowed: Collection[str] = ("same", "refused", "blocked"),
    only: Callable[[str], bool] = bool,
    items: Sequence[str] = _ALL,
    rows: slice = slice(None),
    kinds: Collection[str] = (),
    **options: Any,
) -> Damage:
    """Return a damage that writes answers in another way."""

    def apply(grid: Grid) -> bool:
        if kinds and grid.kind not in kinds:
            return False
        return each(grid, change, only=only, items=items, rows=rows)

    return Damage(name=name, apply=on_grid(apply), allowed=allowed, **options)


def blank_as(text: str, items: Sequence[str] = _ALL) -> Damage:
    """Return a damage that writes something where nothing was answered."""
    block = "" if items is _ALL else " in one block"
    return spelled(
        f"{text!r} where nothing was answered{block}",
        lambda _: text,
        only=lambda cell: not cell,
        allowed=STOPPED,
        items=items,
    )


def _is_word(text: str) -> bool:
    return bool(text) and not is_number(text) and text not in ("na", *_OFTEN_CODES)


_OFTEN_CODES = tuple(f"a{value}" for value in range(1, 6))
_TEXTUAL = (".csv", ".xlsx", ".parquet", ".json")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _moment(text: str) -> Cell:
    return dt.datetime(2026, 4, int(text) + 1)


def _team_as(new: str) -> Callable[[Grid], None]:
    def change(grid: Grid) -> None:
        for row in grid.body:
            if as_text(row[grid.at["unit.team"]]) == "007":
                row[grid.at["unit.team"]] = new

    return change


def _with_team(new: str) -> Callable[[Base], Responses]:
    def expected(base: Base) -> Responses:
        people = base.read.people.replace({"team": {TEAMS[3][1]: new}})
        return replace(base.read, people=people)

    return expected


def team_called(new: str, right: str | None = None, **options: Any) -> Damage:
    """Return a damage: a team with another name."""
    return Damage(
        name=f"a team called {new!r}",
        apply=on_grid(_team_as(new)),
        expected=_with_team(new if right is None else right),
        **options,
    )


def _role_as(new: str) -> Callable[[Grid], None]:
    def change(grid: Grid) -> None:
        for row in grid.body[-3:]:
            row[grid.at["role"]] = new

    return change


SPELLING = [
    spelled("scores with .0", lambda c: c + ".0", only=is_number, kinds=(".csv",)),
    spelled("scores with ,0", lambda c: c + ",0", only=is_number, kinds=(".csv",)),
    spelled("some scores with ,0", lambda c: c + ",0", only=is_number, rows=slice(9)),
    spelled("scores with .00", lambda c: c + ".00", only=is_number),
    spelled("blanks behind", lambda c: c + "  ", allowed=SAME, kinds=_TEXTUAL),
    spelled(
        "no-break spaces", lambda c: f"\u00a0{c}\u202f", allowed=SAME, kinds=_TEXTUAL
    ),
    spelled(
        "zero-width signs", lambda c: f"\ufeff{c}\u200b", allowed=SAME, kinds=_TEXTUAL
    ),
    spelled("an apostrophe before", lambda c: f"'{c}", allowed=STOPPED),
    spelled(
        "full-width digits",
        lambda c: c.translate(_FULL_WIDTH),
        only=is_number,
        allowed=SAME,
        kinds=_TEXTUAL,
    ),
    spelled("leading zeros", lambda c: f"0{c}", only=is_number),
    spelled("a plus before", lambda c: f"+{c}", only=is_number),
    spelled("as a power", lambda c: f"{c}E+00", only=is_number),
    spelled("per cent", lambda c: f"{c}%", only=is_number, allowed=STOPPED),
    spelled("ten times as much", lambda c: f"{c}0", only=is_number, allowed=STOPPED),
    spelled(
        "halves", lambda c: f"{c}.5", only=is_number, allowed=STOPPED, rows=slice(3)
    ),
    spelled("halves by comma", lambda c: f"{c},5", only=is_number, allowed=STOPPED),
    spelled("booleans", lambda c: str(c > "2"), items=_AGREE, allowed=STOPPED),
    spelled("ones and zeros", lambda c: c > "2", items=("v1",), allowed=STOPPED),
    spelled("yes and no", lambda c: "yes", items=_AGREE, allowed=STOPPED),
    spelled(
        "two answers in a cell", lambda c: f"{c};{c}", rows=slice(2), allowed=STOPPED
    ),
    spelled("words in capitals", str.upper, only=_is_word, allowed=SAME),
    spelled("cut-off words", lambda c: c[:-2], only=_is_word, allowed=STOPPED),
    spelled(
        "damaged words", lambda c: c.replace("e", "Ã«"), only=_is_word, allowed=STOPPED
    ),
    spelled(
        "replaced letters",
        lambda c: c.replace("e", "\ufffd"),
        only=_is_word,
        allowed=STOPPED,
    ),
    spelled(
        "German words",
        lambda c: "Stimme zu",
        only=_is_word,
        items=_AGREE,
        allowed=STOPPED,
    ),
    spelled(
        "words of another scale",
        lambda c: "Often",
        items=_AGREE,
        allowed=STOPPED,
        only=lambda c: bool(c),
    ),
    spelled(
        "words of a 7-point scale",
        lambda c: "Somewhat agree",
        items=("v1",),
        rows=slice(8),
        allowed=STOPPED,
    ),
    spelled(
        "codes of a 7-point scale",
        lambda c: "7",
        items=("v1",),
        rows=slice(8),
        only=bool,
        allowed=STOPPED,
    ),
    spelled(
        "one remark",
        lambda c: "vraag het Jannie maar",
        items=("v2",),
        rows=slice(20, 21),
        allowed=STOPPED,
    ),
    spelled(
        "3-4 as a spreadsheet writes it",
        lambda c: "3-Apr",
        items=("v1",),
        rows=slice(9),
        allowed=STOPPED,
    ),
    spelled(
        "3-4 in Dutch", lambda c: "3-apr", items=("v1",), rows=slice(1), allowed=STOPPED
    ),
    spelled(
        "ISO dates",
        lambda c: f"2026-04-0{c}",
        items=("v1",),
        only=is_number,
        rows=slice(9),
        allowed=STOPPED,
    ),
    spelled(
        "date cells",
        _moment,
        items=("v1",),
        only=is_number,
        kinds=(".xlsx", ".parquet"),
        allowed=STOPPED,
    ),
    spelled(
        "a few date cells",
        _moment,
        items=("v1",),
        rows=slice(5),
        only=is_number,
        kinds=(".xlsx",),
        allowed=STOPPED,
    ),
    *(
        blank_as(text)
        for text in (
            "NA",
            "N/A",
            "nan",
            "None",
            "null",
            "NULL",
            "#N/A",
            "<NA>",
            "-",
            ".",
            "?",
            "*",
            "-99",
            "99",
            "999",
            "-1",
        )
    ),
    blank_as("NA", _AGREE),
    replace(
        blank_as("9", _AGREE),
        unseen='where a platform knows numbers only, 9 is "don\'t know"',
        unseen_in=NUMERIC,
    ),
    blank_as("0", _AGREE),
    *(
        team_called(name, allowed=SAME)
        for name in (
            "NULL",
            "nan",
            "-99",
            "1.0",
            "3-4",
            "TRUE",
            "É",
            "a;b",
            'say "x"',
            "=1+1",
            "two\nlines",
        )
    ),
    team_called("7", allowed=SAME),
    team_called("CoÃ¶rdinatie", allowed=STOPPED),
    team_called("Co\ufffdrdinatie", allowed=STOPPED),
    team_called(" 007\u00a0", right="007"),
    Damage(name="unknown roles", apply=on_grid(_role_as("boss")), allowed=STOPPED),
    Damage(name="roles as numbers", apply=on_grid(_role_as("7")), allowed=STOPPED),
]

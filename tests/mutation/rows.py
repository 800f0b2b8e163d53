"""Damage to rows: doubled, shifted, pasted together, summed up below the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diagnose.responses.model import Responses
from mutation.corpus import Base, Cell, Grid
from mutation.damage import SAME, STOPPED, Damage, on_grid
from mutation.spelling import as_text, is_number

_ANY = ("same", *STOPPED)
_ALIKE = "two people may answer alike, and nothing else tells the rows apart"
_UNFINISHED = "the column that says who finished moved along: these count as partial"
_NO_ID = ("google-forms", "plain", "spss")
"""Looks without a number for each response."""


def _typed(grid: Grid, text: str) -> Cell:
    """Return a blank or a word as this kind of file holds it."""
    return None if not text and grid.kind in (".json", ".parquet", ".sav") else text


def _blank(grid: Grid) -> list[Cell]:
    return [_typed(grid, "") for _ in grid.rows[0]]


def _three_again(grid: Grid) -> None:
    grid.rows += [list(row) for row in grid.body[:3]]


def _all_again(grid: Grid) -> None:
    grid.rows += [list(row) for row in grid.body]


def _half_again(grid: Grid) -> None:
    grid.rows += [list(row) for row in grid.body[:40]]


def _other_wave(grid: Grid) -> None:
    """Paste another wave below: the numbers start again, the answers are others."""
    rows = [list(row) for row in grid.body]
    for number, row in enumerate(rows):
        other = grid.body[(number + 5) % len(rows)]
        for item in grid.items:
            row[grid.at[item]] = other[grid.at[item]]
    grid.rows += rows


def _other_edition(grid: Grid) -> bool | None:
    if "edition" not in grid.at:
        return False
    rows = [list(row) for row in grid.body[:20]]
    for row in rows:
        row[grid.at["edition"]] = "small 0.9.0 0123456789ab"
    grid.rows += rows
    return None


def _headings_again(place: int) -> Callable[[Grid], bool | None]:
    def change(grid: Grid) -> bool | None:
        if grid.kind in (".json", ".sav"):
            return False
        at = grid.n_head + place
        heads = [list(row) for row in grid.rows[: grid.n_head]]
        grid.rows[at:at] = heads
        return None

    return change


def summary(word: str, where: str, how: str) -> Damage:
    """Return a damage: a row that sums up, below the answers."""

    def change(grid: Grid) -> bool | None:
        if grid.kind == ".json":
            return False
        row = _blank(grid)
        if where and where not in grid.at and where != "first":
            return False
        place = 0 if where == "first" else grid.at.get(where, -1)
        if place >= 0 and where:
            if grid.kind in (".sav", ".parquet") and not _holds_words(grid, place):
                return False
            row[place] = word
        for item in grid.items:
            row[grid.at[item]] = _summed(grid, item, how)
        grid.rows.append(row)
        return None

    name = f"{word!r} in {where}" if where else "no word"
    return Damage(
        name=f"a row of {how} below, {name}", apply=on_grid(change), allowed=STOPPED
    )


def _holds_words(grid: Grid, place: int) -> bool:
    return any(isinstance(row[place], str) for row in grid.body)


def _summed(grid: Grid, item: str, how: str) -> Cell:
    """Return a mean, or an answer that looks like one."""
    cells = [row[grid.at[item]] for row in grid.body]
    given = sorted(as_text(cell) for cell in cells if as_text(cell) not in ("", "na"))
    if how == "answers":
        middle = given[len(given) // 2]
        return next(cell for cell in cells if as_text(cell) == middle)
    numbers = [float(text) for text in given if is_number(text)]
    if grid.kind == ".sav" or (grid.kind == ".parquet" and numbers):
        return float(round(sum(numbers) / max(len(numbers), 1), 2))
    return f"{sum(numbers) / len(numbers):.2f}" if numbers else "3.40"


def _blank_rows(grid: Grid) -> bool | None:
    if grid.kind == ".json":
        return False
    middle = grid.n_head + 10
    grid.rows[middle:middle] = [_blank(grid), _blank(grid)]
    return None


def _shifted_row(item: str) -> Callable[[Grid], None]:
    """Lose the cell of one item in some rows, and fill up at the end."""

    def change(grid: Grid) -> None:
        for row in grid.body[4:12]:
            del row[grid.at[item]]
            row.append(_typed(grid, ""))

    return change


def _ragged(
    change_row: Callable[[list[Cell], Grid], None],
) -> Callable[[Grid], bool | None]:
    def change(grid: Grid) -> bool | None:
        if grid.kind != ".csv":
            return False
        for row in grid.body[4:7]:
            change_row(row, grid)
        return None

    return change


def _footer(text: str) -> Callable[[Grid], bool | None]:
    def change(grid: Grid) -> bool | None:
        if grid.kind in (".json", ".sav"):
            return False
        grid.rows.append([text, *_blank(grid)[1:]])
        return None

    return change


def _in_other_order(grid: Grid) -> None:
    grid.rows[grid.n_head :] = grid.body[::-1]


def _half_blank(grid: Grid) -> bool | None:
    """Break some rows off after the first block, where nothing says that it is so."""
    for row in grid.body[:5]:
        for item in grid.items[4:]:
            row[grid.at[item]] = _typed(grid, "")
    return None


def _broken_off(base: Base) -> Responses:
    answers, flags = base.read.answers.copy(), base.read.not_applicable.copy()
    items = [i for i in answers.columns if not i.startswith("v")]
    answers.loc[:4, items] = float("nan")
    flags.loc[:4, items] = False
    return replace(base.read, answers=answers, not_applicable=flags)


def _without_answers(grid: Grid) -> bool | None:
    for row in grid.body[:5]:
        for item in grid.items:
            row[grid.at[item]] = _typed(grid, "")
    return None


def _five_less(base: Base) -> Responses:
    keep = base.read.answers.index.to_series() > 4
    return base.read.take(keep)


def _same_number(grid: Grid) -> bool | None:
    """Give one response the number of another; its answers are others."""
    if "response" not in grid.at:
        return False
    place = grid.at["response"]
    grid.body[3][place] = grid.body[2][place]
    return None


def _marked(purpose: str, texts: tuple[str, ...]) -> Callable[[Grid], bool | None]:
    def change(grid: Grid) -> bool | None:
        if purpose not in grid.at:
            return False
        for row, text in zip(grid.body[:5], texts, strict=False):
            row[grid.at[purpose]] = text
        return None

    return change


def _nobody(grid: Grid) -> bool | None:
    if grid.kind in (".parquet", ".sav"):
        return False
    del grid.rows[grid.n_head :]
    return None


_SUMMARIES = [
    summary(word, where, how)
    for how in ("means", "answers")
    for word, where in (
        ("Total", "first"),
        ("Average", "first"),
        ("Gemiddelde", "first"),
        ("Totaal:", "unit.team"),
        ("Mean", "unit.division"),
        ("Gemiddelde", "role"),
    )
]

ROWS = [
    Damage(
        name="three rows twice",
        apply=on_grid(_three_again),
        unseen=_ALIKE,
        unseen_in=_NO_ID,
        excluded=None,
    ),
    Damage(name="all rows twice", apply=on_grid(_all_again)),
    Damage(name="most rows twice", apply=on_grid(_half_again)),
    Damage(
        name="another wave pasted below",
        apply=on_grid(_other_wave),
        allowed=STOPPED,
    ),
    Damage(
        name="another edition pasted below",
        apply=on_grid(_other_edition),
        allowed=STOPPED,
    ),
    Damage(name="headings again in the middle", apply=on_grid(_headings_again(30))),
    Damage(name="headings again at the end", apply=on_grid(_headings_again(68))),
    *_SUMMARIES,
    # Where a platform says who submitted, such a row counts as partial.
    replace(summary("", "", "means"), allowed=_ANY),
    replace(summary("", "", "answers"), allowed=_ANY),
    Damage(name="blank rows in between", apply=on_grid(_blank_rows), allowed=SAME),
    *(
        Damage(
            name=f"cells moved one to the left behind {item}",
            apply=on_grid(_shifted_row(item)),
            allowed=STOPPED,
            unseen=_UNFINISHED,
            unseen_in=("redcap",),
        )
        for item in ("v2", "n3")
    ),
    Damage(
        name="cells moved one to the left behind team",
        apply=on_grid(_shifted_row("unit.team")),
        allowed=STOPPED,
        unseen=_UNFINISHED,
        unseen_in=("redcap",),
    ),
    Damage(
        name="a cell too few in some rows",
        apply=on_grid(_ragged(lambda row, grid: row.pop(grid.at["v2"]))),
        allowed=STOPPED,
    ),
    Damage(
        name="a cell too many in some rows",
        apply=on_grid(_ragged(lambda row, grid: row.insert(grid.at["v2"], "3"))),
        allowed=STOPPED,
    ),
    Damage(name="a footer", apply=on_grid(_footer("Exported on 26 November 2026"))),
    Damage(name="a mark at the end", apply=on_grid(_footer("END"))),
    Damage(name="rows in other order", apply=on_grid(_in_other_order), allowed=SAME),
    Damage(
        name="rows that break off",
        apply=on_grid(_half_blank),
        allowed=SAME,
        expected=_broken_off,
    ),
    Damage(
        name="rows without answers",
        apply=on_grid(_without_answers),
        allowed=SAME,
        expected=_five_less,
        excluded={"empty": 5},
    ),
    Damage(
        name="one number for two responses",
        apply=on_grid(_same_number),
        unseen="which of the two counts is known to the platform alone",
        tells=("R176",),
    ),
    Damage(
        name="unknown words for the status",
        apply=on_grid(_marked("status", ("Odd", "Strange"))),
    ),
    Damage(
        name="unknown words for finished",
        apply=on_grid(_marked("finished", ("perhaps", "almost"))),
    ),
    Damage(name="headings and nobody", apply=on_grid(_nobody), allowed=STOPPED),
]

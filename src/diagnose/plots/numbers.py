"""The numbers behind a figure, as a table folded below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from diagnose.language import Language, load_catalogue

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A table as it is read.

    Attributes
    ----------
    caption : str
        What it shows.
    headings : tuple of str
        One a column; the first column names the row.
    rows : tuple of tuple of str
        Everything written out.
    words : frozenset of int
        Columns after the first that hold words.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: frozenset[int] = frozenset()


_BEHIND: WeakKeyDictionary[Figure, tuple[Numbers, ...]] = WeakKeyDictionary()


def put_behind(figure: Figure, tables: Sequence[Numbers]) -> None:
    """Keep the tables with the numbers of a figure, for those who show it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    tables : sequence of Numbers
        What it was drawn from.
    """
    _BEHIND[figure] = tuple(tables)


def behind(figure: Figure) -> tuple[Numbers, ...]:
    """Return the tables with the numbers of a figure; none when nobody kept them."""
    return _BEHIND.get(figure, ())


def numbers_html(tables: Sequence[Numbers], language: Language) -> str:
    """Return the tables in a fold of a page; nothing when there are none.

    Parameters
    ----------
    tables : sequence of Numbers
        The tables.
    language : {"en", "nl"}
        Language of the line that opens the fold.
    """
    filled = [table for table in tables if table.rows]
    if not filled:
        return ""
    title = escape(load_catalogue("plots").text("behind", language))
    drawn = "\n".join(map(_table, filled))
    return (
        f'<details class="figure-numbers"><summary>{title}</summary>\n'
        f"{drawn}\n</details>"
    )


def _table(table: Numbers) -> str:
    heads = "".join(
        f'<th scope="col"{_kind(table, place)}>{escape(heading)}</th>'
        for place, heading in enumerate(table.headings)
    )
    rows = "\n".join(f"<tr>{_row(table, row)}</tr>" for row in table.rows)
    caption = escape(table.caption)
    return (
        f'<div class="numbers-box" role="group" tabindex="0" aria-label="{caption}">'
        f"<table><caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _row(table: Numbers, row: Sequence[str]) -> str:
    first = f'<th scope="row">{escape(row[0])}</th>'
    return first + "".join(
        f"<td{_kind(table, place)}>{escape(cell)}</td>"
        for place, cell in enumerate(row[1:], 1)
    )


def _kind(table: Numbers, place: int) -> str:
    return "" if place == 0 or place in table.words else ' class="number"'

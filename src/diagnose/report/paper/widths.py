"""How wide the columns of a table are on paper, worked out before it is set.

A setter that finds widths by itself gives a column of numbers as much room as the
whole of its heading, and the names in the first column what is left. Here a heading
breaks over lines, numbers never do, and names share what remains by their length.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from diagnose.language import Language
from diagnose.report.document import Cell, Column, Table, written
from diagnose.report.paper.signs import told

PADDING = 2.2
"""Millimetres, left and right of a cell together."""

SMALL = 0.78
"""Size of what stands below a number, and of the word in a hidden cell."""

HEAD = 34.0
"""Room for a heading that is turned sideways, in millimetres."""

HYPHENATED = 9
"""Letters of a word that stay together where words are hyphenated."""

LINE_TO_FILL_IN = 11.0
"""Height of a row that a reader writes in, in millimetres."""

_MOST_TO_FILL_IN = 6  # columns
_LARGEST, _LEAST = 8.5, 7.0
_ATTEMPTS = (
    *((size, True) for size in (_LARGEST, 8.0, 7.5)),
    *((size, False) for size in (7.5, _LEAST)),
)
"""Sizes in points, first those at which no text stands in a column like a chimney."""

_SMALLEST = 4.5
_POINT = 0.3528  # millimetres
_NARROW, _WIDE = frozenset(" .,;:'|!iljtfrI()[]-"), frozenset("mwMW@%–—")
_LINES_OF_TEXT, _LINES_OF_HEAD, _EASY_LINES = 3, 3.2, 1.7
_BOLD = 1.08  # as wide as the same letters in regular weight
_NARROWEST, _TURNED_HEAD = 4.0, 3.2  # millimetres
_FARTHEST = 75.0  # millimetres that a column of text asks for, when room is short


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is set.

    Attributes
    ----------
    size : float
        Of its letters, in points.
    widths : tuple of float
        Of its columns, in millimetres.
    turned : bool
        Whether it stands on a page that is turned sideways.
    upright_heads : bool
        Whether headings of numbers stand level; else they are turned.
    to_fill_in : bool
        Whether its cells are empty, for a reader to write in.
    """

    size: float
    widths: tuple[float, ...]
    turned: bool = False
    upright_heads: bool = True
    to_fill_in: bool = False


def lay_out(
    table: Table,
    language: Language,
    *,
    room: float,
    turned: float,
    unbroken: int = HYPHENATED,
) -> Layout:
    """Return the largest setting that fits, upright where that is possible.

    Parameters
    ----------
    table : Table
        What is set.
    language : {"en", "nl"}
        In which its numbers are written.
    room, turned : float
        Millimetres on an upright page, and on one turned sideways.
    unbroken : int
        Letters of a word that stay together; longer words may be parted.
    """
    if _is_to_fill_in(table):
        even = room / len(table.columns)
        widths = (even,) * len(table.columns)
        return Layout(size=_LARGEST, widths=widths, to_fill_in=True)
    level = not table.heat
    for place in (turned,) if table.wide else (room, turned):
        for size, fairly in _ATTEMPTS:
            setting = _Setting(table, language, size, unbroken, level_heads=level)
            claims = setting.claims()
            if sum(c.fair if fairly else c.need for c in claims) <= place:
                return Layout(
                    size=size,
                    widths=_shared(claims, place),
                    turned=place == turned,
                    upright_heads=level,
                )
    return _squeezed(
        _Setting(table, language, _LEAST, unbroken, level_heads=False), turned
    )


def _is_to_fill_in(table: Table) -> bool:
    cells = [cell for row in table.rows for cell in row]
    few = len(table.columns) <= _MOST_TO_FILL_IN
    return few and bool(cells) and not any(_is_written(cell) for cell in cells)


def _is_written(cell: Cell) -> bool:
    return (
        bool(cell.value.strip())
        if isinstance(cell.value, str)
        else cell.value is not None
    )


def _squeezed(setting: _Setting, room: float) -> Layout:
    """Return a setting with all headings turned, smaller as far as it must be."""
    claims = setting.claims()
    scale = min(1.0, room / sum(claim.need for claim in claims))
    return Layout(
        size=max(_SMALLEST, setting.size * scale),
        widths=tuple(claim.need * scale for claim in claims),
        turned=True,
        upright_heads=False,
    )


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a column asks for: the least, a fair part, and enough for one line.

    `easy` is what it gets where there is plenty: a heading on two lines at most.
    """

    need: float
    fair: float
    whole: float
    easy: float


@dataclass(frozen=True, slots=True)
class _Setting:
    """A table in letters of one size; widths are in millimetres."""

    table: Table
    language: Language
    size: float
    unbroken: int
    level_heads: bool

    def claims(self) -> list[_Claim]:
        return [self._claim(place) for place in range(len(self.table.columns))]

    def _claim(self, place: int) -> _Claim:
        column = self.table.columns[place]
        cells = [row[place] for row in self.table.rows]
        widths = [self._cell(cell, column) for cell in cells]
        if column.kind == "text":
            return self._claim_of_text(column, cells, widths)
        if self.level_heads:
            head, easy = self._head(column.heading), self._easy_head(column.heading)
        else:
            head = easy = _TURNED_HEAD
        need = max([head, _NARROWEST, *widths]) + PADDING
        return _Claim(need, need, need, max(need, easy + PADDING))

    def _claim_of_text(
        self, column: Column, cells: Sequence[Cell], widths: Sequence[float]
    ) -> _Claim:
        texts = [told(written(cell, column.kind, self.language)) for cell in cells]
        words = {word for text in texts for word in text.split()}
        # One long text among short ones may take its lines; many long ones get room.
        usual = math.sqrt(sum(width**2 for width in widths) / max(1, len(widths)))
        wish = min(usual, _FARTHEST)
        widest_word = max(map(self._piece, words), default=0.0)
        head = self._head(column.heading)
        need = max(widest_word, head, wish / _LINES_OF_TEXT, _NARROWEST)
        whole = max([need, *widths])
        easy = max(whole, self._easy_head(column.heading))
        claim = (need, max(need, wish), whole, easy)
        return _Claim(*(width + PADDING for width in claim))

    def _cell(self, cell: Cell, column: Column) -> float:
        value = told(written(cell, column.kind, self.language))
        mark = f" {cell.mark}" if cell.mark else ""
        shrunk = SMALL if cell.tone == "hidden" else 1.0
        below = SMALL * self._width(cell.small)
        return max(shrunk * self._width(value + mark), below)

    def _head(self, heading: str) -> float:
        """Return how wide a heading must be: its widest piece, on about three lines."""
        words = told(heading).split()
        widest = max(map(self._piece, words), default=0.0)
        return _BOLD * max(widest, self._width(told(heading)) / _LINES_OF_HEAD)

    def _easy_head(self, heading: str) -> float:
        words = told(heading).split()
        longest = max(map(self._width, words), default=0.0)
        return _BOLD * max(longest, self._width(told(heading)) / _EASY_LINES)

    def _piece(self, word: str) -> float:
        """Return the width of the widest piece of a word, with its hyphen."""
        if len(word) <= self.unbroken:
            return self._width(word)
        step = self.unbroken
        pieces = [word[at : at + step] for at in range(0, len(word), step)]
        return max(map(self._width, pieces)) + self._width("-")

    def _width(self, text: str) -> float:
        """Return about how wide a text is, rather too wide than too narrow."""
        return sum(map(_ems, text)) * self.size * _POINT


def _ems(sign: str) -> float:
    if sign in _NARROW:
        return 0.33
    if sign in _WIDE or sign.isupper():
        return 0.78
    # Signs outside Latin are set in a wider face.
    return 0.85 if sign > "\u024f" else 0.52


def _shared(claims: Sequence[_Claim], room: float) -> tuple[float, ...]:
    """Return one line for each text when they fit, else a fair part of what remains."""
    if sum(claim.easy for claim in claims) <= room:
        return tuple(claim.easy for claim in claims)
    if sum(claim.whole for claim in claims) <= room:
        return tuple(claim.whole for claim in claims)
    spare = room - sum(claim.need for claim in claims)
    lacking = [claim.fair - claim.need for claim in claims]
    share = min(1.0, spare / sum(lacking)) if sum(lacking) > 0 else 0.0
    fair = [
        claim.need + share * lacks for claim, lacks in zip(claims, lacking, strict=True)
    ]
    rest = room - sum(fair)
    # What is left goes to the texts that are longest as a rule, up to one line each.
    weights = [f if c.whole > f else 0.0 for c, f in zip(claims, fair, strict=True)]
    total = sum(weights) or 1.0
    return tuple(
        min(claim.whole, width + rest * weight / total)
        for claim, width, weight in zip(claims, fair, weights, strict=True)
    )

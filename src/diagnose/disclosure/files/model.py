"""What a reader could get out of a written file: numbers, texts and rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

NumberKind = Literal["cell", "chart", "position", "data"]
TextKind = Literal["prose", "heading", "script", "axis", "code"]
Inner = Callable[[bytes, str, str, "Found"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A typed number.

    Attributes
    ----------
    place : str
        File, and the place inside it, such as ``tables.xlsx!Units!D7``.
    value : float
        As stored.
    kind : {"cell", "chart", "position", "data"}
        Of a sheet, of a chart, where a chart puts a mark, or of a data structure.
    """

    place: str
    value: float
    kind: NumberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text.

    Attributes
    ----------
    place : str
        File, and the place inside it.
    text : str
        As a reader or a program gets it.
    kind : {"prose", "heading", "script", "axis", "code"}
        Words for people; the name of a part; a program, or words that stand elsewhere
        too; the numbers along the axis of a picture; names, formats and styles, in
        which nobody reads a number.
    """

    place: str
    text: str
    kind: TextKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table, or what else names something and tells its numbers.

    Attributes
    ----------
    place : str
        File, and the place inside it.
    cells : tuple of str or float
        The first one names the row. Parts of a text stand on lines of their own.
    """

    place: str
    cells: tuple[str | float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part that was not understood, and whether it is broken or of a new kind."""

    place: str
    broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything a reader could get out of one file.

    Shapes of pictures (lines, bars, pixels) are not read; their texts are.

    Attributes
    ----------
    name : str
        Path from the folder that was read, with ``/``.
    sha256 : str
        Hash of the content.
    numbers : tuple of Number
        Typed numbers.
    passages : tuple of Passage
        Texts, also hidden ones: notes, comments, properties, attributes, programs.
    rows : tuple of Row
        Rows of tables, with their cells side by side.
    unread : tuple of Unread
        What could not be read; an audit refuses it.
    """

    name: str
    sha256: str
    numbers: tuple[Number, ...]
    passages: tuple[Passage, ...]
    rows: tuple[Row, ...]
    unread: tuple[Unread, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts without their places; names, formats and styles are none."""
        return tuple(p.text for p in self.passages if p.kind != "code")


@dataclass(slots=True, kw_only=True)
class Found:
    """What was found so far while a file is read; readers add to it.

    Attributes
    ----------
    inner : callable
        Reads a file that stands inside another one.
    """

    inner: Inner
    numbers: list[Number] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def number(self, place: str, value: float, kind: NumberKind) -> None:
        """Add a typed number."""
        self.numbers.append(Number(place=place, value=value, kind=kind))

    def text(self, place: str, text: str | None, kind: TextKind = "prose") -> None:
        """Add a text, unless it is empty."""
        if text and not text.isspace():
            self.passages.append(Passage(place=place, text=text, kind=kind))

    def row(self, place: str, cells: Iterable[str | float]) -> None:
        """Add a row that has a name and something beside it."""
        kept = tuple(cells)
        if len(kept) > 1 and isinstance(kept[0], str) and kept[0].strip():
            self.rows.append(Row(place=place, cells=kept))

    def fail(self, place: str, *, broken: bool) -> None:
        """Add a part that could not be read."""
        self.unread.append(Unread(place=place, broken=broken))

    def mark_positions(self, start: int, values: Sequence[float], inside: str) -> None:
        """Turn numbers since `start` whose place holds `inside` into positions."""
        known = set(values)
        for at in range(start, len(self.numbers)):
            number = self.numbers[at]
            if inside in number.place and number.value in known:
                self.numbers[at] = replace(number, kind="position")

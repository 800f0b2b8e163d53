"""The parts of a report as values: sections of blocks, apart from how they look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from diagnose.language import (
    Language,
    format_number,
    format_p_value,
    format_share,
    format_signed,
)
from diagnose.plots.words import is_number

Kind = Literal["text", "number", "index", "signed", "share", "count", "p_value"]
Tone = Literal["", "higher", "lower", "hidden", "rest"]
Value = str | float | None

_MOST_COLUMNS_UPRIGHT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    key : str
        Name of the value, in the shared vocabulary.
    heading : str
        What stands above it.
    kind : str
        How its numbers are written.
    """

    key: str
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value with what stands around it.

    Attributes
    ----------
    value : str, float or None
        Unrounded number, or text; None when there is none.
    tone : str
        How it is coloured: only what is clearly higher or lower, or hidden.
    mark : str
        Sign behind the number, for those who do not see the colour.
    small : str
        Smaller text below, such as the number of answers.
    spoken : str
        What a screen reader says instead of signs.
    """

    value: Value
    tone: Tone = ""
    mark: str = ""
    small: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that every output shows alike.

    Attributes
    ----------
    name : str
        Short name, unique in the report.
    caption : str
        What it shows.
    columns : tuple of Column
        The first one names the row.
    rows : tuple of tuple of Cell
        One cell a column.
    note : str
        What to know when reading it.
    heat : bool
        Whether its cells are set as a grid of numbers.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    heat: bool = False

    @property
    def wide(self) -> bool:
        """Whether it is printed on a page of its own, turned sideways."""
        return len(self.columns) > _MOST_COLUMNS_UPRIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text; a note is set smaller."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of sentences, in the language of the report unless it names another."""

    items: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure as SVG that carries its own text alternative."""

    name: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Blocks that a reader opens when needed; open in print.

    Attributes
    ----------
    summary : str
        What stands on it while it is closed.
    blocks : tuple of Block
        What it holds.
    detail : bool
        Whether it is for who looks something up. Paper, where nothing can be opened,
        leaves it out and says where it stands.
    """

    summary: str
    blocks: tuple[Block, ...]
    detail: bool = False


Block = Paragraph | Heading | Bullets | Picture | Table | Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report with a heading and an address of its own."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something to read from beginning to end, in one language.

    Attributes
    ----------
    name : str
        Short name, such as ``report``, ``summary`` or ``unit``.
    title : str
        Stands on the first page, and in the properties of the file.
    language : {"en", "nl"}
        Of every word, unless a block names another.
    facts : tuple of (str, str)
        What the first page tells: organisation, wave, instrument, rules.
    sections : tuple of Section
        In the order in which they are read.
    """

    name: str
    title: str
    language: Language
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def tables_in(blocks: Sequence[Block]) -> Iterator[Table]:
    """Yield the tables among blocks, also the folded ones."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Fold):
            yield from tables_in(block.blocks)


def written(cell: Cell, kind: Kind, language: Language) -> str:
    """Write the value of a cell as its column asks."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if not is_number(value):
        return "–"
    return _WRITERS[kind](value, language)


def _count(value: float, language: Language) -> str:
    return format_number(value, language, digits=0)


def _index(value: float, language: Language) -> str:
    return format_number(value, language, digits=3)


_WRITERS: Mapping[Kind, Callable[[float, Language], str]] = {
    "text": format_number,
    "number": format_number,
    "index": _index,
    "signed": format_signed,
    "share": format_share,
    "count": _count,
    "p_value": format_p_value,
}

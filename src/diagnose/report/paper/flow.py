"""The blocks of a document in the order of its pages, for whatever sets them on paper.

Folds stand open, a table too wide for an upright page goes to one turned sideways, and
the headings above it go along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from diagnose.report.document import (
    Block,
    Bullets,
    Document,
    Fold,
    Heading,
    Paragraph,
    Picture,
    Section,
    Table,
)
from diagnose.report.paper.widths import HYPHENATED, Layout, lay_out

Flat = Paragraph | Heading | Bullets | Picture | Table

SECTION = 2
"""Level of the heading of a section, below the title of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A block with its place.

    Attributes
    ----------
    block : Paragraph, Heading, Bullets, Picture or Table
        What is set.
    level : int
        Of a heading; other blocks stand under a heading one level up.
    layout : Layout, optional
        Of a table.
    turned : bool
        Whether it stands on a page that is turned sideways.
    leads : bool
        Whether it must stay with what follows, such as a line before a figure.
    """

    block: Flat
    level: int
    layout: Layout | None = None
    turned: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Blocks on pages that are turned alike."""

    turned: bool
    placed: tuple[Placed, ...]


def make_runs(
    document: Document, *, room: float, turned: float, unbroken: int = HYPHENATED
) -> list[Run]:
    """Return the document in runs.

    Parameters
    ----------
    document : Document
        What is set.
    room, turned : float
        Millimetres beside each other on an upright page, and on one turned sideways.
    unbroken : int
        Letters of a word in a table that stay together.
    """

    def place(block: Flat, level: int) -> Placed:
        if not isinstance(block, Table):
            return Placed(block=block, level=level)
        layout = lay_out(
            block, document.language, room=room, turned=turned, unbroken=unbroken
        )
        return Placed(block=block, level=level, layout=layout, turned=layout.turned)

    placed = [
        place(block, level)
        for section in document.sections
        for level, block in _with_title(section)
    ]
    for at in range(len(placed) - 2, -1, -1):
        # From the end, so that a row of headings turns with the table below the last.
        if isinstance(placed[at].block, Heading) and placed[at + 1].turned:
            placed[at] = replace(placed[at], turned=True)
    for at, (one, after) in enumerate(pairwise(tuple(placed))):
        if _leads(one, after):
            placed[at] = replace(one, leads=True)
    return [
        Run(turned=sideways, placed=tuple(members))
        for sideways, members in groupby(placed, key=lambda one: one.turned)
    ]


def _with_title(section: Section) -> Iterator[tuple[int, Flat]]:
    yield SECTION, Heading(text=section.title)
    yield from _opened(section.blocks, SECTION + 1)


def _opened(blocks: Sequence[Block], level: int) -> Iterator[tuple[int, Flat]]:
    """Yield the blocks with their levels; a fold after a heading lies below it."""
    below = level
    for block in blocks:
        if isinstance(block, Fold):
            if not _is_one_table(block):
                yield below, Heading(text=block.summary)
            yield from _opened(block.blocks, below + 1)
        elif isinstance(block, Heading):
            below = level + 1
            yield level, block
        else:
            yield below, block


def _is_one_table(fold: Fold) -> bool:
    """Tell whether a fold needs no heading, for the caption of its table is one."""
    return len(fold.blocks) == 1 and isinstance(fold.blocks[0], Table)


def _leads(one: Placed, after: Placed) -> bool:
    return (
        isinstance(one.block, Paragraph)
        and isinstance(after.block, Picture | Table | Bullets)
        and one.turned == after.turned
        and len(one.block.text) < 600
    )

"""The words of the page and the pack, with the thresholds of a publication in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from diagnose.language import load_catalogue
from diagnose.plots.words import Words
from diagnose.report.document import Cell, Column, Table

Section = Literal["council", "council_pack"]
Value = str | int | Cell
_GROUPED = 4
"""Whole numbers of so many digits and more are set in groups of three."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Telling:
    """Texts of one catalogue; each may name the thresholds that were applied.

    Attributes
    ----------
    words : Words
        Of the report, for all that the report says too.
    section : str
        Catalogue that `say` reads.
    """

    words: Words
    section: Section = "council"

    def say(self, key: str, /, **values: object) -> str:
        """Return a text of the catalogue with the thresholds and values filled in."""
        thresholds = self.words.publication.thresholds
        known: dict[str, object] = {
            **asdict(thresholds),
            "others": thresholds.scores - 1,
            **values,
        }
        catalogue = load_catalogue(self.section)
        told = catalogue.text(key, self.words.language, **known)
        # An open place is not parted from the words that say what goes there.
        return told.replace("[… ", "[…\u00a0")

    def lines(self, group: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return several texts of one group."""
        return tuple(self.say(f"{group}.{name}") for name in names)

    def grid(
        self,
        name: str,
        caption: str,
        headings: Sequence[str | Column],
        rows: Sequence[Sequence[Value]],
        *,
        note: str = "",
    ) -> Table:
        """Return a table; a column whose every cell is a whole number is set right.

        Parameters
        ----------
        name, caption, note : str
            Of the table.
        headings : sequence of str or Column
            Keys of the texts above the columns, or whole columns.
        rows : sequence of sequence of str, int or Cell
            One value a column.
        """
        columns = (
            self._column(head, [row[at] for row in rows])
            for at, head in enumerate(headings)
        )
        return Table(
            name=name,
            caption=caption,
            columns=tuple(columns),
            rows=tuple(tuple(map(_cell, row)) for row in rows),
            note=note,
        )

    def _column(self, head: str | Column, values: Sequence[Value]) -> Column:
        if isinstance(head, Column):
            return head
        return Column(
            key=head.rpartition(".")[2],
            heading=self.say(head),
            kind="count" if _is_counted(values) else "text",
        )


def whole(number: int) -> str:
    """Write a whole number; nobody can take it for one with decimals.

    A comma or dot between thousands is a decimal mark to readers of another language,
    and to the search of the files. So a long number is parted by narrow spaces.
    """
    text = str(number)
    return f"{number:,}".replace(",", "\u202f") if len(text) >= _GROUPED else text


def _cell(value: Value) -> Cell:
    if isinstance(value, Cell):
        return value
    return Cell(value=whole(value) if isinstance(value, int) else value)


def _is_counted(values: Sequence[Value]) -> bool:
    return bool(values) and all(isinstance(value, int) for value in values)

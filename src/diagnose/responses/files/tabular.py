"""A table of text, of which only the columns asked for ever become values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.definition.model import Definition

HEAD_ROWS = 3
"""Rows that may be needed to recognise a platform and its headings."""

MOST_COLUMNS = 20_000
"""More than any sheet can hold; each column costs time when headings are compared."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """One file as a table of text.

    Attributes
    ----------
    name, sha256, encoding, delimiter : str
        File name, hash of its bytes, and how it was read.
    head : tuple of tuple of str
        The first rows, headings included.
    n_records : int
        Rows in the file, headings included.
    load : callable
        Positions to a frame of categories, columns named by position.
    dates : mapping of int to int
        Position to the number of cells that a spreadsheet turned into dates.
    notes : tuple of Problem
        What is worth knowing about the file.
    definition : Definition or None
        What the codes mean, when the file itself says so, as an SPSS file does.
    missing : mapping of int to frozenset of str
        Position to the texts that the file declares as missing.
    """

    name: str
    sha256: str
    encoding: str
    delimiter: str
    head: tuple[tuple[str, ...], ...]
    n_records: int
    load: Callable[[Sequence[int]], pd.DataFrame]
    dates: Mapping[int, int] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    definition: Definition | None = None
    missing: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def take(self, positions: Sequence[int], *, n_header_rows: int = 1) -> pd.DataFrame:
        """Return some columns below the headings, as categories, index 0..n-1."""
        n_rows = max(0, self.n_records - n_header_rows)
        if not positions:
            return pd.DataFrame(index=pd.RangeIndex(n_rows))
        rows = self.load(sorted(set(positions))).iloc[n_header_rows:]
        return rows.reset_index(drop=True)

    @property
    def frame(self) -> pd.DataFrame:
        """Every column as text below its heading; for files that hold no answers."""
        headings = [heading.strip() for heading in self.head[0]]
        cells = self.take(range(len(headings))).astype(str)
        return cells.set_axis(pd.Index(headings), axis="columns")

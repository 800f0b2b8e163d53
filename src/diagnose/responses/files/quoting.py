"""Whether quotation marks in delimited text leave no doubt, and how many rows it has.

In text that is quoted by the rules every mark opens or closes a cell or is doubled
within one, and all readers cut it in the same way. That is checked on arrays, many
times faster than a parser. Text that does otherwise is read once by Python's own
parser in its strict mode: a mark within an unquoted cell is a letter like others;
anything behind a closing mark is refused, as such a mark may have swallowed rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from diagnose.responses.problems import refuse

MOST_ROW_BYTES = 2_000_000
MOST_CELL = 131_072
"""Characters of a cell: four times what a cell of a spreadsheet can hold, and the
bound of Python's own parser."""

_QUOTE, _LINE_FEED, _RETURN = 34, 10, 13
_SPACES = np.isin(np.arange(256), (9, 11, 12, 32, 0xC2, 0xE2, 0xE3))
_ENDS = np.isin(np.arange(256), (_LINE_FEED, _RETURN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What is known of the rows of a text before it is cut.

    Attributes
    ----------
    n_records : int
        Rows that are not blank, headings included.
    multiline : bool
        Whether a cell may hold a line end.
    """

    n_records: int
    multiline: bool


class QuoteScanner:
    """Reads text in pieces, counts rows, and tells whether its quoting is regular.

    Parameters
    ----------
    delimiter : str
        One character of ASCII.
    name : str
        Name of the file, for messages.
    """

    def __init__(self, delimiter: str, name: str) -> None:
        self._name = name
        around = (ord(delimiter), _LINE_FEED, _RETURN, _QUOTE)
        self._around = np.isin(np.arange(256), around)
        self._spaces = _SPACES & ~self._around
        self._inside = 0
        self._last = _LINE_FEED  # the byte before the next piece
        self._closed = False  # whether that byte is a closing mark
        self._fresh = False  # whether that byte is a mark that opens a row
        self._since = 0  # bytes since the last row ended
        self.regular = True
        self.n_records = 0
        self.multiline = False

    def feed(self, chunk: bytes) -> None:
        """Look at the next piece."""
        if not chunk or not self.regular:
            return
        # One byte in front, so that each byte has one before it.
        cells = np.frombuffer(bytes((self._last,)) + chunk, dtype=np.uint8)
        new = cells[1:]
        quotes = np.flatnonzero(new == _QUOTE)
        ends = np.flatnonzero(new <= _RETURN)
        ends = ends[_ENDS[new[ends]]]
        if not self._marks_stand_right(cells, quotes):
            self.regular = False
            return
        self._count(cells, ends, quotes)
        self._inside = (self._inside + len(quotes)) & 1
        self._last = chunk[-1]
        self._closed = self._last == _QUOTE and not self._inside

    def _marks_stand_right(self, cells: np.ndarray, quotes: np.ndarray) -> bool:
        if self._closed and not self._around[cells[1]]:
            return False
        opening = quotes[self._inside :: 2]
        closing = quotes[1 - self._inside :: 2]
        if len(closing) and closing[-1] == len(cells) - 2:
            closing = closing[:-1]  # what follows it comes with the next piece
        before, after = cells[opening], cells[closing + 2]
        return bool(self._around[before].all() and self._around[after].all())

    def _count(self, cells: np.ndarray, ends: np.ndarray, quotes: np.ndarray) -> None:
        inside = (np.searchsorted(quotes, ends) + self._inside) & 1
        self.multiline = self.multiline or bool(inside.any())
        ends = ends[inside == 0]
        before = cells[ends]
        if not self._inside and _ENDS[self._last]:
            starts = np.append(0, ends + 1)
        else:
            starts = ends + 1
        starts = starts[starts < len(cells) - 1]
        if self._may_be_blank(cells, starts):
            self.regular = False
            return
        self.n_records += int((~_ENDS[before]).sum())
        self._bound_rows(ends, len(cells) - 1)

    def _may_be_blank(self, cells: np.ndarray, starts: np.ndarray) -> bool:
        """Tell whether a row begins with white space; then only a parser can tell."""
        behind = starts[cells[starts + 1] == _QUOTE] + 2
        quoted = cells[behind[behind < len(cells)]]
        begun = self._fresh and bool((_SPACES | _ENDS)[cells[1]])
        self._fresh = bool(len(behind)) and int(behind[-1]) == len(cells)
        found = self._spaces[cells[starts + 1]].any() or (_SPACES | _ENDS)[quoted].any()
        return begun or bool(found)

    def _bound_rows(self, ends: np.ndarray, size: int) -> None:
        """Refuse a row that is too long, as soon as it is."""
        borders = np.concatenate(([-1 - self._since], ends, [size - 1]))
        if np.diff(borders).max() > MOST_ROW_BYTES:
            first = int(np.argmax(np.diff(borders) > MOST_ROW_BYTES))
            behind = int((~_ENDS[ends[first:] * 0]).sum())
            row = self.n_records - behind + 1
            raise refuse("R100", self._name, row=max(row, 1), limit=MOST_ROW_BYTES)
        self._since = size - 1 - int(borders[-2])

    def finish(self) -> Rows:
        """Return what is known of the rows, once all pieces were regular.

        Raises
        ------
        ResponseError
            A quotation mark is not closed.
        """
        if self._inside:
            raise refuse("R017", self._name)
        unended = int(not _ENDS[self._last])
        return Rows(n_records=self.n_records + unended, multiline=self.multiline)


def parse_strictly(chunks: Iterable[bytes], delimiter: str, name: str) -> Rows:
    """Return what is known of the rows by parsing them all.

    Raises
    ------
    ResponseError
        A quotation mark is not closed, text follows a closing one, or a row or cell
        is too long.
    """
    n_records = 0
    for _ in parsed_rows(chunks, delimiter, name, strict=True):
        n_records += 1
    return Rows(n_records=n_records, multiline=True)


def parsed_rows(
    chunks: Iterable[bytes], delimiter: str, name: str, *, strict: bool
) -> Iterator[list[str]]:
    """Yield the rows that are not blank, by Python's own parser."""
    reader = csv.reader(_lines(chunks, name), delimiter=delimiter, strict=strict)
    row = 1
    try:
        for cells in reader:
            if not is_blank(cells):
                yield cells
                row += 1
    except csv.Error as error:
        raise _in_words(str(error), row, name) from None


def is_blank(cells: Sequence[str]) -> bool:
    """Tell whether a row is no row: nothing at all, or one cell of white space.

    An empty cell between marks is a cell, and a row of it alone is too short.
    """
    return not cells or (len(cells) == 1 and cells[0] != "" and not cells[0].strip())


def _in_words(detail: str, row: int, name: str) -> Exception:
    """Return the refusal; the parser's own words tell which error it is."""
    if "field limit" in detail:
        return refuse("R101", f"{name}: {row}", limit=MOST_CELL)
    if "expected after" in detail:
        return refuse("R102", name, row=row)
    return refuse("R017", name)


def _lines(chunks: Iterable[bytes], name: str) -> Iterator[str]:
    """Yield lines with their ends; line feeds, returns and both end one."""
    text = io.TextIOWrapper(
        io.BufferedReader(Pieces(chunks)), encoding="utf-8", newline=""
    )
    n_lines = 0
    while line := text.readline(MOST_ROW_BYTES + 1):
        n_lines += 1
        if len(line) > MOST_ROW_BYTES:
            raise refuse("R100", name, row=n_lines, limit=MOST_ROW_BYTES)
        yield line


class Pieces(io.RawIOBase):
    """Pieces of bytes as one stream, for parsers that want a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer with what comes next; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        n_bytes = min(len(buffer), len(self._rest))
        buffer[:n_bytes] = self._rest[:n_bytes]
        self._rest = self._rest[n_bytes:]
        return n_bytes

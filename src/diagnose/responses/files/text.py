"""Delimited text: which encoding, which delimiter, and columns on demand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from diagnose.responses.files.delimited import parse_columns
from diagnose.responses.files.encoding import (
    NotUtf8Error,
    marked_encoding,
    refuse_other_text,
    utf8_chunks,
)
from diagnose.responses.files.quoting import (
    MOST_CELL,
    MOST_ROW_BYTES,
    QuoteScanner,
    Rows,
    is_blank,
    parse_strictly,
)
from diagnose.responses.files.source import Source
from diagnose.responses.files.tabular import HEAD_ROWS, MOST_COLUMNS, Table
from diagnose.responses.problems import refuse

_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*"')
_ANNOUNCED = re.compile(rb'"?sep=([,;\t])"?(?:\r\n|\r|\n)', re.I)
_BLANK_LINES = re.compile(r"\s*[\r\n]")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The content of a file below the line that may announce its delimiter.

    Attributes
    ----------
    source : Source
        The file.
    encoding : str
        How its bytes are read.
    skip : int
        Bytes of UTF-8 before the headings.
    """

    source: Source
    encoding: str
    skip: int = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield the content as UTF-8 in pieces."""
        skip = self.skip
        for chunk in utf8_chunks(self.source, self.encoding):
            yield chunk[skip:] if skip else chunk
            skip = max(0, skip - len(chunk))

    def start(self) -> bytes:
        """Return enough to hold the first rows, however long they are."""
        pieces, n_bytes = [], 0
        for chunk in self.chunks():
            pieces.append(chunk)
            n_bytes += len(chunk)
            if n_bytes > (HEAD_ROWS + 1) * MOST_ROW_BYTES:
                break
        return b"".join(pieces)


def read_text(source: Source) -> Table:
    """Return the table in a file of delimited text.

    The encoding is that of the byte-order mark, else UTF-8, else Windows-1252. The
    delimiter is decided from the header line alone: punctuation in answers and
    question texts must not decide how a file is cut. Cells stay text; a team called
    "NA" stays "NA". The file is never held whole: it is looked through once, and
    read again when columns are asked for.

    Raises
    ------
    ResponseError
        The content is no text, has no second column, or cannot be cut into rows
        without doubt. Rows of another length than the header are refused when the
        first columns are loaded.
    """
    encoding = marked_encoding(source)
    refuse_other_text(source.start, encoding, source.name)
    with ThreadPoolExecutor(max_workers=1) as beside:
        sha256 = beside.submit(lambda: source.sha256)
        try:
            text, delimiter, rows = _look_through(source, encoding)
        except NotUtf8Error:
            text, delimiter, rows = _look_through(source, "cp1252")
    head = tuple(tuple(row) for row in _head(text, delimiter))
    width = len(head[0])

    def load(positions: Sequence[int]) -> pd.DataFrame:
        return parse_columns(
            text.chunks, delimiter, width, positions, rows=rows, name=source.name
        )

    if any(len(row) != width for row in head):
        load([0])  # refuses, and counts all such rows
    return Table(
        name=source.name,
        sha256=sha256.result(),
        encoding=text.encoding,
        delimiter=delimiter,
        head=head,
        n_records=rows.n_records,
        load=load,
    )


def _look_through(source: Source, encoding: str) -> tuple[Text, str, Rows]:
    """Return text, delimiter and what is known of the rows, all bytes checked."""
    text = Text(source=source, encoding=encoding)
    start = text.start()
    announced = _ANNOUNCED.match(start)
    if announced:
        text = Text(source=source, encoding=encoding, skip=announced.end())
        start = start[announced.end() :]
    header = first_line(start.decode("utf-8", errors="replace"))
    if len(header) > MOST_ROW_BYTES:
        raise refuse("R100", source.name, row=1, limit=MOST_ROW_BYTES)
    delimiter = announced[1].decode() if announced else find_delimiter(header)
    _check_width(header, delimiter, source.name)
    scanner = QuoteScanner(delimiter, source.name)
    for chunk in text.chunks():
        scanner.feed(chunk)
    if scanner.regular:
        return text, delimiter, scanner.finish()
    return text, delimiter, parse_strictly(text.chunks(), delimiter, source.name)


def _check_width(header: str, delimiter: str, name: str) -> None:
    n_most = header.count(delimiter) + 1
    if n_most < 2:
        raise refuse("R010", name)
    if n_most > MOST_COLUMNS and len(_rows(header, delimiter, name)[0]) > MOST_COLUMNS:
        raise refuse("R105", name, limit=MOST_COLUMNS)


def first_line(text: str) -> str:
    """Return the header line; a line end between quotes does not end it."""
    inside = False
    blank = _BLANK_LINES.match(text)
    start = blank.end() if blank else 0
    for match in re.finditer(r'["\r\n]', text[start:]):
        if match[0] == '"':
            inside = not inside
        elif not inside:
            return text[start : start + match.start()]
    return text[start:]


def find_delimiter(header: str) -> str:
    """Return the delimiter of a header line.

    Marks between quotes do not count. A mark followed by a space counts only when
    no mark stands without one: in question texts a comma is followed by a space.
    """
    bare = _QUOTED.sub("", header)
    tight = {mark: len(re.findall(f"{mark}(?! )", bare)) for mark in _DELIMITERS}
    loose = {mark: bare.count(mark) for mark in _DELIMITERS}
    counts = tight if any(tight.values()) else loose
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _head(text: Text, delimiter: str) -> list[list[str]]:
    name = text.source.name
    rows = _rows(text.start().decode("utf-8", errors="ignore"), delimiter, name)
    if len(rows[0]) < 2:
        raise refuse("R010", name)
    return rows


def _rows(text: str, delimiter: str, name: str) -> list[list[str]]:
    """Return the first rows that are not blank, line ends in cells as line feeds."""
    lines: Iterable[str] = (line[0] for line in _LINES.finditer(text))
    reader = csv.reader(lines, delimiter=delimiter)
    rows = (row for row in reader if not is_blank(row))
    try:
        head = list(islice(rows, HEAD_ROWS))
    except csv.Error:
        raise refuse("R101", f"{name}: 1-{HEAD_ROWS}", limit=MOST_CELL) from None
    return [
        [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in head
    ]

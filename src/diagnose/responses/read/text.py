"""Delimited text: which encoding, which delimiter, and columns on demand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pandas as pd

from diagnose.responses.problems import refuse
from diagnose.responses.read.source import Source
from diagnose.responses.read.tabular import HEAD_ROWS, Table

_DELIMITERS = (",", ";", "\t")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_QUOTE, _END, _MARK = 1, 2, 4
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")
_QUOTED = re.compile(r'"[^"]*"')
_MARKUP = re.compile(r"\s*<(!doctype|html|table|\?xml|head|body|div|script)\b", re.I)


def read_text(source: Source) -> Table:
    """Return the table in a file of delimited text.

    The encoding is that of the byte-order mark, else UTF-8, else Windows-1252. The
    delimiter is decided from the header line alone: punctuation in answers and
    question texts must not decide how a file is cut. Cells stay text; a team called
    "NA" stays "NA".

    Raises
    ------
    ResponseError
        The content is no text, has no second column, or has rows of another length
        than the header.
    """
    text, encoding = decode(source)
    text, announced = _announced_delimiter(text)
    delimiter = announced or find_delimiter(first_line(text))
    head = tuple(tuple(row) for row in _head(text, delimiter, source.name))
    width = len(head[0])
    if width < 2:
        raise refuse("R010", source.name)
    content = text.encode("utf-8")
    n_records = _count_records(content, delimiter, width, source.name)

    def load(positions: Sequence[int]) -> pd.DataFrame:
        frame = _load(content, delimiter, positions, source.name)
        if len(frame) != n_records:
            raise refuse("R017", source.name)
        return frame

    return Table(
        name=source.name,
        sha256=source.sha256,
        encoding=encoding,
        delimiter=delimiter,
        head=head,
        n_records=n_records,
        load=load,
    )


def decode(source: Source) -> tuple[str, str]:
    """Return the text of a file with line feeds as line ends, and its encoding."""
    content, name = source.content, source.name
    encoding = next((e for bom, e in _BOMS if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise refuse("R004", name, kind="binary") from error
        text, encoding = _decode_windows(content, name), "cp1252"
    start = text[:100_000]
    if _MARKUP.match(text):
        raise refuse("R004", name, kind="html")
    if len(_CONTROL.findall(start)) > len(start) / 200:
        raise refuse("R004", name, kind="binary")
    if "\x00" in text:
        raise refuse("R009", name)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _decode_windows(content: bytes, name: str) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise refuse("R004", name, kind="binary") from error


def _announced_delimiter(text: str) -> tuple[str, str | None]:
    """Split off the line ``sep=;`` that spreadsheet programs understand."""
    found = re.match(r'"?sep=([,;\t])"?\n', text, re.I)
    return (text[found.end() :], found[1]) if found else (text, None)


def first_line(text: str) -> str:
    """Return the header line; a line end between quotes does not end it."""
    inside = False
    start = len(text) - len(text.lstrip("\n"))
    for match in re.finditer(r'["\n]', text[start:]):
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


def _head(text: str, delimiter: str, name: str) -> list[list[str]]:
    # Line by line: the text of a large file must not be copied for three rows.
    lines = (line[0] for line in re.finditer(r"[^\n]*\n|[^\n]+", text))
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        return list(islice((row for row in reader if row), HEAD_ROWS))
    except csv.Error as error:
        raise refuse("R017", name) from error


def _count_records(content: bytes, delimiter: str, width: int, name: str) -> int:
    """Return the number of records, after checking that each has `width` fields."""
    counts = _fields_by_parity(content, delimiter)
    if counts is None or (counts != width).any():
        counts = _fields_by_parser(content, delimiter, name)
    ragged = np.flatnonzero(counts != width)
    if len(ragged):
        rows = tuple(int(row) + 1 for row in ragged[:5])
        raise refuse("R008", name, n=len(ragged), rows=rows, expected=width)
    return len(counts)


def _fields_by_parity(content: bytes, delimiter: str) -> np.ndarray | None:
    """Count fields by looking at marks outside quotes; None when quotes do not pair.

    Much faster than a parser. A stray quote in an unquoted cell can mislead it, so a
    count that is not as expected is never believed without the parser.
    """
    kind = np.zeros(256, dtype=np.uint8)
    kind[ord('"')], kind[ord("\n")], kind[ord(delimiter)] = _QUOTE, _END, _MARK
    kinds = kind[np.frombuffer(content, dtype=np.uint8)]
    places = np.flatnonzero(kinds)
    kinds = kinds[places]
    inside = np.bitwise_xor.accumulate(kinds & _QUOTE)
    if len(inside) and inside[-1]:
        return None
    outside = (inside == 0) & (kinds != _QUOTE)
    places, kinds = places[outside], kinds[outside]
    # Between two line ends there are only marks, so their positions tell how many.
    positions = np.flatnonzero(kinds == _END)
    ends = places[positions]
    if not content.endswith(b"\n"):
        positions = np.append(positions, len(kinds))
        ends = np.append(ends, len(content))
    lengths = np.diff(ends, prepend=-1) - 1
    counts: np.ndarray = np.diff(positions, prepend=-1)[lengths > 0]
    return counts


def _fields_by_parser(content: bytes, delimiter: str, name: str) -> np.ndarray:
    lines = io.StringIO(content.decode("utf-8"), newline="\n")
    try:
        counts = [
            len(row)
            for row in csv.reader(lines, delimiter=delimiter)
            if len(row) > 1 or (row and row[0].strip())
        ]
    except csv.Error as error:
        raise refuse("R017", name) from error
    return np.array(counts, dtype=int)


def _load(
    content: bytes, delimiter: str, positions: Sequence[int], name: str
) -> pd.DataFrame:
    try:
        return pd.read_csv(
            io.BytesIO(content),
            sep=delimiter,
            header=None,
            index_col=False,
            usecols=sorted(positions),
            dtype="category",
            na_filter=False,
            low_memory=False,
            engine="c",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise refuse("R017", name) from error

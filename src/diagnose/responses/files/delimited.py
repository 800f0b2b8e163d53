"""Columns of delimited text, parsed by pyarrow: in parallel, and only those wanted.

How pyarrow cuts text is described at
https://arrow.apache.org/docs/python/generated/pyarrow.csv.ParseOptions.html; a mark
that is not at the start of a cell is a letter to it, as it is to Python's parser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from diagnose.responses.files.quoting import (
    MOST_ROW_BYTES,
    Pieces,
    Rows,
    parsed_rows,
)
from diagnose.responses.files.texts import as_categories
from diagnose.responses.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_BYTES = 2 * MOST_ROW_BYTES
"""A row must not reach over two borders of blocks."""

_BLANK = re.compile(r'\s*|"\s+"')
_SHOWN = 5
_MOST_COUNTED = 100_000
"""Ragged rows after which parsing ends; a file of which so many are is no table."""


def parse_columns(
    chunks: Callable[[], Iterable[bytes]],
    delimiter: str,
    width: int,
    positions: Sequence[int],
    *,
    rows: Rows,
    name: str,
) -> pd.DataFrame:
    """Return some columns of a text as categories, headings included.

    Parameters
    ----------
    chunks : callable
        Yields the text as UTF-8 in pieces, each time it is called.
    delimiter : str
        One character of ASCII.
    width : int
        Fields of each row.
    positions : sequence of int
        Columns wanted; these are the names of the columns of the frame.
    rows : Rows
        What is known of the rows.
    name : str
        Name of the file, for messages.

    Raises
    ------
    ResponseError
        Rows have another number of fields, or the text cannot be cut into rows.
    """
    wanted = sorted(set(positions))
    ragged = _Ragged()
    table = _parse(chunks(), delimiter, width, wanted, rows, ragged, name)
    if ragged.n:
        told = _ragged_rows(chunks(), delimiter, width, name)
        raise refuse("R008", name, n=ragged.n, rows=told, expected=width)
    if table.num_rows != rows.n_records:
        raise refuse("R017", name)
    places = [f"{name}: #{position + 1}" for position in wanted]
    with ThreadPoolExecutor() as columns:
        read = list(columns.map(as_categories, table.columns, places))
    return pd.DataFrame(dict(zip(wanted, read, strict=True)), copy=False)


class _Ragged:
    """Counts rows of another length; blank ones do not count."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, row: Any) -> Literal["skip", "error"]:
        if not _BLANK.fullmatch(row.text):
            self.n += 1
        return "skip" if self.n < _MOST_COUNTED else "error"


def _parse(
    chunks: Iterable[bytes],
    delimiter: str,
    width: int,
    wanted: Sequence[int],
    rows: Rows,
    ragged: _Ragged,
    name: str,
) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    # Buffered, as a piece shorter than a block would be taken for a block.
    stream = pa.PythonFile(io.BufferedReader(Pieces(chunks)), mode="r")
    names = [str(position) for position in range(width)]
    text = pa.dictionary(pa.int32(), pa.string())
    included = [names[position] for position in wanted]
    try:
        return csv.read_csv(
            stream,
            read_options=csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=rows.multiline,
                invalid_row_handler=ragged,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(included, text),
                include_columns=included,
                strings_can_be_null=False,
                check_utf8=False,  # all of it was checked before
            ),
        )
    except pa.ArrowInvalid:
        # Its message quotes the row, so it is not passed on.
        if not ragged.n:
            raise refuse("R017", name) from None
        return pa.table({})


def _ragged_rows(
    chunks: Iterable[bytes], delimiter: str, width: int, name: str
) -> tuple[int, ...]:
    """Return the places of the first ragged rows, headings being row 1."""
    parsed = enumerate(parsed_rows(chunks, delimiter, name, strict=False), start=1)
    return tuple(islice((row for row, cells in parsed if len(cells) != width), _SHOWN))

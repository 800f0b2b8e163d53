"""Parquet files: every column as text, nested ones refused by name.

The format: https://parquet.apache.org/docs/file-format/.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diagnose.responses.files.source import Source
from diagnose.responses.files.tabular import HEAD_ROWS, MOST_COLUMNS, Table
from diagnose.responses.files.texts import as_categories
from diagnose.responses.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa

MOST_PARQUET_BYTES = 500_000_000
MOST_UNPACKED_BYTES = 4_000_000_000
MOST_VALUES = 500_000_000
"""Rows times columns; of equal values a file may hold any number in few bytes."""


def read_parquet(source: Source) -> Table:
    """Return the table in a parquet file; the names of its columns are the headings.

    Cells become text: whole numbers without a decimal part, other numbers in the
    shortest form that gives them back, truth values as ``True`` and ``False``,
    moments as ``2026-10-01 09:30:00`` in the time zone that the column names, and
    nulls as empty text. Columns of bytes are no text and are refused when asked for.

    Raises
    ------
    ResponseError
        The file is too large, packed or unpacked, is damaged, or has nested columns.
    """
    if source.size > MOST_PARQUET_BYTES:
        raise refuse("R003", source.name, size=source.size, limit=MOST_PARQUET_BYTES)
    content = source.content
    headings, n_rows = _check_schema(content, source.name)
    head = _read(content, None, source.name, n_rows=HEAD_ROWS - 1)
    cells = [
        [heading, *(str(text) for text in column)]
        for heading, column in zip(headings, head, strict=True)
    ]

    def load(positions: Sequence[int]) -> pd.DataFrame:
        wanted = sorted(set(positions))
        columns = _read(content, wanted, source.name)
        return pd.DataFrame(
            {
                position: _below(headings[position], column)
                for position, column in zip(wanted, columns, strict=True)
            },
            copy=False,
        )

    return Table(
        name=source.name,
        sha256=source.sha256,
        encoding="parquet",
        delimiter="",
        head=tuple(zip(*cells, strict=True)),
        n_records=n_rows + 1,
        load=load,
    )


def _check_schema(content: bytes, name: str) -> tuple[list[str], int]:
    """Return headings and number of rows, by the metadata alone."""
    file = _open(content, name)
    metadata, schema = file.metadata, file.schema_arrow
    if len(schema) > MOST_COLUMNS:
        raise refuse("R105", name, limit=MOST_COLUMNS)
    if len(schema) < 2:
        raise refuse("R010", name)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    unpacked = sum(group.total_byte_size for group in groups)
    n_values = metadata.num_rows * len(schema)
    if unpacked > MOST_UNPACKED_BYTES or n_values > MOST_VALUES or unpacked < 0:
        raise refuse("R116", name, limit=MOST_VALUES)
    if sum(group.num_rows for group in groups) != metadata.num_rows:
        raise refuse("R117", name)
    unreadable = tuple(field.name for field in schema if not _is_plain(field.type))
    if unreadable:
        raise refuse("R118", name, headings=unreadable[:12])
    return list(schema.names), int(metadata.num_rows)


def _open(content: bytes, name: str) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(
            io.BytesIO(content),
            arrow_extensions_enabled=False,
            page_checksum_verification=True,  # where the writer left check sums
        )
    except (pa.ArrowException, OSError, ValueError):
        raise refuse("R117", name) from None


def _is_plain(kind: pa.DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_temporal(kind)
        or types.is_null(kind)
    )


def _read(
    content: bytes,
    positions: Sequence[int] | None,
    name: str,
    *,
    n_rows: int | None = None,
) -> list[pd.Categorical]:
    import pyarrow as pa

    file = _open(content, name)
    columns = range(len(file.schema_arrow)) if positions is None else positions
    try:
        table = _part_of(file, list(columns), n_rows)
        return [
            as_categories(_as_text(column), f"{name}: #{position + 1}")
            for position, column in zip(columns, table.columns, strict=True)
        ]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        if hasattr(error, "problems"):
            raise
        raise refuse("R117", name) from None


def _part_of(file: Any, columns: list[int], n_rows: int | None) -> pa.Table:
    """Read some columns, by position: names may be there twice."""
    import pyarrow as pa

    if n_rows is None:
        return file.reader.read_all(column_indices=columns)
    batch = next(file.iter_batches(batch_size=n_rows), None)
    if batch is None:
        return file.schema_arrow.empty_table()
    return pa.Table.from_batches([batch])


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text of each distinct value, as a dictionary."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode(null_encoding="encode")
    chunks = [_texts_of(chunk) for chunk in column.chunks]
    return pa.chunked_array(chunks, type=pa.dictionary(pa.int32(), pa.string()))


def _texts_of(chunk: pa.DictionaryArray) -> pa.DictionaryArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = chunk.dictionary.to_pylist()
    if chunk.dictionary.type in (pa.float16(), pa.float32()):
        # The shortest text of a short number is longer when a long one holds it.
        values = [None if v is None else np.float32(v) for v in values]
    indices = pc.fill_null(chunk.indices.cast(pa.int32()), len(values))
    texts = [*(_text(value) for value in values), ""]
    # Different values, such as 4 and 4.0, may have one text.
    plain = pa.array(texts, pa.string()).dictionary_encode()
    joined = plain.indices.take(indices).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(joined, plain.dictionary)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        if math.isnan(value):
            return ""
        return str(int(value)) if float(value).is_integer() else str(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(value)


def _below(heading: str, column: pd.Categorical) -> pd.Categorical:
    """Put a heading above a column, as rows of text have it."""
    texts = list(column.categories)
    if heading not in texts:
        texts.append(heading)
    dtype = pd.CategoricalDtype(pd.Index(texts, dtype="str"))
    codes = np.append(texts.index(heading), column.codes)
    return pd.Categorical.from_codes(codes, dtype=dtype)

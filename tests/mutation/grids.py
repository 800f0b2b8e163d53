"""Files as rows of cells, and rows of cells as files, of each kind there is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from diagnose.responses.files.table import read_table
from diagnose.simulation.export.files import xlsx_bytes

Cell = Any


def _csv_rows(path: Path) -> tuple[list[list[Cell]], Callable[..., bytes]]:
    content = path.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    text = content.decode(encoding)
    line = text.splitlines()[0]
    delimiter = max(",;", key=line.count)
    end = "\r\n" if "\r\n" in text else "\n"
    quoting = csv.QUOTE_ALL if text.startswith('"') else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [row for row in reader if row]

    def dump(rows: list[list[Cell]]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(
            out, delimiter=delimiter, quoting=quoting, lineterminator=end
        )
        writer.writerows(rows)
        return out.getvalue().encode(encoding)

    return rows, dump


def _xlsx_rows(path: Path) -> tuple[list[list[Cell]], Callable[..., bytes]]:
    from python_calamine import load_workbook

    rows = load_workbook(str(path)).get_sheet_by_index(0).to_python()

    def dump(rows: list[list[Cell]]) -> bytes:
        return xlsx_bytes([[_whole(cell) for cell in row] for row in rows])

    return rows, dump


def _whole(cell: Cell) -> Cell:
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return dt.datetime(cell.year, cell.month, cell.day)
    is_whole = isinstance(cell, float) and cell.is_integer()
    return int(cell) if is_whole else cell


def _parquet_rows(path: Path) -> tuple[list[list[Cell]], Callable[..., bytes]]:
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(path)
    columns = [column.to_pylist() for column in table.columns]
    rows = [
        list(table.column_names),
        *(list(row) for row in zip(*columns, strict=True)),
    ]

    def dump(rows: list[list[Cell]]) -> bytes:
        out = io.BytesIO()
        columns = [_typed(list(cells)) for cells in zip(*rows[1:], strict=True)]
        arrays = [pa.array(cells) for cells in columns]
        parquet.write_table(pa.Table.from_arrays(arrays, names=rows[0]), out)
        return out.getvalue()

    return rows, dump


def _typed(cells: list[Cell]) -> list[Cell]:
    """Return a column of one type: numbers as they are, else text."""
    if any(isinstance(cell, str) for cell in cells):
        return [None if cell is None else _text(cell) for cell in cells]
    return cells


def _text(cell: Cell) -> str:
    if pd.isna(cell):
        return ""
    return str(_whole(cell))


def _sav_rows(path: Path) -> tuple[list[list[Cell]], Callable[..., bytes]]:
    import pyreadstat

    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    rows = [list(frame.columns), *(list(row) for row in frame.to_numpy(dtype=object))]

    def dump(rows: list[list[Cell]], **changes: Any) -> bytes:
        columns = {
            name: _typed([None if pd.isna(c) else c for c in cells])
            for name, cells in zip(rows[0], zip(*rows[1:], strict=True), strict=True)
        }
        texts = {
            n for n, cells in columns.items() if any(isinstance(c, str) for c in cells)
        }
        data = pd.DataFrame(
            {
                name: pd.Series(
                    ["" if c is None else c for c in cells] if name in texts else cells,
                    dtype=object if name in texts else float,
                )
                for name, cells in columns.items()
            }
        )
        numbers = set(columns) - texts
        labels = changes.get("labels", meta.variable_value_labels)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "x.sav"
            pyreadstat.write_sav(
                data,
                str(target),
                column_labels={
                    name: label
                    for name, label in meta.column_names_to_labels.items()
                    if name in columns and label
                },
                variable_value_labels={n: v for n, v in labels.items() if n in numbers},
                missing_ranges={
                    name: ranges
                    for name, ranges in meta.missing_ranges.items()
                    if name in numbers
                },
            )
            return target.read_bytes()

    return rows, dump


def _json_rows(path: Path) -> tuple[list[list[Cell]], Callable[..., bytes]]:
    records = [_flat(one) for one in json.loads(path.read_text(encoding="utf-8"))]
    table = read_table(path)
    heads = list(table.head[0])
    keys = {".".join(key): key for record in records for key in record}
    rows: list[list[Cell]] = [list(heads)]
    rows += [[r.get(keys.get(head, ()), None) for head in heads] for r in records]

    def dump(rows: list[list[Cell]]) -> bytes:
        out = []
        for row in rows[1:]:
            one: dict[str, Any] = {}
            for head, cell in zip(rows[0], row, strict=True):
                if cell is None:
                    continue
                *above, last = keys.get(head, tuple(head.split(".")))
                holder = one
                for part in above:
                    holder = holder.setdefault(part, {})
                holder[last] = cell
            out.append(one)
        return json.dumps(out, ensure_ascii=False, default=str).encode("utf-8")

    return rows, dump


def _flat(record: dict[str, Any], above: tuple[str, ...] = ()) -> dict[tuple, Any]:
    found: dict[tuple, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found |= _flat(value, (*above, key))
        else:
            found[(*above, key)] = value
    return found


ROWS_OF: dict[str, Callable[[Path], tuple[list[list[Cell]], Callable[..., bytes]]]] = {
    ".csv": _csv_rows,
    ".xlsx": _xlsx_rows,
    ".parquet": _parquet_rows,
    ".sav": _sav_rows,
    ".json": _json_rows,
}
"""Suffix to what reads the rows of a file and returns what writes them again."""

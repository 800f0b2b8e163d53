"""Damaged files of every kind are read or refused, and nothing else happens."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from diagnose.errors import ResponseError
from diagnose.responses.files.table import read_table


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n_changes=st.integers(1, 6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_damaged_text_is_read_or_refused(seed, n_changes, encoding):
    text = '"v1";"v2"\r\n"4";"Coördinatie"\r\n"5";"a ""b""\r\nc"\r\n\r\n'

    _read_or_refuse(_damaged(text.encode(encoding), seed, n_changes))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), n_changes=st.integers(1, 6))
def test_damaged_workbooks_are_read_or_refused(seed, n_changes):
    _read_or_refuse(_damaged(_workbook(), seed, n_changes))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), n_changes=st.integers(1, 6))
def test_damaged_parquet_files_are_read_or_refused(seed, n_changes):
    _read_or_refuse(_damaged(_parquet(), seed, n_changes))


@settings(max_examples=200, deadline=None)
@given(
    content=st.binary(max_size=200),
    start=st.sampled_from([b"", b"PK\x03\x04", b"PAR1"]),
)
def test_any_bytes_are_read_or_refused(content, start):
    _read_or_refuse(start + content)


def _read_or_refuse(content):
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export"
            path.write_bytes(content)
            table = read_table(path)
            table.load(range(len(table.head[0])))
    except ResponseError as error:
        assert all(problem.message for problem in error.problems)


def _damaged(content, seed, n_changes):
    rng = np.random.default_rng(seed)
    changed = bytearray(content)
    for _ in range(n_changes):
        place = int(rng.integers(0, len(changed)))
        if rng.random() < 0.6:
            changed[place] = int(rng.integers(0, 256))
        elif rng.random() < 0.5:
            del changed[place : place + int(rng.integers(1, 30))]
        else:
            changed[place:place] = changed[: int(rng.integers(1, 30))]
        if not changed:
            break
    return bytes(changed)


def _workbook():
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["v1", "v2", "team"])
        sheet.write_row(1, 0, [4, 5.5, "Zorg"])
        sheet.write_row(2, 0, [True, "x", ""])
    return out.getvalue()


def _parquet():
    frame = pd.DataFrame({"v1": [4, 5], "v2": ["a", None], "v3": [0.5, 2.0]})
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pandas(frame, preserve_index=False), out)
    return out.getvalue()

"""Parquet files: every plain column as text, all else refused by name."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

from diagnose.errors import ResponseError
from diagnose.responses.files import parquet as reader
from diagnose.responses.files.table import read_table


def packed(columns, **options):
    out = io.BytesIO()
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    parquet.write_table(table, out, **options)
    return out.getvalue()


def opened(tmp_path, content):
    path = tmp_path / "export.csv"  # its content tells what it is
    path.write_bytes(content)
    return read_table(path)


def refused(tmp_path, content):
    with pytest.raises(ResponseError) as caught:
        opened(tmp_path, content)
    (found,) = caught.value.problems
    return found


MOMENT = dt.datetime(2026, 10, 1, 9, 30)


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([4, None, 5]), ["4", "", "5"]),
        (pa.array([4.0, None, 0.1]), ["4", "", "0.1"]),
        (pa.array([0.1, float("nan"), 2], pa.float32()), ["0.1", "", "2"]),
        (pa.array([True, None, False]), ["True", "", "False"]),
        (pa.array(["NA", None, ""]), ["NA", "", ""]),
        (pa.array(["b", None, "a"], pa.large_string()), ["b", "", "a"]),
        (pa.array(["b", None, "b"]).dictionary_encode(), ["b", "", "b"]),
        (pa.array([MOMENT, None, MOMENT]), [str(MOMENT), "", str(MOMENT)]),
        (pa.array([MOMENT] * 3, pa.timestamp("ns")), [str(MOMENT)] * 3),
        (pa.array([MOMENT.date()] * 3), ["2026-10-01"] * 3),
        (pa.array([Decimal("4.00"), None, Decimal("4.50")]), ["4", "", "4.50"]),
        (pa.array([2**63 - 1, -1, 0]), [str(2**63 - 1), "-1", "0"]),
        (pa.nulls(3), ["", "", ""]),
        (pa.array(["x\r\ny", "x\ny", "x\ry"]), ["x\ny"] * 3),
    ],
    ids=range(14),
)
def test_cells_of_a_parquet_file_become_text(tmp_path, column, texts):
    table = opened(tmp_path, packed({"v1": column, "v2": pa.array([1, 2, 3])}))

    cells = table.take([0])[0]

    assert cells.astype(str).tolist() == texts
    assert table.head[0] == ("v1", "v2")
    assert [row[0] for row in table.head[1:]] == texts[:2]
    assert (table.n_records, table.encoding) == (4, "parquet")


def test_row_groups_are_read_in_order(tmp_path):
    numbers = pa.array([i % 7 for i in range(1000)])
    content = packed({"v1": numbers, "v2": numbers}, row_group_size=33)

    cells = opened(tmp_path, content).take([1])[1]

    assert [int(text) for text in cells] == numbers.to_pylist()


def test_columns_of_one_name_are_kept_apart(tmp_path):
    doubled = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["v1", "v1"])

    frame = opened(tmp_path, packed(doubled)).take([0, 1])

    assert frame.astype(str).to_numpy().tolist() == [["1", "2"]]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, {"a": 2}]),
        pa.array([b"\x00", b"\x01"]),
        pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
    ],
    ids=["list", "struct", "bytes", "map"],
)
def test_nested_columns_are_refused_by_name(tmp_path, column):
    found = refused(tmp_path, packed({"v1": pa.array([1, 2]), "extra": column}))

    assert (found.code, "extra" in found.message) == ("R118", True)


def test_no_rows_or_no_second_column_is_refused(tmp_path):
    empty = pa.table({"v1": pa.array([], pa.int64()), "v2": pa.array([], pa.int64())})

    assert refused(tmp_path, packed(empty)).code == "R007"
    assert refused(tmp_path, packed({"v1": [1, 2]})).code == "R010"


def test_damaged_and_oversized_parquet_files_are_refused(tmp_path, monkeypatch):
    content = packed({"v1": [1, 2], "v2": [3, 4]})

    assert refused(tmp_path, content[:-9]).code == "R117"
    assert refused(tmp_path, b"PAR1" + b"\x00" * 50).code == "R117"
    monkeypatch.setattr(reader, "MOST_VALUES", 3)
    assert refused(tmp_path, content).code == "R116"
    monkeypatch.setattr(reader, "MOST_PARQUET_BYTES", 30)
    assert refused(tmp_path, content).code == "R003"

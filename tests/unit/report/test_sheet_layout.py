"""Sheets as they are read: rows high enough for their texts, columns no wider."""

from __future__ import annotations

import io

import openpyxl
import pytest

from diagnose.report.document import Cell, Column, Table
from diagnose.report.workbook import render_workbook

LONG = "Zo lees je dit: " + "een zin die lang doorgaat en dan nog even. " * 8


def table(*texts, n_columns=5):
    columns = (
        Column(key="subscale", heading="Subscale"),
        *(
            Column(key=f"k{n}", heading=f"n{n}", kind="count")
            for n in range(1, n_columns)
        ),
    )
    rows = tuple(
        (Cell(value=text), *(Cell(value=7.0) for _ in range(1, n_columns)))
        for text in texts
    )
    return Table(name="t", caption="Means", columns=columns, rows=rows)


def sheet(*parts):
    content = render_workbook("T", [("S", parts)], empty="-")
    return openpyxl.load_workbook(io.BytesIO(content))["S"]


def test_a_text_below_a_table_does_not_widen_the_counts():
    made = sheet(table("Voice", "Space"), ("What stands out", LONG))

    assert made.column_dimensions["B"].width < 20
    assert made["B6"].value == LONG
    assert [str(merged) for merged in made.merged_cells.ranges] == ["B6:N6"]


def test_rows_are_as_high_as_their_longest_text():
    made = sheet(table("Short", LONG))

    assert made.row_dimensions[3].height is None
    assert made.row_dimensions[4].height >= 15 * len(LONG) / 70


def test_a_row_of_a_text_across_columns_is_high_enough():
    made = sheet(table("Voice"), ("What stands out", LONG))

    assert made.row_dimensions[5].height >= 15 * len(LONG) / 120


def test_no_row_is_higher_than_a_sheet_allows():
    made = sheet(table("word " * 4000))

    assert made.row_dimensions[3].height == pytest.approx(409, abs=0.5)


def test_a_sheet_of_texts_alone_keeps_its_wide_column():
    made = sheet(("Organisation", "Example"), ("Read", LONG))

    assert made.column_dimensions["B"].width > 90
    assert not made.merged_cells.ranges

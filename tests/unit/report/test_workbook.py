"""How tables become a workbook: typed, inert, with bars from a fixed anchor."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument, number_scale
from diagnose.plots.style import HouseStyle
from diagnose.report.document import Cell, Column, Table
from diagnose.report.workbook import Anchor, anchor_of, render_workbook

COLUMNS = (
    Column(key="unit", heading="Team"),
    Column(key="n", heading="Number of people", kind="count"),
    Column(key="mean", heading="Mean", kind="number"),
)
BARS = Anchor(low=1.0, high=5.0)


def table(*rows, **changes):
    lines = tuple(tuple(Cell(value=value) for value in row) for row in rows)
    given_ = {"name": "t", "caption": "A caption", "columns": COLUMNS, "rows": lines}
    return Table(**{**given_, **changes})


def written(*parts, **options):
    return render_workbook("A title", [("Sheet", parts)], empty="Nothing.", **options)


def opened(content):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* extension is not supported", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(content))


def first_sheet(content):
    return opened(content).worksheets[0]


def part_of(content, name="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return pack.read(name).decode("utf-8")


def test_a_table_has_a_caption_a_head_and_typed_cells():
    sheet = first_sheet(written(table(("Kitchen", 12.0, 3.456789))))

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [
        ["A caption", None, None],
        ["Team", "Number of people", "Mean"],
        ["Kitchen", 12, 3.456789],
    ]
    assert (sheet["B3"].number_format, sheet["C3"].number_format) == ("#,##0", "0.00")


def test_the_head_stays_in_sight_and_is_repeated_on_paper():
    sheet = first_sheet(written(table(("Kitchen", 12.0, 3.0))))

    assert sheet.freeze_panes == "B3"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.orientation == "landscape"
    # One page wide, as many high as it takes; one is what the format leaves out.
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_a_second_table_stands_below_the_first_with_a_line_between():
    sheet = first_sheet(
        written(table(("A", 8.0, 2.0), note="A note."), table(("B", 9.0, 3.0)))
    )

    assert [cell.value for cell in sheet["A"]] == [
        *("A caption", "Team", "A", "A note.", None, "A caption", "Team", "B")
    ]


def test_texts_stand_beside_their_names_and_an_empty_sheet_says_so():
    told = first_sheet(written(("Client", "Acme"), ("Wave", "1")))
    assert [[cell.value for cell in row] for row in told.iter_rows()] == [
        ["Client", "Acme"],
        ["Wave", "1"],
    ]
    assert told.freeze_panes is None
    assert [cell.value for cell in first_sheet(written())[1]] == ["", "Nothing."]


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+31 6 12345678",
        "- te weinig tijd",
        "@SUM(A1)",
        "{=A1}",
        "https://evil.example/",
        "mailto:jan@example.org",
        "internal:Sheet!A1",
        "007",
        "1e5",
        "\u202eevil",
        "x" * 300,
    ],
)
def test_a_text_stays_that_text(value):
    content = written(table((value, 8.0, 2.0)), (value, value))
    sheet = first_sheet(content)

    assert sheet["A3"].value == value
    assert sheet["A3"].data_type == "s"
    assert sheet["A5"].value == sheet["B5"].value == value
    assert "<f>" not in part_of(content)
    assert "<hyperlink" not in part_of(content)


@settings(max_examples=40, deadline=None)
@given(
    value=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=50)
)
def test_any_text_makes_a_workbook_without_a_formula(value):
    content = written(table((value, 8.0, 2.0)))

    assert "<f>" not in part_of(content)
    assert first_sheet(content)["B3"].value == 8


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, ""])
def test_what_is_no_number_leaves_its_cell_empty(value):
    content = written(table(("Kitchen", 12.0, value)))

    assert first_sheet(content)["C3"].value is None


def hidden(spoken):
    return Cell(value="< 5", tone="hidden", spoken=spoken)


def test_the_first_hidden_cell_of_a_row_says_why():
    row = (Cell(value="Porters"), hidden("too few people"), hidden("too few people"))
    sheet = first_sheet(written(table(rows=(row,))))

    assert "too few people" in sheet["B3"].comment.text
    assert sheet["C3"].comment is None
    assert sheet["B3"].fill.start_color.rgb == "FFECEFF1"


def test_directions_have_a_colour_that_is_no_traffic_light():
    row = (
        Cell(value="Kitchen"),
        Cell(value=12.0),
        Cell(value=2.0, tone="lower", mark="v", spoken="(lower)"),
    )
    other = (
        Cell(value="Day"),
        Cell(value=12.0),
        Cell(value=4.0, tone="higher", mark="^", spoken="(higher)"),
    )
    sheet = first_sheet(written(table(rows=(row, other))))

    colours = {sheet[place].fill.start_color.rgb for place in ("C3", "C4")}
    assert colours == {"FFFDB863", "FFB2ABD2"}


def bars_of(content):
    text = part_of(content)
    return [float(v) for v in re.findall(r'<cfvo type="num" val="([^"]+)"/>', text)]


def test_bars_run_from_end_to_end_of_the_scale_whatever_the_numbers():
    content = written(table(("A", 8.0, 2.9), ("B", 9.0, 3.1)), anchor=BARS)

    assert bars_of(content) == [1, 5]
    (ranges,) = re.findall(r'<conditionalFormatting sqref="([^"]+)"', part_of(content))
    assert ranges == "C3:C4"  # of the mean, not of the number of people


@pytest.mark.parametrize(
    ("part", "anchor"),
    [
        (table(("A", 8.0, 2.9)), None),
        (table(("A", 8.0, 2.9), heat=True), BARS),
        (table(), BARS),
    ],
)
def test_without_an_anchor_rows_or_in_a_heat_map_there_are_no_bars(part, anchor):
    assert bars_of(written(part, anchor=anchor)) == []


def test_the_anchor_is_the_scale_of_the_instrument_or_none_when_there_are_several():
    one = instrument({"v": "v1 v2", "c": "c1 c2"})
    several = instrument(
        {"v": "v1 v2", "c": "c1 c2"}, scales={"c": number_scale("ten", 0, 10)}
    )

    def found(asked):
        return anchor_of(SimpleNamespace(publication=SimpleNamespace(instrument=asked)))

    assert found(one) == BARS
    assert found(several) is None


def test_columns_are_as_wide_as_what_is_in_them_within_reason():
    sheet = first_sheet(written(table(("x" * 200, 8.0, 2.0)), ("a name", "a text")))
    widths = {name: sheet.column_dimensions[name].width for name in "ABC"}

    assert 55 < widths["A"] < 65
    # Texts stand across columns, so those of numbers stay narrow, all alike.
    assert 7 < widths["B"] < 12
    assert sheet.column_dimensions["B"].max == 3


def test_the_accent_colours_captions_and_heads():
    sheet = first_sheet(
        written(table(("A", 8.0, 2.0)), style=HouseStyle(accent="#701d55"))
    )

    assert sheet["A1"].font.color.rgb == "FF701D55"
    assert sheet["A2"].border.bottom.color.rgb == "FF701D55"


def test_no_clock_stands_in_the_properties_and_twice_gives_the_same_bytes():
    parts = (table(("A", 8.0, 2.0)), ("a", "b"))
    first = written(*parts)

    assert written(*parts) == first
    properties = opened(first).properties
    assert properties.created.year == 2000
    assert properties.title == "A title"

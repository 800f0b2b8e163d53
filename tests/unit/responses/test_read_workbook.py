"""Workbooks: values as text, and everything that values alone would hide."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from diagnose.errors import ResponseError
from diagnose.responses.files import archive, sheet
from diagnose.responses.files.table import read_table

ROWS = [["v1", "v2", "team"], [4, 5, "Zorg"], [3, 2, "Bouw"]]


def made(rows=ROWS, *, change=None, options=None, corner=(0, 0)):
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **(options or {})}) as book:
        page = book.add_worksheet("Antwoorden")
        for i, row in enumerate(rows, start=corner[0]):
            page.write_row(i, corner[1], row)
        if change:
            change(book, page)
    return out.getvalue()


def rezipped(content, parts):
    """Return the archive with some parts changed by functions, or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, parts.pop(name)(data) if name in parts else data)
        for name, data in parts.items():
            new.writestr(name, data(b""))
    return out.getvalue()


def table_of(tmp_path, content):
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)
    return read_table(path)


def cells_of(tmp_path, content):
    table = table_of(tmp_path, content)
    frame = table.load(range(len(table.head[0])))
    return [list(row) for row in frame.astype(str).itertuples(index=False)]


def refusal_of(tmp_path, content):
    with pytest.raises(ResponseError) as caught:
        cells_of(tmp_path, content)
    (found,) = caught.value.problems
    return found


SHEET = "xl/worksheets/sheet1.xml"


def replaced(old, new):
    return lambda data: data.replace(old, new)


def test_cells_become_text_as_people_see_it(tmp_path):
    rows = [["a"] * 7, [3.0, 0.1, "3.0", True, "NA", 1e15, "x" * 30_000]]

    assert cells_of(tmp_path, made(rows))[1] == [
        *("3", "0.1", "3.0", "True", "NA", "1000000000000000", "x" * 30_000)
    ]


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_moments_are_iso_text_and_are_counted(tmp_path, options):
    def dates(book, page):
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "d-mmm"})
        page.write_datetime(1, 0, dt.datetime(2026, 10, 1, 9, 30, 0), moment)
        page.write_datetime(2, 0, dt.datetime(2026, 12, 31, 23, 59, 59), moment)
        page.write_datetime(1, 1, dt.datetime(2026, 4, 3), day)

    content = made(change=dates, options=options)
    rows = cells_of(tmp_path, content)

    assert [row[0] for row in rows[1:]] == [
        "2026-10-01 09:30:00",
        "2026-12-31 23:59:59",
    ]
    assert rows[1][1].startswith("2026-04-03")
    assert table_of(tmp_path, content).dates == {0: 2, 1: 1}


def test_a_table_need_not_begin_in_the_corner(tmp_path):
    assert cells_of(tmp_path, made(corner=(3, 2)))[0] == ["v1", "v2", "team"]


def test_a_title_above_the_table_is_refused(tmp_path):
    assert refusal_of(tmp_path, made([["Export"], *ROWS])).code == "R119"


@pytest.mark.parametrize("word", ["Gemiddelde", "Totaal:", " TOTAL ", "Mean"])
def test_a_summary_below_the_table_is_refused_with_its_row(tmp_path, word):
    found = refusal_of(tmp_path, made([*ROWS, ["", word, 3.5]]))

    assert found.code == "R115"
    assert "row 4" in found.message


def test_merged_cells_are_refused_with_their_range(tmp_path):
    content = made(change=lambda _, page: page.merge_range("A5:C5", "note"))

    found = refusal_of(tmp_path, content)

    assert found.code == "R109"
    assert "A5:C5" in found.message
    assert "Antwoorden" in found.place


def test_errors_are_refused_with_their_cells(tmp_path):
    content = made(
        change=lambda _, page: page.write_formula("B2", "=NA()", None, "#N/A")
    )

    found = refusal_of(tmp_path, content)

    assert (found.code, "B2" in found.message) == ("R110", True)


@pytest.mark.parametrize("empty", [b"<v></v>", b"<v/>", b""])
def test_formulas_without_a_value_are_refused_with_their_cells(tmp_path, empty):
    content = made(change=lambda _, page: page.write_formula("B2", "=A2", None, 77))
    content = rezipped(content, {SHEET: replaced(b"<v>77</v>", empty)})

    found = refusal_of(tmp_path, content)

    assert (found.code, "B2" in found.message) == ("R111", True)


def test_formulas_with_values_are_read_and_noted(tmp_path):
    content = made(change=lambda _, page: page.write_formula("B2", "=A2", None, 4))

    table = table_of(tmp_path, content)

    assert cells_of(tmp_path, content)[1][1] == "4"
    assert [(n.code, "1 cells" in n.message) for n in table.notes] == [("R112", True)]


def test_a_formula_may_give_empty_text(tmp_path):
    content = made(change=lambda _, page: page.write_formula("B2", '=""', None, "q"))
    content = rezipped(content, {SHEET: replaced(b"<v>q</v>", b"<v></v>")})

    assert cells_of(tmp_path, content)[1][1] == ""


def _hide_row(_, page):
    page.set_row(1, None, None, {"hidden": True})


def _hide_column(_, page):
    page.set_column(1, 1, None, None, {"hidden": True})


def _filter(_, page):
    page.autofilter("A1:C3")


@pytest.mark.parametrize("change", [_hide_row, _hide_column, _filter])
def test_what_is_hidden_is_read_and_noted(tmp_path, change):
    content = made(change=change)

    assert [n.code for n in table_of(tmp_path, content).notes] == ["R113"]
    assert len(cells_of(tmp_path, content)) == 3


def test_hidden_sheets_are_not_read(tmp_path):
    def hide(book, page):
        second = book.add_worksheet("Tweede")
        second.write_row(0, 0, ["x1", "x2"])
        second.write_row(1, 0, [1, 2])
        second.activate()
        page.hide()

    content = made(change=hide)

    assert cells_of(tmp_path, content)[0] == ["x1", "x2"]
    assert [n.code for n in table_of(tmp_path, content).notes] == ["R062"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({SHEET: replaced(b"<worksheet", b"<!DOCTYPE x><worksheet")}, "R108"),
        ({SHEET: replaced(b"</sheetData>", b"&nothing;</sheetData>")}, "R012"),
        (
            {SHEET: lambda d: b'<!DOCTYPE a [<!ENTITY b "c">]>' + d[d.index(b"<w") :]},
            "R108",
        ),
        ({"xl/sharedStrings.xml": lambda d: d.decode().encode("utf-16")}, "R108"),
        ({SHEET: lambda d: d.replace(b'"UTF-8"', b'"UTF-7"')}, "R108"),
        ({"customXml/item1.xml": lambda _: b"<!DOCTYPE html>"}, "R108"),
        (
            {
                "[Content_Types].xml": replaced(
                    b"sheet.main+xml", b"x.macroEnabled.main"
                )
            },
            "R011",
        ),
        ({"xl/vbaProject.bin": lambda _: b"x"}, "R011"),
        ({"xl/workbook.bin": lambda _: b"x"}, "R011"),
        ({"xl/macrosheets/sheet1.xml": lambda _: b"<x/>"}, "R011"),
        ({"xl/externalLinks/externalLink1.xml": lambda _: b"<x/>"}, "R014"),
        ({"XL\\externalLinks\\x.xml": lambda _: b"<x/>"}, "R014"),
        (
            {
                "xl/_rels/workbook.xml.rels": replaced(
                    b"relationships/theme", b"relationships/externalLink"
                )
            },
            "R014",
        ),
        ({SHEET: replaced(b"</row>", b"</rwo>")}, "R012"),
        ({SHEET: lambda d: d[: len(d) // 2]}, "R012"),
        ({"xl/workbook.xml": lambda _: b""}, "R012"),
        ({"xl/workbook.xml": lambda d: d[:-30]}, "R012"),
        ({SHEET: replaced(b'r="C3"', b'r="XFD1048576"')}, "R114"),
        ({SHEET: replaced(b'<row r="3"', b'<row r="999999999"')}, "R114"),
        ({SHEET: replaced(b'r="C3"', b'r="ZZZZZZZZZ3"')}, "R114"),
    ],
    ids=range(20),
)
def test_hostile_parts_are_refused(tmp_path, parts, code):
    assert refusal_of(tmp_path, rezipped(made(), dict(parts))).code == code


def test_a_workbook_of_many_parts_is_refused(tmp_path):
    content = rezipped(
        made(), {f"x/{i}.bin": lambda _: b"" for i in range(archive.MOST_PARTS)}
    )

    assert refusal_of(tmp_path, content).code == "R107"


def test_a_part_larger_than_the_directory_says_is_refused(tmp_path):
    content = bytearray(made())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        size = packed.getinfo(SHEET).file_size
    start = content.rindex(SHEET.encode()) - 46  # its entry in the directory
    content[start + 24 : start + 28] = (size // 2).to_bytes(4, "little")

    assert refusal_of(tmp_path, bytes(content)).code == "R012"


def test_an_encrypted_part_is_refused(tmp_path):
    content = bytearray(made())
    content[content.rindex(SHEET.encode()) - 46 + 8] |= 1

    assert refusal_of(tmp_path, bytes(content)).code == "R012"


def test_a_panic_of_the_library_is_a_refusal(tmp_path, monkeypatch):
    import python_calamine

    class PanicException(BaseException):
        pass

    def panic(_):
        raise PanicException

    monkeypatch.setattr(python_calamine, "load_workbook", panic)

    assert refusal_of(tmp_path, made()).code == "R012"


def test_an_interruption_stays_one(tmp_path, monkeypatch):
    import python_calamine

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(python_calamine, "load_workbook", interrupt)
    with pytest.raises(KeyboardInterrupt):
        table_of(tmp_path, made())


def test_attributes_between_single_marks_count_too():
    part = b"<sheetData><row r='1' hidden='1'><c r='A1' t='e'><v>#REF!</v></c></row>"

    with pytest.raises(ResponseError, match="A1"):
        sheet.check_sheet(part, "x.xlsx", "Blad1")


def test_prefixed_tags_count_too():
    part = b'<x:worksheet><x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells>'

    with pytest.raises(ResponseError, match="A1:B1"):
        sheet.check_sheet(part, "x.xlsx", "Blad1")

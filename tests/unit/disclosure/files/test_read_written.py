"""Everything a reader could get out of a file is found, also where nobody looks."""

import base64
import json
import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from diagnose.disclosure.files import read_bytes, read_folder, read_written


def values(written):
    return [number.value for number in written.numbers]


def joined(written):
    return "\n".join(written.texts)


def make_workbook(fill):
    from xlsxwriter import Workbook

    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    fill(book)
    book.close()
    return buffer.getvalue()


def make_png(kind, data):
    def chunk(name, body):
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", bytes(13))
        + chunk(kind, data)
        + chunk(b"IEND", b"")
    )


def test_page_gives_words_attributes_comments_and_data():
    page = """<!doctype html><html lang="en"><head><title>Head</title>
    <style>p { margin: 9.99px }</style></head><body><p>Mean <b>3</b>.42 here</p>
    <img alt="an alternative" src="x.png" style="width: 8.88%">
    <span data-state='{"mean": 2.5, "who": ["Kitchen"]}' title="a tip">x</span>
    <!-- a remark --><script type="application/json">{"deep": [{"sd": 0.75}]}</script>
    <svg aria-label="a picture"><text x="1" y="2">in <tspan>it</tspan></text></svg>
    </body></html>"""

    written = read_bytes(page.encode(), "a.html")

    assert values(written) == [2.5, 0.75]
    found = joined(written)
    for text in ("Head", "Mean 3.42 here", "an alternative", "a tip", "a remark"):
        assert text in found
    for text in ("Kitchen", "a picture", "in it"):
        assert text in found
    assert "9.99" not in found
    assert "8.88" not in found


def test_page_gives_rows_with_parts_of_cells_apart():
    page = "<table><tr><th>A1 <small>A</small></th><td>3.10<br>n 33</td></tr></table>"

    (row,) = read_bytes(page.encode(), "a.html").rows

    assert row.cells == ("A1\nA", "3.10\nn 33")


def test_picture_inside_a_page_is_opened():
    packed = base64.b64encode(make_png(b"tEXt", b"Comment\0mean 4.0004")).decode()
    page = f'<p><img src="data:image/png;base64,{packed}"></p>'

    assert "mean 4.0004" in joined(read_bytes(page.encode(), "a.html"))


def test_workbook_gives_hidden_sheets_rows_comments_names_and_properties():
    def fill(book):
        book.set_properties({"comments": "a property"})
        shown = book.add_worksheet("Shown")
        shown.write_number("B2", 3.25)
        shown.write_string("A2", "Kitchen")
        shown.set_row(1, None, None, {"hidden": True})
        shown.write_comment("A2", "a remark")
        shown.set_header("&Cabove the page")
        shown.write_formula("C2", "=1+1", None, 2)
        away = book.add_worksheet("Away")
        away.write_number("D7", 2.125)
        away.very_hidden()
        book.define_name("kept", "=2.875")

    written = read_bytes(make_workbook(fill), "tables.xlsx")

    places = {number.place: number.value for number in written.numbers}
    assert places["tables.xlsx!Shown!B2"] == 3.25
    assert places["tables.xlsx!Away!D7"] == 2.125
    found = joined(written)
    for text in ("a property", "a remark", "above the page", "=1+1", "2.875"):
        assert text in found
    assert ("Kitchen", 3.25, "=1+1", 2.0) in [row.cells for row in written.rows]


def test_string_that_is_left_in_a_workbook_is_read():
    plain = make_workbook(lambda book: book.add_worksheet("A").write_string("A1", "x"))
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(plain)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sharedStrings.xml"):
                data = data.replace(b"</sst>", b"<si><t>left behind</t></si></sst>")
            new.writestr(name, data)

    assert "left behind" in joined(read_bytes(buffer.getvalue(), "a.xlsx"))


def make_deck(values=(3.5, 4.25)):
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "A title"
    slide.notes_slide.notes_text_frame.text = "how to read it"
    data = CategoryChartData()
    data.categories = ["Day shift", "Kitchen"]
    data.add_series("Mean", values)
    box = (Inches(1), Inches(1), Inches(4), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    chart._element.nvGraphicFramePr.cNvPr.set("descr", "an alternative")
    table = slide.shapes.add_table(1, 2, *box).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Day shift", "3.5"
    deck.core_properties.subject = "a property"
    return deck


def saved(document):
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_deck_gives_chart_with_its_workbook_notes_tables_and_properties():
    written = read_bytes(saved(make_deck()), "deck.pptx")

    places = {n.place: n.value for n in written.numbers}
    cache = [v for p, v in places.items() if "ppt/charts/" in p]
    sheet = [v for p, v in places.items() if ".xlsx!Sheet1!B" in p]
    assert cache == sheet == [3.5, 4.25]
    found = joined(written)
    for text in ("A title", "how to read it", "an alternative", "a property"):
        assert text in found
    rows = [row.cells for row in written.rows]
    assert rows.count(("Kitchen", 4.25)) == 2
    assert ("Day shift", "3.5") in rows


def test_rows_where_a_chart_puts_its_marks_are_positions():
    from pptx import Presentation
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = XyChartData()
    series = data.add_series("Mean")
    series.add_data_point(3.21, 0.5)
    series.add_data_point(3.76, 1.5)
    box = (Inches(1), Inches(1), Inches(4), Inches(3))
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *box, data)

    written = read_bytes(saved(deck), "deck.pptx")

    kinds = {(number.value, number.kind) for number in written.numbers}
    assert kinds >= {(0.5, "position"), (3.21, "chart"), (3.21, "cell")}
    assert (0.5, "cell") not in kinds


def test_document_gives_tables_headers_comments_and_properties():
    from docx import Document

    document = Document()
    paragraph = document.add_paragraph("Mean ")
    paragraph.add_run("3.")
    paragraph.add_run("42")
    document.add_comment(paragraph.runs, text="a remark", author="who", initials="w")
    document.sections[0].header.paragraphs[0].text = "above the page"
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Kitchen", "2.5"
    document.core_properties.keywords = "a property"

    written = read_bytes(saved(document), "summary.docx")

    found = joined(written)
    for text in ("Mean 3.42", "a remark", "who", "above the page", "a property"):
        assert text in found
    assert ("Kitchen", "2.5") in [row.cells for row in written.rows]


def test_paper_gives_pages_alternatives_and_properties():
    import typst

    source = (
        '#set document(title: "A title", keywords: ("a word",))\n'
        '= Heading\nMean 3,42\n#figure(rect(), alt: "an alternative")'
    )

    written = read_bytes(typst.compile(source.encode(), format="pdf"), "report.pdf")

    found = joined(written)
    for text in ("A title", "a word", "Heading", "Mean 3,42", "an alternative"):
        assert text in found
    assert not written.unread


def test_file_attached_to_paper_is_opened():
    from pypdfium2 import PdfDocument

    document = PdfDocument.new()
    document.new_page(100, 100)
    document.new_attachment("data.json").set_data(b'{"mean": 2.125}')
    buffer = BytesIO()
    document.save(buffer)
    document.close()

    assert values(read_bytes(buffer.getvalue(), "report.pdf")) == [2.125]


def test_notebook_gives_sources_outputs_and_widget_state():
    state = {"state": {"a": {"state": {"value": "<p>Mean <b>4.5</b></p>", "step": 2}}}}
    book = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Words\n"], "metadata": {}},
            {
                "cell_type": "code",
                "source": "mean = 3.14159",
                "metadata": {"tags": ["a tag"]},
                "outputs": [
                    {"output_type": "stream", "text": ["said 1.5\n"]},
                    {
                        "output_type": "display_data",
                        "data": {
                            "text/html": "<p>shown</p>",
                            "application/json": {"sd": 0.25},
                            "image/png": base64.b64encode(
                                make_png(b"tEXt", b"Title\0drawn")
                            ).decode(),
                        },
                        "metadata": {},
                    },
                ],
            },
        ],
        "metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": state}},
    }

    written = read_bytes(json.dumps(book).encode(), "01.ipynb")

    assert values(written) == [0.25, 2.0]
    found = joined(written)
    for text in ("# Words", "mean = 3.14159", "a tag", "said 1.5", "shown", "drawn"):
        assert text in found
    assert "Mean 4.5" in found


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (b"tEXt", b"Comment\0a remark"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"a remark")),
        (b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(b"a remark")),
        (b"iTXt", b"Comment\0\0\0\0\0a remark"),
    ],
)
def test_picture_gives_its_text_chunks(kind, data):
    assert "a remark" in joined(read_bytes(make_png(kind, data), "a.png"))


def test_what_stands_behind_the_end_of_a_picture_is_read():
    content = make_png(b"tEXt", b"Title\0x") + b"hidden behind"

    assert "hidden behind" in joined(read_bytes(content, "a.png"))


def test_photograph_gives_its_comment():
    comment = b"a remark"
    content = b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    content += b"\xff\xda\x00\x02"

    assert "a remark" in joined(read_bytes(content, "logo.jpg"))


def test_table_with_separators_gives_typed_numbers():
    written = read_bytes(b"unit;mean\nKitchen;3.25\n", "a.csv")

    assert values(written) == [3.25]
    assert ("Kitchen", 3.25) in [row.cells for row in written.rows]


def test_search_index_gives_words_and_no_page_numbers():
    index = 'Search.setIndex({"docnames": ["a"], "terms": {"kitchen": [1, 2]}})'

    written = read_bytes(index.encode(), "searchindex.js")

    assert "kitchen" in written.texts
    assert not written.numbers
    assert not written.rows


def test_data_beside_a_name_become_a_row():
    data = {"teams": [{"name": "Kitchen", "mean": 2.5}], "Day shift": [3.5, 4]}

    rows = [row.cells for row in read_bytes(json.dumps(data).encode(), "a.json").rows]

    assert ("Kitchen", 2.5) in rows
    assert ("Day shift", 3.5, 4) in rows


@pytest.mark.parametrize("name", ["a.exe", "a.parquet", "a.pkl", "noname", "a.gif"])
def test_unknown_kind_is_never_passed_over(name):
    (unread,) = read_bytes(b"anything", name).unread

    assert not unread.broken


@pytest.mark.parametrize("name", ["a.html.css", "font.woff2", "_static/bootstrap.js"])
def test_looks_and_libraries_give_no_text_but_what_could_be_words(name):
    written = read_bytes(b"\xff\xfe anything", name)

    assert not written.unread
    assert not written.texts
    (passage,) = written.passages
    assert (passage.kind, passage.text.strip()) == ("code", "anything")


@pytest.mark.parametrize(
    "name", ["a.xlsx", "a.pptx", "a.docx", "a.pdf", "a.png", "a.jpg", "a.json", "a.svg"]
)
def test_broken_file_is_said_to_be_broken(name):
    (unread,) = read_bytes(b"\x00not what it says", name).unread

    assert unread.broken


def test_folder_gives_each_file_by_name(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.txt").write_text("words", encoding="utf-8")
    (tmp_path / "a.json").write_text("[1.5]", encoding="utf-8")

    found = list(read_folder(tmp_path))

    assert [written.name for written in found] == ["a.json", "b/a.txt"]
    assert found[0] == read_written(tmp_path / "a.json")
    assert len({written.sha256 for written in found}) == 2

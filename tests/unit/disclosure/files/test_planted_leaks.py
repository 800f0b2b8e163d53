"""What is planted in a real output is found in each format; without it all is clean."""

import json
import re
import warnings
import zipfile
from io import BytesIO

import pytest

from diagnose.disclosure.files import check_files
from diagnose.errors import DisclosureError
from diagnose.plots import figure_svg, plot_profile
from diagnose.report.html import render_html
from diagnose.report.xlsx import render_xlsx
from published import TOO_SMALL, make_publication, skip_figures

SECRET = 2.7183345
"""Stands for the mean of a hidden team, which nothing published rounds to."""
WORDS = "nobody listens to the night porter"


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(scope="module")
def pages(publication):
    with pytest.MonkeyPatch.context() as patch:
        skip_figures(patch)
        return {speak: render_html(publication, speak) for speak in ("en", "nl")}


@pytest.fixture(scope="module")
def workbooks(publication):
    return {speak: render_xlsx(publication, speak) for speak in ("en", "nl")}


@pytest.fixture(scope="module")
def drawing(publication):
    return figure_svg(plot_profile(publication, language="nl"))


@pytest.fixture
def codes_of(publication, tmp_path):
    """Return a function from a written file to the codes of what is found in it."""

    def check(name, content):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        try:
            check_files(tmp_path, publication, secrets=[SECRET, WORDS])
        except DisclosureError as error:
            return {problem.code for problem in error.problems}
        return set()

    return check


def shown_mean(publication):
    return float(publication.profile["mean"].dropna().iloc[0])


@pytest.mark.parametrize("speak", ["en", "nl"])
def test_real_page_workbook_and_drawing_are_clean(
    pages, workbooks, drawing, codes_of, speak
):
    assert codes_of("report.html", pages[speak]) == set()
    assert codes_of("tables.xlsx", workbooks[speak]) == set()
    assert codes_of("profile.svg", drawing) == set()


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (f"<p>{WORDS}</p>", "D043"),
        (f'<p title="{SECRET}">x</p>', "D043"),
        (f'<p data-x="{SECRET:.6f}">x</p>', "D043"),
        (f"<!-- {WORDS} -->", "D043"),
        (f'<script type="application/json">{{"a": [{SECRET}]}}</script>', "D043"),
        (f'<script>const hidden = "{WORDS}"</script>', "D043"),
        (f"<script>const hidden = {SECRET}</script>", "D043"),
        (f'<input type="hidden" value="{SECRET}">', "D043"),
        (f"<table><tr><td>{TOO_SMALL}</td><td>4</td></tr></table>", "D042"),
        (f"<p>{TOO_SMALL}: 3,1</p>", "D042"),
        ("<p>who@example.org</p>", "D044"),
    ],
)
def test_leak_planted_in_the_page_is_found(pages, codes_of, planted, code):
    leaking = pages["nl"].replace("</main>", f"{planted}</main>")

    assert code in codes_of("report.html", leaking)


def test_number_put_into_a_hidden_cell_of_the_page_is_found(pages, codes_of):
    row = re.compile(rf"(<tr>\s*<th[^>]*>{TOO_SMALL}.*?<td[^>]*>).*?(</td>)", re.DOTALL)

    leaking, n_planted = row.subn(r"\g<1>3.10\g<2>", pages["en"], count=1)

    assert n_planted == 1
    assert codes_of("report.html", leaking) == {"D042"}


def plant_in_workbook(content, plant):
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # It drops the rules for colours, which are not what is tried here.
        warnings.filterwarnings("ignore", message=".* extension is not supported")
        book = load_workbook(BytesIO(content))
    plant(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def in_hidden_sheet(book):
    sheet = book.create_sheet("away")
    sheet["D7"] = SECRET
    sheet.sheet_state = "veryHidden"


def in_hidden_row(book):
    sheet = book.worksheets[0]
    sheet["A400"] = WORDS
    sheet.row_dimensions[400].hidden = True


def in_comment(book):
    from openpyxl.comments import Comment

    book.worksheets[1]["A1"].comment = Comment(f"it was {SECRET}", "x")


def in_property(book):
    book.properties.description = WORDS


def in_name(book):
    from openpyxl.workbook.defined_name import DefinedName

    book.defined_names["kept"] = DefinedName("kept", attr_text=str(SECRET))


def in_formula(book):
    book.worksheets[0]["Z9"] = f"=0+{SECRET}"


def in_header(book):
    book.worksheets[0].oddHeader.center.text = WORDS


@pytest.mark.parametrize(
    "plant",
    [
        *(in_hidden_sheet, in_hidden_row, in_comment, in_property, in_name),
        *(in_formula, in_header),
    ],
)
def test_leak_planted_in_the_workbook_is_found(workbooks, codes_of, plant):
    leaking = plant_in_workbook(workbooks["en"], plant)

    assert "D043" in codes_of("tables.xlsx", leaking)


def test_count_of_a_hidden_unit_in_the_workbook_is_found(workbooks, codes_of):
    def plant(book):
        sheet = book.create_sheet("more")
        sheet.append([TOO_SMALL, 4])

    assert "D042" in codes_of("tables.xlsx", plant_in_workbook(workbooks["nl"], plant))


@pytest.mark.parametrize(
    "change",
    [
        lambda svg: svg.replace('aria-label="', f'aria-label="{SECRET:.5f} ', 1),
        lambda svg: svg.replace("</svg>", f"<text>{SECRET:.4f}</text></svg>"),
        lambda svg: svg.replace("</svg>", f"<metadata>{WORDS}</metadata></svg>"),
        lambda svg: svg.replace("</svg>", f"<desc>{WORDS}</desc></svg>"),
    ],
)
def test_leak_planted_in_a_drawing_is_found(drawing, codes_of, change):
    assert "D043" in codes_of("profile.svg", change(drawing))


def make_deck(shown, *, chart=None, notes="Read it so.", alt="bars", table="shown"):
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "How the work floor sees it"
    slide.notes_slide.notes_text_frame.text = notes
    data = CategoryChartData()
    data.categories = ["The whole", "The same"]
    data.add_series("Mean", (shown, chart or shown))
    box = (Inches(1), Inches(1), Inches(4), Inches(3))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    grid = slide.shapes.add_table(1, 2, *box).table
    grid.cell(0, 0).text, grid.cell(0, 1).text = TOO_SMALL, table
    buffer = BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ({}, None),
        ({"chart": SECRET}, "D043"),
        ({"notes": f"It was {SECRET:.4f}."}, "D043"),
        ({"notes": f"The {TOO_SMALL} had 3.1."}, "D042"),
        ({"alt": WORDS}, "D043"),
        ({"table": "4"}, "D042"),
    ],
)
def test_leak_planted_in_a_deck_is_found(publication, codes_of, planted, code):
    deck = make_deck(shown_mean(publication), **planted)

    assert codes_of("deck.pptx", deck) == ({code} if code else set())


def test_leak_only_in_the_workbook_of_a_chart_is_found(publication, codes_of):
    shown = shown_mean(publication)
    clean, leaking = make_deck(shown), make_deck(shown, chart=SECRET)
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(clean)) as old,
        zipfile.ZipFile(BytesIO(leaking)) as new,
        zipfile.ZipFile(buffer, "w") as mixed,
    ):
        for name in old.namelist():
            source = new if name.startswith("ppt/embeddings/") else old
            mixed.writestr(name, source.read(name))

    assert codes_of("deck.pptx", buffer.getvalue()) == {"D043"}


def make_document(words="Clean.", header="", author="", cell=""):
    from docx import Document

    document = Document()
    document.add_paragraph(words)
    document.sections[0].header.paragraphs[0].text = header
    document.core_properties.author = author
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = TOO_SMALL, cell
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ({}, None),
        ({"words": f"It was {SECRET:.4f}."}, "D043"),
        ({"header": WORDS}, "D043"),
        ({"author": WORDS}, "D043"),
        ({"cell": "3.1"}, "D042"),
    ],
)
def test_leak_planted_in_a_document_is_found(codes_of, planted, code):
    document = make_document(**planted)

    assert codes_of("summary.docx", document) == ({code} if code else set())


def make_paper(words="Clean.", title="Clean", alt="a square"):
    import typst

    source = (
        f'#set document(title: "{title}")\n= Heading\n{words}\n'
        f'#figure(rect(), alt: "{alt}")'
    )
    return typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ({}, None),
        ({"words": f"It was {SECRET:.4f}."}, "D043"),
        ({"words": f"The {TOO_SMALL} had 3.1."}, "D042"),
        ({"title": WORDS}, "D043"),
        ({"alt": WORDS}, "D043"),
    ],
)
def test_leak_planted_in_paper_is_found(codes_of, planted, code):
    found = codes_of("report.pdf", make_paper(**planted))

    assert found == ({code} if code else set())


def make_notebook(source="1 + 1", output="2", state="<p>clean</p>", tag="clean"):
    widgets = {"state": {"a": {"state": {"value": state}}}, "version_major": 2}
    cell = {
        "cell_type": "code",
        "source": source,
        "metadata": {"tags": [tag]},
        "outputs": [
            {"output_type": "execute_result", "data": {"text/plain": output}},
        ],
    }
    key = "application/vnd.jupyter.widget-state+json"
    return json.dumps({"cells": [cell], "metadata": {"widgets": {key: widgets}}})


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ({}, None),
        ({"source": f"hidden = {SECRET}"}, "D043"),
        ({"output": f"mean  {SECRET:.4f}"}, "D043"),
        ({"output": f"{TOO_SMALL}  3.1"}, "D042"),
        ({"state": f"<svg aria-label='{WORDS}'></svg>"}, "D043"),
        ({"state": f"<p>{SECRET}</p>"}, "D043"),
        ({"tag": WORDS}, "D043"),
    ],
)
def test_leak_planted_in_a_notebook_is_found(codes_of, planted, code):
    found = codes_of("01_read.ipynb", make_notebook(**planted))

    assert found == ({code} if code else set())


@pytest.mark.parametrize(
    ("title", "code"), [("Clean", None), (WORDS, "D043"), (f"at {SECRET}", "D043")]
)
def test_leak_planted_in_the_search_index_is_found(codes_of, title, code):
    index = json.dumps({"docnames": ["a"], "terms": {"read": 0}, "titles": [title]})

    found = codes_of("searchindex.js", f"Search.setIndex({index})")

    assert found == ({code} if code else set())


def test_leak_planted_in_the_chunks_of_a_picture_is_found(publication, codes_of):
    buffer = BytesIO()
    plot_profile(publication).savefig(buffer, format="png", metadata={"Author": WORDS})

    assert codes_of("profile.png", buffer.getvalue()) == {"D043"}

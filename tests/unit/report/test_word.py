"""Word: styles, heads that repeat, alternatives, language, and the same bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from diagnose.errors import UnsupportedError
from diagnose.plots.style import HouseStyle
from diagnose.report.document import (
    Bullets,
    Cell,
    Column,
    Document,
    Fold,
    Heading,
    Paragraph,
    Picture,
    Section,
    Table,
    written,
)
from diagnose.report.paper.picture import picture_png
from diagnose.report.paper.signs import alternative
from diagnose.report.summary import summary_document
from diagnose.report.word import render_docx
from published import make_publication

UNSAFE = (
    '<b>5</b> < 6 & "x" {v1} #panic("no") $a$ *b* ]]> =1+1 ../../etc 😀🚀 中文 '
    "\x00\x07\u202eend"
)
KEPT = UNSAFE.replace("\x00\x07\u202e", "  ")
SVG = (
    '<svg role="img" aria-label="Two bars &amp; a line" '
    'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">'
    '<rect width="400" height="100" fill="#1b4f72"/></svg>'
)
GRID = Table(
    name="grid",
    caption="Means of units",
    columns=(
        Column(key="unit", heading="Unit"),
        Column(key="mean", heading="Mean", kind="number"),
    ),
    rows=(
        (
            Cell(value="Day shift"),
            Cell(value=3.5, tone="higher", mark="▲", small="n 9"),
        ),
        (Cell(value="Kitchen"), Cell(value="hidden", tone="hidden")),
        (Cell(value="Others", tone="rest"), Cell(value=None)),
    ),
    note="What to know",
)


def pages_of(*blocks, language="en", title="A title", facts=()):
    section = Section(name="s", title="Section", blocks=blocks)
    return Document(
        name="unit", title=title, language=language, facts=facts, sections=(section,)
    )


def reopened(document, **options):
    return docx.Document(io.BytesIO(render_docx(document, **options)))


def told_by(file):
    return [(p.style.name, p.text) for p in file.paragraphs if p.text]


@pytest.fixture(scope="module")
def summary():
    return summary_document(make_publication(), "nl")


@pytest.fixture(scope="module")
def content(summary):
    return render_docx(summary)


def test_a_summary_in_word_has_real_headings_and_lists(content, summary):
    file = docx.Document(io.BytesIO(content))
    found = told_by(file)

    titles = [text for style, text in found if style == "Heading 1"]
    assert titles == [section.title for section in summary.sections]
    assert ("Title", summary.title) in found
    bullets = [
        item
        for section in summary.sections
        for block in section.blocks
        if isinstance(block, Bullets)
        for item in block.items
    ]
    assert [text for style, text in found if style == "List Bullet"] == bullets


def test_a_summary_in_word_holds_every_number_of_its_tables(content, summary):
    file = docx.Document(io.BytesIO(content))
    tables = [
        block
        for section in summary.sections
        for block in section.blocks
        if isinstance(block, Table)
    ]

    assert len(file.tables) == len(tables) == 2
    for made, table in zip(file.tables, tables, strict=True):
        wanted = [[column.heading for column in table.columns]] + [
            [
                written(cell, column.kind, "nl")
                for cell, column in zip(row, table.columns, strict=True)
            ]
            for row in table.rows
        ]
        assert [[cell.text for cell in row.cells] for row in made.rows] == wanted


def test_every_figure_in_word_carries_its_alternative(content, summary):
    file = docx.Document(io.BytesIO(content))
    pictures = [b for s in summary.sections for b in s.blocks if isinstance(b, Picture)]

    told = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert told == [alternative(picture.svg) for picture in pictures]
    assert len(told) == 1


def test_word_is_told_its_language_and_its_title_without_the_clock(content, summary):
    file = docx.Document(io.BytesIO(content))

    about = file.core_properties
    assert (about.title, about.language) == (summary.title, "nl-NL")
    assert about.author == "Voorbeeldziekenhuis"
    assert about.created.year == about.modified.year == 2000
    spoken = {e.get(qn("w:val")) for e in file.styles.element.iter(qn("w:lang"))}
    assert spoken == {"nl-NL"}


def test_references_in_another_language_are_marked_in_word(content):
    file = docx.Document(io.BytesIO(content))
    spoken = {
        paragraph.text: [e.get(qn("w:val")) for e in paragraph._p.iter(qn("w:lang"))]
        for paragraph in file.paragraphs
        if paragraph.style.name == "List Bullet"
    }

    english = [text for text, languages in spoken.items() if languages == ["en-GB"]]
    assert len(english) > 10
    assert any("Cronbach, L. J." in text for text in english)
    assert any(languages == [] for languages in spoken.values())


def test_the_head_of_a_word_table_repeats_and_rows_stay_whole():
    (table,) = reopened(pages_of(GRID)).tables

    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    described = table._tbl.tblPr.find(qn("w:tblDescription"))
    assert described.get(qn("w:val")) == "Means of units"


def test_cells_in_word_show_tone_mark_and_small_print():
    (table,) = reopened(pages_of(GRID)).tables
    cells = [row.cells[1] for row in table.rows]
    fills = [
        [shade.get(qn("w:val")) for shade in cell._tc.iter(qn("w:shd"))]
        for cell in cells
    ]

    assert [cell.text for cell in cells] == ["Mean", "3.50 ▲\nn 9", "hidden", ""]
    assert fills == [[], ["clear"], ["thinDiagStripe"], []]
    assert table.rows[3].cells[0].paragraphs[0].runs[0].italic


def test_caption_stands_above_and_note_below_a_word_table():
    file = reopened(pages_of(GRID))

    kinds = [element.tag.rpartition("}")[2] for element in file.element.body]
    place = kinds.index("tbl")
    around = [file.element.body[place + step] for step in (-1, 1)]
    texts = ["".join(e.text or "" for e in one.iter(qn("w:t"))) for one in around]
    assert texts == ["Means of units", "What to know"]


def test_two_tables_without_notes_stay_two_in_word():
    bare = replace(GRID, note="")
    file = reopened(pages_of(bare, replace(bare, name="second")))

    kinds = [element.tag.rpartition("}")[2] for element in file.element.body]
    assert kinds.count("tbl") == 2
    assert "tbltbl" not in "".join(kinds)


def test_a_wide_table_turns_the_pages_of_word_and_back():
    heads = tuple(
        Column(key=f"k{n}", heading=f"k{n}", kind="number") for n in range(20)
    )
    wide = replace(GRID, columns=heads, rows=(tuple(Cell(value=1.5) for _ in heads),))
    file = reopened(pages_of(Paragraph(text="a"), wide, Paragraph(text="b")))

    turned = [s.orientation == WD_ORIENT.LANDSCAPE for s in file.sections]
    assert turned == [False, True, False]
    for section in file.sections:
        wide_page = section.page_width > section.page_height
        assert wide_page == (section.orientation == WD_ORIENT.LANDSCAPE)


def test_a_table_to_fill_in_leaves_room_in_word():
    blank = replace(GRID, rows=((Cell(value=""), Cell(value=None)),) * 2)
    (table,) = reopened(pages_of(blank)).tables

    heights = [row.height and row.height.mm for row in table.rows]
    assert heights == [None, pytest.approx(11, abs=0.1), pytest.approx(11, abs=0.1)]


def test_columns_in_word_keep_within_the_margins(content):
    file = docx.Document(io.BytesIO(content))
    section = file.sections[0]
    room = section.page_width - section.left_margin - section.right_margin

    for table in file.tables:
        assert 0 < sum(column.width for column in table.columns) <= room


def test_folds_stand_open_in_word():
    fold = Fold(summary="Two more", blocks=(Paragraph(text="Inside", note=True),))
    found = told_by(reopened(pages_of(Heading(text="First"), fold)))

    assert found[-3:] == [
        ("Heading 2", "First"),
        ("Heading 3", "Two more"),
        ("Note", "Inside"),
    ]


def test_facts_stand_on_the_first_page_of_word():
    found = told_by(reopened(pages_of(facts=(("Wave", "2026-1"), ("Rules", "5")))))

    assert found[:3] == [
        ("Title", "A title"),
        ("Fact", "Wave\t2026-1"),
        ("Fact", "Rules\t5"),
    ]


def test_pages_of_word_are_numbered_and_named_but_for_the_first():
    section = reopened(pages_of(facts=(("Organisation", "Acme"),))).sections[0]

    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    assert section.header.paragraphs[0].text == "A title\tAcme"
    for foot in (section.footer, section.first_page_footer):
        (line,) = foot.paragraphs
        codes = [e.get(qn("w:instr")) for e in line._p.iter(qn("w:fldSimple"))]
        assert codes == ["PAGE", "NUMPAGES"]


def test_hostile_texts_come_out_of_word_whole_and_as_text():
    long = "W" * 300
    blocks = (
        Paragraph(text=UNSAFE),
        Heading(text=UNSAFE),
        Bullets(items=(UNSAFE, long)),
        replace(GRID, caption=UNSAFE, rows=((Cell(value=UNSAFE), Cell(value=1.0)),)),
        Fold(summary=long, blocks=(Paragraph(text=UNSAFE),)),
    )
    file = reopened(pages_of(*blocks, title=UNSAFE, facts=((UNSAFE, UNSAFE),)))

    texts = [paragraph.text for paragraph in file.paragraphs]
    assert texts.count(KEPT) == 4
    assert texts.count(" ".join(KEPT.split())) == 2
    assert texts.count(long) == 2
    assert file.tables[0].rows[1].cells[0].text == KEPT
    assert not list(file.element.body.iter(qn("w:instrText")))


def test_the_same_document_gives_the_same_file_for_word(summary, content):
    assert render_docx(summary) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert names[0] == "[Content_Types].xml"
        assert names[1:] == sorted(names[1:])
        assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
        assert not any("thumbnail" in name or "customXml" in name for name in names)


def test_the_accent_of_the_client_colours_headings_in_word():
    file = reopened(pages_of(GRID), style=HouseStyle(accent="#aa0044"))

    colours = {
        name: str(file.styles[name].font.color.rgb)
        for name in ("Title", "Heading 1", "Normal")
    }
    assert colours == {"Title": "AA0044", "Heading 1": "AA0044", "Normal": "1F2933"}


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_logo_stands_above_the_title_in_word(kind):
    logo = picture_png(SVG, width=30.0) if kind == "png" else SVG.encode()
    style = HouseStyle(name="Acme", logo=logo, logo_kind=kind)
    file = reopened(pages_of(Paragraph(text="x"), language="nl"), style=style)

    (shape,) = file.inline_shapes
    assert shape._inline.docPr.get("descr") == "Logo van Acme"
    assert shape.width / shape.height == pytest.approx(4, rel=0.05)
    assert file.paragraphs[0].style.name == "Logo"


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_logo_that_is_no_picture_is_refused_in_word(kind):
    style = HouseStyle(name="Acme", logo=b"no picture at all, but long", logo_kind=kind)

    with pytest.raises(UnsupportedError, match="logo"):
        render_docx(pages_of(Paragraph(text="x")), style=style)


def test_a_figure_is_drawn_as_png_of_its_width():
    content = picture_png(SVG, width=25.4)

    assert content == picture_png(SVG, width=25.4)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (200, 50)
    data = zlib.decompress(content[content.index(b"IDAT") + 4 :])
    assert bytes.fromhex("1b4f72") in data


def test_a_figure_that_cannot_be_drawn_is_refused():
    with pytest.raises(UnsupportedError, match="cannot be drawn as PNG"):
        picture_png("<svg", width=10.0)

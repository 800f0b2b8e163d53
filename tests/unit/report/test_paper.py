"""PDF and summary: tagged, whole, readable, and the same bytes every time."""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import UnsupportedError
from diagnose.instrument.export.pdf import fonts
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
from diagnose.report.paper import render_pdf
from diagnose.report.paper.content import ROOM, TURNED
from diagnose.report.paper.flow import make_runs
from diagnose.report.paper.pdf import families, type_faces
from diagnose.report.paper.signs import alternative, fitted, told
from diagnose.report.paper.widths import lay_out
from diagnose.report.summary import report_document, summary_document
from published import make_publication, skip_figures

HOSTILE = (
    '<b>5</b> < 6 & "x" {v1} #let x = 1 #panic("no") $a$ *b* _c_ `d` [e] \\ // @f ~ | '
    "=1+1 ../../etc 😀🚀 中文 λόγος"
)
SVG = (
    '<svg role="img" aria-label="Two bars &amp; a line &lt;b&gt;" '
    'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">'
    '<text x="10" y="50" style="font: 20px \'DejaVu Sans\'">Team 🚀 x</text></svg>'
)
LOGO_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#aa0044"/></svg>'
)


def png(width=4, height=2):
    def chunk(kind, data):
        whole = kind + data
        return (
            struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = b"".join(b"\x00" + b"\xaa\x00\x44" * width for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def table_of(rows=3, columns=2, *, name="t", heat=False, text="Team"):
    heads = (
        Column(key="unit", heading="Unit"),
        *(
            Column(key=f"k{n}", heading=f"Mean {n}", kind="number")
            for n in range(1, columns)
        ),
    )
    lines = tuple(
        (
            Cell(value=f"{text} {row}"),
            *(Cell(value=row + n / 8) for n in range(1, columns)),
        )
        for row in range(rows)
    )
    return Table(
        name=name, caption=f"Means {name}", columns=heads, rows=lines, heat=heat
    )


def document_of(*blocks, language="en", title="A title", sections=1):
    parts = tuple(
        Section(name=f"s{n}", title=f"Section {n}", blocks=blocks)
        for n in range(sections)
    )
    return Document(
        name="unit",
        title=title,
        language=language,
        facts=(("Organisation", "Example hospital"), ("Wave", "2026-1")),
        sections=parts,
    )


def bare(text):
    """Leave out what depends on where lines break."""
    return re.sub(r"[\s\u200b\u00ad\ufffe\u200d-]", "", text)


def page_texts(content):
    pdf = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()


def all_text(content):
    return bare("".join(page_texts(content)))


def opened(content):
    return pikepdf.open(io.BytesIO(content))


def drawn_in(content, colour):
    """Count the dots of the first page in a colour, or in one very near to it."""
    pdf = pypdfium2.PdfDocument(content)
    pixels = pdf[0].render(scale=2, rev_byteorder=True).to_numpy().astype(int)
    pdf.close()
    return int((abs(pixels[..., :3] - colour) <= 3).all(axis=-1).sum())


def structure(pdf):
    """Return the tags of a file in reading order, each with its dictionary."""
    found = []
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(reversed(list(node)))
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append((str(node.S).lstrip("/"), node))
            if "/K" in node:
                waiting.append(node.K)
    return found


def tags(content):
    with opened(content) as pdf:
        return [tag for tag, _ in structure(pdf)]


@pytest.fixture(scope="module")
def summary():
    return summary_document(make_publication(), "nl")


@pytest.fixture(scope="module")
def pdf(summary):
    return render_pdf(summary)


def test_the_pdf_of_a_document_declares_ua_language_and_title(pdf, summary):
    with opened(pdf) as file:
        assert str(file.Root.Lang) == "nl-NL"
        assert bool(file.Root.MarkInfo.Marked)
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
        with file.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert about["dc:title"] == summary.title
        assert str(file.docinfo["/Title"]) == summary.title
        assert str(file.docinfo["/Author"]) == "Voorbeeldziekenhuis"


def test_headings_of_a_document_are_tagged_without_a_gap(pdf, summary):
    levels = [int(tag[1]) for tag in tags(pdf) if re.fullmatch(r"H[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(2) == len(summary.sections)
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_tables_of_a_document_are_tagged_cell_by_cell():
    content = render_pdf(document_of(table_of(rows=4, columns=3)))
    found = tags(content)

    assert found.count("Table") == 1
    assert found.count("TR") == 5
    assert found.count("TH") == 3
    assert found.count("TD") == 12
    assert "Caption" in found


def test_a_figure_in_a_pdf_carries_its_own_alternative():
    content = render_pdf(document_of(Picture(name="p", svg=SVG)))

    with opened(content) as file:
        told_of = [str(node.Alt) for tag, node in structure(file) if tag == "Figure"]
    assert told_of == ["Two bars & a line <b>"]


def test_a_figure_without_alternative_is_still_named():
    content = render_pdf(document_of(Picture(name="p", svg=LOGO_SVG), language="nl"))

    with opened(content) as file:
        assert [str(n.Alt) for t, n in structure(file) if t == "Figure"] == ["Figuur"]


def test_every_figure_of_the_summary_says_what_it_shows(pdf, summary):
    pictures = [b for s in summary.sections for b in s.blocks if isinstance(b, Picture)]
    with opened(pdf) as file:
        told_of = [str(node.Alt) for tag, node in structure(file) if tag == "Figure"]

    assert told_of == [alternative(picture.svg) for picture in pictures]
    assert all(len(text) > 40 for text in told_of)


def test_sections_are_bookmarks_and_stand_in_their_order(pdf, summary):
    titles = [section.title for section in summary.sections]
    with opened(pdf) as file, file.open_outline() as outline:
        assert [entry.title for entry in outline.root] == titles
    told_on_pages = bare("".join(page_texts(pdf)[1:]))
    places = [told_on_pages.index(bare(title)) for title in titles]
    assert places == sorted(places)


def test_every_word_of_the_summary_stands_in_its_pdf(pdf, summary):
    text = all_text(pdf)

    for section in summary.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph | Heading):
                assert bare(block.text) in text
            elif isinstance(block, Bullets):
                # A bullet may go on after the lines that repeat on each page.
                for item in block.items:
                    assert bare(item)[:40] in text


def test_a_row_of_a_pdf_table_reads_from_left_to_right(pdf, summary):
    text = all_text(pdf)
    (table,) = [
        block
        for section in summary.sections
        if section.name == "profile"
        for block in section.blocks
        if isinstance(block, Table)
    ]

    assert len(table.rows) == 12
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        line = "".join(written(cell, column.kind, "nl") for cell, column in cells)
        assert bare(line) in text


def test_hidden_cells_of_a_pdf_say_so_and_marks_stand_beside_numbers():
    rows = (
        (Cell(value="A"), Cell(value="hidden", tone="hidden")),
        (Cell(value="B"), Cell(value=2.5, tone="lower", mark="▼", small="n 9")),
        (Cell(value="Others", tone="rest"), Cell(value=None)),
    )
    table = replace(table_of(), rows=rows, note="What to know")

    text = all_text(render_pdf(document_of(table)))

    assert "AhiddenB2.50▼n9OthersWhattoknow" in text


@pytest.mark.parametrize(
    ("tone", "colour"),
    [
        ("higher", (0xD5, 0xD2, 0xE8)),
        ("lower", (0xFD, 0xD9, 0xA6)),
        ("hidden", (0xEC, 0xEF, 0xF1)),
    ],
)
def test_cells_of_a_pdf_have_the_colour_of_their_tone(tone, colour):
    plain, toned = (
        replace(table_of(), rows=((Cell(value="A"), Cell(value=2.5, tone=one)),))
        for one in ("", tone)
    )

    before = drawn_in(render_pdf(document_of(plain)), colour)
    assert drawn_in(render_pdf(document_of(toned)), colour) > before + 100


def test_numbers_in_a_pdf_are_written_in_its_language():
    table = replace(table_of(), rows=((Cell(value="A"), Cell(value=2.5)),))

    assert "A2,50" in all_text(render_pdf(document_of(table, language="nl")))


def test_a_long_table_repeats_its_head_on_each_page():
    texts = page_texts(render_pdf(document_of(table_of(rows=150))))

    with_rows = [text for text in texts if "Team" in text]
    assert len(with_rows) > 2
    assert all("Mean 1" in text for text in with_rows)
    assert sum(text.count("Team ") for text in texts) == 150


def test_a_table_too_wide_for_a_page_is_turned_with_its_headings():
    wide = table_of(columns=22)
    content = render_pdf(
        document_of(Paragraph(text="Before"), Heading(text="Over it"), wide)
    )

    sizes = [tuple(page.mediabox)[2:] for page in opened(content).pages]
    turned = [number for number, (x, y) in enumerate(sizes) if x > y]
    assert turned == [1]
    texts = page_texts(content)
    assert "Before" in texts[0]
    assert "Over it" not in texts[0]
    assert "Over it" in texts[1]


def test_only_a_long_document_of_many_parts_lists_its_contents():
    lines = tuple(Paragraph(text=f"Line {n}") for n in range(12))
    few = render_pdf(document_of(*lines, *lines, *lines, *lines, sections=4))
    short = render_pdf(document_of(*lines[:4], sections=6))
    long = render_pdf(document_of(*lines, sections=5))

    assert "Contents" not in page_texts(few)[0]
    assert "Contents" not in page_texts(short)[0]
    first = page_texts(long)[0]
    assert all(f"Section {n}" in first for n in range(5))
    assert "Line" not in first
    assert "TOC" in tags(long)


def test_a_table_to_fill_in_takes_the_whole_width_and_leaves_room():
    heads = tuple(Column(key=name, heading=name) for name in ("What", "Who", "When"))
    blank = replace(table_of(), columns=heads, rows=((Cell(value=" "),) * 3,) * 2)
    layout = lay_out(blank, "en", room=ROOM, turned=TURNED)

    assert layout.to_fill_in
    assert sum(layout.widths) == pytest.approx(ROOM)
    assert not lay_out(table_of(), "en", room=ROOM, turned=TURNED).to_fill_in
    pdf = pypdfium2.PdfDocument(render_pdf(document_of(blank, Paragraph(text="After"))))
    text = pdf[0].get_textpage()
    words = text.get_text_range()
    below = text.get_charbox(words.index("After"))[3]
    above = text.get_charbox(words.index("When"))[1]
    assert above - below > 2 * 11 * 72 / 25.4
    pdf.close()


def test_each_page_but_the_first_has_a_running_line_and_all_a_number():
    texts = page_texts(render_pdf(document_of(table_of(rows=150))))

    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "A title" in text
        assert "Example hospital" in text
    assert texts[0].count("A title") == 1


def test_folds_stand_open_and_one_table_needs_no_heading():
    fold = Fold(summary="Two more", blocks=(Paragraph(text="Inside"),))
    alone = Fold(summary="Table: Means t", blocks=(table_of(),))

    text = all_text(render_pdf(document_of(Heading(text="First"), fold, alone)))

    assert "FirstTwomoreInsideMeanst" in text
    assert "Table:" not in text


def test_headings_in_folds_lie_below_the_heading_before():
    inner = Fold(summary="Deeper", blocks=(Paragraph(text="x"),))
    blocks = (
        Fold(summary="Alone", blocks=(Paragraph(text="y"), inner)),
        Heading(text="Part"),
        Fold(summary="Under it", blocks=(Paragraph(text="z"),)),
    )
    (run,) = make_runs(document_of(*blocks), room=ROOM, turned=TURNED)

    levels = {
        placed.block.text: placed.level
        for placed in run.placed
        if isinstance(placed.block, Heading)
    }
    assert levels == {"Section 0": 2, "Alone": 3, "Deeper": 4, "Part": 3, "Under it": 4}


def test_a_line_before_a_figure_stays_with_it():
    blocks = (
        Paragraph(text="Leads"),
        Picture(name="p", svg=SVG),
        Paragraph(text="Ends"),
    )
    (run,) = make_runs(document_of(*blocks), room=ROOM, turned=TURNED)

    assert [placed.leads for placed in run.placed] == [False, True, False, False]


def hostile_document():
    long = "W" * 300
    table = replace(table_of(text=HOSTILE), caption=HOSTILE, note=HOSTILE)
    grid = replace(table_of(columns=13, heat=True, text=long), name="grid")
    return document_of(
        Paragraph(text=HOSTILE),
        Paragraph(text=f"{long}\x00\x07\u202eend", note=True),
        Heading(text=long),
        Bullets(items=(HOSTILE, long), language="nl"),
        Picture(name="p", svg=SVG),
        table,
        Fold(summary=HOSTILE, blocks=(grid, Paragraph(text=HOSTILE))),
        title=HOSTILE,
    )


def test_hostile_texts_come_out_of_a_pdf_whole_and_as_text():
    content = render_pdf(hostile_document())
    text = all_text(content)

    assert text.count(bare(HOSTILE)) >= 7
    assert text.count("W" * 300 + "end") == 1
    assert "\u202e" not in text
    with opened(content) as file:
        assert str(file.docinfo["/Title"]) == HOSTILE


def test_nothing_hostile_is_drawn_beyond_the_margins():
    pdf = pypdfium2.PdfDocument(render_pdf(hostile_document()))
    for page in pdf:
        width, _ = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
        drawn = [box for box in boxes if box[2] > box[0]]
        assert min(box[0] for box in drawn) > 40
        assert max(box[2] for box in drawn) < width - 40
    pdf.close()


def test_only_faces_that_come_along_are_used():
    content = render_pdf(hostile_document())

    with opened(content) as file:
        names = {
            str(thing.BaseFont).partition("+")[2]
            for thing in file.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
        }
    assert names
    assert all(
        name.startswith(("Libertinus", "DejaVu", "LastResort")) for name in names
    )


def test_faces_of_the_computer_are_not_looked_at():
    places = {face.path for face in type_faces().fonts()}

    assert None in places  # those inside typst
    assert all(Path(place).is_relative_to(fonts()) for place in places - {None})
    assert families()[0] == "DejaVu Sans"


def test_the_same_document_gives_the_same_pdf(summary, pdf):
    assert render_pdf(summary) == pdf
    assert render_pdf(summary, style=HouseStyle(accent="#aa0044")) != pdf


@pytest.mark.parametrize(
    ("logo", "kind"), [(png(), "png"), (LOGO_SVG.encode(), "svg")], ids=["png", "svg"]
)
def test_a_logo_stands_on_the_first_page_with_the_name_of_the_client(logo, kind):
    style = HouseStyle(name="Acme", logo=logo, logo_kind=kind)
    content = render_pdf(document_of(table_of(rows=60)), style=style)

    with opened(content) as file:
        told_of = [str(node.Alt) for tag, node in structure(file) if tag == "Figure"]
    assert told_of == ["Logo of Acme"]
    assert "Acme" in page_texts(content)[1]


def test_a_logo_that_cannot_be_drawn_is_refused():
    style = HouseStyle(name="Acme", logo=b"no picture", logo_kind="png")

    with pytest.raises(UnsupportedError, match=r"'unit' cannot be set as PDF.*logo"):
        render_pdf(document_of(Paragraph(text="x")), style=style)


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=0, max_size=120
)
NUMBERS = st.floats(min_value=-1e6, max_value=1e6)


@st.composite
def any_table(draw):
    columns = draw(st.integers(1, 30))
    rows = draw(st.integers(0, 6))
    kinds = draw(
        st.lists(
            st.sampled_from(["text", "number", "share", "count"]),
            min_size=columns,
            max_size=columns,
        )
    )
    heads = tuple(
        Column(key=f"c{n}", heading=draw(NAMES), kind=kind)
        for n, kind in enumerate(kinds)
    )
    lines = tuple(
        tuple(Cell(value=draw(NAMES if k == "text" else NUMBERS)) for k in kinds)
        for _ in range(rows)
    )
    return Table(
        name="t", caption="c", columns=heads, rows=lines, heat=draw(st.booleans())
    )


@settings(max_examples=30, deadline=None)
@given(table=any_table())
def test_any_table_fits_between_the_margins(table):
    layout = lay_out(table, "nl", room=ROOM, turned=TURNED)

    assert len(layout.widths) == len(table.columns)
    assert min(layout.widths) > 0
    assert sum(layout.widths) <= (TURNED if layout.turned else ROOM) + 1e-6
    assert 4.5 <= layout.size <= 8.5
    assert layout.turned or not table.wide


@settings(max_examples=30, deadline=None)
@given(text=NAMES)
def test_places_to_part_a_word_change_nothing_else(text):
    assert fitted(text).replace("\u200b", "") == told(text).replace("\u200b", "")
    assert all(len(part) <= 33 for part in re.split(r"[\s\u200b]", fitted(text)))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_summary_holds_what_is_read_first(language):
    publication = make_publication()
    document = summary_document(publication, language)

    names = [section.name for section in document.sections]
    assert names == [
        "short",
        "steps",
        "open",
        "profile",
        "reading",
        "privacy",
        "methods",
    ]
    assert document.title.endswith(
        {"nl": " – samenvatting", "en": " – summary"}[language]
    )
    assert document.name == "summary"
    blocks = {section.name: section.blocks for section in document.sections}
    kinds = [type(block) for block in blocks["profile"]]
    assert kinds == [Paragraph, Picture, Table]
    assert not any(isinstance(b, Fold) for found in blocks.values() for b in found)
    more = {"nl": "Dit is een samenvatting.", "en": "This is a summary."}[language]
    assert blocks["short"][-1].text.startswith(more)


def test_a_report_document_has_every_section(monkeypatch):
    skip_figures(monkeypatch)
    document = report_document(make_publication(), "en")

    assert document.name == "report"
    assert document.title == "Diagnosing change: Example hospital"
    assert document.facts[0] == ("Organisation", "Example hospital")
    names = [section.name for section in document.sections]
    assert (names[0], names[-1]) == ("short", "provenance")
    assert {"steps", "items", "units", "gap", "measurement", "methods"} < set(names)


@pytest.mark.parametrize("make", [report_document, summary_document])
def test_documents_are_made_of_publications_only(make):
    with pytest.raises(TypeError):
        make("surveys/example")

"""Names that try to be something else come out whole and harmless in every format."""

from __future__ import annotations

import html
import io
import re
import zipfile

import lxml.html
import pypdfium2
import pytest
from lxml import etree
from pptx import Presentation

from assessed import (
    BACKWARDS,
    FORMULA,
    HOSTILE,
    LONG,
    MARKUP,
    WAY_OUT,
    open_workbook,
)

DIVISION = "Support & <b>ICT</b>"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
OFFICE = (".xlsx", ".pptx", ".docx")


def squeezed(text):
    """Return a text without spaces, joiners, turning marks and control characters."""
    return re.sub(r"\s+|[\u200b\u200d\xad]", "", TURNING.sub("", CONTROL.sub("", text)))


def ends_of(tree, *ends):
    found = {name: tree[name] for name in tree if name.endswith(ends)}
    assert found
    return found


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_stands_whole_in_a_cell(tree, name):
    book = open_workbook(tree["tables.xlsx"])
    cells = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    named = [cell for cell in cells if squeezed(name) in squeezed(cell.value)]

    assert named
    assert {cell.data_type for cell in named} == {"s"}


def test_no_workbook_holds_a_formula_a_link_or_a_program(tree):
    for name, content in ends_of(tree, ".xlsx").items():
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            parts = pack.namelist()
            for part in parts:
                if part.startswith("xl/worksheets/sheet"):
                    text = pack.read(part)
                    assert b"<f>" not in text, name
                    assert b"<hyperlink" not in text, name
        assert not any("externalLink" in p or "vbaProject" in p for p in parts), name


def test_no_office_file_reaches_outside(tree):
    """Links to sources of the methods may be there; nothing a name asked for."""
    for name, content in ends_of(tree, *OFFICE).items():
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            for part in pack.namelist():
                if part.endswith(".rels"):
                    assert b"evil.example" not in pack.read(part), (name, part)


def test_every_part_of_an_office_file_is_xml_that_can_be_read(tree):
    for content in ends_of(tree, *OFFICE).values():
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            for part in pack.namelist():
                if part.endswith((".xml", ".rels")):
                    etree.fromstring(pack.read(part))


def test_a_page_shows_hostile_names_as_text_and_holds_no_tag_of_theirs(tree):
    for name, content in ends_of(tree, ".html").items():
        page = lxml.html.fromstring(content)
        attributes = {key for element in page.iter() for key in element.attrib}
        assert not any(key.startswith("on") for key in attributes), name
        assert not page.xpath("//b | //img[@src='x'] | //iframe | //form"), name
        programs = [script.text for script in page.iter("script")]
        assert not any("alert(" in (program or "") for program in programs), name
        links = [link.get("href") for link in page.iter("a")]
        assert all(link.startswith(("#", "https://")) for link in links), name
        assert not CONTROL.search(content.decode("utf-8")), name


@pytest.mark.parametrize("name", [*HOSTILE, DIVISION], ids=ascii)
def test_a_hostile_name_stands_whole_in_the_page(tree, name):
    page = html.unescape(re.sub(r"<[^>]+>", " ", tree["report.html"].decode("utf-8")))

    assert squeezed(name) in squeezed(page)


@pytest.mark.parametrize("file", [".html", ".svg"])
def test_nothing_fetches_anything(tree, file):
    fetched = re.compile(
        rb"""(?:src|srcset|xlink:href|poster|data)\s*=\s*["']?(?!data:|\#)[^"'\s>]"""
        rb"""|url\((?!["']?(?:data:|\#))|@import""",
        re.IGNORECASE,
    )
    for name, content in ends_of(tree, file).items():
        bare = re.sub(rb">[^<]*<", b"><", content)
        assert not fetched.search(bare), (name, fetched.search(bare))


def pdf_text(content):
    document = pypdfium2.PdfDocument(content)
    pages = [document[at] for at in range(len(document))]
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return re.sub("[\ufffe\uffff-]", "", squeezed(text))


@pytest.mark.parametrize("name", [FORMULA, MARKUP, LONG, DIVISION], ids=ascii)
def test_a_hostile_name_stands_whole_in_the_text_of_the_paper(tree, name):
    text = pdf_text(tree["report.pdf"])

    assert squeezed(name).replace("-", "") in text


def slides_of(content):
    deck = Presentation(io.BytesIO(content))
    frames = [
        frame
        for slide in deck.slides
        for shape in slide.shapes
        for frame in frames_in(shape)
    ]
    return squeezed("\n".join(frame.text for frame in frames))


def frames_in(shape):
    if shape.has_text_frame:
        yield shape.text_frame
    if getattr(shape, "has_table", False):
        for row in shape.table.rows:
            yield from (cell.text_frame for cell in row.cells)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("hyperlink-http-evil-example-x-a1-click", FORMULA),
        ("script-alert-1-script-img-src-x-onerror", MARKUP),
        ("live-shift", BACKWARDS),
        ("afdeling-met-een-naam-die-maar-niet-opho", LONG),
    ],
)
def test_a_unit_finds_its_own_name_whole_in_its_pack(tree, folder, name):
    base = f"teams/support-b-ict-b/{folder}"
    cells = open_workbook(tree[f"{base}/tables.xlsx"])
    told = [
        str(cell.value)
        for sheet in cells.worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]

    assert squeezed(name) in squeezed(" ".join(told))
    assert squeezed(name) in slides_of(tree[f"{base}/deck.pptx"])


def test_the_action_sheet_keeps_the_exact_name_to_be_read_back(tree):
    about = open_workbook(tree["teams/care/con-x-y/actions.xlsx"]).worksheets[1]
    told = {row[0].value: row[1].value for row in about.iter_rows()}

    # Control characters are written the way the format prescribes.
    assert told["unit_2"] == WAY_OUT.replace("\x07", "_x0007_")


@pytest.mark.parametrize("file", [".html", ".xlsx", ".pptx", ".docx", ".svg"])
def test_a_name_that_is_read_backwards_turns_nothing_after_it(tree, file):
    for name, content in ends_of(tree, file).items():
        for part, text in texts_in(content, file):
            # The exact name, alone in its cell, by which an action sheet is read back.
            for block in set(re.findall(r"(?s)>([^<]*)<", text)) - {BACKWARDS}:
                depth = sum(block.count(mark) for mark in "\u202a\u202b\u202d\u202e")
                apart = sum(block.count(mark) for mark in "\u2066\u2067\u2068")
                assert depth <= block.count("\u202c"), (name, part, block)
                assert apart <= block.count("\u2069"), (name, part, block)


def texts_in(content, file):
    if file not in OFFICE:
        yield "", content.decode("utf-8")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        for part in pack.namelist():
            if part.endswith(".xml"):
                yield part, pack.read(part).decode("utf-8")

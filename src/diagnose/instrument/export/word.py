"""The questionnaire in Word, for a consultant to change before it is printed.

Everything stands in the running text or in tables, nothing in text boxes; the look is
in styles (``word.xml``, beside this module) and not in the text, so a house style can
be put on. Head rows are marked as such and come back on each page, rows stay whole,
tables carry a description, and the language is set for speech and hyphenation.

Elements that the library does not know are those of ECMA-376 part 1,
https://ecma-international.org/publications-and-standards/standards/ecma-376/, §17.4
(tables), §17.8 (fonts), §17.15 (settings) and §17.16 (fields).

Tried in LibreOffice 7.4. Unverified: how each version of Word breaks the pages.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Any

from diagnose.instrument.export.paper import (
    WIDTH,
    Answer,
    Block,
    Paper,
    Pick,
    Write,
    build_paper,
)
from diagnose.instrument.export.survey import Survey
from diagnose.instrument.export.target import Target

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

BOX = "☐"
SHORT_BLOCK = 8
"""Statements up to which a block stays on one page."""

_CREATED = dt.datetime(2000, 1, 1)  # the same survey gives the same bytes
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_USED_PARTS = ("/styles", "/settings", "/fontTable", "/theme", "/officeDocument")
_FONTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts xmlns:w="{_W}"><w:font w:name="Calibri"><w:altName w:val="Arial"/>\
<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>"""
_SETTINGS = f"""<w:settings xmlns:w="{_W}"><w:defaultTabStop w:val="510"/>\
<w:autoHyphenation/><w:hyphenationZone w:val="567"/><w:compat>\
<w:compatSetting w:name="compatibilityMode" \
w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>"""


def write_word(survey: Survey) -> dict[str, bytes]:
    """Return the questionnaire as a Word document on A4.

    Parameters
    ----------
    survey : Survey
        Its base language is printed.

    Returns
    -------
    dict of str to bytes
        One file; the same survey gives the same bytes.

    Raises
    ------
    InstrumentError
        Statements have more answers than fit beside each other.
    """
    from docx import Document

    paper = build_paper(survey)
    document = Document()
    _set_up(document, paper)
    _first_page(document, paper)
    document.add_paragraph(paper.title, "Title")
    document.add_paragraph(paper.form_title, "Subtitle")
    if paper.introduction:
        document.add_paragraph(paper.introduction)
    document.add_paragraph(paper.how, "Instruction")
    for part in paper.parts:
        _part(document, part, paper)
    document.add_paragraph(paper.thanks, "Closing")
    for line in paper.closing:
        document.add_paragraph(line, "Small print")
    return {f"{survey.name}-{survey.language}.docx": _saved(document)}


def _set_up(document: Document, paper: Paper) -> None:
    _keep_used_parts(document)
    _restyle(document, paper.locale)
    _describe(document, paper)
    _page(document, paper)


def _keep_used_parts(document: Document) -> None:
    """Leave out what the library's template brings, and name a font to fall back on."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    package = document.part.package
    for owner in (package, document.part):
        for key, relation in list(owner.rels.items()):
            if not relation.reltype.endswith(_USED_PARTS) or "font" in relation.reltype:
                del owner.rels[key]
    fonts = Part(
        PackURI("/word/fontTable.xml"),
        CONTENT_TYPE.WML_FONT_TABLE,
        _FONTS.encode("utf-8"),
        package,
    )
    document.part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)


def _restyle(document: Document, locale: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    source = resources.files("diagnose.instrument.export") / "word.xml"
    for old, new in (
        (document.styles.element, parse_xml(source.read_bytes())),
        (document.settings.element, parse_xml(_SETTINGS)),
    ):
        old[:] = list(new)
    language = next(document.styles.element.iter(qn("w:lang")))
    for kind in ("w:val", "w:eastAsia"):
        language.set(qn(kind), locale)


def _describe(document: Document, paper: Paper) -> None:
    about = document.core_properties
    about.title = f"{paper.title} – {paper.form_title}"[:255]
    about.language = paper.locale
    about.subject = paper.edition[:255]
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.created = about.modified = _CREATED
    about.revision = 1


def _page(document: Document, paper: Paper) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = Mm(15)
    section.bottom_margin, section.footer_distance = Mm(18), Mm(9)
    foot = section.footer.paragraphs[0]
    foot.style = "Footer"
    foot.add_run(f"{paper.running}\t")
    for piece in re.split(r"(\{number\}|\{pages\})", paper.page):
        field = {"{number}": "PAGE", "{pages}": "NUMPAGES"}.get(piece)
        if field:
            _add(foot._p, "w:fldSimple", {"w:instr": field}).append(_run_of("1"))
        elif piece:
            foot.add_run(piece)


def _run_of(text: str) -> Any:
    from docx.oxml import OxmlElement

    run = OxmlElement("w:r")
    run.text = text
    return run


def _add(parent: Any, name: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    parent.append(element)
    return element


def _first_page(document: Document, paper: Paper) -> None:
    document.add_paragraph(f"{paper.title} · {paper.form_title}", "Survey name")
    document.add_paragraph(paper.privacy_title, "Heading 1")
    for heading, text in paper.privacy:
        document.add_paragraph(heading, "Heading 2")
        document.add_paragraph(text)
    _boxed(document.add_paragraph(style="Agreement"), paper.agree)


def _boxed(paragraph: Paragraph, text: str, code: str = "") -> None:
    paragraph.add_run(BOX, "Tick box")
    paragraph.add_run(f"\t{text}")
    if code:
        paragraph.add_run(f"  {code}", "Item id")


def _part(document: Document, part: Block | Pick | Write, paper: Paper) -> None:
    if part.title:
        document.add_paragraph(part.title, "Heading 2")
    if isinstance(part, Block):
        if part.stem:
            document.add_paragraph(part.stem, "Question")
        _statements(document, part, paper)
        return
    question = document.add_paragraph(style="Question")
    question.add_run(f"{part.id}  ", "Item id")
    question.add_run(part.text)
    if part.hint:
        document.add_paragraph(part.hint, "Hint")
    if isinstance(part, Pick):
        for answer in part.answers:
            _boxed(document.add_paragraph(style="Choice"), answer.label, answer.code)
    else:
        _room(document, part, paper)


def _room(document: Document, part: Write, paper: Paper) -> None:
    if part.room == "signs":
        _signs(document, paper)
        return
    for _ in range(paper.answer_lines if part.room == "lines" else 1):
        document.add_paragraph(style="Answer line")


def _statements(document: Document, block: Block, paper: Paper) -> None:
    heads = 2 if block.above else 1
    count = len(block.answers)
    table = document.add_table(heads + len(block.rows), count + 1, "Statements")
    first = WIDTH - count * block.column
    _shape(table, [first, *[block.column] * count], paper.table)
    apart = [answer.apart for answer in block.answers]
    _look(table, divided=apart.count(True) == 1 and apart[-1])
    rows = list(table.rows)
    if block.above:
        _key(rows[0].cells, block.answers, paper.answers)
    _head(rows[heads - 1].cells, block, paper.statement)
    for row in rows[:heads]:
        _add(row._tr.get_or_add_trPr(), "w:tblHeader", {})
    for number, (row, statement) in enumerate(
        zip(rows[heads:], block.rows, strict=True), start=1
    ):
        wording, *boxes = (cell.paragraphs[0] for cell in row.cells)
        kept = len(block.rows) <= SHORT_BLOCK and number < len(block.rows)
        wording.style = "Statement kept together" if kept else "Statement"
        wording.add_run(statement.id, "Item id")
        wording.add_run(f"\t{statement.text}")
        for box in boxes:
            box.style = "Box"
            box.add_run(BOX)


def _key(cells: Iterable[Any], answers: Iterable[Answer], words: str) -> None:
    first, *_, last = cells
    place = first.merge(last)
    place.paragraphs[0].style = "Statement head"
    place.paragraphs[0].add_run(words)
    for answer in answers:
        place.add_paragraph(f"{answer.code} = {answer.label}", "Answer key")


def _head(cells: Iterable[Any], block: Block, words: str) -> None:
    first, *rest = (cell.paragraphs[0] for cell in cells)
    first.style = "Statement head"
    first.add_run(words)
    for place, answer in zip(rest, block.answers, strict=True):
        place.style = "Answer label"
        if answer.label == answer.code:
            place.add_run(answer.label)
            continue
        if not block.above:
            place.add_run(f"{answer.label}\n")
        place.add_run(answer.code, "Item id")


def _shape(table: Table, widths: list[float], description: str) -> None:
    """Give a table fixed columns, whole rows and a description for screen readers."""
    from docx.shared import Mm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
        _add(row._tr.get_or_add_trPr(), "w:cantSplit", {})
    _add(table._tbl.tblPr, "w:tblCaption", {"w:val": description})
    _add(table._tbl.tblPr, "w:tblDescription", {"w:val": description})


def _look(table: Table, *, divided: bool) -> None:
    """Say which parts of the table style apply: the head, and a line before the end."""
    from docx.oxml.ns import qn

    look = table._tbl.tblPr.find(qn("w:tblLook"))
    for name, on in {
        "firstRow": True,
        "lastRow": False,
        "firstColumn": False,
        "lastColumn": divided,
        "noHBand": True,
        "noVBand": True,
    }.items():
        look.set(qn(f"w:{name}"), str(int(on)))
    look.set(qn("w:val"), f"{0x0620 + 0x0100 * divided:04X}")


def _signs(document: Document, paper: Paper) -> None:
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Mm

    table = document.add_table(1, paper.link_signs, "Signs")
    _shape(table, [9.0] * paper.link_signs, paper.signs)
    _look(table, divided=False)
    table.rows[0].height = Mm(10)
    table.rows[0].height_rule = WD_ROW_HEIGHT_RULE.EXACTLY


def _saved(document: Document) -> bytes:
    """Return the file with its parts in one order and without the clock."""
    draft, final = io.BytesIO(), io.BytesIO()
    document.save(draft)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w") as target:
        # The list of types comes first, as in every file that Word writes itself.
        for name in sorted(source.namelist(), key=lambda n: (n[0] != "[", n)):
            entry = zipfile.ZipInfo(name, _CREATED.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return final.getvalue()


WORD = Target(name="word", write=write_word, multilingual=False, records=False)

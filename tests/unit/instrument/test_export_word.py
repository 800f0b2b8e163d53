"""Word: complete, in styles, readable by ear, and the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn

import builders
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.paper import MOST_BOXES
from diagnose.instrument.export.word import BOX, WORD, write_word

UNITS = (("Care", "North", "Team 1"), ("Care", "South | East", "Team 2"))
HOSTILE = '<b>5</b> < 6 & "x" {v1} &amp; ]]> | a, b\n😀 שלום'
FIELDED = [
    (name, form, language)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for language in ("nl", "en")
]
DIRECT = ("w:b", "w:i", "w:sz", "w:color", "w:rFonts", "w:jc", "w:spacing", "w:ind")


def survey_of(name="pulse", form="floor", language="en", units=UNITS, **details):
    return build_survey(
        load_instrument(name),
        form,
        (language,),
        details=FieldingDetails(**{"link": True, **details}),
        units=units,
    )


def content_of(survey):
    (content,) = write_word(survey).values()
    return content


def opened(survey):
    return Document(io.BytesIO(content_of(survey)))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def statement_tables(document):
    return [t for t in document.tables if t.style.name == "Statements"]


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_every_statement_has_its_id_and_a_box_for_each_answer_in_word(
    name, form, language
):
    survey = survey_of(name, form, language)
    tables = statement_tables(opened(survey))

    assert len(tables) == len(survey.matrices)
    for matrix, table in zip(survey.matrices, tables, strict=True):
        head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert head[1:] == [f"{o.label[language]}\n{o.code}" for o in matrix.options]
        assert rows == [
            [f"{row.id}\t{row.text[language]}", *[BOX] * len(matrix.options)]
            for row in matrix.rows
        ]


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_privacy_fills_the_first_page_and_the_title_begins_the_next(
    name, form, language
):
    survey = survey_of(name, form, language)
    document = opened(survey)
    said = texts(document)

    agreed = said.index(f"{BOX}\t{survey.agree[language]}")
    title = said.index(survey.title[language])
    assert title == agreed + 1
    for part in survey.privacy[language]:
        assert said.index(part.heading) < agreed
        assert said[said.index(part.heading) + 1] == part.text
    assert document.paragraphs[title].style.paragraph_format.page_break_before


@pytest.mark.parametrize("form", ["floor", "leader"])
def test_the_end_tells_edition_licence_and_status(form):
    survey = survey_of("bottom-up", form, "nl")

    last = texts(opened(survey))[-4:]

    assert last[0] == survey.thanks["nl"]
    assert last[1] == survey.status["nl"]
    assert last[2].endswith(survey.edition)
    assert last[3].endswith(survey.licence)


def test_heads_come_back_on_each_page_and_rows_stay_whole():
    for table in opened(survey_of("bottom-up")).tables:
        rows = [row._tr.trPr for row in table.rows]
        assert all(row.find(qn("w:cantSplit")) is not None for row in rows)
        heads = [row.find(qn("w:tblHeader")) is not None for row in rows]
        assert heads == [table.style.name == "Statements", *[False] * (len(rows) - 1)]


def test_tables_have_a_description_for_screen_readers():
    for language, words in (("en", "Statements with a box"), ("nl", "Uitspraken met")):
        for table in statement_tables(opened(survey_of(language=language))):
            said = table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
            assert said.startswith(words)


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_the_document_says_its_language_title_and_no_date_of_today(language, locale):
    survey = survey_of(language=language)
    document = opened(survey)
    about = document.core_properties

    declared = next(document.styles.element.iter(qn("w:lang")))
    assert declared.get(qn("w:val")) == locale
    assert about.language == locale
    assert about.title.startswith(survey.title[language])
    assert about.subject == survey.edition
    assert (about.author, about.last_modified_by) == ("", "")
    assert about.created.year == about.modified.year == 2000


def test_the_foot_names_the_form_and_counts_the_pages():
    (section,) = opened(survey_of("bottom-up", "leader", "nl")).sections
    (foot,) = section.footer.paragraphs

    assert foot.style.name == "Footer"
    fields = [f.get(qn("w:instr")) for f in foot._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    shown = "".join(t.text for t in foot._p.iter(qn("w:t")))
    assert shown == "bottom-up 0.1.0 · leader · nlPagina 1 van 1"
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx(
        (210, 297), abs=0.1
    )


def test_the_look_is_in_styles_and_nothing_stands_in_a_text_box():
    document = opened(survey_of("bottom-up"))
    body = document.element.body

    for name in (*DIRECT, "w:drawing", "w:pict", "w:txbxContent", "w:sdt"):
        assert not list(body.iter(qn(name))), name
    known = {style.style_id for style in document.styles}
    for kind in ("w:pStyle", "w:rStyle", "w:tblStyle"):
        used = {e.get(qn("w:val")) for e in body.iter(qn(kind))}
        assert used
        assert used <= known


def test_no_style_refers_to_one_that_is_not_there():
    styles = opened(survey_of()).styles
    known = {style.style_id for style in styles}

    for kind in ("w:basedOn", "w:next", "w:link"):
        assert {e.get(qn("w:val")) for e in styles.element.iter(qn(kind))} <= known


def test_a_short_block_stays_on_one_page_and_a_long_one_may_break():
    def kept(survey):
        table = statement_tables(opened(survey))[0]
        return [
            row.cells[0].paragraphs[0].style.name == "Statement kept together"
            for row in table.rows[1:]
        ]

    assert kept(survey_of("bottom-up")) == [True, True, True, False]
    assert set(kept(survey_of("pulse"))) == {False}


def test_few_units_are_listed_with_their_codes_and_many_are_not_printed():
    survey = survey_of()
    said = texts(opened(survey))
    choice = survey.questions[0]
    for option in choice.options:
        assert f"{BOX}\t{option.label['en']}  {option.code}" in said

    many = [("Care", f"Team {n}") for n in range(MOST_BOXES + 1)]
    document = opened(survey_of(units=many))
    assert "Team 3" not in document.element.xml
    line = next(p for p in document.paragraphs if p.style.name == "Answer line")
    assert line.text == ""


def test_the_link_code_has_six_boxes_and_only_where_it_is_asked():
    (signs,) = [t for t in opened(survey_of()).tables if t.style.name == "Signs"]

    assert [len(row.cells) for row in signs.rows] == [6]
    assert not any(
        t.style.name == "Signs" for t in opened(survey_of(link=False)).tables
    )


def test_long_labels_stand_once_above_the_boxes_in_a_head_of_two_rows():
    scale = builders.number_scale("own", 1, 7)
    for point in scale["points"]:
        point["label"] = builders.both(f"{point['code']} {'long label ' * 8}".strip())
    instrument = builders.instrument(
        {"v": "v1"}, scales={"v": scale}, texts={"v1": ("A", "B")}
    )
    (table,) = opened(build_survey(instrument, "floor", ("en",))).tables

    key, head, row = table.rows
    assert key.cells[0]._tc is key.cells[-1]._tc
    labels = key.cells[0].text.split("\n")[1:]
    assert labels == [f"{p['code']} = {p['label']['en']}" for p in scale["points"]]
    assert [cell.text for cell in head.cells[1:]] == list("1234567")
    assert [cell.text for cell in row.cells] == ["v1\tA", *[BOX] * 7]
    for one in (key, head):
        assert one._tr.trPr.find(qn("w:tblHeader")) is not None


def test_only_what_stands_apart_at_the_end_has_a_line_before_it():
    plain = builders.instrument(
        {"v": "v1"},
        scales={"v": builders.number_scale("own", 1, 3)},
        texts={"v1": ("A", "B")},
    )
    for instrument, divided in ((plain, "0"), (load_instrument("pulse"), "1")):
        document = opened(build_survey(instrument, "floor", ("en",)))
        look = statement_tables(document)[0]._tbl.tblPr.find(qn("w:tblLook"))
        assert look.get(qn("w:lastColumn")) == divided


def test_hostile_texts_stay_text_in_word():
    instrument = builders.instrument(
        {"v": "v1 v2"}, texts={"v1": (HOSTILE, "x"), "v2": ("y" * 400, "z")}
    )
    survey = build_survey(instrument, "floor", ("en",))
    survey = replace(survey, title={"en": HOSTILE}, agree={"en": HOSTILE})
    document = opened(survey)

    (table,) = statement_tables(document)
    assert table.rows[1].cells[0].text == f"v1\t{HOSTILE}"
    assert table.rows[2].cells[0].text == f"v2\t{'y' * 400}"
    assert HOSTILE in texts(document)
    assert document.core_properties.title.startswith("<b>5</b>")


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_the_same_survey_gives_the_same_word_file(name, form, language):
    first = content_of(survey_of(name, form, language))
    second = content_of(survey_of(name, form, language))

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {info.date_time[0] for info in parts.infolist()} == {2000}
        assert parts.namelist()[0] == "[Content_Types].xml"
        assert not any(re.search("thumbnail|customXml", n) for n in parts.namelist())
        assert b'w:altName w:val="Arial"' in parts.read("word/fontTable.xml")


def test_statements_shuffled_before_stand_so_in_word():
    survey = survey_of("bottom-up", order="shuffled", seed=3)
    table = statement_tables(opened(survey))[0]

    ids = [row.cells[0].text.split("\t")[0] for row in table.rows[1:]]
    assert ids == [row.id for row in survey.matrices[0].rows]
    assert ids != sorted(ids)


def test_word_is_a_target_with_one_file_a_language():
    assert (WORD.name, WORD.multilingual, WORD.random) == ("word", False, False)
    assert list(WORD.write(survey_of(language="nl"))) == ["pulse-floor-nl.docx"]

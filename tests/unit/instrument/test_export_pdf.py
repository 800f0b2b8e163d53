"""PDF: complete, tagged, within its margins, and the same bytes each time."""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict, replace

import numpy as np
import pytest

import builders
import printed
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.paper import MOST_BOXES, WIDTH, build_paper
from diagnose.instrument.export.pdf import PDF, fonts, template, write_pdf

UNITS = (("Care", "North", "Team 1"), ("Care", "South | East", "Team 2"))
HOSTILE = (
    '<b>5</b> < 6 & "x" {v1} #let x = 1 #panic("no") $a$ *b* _c_ `d` [e] \\ // @f ~ | '
    "😀 λόγος язык"
)
FIELDED = [
    (name, form, language)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for language in ("nl", "en")
]
BOX = "☐"
MILLIMETRE = 4
"""In pixels of a picture."""


def survey_of(name="pulse", form="floor", language="en", units=UNITS, **details):
    return build_survey(
        load_instrument(name),
        form,
        (language,),
        details=FieldingDetails(**{"link": True, **details}),
        units=units,
    )


def content_of(survey):
    (content,) = write_pdf(survey).values()
    return content


def bare(text):
    """Leave out what depends on where lines break."""
    return re.sub(r"[\s\u200b\u00ad-]", "", text)


def pages(survey):
    return [bare(page) for page in printed.pages(content_of(survey))]


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_every_statement_has_its_id_and_a_box_for_each_answer_in_pdf(
    name, form, language
):
    survey = survey_of(name, form, language)
    told = "".join(pages(survey))

    for matrix, row in survey.statements():
        boxes = BOX * len(matrix.options)
        assert f"{row.id}{bare(row.text[language])}{boxes}" in told
    for matrix in survey.matrices:
        head = "".join(f"{bare(o.label[language])}{o.code}" for o in matrix.options)
        assert head in told


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_privacy_and_nothing_else_stands_on_the_first_page(name, form, language):
    survey = survey_of(name, form, language)
    first, second, *_ = pages(survey)

    for part in survey.privacy[language]:
        assert f"{bare(part.heading)}{bare(part.text)}" in first
    assert f"{BOX}{bare(survey.agree[language])}" in first
    assert first.count(BOX) == 1
    introduction = bare(survey.introduction[language])
    assert second.startswith(
        bare(survey.title[language] + survey.form_title[language]) + introduction
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_page_has_a_foot_and_the_last_one_an_account(language):
    survey = survey_of("bottom-up", "leader", language)
    told = pages(survey)

    words = {"en": "Page{}of{}", "nl": "Pagina{}van{}"}[language]
    for number, page in enumerate(told, start=1):
        running = bare(f"bottom-up 0.1.0 · leader · {language}")
        assert page.endswith(running + words.format(number, len(told)))
    for text in (survey.thanks[language], survey.status[language]):
        assert bare(text) in told[-1]
    assert bare(survey.edition) in told[-1]
    assert bare(survey.licence) in told[-1]


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_the_pdf_is_tagged_and_says_its_language(language, locale):
    survey = survey_of(language=language)
    content = content_of(survey)

    assert b"/MarkInfo<</Marked true" in content
    assert b"pdfuaid:part>1<" in content
    assert f"/Lang({locale})".encode() in content
    heads = len(survey.matrices[0].options) + 1
    assert content.count(b"/S/TH/") == heads * len(survey.matrices)
    assert content.count(b"/S/H1") == 2
    assert (
        len(re.findall(rb"/Alt[(<]", content)) == 2
    )  # lines to write on, boxes for the code


def test_places_to_write_are_named_in_the_language_of_the_form():
    content = content_of(survey_of(language="nl"))

    assert b"/Alt(Regels om op te schrijven)" in content
    accented = "Zes vakjes, één voor elk teken".encode("utf-16-be").hex().upper()
    assert f"/Alt<FEFF{accented}>".encode() in content


def test_few_units_are_boxes_and_many_are_not_printed_in_pdf():
    survey = survey_of()
    told = "".join(pages(survey))
    for option in survey.questions[0].options:
        assert f"{BOX}{bare(option.label['en'])}{option.code}" in told

    many = [("Care", f"Team {n}") for n in range(MOST_BOXES + 1)]
    content = content_of(survey_of(units=many))
    assert "Team3" not in bare("".join(printed.pages(content)))
    assert b"/Alt(A line to write on)" in content


def test_without_units_and_link_neither_is_asked():
    survey = survey_of(units=(), link=False)
    told = "".join(pages(survey))

    assert "Inwhichunit" not in told
    assert "Yourowncode" not in told
    assert told.count(BOX) == 1 + sum(len(m.rows) * 6 for m in survey.matrices)


def test_hostile_texts_stay_text_in_pdf():
    instrument = builders.instrument({"v": "v1"}, texts={"v1": (HOSTILE, "x")})
    survey = build_survey(instrument, "floor", ("en",))
    survey = replace(survey, title={"en": HOSTILE}, agree={"en": HOSTILE})
    told = pages(survey)

    assert bare(HOSTILE) in told[0]
    assert told[1].startswith(bare(HOSTILE))
    assert f"v1{bare(HOSTILE)}{BOX}" in told[1]


def test_text_from_right_to_left_is_printed():
    instrument = builders.instrument({"v": "v1"}, texts={"v1": ("שלום مرحبا", "x")})

    told = pages(build_survey(instrument, "floor", ("en",)))[1]

    assert {*"שלום"} <= {*told}


@pytest.mark.parametrize("text", ["漢字", "fine, then 🦄", "\u0378"])
def test_signs_without_a_font_are_refused_by_name(text):
    instrument = builders.instrument({"v": "v1"}, texts={"v1": (text, "x")})
    survey = build_survey(instrument, "floor", ("en",))

    with pytest.raises(InstrumentError) as caught:
        write_pdf(survey)

    (problem,) = caught.value.problems
    assert problem.code == "F040"
    assert problem.place == "small-floor"
    if text == "漢字":
        assert "漢, 字" in str(problem)


def test_long_labels_stand_once_above_the_boxes_in_pdf():
    scale = builders.number_scale("own", 1, 7)
    for point in scale["points"]:
        point["label"] = builders.both(f"answer {point['code']} " + "and so on " * 8)
    instrument = builders.instrument(
        {"v": "v1"}, scales={"v": scale}, texts={"v1": ("A", "B")}
    )

    told = pages(build_survey(instrument, "floor", ("en",)))[1]

    key = "".join(
        bare(f"{p['code']} = {p['label']['en']}".strip()) for p in scale["points"]
    )
    assert f"{key}Statement1234567v1A{BOX * 7}" in told


def picture(survey, page):
    """Return a page as grey values."""
    from PIL import Image
    from typst import compile as compile_typst

    drawn = compile_typst(
        template(),
        font_paths=[fonts()],
        ignore_system_fonts=True,
        format="png",
        ppi=25.4 * MILLIMETRE,
        sys_inputs={"paper": json.dumps(asdict(build_paper(survey)))},
    )
    return np.asarray(Image.open(io.BytesIO(drawn[page - 1])).convert("L"))


WORDS = [
    "arbeidsongeschiktheidsverzekering",
    "hottentottententententoonstellingsmakersvereniging",
    "a" * 48,
    "a" * 200,
    "7" * 90,
    "http://example.org/" + "x/" * 60,
]


@pytest.mark.parametrize("word", WORDS)
def test_no_word_runs_off_the_page(word):
    words = {"nl": f"{word} {word} en {word}"}
    survey = survey_of(language="nl")
    survey = replace(survey, title=words, introduction=words)
    dark = picture(survey, 2) < 100  # rules are lighter than that

    assert dark.any()
    assert not dark[:, : 14 * MILLIMETRE].any()
    assert not dark[:, 196 * MILLIMETRE :].any()


@pytest.mark.parametrize("word", WORDS)
def test_no_word_runs_out_of_the_column_of_statements(word):
    instrument = builders.instrument(
        {"v": "v1 v2"},
        scales={"v": builders.number_scale("own", 1, 5)},
        texts={"v1": ("x", f"{word} en {word}"), "v2": ("x", word)},
    )
    survey = build_survey(instrument, "floor", ("nl",))
    dark = picture(survey, 2) < 100
    (block,) = build_paper(survey).parts
    end = round((15 + WIDTH - block.column * len(block.answers)) * MILLIMETRE)
    boxes = dark[:, end : end + round(block.column * MILLIMETRE)]
    edges = [y for y, row in enumerate(boxes) if 12 <= _longest_run(row) <= 30]
    rows = slice(edges[0], edges[-1])

    assert dark[rows, :end].any()
    assert not boxes[rows, 2:14].any()


def _longest_run(row):
    """Return how many dark pixels stand side by side: the edge of a box has many."""
    return max(map(len, "".join(map(str, row.astype(int))).split("0")))


def test_a_long_block_of_long_statements_breaks_over_pages_with_its_head():
    rows = [f"v{n}" for n in range(1, 61)]
    instrument = builders.instrument(
        {"v": " ".join(rows)},
        texts={row: ("word " * 40, "woord " * 40) for row in rows},
    )
    told = pages(build_survey(instrument, "floor", ("en",)))

    filled = [page for page in told if page.count(BOX) > 1]
    assert len(filled) > 3
    assert all("StatementStronglydisagree1" in page for page in filled)
    assert sum(page.count(BOX) for page in filled) == 60 * 6


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_the_same_survey_gives_the_same_pdf(name, form, language):
    first = content_of(survey_of(name, form, language))

    assert first == content_of(survey_of(name, form, language))
    assert b"/CreationDate(D:20000101" in first


def test_pdf_is_a_target_with_one_file_a_language():
    assert (PDF.name, PDF.multilingual, PDF.random) == ("pdf", False, False)
    assert list(PDF.write(survey_of(language="nl"))) == ["pulse-floor-nl.pdf"]


def test_a_long_id_stands_above_its_wording_and_a_short_one_beside_it():
    def lines(*ids):
        instrument = builders.instrument(
            {"v": " ".join(ids)},
            scales={"v": builders.number_scale("own", 1, 5)},
            texts={one: ("wording", "wording") for one in ids},
        )
        dark = picture(build_survey(instrument, "floor", ("en",)), 2) < 128
        ink = dark[:, 15 * MILLIMETRE : 60 * MILLIMETRE].any(axis=1)
        return int(np.count_nonzero(ink[1:] & ~ink[:-1]))

    assert lines("abcdefghijklmno1", "abcdefghijklmno2") == lines("v1", "v2") + 2

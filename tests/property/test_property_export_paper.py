"""Whatever stands in an instrument, it is printed as it is or refused."""

from __future__ import annotations

import io
from dataclasses import replace

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import build_survey
from diagnose.instrument.export.paper import printable
from diagnose.instrument.export.pdf import write_pdf
from diagnose.instrument.export.survey import Statement
from diagnose.instrument.export.word import write_word

ANY_TEXT = st.text(max_size=200)
LATIN = st.text(
    st.characters(max_codepoint=0x17F, exclude_categories=["Cc", "Cs"]), max_size=300
)


def survey_with(text):
    survey = build_survey(load_instrument("pulse"), "floor", ("en",))
    words = {"en": text}
    matrix = survey.matrices[0]
    options = tuple(replace(one, label=words) for one in matrix.options)
    changed = replace(
        matrix, title=words, options=options, rows=(Statement(id="v4", text=words),)
    )
    return replace(
        survey, title={"en": f"x{text}"}, introduction=words, questions=(changed,)
    )


@given(text=ANY_TEXT)
@settings(max_examples=40, deadline=None)
def test_word_holds_any_text_as_it_is(text):
    survey = survey_with(text)

    (content,) = write_word(survey).values()

    document = Document(io.BytesIO(content))
    (table,) = document.tables
    assert table.rows[-1].cells[0].text == f"v4\t{printable(text)}"
    assert printable(f"x{text}") in [p.text for p in document.paragraphs]
    assert content == next(iter(write_word(survey).values()))


@given(text=ANY_TEXT)
@settings(max_examples=40, deadline=None)
def test_any_text_is_printed_or_its_signs_are_refused(text):
    try:
        (content,) = write_pdf(survey_with(text)).values()
    except InstrumentError as error:
        assert {problem.code for problem in error.problems} == {"F040"}
    else:
        assert content.startswith(b"%PDF-")


@given(text=LATIN)
@settings(max_examples=40, deadline=None)
def test_no_latin_text_is_refused(text):
    (content,) = write_pdf(survey_with(text)).values()

    assert content.startswith(b"%PDF-")

"""What respondents are told before they start, and that each way out tells it."""

from __future__ import annotations

import argparse
import io
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from builders import instrument
from diagnose.assessment import create_assessment
from diagnose.cli import fielding
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.targets import TARGETS
from diagnose.instrument.export.write import export_survey
from diagnose.instrument.model import Reporting

LANGUAGES = ("en", "nl")
TRACES = {"en": "internet address", "nl": "internetadres"}
PHRASE = {"en": "our public task", "nl": "onze publieke taak"}
ON_PAPER_OR_DEVICE = {"offline", "word", "pdf", "spss"}
READABLE = ("limesurvey", "qualtrics", "surveyjs", "redcap", "offline")


@pytest.fixture(scope="module")
def scan():
    return load_instrument("bottom-up")


def told(asked, language, *, form="floor", **options):
    survey = build_survey(asked, form, LANGUAGES, **options)
    return " ".join(paragraph.text for paragraph in survey.privacy[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_a_tool_that_records_more_has_to_speak_of_it(scan, language):
    assert TRACES[language] in told(scan, language, recorded=True)
    assert TRACES[language] not in told(scan, language, recorded=False)


@pytest.mark.parametrize("name", READABLE)
def test_each_tool_tells_of_traces_when_it_may_leave_them(scan, name):
    files = export_survey(scan, name, languages=("nl",))
    text = b"".join(files.values()).decode("utf-8-sig")

    assert (TRACES["nl"] in text) == TARGETS[name].records
    assert TARGETS[name].records == (name not in ON_PAPER_OR_DEVICE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_promises_what_a_platform_decides(scan, language):
    details = FieldingDetails(link=True)
    text = told(scan, language, details=details, recorded=True)

    # A platform keeps the code that was typed until the export is deleted.
    for promise in ("at once", "meteen", "not read", "niet gelezen"):
        assert promise not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_anonymous_is_denied_and_consent_is_no_basis(scan, language):
    for details in (FieldingDetails(), FieldingDetails(link=True, basis=PHRASE)):
        text = told(scan, language, details=details, recorded=True).lower()

        denied = {"en": "not anonymous", "nl": "niet anoniem"}[language]
        assert text.count("anonym") + text.count("anoniem") == text.count(denied)
        assert "consent" not in text and "toestemming" not in text
        assert {"en": "confidential", "nl": "vertrouwelijk"}[language] in text


def test_the_legal_basis_is_told_when_it_is_known(scan):
    known = FieldingDetails(basis=PHRASE)

    assert "The legal basis is our public task." in told(scan, "en", details=known)
    assert "De wettelijke grondslag is onze publieke taak." in told(
        scan, "nl", details=known
    )
    assert "legal basis" not in told(scan, "en")


def test_raised_thresholds_are_the_ones_that_are_told(scan):
    raised = Reporting(scores=7, distributions=12, comments=20)
    text = told(scan, "en", reporting=raised)

    assert "from 7 answers" in text
    assert "from 12." in text
    assert "at least 20 people" in text


@pytest.mark.parametrize("field", ["unit", "change", "basis"])
def test_a_phrase_without_words_in_a_language_is_refused(scan, field):
    details = FieldingDetails(**{field: {"nl": "dit waterschap"}})
    with pytest.raises(InstrumentError) as caught:
        build_survey(scan, "floor", LANGUAGES, details=details)

    (found,) = caught.value.problems
    assert (found.code, found.place) == ("F013", f"fielding.{field}")
    assert build_survey(scan, "floor", ("nl",), details=details)


@pytest.mark.parametrize("name", ["qualtrics", "redcap", "surveyjs", "xlsform"])
def test_where_nothing_can_be_ticked_nobody_is_said_to_have_agreed(scan, name):
    survey = build_survey(scan, "floor", ("en",))
    (content,) = TARGETS[name].write(survey).values()
    if name == "xlsform":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        text = str(book.get_sheet_by_name("survey").to_python())
    else:
        text = content.decode("utf-8")

    assert survey.proceed["en"] in text
    assert survey.agree["en"] not in text


def test_headings_do_not_tell_what_is_measured():
    texts = {item: (item, item) for item in ("trust1", "trust2", "v1", "v2")}
    asked = instrument({"trust": "trust1 trust2", "v": "v1 v2"}, texts=texts)
    survey = build_survey(asked, "floor", ("en",))

    assert [matrix.title["en"] for matrix in survey.matrices] == ["Part 1", "Part 2"]


def test_a_name_that_grew_too_long_for_limesurvey_is_refused():
    block = "a" * 16
    texts = {f"b{number}": ("x", "x") for number in range(12)}
    asked = instrument({block: " ".join(texts)}, texts=texts)
    survey = build_survey(asked, "floor", ("en",))
    (matrix,) = survey.matrices
    fits, grown = (
        replace(survey, questions=(replace(matrix, id=block + "x" * extra),))
        for extra in (4, 5)
    )

    assert TARGETS["limesurvey"].write(fits)
    with pytest.raises(InstrumentError, match=r"\[F022\].*at most 20 characters"):
        TARGETS["limesurvey"].write(grown)


@pytest.fixture
def exported(tmp_path, capsys):
    """Return a function that exports from a folder: the page, and what is said."""

    def run(extra):
        folder = create_assessment(tmp_path / "acme", instrument="bottom-up").parent
        setting = folder / "assessment.yaml"
        setting.write_text(
            setting.read_text(encoding="utf-8").replace("scores: 5", "scores: 9")
            + extra,
            encoding="utf-8",
        )
        fielding.export(
            argparse.Namespace(
                instrument=str(folder),
                to="offline",
                form=["floor"],
                languages="en",
                organisation=None,
                levels=None,
                output=str(tmp_path / "out"),
                language="en",
            )
        )
        page = (tmp_path / "out" / "bottom-up-floor.html").read_text(encoding="utf-8")
        return page, " ".join(capsys.readouterr().out.split())

    return run


def test_an_assessment_tells_its_own_thresholds_and_misses_the_key(exported):
    page, said = exported("\nfielding: {link: true}\n")

    assert "from 9 answers" in page
    assert "`link_key`" in said


def test_nothing_is_said_of_a_key_when_no_code_is_asked(exported):
    _, said = exported("")

    assert "link_key" not in said

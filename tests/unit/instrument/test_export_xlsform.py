"""XLSForm: pyxform accepts it, every text is in it, and ids come back as known."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.xlsform import XLSFORM, plain_label, write_xlsform
from diagnose.responses.read.layout import split_code

UNITS = (("Care", "North", "Team 1"), ("Care", "South", "Team 2"))
HOSTILE = '<b>5</b> < 6 & "x" &amp; ${v1} [a](b) | *bold* _it_ `c`\n# head 😀 שלום =1+1'
FIELDED = [
    (name, form, languages)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for languages in (("nl",), ("en",), ("nl", "en"))
]
XFORMS = "{http://www.w3.org/2002/xforms}"


def survey_of(name, form, languages, **details):
    return build_survey(
        load_instrument(name),
        form,
        languages,
        details=FieldingDetails(link=True, **details),
        units=UNITS,
    )


def sheets_of(survey):
    from openpyxl import load_workbook

    (content,) = write_xlsform(survey).values()
    book = load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book.worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def form_of(survey):
    from pyxform.xls2xform import convert

    (content,) = write_xlsform(survey).values()
    warnings = []
    form = convert(io.BytesIO(content), warnings=warnings, file_type=".xlsx").xform
    assert warnings == []
    return ET.fromstring(form)


def seen(text):
    """Undo what is replaced on purpose, and what pyxform does to spaces and quotes."""
    for ours, theirs in zip("∗ˍˋ∼“”‘’", "*_`~\"\"''", strict=True):
        text = text.replace(ours, theirs)
    return " ".join(text.replace("\u2060", "").split())


def texts_of(survey, language):
    yield survey.introduction.get(language, "")
    yield survey.privacy_title[language]
    yield survey.proceed[language]
    yield survey.thanks[language]
    for part in survey.privacy[language]:
        yield from (part.heading, part.text)
    for question in survey.questions:
        # Nothing but a block has a page with a heading of its own.
        yield from (
            [question.stem[language], question.title[language]]
            if hasattr(question, "rows")
            else [question.text[language], question.hint[language]]
        )
        for option in getattr(question, "options", ()):
            yield option.label[language]
        for row in getattr(question, "rows", ()):
            yield row.text[language]


@pytest.mark.parametrize(("name", "form", "languages"), FIELDED)
def test_the_xform_holds_every_text_in_every_language(name, form, languages):
    survey = survey_of(name, form, languages)
    tree = form_of(survey)

    by_language = {
        found.get("lang")[-3:-1]: seen(" ".join(found.itertext()))
        for found in tree.iter(f"{XFORMS}translation")
    }
    assert set(by_language) == set(languages)
    for language in languages:
        for text in texts_of(survey, language):
            assert seen(text) in by_language[language]


@pytest.mark.parametrize(("name", "form", "languages"), FIELDED)
def test_columns_of_an_xlsform_export_are_the_items_ids(name, form, languages):
    survey = survey_of(name, form, languages)
    tree = form_of(survey)

    paths = {
        bind.get("nodeset").removeprefix("/data/")
        for bind in tree.iter(f"{XFORMS}bind")
    }
    codes = {code: path for path in paths for code in split_code(path)}
    for matrix, row in survey.statements():
        assert codes[row.id] == f"{matrix.id}/{row.id}"
    assert {"unit", "role", "edition", "link", "first"} <= paths


def test_answers_keep_the_instruments_codes_and_nothing_else():
    rows = sheets_of(survey_of("pulse", "floor", ("nl", "en")))["choices"]

    answers = [row["name"] for row in rows if row["list_name"] == "answers1"]
    assert answers == ["1", "2", "3", "4", "5", "na"]
    assert set(rows[0]) == {
        *("list_name", "name"),
        *("label::Nederlands (nl)", "label::English (en)"),
    }


def test_the_first_language_is_the_default_one():
    settings = sheets_of(survey_of("pulse", "floor", ("nl", "en")))["settings"][0]

    assert settings["default_language"] == "Nederlands (nl)"
    assert settings["form_id"] == "pulse-floor"
    assert re.fullmatch(r"\d+\.\d+\.\d+-[0-9a-f]{12}-[0-9a-f]{8}", settings["version"])


def test_another_name_of_the_organisation_is_another_form_version():
    versions = {
        sheets_of(survey_of("pulse", "floor", ("en",), **details))["settings"][0][
            "version"
        ]
        for details in ({}, {"controller": "Acme"})
    }

    assert len(versions) == 2


def test_role_and_edition_are_calculated():
    survey = survey_of("bottom-up", "leader", ("en",))
    binds = {
        bind.get("nodeset"): bind.get("calculate")
        for bind in form_of(survey).iter(f"{XFORMS}bind")
    }

    assert binds["/data/role"] == "'leader'"
    assert binds["/data/edition"] == f"'{survey.edition}'"


def test_nothing_is_required_and_units_can_be_searched():
    rows = sheets_of(survey_of("pulse", "floor", ("en",)))["survey"]

    assert not any("required" in column for row in rows for column in row)
    unit = next(row for row in rows if row["name"] == "unit")
    assert unit["type"] == "select_one units"
    assert unit["appearance"] == "minimal autocomplete"


def test_without_units_and_link_neither_is_asked():
    survey = build_survey(load_instrument("pulse"), "floor", ("en",))
    names = {row["name"] for row in sheets_of(survey)["survey"]}

    assert not names & {"unit", "link"}


def test_the_same_survey_gives_the_same_workbook():
    survey = survey_of("pulse", "floor", ("nl", "en"))

    first, second = write_xlsform(survey), write_xlsform(survey)

    assert first == second
    (content,) = first.values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"2000-01-01" in archive.read("docProps/core.xml")


def test_texts_cannot_become_references_or_markup():
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": (HOSTILE, HOSTILE)})
    tree = form_of(build_survey(asked, "floor", ("en",)))

    label = " ".join(
        " ".join(found.itertext())
        for found in tree.iter(f"{XFORMS}text")
        if found.get("id") == "/data/v/v1:label"
    )
    assert seen(label) == seen(HOSTILE)
    assert not re.search(r"[*_`]|<b>|\$\{|\]\(|&amp;", label)
    assert not re.search(r"^#", label, re.MULTILINE)


@pytest.mark.parametrize("text", ["A & B, 5 < 6", "[see] this", "a - b", "$ 5, {x}"])
def test_harmless_signs_stay_as_they_are(text):
    assert plain_label(text) == text


def test_a_form_that_pyxform_refuses_is_a_problem():
    scale = builders.number_scale("odd", 1, 3)
    scale["points"][1]["code"] = "1"
    asked = builders.instrument(
        {"v": "v1 v2"}, texts={"v1": ("A", "A")}, scales={"v": scale}
    )

    with pytest.raises(InstrumentError) as caught:
        write_xlsform(build_survey(asked, "floor", ("en",)))

    (found,) = caught.value.problems
    assert (found.code, found.place) == ("F010", "small-floor")
    assert "row : 3" in found.message.replace("[row", "row")


def test_a_label_without_a_visible_sign_is_a_problem():
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": ("\x01", "A")})

    with pytest.raises(InstrumentError, match=r"\[F010\] small-floor: XLSForm.*'v1'"):
        write_xlsform(build_survey(asked, "floor", ("en",)))


@pytest.mark.parametrize("name", ["start", "end"])
def test_an_item_called_like_a_column_of_the_platform_is_a_problem(name):
    asked = builders.instrument({"s": f"{name} s2"}, texts={name: ("A", "A")})

    with pytest.raises(
        InstrumentError, match=rf"\[F020\] small-floor: {name}: XLSForm"
    ):
        write_xlsform(build_survey(asked, "floor", ("en",)))


def test_a_language_that_no_registry_knows_is_a_problem():
    content = builders.instrument({"v": "v1 v2"}, texts={"v1": ("A", "A")}).model_dump()

    def renamed(value):
        if isinstance(value, dict):
            return {("qq" if k == "nl" else k): renamed(v) for k, v in value.items()}
        return tuple(map(renamed, value)) if isinstance(value, tuple | list) else value

    asked = builders.Instrument.model_validate(renamed(content))
    with pytest.raises(InstrumentError, match=r"\[F010\].*qq"):
        write_xlsform(build_survey(asked, "floor", ("qq",)))


def test_a_text_longer_than_a_cell_is_refused():
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": ("x" * 32_768, "y")})

    with pytest.raises(InstrumentError, match=r"\[F031\].*at most 32767 characters"):
        write_xlsform(build_survey(asked, "floor", ("en",)))


def test_xlsform_cannot_shuffle_but_holds_all_languages():
    assert (XLSFORM.name, XLSFORM.multilingual, XLSFORM.random) == (
        *("xlsform", True),
        False,
    )

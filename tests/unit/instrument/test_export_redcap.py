"""REDCap: the documented columns, names it accepts, and labels that stay text."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from itertools import groupby

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.redcap import COLUMNS, REDCAP, write_redcap

UNITS = (("Care", "North", "Team 1"), ("Care", "South | East", "Team 2"))
HOSTILE = '<b>5</b> < 6 & "x" {v1} [v1] | a, b\n😀 שלום'
LABEL, CHOICES = "Field Label", "Choices, Calculations, OR Slider Labels"
NAME, KIND = "Variable / Field Name", "Field Type"
FIELDED = [
    (name, form, language)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for language in ("nl", "en")
]


def survey_of(name, form, language, **details):
    return build_survey(
        load_instrument(name),
        form,
        (language,),
        details=FieldingDetails(link=True, **details),
        units=UNITS,
    )


def rows_of(survey):
    (content,) = write_redcap(survey).values()
    assert content.startswith(b"\xef\xbb\xbf")
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    head, *rows = csv.reader(text)
    assert tuple(head) == COLUMNS
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_names_are_those_redcap_accepts_and_the_record_comes_first(
    name, form, language
):
    rows = rows_of(survey_of(name, form, language))

    names = [row[NAME] for row in rows]
    assert names[0] == "record_id"
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", one) for one in names)
    assert {row["Form Name"] for row in rows} == {form}


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_every_statement_is_a_radio_in_the_matrix_of_its_block(name, form, language):
    survey = survey_of(name, form, language)
    rows = {row[NAME]: row for row in rows_of(survey)}

    for matrix, statement in survey.statements():
        row = rows[statement.id]
        assert row[KIND] == "radio"
        assert row["Matrix Group Name"] == matrix.id
        assert unescape(row[LABEL]) == " ".join(statement.text[language].split())
        codes = [one.split(", ", 1) for one in row[CHOICES].split(" | ")]
        assert codes == [
            [option.code, option.label[language]] for option in matrix.options
        ]


def test_statements_of_a_matrix_stand_together_under_one_heading():
    rows = [
        r for r in rows_of(survey_of("bottom-up", "floor", "en")) if r[KIND] == "radio"
    ]

    groups = [row["Matrix Group Name"] for row in rows]
    assert len(set(groups)) == len(list(groupby(groups)))
    headed = [row["Matrix Group Name"] for row in rows if row["Section Header"]]
    assert headed == list(dict.fromkeys(groups))


def test_hidden_fields_are_filled_by_the_platform():
    survey = survey_of("pulse", "leader", "en")
    rows = {row[NAME]: row for row in rows_of(survey)}

    assert (
        rows["role"]["Field Annotation"] == "@DEFAULT='leader' @HIDDEN-SURVEY @READONLY"
    )
    assert f"@DEFAULT='{survey.edition}'" in rows["edition"]["Field Annotation"]


def test_units_can_be_searched_and_the_link_is_an_identifier():
    rows = {row[NAME]: row for row in rows_of(survey_of("pulse", "floor", "nl"))}

    assert rows["unit"][KIND] == "dropdown"
    assert rows["unit"]["Text Validation Type OR Show Slider Number"] == "autocomplete"
    assert [one.split(", ", 1)[1] for one in rows["unit"][CHOICES].split(" | ")] == [
        "Care / North / Team 1",
        "Care / South ¦ East / Team 2",
    ]
    assert [name for name, row in rows.items() if row["Identifier?"] == "y"] == ["link"]
    assert rows["first"][KIND] == "notes"
    assert not any(row["Required Field?"] for row in rows.values())


def test_introduction_and_privacy_are_told_before_the_questions():
    survey = survey_of("pulse", "floor", "en")
    rows = rows_of(survey)

    told = {r[NAME]: r[LABEL] for r in rows if r[KIND] == "descriptive"}
    assert list(told) == ["text_introduction", "text_privacy", "text_thanks"]
    for part in survey.privacy["en"]:
        assert part.text in unescape(told["text_privacy"])
    names = [row[NAME] for row in rows]
    assert names.index("text_privacy") < names.index("unit")


def test_labels_cannot_become_markup_or_references():
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": (HOSTILE, HOSTILE)})

    rows = {r[NAME]: r for r in rows_of(build_survey(asked, "floor", ("en",)))}

    label = rows["v1"][LABEL]
    assert unescape(label) == " ".join(HOSTILE.split())
    assert not re.search(r"<|\[|\{", label)


def test_an_answer_code_that_redcap_refuses_is_a_problem():
    scale = builders.number_scale("odd", 1, 2)
    scale["points"][1]["code"] = "2, b"
    asked = builders.instrument(
        {"v": "v1 v2"}, texts={"v1": ("A", "A")}, scales={"v": scale}
    )

    with pytest.raises(
        InstrumentError, match=r"small-floor: v: REDCap .*2, b"
    ) as caught:
        write_redcap(build_survey(asked, "floor", ("en",)))

    assert [found.code for found in caught.value.problems] == ["F032"]


def test_the_same_survey_gives_the_same_dictionary():
    survey = survey_of("pulse", "floor", "nl")

    assert list(write_redcap(survey)) == ["pulse-floor-nl-redcap.csv"]
    assert write_redcap(survey) == write_redcap(survey)
    assert not REDCAP.multilingual
    assert not REDCAP.random

"""SurveyJS: a strict schema of the documented properties, and all texts localised."""

from __future__ import annotations

import json

import jsonschema
import pytest

import builders
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.surveyjs import SURVEYJS, write_surveyjs

UNITS = (("Care", "North", "Team 1"), ("Care", "South", "Team 2"))
HOSTILE = '<b>5</b> < 6 & "x" {v1} | a, b\n😀 שלום'
FIELDED = [
    (name, form, languages)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for languages in (("nl",), ("en",), ("nl", "en"))
]
NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
WORDS = {
    "type": "object",
    "required": ["default"],
    "patternProperties": {"^(default|[a-z]{2})$": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}


def closed(required, optional=None):
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        "additionalProperties": False,
    }


VALUES = {
    "type": "array",
    "minItems": 1,
    "uniqueItems": True,
    "items": closed({"value": {"type": "string"}, "text": WORDS}),
}
ASKED = {"name": NAME, "title": WORDS}
ELEMENT = {
    "oneOf": [
        closed({"type": {"const": "html"}, "name": NAME, "html": WORDS}),
        closed(
            {"type": {"const": "matrix"}, **ASKED, "columns": VALUES, "rows": VALUES},
            {"rowsOrder": {"const": "random"}},
        ),
        closed(
            {"type": {"const": "dropdown"}, **ASKED, "choices": VALUES},
            {"description": WORDS},
        ),
        closed(
            {"type": {"enum": ["comment", "text"]}, **ASKED}, {"description": WORDS}
        ),
    ]
}
SCHEMA = closed(
    {
        "locale": {"type": "string", "pattern": "^[a-z]{2}$"},
        "title": WORDS,
        "description": WORDS,
        "showQuestionNumbers": {"const": "off"},
        "completedHtml": WORDS,
        "calculatedValues": {
            "type": "array",
            "items": closed(
                {
                    "name": NAME,
                    "expression": {"type": "string", "pattern": "^'[^'\\\\]*'$"},
                    "includeIntoResult": {"const": True},
                }
            ),
        },
        "pages": {
            "type": "array",
            "items": closed(
                {"name": NAME, "elements": {"type": "array", "items": ELEMENT}},
                {"title": WORDS},
            ),
        },
    }
)


def definition_of(survey):
    (content,) = write_surveyjs(survey).values()
    return json.loads(content.decode("utf-8"))


def survey_of(name, form, languages, **details):
    return build_survey(
        load_instrument(name),
        form,
        languages,
        details=FieldingDetails(link=True, **details),
        units=UNITS,
    )


def elements_of(definition):
    return {
        element["name"]: element
        for page in definition["pages"]
        for element in page["elements"]
    }


@pytest.mark.parametrize(("name", "form", "languages"), FIELDED)
@pytest.mark.parametrize("order", ["written", "random"])
def test_the_definition_follows_the_documented_properties(name, form, languages, order):
    definition = definition_of(survey_of(name, form, languages, order=order))

    jsonschema.validate(definition, SCHEMA)


@pytest.mark.parametrize(("name", "form", "languages"), FIELDED)
def test_every_statement_stands_in_its_matrix_in_all_languages(name, form, languages):
    survey = survey_of(name, form, languages)
    elements = elements_of(definition_of(survey))

    for matrix in survey.matrices:
        rows = {row["value"]: row["text"] for row in elements[matrix.id]["rows"]}
        assert list(rows) == [row.id for row in matrix.rows]
        for row in matrix.rows:
            assert set(rows[row.id].values()) == set(row.text.values())
        codes = [column["value"] for column in elements[matrix.id]["columns"]]
        assert codes == ["1", "2", "3", "4", "5", "na"]
    assert {"unit", "link", "first"} <= set(elements)


def test_names_are_unique_in_the_whole_definition():
    definition = definition_of(survey_of("bottom-up", "floor", ("nl", "en")))

    names = [e["name"] for p in definition["pages"] for e in p["elements"]]
    names += [one["name"] for one in definition["calculatedValues"]]
    names += [page["name"] for page in definition["pages"]]
    assert len(names) == len(set(names))


def test_english_is_the_platforms_default_even_when_dutch_comes_first():
    definition = definition_of(survey_of("pulse", "floor", ("nl", "en")))

    assert definition["locale"] == "nl"
    title = load_instrument("pulse").title
    assert definition["title"] == {"nl": title["nl"], "default": title["en"]}


def test_a_survey_without_english_has_its_own_language_as_default():
    definition = definition_of(survey_of("pulse", "floor", ("nl",)))

    assert definition["locale"] == "nl"
    assert definition["title"] == {"default": load_instrument("pulse").title["nl"]}


def test_hidden_columns_come_with_the_results():
    survey = survey_of("pulse", "leader", ("en",))

    hidden = definition_of(survey)["calculatedValues"]

    assert [(one["name"], one["expression"]) for one in hidden] == [
        ("role", "'leader'"),
        ("edition", f"'{survey.edition}'"),
    ]


@pytest.mark.parametrize(("order", "random"), [("written", False), ("random", True)])
def test_rows_are_shuffled_by_the_platform_only_when_asked(order, random):
    elements = elements_of(
        definition_of(survey_of("pulse", "floor", ("en",), order=order))
    )

    matrices = [one for one in elements.values() if one["type"] == "matrix"]
    assert matrices
    assert all(("rowsOrder" in one) is random for one in matrices)


def test_hostile_texts_stay_text_in_json_and_in_html():
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": (HOSTILE, HOSTILE)})
    asked = asked.model_copy(
        update={
            "forms": {
                key: form.model_copy(update={"introduction": builders.both(HOSTILE)})
                for key, form in asked.forms.items()
            }
        }
    )

    elements = elements_of(definition_of(build_survey(asked, "floor", ("en",))))

    text = elements["v"]["rows"][0]["text"]["default"]
    assert text.replace("\u2060", "") == HOSTILE
    assert "{v1}" not in text
    html = elements["text_introduction"]["html"]["default"]
    assert "<b>" not in html
    assert "&lt;b&gt;5&lt;/b&gt; &lt; 6 &amp; &quot;x&quot;" in html
    assert "{v1}" not in html


def test_the_same_survey_gives_the_same_definition():
    survey = survey_of("pulse", "floor", ("nl", "en"))

    assert write_surveyjs(survey) == write_surveyjs(survey)
    assert SURVEYJS.random
    assert SURVEYJS.multilingual

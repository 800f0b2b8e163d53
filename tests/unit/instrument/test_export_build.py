"""From an instrument and decisions to a survey, before any tool gives it a form."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from builders import instrument, number_scale
from diagnose.errors import InstrumentError
from diagnose.instrument import list_instruments, load_instrument
from diagnose.instrument.export import (
    FieldingDetails,
    build_survey,
    edition_of,
    numbers_of,
)
from diagnose.instrument.export.build import OWN_COLUMNS, block_of
from diagnose.instrument.export.survey import Choice, Matrix, Written
from diagnose.instrument.model import ResponseScale
from diagnose.instrument.units import unit_code

SHOWN = ["bottom-up", "pulse"]
UNITS = [("Care", "Team 1"), ("Care", "Team 2")]
TEXTS = {item: (f"{item} in English", f"{item} in het Nederlands") for item in
         ("v1", "v2", "v3", "v4", "c1", "c2", "c3")}  # fmt: skip

WITH_TEXTS = [
    name
    for name in list_instruments()
    if any(item.text for item in load_instrument(name).closed_items)
]
"""A scoring definition has nothing to ask."""


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


def refused(*arguments, **options):
    with pytest.raises(InstrumentError) as caught:
        build_survey(*arguments, **options)
    return [problem.code for problem in caught.value.problems]


def scale(*points):
    values = [value for _, value in points if value is not None]
    return ResponseScale.model_validate(
        {
            "id": "s",
            "lowest": min(values),
            "highest": max(values),
            "points": tuple(
                {"code": code, "value": value, "label": {"en": f"label {code}"}}
                for code, value in points
            ),
        }
    )


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("order", ["written", "shuffled", "random"])
def test_every_item_of_a_form_is_asked_once(name, order):
    asked = load_instrument(name)
    for form in asked.forms:
        details = FieldingDetails(order=order)
        survey = build_survey(asked, form, ("en", "nl"), details=details)

        ids = [row.id for _, row in survey.statements()]
        expected = [i.id for i in asked.closed_items if form in (i.text or {})]
        assert sorted(ids) == sorted(expected)
        assert (ids == expected) == (order != "shuffled")
        assert survey.random == (order == "random")


def test_rows_stand_under_the_answers_of_their_own_item(bottom_up):
    survey = build_survey(bottom_up, "floor", ("nl",))

    for matrix, row in survey.statements():
        points = bottom_up.response_scale_of(row.id).points
        assert [o.code for o in matrix.options] == [p.code for p in points]
        assert [o.label["nl"] for o in matrix.options] == [
            p.label["nl"] for p in points
        ]
        assert [o.apart for o in matrix.options] == [p.value is None for p in points]


def test_shuffling_stays_within_a_block_and_repeats_with_its_seed(bottom_up):
    def rows(seed):
        details = FieldingDetails(order="shuffled", seed=seed)
        survey = build_survey(bottom_up, "floor", ("en",), details=details)
        return {m.id: [row.id for row in m.rows] for m in survey.matrices}

    written = build_survey(bottom_up, "floor", ("en",)).matrices
    blocks = {m.id: [row.id for row in m.rows] for m in written}
    assert rows(1) == rows(1)
    assert rows(1) != rows(2)
    assert {k: sorted(v) for k, v in rows(1).items()} == {
        k: sorted(v) for k, v in blocks.items()
    }


@pytest.mark.parametrize("name", WITH_TEXTS)
def test_no_two_questions_share_an_id_or_take_that_of_an_item(name):
    asked = load_instrument(name)
    for form in asked.forms:
        survey = build_survey(
            asked, form, ("en",), details=FieldingDetails(link=True), units=UNITS
        )
        ids = [question.id for question in survey.questions]
        rows = [row.id for _, row in survey.statements()]
        assert len(ids) == len(set(ids))
        assert not set(ids) & set(rows)


def test_items_on_their_own_share_a_block_by_scale():
    asked = instrument(
        {"a": "a1", "b": "b1", "v": "v1 v2", "d": "d1"},
        scales={"b": number_scale("ten", 0, 10)},
        texts={item: (item, item) for item in ("a1", "b1", "v1", "v2", "d1")},
    )
    survey = build_survey(asked, "floor", ("en",))

    found = [(m.id, [row.id for row in m.rows]) for m in survey.matrices]
    assert found == [
        ("single", ["a1"]),
        ("singlex", ["b1"]),
        ("v", ["v1", "v2"]),
        ("singlexx", ["d1"]),
    ]
    assert block_of(asked, "b1") == "single"


def test_neutral_words_stand_in_for_what_nobody_decided(bottom_up):
    survey = build_survey(bottom_up, "floor", ("en", "nl"))
    text = str(survey)

    assert "{unit}" not in text
    assert "{change}" not in text
    assert "the change that this survey is about" in text
    assert "de verandering waar deze vragenlijst over gaat" in text


def test_the_words_of_the_consultant_are_used_in_each_language(bottom_up):
    details = FieldingDetails(
        unit={"en": "this hospital", "nl": "dit ziekenhuis"},
        change="Plan B",
        retention="2027-01-31",
    )
    survey = build_survey(bottom_up, "floor", ("en", "nl"), details=details)
    english = " ".join(p.text for p in survey.privacy["en"])
    dutch = " ".join(p.text for p in survey.privacy["nl"])

    assert "this hospital" in survey.introduction["en"]
    assert "dit ziekenhuis" in survey.introduction["nl"]
    assert "Plan B" in english and "Plan B" in dutch
    assert "31 January 2027" in english and "31 januari 2027" in dutch


def test_privacy_tells_the_thresholds_and_what_is_asked(bottom_up):
    def told(**details):
        survey = build_survey(
            bottom_up, "floor", ("en",), details=FieldingDetails(**details)
        )
        return " ".join(paragraph.text for paragraph in survey.privacy["en"])

    reporting = bottom_up.reporting
    assert f"from {reporting.scores} answers" in told()
    assert f"at least {reporting.comments} people" in told()
    assert "pseudonymous" not in told()
    assert "pseudonymous" in told(link=True)
    assert told(link=True).startswith("The organisation that asks you")


def test_units_come_first_and_a_link_code_last(bottom_up):
    details = FieldingDetails(link=True)
    survey = build_survey(bottom_up, "floor", ("en",), details=details, units=UNITS)
    first, *middle, last = survey.questions

    assert isinstance(first, Choice)
    assert [option.code for option in first.options] == [unit_code(p) for p in UNITS]
    assert [option.number for option in first.options] == [1, 2]
    assert first.options[1].label["en"] == "Care / Team 2"
    assert isinstance(last, Written)
    assert (last.id, last.long) == ("link", False)
    assert {type(one) for one in middle} == {Matrix, Written}


def test_units_that_are_alike_are_refused(bottom_up):
    codes = refused(bottom_up, "floor", ("en",), units=[("A",), ("a",), ("x / y",)])

    assert codes == ["F006", "F008"]


def test_forms_and_languages_that_are_not_there_are_refused_together(bottom_up):
    assert refused(bottom_up, "boss", ("en", "fr", "de")) == ["F002", "F003", "F003"]


def test_an_instrument_without_texts_is_refused():
    assert refused(load_instrument("oric"), "floor", ("en",))[0] in {"F002", "F004"}
    assert refused(instrument(), "floor", ("en",)) == ["F004"]


@pytest.mark.parametrize("own", [*OWN_COLUMNS, "single"])
def test_an_id_that_one_of_our_columns_has_is_refused(own):
    asked = instrument({own: "v1 v2", "c": "c1"}, texts={"v1": ("a", "b")})

    assert refused(asked, "floor", ("en",)) == ["F009"]


def test_the_edition_changes_with_the_content():
    first, second = instrument({"v": "v1 v2"}), instrument({"v": "v1 v2-"})

    assert edition_of(first) != edition_of(second)
    assert edition_of(first) == f"small 1.0.0 {first.content_hash[:12]}"


def test_the_survey_carries_its_edition_and_role(bottom_up):
    survey = build_survey(bottom_up, "leader", ("en",))

    assert survey.hidden == {"role": "leader", "edition": edition_of(bottom_up)}


@pytest.mark.parametrize(
    ("points", "numbers"),
    [
        ([("1", 1.0), ("2", 2.0), ("na", None)], [1, 2, 9]),
        ([*((str(i), float(i)) for i in range(11)), ("na", None)], [*range(11), 99]),
        ([("na", None), ("a", 1.0), ("b", 2.0)], [9, 1, 2]),
        ([("na", None), ("low", 8.0), ("high", 9.0)], [99, 8, 9]),
        ([("1", 1.0), ("9", 2.0), ("na", None), ("dk", None)], [1, 9, 99, 999]),
        ([("a", -1.0), ("b", 0.5), ("c", 1.0)], [-1, 0, 1]),
        ([("a", 1.0), ("b", 1.5), ("c", 2.0)], [1, 2, 3]),
        ([("7", 1.0), ("x", 7.0)], [7, 1]),
    ],
)
def test_numbers_stand_for_codes_and_no_two_are_equal(points, numbers):
    found = numbers_of(scale(*points))

    assert list(found.values()) == numbers
    assert list(found) == [code for code, _ in points]


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "two\nlines"},
        {"unit": "a\u2028b"},
        {"change": "<b>bold</b>"},
        {"change": "{unit}"},
        {"contact": "  "},
        {"contact": {"dutch": "x"}},
        {"retention": "31-01-2027"},
        {"retention": "2027-02-30"},
        {"order": "alphabetical"},
        {"seed": -1},
        {"colour": "blue"},
    ],
)
def test_details_that_a_tool_could_misread_are_refused(wrong):
    with pytest.raises(ValidationError):
        FieldingDetails(**wrong)

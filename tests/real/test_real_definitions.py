"""Real definitions of LimeSurvey and Qualtrics against the exports they belong to."""

from __future__ import annotations

import csv

import pytest

from builders import both, instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.definition import read_definition
from diagnose.responses.files.table import read_table


@pytest.fixture(scope="session")
def rse(reference_data):
    return read_definition(reference_data / "limesurvey_rse_uk" / "uk_core_survey.lss")


def test_a_real_lss_defines_every_agree_block(rse):
    blocks = {"affrec": 5, "affsat": 4, "percemp": 3}
    for block, n in blocks.items():
        for number in range(1, n + 1):
            answers = rse.answers_of((f"{block}{number}",))
            assert list(answers) and set(answers) == {"A1", "A2", "A3", "A4", "A5"}
            assert answers["A1"] == ("Strongly disagree",)
            assert answers["A5"] == ("Strongly Agree",)


def test_a_real_lss_knows_the_headings_of_its_own_export(rse, reference_data):
    table = read_table(reference_data / "limesurvey_rse_uk" / "public_data_2017_uk.csv")
    headings = [heading.partition(".")[0].casefold() for heading in table.head[0]]
    known = {h for h in headings if h in rse.answers or h in rse.unproven}

    # The sixth row was added to the survey after this structure was saved.
    assert {f"time1can[time{i}can]" for i in range(1, 6)} <= known
    assert "time1can[time6can]" not in known
    assert len(known) > 40


def test_a_real_lss_proves_no_row_of_a_multiple_choice(rse):
    assert rse.unproven["currentemp13[sq001]"] == "open"
    assert rse.answers_of(("currentemp13[sq001]", "sq001")) == {}


@pytest.fixture(scope="session")
def matrix(reference_data):
    return read_definition(
        reference_data / "qualtrics_legacy_matrix" / "definition.qsf"
    )


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("q2_1", "1 2 3 4"),
        ("qid2-1", "1 2 3 4"),
        ("q4_3", "10 11 12 13"),
        ("q3_question_one", "1 2 3 4"),
        ("q5_question_two", "10 11 12 13"),
        ("qid6_2", "10 11 12 13"),
        ("matrix_question_five_question_three", "10 11 12 13"),
    ],
)
def test_a_real_qsf_gives_the_codes_of_the_export(matrix, column, codes):
    assert list(matrix.answers[column]) == codes.split()
    assert matrix.answers[column][codes.split()[-1]] == (
        "Click to write Scale point 4",
    )


def test_every_answer_in_a_real_export_is_one_that_its_qsf_defines(
    matrix, reference_data
):
    path = reference_data / "qualtrics_legacy_matrix" / "three_header_rows.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    checked = 0
    for place, name in enumerate(rows[0]):
        answers = matrix.answers_of((name.casefold(),))
        given = {row[place] for row in rows[3:]} - {""}
        if answers:
            assert given <= set(answers)
            checked += 1
    assert checked == 15


def test_a_name_that_stands_for_three_questions_is_told_and_proves_nothing(matrix):
    assert matrix.ambiguous == ("question_one", "question_three", "question_two")
    assert matrix.answers_of(("question_one",)) == {}


def test_a_real_qsf_turns_recoded_answers_into_those_of_the_instrument(
    matrix, reference_data, tmp_path
):
    labels = [f"Click to write Scale point {i}" for i in (4, 3, 2, 1)]
    points = tuple(
        {"code": str(i), "value": float(i), "label": both(label)}
        for i, label in enumerate(labels, start=1)
    )
    turned = {"id": "four", "lowest": 1.0, "highest": 4.0, "points": points}
    asked = instrument({"m": "m1 m2 m3"}, scales={"m": turned})
    source = reference_data / "qualtrics_legacy_matrix" / "three_header_rows.csv"
    mapping = {"items": {f"m{i}": f"Q4_{i}" for i in (1, 2, 3)}}

    responses = read_responses(
        source, asked, mapping=mapping, definition=matrix, trials="keep"
    )

    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    places = [rows[0].index(f"Q4_{i}") for i in (1, 2, 3)]
    expected = [[14 - int(row[place]) for place in places] for row in rows[3:]]
    assert responses.answers.to_numpy().tolist() == expected
    assert "R046" not in [found.code for found in responses.report.problems]


def test_an_export_is_no_definition(reference_data):
    with pytest.raises(ResponseError) as caught:
        read_definition(
            reference_data / "qualtrics_legacy_matrix" / "three_header_rows.csv"
        )
    assert [found.code for found in caught.value.problems] == ["R144"]

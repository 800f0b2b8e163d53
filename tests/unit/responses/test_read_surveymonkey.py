"""SurveyMonkey exports: two heading rows, blocks, choices, and edited files."""

from __future__ import annotations

import pandas as pd
import pytest

from builders import instrument
from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS
from exports import SECRETS, delimited, drawn_answers, surveymonkey_rows, workbook


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 40)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


def write(path, rows, *, end="\r\n", encoding="utf-8"):
    path.write_bytes(delimited(rows, end=end).encode(encoding))
    return path


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_surveymonkey_words_are_read_from_a_matrix_and_from_questions(
    tmp_path, bottom_up, codes, language, single, end
):
    rows = surveymonkey_rows(codes, bottom_up, language=language, single=single)
    path = write(tmp_path / "export.csv", rows, end=end)

    read = read_responses(path, bottom_up)

    assert read.report.platform == "surveymonkey"
    assert not read.report.blocks_scoring
    assert read.report.n_rows == 40
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert (read.not_applicable.to_numpy() == (codes == "na").to_numpy()).all()
    assert "IP Address" in read.report.dropped
    assert not any(secret in repr(read.report) for secret in SECRETS.values())


def test_surveymonkey_workbook_is_read_like_its_csv_file(tmp_path, bottom_up, codes):
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook(surveymonkey_rows(codes, bottom_up)))

    read = read_responses(path, bottom_up)

    assert read.report.platform == "surveymonkey"
    pd.testing.assert_frame_equal(read.answers, expected(codes))


def test_surveymonkey_numbers_need_a_person(tmp_path, bottom_up, codes):
    rows = surveymonkey_rows(codes, bottom_up, answers="numbers")
    path = write(tmp_path / "export.csv", rows)

    guessed = read_responses(path, bottom_up)
    told = read_responses(path, bottom_up, mapping={"answers": "codes"})

    assert "R046" in {p.code for p in guessed.report.problems}
    assert not told.report.blocks_scoring
    pd.testing.assert_frame_equal(told.answers, expected(codes))


def test_a_question_about_the_team_is_a_unit_in_surveymonkey(
    tmp_path, bottom_up, codes
):
    extra = {"Team": ["NA", "Zorg"] * 20, "Role": ["Werkvloer", "Leaders"] * 20}
    rows = surveymonkey_rows(codes, bottom_up, extra=extra)

    read = read_responses(write(tmp_path / "export.csv", rows), bottom_up)

    assert read.people["team"].tolist()[:2] == ["NA", "Zorg"]
    assert read.people["role"].tolist()[:2] == ["floor", "leader"]


def test_a_question_ends_where_its_block_ends(tmp_path):
    asked = instrument({"v": "v1 v2"}, texts={"v1": ("We dare to speak up", "x")})
    path = tmp_path / "export.csv"
    path.write_text(
        "Respondent ID,Custom Data 1,Rate this,,,Comments\n"
        ",,We dare to speak up,We help,,Open-Ended Response\n"
        "1,,Agree,Disagree,,no\n"
    )

    layout = PLATFORMS["surveymonkey"].layout(read_table(path))

    headings = [column.heading for column in layout.columns]
    assert headings == [
        "Respondent ID",
        "Custom Data 1",
        "Rate this [We dare to speak up]",
        "Rate this [We help]",
        "#5",
        "Comments",
    ]
    assert read_responses(path, asked).answers["v1"].tolist() == [4.0]


@pytest.mark.parametrize("cell", ["We dare to speak up", ""])
def test_a_choice_in_a_block_of_choices_is_no_item(tmp_path, cell):
    """Each cell repeats the choice, so that it holds no answer to a statement."""
    asked = instrument({"v": "v1 v2"}, texts={"v1": ("We dare to speak up", "x")})
    path = tmp_path / "export.csv"
    path.write_text(
        "Respondent ID,Which are true?,,v2\n"
        ",We dare to speak up,We help,Response\n"
        "1,We dare to speak up,We help,Agree\n"
        f"2,{cell},,Agree\n"
    )

    read = read_responses(path, asked)

    assert list(read.answers.columns) == ["v2"]
    assert read.report.not_asked == ("v1",)


def test_an_expanded_export_holds_no_answer_in_any_column(tmp_path):
    """The question stands above its first choice, which must not become the item."""
    asked = instrument({"v": "v1"}, texts={"v1": ("We dare to speak up", "x")})
    path = tmp_path / "export.csv"
    path.write_text(
        "Respondent ID,Collector ID,We dare to speak up,,,,\n"
        ",,Strongly disagree,Disagree,Neither agree nor disagree,Agree,Strongly agree\n"
        "1,7,Strongly disagree,,,,\n"
        "2,7,,,,,Strongly agree\n"
    )

    with pytest.raises(ResponseError) as caught:
        read_responses(path, asked)

    assert {p.code for p in caught.value.problems} == {"R039"}


def test_surveymonkey_without_its_second_row_loses_no_respondent(tmp_path, bottom_up):
    path = tmp_path / "export.csv"
    path.write_text(
        "Respondent ID,Collector ID,v1,v2\n1,9,Agree,Disagree\n2,9,Disagree,Agree\n"
    )

    read = read_responses(path, bottom_up)

    assert read.report.platform == "surveymonkey"
    assert read.answers[["v1", "v2"]].to_numpy().tolist() == [[4.0, 2.0], [2.0, 4.0]]


def test_a_survey_that_asks_for_a_first_name_is_not_surveymonkey(tmp_path, bottom_up):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,First Name\nAgree,Disagree,\nDisagree,Agree,Synthetic\n")

    assert read_responses(path, bottom_up).report.platform == "plain"


def test_surveymonkey_moments_become_seconds(tmp_path, bottom_up, codes):
    rows = surveymonkey_rows(codes, bottom_up)
    table = read_table(write(tmp_path / "export.csv", rows))
    platform = PLATFORMS["surveymonkey"]
    layout = platform.layout(table)
    system = table.take(list(layout.system.values()), n_header_rows=2).astype("str")
    names = {position: purpose for purpose, position in layout.system.items()}

    arranged = platform.arrange(system.rename(columns=names))

    assert set(arranged["seconds"]) == {"40"}


def test_surveymonkey_text_in_windows_letters_is_told(tmp_path, bottom_up, codes):
    extra = {"Team": ["Één", "Zorg"] * 20}
    rows = surveymonkey_rows(codes, bottom_up, language="nl", extra=extra)
    path = write(tmp_path / "export.csv", rows, encoding="cp1252", end="\r")

    read = read_responses(path, bottom_up)

    assert set(read.people["team"]) == {"Één", "Zorg"}
    assert "R060" in {note.code for note in read.report.notes}
    pd.testing.assert_frame_equal(read.answers, expected(codes))


def test_a_label_that_surveymonkey_alone_knows_blocks_scoring(
    tmp_path, bottom_up, codes
):
    rows = surveymonkey_rows(codes, bottom_up)
    rows[2:] = [["Somewhat agree" if c == "Agree" else c for c in r] for r in rows[2:]]

    read = read_responses(write(tmp_path / "export.csv", rows), bottom_up)

    assert "R042" in {p.code for p in read.report.problems}


@pytest.mark.parametrize("single", [True, False])
def test_surveymonkey_without_its_metadata_keeps_both_heading_rows(
    tmp_path, bottom_up, codes, single
):
    rows = [r[8:] for r in surveymonkey_rows(codes, bottom_up, single=single)]
    path = write(tmp_path / "export.csv", rows)

    read = read_responses(path, bottom_up, platform="surveymonkey")

    assert read.report.n_rows == 40
    pd.testing.assert_frame_equal(read.answers, expected(codes))


def test_questions_whose_answers_are_called_response_are_surveymonkey(
    tmp_path, bottom_up, codes
):
    rows = [row[8:] for row in surveymonkey_rows(codes, bottom_up, single=True)]

    read = read_responses(write(tmp_path / "export.csv", rows), bottom_up)

    assert read.report.platform == "surveymonkey"
    pd.testing.assert_frame_equal(read.answers, expected(codes))

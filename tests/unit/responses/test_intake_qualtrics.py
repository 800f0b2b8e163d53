"""Qualtrics exports: header rows, statuses, choice text and numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.scoring import score
from exports import drawn_answers, qualtrics


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 60)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


@pytest.mark.parametrize("names", ["code", "own"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_choice_text_is_read_by_code_or_by_question_text(
    tmp_path, bottom_up, codes, language, names
):
    path = tmp_path / "export.csv"
    path.write_bytes(qualtrics(codes, bottom_up, language=language, names=names))

    read = read_responses(path, bottom_up)

    assert read.report.platform == "qualtrics"
    assert read.report.n_rows == 60
    assert not read.report.blocks_scoring
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert set(read.people["language"]) == {language}
    assert set(read.people["seconds"]) == {321.0}
    assert {"IPAddress", "RecipientEmail", "ResponseId"} <= set(read.report.dropped)


def test_numbers_need_a_person_who_confirms_them(tmp_path, bottom_up, codes):
    path = tmp_path / "export.csv"
    path.write_bytes(qualtrics(codes, bottom_up, answers="numbers"))

    guessed = read_responses(path, bottom_up)
    told = read_responses(
        path, bottom_up, mapping={"answers": "codes", "labels": {"agree5": {"9": "na"}}}
    )

    assert {p.code for p in guessed.report.problems} == {"R043", "R046"}
    with pytest.raises(ResponseError, match="answers: codes"):
        score(guessed)
    assert not told.report.blocks_scoring
    pd.testing.assert_frame_equal(told.answers, expected(codes))
    assert int(told.not_applicable.to_numpy().sum()) == int((codes == "na").sum().sum())


def test_choice_ids_in_another_order_follow_the_mapping(tmp_path, bottom_up, codes):
    """Ids such as 9, 2, 4, 5, 6 stand for points one to five."""
    ids = {"1": "9", "2": "2", "3": "4", "4": "5", "5": "6", "na": "7"}
    path = tmp_path / "export.csv"
    path.write_bytes(qualtrics(codes.replace(ids), bottom_up, answers="numbers"))

    read = read_responses(
        path,
        bottom_up,
        mapping={"labels": {"agree5": {text: code for code, text in ids.items()}}},
    )

    assert not read.report.blocks_scoring
    pd.testing.assert_frame_equal(read.answers, expected(codes))


def test_previews_tests_spam_and_partials_are_left_out_and_counted(
    tmp_path, bottom_up, codes
):
    status = ["Survey Preview"] * 2 + ["Survey Test"] * 3 + ["Spam", "8", "1", "2"]
    status += ["IP Address"] * 20 + ["0"] * 31
    finished = ["True"] * 40 + ["False"] * 10 + ["0"] * 4 + ["1"] * 6
    path = tmp_path / "export.csv"
    path.write_bytes(qualtrics(codes, bottom_up, status=status, finished=finished))

    read = read_responses(path, bottom_up)
    kept = read_responses(path, bottom_up, partials="keep")

    assert read.report.excluded == {"preview": 3, "test": 4, "spam": 2, "partial": 14}
    assert len(read) == 37
    assert kept.report.excluded == {"preview": 3, "test": 4, "spam": 2}


def test_metadata_called_v1_in_old_files_is_no_item(tmp_path, bottom_up):
    path = tmp_path / "legacy.csv"
    path.write_text(
        "V1,V2,V7,V10,v_1,v_2\n"
        "ResponseID,ResponseSet,Status,Finished,Text-row one,Text-row two\n"
        "R_1,Default,0,1,Agree,Disagree\n"
        "R_2,Default,2,1,Agree,Disagree\n"
        "R_3,Default,0,0,Agree,Disagree\n"
    )

    read = read_responses(path, bottom_up)

    assert read.answers.to_numpy().tolist() == [[4.0, 2.0]]
    assert read.report.excluded == {"test": 1, "partial": 1}
    assert "ResponseID" in read.report.dropped


def test_columns_of_one_name_are_told_apart_by_import_id(tmp_path, bottom_up):
    path = tmp_path / "export.csv"
    path.write_text(
        "ResponseId,Q1,Q1\n"
        "Response ID,How is it?,How is that?\n"
        '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID7""}"\n'
        "R_1,Agree,Disagree\n"
    )

    read = read_responses(path, bottom_up, mapping={"items": {"v1": "QID7"}})

    assert read.answers["v1"].tolist() == [2.0]
    with pytest.raises(ResponseError, match='"Q1" fits 2 columns'):
        read_responses(path, bottom_up, mapping={"items": {"v1": "Q1"}})

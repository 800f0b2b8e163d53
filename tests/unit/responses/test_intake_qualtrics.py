"""Qualtrics exports: header rows, statuses, choice text and numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from builders import instrument
from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.scoring import score
from exports import delimited, drawn_answers, qualtrics, workbook


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


META = {
    "StartDate": ("Start Date", "2026-03-04 09:00:00"),
    "EndDate": ("End Date", "2026-03-04 09:05:00"),
    "Progress": ("Progress", "100"),
    "Duration (in seconds)": ("Duration (in seconds)", "300"),
    "Finished": ("Finished", "True"),
    "RecordedDate": ("Recorded Date", "2026-03-04 09:05:01"),
    "ResponseId": ("Response ID", "R_1AbC"),
    "DistributionChannel": ("Distribution Channel", "anonymous"),
}
GERMAN_ROW = (
    *("Anfangsdatum", "Enddatum", "Aktueller Stand", "Dauer (in Sekunden)", "Beendet"),
    *("Erfassungsdatum", "Antwort-ID", "Verteilungskanal"),
)


def small_export(tmp_path, columns, *, second=None, ids=None, meta=None):
    """Write an export with metadata, then `columns`: name to (text, cell)."""
    both = {**META, **(meta or {}), **columns}
    rows = [list(both)]
    if second is not False:
        texts = [text for text, _ in both.values()]
        rows.append([*(second or texts[: len(META)]), *texts[len(META) :]])
    if ids:
        known = {**dict(zip(META, ids[0], strict=False)), **ids[1]}
        rows.append([f'{{"ImportId":"{known.get(name, name)}"}}' for name in both])
    rows.append([cell for _, cell in both.values()])
    path = tmp_path / "export.csv"
    path.write_text(delimited(rows), encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("second", [None, GERMAN_ROW, False])
def test_rows_that_someone_took_away_cost_no_respondent(tmp_path, bottom_up, second):
    columns = {"v_1": ("How far? - One", "Agree"), "v_2": ("Two", "Disagree")}
    path = small_export(tmp_path, columns, second=second)

    read = read_responses(path, bottom_up)

    assert read.report.platform == "qualtrics"
    assert read.report.n_rows == 1
    assert read.answers[["v1", "v2"]].to_numpy().tolist() == [[4.0, 2.0]]


def test_a_tab_separated_export_in_utf16_is_read(tmp_path, bottom_up, codes):
    import csv

    rows = list(csv.reader(qualtrics(codes, bottom_up).decode("utf-8").splitlines()))
    path = tmp_path / "export.tsv"
    path.write_bytes(delimited(rows, delimiter="\t").encode("utf-16"))

    read = read_responses(path, bottom_up)

    assert (read.report.platform, read.report.encoding) == ("qualtrics", "utf-16")
    pd.testing.assert_frame_equal(read.answers, expected(codes))


def test_a_qualtrics_workbook_is_read_like_its_csv_file(tmp_path, bottom_up, codes):
    import csv

    rows = list(csv.reader(qualtrics(codes, bottom_up).decode("utf-8").splitlines()))
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook(rows))

    read = read_responses(path, bottom_up)

    assert read.report.platform == "qualtrics"
    pd.testing.assert_frame_equal(read.answers, expected(codes))


@pytest.mark.parametrize(
    "added",
    [
        *("v_DO_v1", "v1_DO_1", "v_v1_TEXT", "v1_TEXT", "v1_First Click"),
        *("v1_Page Submit", "v1_Click Count", "v1 - Topics", "v1 - Sentiment Score"),
    ],
)
def test_columns_beside_an_answer_are_never_the_item(tmp_path, added):
    asked = instrument({"v": "v1 v2"}, texts={"v1": ("We dare to speak up", "x")})
    columns = {
        added: ("How far? - We dare to speak up", "4"),
        "v_2": ("Two", "Disagree"),
    }
    path = small_export(tmp_path, columns)

    read = read_responses(path, asked)

    assert read.report.not_asked == ("v1",)
    assert added in read.report.dropped


def test_one_choice_of_several_is_no_row_of_a_matrix(tmp_path, bottom_up):
    path = tmp_path / "export.csv"
    path.write_text(
        "ResponseId,v_1,v_2\n"
        "Response ID,Which? - One,Which? - Two\n"
        '"{""ImportId"":""_recordId""}",'
        '"{""ImportId"":""QID1"",""choiceId"":""1""}","{""ImportId"":""QID2_2""}"\n'
        "R_1,Agree,Disagree\n"
    )

    read = read_responses(path, bottom_up)

    assert list(read.answers.columns) == ["v2"]


@pytest.mark.parametrize("name", ["{}_v1", "{}_v_1"])
def test_rounds_of_a_loop_are_asked_about(tmp_path, bottom_up, name):
    columns = {
        name.format(1): ("Round one", "Agree"),
        name.format(2): ("Round two", "Disagree"),
        "v2": ("Two", "Disagree"),
    }
    path = small_export(tmp_path, columns)

    read = read_responses(path, bottom_up)

    assert "R040" in {p.code for p in read.report.problems}
    assert "v1" not in read.answers.columns


def test_a_preview_is_known_by_its_channel(tmp_path, bottom_up):
    from diagnose.responses.read import PLATFORMS

    system = pd.DataFrame(
        {
            "status": ["IP Address", "IP Address", "Survey Test"],
            "channel": ["preview", "anonymous", "email"],
        }
    )

    reasons = PLATFORMS["qualtrics"].exclude(system)

    assert reasons.tolist() == ["preview", "", "test"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        *(("True", ""), ("TRUE", ""), ("1", ""), ("Waar", ""), ("Wahr", "")),
        *(("False", "partial"), ("0", "partial"), ("Onwaar", "partial")),
        *(("", "partial"), ("perhaps", "partial")),
    ],
)
def test_only_what_says_finished_is_finished(word, reason):
    from diagnose.responses.read import PLATFORMS

    reasons = PLATFORMS["qualtrics"].exclude(pd.DataFrame({"finished": [word]}))

    assert reasons.tolist() == [reason]


def test_seen_but_unanswered_is_unknown_until_a_person_says_so(
    tmp_path, bottom_up, codes
):
    path = tmp_path / "export.csv"
    with_99 = codes.replace({"": "-99"})
    path.write_bytes(qualtrics(with_99, bottom_up, answers="numbers"))
    mapping = {"answers": "codes", "labels": {"agree5": {"9": "na"}}}

    silent = read_responses(path, bottom_up, mapping=mapping)
    told = read_responses(path, bottom_up, mapping={**mapping, "missing": ["-99"]})

    assert "R043" in {p.code for p in silent.report.problems}
    assert not told.report.blocks_scoring
    pd.testing.assert_frame_equal(told.answers, expected(codes))


def test_a_question_named_status_is_no_metadata(tmp_path, bottom_up):
    path = tmp_path / "export.csv"
    path.write_text(
        "ResponseId,Finished,Status,v_1\n"
        "Response ID,Finished,Is this a test?,One\n"
        '"{""ImportId"":""_recordId""}","{""ImportId"":""finished""}",'
        '"{""ImportId"":""QID8""}","{""ImportId"":""QID2_1""}"\n'
        "R_1,True,test,Agree\n"
    )

    read = read_responses(path, bottom_up)

    assert len(read) == 1


def test_an_item_called_v1_with_one_word_as_its_text_is_read(tmp_path, bottom_up):
    path = small_export(tmp_path, {"V1": ("Vertrouwen", "Agree")})

    assert read_responses(path, bottom_up).answers["v1"].tolist() == [4.0]

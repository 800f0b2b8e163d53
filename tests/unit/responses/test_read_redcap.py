"""REDCap exports: codes and labels, states of forms, events and repeats."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS
from exports import SECRETS, delimited, drawn_answers, redcap_rows


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 30)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


def write(tmp_path, rows):
    path = tmp_path / "export.csv"
    path.write_text(delimited(rows), encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("labels", ["", "en", "nl"])
def test_redcap_codes_and_labels_give_the_answers(tmp_path, bottom_up, codes, labels):
    path = write(tmp_path, redcap_rows(codes, bottom_up, labels=labels))
    mapping = None if labels else {"answers": "codes"}

    read = read_responses(path, bottom_up, mapping=mapping)

    assert read.report.platform == "redcap"
    assert not read.report.blocks_scoring
    assert read.report.answers_as == ("labels" if labels else "codes")
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert not any(secret in repr(read.report) for secret in SECRETS.values())


@pytest.mark.parametrize("labels", ["", "en"])
def test_redcap_forms_that_are_not_complete_are_partial(
    tmp_path, bottom_up, codes, labels
):
    words = ["Incomplete", "Unverified", "Complete"] if labels else ["0", "1", "2"]
    states = [words[0]] * 4 + [words[1]] * 3 + [words[2]] * 23
    path = write(
        tmp_path, redcap_rows(codes, bottom_up, labels=labels, complete=states)
    )

    read = read_responses(path, bottom_up)

    assert read.report.excluded == {"partial": 7}
    kept = expected(codes).iloc[7:].reset_index(drop=True)
    pd.testing.assert_frame_equal(read.answers, kept)


def test_a_survey_that_was_not_sent_is_partial(tmp_path, bottom_up, codes):
    rows = redcap_rows(codes, bottom_up)
    rows[1][rows[0].index("scan_timestamp")] = "[not completed]"

    read = read_responses(write(tmp_path, rows), bottom_up)

    assert read.report.excluded == {"partial": 1}


def test_the_same_record_in_two_events_is_refused(tmp_path, bottom_up, codes):
    events = ["wave_1_arm_1"] * 15 + ["wave_2_arm_1"] * 15
    rows = redcap_rows(codes, bottom_up, before={"redcap_event_name": events})
    for number in range(15):
        rows[16 + number][0] = rows[1 + number][0]

    with pytest.raises(ResponseError) as caught:
        read_responses(write(tmp_path, rows), bottom_up)

    (problem,) = caught.value.problems
    assert problem.code == "R124"
    assert "15 respondents" in problem.message
    assert '"wave_1_arm_1", "wave_2_arm_1"' in problem.message


def test_a_text_in_the_column_of_events_is_not_shown(tmp_path, bottom_up, codes):
    events = ["wave_1_arm_1"] * 29 + ["I would rather tell you myself"]
    rows = redcap_rows(codes, bottom_up, before={"redcap_event_name": events})
    rows[30][0] = rows[1][0]

    with pytest.raises(ResponseError) as caught:
        read_responses(write(tmp_path, rows), bottom_up)

    assert "rather" not in str(caught.value)


def test_records_with_one_event_each_are_read(tmp_path, bottom_up, codes):
    events = ["wave_1_arm_1"] * 15 + ["wave_1_arm_2"] * 15
    rows = redcap_rows(codes, bottom_up, before={"redcap_event_name": events})

    read = read_responses(write(tmp_path, rows), bottom_up)

    assert len(read) == 30


def test_a_form_that_repeats_is_refused(tmp_path, bottom_up, codes):
    before = {
        "redcap_repeat_instrument": [""] + ["visits"] * 29,
        "redcap_repeat_instance": [""] + [str(i) for i in range(1, 30)],
    }
    rows = redcap_rows(codes, bottom_up, before=before)
    for row in rows[1:]:
        row[0] = "1"

    with pytest.raises(ResponseError) as caught:
        read_responses(write(tmp_path, rows), bottom_up)

    assert [p.code for p in caught.value.problems] == ["R125"]


def test_of_several_forms_the_survey_tells_who_is_complete(tmp_path, bottom_up, codes):
    rows = redcap_rows(codes, bottom_up, complete=["0"] * 2 + ["2"] * 28)
    rows = [[*row, "consent_complete" if i == 0 else "0"] for i, row in enumerate(rows)]

    read = read_responses(write(tmp_path, rows), bottom_up)

    assert read.report.excluded == {"partial": 2}


def test_several_forms_of_which_none_is_a_survey_are_told(tmp_path, bottom_up):
    rows = [
        ["record_id", "redcap_data_access_group", "a_complete", "v1", "b_complete"],
        ["1", "x", "2", "4", "0"],
        ["2", "x", "0", "3", "2"],
    ]
    path = write(tmp_path, rows)

    layout = PLATFORMS["redcap"].layout(read_table(path))

    (note,) = layout.notes
    assert note.code == "R123" and "a, b" in note.message
    assert "finished" not in layout.system
    read = read_responses(path, bottom_up)
    assert len(read) == 2
    assert {"R072", "R123"} <= {n.code for n in read.report.notes}


@pytest.mark.parametrize("heading", ["record_id", "scan_complete", "Event Name"])
def test_one_mark_alone_does_not_make_it_redcap(tmp_path, bottom_up, heading):
    path = tmp_path / "export.csv"
    path.write_text(f"{heading},v1,v2\n2,Agree,Disagree\n")

    assert read_responses(path, bottom_up).report.platform == "plain"


def test_redcap_with_a_renamed_record_is_known_by_its_form(tmp_path, bottom_up, codes):
    rows = redcap_rows(codes, bottom_up)
    rows[0][0] = "study_id"

    read = read_responses(write(tmp_path, rows), bottom_up)

    assert read.report.platform == "redcap"
    assert "study_id" in read.report.dropped

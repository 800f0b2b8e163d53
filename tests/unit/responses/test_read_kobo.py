"""KoboToolbox and ODK Central exports: groups, labels, reviews, repeated headings."""

from __future__ import annotations

import pandas as pd
import pytest

from builders import instrument
from diagnose import load_instrument
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS
from exports import SECRETS, delimited, drawn_answers, kobo_rows, odk_central_rows


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 30)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


def write(tmp_path, rows, delimiter=";"):
    path = tmp_path / "export.csv"
    text = delimited(rows, delimiter=delimiter)
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    "headings", ["v1", "v/v1", "v-v1", "v.v1", "v_v1", "page/v/v1", "page/v1"]
)
def test_kobo_names_are_found_with_and_without_groups(
    tmp_path, bottom_up, codes, headings
):
    people = {"people/team": ["NA", "Zorg"] * 15}
    path = write(tmp_path, kobo_rows(codes, bottom_up, headings=headings, extra=people))

    read = read_responses(path, bottom_up, mapping={"answers": "codes"})

    assert read.report.platform == "kobo"
    assert not read.report.blocks_scoring
    assert read.report.answers_as == "codes"
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert set(read.people["team"]) == {"NA", "Zorg"}
    assert "R072" not in {note.code for note in read.report.notes}
    assert not any(secret in repr(read.report) for secret in SECRETS.values())


@pytest.mark.parametrize("language", ["en", "nl"])
def test_kobo_labels_are_found_behind_the_label_of_the_group(
    tmp_path, bottom_up, codes, language
):
    path = write(tmp_path, kobo_rows(codes, bottom_up, labels=language))

    read = read_responses(path, bottom_up)

    assert read.report.platform == "kobo"
    assert not read.report.blocks_scoring
    pd.testing.assert_frame_equal(read.answers, expected(codes))


@pytest.mark.parametrize("status", ["Not approved", "validation_status_not_approved"])
def test_what_a_person_rejected_is_left_out(tmp_path, bottom_up, codes, status):
    states = [status] * 3 + ["Approved"] * 20 + ["On hold"] * 7
    path = write(tmp_path, kobo_rows(codes, bottom_up, status=states))

    read = read_responses(path, bottom_up)

    assert read.report.excluded == {"rejected": 3}
    assert set(read.people["seconds"]) == {50.0}
    kept = expected(codes).iloc[3:].reset_index(drop=True)
    pd.testing.assert_frame_equal(read.answers, kept)


def test_rejected_has_a_reason_of_its_own():
    system = pd.DataFrame({"status": ["Not approved", "", "rejected", "approved"]})

    reasons = PLATFORMS["kobo"].exclude(system)

    assert reasons.tolist() == ["rejected", "", "rejected", ""]


def test_odk_central_names_and_review_states(tmp_path, bottom_up, codes):
    review = ["rejected"] * 2 + ["approved", "hasIssues", "edited", ""] * 7
    path = write(tmp_path, odk_central_rows(codes, review=review), delimiter=",")

    read = read_responses(path, bottom_up)

    assert read.report.platform == "kobo"
    kept = expected(codes).iloc[2:].reset_index(drop=True)
    pd.testing.assert_frame_equal(read.answers, kept)
    assert "SubmitterName" in read.report.dropped


def test_headings_repeated_among_the_rows_are_no_respondent(tmp_path, bottom_up, codes):
    rows = kobo_rows(codes, bottom_up)
    rows.insert(11, rows[0])
    path = write(tmp_path, rows)

    read = read_responses(path, bottom_up, mapping={"answers": "codes"})

    assert read.report.excluded == {"empty": 1}
    assert all(p.code in ("R042", "R045") for p in read.report.problems)
    pd.testing.assert_frame_equal(read.answers, expected(codes))


def test_of_an_edited_submission_the_last_version_remains(tmp_path, bottom_up, codes):
    rows = kobo_rows(codes, bottom_up)
    root = rows[0].index("meta/rootUuid")
    rows[5][root] = rows[9][root]

    read = read_responses(write(tmp_path, rows), bottom_up)

    assert read.report.excluded == {"duplicate": 1}
    kept = expected(codes).drop(4).reset_index(drop=True)
    pd.testing.assert_frame_equal(read.answers, kept)


def test_one_answer_of_several_is_no_item(tmp_path):
    asked = instrument({"v": "v1 v2"})
    rows = [
        ["v1", "drinks", "drinks/v2", "_uuid", "_submission_time"],
        ["4", "v2", "1", "a", "2026-03-04T10:00:00"],
    ]

    read = read_responses(write(tmp_path, rows), asked)

    assert read.report.not_asked == ("v2",)


def test_one_name_in_two_groups_is_asked_about(tmp_path):
    asked = instrument({"v": "v1 v2"})
    rows = [
        ["a/v1", "b/v1", "v2", "_uuid", "_submission_time"],
        ["4", "2", "1", "a", "2026-03-04T10:00:00"],
    ]

    read = read_responses(write(tmp_path, rows), asked)

    assert "R040" in {p.code for p in read.report.problems}
    assert "v1" not in read.answers.columns


def test_kobo_start_and_end_become_seconds(tmp_path, bottom_up, codes):
    table = read_table(write(tmp_path, kobo_rows(codes, bottom_up)))
    platform = PLATFORMS["kobo"]
    layout = platform.layout(table)
    names = {position: purpose for purpose, position in layout.system.items()}
    system = table.take(list(names)).astype("str").rename(columns=names)

    arranged = platform.arrange(system)

    assert set(arranged["seconds"]) == {"50"}
    assert set(system["response"]) == {f"uuid:{i:04}" for i in range(30)}


@pytest.mark.parametrize("headings", ["_id,status", "start,end", "key,status", "_id"])
def test_columns_that_any_file_may_have_do_not_make_it_kobo(
    tmp_path, bottom_up, headings
):
    path = tmp_path / "export.csv"
    cells = ",".join("x" for _ in headings.split(","))
    path.write_text(f"{headings},v1,v2\n{cells},Agree,Disagree\n")

    assert read_responses(path, bottom_up).report.platform == "plain"

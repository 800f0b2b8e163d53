"""Microsoft Forms exports: question texts as headings, in four languages."""

from __future__ import annotations

import pandas as pd
import pytest

from builders import instrument
from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS
from exports import SECRETS, drawn_answers, microsoft_forms_rows, workbook


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 30)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


@pytest.mark.parametrize("heads", ["en", "nl", "de", "fr"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_forms_statements_are_found_by_their_text(
    tmp_path, bottom_up, codes, language, heads
):
    extra = {"Team ": ["NA", "Zorg"] * 15}
    rows = microsoft_forms_rows(
        codes, bottom_up, language=language, heads=heads, extra=extra
    )
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook(rows))

    read = read_responses(path, bottom_up)

    assert read.report.platform == "microsoft-forms"
    assert not read.report.blocks_scoring
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert (read.not_applicable.to_numpy() == (codes == "na").to_numpy()).all()
    assert set(read.people["team"]) == {"NA", "Zorg"}
    assert set(read.people["seconds"]) == {75.0}
    assert read.people["order"].is_monotonic_increasing
    assert "R072" not in {note.code for note in read.report.notes}
    assert not any(secret in repr(read.report) for secret in SECRETS.values())


def test_forms_start_and_completion_become_seconds(tmp_path, bottom_up, codes):
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook(microsoft_forms_rows(codes, bottom_up, heads="nl")))
    table, platform = read_table(path), PLATFORMS["microsoft-forms"]
    layout = platform.layout(table)
    names = {position: purpose for purpose, position in layout.system.items()}
    system = table.take(list(names)).astype("str").rename(columns=names)

    arranged = platform.arrange(system)

    assert set(arranged["seconds"]) == {"75"}
    assert arranged["time"].iloc[0] == "2026-03-04 09:00:00"


def small(tmp_path, headings, row):
    path = tmp_path / "export.xlsx"
    heads = ["ID", "Start time", "Completion time", "Email", "Name"]
    facts = ["1", "2026-03-04 09:00:00", "2026-03-04 09:01:00", "anonymous", ""]
    path.write_bytes(workbook([[*heads, *headings], [*facts, *row]]))
    return path


ASKED = instrument(
    {"v": "v1 v2"},
    texts={"v1": ("We dare to speak up", "x"), "v2": ("We help others", "y")},
)


@pytest.mark.parametrize("word", ["Points", "Punten", "Punkte"])
def test_points_and_feedback_of_a_quiz_are_no_answers(tmp_path, word):
    text = "We dare to speak up"
    path = small(
        tmp_path,
        ["Total points", text, f"{word} - {text}", f"Feedback - {text}"],
        ["3", "Agree", "1", ""],
    )

    read = read_responses(path, ASKED)

    assert read.answers["v1"].tolist() == [4.0]
    assert f"{word} - {text}" in read.report.dropped


def test_the_same_statement_twice_is_asked_about(tmp_path):
    text = "We dare to speak up"
    path = small(tmp_path, [text, f"{text}2", "We help others"], ["Agree", "", "Agree"])

    read = read_responses(path, ASKED)

    (problem,) = [p for p in read.report.problems if p.code == "R040"]
    assert f"{text}2" in problem.message


def test_a_statement_that_ends_in_a_digit_is_itself(tmp_path):
    asked = instrument({"v": "v1"}, texts={"v1": ("We work as in 2025", "x")})
    path = small(tmp_path, ["We work as in 2025"], ["Agree"])

    assert read_responses(path, asked).answers["v1"].tolist() == [4.0]


def test_the_language_column_of_forms_is_metadata(tmp_path):
    path = small(tmp_path, ["Language", "We help others"], ["nl-NL", "Mee eens"])

    read = read_responses(path, ASKED)

    assert read.people["language"].tolist() == ["nl"]
    assert read.answers["v2"].tolist() == [4.0]


def test_line_breaks_and_curly_quotes_in_a_heading_do_not_matter(tmp_path):
    asked = instrument({"v": "v1"}, texts={"v1": ("We don't wait for others", "x")})
    path = small(tmp_path, ["We don\u2019t wait\n for\u00a0others "], ["Agree"])

    assert read_responses(path, asked).answers["v1"].tolist() == [4.0]


def test_ratings_in_forms_need_a_person(tmp_path):
    path = small(tmp_path, ["We help others"], ["4"])

    read = read_responses(path, ASKED)

    assert "R046" in {p.code for p in read.report.problems}


def test_statements_reworded_in_forms_are_refused_not_guessed(tmp_path):
    path = small(tmp_path, ["We dare to speak out"], ["Agree"])

    with pytest.raises(ResponseError) as caught:
        read_responses(path, ASKED)

    assert "R039" in {p.code for p in caught.value.problems}

"""The answers to the screen in ``assessment.yaml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.assessment import load_assessment
from diagnose.errors import AssessmentError

GOOD = """
title: {en: "Example"}
instrument: bottom-up
waves:
  - {label: "1", file: a.csv, date: "2026-01-31"}
"""
ANSWERS = "q1: yes, q2: no, q3: no, q4: yes, q5: unknown, q6: yes, q7: yes"
EXAMPLE = Path(__file__).parents[3] / "surveys" / "example"


def write(folder: Path, text: str) -> Path:
    (folder / "assessment.yaml").write_text(GOOD + text, encoding="utf-8")
    (folder / "a.csv").write_text("id\n1\n", encoding="utf-8")
    return folder


def refused(folder: Path, text: str):
    with pytest.raises(AssessmentError) as caught:
        load_assessment(write(folder, text))
    return caught.value.problems


def test_answers_are_words_and_not_truth_values(tmp_path):
    setting = load_assessment(write(tmp_path, f"screen: {{{ANSWERS}}}\n"))

    assert setting.screen["q1"] == "yes"
    assert setting.screen["q2"] == "no"


def test_the_screen_may_be_absent(tmp_path):
    assert load_assessment(write(tmp_path, "")).screen is None


def test_all_mistakes_are_told_together(tmp_path):
    problems = refused(tmp_path, "screen: {q1: true, q2: perhaps, q9: yes}\n")

    codes = [problem.code for problem in problems]
    assert codes == ["Q003", "Q003", "Q001"] + ["Q002"] * 5
    assert f"{tmp_path.name}/assessment.yaml: screen.q1" in problems[0].place


def test_a_missing_file_and_a_wrong_answer_are_told_together(tmp_path):
    folder = write(tmp_path, f"screen: {{{ANSWERS}, q8: yes}}\n")
    (folder / "a.csv").unlink()
    with pytest.raises(AssessmentError) as caught:
        load_assessment(folder)

    assert [problem.code for problem in caught.value.problems] == ["A002", "Q001"]


@pytest.mark.parametrize("text", ["screen: yes\n", "screen: [yes, no]\n"])
def test_a_screen_that_is_no_mapping_is_refused(tmp_path, text):
    (problem,) = refused(tmp_path, text)

    assert problem.code == "Y013"


def test_an_empty_screen_lacks_every_answer(tmp_path):
    problems = refused(tmp_path, "screen: {}\n")

    assert [problem.code for problem in problems] == ["Q002"] * 7


def test_an_instrument_without_questions_takes_no_answers(tmp_path):
    text = GOOD.replace("bottom-up", "oric") + "screen: {q1: yes}\n"
    (tmp_path / "assessment.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "a.csv").write_text("id\n1\n", encoding="utf-8")

    with pytest.raises(AssessmentError, match="asks no screen questions"):
        load_assessment(tmp_path)


def test_the_example_has_its_screen_filled_in():
    assert set(load_assessment(EXAMPLE).screen) == {f"q{n}" for n in range(1, 8)}

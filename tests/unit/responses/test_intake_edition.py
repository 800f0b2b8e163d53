"""The edition that our own forms carry along: proof, refusal, and nothing shown."""

from __future__ import annotations

import pytest

from builders import instrument
from diagnose.instrument.export import edition_of
from diagnose.responses import read_responses
from diagnose.responses.account import intake_page, intake_record

ASKED = instrument({"v": "v1 v2"})
OWN = edition_of(ASKED)
OTHER = "small 0.9.0 0123456789ab"


def read(tmp_path, editions, *, heading="edition", **options):
    path = tmp_path / "export.csv"
    rows = [f"v1,v2,{heading}", *(f'4,5,"{edition}"' for edition in editions)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_responses(path, ASKED, **options).report


def codes(report):
    return [problem.code for problem in report.problems]


def test_the_own_edition_proves_what_codes_mean(tmp_path):
    report = read(tmp_path, [OWN] * 3)

    assert codes(report) == []
    assert report.codes_by == "edition"


@pytest.mark.parametrize("written", [f" {OWN} ", OWN.replace(" ", "  ")])
def test_blanks_around_the_edition_do_not_matter(tmp_path, written):
    assert codes(read(tmp_path, [OWN, written])) == []


def test_without_an_edition_codes_prove_nothing(tmp_path):
    assert codes(read(tmp_path, [OWN], heading="other")) == ["R046"]


def test_another_edition_is_refused_with_both(tmp_path):
    report = read(tmp_path, [OTHER] * 2)

    assert codes(report) == ["R059", "R046"]
    found = report.problems[0]
    assert f'"{OTHER}" (2×)' in found.message
    assert found.allowed == OWN
    assert report.codes_by == "nothing"


def test_mixed_editions_are_refused_and_counted(tmp_path):
    report = read(tmp_path, [OWN, OTHER, OTHER.replace("0.9.0", "0.8.0"), f" {OTHER}"])

    assert codes(report)[0] == "R059"
    assert "3 rows" in report.problems[0].message
    assert f'"{OTHER}" (2×)' in report.problems[0].message


def test_rows_without_an_edition_leave_the_codes_unproven(tmp_path):
    assert codes(read(tmp_path, [OWN, "", OWN])) == ["R046"]


def test_an_edition_that_a_person_accepts_is_no_problem_and_no_proof(tmp_path):
    mapping = {"editions": [OTHER]}

    assert codes(read(tmp_path, [OTHER, OWN], mapping=mapping)) == ["R046"]
    mapping["answers"] = "codes"
    assert codes(read(tmp_path, [OTHER, OWN], mapping=mapping)) == []


def test_the_column_may_have_another_name(tmp_path):
    report = read(tmp_path, [OWN], heading="uitgave", mapping={"edition": "uitgave"})

    assert codes(report) == []


def test_the_edition_of_a_row_that_is_left_out_does_not_count(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        f"v1,v2,edition,submitted\n4,5,{OWN},2026-01-01\n4,5,{OTHER},\n",
        encoding="utf-8",
    )
    report = read_responses(path, ASKED).report

    assert codes(report) == []
    assert report.excluded == {"partial": 1}


@pytest.mark.parametrize("n", [1, 9])
def test_own_words_in_that_column_are_never_shown(tmp_path, n):
    secret = "Jannie van de balie weet het"
    report = read(tmp_path, [secret] * n)

    assert codes(report)[0] == "R059"
    for shown in (
        repr(report),
        intake_record([report]),
        intake_page([report], "nl"),
        str(report.problems),
    ):
        assert "Jannie" not in shown

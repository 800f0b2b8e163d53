"""Exports look like those of LimeSurvey, and read back as what was answered."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from builders import instrument
from diagnose.responses import read_responses
from diagnose.responses.model import combine_waves
from diagnose.simulation import (
    SimulatedResponses,
    simulate,
    write_limesurvey_csv,
    write_organisation_csv,
)

TEXTS = {
    f"{block}{number}": (f"Statement {block}{number}.", f"Stelling {block}{number}.")
    for block, n_items in (("v", 4), ("c", 3))
    for number in range(1, n_items + 1)
}


@pytest.fixture
def simulated() -> SimulatedResponses:
    """Return a small organisation in which everything occurs."""
    return simulate(
        instrument(context="a1", texts=TEXTS),
        seed=1,
        n_units=(2, 3, 6),
        dont_know_share=0.1,
        unanswered_share=0.1,
        languages={"nl": 0.7, "en": 0.3},
    )


def rows(path) -> list[dict[str, str]]:
    """Return the rows of an export, the blank last line included."""
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_file_has_the_marks_of_the_platform(simulated, tmp_path):
    path = write_limesurvey_csv(simulated, tmp_path / "out" / "a.csv", language="nl")

    content = path.read_bytes()
    first = content.split(b"\r\n")[0].decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b'"\r\n\r\n')
    assert content.count(b"\n") == content.count(b"\r\n") == len(simulated) + 2
    assert all(c.startswith('"') and c.endswith('"') for c in first.split(";"))
    assert '"v[v1]";"v[v2]"' in first
    assert '"context[a1]"' in first
    assert not list(path.parent.glob("*.part"))


def test_columns_that_nobody_may_keep_hold_a_constant(simulated, tmp_path):
    table = rows(write_limesurvey_csv(simulated, tmp_path / "a.csv", language="nl"))

    assert {row["ipaddr"] for row in table} == {"192.0.2.1"}
    assert {row["submitdate"] for row in table} == {"1980-01-01 00:00:00"}
    assert len({row["id"] for row in table}) == len(simulated)


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("answers", ["codes", "labels"])
@pytest.mark.parametrize("heading", ["code", "full"])
def test_an_export_reads_back_as_it_was_answered(
    simulated, tmp_path, language, answers, heading
):
    path = write_limesurvey_csv(
        simulated,
        tmp_path / "a.csv",
        language=language,
        answers=answers,
        heading=heading,
        n_partial=4,
    )

    asked = simulated.instrument
    result = read_responses(path, asked, platform="limesurvey", wave="1")

    # the context item has no wording, so that it is known by its code only
    columns = list(result.answers.columns)
    assert columns == list(simulated.answers.columns)
    same = {"check_dtype": False}
    pd.testing.assert_frame_equal(result.answers, simulated.answers, **same)
    pd.testing.assert_frame_equal(
        result.not_applicable, simulated.not_applicable, **same
    )
    people = simulated.people[["wave", "role", "language", "seconds", "team"]]
    pd.testing.assert_frame_equal(result.people[people.columns], people, **same)
    assert dict(result.report.excluded) == {"partial": 4}
    assert "ipaddr" in result.report.dropped or "IP address" in result.report.dropped


def test_partial_rows_end_early_and_carry_no_date(simulated, tmp_path):
    path = write_limesurvey_csv(
        simulated, tmp_path / "a.csv", language="nl", n_partial=5
    )

    partial = [row for row in rows(path) if not row["submitdate"]]
    assert len(partial) == 5
    assert all(row["v[v1]"] and not row["c[c3]"] for row in partial)
    assert len(rows(path)) == len(simulated) + 5


def test_comments_are_in_the_language_of_the_respondent(tmp_path):
    from diagnose.instrument.load import load_instrument

    languages = {"nl": 0.5, "en": 0.5}
    result = simulate(load_instrument("bottom-up"), seed=1, languages=languages)
    path = write_limesurvey_csv(
        result, tmp_path / "a.csv", language="nl", comment_share=1.0
    )

    english = {row["first"] for row in rows(path) if row["startlanguage"] == "en"}
    dutch = {row["first"] for row in rows(path) if row["startlanguage"] == "nl"}
    assert len(english) == len(dutch) == 12
    assert not english & dutch


def test_an_export_holds_one_wave(tmp_path):
    result = simulate(instrument(), seed=1, waves=("2025", "2026"))

    with pytest.raises(ValueError, match="these responses hold 2025, 2026"):
        write_limesurvey_csv(result, tmp_path / "a.csv", language="nl")


def test_an_unknown_option_is_refused(simulated, tmp_path):
    with pytest.raises(ValueError, match="`answers` must be one of 'codes', 'labels'"):
        write_limesurvey_csv(
            simulated, tmp_path / "a.csv", language="nl", answers="words"
        )


def test_waves_can_be_combined_again():
    result = simulate(instrument(), seed=1, waves=("1", "2"))
    waves = [result.take(result.people["wave"] == wave) for wave in ("1", "2")]

    both = combine_waves(waves)

    pd.testing.assert_frame_equal(both.answers, result.answers)


def test_head_counts_are_written_as_whole_numbers(simulated, tmp_path):
    path = write_organisation_csv(simulated, tmp_path / "organisation.csv")

    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "division,department,team,n_members"
    assert len(lines) == 7
    assert lines[1].rsplit(",", 1)[1].isdigit()

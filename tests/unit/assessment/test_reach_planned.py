"""Units before the survey: people, chance, margin."""

from __future__ import annotations

import pytest

from diagnose.assessment.reach import plan_units
from diagnose.statistics.planning import PlanAssumptions, margin_of_answers

SETTINGS = """\
title: {en: "Try"}
instrument: bottom-up
organisation: {file: organisation.csv, levels: [department, team], members: people}
waves:
  - {label: "1", file: responses/export.csv, date: "2026-05-01"}
thresholds: {scores: 7, distributions: 8, comments: 10}
conf_level: 0.9
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "assessment.yaml").write_text(SETTINGS, encoding="utf-8")
    people = "department,team,people\nB,B1,20\nA,A2,12\nA,A1,5\n"
    (tmp_path / "organisation.csv").write_text(people, encoding="utf-8")
    return tmp_path


def test_people_add_up_over_the_levels(folder):
    units = plan_units(folder).to_frame()

    assert list(units["n_members"]) == [37, 17, 20, 5, 12, 20]
    assert list(units["unit"]) == ["", "A", "B", "A / A1", "A / A2", "B / B1"]


def test_threshold_and_coverage_are_those_of_the_assessment(folder):
    reach = plan_units(folder)
    units = reach.to_frame().set_index("unit")

    assert (reach.threshold, reach.conf_level) == (7, 0.9)
    assert units.loc["A / A2", "response_needed"] == pytest.approx(7 / 12)
    assert units["margin_50"].isna().sum() == 2  # five and six answers
    assert units.loc["A / A1", "chance_80"] == 0


def test_margins_are_t_intervals_of_the_expected_answers(folder):
    given = PlanAssumptions(icc=0.36, sd=1.0)
    units = plan_units(folder, assumptions=given).to_frame().set_index("unit")

    # 20 people at 65 % are 13 answers; within a team the spread is 0.8
    assert units.loc["B / B1", "n_65"] == 13
    expected = margin_of_answers(13, 0.8, 0.9)
    assert units.loc["B / B1", "margin_65"] == pytest.approx(expected)
    assert units.loc["B", "margin_65"] == pytest.approx(expected / 0.8)


def test_without_an_organisation_file_there_is_nothing_to_plan(folder):
    lines = [line for line in SETTINGS.splitlines() if "organisation" not in line]
    (folder / "assessment.yaml").write_text("\n".join(lines), encoding="utf-8")

    assert plan_units(folder) is None


def test_the_instrument_decides_where_no_threshold_is_set(folder):
    lines = [line for line in SETTINGS.splitlines() if "thresholds" not in line]
    (folder / "assessment.yaml").write_text("\n".join(lines), encoding="utf-8")

    assert plan_units(folder).threshold == 5

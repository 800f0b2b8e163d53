"""Participation, profile, distributions, gap and trend: numbers checked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis import columns, diagnose
from diagnose.diagnosis.diagnose import STEPS
from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.trend import compare_waves_from_cells
from diagnose.errors import Problem, ResponseError

SMALL = """
| wave | role   | division | team | v1 | v2 | a1 |
| 1    | floor  | N        | A    | 2  | 4  | 1  |
| 1    | floor  | N        | B    | 4  | 4  | 5  |
| 2    | floor  | N        | A    | 1  | 3  | 1  |
| 2    | floor  | N        | A    | 3  | 3  | 5  |
| 2    | floor  | N        |      | 5  | 5  | na |
| 2    | floor  | S        | A    | 4  |    |    |
| 2    | leader | S        | A    | 5  | 5  | 5  |
| 2    | leader | S        | A    | 4  | 4  | 5  |
"""


@pytest.fixture
def small():
    asked = builders.instrument({"v": "v1 v2"}, context="a1", min_answered={"v": 2})
    return builders.responses(SMALL, asked)


def row_of(frame, **labels):
    for name, label in labels.items():
        frame = frame.loc[[value == label for value in frame[name]]]
    assert len(frame) == 1
    return frame.iloc[0]


def test_every_frame_has_the_documented_columns(small):
    made = diagnose(small)

    frames = {
        columns.ROLES: made.participation.roles,
        columns.UNIT_COUNTS: made.participation.units,
        columns.RELIABILITY: made.measurement.reliability,
        columns.ITEMS: made.measurement.items,
        columns.VERDICTS: made.measurement.verdicts,
        columns.CARELESS: made.measurement.careless,
        columns.SENSITIVITY: made.measurement.sensitivity,
        columns.PROFILE: made.profile,
        columns.DISTRIBUTIONS: made.distributions,
        columns.CELLS: made.units.cells,
        columns.AGREEMENT: made.units.agreement,
        columns.ESTIMATES: made.units.estimates,
        columns.MODELS: made.units.models,
        columns.GAP: made.gap,
        columns.TREND: made.trend,
    }
    assert len(frames) == 15
    for expected, frame in frames.items():
        assert tuple(frame.columns) == expected


def test_the_last_wave_is_diagnosed(small):
    made = diagnose(small)

    assert (made.wave, made.waves) == ("2", ("1", "2"))
    assert row_of(made.participation.roles, role="floor")["n_respondents"] == 4


def test_profile_by_hand(small):
    floor = row_of(diagnose(small).profile, role="floor", subscale="v")

    # Scores 2, 3 and 5; the fourth respondent answered one of two items.
    assert floor["n_respondents"] == 3
    assert floor["mean"] == pytest.approx(10 / 3)
    assert floor["sd"] == pytest.approx(np.std([2, 3, 5], ddof=1))
    margin = 4.302652729696 * floor["sd"] / np.sqrt(3)
    assert floor["conf_high"] - floor["mean"] == pytest.approx(margin)


def test_people_without_a_unit_form_the_nameless_unit_of_their_parent(small):
    made = diagnose(small)

    cell = row_of(made.units.cells, path=("N", ""), subscale="v")
    assert (cell["parent"], cell["mean"], cell["n_respondents"]) == (("N",), 5.0, 1)
    assert np.isnan(cell["sd"])
    counts = made.participation.units
    assert row_of(counts, path=("N",))["n_respondents"] == 3


def test_teams_of_the_same_name_in_two_divisions_stay_apart(small):
    cells = diagnose(small).units.cells

    assert row_of(cells, path=("N", "A"))["n_respondents"] == 2
    assert row_of(cells, path=("S", "A"))["n_respondents"] == 0


def test_response_rates_need_every_head_count(small):
    heads = pd.DataFrame(
        {"division": ["N", "N"], "team": ["A", "B"], "n_members": [4, 6]}
    )
    units = diagnose(replace(small, head_counts=heads)).participation.units

    assert row_of(units, path=("N", "A"))["response_rate"] == 0.5
    assert row_of(units, path=("N", "B"))["n_respondents"] == 0
    assert row_of(units, path=("N",))["response_rate"] == pytest.approx(0.3)
    assert np.isnan(row_of(units, path=("N", ""))["n_members"])
    assert np.isnan(row_of(units, path=("S",))["n_members"])


def test_more_answers_than_staff_give_no_response_rate(small):
    heads = pd.DataFrame({"division": ["N"], "team": ["A"], "n_members": [1]})
    units = diagnose(replace(small, head_counts=heads)).participation.units

    assert np.isnan(row_of(units, path=("N", "A"))["response_rate"])


def test_distributions_count_answers_as_given(small):
    frame = diagnose(small).distributions

    one = row_of(frame, role="floor", item="a1", value=1.0)
    assert one["subscale"] == ""
    assert one["count"] == 1
    assert one["share"] == pytest.approx(1 / 2)
    assert one["n_respondents"] == 2
    assert (one["n_not_applicable"], one["n_unanswered"]) == (1, 1)
    assert row_of(frame, role="leader", item="v1", value=5.0)["count"] == 1


def cell(mean, n_respondents=40, *, sd=0.8, status="shown", **labels):
    numbers = {"n_respondents": n_respondents, "mean": mean, "sd": sd}
    if status == "hidden":
        numbers = dict.fromkeys(numbers, np.nan)
    return {"subscale": "v", **labels, **numbers, "status": status}


def test_the_gap_is_floor_minus_leader_by_welch():
    profile = pd.DataFrame(
        [cell(3.0, 30, sd=0.9, role="floor"), cell(3.6, 12, sd=0.5, role="leader")]
    )

    gap = compare_roles(profile, conf_level=0.95).iloc[0]

    error = np.sqrt(0.81 / 30 + 0.25 / 12)
    assert gap["difference"] == pytest.approx(-0.6)
    assert (gap["conf_low"] + gap["conf_high"]) / 2 == pytest.approx(-0.6)
    assert 2.0 < (gap["conf_high"] - gap["difference"]) / error < 2.1
    assert gap["direction"] == "lower"


def test_the_gap_is_adjusted_by_holm_over_the_subscales():
    rows = []
    for subscale, leaders in {"v": 3.5, "o": 3.3, "c": 3.0}.items():
        rows.append(cell(3.0, role="floor", subscale=subscale))
        rows.append(cell(leaders, role="leader", subscale=subscale))

    gap = compare_roles(pd.DataFrame(rows), conf_level=0.95).set_index("subscale")

    assert gap.loc["v", "p_adjusted"] == pytest.approx(3 * gap.loc["v", "p_value"])
    assert gap.loc["c", "p_adjusted"] == 1
    assert gap["direction"].to_dict() == {"v": "lower", "o": "unclear", "c": "unclear"}


@pytest.mark.parametrize("status", ["hidden", "rest"])
def test_a_subscale_with_a_hidden_side_has_no_gap(status):
    profile = pd.DataFrame(
        [cell(3.0, role="floor"), cell(3.6, 12, role="leader", status=status)]
    )

    assert compare_roles(profile, conf_level=0.95).empty


@pytest.mark.parametrize(("n_respondents", "sd"), [(1, np.nan), (4, 0.0)])
def test_a_side_without_spread_gives_a_difference_and_no_certainty(n_respondents, sd):
    profile = pd.DataFrame(
        [cell(3.0, role="floor"), cell(4.0, n_respondents, sd=sd, role="leader")]
    )

    gap = compare_roles(profile, conf_level=0.95).iloc[0]

    assert gap["difference"] == -1.0
    assert np.isnan(gap["p_value"])
    assert gap["direction"] == "unclear"


def test_change_is_since_the_wave_just_before():
    cells = pd.DataFrame(
        [cell(3.0, wave="1"), cell(3.1, wave="2"), cell(3.9, wave="3")]
    )

    trend = compare_waves_from_cells(cells, conf_level=0.95)

    assert trend["change"].tolist() == pytest.approx([np.nan, 0.1, 0.8], nan_ok=True)
    assert trend["direction"].tolist() == ["", "unclear", "higher"]


def test_a_hidden_wave_is_not_jumped_over():
    cells = pd.DataFrame(
        [
            cell(3.0, wave="1"),
            cell(3.1, wave="2", status="hidden"),
            cell(3.9, wave="3"),
        ]
    )

    trend = compare_waves_from_cells(cells, conf_level=0.95)

    assert trend["change"].isna().all()
    assert trend["status"].tolist() == ["shown", "hidden", "shown"]


def test_a_trend_can_be_compared_again():
    cells = pd.DataFrame([cell(3.0, wave="1"), cell(3.9, wave="2")])
    once = compare_waves_from_cells(cells, conf_level=0.95)

    pd.testing.assert_frame_equal(compare_waves_from_cells(once, conf_level=0.95), once)


def test_one_wave_has_no_trend(small):
    only = small.take(small.people["wave"] == "1")
    assert diagnose(replace(only, waves=("1",))).trend.empty


def test_progress_announces_each_step(small):
    heard = []
    diagnose(small, progress=heard.append)

    assert tuple(heard) == STEPS


def test_a_coverage_outside_0_to_1_is_refused(small):
    with pytest.raises(ValueError, match="`conf_level` must lie between 0 and 1"):
        diagnose(small, conf_level=95)


def test_unresolved_intake_is_refused(small):
    report = replace(
        small.report, problems=(Problem(code="R003", place="x", message="twice"),)
    )
    with pytest.raises(ResponseError, match="twice"):
        diagnose(replace(small, reports=(report,)))


def test_the_responses_are_left_as_they_were(organisation):
    answers, people = organisation.answers.copy(), organisation.people.copy()

    diagnose(organisation)

    pd.testing.assert_frame_equal(organisation.answers, answers)
    pd.testing.assert_frame_equal(organisation.people, people)

"""Change between waves against clubSandwich, lme4, nlme and R's own functions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.change import (
    attrition,
    compare_linked_waves,
    compare_waves,
    compare_waves_from_team_summaries,
    composition_shift,
    wave_cells,
    wave_trend,
)

CASE = json.loads(
    (Path(__file__).parent / "cases" / "change.json").read_text(encoding="utf-8")
)
CLOSED, REML, SATTERTHWAITE = (
    CASE["rtol"][name]["value"] for name in ("closed_form", "reml", "satterthwaite")
)
FIGURES = ["estimate", "std_error", "df"]


@pytest.fixture(scope="module")
def rows():
    return pd.DataFrame(CASE["rows"])


@pytest.fixture(scope="module")
def linked():
    return pd.DataFrame(CASE["linked"])


def split(rows):
    return [rows[rows["wave"] == wave] for wave in (0, 1)]


@pytest.mark.parametrize("name", ["cr2", "cr1", "weighted", "weighted_alone"])
def test_two_waves_as_in_r(rows, name):
    first, second = split(rows)
    teams, weights = {}, {}
    if name != "weighted_alone":
        teams = {"first_teams": first["team"], "second_teams": second["team"]}
    if name.startswith("weighted"):
        weights = {"first_weights": first["weight"], "second_weights": second["weight"]}
    errors = "cr1s" if name == "cr1" else "cr2"

    result = compare_waves(
        first["value"], second["value"], errors=errors, **teams, **weights
    )

    got = {figure: getattr(result, figure) for figure in FIGURES}
    assert got == pytest.approx(CASE["two_waves"][name], rel=CLOSED)


@pytest.mark.parametrize("name", ["cr2", "cr1"])
def test_two_waves_from_the_cells_alone(rows, name):
    cells = wave_cells(rows["value"], rows["wave"], teams=rows["team"])
    first, second = (part.drop(columns="variance") for part in split(cells))

    result = compare_waves_from_team_summaries(
        first, second, errors="cr1s" if name == "cr1" else name
    )

    got = {figure: getattr(result, figure) for figure in FIGURES}
    assert got == pytest.approx(CASE["two_waves"][name], rel=CLOSED)


def test_welch_from_the_cells_alone_is_welch_on_the_answers(rows):
    cells = wave_cells(rows["value"], rows["wave"], teams=rows["team"])

    result = compare_waves_from_team_summaries(*split(cells), errors="welch")

    expected = CASE["plain"]["first_step"]
    got = {figure: getattr(result, figure) for figure in expected}
    assert got == pytest.approx(expected, rel=CLOSED)


@pytest.fixture(scope="module")
def trend(rows):
    cells = wave_cells(rows["value"], rows["wave"], teams=rows["team"])
    return wave_trend(cells, times=dict(enumerate(CASE["trend"]["times"])))


def test_slope_as_in_clubsandwich(trend):
    got = {figure: getattr(trend, figure) for figure in FIGURES}
    assert got == pytest.approx(CASE["trend"]["slope"], rel=CLOSED)


def test_linearity_is_the_htz_test_of_clubsandwich(trend):
    expected = CASE["trend"]["linearity"]
    got = [trend.linearity_statistic, trend.linearity_df, trend.linearity_df2]
    assert got == pytest.approx(list(expected.values()), rel=CLOSED)


@pytest.mark.parametrize("part", ["steps", "means"])
def test_every_wave_and_step_as_in_clubsandwich(trend, part):
    frame = trend.to_steps() if part == "steps" else trend.to_frame()
    expected = pd.DataFrame(CASE["trend"][part])
    np.testing.assert_allclose(frame[FIGURES], expected[FIGURES], rtol=CLOSED)


def test_band_of_the_line_as_in_clubsandwich(trend):
    from scipy.stats import t

    expected = pd.DataFrame(CASE["trend"]["line"])
    margin = t.ppf(0.975, expected["df"]) * expected["std_error"]
    frame = trend.to_frame()
    np.testing.assert_allclose(frame["fitted"], expected["estimate"], rtol=CLOSED)
    width = frame["fitted_high"] - frame["fitted"]
    np.testing.assert_allclose(width, margin, rtol=CLOSED)


def test_trend_without_teams_is_that_of_welch_and_johansen(rows):
    cells = wave_cells(rows["value"], rows["wave"])

    result = wave_trend(cells, times=dict(enumerate(CASE["trend"]["times"])))

    expected = CASE["plain"]
    got = {figure: getattr(result, figure) for figure in FIGURES}
    assert got == pytest.approx(expected["slope"], rel=CLOSED)
    got = [result.linearity_statistic, result.linearity_df, result.linearity_df2]
    assert got == pytest.approx(list(expected["linearity"].values()), rel=CLOSED)
    step = result.to_steps().iloc[0]
    for figure, value in expected["first_step"].items():
        assert step[figure] == pytest.approx(value, rel=CLOSED)


def test_cells_of_one_person_and_a_weight_of_one_change_nothing(rows):
    alone = rows.assign(team=[f"p{i}" for i in range(len(rows))])
    first, second = split(alone)

    by_weights = compare_waves(
        first["value"],
        second["value"],
        first_weights=np.ones(len(first)),
        second_weights=np.ones(len(second)),
    )

    plain = compare_waves(first["value"], second["value"])
    assert by_weights.std_error == pytest.approx(plain.std_error, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "form", "in_teams"),
    [
        ("person", "categorical", False),
        ("person_linear", "linear", False),
        ("person_in_team", "categorical", True),
        ("linear_in_team", "linear", True),
    ],
)
def test_linked_waves_as_in_lme4(linked, name, form, in_teams):
    result = compare_linked_waves(
        linked["value"],
        linked["wave"],
        linked["person"],
        teams=linked["team"] if in_teams else None,
        form=form,
    )

    expected = CASE["linked_cases"][name]
    changes = result.to_frame()
    changes = changes[changes["comparison"] != "previous"]
    np.testing.assert_allclose(changes["estimate"], expected["estimate"][1:], rtol=REML)
    errors = expected["std_error"][1:]
    np.testing.assert_allclose(changes["std_error"], errors, rtol=REML)
    np.testing.assert_allclose(changes["df"], expected["df"][1:], rtol=SATTERTHWAITE)
    level = result.to_waves().iloc[0]
    assert level["estimate"] == pytest.approx(expected["estimate"][0], rel=REML)
    assert level["std_error"] == pytest.approx(expected["std_error"][0], rel=REML)
    assert level["df"] == pytest.approx(expected["df"][0], rel=SATTERTHWAITE)
    variances = expected["variances"]
    got = {"person": result.var_person, "Residual": result.var_residual}
    if in_teams:
        got["team"] = result.var_team
    assert got == pytest.approx(variances, rel=REML)
    assert result.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)


@pytest.mark.parametrize("name", ["person", "person_in_team"])
def test_containment_df_are_those_of_nlme(linked, name):
    teams = linked["team"] if name == "person_in_team" else None

    result = compare_linked_waves(
        linked["value"],
        linked["wave"],
        linked["person"],
        teams=teams,
        df_method="containment",
    )

    assert set(result.to_frame()["df"]) == {CASE["linked_cases"][name]["containment"]}


def test_no_lasting_differences_leave_ordinary_regression():
    flat = pd.DataFrame(CASE["flat"])

    result = compare_linked_waves(flat["value"], flat["wave"], flat["person"])

    expected = CASE["linked_cases"]["zero"]
    assert result.var_person == 0
    assert any("variance 0" in note for note in result.notes)
    changes = result.to_frame()
    changes = changes[changes["comparison"] == "first"]
    for figure in ("estimate", "std_error"):
        np.testing.assert_allclose(changes[figure], expected[figure][1:], rtol=1e-9)
    np.testing.assert_allclose(changes["df"], expected["df"], rtol=1e-7)
    assert result.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-9)


def test_make_up_by_kitagawa():
    first, second = pd.DataFrame(CASE["first"]), pd.DataFrame(CASE["second"])

    result = composition_shift(
        first["group"], second["group"], first["value"], second["value"]
    )

    got = {figure: getattr(result, figure) for figure in CASE["composition"]}
    assert got == pytest.approx(CASE["composition"], rel=CLOSED)


def test_leavers_as_in_r():
    stay = pd.DataFrame(CASE["stay"])
    people = pd.Series(np.arange(len(stay)))
    later = stay[stay["stayed"] == 1]
    scores = pd.concat([stay, later])[["score", "other"]].reset_index(drop=True)
    waves = pd.Series(np.repeat([0, 1], [len(stay), len(later)]))
    persons = pd.concat([people, people[later.index]], ignore_index=True)

    result = attrition(scores, waves, persons, logistic=True)

    expected = CASE["attrition"]
    fitted = result.to_logistic()
    for figure in ("estimate", "std_error"):
        np.testing.assert_allclose(fitted[figure], expected[figure], rtol=1e-7)
    row = result.to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(expected["difference"], rel=CLOSED)
    assert row["df"] == pytest.approx(expected["difference_df"], rel=CLOSED)
    shares = result.to_shares()[["conf_low", "conf_high"]].iloc[0]
    np.testing.assert_allclose(shares.astype(float), expected["wilson"], rtol=CLOSED)

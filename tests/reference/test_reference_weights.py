"""Raking, weighted means and post-stratification against R's survey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.team_sums import team_summary
from diagnose.statistics.weights import (
    compare_early_late,
    margins_of_error,
    poststratified_mean,
    rake,
    weighted_mean,
)

CASES = Path(__file__).parent / "cases" / "weights.json"
REFERENCE = json.loads(CASES.read_text("utf-8"))
# Ends of an iteration whose margins hold to 1e-13 in both programs.
RTOL = REFERENCE["rtol"]
RAKING = {case["name"]: case for case in REFERENCE["raking"]}


@pytest.fixture(scope="module")
def synth(oracle):
    frame = pd.read_csv(oracle / "synth_complete.csv")
    frame["score"] = frame[[f"valence{i}" for i in range(1, 5)]].mean(axis="columns")
    low, high = frame["outcome"].quantile([0.2, 0.7])
    frame["third"] = np.select(
        [frame["outcome"] <= low, frame["outcome"] <= high], ["low", "mid"], "high"
    )
    return frame


def _case(name, synth):
    data = synth.copy()
    design = pd.Series(1.0, index=data.index)
    if name in ("design weights", "missing scores"):
        design = (0.5 + (data["team"] % 5) / 2).round(1)
    if name == "missing scores":
        data.loc[::7, "score"] = np.nan
    raked = rake(data, RAKING[name]["margins"], design_weights=design, tolerance=1e-14)
    return data, raked, RAKING[name]


@pytest.mark.parametrize("name", list(RAKING))
def test_weights_as_in_survey(name, synth):
    _, raked, expected = _case(name, synth)
    ends = raked.weights.iloc[[0, 1, 2, -3, -2, -1]]

    assert ends.tolist() == pytest.approx(expected["first_and_last_weights"], rel=RTOL)
    assert raked.n_effective == pytest.approx(expected["kish"], rel=RTOL)


@pytest.mark.parametrize("name", list(RAKING))
@pytest.mark.parametrize("residuals", ["design", "equal", None])
@pytest.mark.parametrize("in_teams", [True, False])
def test_weighted_mean_as_in_survey(name, residuals, in_teams, synth):
    data, raked, expected = _case(name, synth)

    result = weighted_mean(
        data["score"],
        raked.weights,
        rake=raked if residuals else None,
        residual_weights=residuals or "design",
        teams=data["team"] if in_teams else None,
    )

    key = (residuals or "plain") + ("_teams" if in_teams else "")
    assert [result.estimate, result.std_error] == pytest.approx(expected[key], rel=RTOL)


def test_the_projects_own_oracle(synth, oracle):
    stored = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["rake"]
    _, raked, _ = _case("two margins", synth)
    cell = synth["level"] + " " + synth["site"]

    # survey's own stopping rule left the last three of its 13 digits open
    assert raked.weights.groupby(cell).first().to_dict() == pytest.approx(
        stored["cells"], rel=1e-9
    )
    mean = weighted_mean(synth["score"], raked.weights, rake=raked)
    assert mean.std_error == pytest.approx(stored["se_val"], rel=1e-9)


def test_residuals_by_the_raked_weights_explain_the_other_published_figure(synth):
    # .0346124 is the same formula with the raked weights in the regression
    _, raked, _ = _case("two margins", synth)

    design = weighted_mean(synth["score"], raked.weights, rake=raked)
    other = weighted_mean(
        synth["score"], raked.weights, rake=raked, residual_weights="raked"
    )

    assert design.std_error == pytest.approx(0.0346155, abs=5e-8)
    assert other.std_error == pytest.approx(0.0346124, abs=5e-8)


def test_four_cells_by_hand():
    rows = [("a", "x")] * 10 + [("a", "y")] * 20 + [("b", "x")] * 30 + [("b", "y")] * 40
    people = pd.DataFrame(rows, columns=["one", "two"])
    half = 50

    raked = rake(people, {"one": {"a": half, "b": half}, "two": {"x": half, "y": half}})

    totals = raked.weights.groupby([people["one"], people["two"]]).sum()
    # the odds ratio of the cells stays 10 * 40 / (20 * 30) = 2/3
    share = np.sqrt(2 / 3) / (1 + np.sqrt(2 / 3)) * half
    assert totals.to_numpy() == pytest.approx(
        [share, half - share, half - share, share], rel=1e-9
    )
    assert share == pytest.approx(22.47448714, abs=5e-9)


def _strata(synth):
    kept = synth[~synth["team"].isin([1, 2])]
    summary = team_summary(kept["score"], kept["team"])
    members = REFERENCE["strata"]["members"]
    summary["n_members"] = [members[str(team)] for team in summary["team"]]
    return summary


def test_units_weighted_by_members_as_strata_in_survey(synth):
    expected = REFERENCE["strata"]

    result = poststratified_mean(_strata(synth))

    assert [result.estimate, result.std_error] == pytest.approx(
        expected["finite"], rel=1e-11
    )
    assert result.std_error_infinite == pytest.approx(
        expected["infinite"][1], rel=1e-11
    )
    assert [result.conf_low, result.conf_high] == pytest.approx(
        expected["conf"], rel=1e-11
    )
    assert result.df == expected["df"]
    assert result.n_effective == pytest.approx(expected["kish"], rel=1e-11)


def test_margin_of_every_unit_as_in_survey(synth):
    expected = pd.DataFrame(REFERENCE["strata"]["own"])

    frame = margins_of_error(_strata(synth)).to_frame()

    assert frame["team"].tolist() == expected["team"].tolist()
    for column in ("std_error", "conf_low", "conf_high"):
        # one unit answered in full: its standard error is 0 in both programs
        assert frame[column].to_numpy() == pytest.approx(
            expected[column].to_numpy(), rel=1e-10, abs=1e-14
        )


def test_early_and_late_as_in_r(synth):
    expected = REFERENCE["early_late"]
    moment = (synth["team"] * 37 + np.arange(1, 631) * 13) % 211

    result = compare_early_late(synth["score"], moment)

    for field, value in expected.items():
        assert getattr(result, field) == pytest.approx(value, rel=1e-9), field

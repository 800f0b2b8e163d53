"""Shrunken means and contrasts against R, on synthetic and on awkward data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.pooling import (
    difference_from_rest,
    shrunken_means,
    shrunken_means_from_summary,
)
from diagnose.statistics.team_sums import team_summary

CASES = json.loads(
    Path(__file__).with_name("cases").joinpath("pooling.json").read_text("utf-8")
)
OPTIMISER = 1e-6  # lme4 stops its search within this of the optimum


@pytest.fixture(scope="module")
def answers(oracle):
    return pd.read_csv(oracle / "synth_complete.csv")


@pytest.fixture(scope="module")
def valence(answers):
    return answers[[f"valence{i}" for i in range(1, 5)]].mean(axis="columns")


@pytest.fixture(scope="module")
def expected(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["eb"]


def test_model_as_in_lme4(answers, valence, expected):
    result = shrunken_means(valence, answers["team"])

    assert result.mu == pytest.approx(expected["mu"], rel=OPTIMISER)
    assert [result.tau2, result.sigma2] == pytest.approx(
        expected["vcov"], rel=OPTIMISER
    )


def test_levels_and_conditional_variances_as_in_lme4(answers, valence, expected):
    result = shrunken_means(valence, answers["team"])
    frame = result.to_frame()

    assert frame["team"].tolist() == list(range(1, 33))
    assert (frame["estimate"] - result.mu).to_numpy() == pytest.approx(
        expected["blup"], rel=OPTIMISER, abs=1e-8
    )
    assert (frame["posterior_sd"] ** 2).to_numpy() == pytest.approx(
        expected["condvar"], rel=OPTIMISER
    )


def test_contrasts_as_a_regression_on_one_dummy_a_team(answers, valence):
    """Team against the rest is a linear contrast of one-way ANOVA: brute force."""
    frame = difference_from_rest(team_summary(valence, answers["team"])).to_frame()
    design = pd.get_dummies(answers["team"]).to_numpy(dtype=float)
    coefficients, squares, *_ = np.linalg.lstsq(design, valence.to_numpy(), rcond=None)
    sizes = design.sum(axis=0)
    contrast = -sizes / (sizes.sum() - sizes[0])
    contrast[0] = 1
    covariance = np.linalg.inv(design.T @ design) * squares / (len(design) - 32)

    assert frame.loc[0, "estimate"] == pytest.approx(contrast @ coefficients)
    assert frame.loc[0, "std_error"] == pytest.approx(
        np.sqrt(contrast @ covariance @ contrast)
    )
    assert frame.loc[0, "df"] == 598


def _named(kind):
    return [pytest.param(case, id=case["name"]) for case in CASES[kind]]


@pytest.mark.parametrize("case", _named("models"))
def test_awkward_teams_as_in_lme4(case):
    data, expected = pd.DataFrame(case["data"]), case["expected"]
    near = {"rel": case["rtol"], "abs": 1e-8}

    result = shrunken_means(data["value"], data["team"])
    frame = result.to_frame()

    for name in ("mu", "mu_std_error", "tau2", "sigma2", "n_respondents", "n_teams"):
        assert getattr(result, name) == pytest.approx(expected[name], **near), name
    effects = (frame["estimate"] - result.mu).to_numpy()
    assert effects == pytest.approx(expected["effects"], **near)
    assert frame["posterior_sd"].to_numpy() == pytest.approx(
        expected["posterior_sd"], **near
    )
    assert result.teams_equal == (expected["tau2"] == 0)


@pytest.mark.parametrize("case", _named("intervals"))
def test_intervals_as_by_adaptive_integration(case):
    summary = pd.DataFrame(case["data"])
    summary["variance"] = summary["variance"].astype(float)

    frame = shrunken_means_from_summary(
        summary, n_members=summary.set_index("team")["n_members"]
    ).to_frame()

    for name, values in case["expected"].items():
        assert frame[name].to_numpy() == pytest.approx(values, rel=case["rtol"]), name


@pytest.mark.parametrize("case", _named("contrasts"))
@pytest.mark.parametrize("rest", ["respondents", "teams"])
@pytest.mark.parametrize("variances", ["pooled", "separate"])
def test_contrasts_as_in_r(case, rest, variances):
    data, expected = pd.DataFrame(case["data"]), case["expected"][rest]
    summary = team_summary(data["value"], data["team"])

    frame = difference_from_rest(summary, rest=rest, variances=variances).to_frame()

    near = {"rel": case["rtol"], "abs": 1e-12}
    assert frame["estimate"].to_numpy() == pytest.approx(expected["estimate"], **near)
    assert frame["std_error"].to_numpy() == pytest.approx(expected[variances], **near)
    if variances == "separate":
        df = np.minimum(expected["df"], len(data) - len(summary))
        assert frame["df"].to_numpy() == pytest.approx(df, **near)

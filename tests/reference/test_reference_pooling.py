"""Shrunken means against lme4 1.1-31 on the project's synthetic data."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.pooling import difference_from_rest, shrunken_means
from diagnose.statistics.team_sums import team_summary

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

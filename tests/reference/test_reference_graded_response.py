"""The graded response model against ltm, and against another route in R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import SmallSampleWarning
from diagnose.statistics.irt import (
    eap_scores,
    graded_response,
    item_fit,
    local_dependence,
    person_fit,
)

FOLDER = Path(__file__).parent
CASES = json.loads((FOLDER / "cases" / "graded_response.json").read_text("utf-8"))
FITS, FOLLOW = CASES["fits"], CASES["follow"]
SUBSCALES = ("valence", "efficacy", "support", "commit")


def answers_of(data):
    answers = pd.read_csv(FOLDER / data["file"])
    if "count" in answers:
        answers = answers.loc[answers.index.repeat(answers["count"])]
    return answers[data["columns"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]


@pytest.fixture(scope="module")
def valence():
    answers = answers_of(FOLLOW["data"])
    return graded_response(answers), answers


@pytest.mark.filterwarnings("ignore::diagnose.errors.SmallSampleWarning")
@pytest.mark.parametrize("case", FITS, ids=lambda case: case["source"])
def test_fit_matches_r(case):
    expected, rtol = case["expected"], case["rtol"]

    result = graded_response(answers_of(case["data"]), **case["options"])

    likelihood = [result.log_likelihood, result.aic, result.bic]
    in_r = [expected["log_likelihood"], expected["aic"], expected["bic"]]
    assert likelihood == pytest.approx(in_r, rel=case["rtol_log_likelihood"])
    assert result.slopes == pytest.approx(expected["slopes"], rel=rtol)
    thresholds = np.concatenate(expected["thresholds"])
    # A threshold near 0 is compared on the scale of the others, which is about 1.
    got = np.concatenate(result.thresholds)
    assert got == pytest.approx(thresholds, rel=rtol, abs=rtol)
    se = np.concatenate([result.slope_se, *result.threshold_se])
    se_in_r = np.concatenate([expected["slope_se"], *expected["threshold_se"]])
    assert se == pytest.approx(se_in_r, rel=case["rtol_std_error"])
    assert result.n_patterns == expected["n_patterns"]
    assert result.n_respondents == expected["n_respondents"]


@pytest.mark.parametrize("name", SUBSCALES)
def test_likelihood_and_coefficients_match_ltm(oracle, in_r, name):
    answers = pd.read_csv(oracle / "synth_complete.csv")
    items = answers[[f"{name}{i}" for i in range(1, 5)]]

    result = graded_response(items, quadrature="gauss_hermite", n_points=21)

    # ltm stops up to 1.2e-5 below the maximum, which the second route in R confirms.
    gained = result.log_likelihood - in_r[name]["grm_loglik"]
    assert -1e-8 < gained < 2e-5
    in_ltm = np.array(in_r[name]["grm_coef"])
    # ltm prints 3 decimals (5e-4), and is as far again from the maximum.
    assert result.slopes == pytest.approx(in_ltm[:, 4], abs=1e-3)
    assert np.array(result.thresholds) == pytest.approx(in_ltm[:, :4], abs=1e-3)


def test_likelihood_at_the_estimates_of_ltm(oracle, in_r):
    """At ltm's own (rounded) estimates the likelihood is ltm's, but for rounding."""
    from diagnose.statistics.irt.intake import take_in
    from diagnose.statistics.irt.likelihood import Data, evaluate
    from diagnose.statistics.irt.quadrature import make_quadrature

    answers = pd.read_csv(oracle / "synth_complete.csv")
    intake = take_in(answers[[f"support{i}" for i in range(1, 5)]], "available")
    rule = make_quadrature("gauss_hermite", 21, 6)
    data = Data(layout=intake.layout, patterns=intake.patterns, quadrature=rule)
    in_ltm = np.array(in_r["support"]["grm_coef"])
    intercepts = (-in_ltm[:, 4:] * in_ltm[:, :4]).ravel()

    value = evaluate(data, np.concatenate([in_ltm[:, 4], intercepts]))

    # Rounding to .0005 costs less than half the information times its square.
    assert value.log_likelihood == pytest.approx(
        in_r["support"]["grm_loglik"], abs=5e-4
    )


def test_61_points_give_the_known_likelihood_and_shift_little(valence, in_r):
    result, _ = valence

    assert result.log_likelihood == pytest.approx(-3268.75716, abs=5e-6)  # 5 decimals
    in_ltm = np.array(in_r["valence"]["grm_coef"])
    assert result.slopes == pytest.approx(in_ltm[:, 4], abs=0.02)
    assert np.array(result.thresholds) == pytest.approx(in_ltm[:, :4], abs=0.02)


def test_scores_match_adaptive_integration_in_r(valence):
    result, answers = valence
    who = pd.DataFrame(FOLLOW["answers"], columns=answers.columns, dtype=float)

    scores = eap_scores(result, who)

    got = scores[["estimate", "std_error"]].to_numpy()
    assert got == pytest.approx(np.array(FOLLOW["eap"]), rel=FOLLOW["rtol_eap"])
    assert scores["n_answered"].tolist() == [4, 3, 4, 2, 4, 4]


def test_person_fit_matches_r(valence):
    result, answers = valence
    who = pd.DataFrame(FOLLOW["answers"], columns=answers.columns, dtype=float)

    frame = person_fit(result, who).to_frame()

    got = frame[["theta", "log_likelihood", "l_z", "l_z_star"]].to_numpy()
    expected = np.array(FOLLOW["person_fit"])
    assert got == pytest.approx(expected, rel=FOLLOW["rtol_person_fit"])


def test_q3_matches_r(valence):
    result, answers = valence

    frame = local_dependence(result, answers).to_frame()

    assert frame["q3"].tolist() == pytest.approx(FOLLOW["q3"], rel=FOLLOW["rtol_q3"])


def test_item_fit_matches_enumeration_in_r(valence):
    result, answers = valence

    frame = item_fit(result, answers).to_frame()

    statistic, df = FOLLOW["s_x2"]
    assert frame["statistic"].tolist() == pytest.approx(
        statistic, rel=FOLLOW["rtol_s_x2"]
    )
    assert frame["df"].tolist() == df


@pytest.mark.parametrize("name", ["small", "heywood"])
def test_samples_that_bound_no_slope_are_refused(name):
    from diagnose.errors import InsufficientDataError

    file = f"cases/awkward/{name}.csv"
    items = answers_of({"file": file, "columns": ["x1", "x2", "x3", "x4"]})

    with (
        pytest.warns(SmallSampleWarning),
        pytest.raises(InsufficientDataError, match="slope has no bound for x1"),
    ):
        graded_response(items)

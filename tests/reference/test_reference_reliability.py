"""Alpha and omega against R: psych, lavaan and semTools."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.one_factor import fit_one_factor
from diagnose.statistics.reliability import (
    _log_interval,
    cronbach_alpha,
    omega_total,
)

CASES = json.loads(
    (Path(__file__).parent / "cases" / "cronbach_alpha.json").read_text("utf-8")
)
SUBSCALES = ("valence", "efficacy", "support", "commit")


@pytest.fixture(scope="module")
def answers(oracle):
    return pd.read_csv(oracle / "synth_complete.csv")


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]


def subscale(answers, name):
    return answers[[f"{name}{i}" for i in range(1, 5)]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"])
def test_alpha_matches_reference(case):
    result = cronbach_alpha(pd.DataFrame(case["items"]))

    got = {name: getattr(result, name) for name in case["expected"]}
    assert got == pytest.approx(case["expected"], rel=case["rtol"])


@pytest.mark.parametrize("name", SUBSCALES)
def test_alpha_and_feldt_match_psych(answers, in_r, name):
    result = cronbach_alpha(subscale(answers, name))

    expected = in_r[name]
    assert result.estimate == pytest.approx(expected["raw_alpha"], rel=1e-11)
    limits = (result.conf_low, result.conf_high)
    assert limits == pytest.approx(tuple(expected["feldt"]), rel=1e-11)


@pytest.mark.parametrize(
    ("dataset", "expected", "n_respondents"),
    [
        ("cronbach_alpha", (0.5917188486, 0.1949213907, 0.8398208146), 15),
        # pingouin counts the 12 rows before deletion and prints .581 to .933.
        ("cronbach_wide_missing", (0.8016949153, 0.5330031999, 0.9472079674), 9),
    ],
)
def test_alpha_counts_respondents_after_deletion(dataset, expected, n_respondents):
    import pingouin

    items = pingouin.read_dataset(dataset)
    if dataset == "cronbach_alpha":
        items = items.pivot(index="Subj", columns="Items", values="Scores")

    result = cronbach_alpha(items)

    got = (result.estimate, result.conf_low, result.conf_high)
    assert got == pytest.approx(expected, rel=1e-8)  # R printed 10 decimals
    assert result.n_respondents == n_respondents


@pytest.mark.parametrize("name", SUBSCALES)
def test_one_factor_matches_lavaan(answers, in_r, name):
    items = subscale(answers, name)

    fit = fit_one_factor(items.cov(ddof=0), len(items))

    expected = in_r[name]
    got = np.concatenate([fit.loadings, fit.uniquenesses])
    # lavaan stops at a gradient of about 1e-6; so the 1e-5 for maximum likelihood.
    assert got == pytest.approx(list(expected["cfa_coef"].values()), rel=1e-5)
    errors = np.concatenate([fit.loading_se, fit.uniqueness_se])
    assert errors == pytest.approx(expected["cfa_se"], rel=1e-5)
    assert fit.statistic == pytest.approx(expected["cfa_fit"]["chisq"], rel=1e-5)
    assert fit.p_value == pytest.approx(expected["cfa_fit"]["pvalue"], rel=1e-5)
    assert fit.log_likelihood == pytest.approx(expected["cfa_fit"]["logl"], rel=1e-9)
    assert fit.df == expected["cfa_fit"]["df"]
    assert fit.converged


@pytest.mark.parametrize("name", SUBSCALES)
def test_omega_matches_semtools(answers, in_r, name):
    result = omega_total(subscale(answers, name))

    # Loadings by maximum likelihood, as above.
    assert result.estimate == pytest.approx(in_r[name]["omega_cfa"], rel=1e-5)


def test_implied_denominator_is_another_number(answers):
    result = omega_total(subscale(answers, "valence"), denominator="implied")

    assert result.estimate == pytest.approx(0.80468943, rel=1e-7)  # 8 decimals stored
    assert result.method == "omega_total_implied"


def test_log_interval_matches_published_check():
    limits = _log_interval(0.88, 0.0147, 100, 0.95)

    assert limits == pytest.approx((0.8489611641, 0.9065575425), rel=1e-9)


def test_delta_error_of_implied_omega_is_that_of_the_parameters(answers):
    """Second route: the textbook delta method over loadings and uniquenesses."""
    items = subscale(answers, "support")
    fit = fit_one_factor(items.cov(ddof=0), len(items))
    common, error = fit.loadings.sum(), fit.uniquenesses.sum()
    total = common**2 + error
    slope = np.repeat([2 * common * error / total**2, -(common**2) / total**2], 4)
    variance = slope @ np.linalg.inv(fit.information) @ slope / len(items)

    result = omega_total(items, denominator="implied")

    expected = _log_interval(result.estimate, np.sqrt(variance), len(items), 0.95)
    assert (result.conf_low, result.conf_high) == pytest.approx(expected, rel=1e-10)


def test_delta_error_of_observed_omega_agrees_with_simulation(answers, rng):
    """Monte Carlo: 300 normal samples give the standard error within 10 per cent."""
    items = subscale(answers, "valence")
    covariance = fit_one_factor(items.cov(ddof=0), 630).implied_covariance
    simulated = [
        omega_total(
            pd.DataFrame(rng.multivariate_normal(np.zeros(4), covariance, 630))
        ).estimate
        for _ in range(300)
    ]

    result = omega_total(items)

    width = result.conf_high - result.conf_low
    assert width / (2 * 1.959964) == pytest.approx(np.std(simulated), rel=0.10)

"""Likelihood, moments and information of incomplete answers against R: lavaan."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.missing import IncompleteData, em_covariance, missing_patterns

CASES = json.loads(
    (Path(__file__).parent / "cases" / "missing.json").read_text("utf-8")
)
AWKWARD = Path(__file__).parent / "cases" / "awkward"
by_source = pytest.mark.parametrize(
    "case", CASES["saturated"], ids=lambda case: case["data"]
)


def answers(name, oracle):
    if name == "airquality":
        return pd.DataFrame(CASES["airquality"], dtype=float)
    if name == "synth_missing":
        frame = pd.read_csv(oracle / "synth_missing.csv")
        return frame.drop(columns=["team", "level", "site", "outcome"])
    counted = pd.read_csv(AWKWARD / f"{name}.csv", dtype=float)
    rows = counted.loc[counted.index.repeat(counted["count"].astype(int))]
    return rows.drop(columns="count").reset_index(drop=True)


@by_source
def test_em_moments_are_those_of_lavaan(case, oracle):
    result = em_covariance(answers(case["data"], oracle))

    expected, rtol = case["expected"], case["rtol"]
    assert result.mean.to_numpy() == pytest.approx(expected["mean"], rel=rtol)
    got = result.covariance.to_numpy().ravel()
    assert got == pytest.approx(np.ravel(expected["covariance"]), rel=rtol)
    # The likelihood is flat at its top, so it keeps more digits than the moments.
    assert result.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-12)
    assert result.n_respondents == expected["n_respondents"]
    assert result.n_patterns == expected["n_patterns"]


@by_source
def test_little_is_that_of_the_moments_of_lavaan(case, oracle):
    result = missing_patterns(answers(case["data"], oracle)).mcar_test

    expected = case["expected"]["little"]
    assert result.statistic == pytest.approx(expected["statistic"], rel=case["rtol"])
    assert result.p_value == pytest.approx(expected["p_value"], rel=1e-7)
    assert result.df == expected["df"]


def test_little_matches_a_published_value(oracle):
    """naniar's manual prints 35.1, df 14, p .00142 and 4 patterns for airquality."""
    result = missing_patterns(answers("airquality", oracle)).mcar_test

    assert result.statistic == pytest.approx(35.1, abs=0.05)
    assert result.p_value == pytest.approx(0.00142, abs=5e-6)
    assert (result.df, result.n_patterns) == (14, 4)


def test_saturated_likelihood_is_that_behind_the_fiml_statistic(oracle):
    """The chi-squared of a FIML model is twice its distance to the saturated one."""
    stored = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))
    fit = stored["cfa4_fiml_missing"]["fit"]

    result = em_covariance(answers("synth_missing", oracle))

    # 13 digits stored of the log-likelihood, 12 of the statistic.
    expected = fit["logl"] + fit["chisq"] / 2
    assert result.log_likelihood == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("kind", ["observed", "expected", "first.order"])
def test_information_on_moments_is_that_of_lavaan(kind, oracle):
    (case,) = (c for c in CASES["saturated"] if "information.observed" in c["expected"])
    data = IncompleteData(answers(case["data"], oracle).to_numpy())
    at = [
        np.array(case["expected"][f"information_{m}"]) for m in ("mean", "covariance")
    ]

    if kind == "first.order":
        got = data.moment_score_cross_product(*at)
    else:
        got = data.moment_information(*at, kind=kind)

    expected = np.array(case["expected"][f"information.{kind}"])
    # The same closed form; elements near 0 are sums that cancel.
    tolerance = 1e-10 * np.abs(expected).max()
    assert got == pytest.approx(expected, rel=1e-8, abs=tolerance)


@pytest.fixture(params=CASES["one_factor"], ids=lambda case: case["data"])
def one_factor(request, oracle):
    """Return a fitted one-factor model: data, moments, derivatives, answers."""
    expected = request.param["expected"]
    estimates = np.array(expected["estimates"])
    n_items = len(estimates) // 3
    loadings, uniquenesses, means = np.split(estimates, 3)
    unit = np.eye(n_items)
    d_cov = np.zeros((3 * n_items, n_items, n_items))
    d_mean = np.zeros((3 * n_items, n_items))
    for k in range(n_items):
        d_cov[k] = np.outer(unit[k], loadings) + np.outer(loadings, unit[k])
        d_cov[n_items + k] = np.outer(unit[k], unit[k])
        d_mean[2 * n_items + k] = unit[k]
    items = answers(request.param["data"], oracle).iloc[:, :n_items]
    covariance = np.outer(loadings, loadings) + np.diag(uniquenesses)
    return (
        IncompleteData(items.to_numpy()),
        (means, covariance),
        (d_mean, d_cov),
        expected,
        request.param["rtol"],
    )


def test_log_likelihood_of_a_model_is_that_of_lavaan(one_factor):
    data, at, directions, expected, _ = one_factor
    gradient = data.moment_gradient(*at)

    assert gradient.log_likelihood == pytest.approx(
        expected["log_likelihood"], rel=1e-13
    )
    assert data.log_likelihood(*at) == gradient.log_likelihood
    slope = directions[0] @ gradient.mean
    slope = slope + np.tensordot(directions[1], gradient.covariance, 2)
    # lavaan stops at a gradient of about 1e-4 for these; information is in hundreds.
    assert np.abs(slope).max() < 1e-4


def test_information_of_a_model_is_that_of_lavaan(one_factor):
    data, at, directions, expected, rtol = one_factor
    n_items = data.n_items

    observed = data.information(*at, *directions)
    # What the caller adds for a curved model: here second derivatives exist between
    # two loadings only.
    observed[:n_items, :n_items] -= 2 * data.moment_gradient(*at).covariance
    by_kind = {
        "observed": observed,
        "expected": data.information(*at, *directions, kind="expected"),
        "first_order": data.score_cross_product(*at, *directions),
    }

    for kind, got in by_kind.items():
        stored = np.array(expected[kind])
        tolerance = rtol * np.abs(stored).max()
        assert got == pytest.approx(stored, rel=rtol, abs=tolerance), kind

"""Polychoric and polyserial correlations against lavaan, pbivnorm and psych."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from diagnose.statistics.correlation import (
    bivariate_normal_cdf,
    bivariate_normal_dependence,
    ordinal_moments,
    polychoric,
    polyserial,
    rectangle_probabilities,
    smooth_correlation,
)

FOLDER = Path(__file__).parent / "cases"
CASES = json.loads((FOLDER / "correlation.json").read_text("utf-8"))
POLYCHORIC = [case for case in CASES if case["statistic"] == "polychoric"]
WITH_GAMMA = [case for case in POLYCHORIC if "gamma" in case["expected"]]
SUBSCALES = ("valence", "efficacy", "support", "commit")


def the_case(statistic):
    (case,) = [case for case in CASES if case["statistic"] == statistic]
    return case


def answers_of(case):
    if case["awkward"] is None:
        return pd.DataFrame(case["items"]).astype(float)
    rows = pd.read_csv(FOLDER / "awkward" / f"{case['awkward']}.csv")
    repeated = rows.loc[rows.index.repeat(rows["count"])].drop(columns="count")
    return repeated.reset_index(drop=True).astype(float)


@pytest.fixture(scope="module")
def synthetic(oracle):
    return pd.read_csv(oracle / "synth_complete.csv")


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]


@pytest.mark.parametrize("case", POLYCHORIC, ids=lambda case: case["source"])
def test_polychoric_matches_lavaan(case):
    result = polychoric(answers_of(case), zero_cells=case["zero_cells"])

    got = {
        "correlations": result.pairs["estimate"],
        "thresholds": result.thresholds["estimate"],
        "correlation_errors": result.pairs["std_error"],
        "threshold_errors": result.thresholds["std_error"],
    }
    for name, values in got.items():
        expected = np.atleast_1d(case["expected"][name])
        rtol = case["rtol"][name]
        # A threshold at the median is 0, computed by R as 1e-17.
        np.testing.assert_allclose(values, expected, rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("case", WITH_GAMMA, ids=lambda case: case["source"])
def test_asymptotic_covariance_matches_lavaan(case):
    answers = answers_of(case)

    moments = ordinal_moments(answers)

    gamma = np.array(case["expected"]["gamma"])
    spread = np.sqrt(np.outer(gamma.diagonal(), gamma.diagonal()))
    # Relative to the standard deviations: lavaan's correlations are 2e-8 from ours.
    np.testing.assert_allclose(moments.gamma / spread, gamma / spread, atol=2e-7)
    expected = [case["expected"][name] for name in ("thresholds", "correlations")]
    np.testing.assert_allclose(moments.moments, np.hstack(expected), rtol=1e-10)
    assert moments.n_respondents == len(answers)
    assert moments.missing == (
        "complete" if case["missing"] == "listwise" else "pairwise"
    )


@pytest.mark.parametrize("name", SUBSCALES)
def test_oracle_matches_lavaan_and_psych(synthetic, in_r, name):
    result = polychoric(synthetic[[f"{name}{i}" for i in range(1, 5)]])

    expected = in_r[name]
    lavaan, psych = (
        np.array(expected[f"polychoric_{program}"]) for program in ("lavaan", "psych")
    )
    # lavaan's optimiser stops at 2e-8; psych's earlier, see the methods page.
    np.testing.assert_allclose(result.correlation, lavaan, atol=3e-8)
    np.testing.assert_allclose(result.correlation, psych, atol=2e-5)
    thresholds = result.thresholds["estimate"].to_numpy().reshape(4, 4)
    # R's oracle was made with thresholds that stop at 1e-9.
    np.testing.assert_allclose(thresholds, expected["thresholds"], atol=2e-9)


def test_olsson_table_gives_the_published_value():
    (case,) = [case for case in POLYCHORIC if case["source"].startswith("Olsson")]

    result = polychoric(answers_of(case))

    estimate = result.pairs["estimate"].item()
    assert estimate == pytest.approx(0.49, abs=0.005)  # printed with two decimals
    assert estimate == pytest.approx(0.4913719492, abs=1e-8)  # lavaan
    assert estimate == pytest.approx(0.4913711554, abs=1e-6)  # polycor, less exact
    assert result.empty_cells == (("x", "y"),)


def test_an_empty_cell_of_a_binary_table_is_filled_as_lavaan_does():
    (case,) = [case for case in POLYCHORIC if case["source"].startswith("2 x 2")]

    result = polychoric(answers_of(case))

    assert result.pairs["estimate"].item() == pytest.approx(0.867812, abs=1e-6)


def test_bivariate_normal_matches_r():
    case = the_case("bivariate_normal_cdf")

    got = bivariate_normal_cdf(case["h"], case["k"], case["r"])

    np.testing.assert_allclose(got, case["expected"], rtol=0, atol=case["atol"])


@pytest.mark.parametrize("r", [-0.99, -0.6, 0.3, 0.9, 0.924, 0.926, 0.999])
def test_bivariate_normal_matches_quadrature(r):
    """Second route: integrate the conditional distribution of Y over X."""
    width = np.sqrt(1 - r**2)
    for h, k in [(0.4, -0.9), (-2.0, -2.1), (1.7, 1.7)]:

        def share(x, k=k):
            density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
            return density * ndtr((k - r * x) / width)

        edges = sorted({-12.0, h, *(x for x in (k / r - 0.2, k / r + 0.2) if x < h)})
        pieces = [
            quad(share, a, b, epsabs=1e-15, epsrel=1e-12)[0] for a, b in pairwise(edges)
        ]

        assert bivariate_normal_cdf(h, k, r) == pytest.approx(sum(pieces), abs=1e-13)
        dependence = bivariate_normal_dependence(h, k, r)
        expected = sum(pieces) - ndtr(h) * ndtr(k)
        assert dependence == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(
    ("r", "row", "column", "expected"),
    [
        # 40-digit quadrature of the density over r (mpmath 1.4.1).
        (0.6, 0, 5, 9.3143659038597245e-15),
        (0.88, 0, 5, 2.5759993031852845e-42),
        (-0.88, 0, 0, 4.1835270697768701e-55),
        (0.92, 5, 0, 4.2405325749067885e-47),
        (0.98, 0, 3, 1.0021523622311832e-75),
    ],
)
def test_far_cells_keep_their_digits(r, row, column, expected):
    h = np.array([[-3.5, -1.5, -0.5, 0.5, 1.6]])
    k = np.array([[-4.0, -1.2, 0.1, 1.7, 3.0]])

    cells = rectangle_probabilities(h, k, np.array([r]))

    # Exponents of some 150 are rounded to 1e-14, and four corners are differenced.
    assert cells[0, row, column] == pytest.approx(expected, rel=1e-10, abs=0)


def test_smoothing_matches_psych():
    case = the_case("smooth_correlation")

    result = smooth_correlation(pd.DataFrame(case["matrix"]))

    np.testing.assert_allclose(result.correlation, case["expected"], rtol=case["rtol"])


def test_polyserial_matches_lavaan(synthetic):
    case = the_case("polyserial")

    result = polyserial(synthetic["outcome"], synthetic[case["items"]])

    for name, expected in case["expected"].items():
        np.testing.assert_allclose(result.pairs[name], expected, rtol=case["rtol"])


def test_standard_errors_agree_with_simulation(rng):
    """Monte Carlo: the spread of 400 estimates, and how often the interval is right."""
    true, n_samples = 0.6, 400
    factor = np.linalg.cholesky([[1, true], [true, 1]])
    found = []
    for _ in range(n_samples):
        values = rng.normal(size=(250, 2)) @ factor.T
        items = pd.DataFrame(np.digitize(values, [-1.2, -0.2, 0.9]), columns=["a", "b"])
        found.append(polychoric(items).pairs)
    pairs = pd.concat(found)

    # The standard deviation of 400 estimates is itself known to 3.5 per cent.
    ratio = pairs["std_error"].mean() / pairs["estimate"].std()
    assert ratio == pytest.approx(1, abs=0.1)
    covered = ((pairs["conf_low"] < true) & (true < pairs["conf_high"])).mean()
    # Three standard errors of a share of .95 over 400 samples.
    assert covered == pytest.approx(0.95, abs=0.033)

"""KMO, Bartlett, MAP and parallel analysis against R: psych, and their definitions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.dimensionality import (
    CorrelationMatrix,
    bartlett_sphericity,
    kmo,
    parallel_analysis,
    velicer_map,
)

FOLDER = Path(__file__).parent
REFERENCE = json.loads(
    (FOLDER / "cases" / "dimensionality.json").read_text(encoding="utf-8")
)
CASES = REFERENCE["cases"]
RTOL = REFERENCE["rtol"]  # closed forms of the same matrix


def name_of(case):
    return case["data"]


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))


def read_answers(case, oracle):
    if case["data"] == "synth":
        return pd.read_csv(oracle / "synth_complete.csv")[case["items"]]
    counted = pd.read_csv(FOLDER / "cases" / "awkward" / f"{case['data']}.csv")
    return counted.loc[counted.index.repeat(counted["count"]), case["items"]]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_kmo_matches_psych(case, oracle):
    result = kmo(read_answers(case, oracle))

    assert result.estimate == pytest.approx(case["kmo"], rel=RTOL)
    assert list(result.item_estimates) == pytest.approx(case["kmo_items"], rel=RTOL)
    assert result.n_respondents == case["n_respondents"]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_bartlett_matches_psych(case, oracle):
    result = bartlett_sphericity(read_answers(case, oracle))

    assert result.statistic == pytest.approx(case["bartlett"], rel=RTOL)
    assert result.df == case["bartlett_df"]
    assert result.p_value == pytest.approx(case["bartlett_p"], rel=1e-7, abs=1e-300)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_map_matches_regression_on_components(case, oracle):
    result = velicer_map(read_answers(case, oracle))

    assert list(result.squared) == pytest.approx(case["map_squared"], rel=RTOL)
    expected = case["map_fourth_power"]
    assert list(result.fourth_power) == pytest.approx(expected, rel=RTOL)
    assert result.n_suggested == np.argmin(case["map_squared"])
    assert result.n_suggested_fourth_power == np.argmin(expected)


# Parallel analysis asks for three items; R's iteration does not stop at a Heywood case.
@pytest.mark.parametrize(
    ("case", "reduction"),
    [
        pytest.param(case, reduction, id=f"{case['data']}-{reduction}")
        for case in CASES
        for reduction, values in case["eigenvalues"].items()
        if values and case["data"] != "two_items"
    ],
)
def test_eigenvalues_match_psych(case, reduction, oracle):
    result = parallel_analysis(
        read_answers(case, oracle),
        reduction=reduction,
        method="normal",
        n_replications=20,
    )

    expected = case["eigenvalues"][reduction]
    rtol = REFERENCE["rtol_factors"] if reduction == "factors" else RTOL
    assert list(result.observed) == pytest.approx(expected, rel=rtol, abs=rtol)


@pytest.mark.parametrize("method", ["permutation", "normal"])
@pytest.mark.parametrize("reduction", ["components", "factors_smc"])
@pytest.mark.parametrize("case", REFERENCE["parallel"], ids=name_of)
def test_reference_distribution_agrees_with_plain_permutation(
    case, reduction, method, oracle
):
    """Within five Monte-Carlo standard errors of both programs' means."""
    result = parallel_analysis(
        read_answers(case, oracle),
        reduction=reduction,
        method=method,
        n_replications=1000,
        seed=11,
    )

    expected = case["reference"][reduction]
    error = np.array(expected["sd"]) * np.sqrt(1 / case["replications"] + 1 / 1000)
    assert (np.abs(result.reference_mean - expected["mean"]) < 5 * error).all()
    # A 95 % quantile of a nearly normal variable has 2.11 times the error of its mean.
    apart = np.abs(result.reference_quantile - expected["quantile"])
    assert (apart < 5 * 2.11 * error).all()


@pytest.mark.parametrize("case", REFERENCE["parallel"], ids=name_of)
def test_as_many_dimensions_as_psych(case, oracle):
    answers = read_answers(case, oracle)

    components = parallel_analysis(answers)
    factors = parallel_analysis(answers, reduction="factors", n_replications=100)

    assert components.n_retained == case["psych_components"]
    assert factors.n_retained == case["psych_factors"]


def test_synthetic_items_match_the_oracle(in_r, oracle):
    answers = pd.read_csv(oracle / "synth_complete.csv").iloc[:, 3:19]

    adequacy, sphericity = kmo(answers), bartlett_sphericity(answers)
    left, parallel = velicer_map(answers), parallel_analysis(answers)

    # Twelve or more digits are stored.
    assert adequacy.estimate == pytest.approx(in_r["kmo"], rel=1e-11)
    assert list(adequacy.item_estimates) == pytest.approx(in_r["kmo_i"], rel=1e-11)
    got = [sphericity.statistic, sphericity.df, sphericity.p_value]
    assert got == pytest.approx(in_r["bartlett"], rel=1e-11)
    assert list(left.squared[1:9]) == pytest.approx(in_r["map"], rel=1e-11)
    assert left.squared[0] == pytest.approx(0.0694768592, rel=1e-9)
    assert list(parallel.observed) == pytest.approx(in_r["eigen"], rel=1e-11)
    # The organisation was made with four factors.
    assert (parallel.n_retained, left.n_suggested) == (4, 4)


def test_a_given_matrix_gives_what_its_answers_give(oracle):
    answers = pd.read_csv(oracle / "synth_complete.csv").iloc[:, 3:19]
    matrix = CorrelationMatrix(matrix=answers.corr(), n_respondents=len(answers))

    for statistic in (kmo, bartlett_sphericity, velicer_map):
        given = statistic(matrix).to_frame().drop(columns="correlation")
        own = statistic(answers).to_frame().drop(columns="correlation")
        pd.testing.assert_frame_equal(given, own, rtol=1e-10)

"""Dimensions and factors of a real survey of 25 items against R."""

from __future__ import annotations

import json

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
from diagnose.statistics.factor import exploratory_factor_analysis


@pytest.fixture(scope="module")
def in_r(reference_data):
    return json.loads((reference_data / "reference_figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def bfi(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers.iloc[:, :25]


@pytest.fixture(scope="module")
def pairwise(bfi):
    """The matrix that R analysed, with the number that psych gives it."""
    return CorrelationMatrix(matrix=bfi.corr(), n_respondents=2800)


def test_adequacy_matches_psych(pairwise, in_r):
    sphericity = bartlett_sphericity(pairwise)

    assert kmo(pairwise).estimate == pytest.approx(in_r["bfi_kmo"], rel=1e-10)
    expected = in_r["bfi_bartlett"]
    assert sphericity.statistic == pytest.approx(expected["chisq"], rel=1e-11)
    assert sphericity.df == expected["df"]


def test_map_matches_psych(bfi, pairwise, in_r):
    of_pairs, complete = velicer_map(pairwise), velicer_map(bfi)

    assert list(of_pairs.squared[1:9]) == pytest.approx(in_r["bfi_map"], rel=1e-9)
    expected = [
        *(0.024920802, 0.018937280, 0.017518928),
        *(0.015694953, 0.014644882, 0.015980143),
    ]
    assert list(complete.squared[1:7]) == pytest.approx(expected, abs=6e-10)
    assert complete.n_respondents == in_r["bfi_n_complete"]
    assert (of_pairs.n_suggested, complete.n_suggested) == (5, 5)


def test_parallel_analysis_finds_what_psych_finds(bfi, in_r):
    components = parallel_analysis(bfi, n_replications=200)
    factors = parallel_analysis(
        bfi, reduction="factors", method="normal", n_replications=100
    )

    observed = list(components.observed)
    assert observed == pytest.approx(in_r["bfi_eigen_complete"], rel=1e-9)
    assert (components.n_retained, factors.n_retained) == (5, 6)


def test_eigenvalues_of_pairwise_correlations_match_r(bfi, in_r):
    result = parallel_analysis(
        CorrelationMatrix(matrix=bfi.corr(), n_respondents=2800),
        method="normal",
        n_replications=20,
    )

    expected = in_r["bfi_eigen_pairwise"]
    assert list(result.observed) == pytest.approx(expected, rel=1e-9)


def test_fit_of_five_factors_matches_psych(pairwise, in_r):
    result = exploratory_factor_analysis(pairwise, 5)

    expected = in_r["bfi_fa5"]
    # psych stops early. Its rms is weighted by the respondents of each pair, and so
    # another number than that of the matrix.
    got = [result.fit.statistic, result.fit.tli, result.fit.rmsea]
    rmsea = expected["RMSEA"]
    stored = [expected["chi_stat"], expected["TLI"], rmsea["RMSEA"]]
    assert got == pytest.approx(stored, rel=2e-6)
    limits = [result.fit.rmsea_low, result.fit.rmsea_high]
    assert limits == pytest.approx([rmsea["lower"], rmsea["upper"]], rel=2e-6)
    assert result.fit.df == expected["dof"]


def test_factor_correlations_match_psych(pairwise, in_r):
    result = exploratory_factor_analysis(pairwise, 5)

    rows = in_r["bfi_fa5"]["Phi"]
    names = [row["_row"] for row in rows]
    expected = np.array([[row[name] for name in names] for row in rows])
    upper = np.triu_indices(5, 1)
    # Whatever the order and direction of the factors.
    got = np.sort(np.abs(result.factor_correlations.to_numpy()[upper]))
    # psych stops at a gradient of 1e-5.
    assert got == pytest.approx(np.sort(np.abs(expected[upper])), abs=3e-5)


def test_polychoric_correlations_tell_the_same_five_factors(bfi):
    result = exploratory_factor_analysis(bfi, 5, correlation="polychoric")

    assert result.correlation == "polychoric"
    main = result.loadings.abs().idxmax(axis="columns")
    for trait in "ACENO":
        of_trait = main[[name for name in main.index if name[0] == trait]]
        assert of_trait.value_counts().iloc[0] >= 4

"""Missing answers of a real survey (bfi) against R (lavaan 0.6-14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.missing import (
    IncompleteData,
    em_covariance,
    missing_patterns,
    multiple_imputation,
    pool_over_imputations,
)


@pytest.fixture(scope="module")
def bfi(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers.iloc[:, :25]


def test_moments_of_bfi_are_those_of_lavaan(bfi):
    result = em_covariance(bfi)

    assert result.log_likelihood == pytest.approx(-111941.247044862219, rel=1e-13)
    assert (result.n_respondents, result.n_patterns) == (2800, 87)
    means = [result.mean["A1"], result.mean["O5"]]
    assert means == pytest.approx([2.41306156634063, 2.49237520830631], rel=1e-9)
    correlations = [
        result.correlation.loc[pair]
        for pair in (("A1", "A2"), ("A3", "N5"), ("O4", "O5"))
    ]
    expected = [-0.34063282094377, -0.03936699899486, -0.17883216698143]
    # EM in both programs, stopped when no moment moves by about 1e-11.
    assert correlations == pytest.approx(expected, rel=1e-8)


def test_little_of_bfi_is_that_of_the_moments_of_lavaan(bfi):
    result = missing_patterns(bfi).mcar_test

    assert result.statistic == pytest.approx(2190.9451679, rel=1e-10)
    assert result.p_value == pytest.approx(9.94438826897e-05, rel=1e-7)
    assert result.df == 1950


def test_agreeableness_is_what_the_fiml_statistic_starts_from(bfi):
    """lavaan, one factor, FIML: chi-squared 87.910, log-likelihood -22326.979."""
    result = em_covariance(bfi[["A1", "A2", "A3", "A4", "A5"]])

    # Three decimals are known of each.
    assert result.log_likelihood == pytest.approx(-22326.979 + 87.910 / 2, abs=2e-3)


def test_imputed_means_agree_with_the_likelihood(bfi):
    items = bfi[["A1", "A2", "A3", "A4", "A5"]]
    data = IncompleteData(items.to_numpy(dtype=float))
    fit = data.saturated()
    information = data.moment_information(fit.mean, fit.covariance)
    errors = np.sqrt(np.diagonal(np.linalg.inv(information))[:5])

    imputations = multiple_imputation(items, n_imputations=5, n_cycles=5, seed=2)
    pooled = pool_over_imputations(
        imputations, lambda table: (table.mean(), table.sem())
    )

    # Under one per cent is missing, so the two differ by a fraction of the error.
    assert np.abs((pooled.estimate - fit.mean) / errors).max() < 0.1
    assert pooled.std_error == pytest.approx(errors, rel=0.03)

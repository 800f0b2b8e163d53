"""Polychoric correlations of real answers against lavaan and psych."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.correlation import ordinal_moments, polychoric


@pytest.fixture(scope="module")
def bfi(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers.iloc[:, :25]


def test_polychoric_of_bfi_neuroticism(bfi, reference_data):
    figures = json.loads((reference_data / "reference_figures.json").read_text("utf-8"))
    rows = pd.DataFrame(figures["bfi_N_polychoric"])
    names = [f"N{i}" for i in range(1, 6)]

    result = polychoric(bfi[names])

    # These figures are psych's, whose optimiser stops early.
    np.testing.assert_allclose(result.correlation, rows[names], atol=2e-5)
    # lavaan, pairwise and listwise, printed with seven decimals.
    lavaan = [0.7642397, 0.6075214, 0.4369472, 0.4196074]
    np.testing.assert_allclose(result.correlation["N1"][1:], lavaan, atol=1e-7)
    complete = polychoric(bfi[names], missing="listwise").correlation["N1"][1:]
    lavaan = [0.7635118, 0.6080947, 0.4381708, 0.4181033]
    np.testing.assert_allclose(complete, lavaan, atol=1e-7)


def test_one_pair_of_bfi_agreeableness(bfi):
    keyed = bfi[[f"A{i}" for i in range(1, 6)]].assign(A1=7 - bfi["A1"]).dropna()

    result = polychoric(keyed[["A2", "A3"]])

    # lavaan, printed with seven decimals.
    assert result.pairs["estimate"].item() == pytest.approx(0.5578639, abs=6e-8)


def test_all_of_bfi_with_missing_answers(bfi):
    result = polychoric(bfi)

    assert result.n_respondents == 2800
    assert not result.smoothed
    assert result.at_bound == ()
    moments = ordinal_moments(bfi)
    errors = np.concatenate([result.thresholds["std_error"], result.pairs["std_error"]])
    np.testing.assert_allclose(moments.to_frame()["std_error"], errors, rtol=1e-10)

"""Ordered items of real surveys: models and reliability against R."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.cfa import fit_cfa
from diagnose.statistics.reliability.ordinal import omega_categorical, omega_ordinal


@pytest.fixture(scope="module")
def in_r(reference_data):
    return json.loads((reference_data / "reference_figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def bfi(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers.assign(A1=7 - answers["A1"])


def fit(items, factors, **options):
    return fit_cfa(items, factors, estimator="wlsmv", **options)


def test_one_factor_of_agreeableness(bfi):
    factors = {"A": [f"A{i}" for i in range(1, 6)]}

    fitted = fit(bfi, factors, identification="unit_variance")

    # R's figures are stored with three decimals.
    indices = fitted.indices
    got = (indices.unscaled, indices.statistic, indices.scaling_factor)
    assert got == pytest.approx((74.070, 143.536, 0.517), abs=6e-4)
    scaled = (indices.scaled.cfi, indices.scaled.rmsea.estimate)
    assert scaled == pytest.approx((0.975, 0.101), abs=6e-4)
    loadings = fitted.matrices().loading[:, 0]
    assert loadings == pytest.approx([0.436, 0.718, 0.810, 0.515, 0.668], abs=6e-4)


def test_one_factor_of_neuroticism(bfi, in_r):
    names = [f"N{i}" for i in range(1, 6)]

    fitted = fit(bfi, {"N": names}, identification="unit_variance")

    expected, indices = in_r["bfi_N_WLSMV"], fitted.indices
    got = {
        "chisq": indices.unscaled,
        "chisq.scaled": indices.statistic,
        "cfi.scaled": indices.scaled.cfi,
        "tli.scaled": indices.scaled.tli,
        "rmsea.scaled": indices.scaled.rmsea.estimate,
        "srmr": indices.srmr,
    }
    # lavaan's own stopping rule, and its polychoric correlations
    assert got == pytest.approx({key: expected[key] for key in got}, rel=1e-6)
    standardised = [row["est.std"] for row in in_r["bfi_N_WLSMV_std"]]
    loadings = fitted.matrices().loading[:, 0]
    assert loadings == pytest.approx(standardised, rel=1e-6)


def test_omega_of_neuroticism(bfi, in_r):
    items = bfi[[f"N{i}" for i in range(1, 6)]]

    result = omega_categorical(items)

    assert result.estimate == pytest.approx(in_r["bfi_N_WLSMV_rel"]["N"], rel=1e-7)
    assert result.estimate < omega_ordinal(items).estimate


def test_tests_of_pupils_cut_in_three(reference_data):
    pupils = pd.read_csv(reference_data / "holzinger1939/HolzingerSwineford1939.csv")
    scores = pupils[[f"x{i}" for i in range(1, 10)]]
    thirds = scores.quantile([0.33, 0.67])
    answers = pd.DataFrame(
        {name: np.digitize(scores[name], thirds[name], right=True) for name in scores}
    )
    factors = {
        "visual": ["x1", "x2", "x3"],
        "text": ["x4", "x5", "x6"],
        "speed": ["x7", "x8", "x9"],
    }

    fitted = fit(answers, factors)

    # R's figures are stored with three decimals, loadings with seven.
    indices = fitted.indices
    got = (indices.unscaled, indices.statistic)
    assert got == pytest.approx((45.053, 63.285), abs=6e-4)
    assert indices.df == 24
    scaled = (indices.scaled.cfi, indices.scaled.rmsea.estimate)
    assert scaled == pytest.approx((0.959, 0.074), abs=6e-4)
    loadings = fitted.matrices().loading[[1, 2], 0]
    assert loadings == pytest.approx([0.6135583, 0.6740589], abs=2e-6)

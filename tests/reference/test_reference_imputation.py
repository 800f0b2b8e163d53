"""Pooling and imputation against R: mice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.missing import (
    multiple_imputation,
    pool_estimates,
    pool_over_imputations,
)

CASES = json.loads(
    (Path(__file__).parent / "cases" / "missing.json").read_text("utf-8")
)
AWKWARD = Path(__file__).parent / "cases" / "awkward"


@pytest.mark.parametrize("case", CASES["pooling"], ids=lambda case: case["source"])
def test_pooling_is_that_of_mice(case):
    result = pool_estimates(
        case["estimates"], case["std_errors"], df_complete=case["df_complete"]
    )

    got = {name: getattr(result, name)[0] for name in case["expected"]}
    assert got == pytest.approx(case["expected"], rel=case["rtol"])


@pytest.fixture(scope="module")
def thirty_per_cent_missing():
    counted = pd.read_csv(AWKWARD / "missing_30.csv", dtype=float)
    rows = counted.loc[counted.index.repeat(counted["count"].astype(int))]
    return rows.drop(columns="count").reset_index(drop=True)


@pytest.fixture(scope="module")
def imputations(thirty_per_cent_missing):
    return multiple_imputation(thirty_per_cent_missing, n_imputations=100, seed=3)


def mean_and_error(table):
    return table.mean(), table.std() / np.sqrt(len(table))


def test_imputed_means_agree_with_mice_within_chance(imputations):
    """Two random streams: compare within four Monte Carlo standard errors."""
    (case,) = CASES["chained"]
    expected = {name: np.array(values) for name, values in case["expected"].items()}

    result = pool_over_imputations(imputations, mean_and_error, df_complete=499)

    chance = np.sqrt((result.between + expected["between"]) / 100)
    assert np.abs((result.estimate - expected["mean"]) / chance).max() < 4
    assert result.within == pytest.approx(expected["within"], rel=0.02)
    ratio = result.between / expected["between"]
    # 1 in 1000 ratios of two variances over 100 imputations lies outside.
    assert (ratio > 0.51).all()
    assert (ratio < 1.95).all()


def test_imputed_correlations_agree_with_mice_within_chance(imputations):
    (case,) = CASES["chained"]
    tables = [imputations.complete(i).corr().to_numpy() for i in range(100)]
    # R lists the upper triangle column by column, which is the lower row by row.
    got = np.array([table[np.tril_indices(6, -1)] for table in tables])

    expected = np.array(case["expected"]["correlation"])
    spread = np.array(case["expected"]["correlation_between"])
    chance = np.sqrt((got.var(axis=0, ddof=1) + spread) / 100)
    assert np.abs((got.mean(axis=0) - expected) / chance).max() < 4


def test_statsmodels_imputes_the_same_means_within_chance(thirty_per_cent_missing):
    items = thirty_per_cent_missing.iloc[:150, :4]
    options = {"n_imputations": 10, "n_cycles": 3, "seed": 1}

    one, other = (
        pool_over_imputations(
            multiple_imputation(items, engine=engine, **options), mean_and_error
        )
        for engine in ("chained", "statsmodels")
    )

    chance = np.sqrt((one.between + other.between) / 10)
    assert np.abs((one.estimate - other.estimate) / chance).max() < 4

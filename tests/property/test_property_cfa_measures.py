"""What must hold of measures of factor models whatever the answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.cfa import fit_cfa, fit_prepared, prepare_cfa

TWO = {"f": ["a", "b", "c"], "g": ["d", "e", "h"]}
ITEMS = list("abcdeh")
FEW = settings(max_examples=8, deadline=None)
seeds = st.integers(0, 10_000)


def answers(seed, n=250):
    generator = np.random.default_rng(seed)
    factors = generator.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=n)
    loading = generator.uniform(0.7, 1.1, size=6)
    items = np.repeat(factors, 3, axis=1) * loading + generator.standard_normal((n, 6))
    return pd.DataFrame(items, columns=ITEMS)


@FEW
@given(seed=seeds)
def test_standardised_solution_does_not_depend_on_units_or_identification(seed):
    data = answers(seed)
    scaled = data * np.array([1, 10, 0.1, 2, 3, 5]) + 7
    tables = [
        fit_cfa(data, TWO).standardised(),
        fit_cfa(scaled, TWO).standardised(),
        fit_cfa(data, TWO, identification="unit_variance").standardised(),
    ]
    for table in tables[1:]:
        assert table["estimate"].to_numpy() == pytest.approx(
            tables[0]["estimate"].to_numpy(), abs=1e-6
        )
        assert table["std_error"].to_numpy() == pytest.approx(
            tables[0]["std_error"].to_numpy(), abs=1e-6
        )


@FEW
@given(seed=seeds)
def test_standardised_fit_of_correlations_has_implied_correlations(seed):
    fit = fit_cfa(answers(seed), TWO)
    table = fit.standardised()
    loads = table[table["parameter"] == "loading"]
    loading = loads.pivot_table(index="right", columns="left", values="estimate")
    loading = loading.reindex(index=ITEMS, columns=["f", "g"]).fillna(0).to_numpy()
    pair = table[(table["left"] == "f") & (table["right"] == "g")].iloc[0]["estimate"]
    common = loading @ np.array([[1, pair], [pair, 1]]) @ loading.T
    implied = fit.implied_covariance().to_numpy()
    scale = np.sqrt(np.diag(implied))
    expected = implied / np.outer(scale, scale)
    off = ~np.eye(6, dtype=bool)
    assert common[off] == pytest.approx(expected[off], abs=1e-9)


@FEW
@given(seed=seeds)
def test_modification_indices_do_not_depend_on_units_or_identification(seed):
    data = answers(seed)
    names = ["parameter", "left", "right"]
    one = fit_cfa(data, TWO).modification_indices().table
    other = fit_cfa(
        data * np.array([1, 10, 0.1, 2, 3, 5]), TWO, identification="unit_variance"
    ).modification_indices()
    both = one.merge(other.table, on=names, suffixes=("", "_other"))
    assert len(both) == len(one)
    assert both["statistic"].to_numpy() == pytest.approx(
        both["statistic_other"].to_numpy(), rel=1e-4, abs=1e-5
    )
    assert both["expected_change_std"].to_numpy() == pytest.approx(
        both["expected_change_std_other"].to_numpy(), rel=1e-4, abs=1e-5
    )


@FEW
@given(seed=seeds, order=st.permutations(range(250)))
def test_scores_follow_the_respondents(seed, order):
    data = answers(seed)
    fit = fit_cfa(data, TWO)
    before = fit.factor_scores(data).scores
    after = fit.factor_scores(data.iloc[list(order)]).scores
    pd.testing.assert_frame_equal(after.loc[before.index], before)


@FEW
@given(seed=seeds)
def test_variance_of_regression_scores_is_their_reliability(seed):
    """With saturated factors the model keeps each factor's variance as it is scored."""
    data = answers(seed)
    fit = fit_cfa(data, {"f": TWO["f"]}, identification="unit_variance")
    result = fit.factor_scores(data)
    # three items of one factor fit exactly, so that implied moments are the sample's
    variance = float(result.scores["f"].var(ddof=0))
    assert variance == pytest.approx(result.reliability["reliability"][0], rel=1e-6)
    error = float(result.std_errors["f"].iloc[0])
    assert error**2 == pytest.approx(1 - variance, rel=1e-6)


@FEW
@given(seed=seeds)
def test_bartlett_scores_are_regression_scores_without_shrinkage(seed):
    data = answers(seed)
    fit = fit_cfa(data, {"f": TWO["f"]})
    shrunk = fit.factor_scores(data)
    plain = fit.factor_scores(data, method="bartlett")
    share = shrunk.reliability["reliability"][0]
    assert shrunk.scores["f"].to_numpy() == pytest.approx(
        share * plain.scores["f"].to_numpy(), abs=1e-9
    )
    assert plain.reliability["reliability"][0] == pytest.approx(share)


@FEW
@given(seed=seeds)
def test_reliability_does_not_depend_on_identification_or_one_unit(seed):
    data = answers(seed)
    one = fit_cfa(data, TWO).reliability().table
    other = fit_cfa(data * 10, TWO, identification="unit_variance").reliability().table
    for name in ("estimate", "std_error", "conf_low", "conf_high"):
        assert one[name].to_numpy() == pytest.approx(other[name].to_numpy(), abs=1e-6)


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 5))
def test_reliability_error_matches_small_changes_of_the_answers(seed):
    """The robust error is that of the influence of each respondent (jackknife)."""
    data = answers(seed, n=100)
    names = TWO["f"]
    prepared = prepare_cfa(data, {"f": names}, estimator="mlr")
    fit = fit_prepared(prepared, prepared.table())
    row = fit.reliability(prepared).table.iloc[0]
    left_out = [
        fit_cfa(data.drop(index=i), {"f": names}).reliability().table["estimate"][0]
        for i in data.index
    ]
    jackknife = np.std(left_out) * np.sqrt(99)
    assert row["std_error"] == pytest.approx(jackknife, rel=0.2)


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_ordinal_scores_rise_with_an_answer(seed):
    data = answers(seed).clip(-1.6, 1.6).round()
    fit = fit_cfa(data, {"f": TWO["f"]}, estimator="wlsmv")
    scores = fit.factor_scores(data).scores["f"]
    joint = data[TWO["f"]].assign(score=scores)
    middle = joint[(joint["b"] == 0) & (joint["c"] == 0)]
    by_answer = middle.groupby("a")["score"].first()
    assert (np.diff(by_answer) > 0).all()

"""Invariances of weighted least squares of ordered items."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.model import state_model
from diagnose.statistics.cfa.ordinal_data import read_ordinal
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.wlsmv_difference import FittedOrdinalModel

TWO = {"F": ["a", "b", "c"], "G": ["d", "e", "f"]}
FEW = settings(max_examples=8, deadline=None)
seeds = st.integers(0, 10_000)


def simulate(seed, *, cuts=(-0.8, 0.1, 0.9), n_respondents=300):
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n_respondents)
    error = rng.normal(size=(n_respondents, 6))
    latent = 0.75 * factors[:, [0, 0, 0, 1, 1, 1]] + 0.66 * error
    return pd.DataFrame(
        {name: np.digitize(latent[:, i], cuts) + 1.0 for i, name in enumerate("abcdef")}
    )


def fit(answers, *, change=lambda table: table, group=None, model=None):
    model = model or state_model(TWO)
    data = read_ordinal(answers, model, group=group)[0]
    table = data.start(change(data.tabulate(model)), model)
    structure = OrdinalStructure(table)
    estimator = data.bind(structure)
    minimum = minimise(estimator, structure.start())
    assert minimum.converged
    return FittedOrdinalModel(estimator=estimator, values=minimum.values)


def statistics(fitted):
    test = fitted.estimator.test(fitted.values)
    return (
        test.unscaled,
        test.statistic,
        test.shift,
        fitted.estimator.baseline().statistic,
    )


def loadings(fitted):
    return fitted.estimator.structure.matrices(fitted.values, 0).loading


@given(seed=seeds)
@FEW
def test_the_order_of_respondents_is_irrelevant(seed):
    answers = simulate(seed)

    shuffled = answers.sample(frac=1, random_state=seed)

    assert statistics(fit(shuffled)) == pytest.approx(
        statistics(fit(answers)), rel=1e-8
    )


@given(seed=seeds)
@FEW
def test_ordered_codes_may_be_anything(seed):
    answers = simulate(seed)

    recoded = answers.replace({1.0: -7.5, 2.0: 0.0, 3.0: 2.0, 4.0: 100.0})

    assert statistics(fit(recoded)) == statistics(fit(answers))


@given(seed=seeds)
@FEW
def test_reflecting_every_item_changes_no_loading(seed):
    answers = simulate(seed)

    one, other = fit(answers), fit(5 - answers)

    assert statistics(other) == pytest.approx(statistics(one), rel=1e-7)
    assert loadings(other) == pytest.approx(loadings(one), abs=1e-8)


@given(seed=seeds)
@FEW
def test_what_gives_a_factor_its_unit_does_not_change_the_fit(seed):
    answers = simulate(seed)

    marker = fit(answers)
    unit = fit(answers, model=state_model(TWO, identification="unit_variance"))

    assert statistics(unit) == pytest.approx(statistics(marker), rel=1e-7)
    assert loadings(unit) / loadings(unit)[[0, 0, 0, 3, 3, 3]].max(
        axis=1, keepdims=True
    ) == pytest.approx(loadings(marker), abs=1e-7)


@given(seed=seeds)
@FEW
def test_respondents_counted_twice_keep_the_estimates(seed):
    answers = simulate(seed)

    once, twice = fit(answers), fit(pd.concat([answers, answers], ignore_index=True))

    n = len(answers)
    assert twice.values == pytest.approx(once.values, abs=1e-8)
    assert twice.unscaled == pytest.approx(once.unscaled * (2 * n - 1) / (n - 1))
    ratio = twice.estimator.covariance_of_estimates(twice.values) * (2 * n - 1)
    assert ratio == pytest.approx(
        once.estimator.covariance_of_estimates(once.values) * (n - 1), rel=1e-6
    )


@given(seed=seeds)
@FEW
def test_two_equal_groups_have_the_estimates_of_one(seed):
    answers = simulate(seed)
    both = pd.concat([answers, answers], ignore_index=True)
    group = np.repeat(["x", "y"], len(answers))

    def tied(table):
        rows = [row for row in table.rows if row.group == 0 and row.free >= 0]
        return table.tie([[(0, row.name), (1, row.name)] for row in rows])

    one, two = fit(answers), fit(both, change=tied, group=group)

    assert two.values == pytest.approx(one.values, abs=1e-8)
    assert two.unscaled == pytest.approx(2 * one.unscaled, rel=1e-8)
    # the same restrictions again, and the equality of all parameters
    assert two.df == 2 * one.df + len(one.values)


@given(seed=seeds)
@FEW
def test_equal_thresholds_of_three_categories_cannot_be_tested(seed):
    """Two thresholds an item are taken up by its freed intercept and scale."""
    answers = pd.concat(
        [simulate(seed, cuts=(-0.5, 0.7)), simulate(seed + 1, cuts=(-0.7, 0.2))],
        ignore_index=True,
    )
    group = np.repeat(["x", "y"], len(answers) // 2)
    model = state_model(TWO, identification="unit_variance")

    def tied(table):
        freed = table.free(
            row.key
            for kind in ("scale", "intercept")
            for row in table.select(kind, group=1)
        )
        cuts = [row.name for row in table.select("threshold", group=0)]
        return freed.tie([[(0, name), (1, name)] for name in cuts])

    configural = fit(answers, group=group, model=model)
    thresholds = fit(answers, group=group, model=model, change=tied)

    assert thresholds.df == configural.df
    assert statistics(thresholds) == pytest.approx(statistics(configural), rel=1e-6)


@given(seed=seeds)
@FEW
def test_a_nested_model_never_fits_better(seed):
    answers = simulate(seed)
    model = state_model(TWO)

    wider = fit(answers)
    nested = fit(answers, model=replace(model, orthogonal=True))

    assert nested.unscaled >= wider.unscaled - 1e-9

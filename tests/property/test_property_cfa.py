"""What must hold of a confirmatory factor model for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diagnose.statistics.cfa import fit_cfa

SETTINGS = settings(max_examples=15, deadline=None)
TWO = {"f": ["a1", "a2", "a3"], "g": ["b1", "b2", "b3"]}
NAMES = [*TWO["f"], *TWO["g"]]
# The minimiser stops 1e-10 of a standard error from the minimum; what is left is
# rounding, enlarged by the condition of a model of few respondents.
SAME = 1e-7

# The invariances hold for an improper solution too, which a few samples have.
pytestmark = pytest.mark.filterwarnings(
    "ignore::diagnose.errors.AssumptionWarning",
)

seeds = st.integers(0, 2**32 - 1)


def answers(seed, n_respondents=250):
    """Return answers of six items, skewed, of two factors that correlate by .4."""
    generator = np.random.default_rng(seed)
    root = np.linalg.cholesky(np.array([[1.0, 0.4], [0.4, 1.0]]))
    factors = generator.normal(size=(n_respondents, 2)) @ root.T
    loadings = generator.uniform(0.6, 0.9, 6)
    errors = generator.normal(size=(n_respondents, 6)) * np.sqrt(1 - loadings**2)
    latent = np.repeat(factors, 3, axis=1) * loadings + errors
    return pd.DataFrame(np.exp(latent / 3), columns=NAMES)


def values(fit):
    return dict(zip(fit.table.names(), fit.values, strict=True))


def errors(fit):
    return dict(zip(fit.table.names(), fit.std_errors, strict=True))


def statistics(fit):
    names = ("statistic", "unscaled", "cfi", "tli", "rmsea", "srmr", "log_likelihood")
    return {name: getattr(fit.indices, name) for name in names}


@SETTINGS
@given(seed=seeds)
def test_full_information_of_complete_answers_is_maximum_likelihood(seed):
    items = answers(seed)

    plain = fit_cfa(items, TWO, means=True)
    full = fit_cfa(items, TWO, missing="fiml")

    assert values(full) == pytest.approx(values(plain), rel=SAME, abs=SAME)
    assert statistics(full) == pytest.approx(statistics(plain), rel=SAME, abs=SAME)


@SETTINGS
@given(seed=seeds)
def test_robust_errors_of_complete_answers_are_the_same_by_both_routes(seed):
    items = answers(seed)

    plain = fit_cfa(items, TWO, estimator="mlr", means=True)
    full = fit_cfa(items, TWO, estimator="mlr", missing="fiml")

    assert errors(full) == pytest.approx(errors(plain), rel=SAME)
    assert full.indices.statistic == pytest.approx(plain.indices.statistic, rel=SAME)
    factor = plain.indices.baseline.scaling_factor
    assert full.indices.baseline.scaling_factor == pytest.approx(factor, rel=SAME)


@SETTINGS
@given(seed=seeds)
def test_groups_that_share_nothing_are_separate_fits(seed):
    items = answers(seed, 500)
    group = np.repeat(["x", "y"], 250)

    together = fit_cfa(items, TWO, group=group)
    apart = [fit_cfa(items[group == name], TWO, means=True) for name in ("x", "y")]

    got = together.to_frame()
    for name, one in zip(("x", "y"), apart, strict=True):
        own = got[got["group"] == name]
        alone = one.to_frame()
        assert list(own["estimate"]) == pytest.approx(list(alone["estimate"]), rel=SAME)
        errors_alone = list(alone["std_error"])
        assert list(own["std_error"]) == pytest.approx(errors_alone, rel=SAME)
    total = sum(one.indices.statistic for one in apart)
    assert together.indices.statistic == pytest.approx(total, rel=SAME)
    assert together.indices.df == sum(one.indices.df for one in apart)


@SETTINGS
@given(seed=seeds, shuffle=st.integers(0, 99), robust=st.booleans())
def test_order_of_respondents_and_items_is_irrelevant(seed, shuffle, robust):
    items = answers(seed)
    generator = np.random.default_rng(shuffle)
    options = {"identification": "unit_variance"}
    options["estimator"] = "mlr" if robust else "ml"

    fit = fit_cfa(items, TWO, **options)
    shuffled = fit_cfa(
        items.iloc[generator.permutation(250), generator.permutation(6)],
        {name: list(generator.permutation(TWO[name])) for name in ("g", "f")},
        **options,
    )

    def absolute(one):  # a factor points to its first item; g and f have changed places
        return {
            key: abs(value)
            for key, value in values(one).items()
            if not key.startswith("factor_covariance")
        }

    assert absolute(shuffled) == pytest.approx(absolute(fit), rel=SAME)
    assert statistics(shuffled) == pytest.approx(statistics(fit), rel=SAME, abs=SAME)


@SETTINGS
@given(seed=seeds, unit=st.sampled_from([1e-3, 0.5, 40.0, 1e4]), partial=st.booleans())
def test_the_unit_of_an_item_is_that_of_its_loading(seed, unit, partial):
    items = answers(seed)
    options = {"missing": "fiml" if partial else "listwise", "means": True}
    if partial:
        items = items.mask(np.random.default_rng(seed).random(items.shape) < 0.05)

    fit = fit_cfa(items, TWO, **options)
    scaled = fit_cfa(items.assign(a2=items["a2"] * unit), TWO, **options)

    changed = {"loading:f:a2": unit, "residual_covariance:a2:a2": unit**2}
    changed["intercept:a2"] = unit
    for found, wanted in ((values(scaled), values(fit)), (errors(scaled), errors(fit))):
        expected = {key: value * changed.get(key, 1) for key, value in wanted.items()}
        assert found == pytest.approx(expected, rel=1e-6)
    assert scaled.indices.statistic == pytest.approx(fit.indices.statistic, rel=SAME)
    assert scaled.indices.srmr == pytest.approx(fit.indices.srmr, rel=SAME)


@SETTINGS
@example(seed=84, constant=-7.0, robust=False)  # a negative residual variance
@given(seed=seeds, constant=st.sampled_from([-7.0, 3.0, 1000.0]), robust=st.booleans())
def test_a_constant_moves_an_intercept_and_nothing_else(seed, constant, robust):
    items = answers(seed)
    options = {"estimator": "mlr" if robust else "ml", "means": True}

    fit = fit_cfa(items, TWO, **options)
    moved = fit_cfa(items.assign(b3=items["b3"] + constant), TWO, **options)

    expected = values(fit)
    expected["intercept:b3"] += constant
    assert values(moved) == pytest.approx(expected, rel=1e-6)
    assert errors(moved) == pytest.approx(errors(fit), rel=1e-6)
    assert moved.indices.statistic == pytest.approx(fit.indices.statistic, rel=1e-6)


@SETTINGS
@given(seed=seeds, robust=st.booleans(), partial=st.booleans())
def test_the_unit_of_a_factor_changes_no_fit(seed, robust, partial):
    items = answers(seed)
    options = {"estimator": "mlr" if robust else "ml"}
    options["missing"] = "fiml" if partial else "listwise"
    if partial:
        items = items.mask(np.random.default_rng(seed).random(items.shape) < 0.05)

    marker = fit_cfa(items, TWO, **options)
    unit = fit_cfa(items, TWO, identification="unit_variance", **options)

    assert statistics(unit) == pytest.approx(statistics(marker), rel=1e-6, abs=1e-8)
    residual = ("residual_covariance:a3:a3",)
    for name in residual:
        assert errors(unit)[name] == pytest.approx(errors(marker)[name], rel=1e-6)


@SETTINGS
@given(seed=seeds, n_incomplete=st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(seed, n_incomplete):
    items = answers(seed)
    holes = items.iloc[:n_incomplete].assign(b1=np.nan)
    before = holes.copy()

    everyone = fit_cfa(pd.concat([holes, items], ignore_index=True), TWO)
    dropped = fit_cfa(items, TWO)

    assert everyone.n_respondents == dropped.n_respondents == 250
    assert everyone.flags == (f"left_out:{n_incomplete}",)
    assert values(everyone) == pytest.approx(values(dropped), rel=1e-9)
    pd.testing.assert_frame_equal(holes, before)


@SETTINGS
@given(seed=seeds, partial=st.booleans())
def test_everyone_twice_doubles_the_test_and_halves_the_variances(seed, partial):
    items = answers(seed)
    options = {"missing": "fiml" if partial else "listwise"}

    once = fit_cfa(items, TWO, estimator="mlr", **options)
    twice = fit_cfa(pd.concat([items, items]), TWO, estimator="mlr", **options)

    assert values(twice) == pytest.approx(values(once), rel=SAME)
    halved = {name: error / np.sqrt(2) for name, error in errors(once).items()}
    assert errors(twice) == pytest.approx(halved, rel=SAME)
    assert twice.indices.statistic == pytest.approx(
        2 * once.indices.statistic, rel=SAME
    )


@SETTINGS
@given(seed=seeds)
def test_more_equalities_never_fit_better(seed):
    items = answers(seed, 500)
    group = np.repeat([1, 2], 250)
    series = ("loadings", "intercepts", "residuals", "factor_variances")

    tests = [
        fit_cfa(items, TWO, group=group, equal=series[:length]).indices
        for length in range(len(series) + 1)
    ]

    chi_squares = [one.statistic for one in tests]
    assert chi_squares == sorted(chi_squares)
    assert [one.df for one in tests] == [16, 20, 24, 30, 32]

"""What must hold of reliability for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from diagnose.errors import InsufficientDataError
from diagnose.statistics.reliability import (
    average_variance_extracted,
    composite_reliability,
    cronbach_alpha,
    guttman_lambda_2,
    guttman_lambda_6,
    htmt,
    omega_total,
    standardised_alpha,
)

SETTINGS = settings(max_examples=60, deadline=None)


@st.composite
def answers_1_to_5(draw):
    shape = (draw(st.integers(3, 30)), draw(st.integers(2, 6)))
    values = draw(arrays(float, shape, elements=st.integers(1, 5).map(float)))
    frame = pd.DataFrame(values).rename(columns="q{}".format)
    assume(frame.sum(axis="columns").nunique() > 1)
    return frame


@SETTINGS
@given(answers=answers_1_to_5(), n_incomplete=st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(answers, n_incomplete):
    incomplete = answers.sample(n_incomplete, replace=True, random_state=0)
    incomplete.iloc[:, 0] = np.nan

    everyone = pd.concat([answers, incomplete], ignore_index=True)

    assert cronbach_alpha(everyone) == cronbach_alpha(answers)


@SETTINGS
@given(answers=answers_1_to_5(), seed=st.integers(0, 99))
def test_order_of_people_and_items_is_irrelevant(answers, seed):
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(answers))
    columns = generator.permutation(answers.shape[1])

    shuffled = cronbach_alpha(answers.iloc[rows, columns])

    expected = cronbach_alpha(answers)
    assert shuffled.estimate == pytest.approx(expected.estimate, rel=1e-9, abs=1e-9)
    assert set(shuffled.flags) == set(expected.flags)


@SETTINGS
@given(answers=answers_1_to_5(), shift=st.integers(-50, 50))
def test_shifting_and_reflecting_all_items_leave_alpha(answers, shift):
    expected = cronbach_alpha(answers).estimate

    shifted = cronbach_alpha(answers + shift).estimate
    reflected = cronbach_alpha(6 - answers).estimate

    assert [shifted, reflected] == pytest.approx([expected] * 2, rel=1e-9, abs=1e-9)


@SETTINGS
@given(answers=answers_1_to_5())
def test_interval_holds_the_estimate_and_the_input_is_unchanged(answers):
    before = answers.copy()

    result = cronbach_alpha(answers)

    assert result.conf_low <= result.estimate <= result.conf_high <= 1 + 1e-12
    pd.testing.assert_frame_equal(answers, before)


@SETTINGS
@given(
    seed=st.integers(0, 2**32 - 1),
    n_items=st.integers(3, 7),
    unit=st.sampled_from([1e-3, 1.0, 250.0]),
)
def test_omega_ignores_units_order_and_constants(seed, n_items, unit):
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=(60, 1))
    items = pd.DataFrame(trait + generator.normal(size=(60, n_items)))
    try:
        expected = omega_total(items)
    except InsufficientDataError as refusal:
        assert "negative error variance" in str(refusal)
        return

    moved = omega_total(items.iloc[::-1, ::-1] * unit + 7)

    got = [moved.estimate, moved.conf_low, moved.conf_high]
    same = [expected.estimate, expected.conf_low, expected.conf_high]
    assert got == pytest.approx(same, rel=1e-6)
    assert expected.conf_low < expected.estimate < expected.conf_high <= 1


def related_answers(seed, n_respondents=80, n_items=5):
    """Return answers that correlate enough for every coefficient to exist."""
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=(n_respondents, 1))
    latent = trait + generator.normal(size=(n_respondents, n_items))
    columns = [f"q{i}" for i in range(n_items)]
    return pd.DataFrame(np.clip(np.round(latent + 3), 1, 5), columns=columns)


SEEDS = st.integers(0, 2**32 - 1)


@SETTINGS
@given(seed=SEEDS)
def test_lambda_2_is_at_least_alpha_of_the_same_score(seed):
    items = related_answers(seed)

    alphas = [cronbach_alpha(items).estimate, standardised_alpha(items).estimate]
    bounds = [
        guttman_lambda_2(items, scored="raw").estimate,
        guttman_lambda_2(items).estimate,
    ]

    assert all(b >= a - 1e-12 for a, b in zip(alphas, bounds, strict=True))


@SETTINGS
@given(seed=SEEDS, unit=st.sampled_from([1e-3, 1.0, 250.0]))
def test_standardised_coefficients_ignore_units_order_and_missing_rows(seed, unit):
    items = related_answers(seed)
    units = np.array([unit, 1, 2, 1, 5])
    moved = (items * units + 7).iloc[::-1, ::-1]
    moved.loc[len(moved)] = [np.nan, 1, 2, 3, 4]

    for function in (standardised_alpha, guttman_lambda_2, guttman_lambda_6):
        first, second = function(items), function(moved)

        got = [second.estimate, second.std_error, second.n_respondents]
        expected = [first.estimate, first.std_error, first.n_respondents]
        assert got == pytest.approx(expected, rel=1e-8)


@SETTINGS
@given(seed=SEEDS)
def test_two_parallel_items_make_all_bounds_spearman_brown(seed):
    generator = np.random.default_rng(seed)
    items = pd.DataFrame(generator.normal(size=(20, 2)), columns=["q1", "q2"])
    items["q2"] += items["q1"]
    r = items.corr().iloc[0, 1]
    assume(r > 0)

    got = [standardised_alpha(items).estimate, guttman_lambda_2(items).estimate]

    assert got == pytest.approx([2 * r / (1 + r)] * 2, rel=1e-10)
    # What two items leave unexplained of each other is 1 - r squared.
    expected = 1 - (1 - r**2) * 2 / (2 + 2 * r)
    assert guttman_lambda_6(items).estimate == pytest.approx(expected, rel=1e-10)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_distribution_free_errors_equal_the_jackknife_in_the_long_run(seed):
    items = related_answers(seed, n_respondents=150)
    left_out = [guttman_lambda_6(items.drop(index=row)).estimate for row in items.index]
    jackknife = np.sqrt(149**2 / 150 * np.var(left_out, ddof=1))

    assert guttman_lambda_6(items).std_error == pytest.approx(jackknife, rel=0.10)


@SETTINGS
@given(
    loadings=st.lists(st.floats(0.05, 0.95), min_size=2, max_size=8),
    unit=st.sampled_from([0.1, 1.0, 40.0]),
)
def test_composites_of_loadings_ignore_the_unit(loadings, unit):
    standardised = np.array(loadings)
    errors = (1 - standardised**2) * unit**2

    composite = composite_reliability(standardised * unit, error_variances=errors)
    extracted = average_variance_extracted(standardised * unit, error_variances=errors)

    assert composite == pytest.approx(composite_reliability(loadings), rel=1e-9)
    assert extracted == pytest.approx(np.mean(standardised**2), rel=1e-9)
    assert 0 < composite < 1


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_ratios_ignore_order_units_and_the_direction_of_a_subscale(seed):
    items = related_answers(seed, n_items=6)
    model = {"a": ["q0", "q1", "q2"], "b": ["q3", "q4", "q5"]}
    turned = {"b": ["q5", "q3", "q4"], "a": ["q2", "q0", "q1"]}
    moved = items * [2, 2, 2, -1, -1, -1] + 3

    first = htmt(items, model, n_bootstrap=100).to_frame()
    second = htmt(moved.iloc[:, ::-1], turned, n_bootstrap=100).to_frame()

    columns = ["estimate", "std_error", "conf_low", "conf_high"]
    assert second[columns].to_numpy() == pytest.approx(
        first[columns].to_numpy(), rel=1e-9
    )
    assert (first["conf_low"] <= first["conf_high"]).all()

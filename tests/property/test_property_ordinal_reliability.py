"""Invariances of the reliability of ordinal items."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.reliability.ordinal import (
    omega_categorical,
    omega_ordinal,
    ordinal_alpha,
)

FEW = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 10_000)
COEFFICIENTS = [omega_categorical, omega_ordinal, ordinal_alpha]


def simulate(seed, *, n_respondents=300, n_items=4):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n_respondents, 1))
    latent = 0.75 * factor + 0.66 * rng.normal(size=(n_respondents, n_items))
    return pd.DataFrame(
        np.digitize(latent, [-0.8, 0.1, 0.9]) + 1.0,
        columns=[f"q{i}" for i in range(n_items)],
    )


def numbers(result):
    return (result.estimate, result.std_error, result.conf_low, result.conf_high)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@given(seed=seeds)
@FEW
def test_order_and_reflection_are_irrelevant(coefficient, seed):
    answers = simulate(seed)
    one = coefficient(answers)

    shuffled = answers.sample(frac=1, random_state=seed).iloc[:, ::-1]

    assert numbers(coefficient(shuffled)) == pytest.approx(numbers(one), rel=1e-7)
    assert numbers(coefficient(5 - answers)) == pytest.approx(numbers(one), rel=1e-7)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@given(seed=seeds)
@FEW
def test_the_unit_of_the_answers_is_irrelevant(coefficient, seed):
    answers = simulate(seed)

    other = coefficient(answers * 2.5 - 1)

    assert numbers(other) == pytest.approx(numbers(coefficient(answers)), rel=1e-9)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@given(seed=seeds)
@FEW
def test_respondents_counted_twice_halve_the_variance(coefficient, seed):
    answers = simulate(seed)
    one = coefficient(answers)

    two = coefficient(pd.concat([answers, answers], ignore_index=True))

    assert two.estimate == pytest.approx(one.estimate, rel=1e-8)
    assert two.std_error**2 == pytest.approx(one.std_error**2 / 2, rel=1e-6)
    assert two.n_respondents == 2 * one.n_respondents


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@given(seed=seeds)
@FEW
def test_listwise_equals_dropping_the_rows_first(coefficient, seed):
    answers = simulate(seed)
    holed = answers.mask(np.random.default_rng(seed).random(answers.shape) < 0.03)

    assert coefficient(holed) == coefficient(holed.dropna())
    complete = coefficient(answers)
    assert coefficient(answers, missing="pairwise") == complete
    assert coefficient(answers, missing="raise") == complete


@given(seed=seeds)
@FEW
def test_the_sum_of_answers_is_less_reliable_than_what_lies_behind(seed):
    answers = simulate(seed)

    result = omega_categorical(answers)

    assert 0 < result.conf_low < result.estimate < result.conf_high < 1
    assert result.estimate < omega_ordinal(answers).estimate

"""What must hold of Mokken scaling for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from diagnose.statistics.mokken import mokken_h, monotonicity
from diagnose.statistics.mokken.answers import categorise
from diagnose.statistics.mokken.influence import scalability

SETTINGS = settings(max_examples=50, deadline=None)


@st.composite
def answers_0_to_4(draw):
    shape = (draw(st.integers(4, 30)), draw(st.integers(2, 5)))
    values = draw(arrays(float, shape, elements=st.integers(0, 4).map(float)))
    frame = pd.DataFrame(values).rename(columns="q{}".format)
    assume((frame.nunique() > 1).all())
    return frame


def numbers(result):
    return np.concatenate(
        [
            [result.estimate, result.std_error],
            result.items[["estimate", "std_error"]].to_numpy().ravel(),
            result.pairs[["estimate", "std_error"]].to_numpy().ravel(),
        ]
    )


@SETTINGS
@given(items=answers_0_to_4())
def test_h_is_covariance_over_that_of_the_sorted_columns(items):
    off = 1 - np.eye(items.shape[1])
    covariance = items.cov().to_numpy() * off
    largest = np.cov(np.sort(items.to_numpy(), axis=0), rowvar=False) * off

    result = mokken_h(items)

    assert result.estimate == pytest.approx(covariance.sum() / largest.sum(), abs=1e-10)
    by_item = covariance.sum(axis=1) / largest.sum(axis=1)
    assert list(result.items["estimate"]) == pytest.approx(list(by_item), abs=1e-10)


@SETTINGS
@given(items=answers_0_to_4())
def test_influences_have_mean_zero(items):
    answers = categorise(items)

    found = scalability(answers, answers.indicators())

    assert found.scale_influence.sum() == pytest.approx(0, abs=1e-8)
    assert found.item_influence.sum(axis=0) == pytest.approx(0, abs=1e-8)


@SETTINGS
@given(items=answers_0_to_4(), seed=st.integers(0, 99))
def test_order_of_people_and_items_is_irrelevant(items, seed):
    generator = np.random.default_rng(seed)
    order = generator.permutation(items.shape[1])

    moved = mokken_h(items.iloc[generator.permutation(len(items)), order])

    expected = mokken_h(items)
    assert moved.estimate == pytest.approx(expected.estimate, abs=1e-10)
    assert moved.std_error == pytest.approx(expected.std_error, abs=1e-10)
    by_item = expected.items.set_index("item").loc[moved.items["item"]]
    for column in ("estimate", "std_error"):
        got = moved.items[column].to_numpy()
        assert got == pytest.approx(by_item[column].to_numpy(), abs=1e-10)


@SETTINGS
@given(items=answers_0_to_4(), unit=st.sampled_from([0.5, 2.0, 10.0]))
def test_shifting_stretching_and_reflecting_all_items_leave_h(items, unit):
    expected = numbers(mokken_h(items))

    stretched = numbers(mokken_h(items * unit - 7))
    reflected = numbers(mokken_h(4 - items))

    assert stretched == pytest.approx(expected, abs=1e-9)
    assert reflected == pytest.approx(expected, abs=1e-9)


@SETTINGS
@given(items=answers_0_to_4(), n_incomplete=st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(items, n_incomplete):
    incomplete = items.sample(n_incomplete, replace=True, random_state=0)
    incomplete.iloc[:, 0] = np.nan
    everyone = pd.concat([items, incomplete], ignore_index=True)
    teams = pd.Series(np.arange(len(everyone)) % 3)

    result = mokken_h(everyone, clusters=teams)

    alone = mokken_h(items, clusters=teams.iloc[: len(items)])
    assert result.n_respondents == len(items)
    assert numbers(result) == pytest.approx(numbers(alone), abs=1e-12)


@SETTINGS
@given(items=answers_0_to_4(), times=st.integers(2, 4))
def test_more_of_the_same_respondents_shrinks_the_error_by_the_root(items, times):
    repeated = mokken_h(pd.concat([items] * times, ignore_index=True))

    expected = mokken_h(items)

    assert repeated.estimate == pytest.approx(expected.estimate, abs=1e-10)
    got = repeated.std_error * np.sqrt(times)
    assert got == pytest.approx(expected.std_error, abs=1e-10)


@SETTINGS
@given(items=answers_0_to_4())
def test_intervals_hold_the_estimate_and_the_input_is_unchanged(items):
    before = items.copy()

    for interval in ("wald", "range_preserving"):
        result = mokken_h(items, interval=interval)
        frame = result.to_frame()
        assert (frame["conf_low"] <= frame["estimate"] + 1e-12).all()
        assert (frame["estimate"] <= frame["conf_high"] + 1e-12).all()

    assert (frame["conf_high"] <= 1 + 1e-12).all()
    pd.testing.assert_frame_equal(items, before)


@SETTINGS
@given(
    items=answers_0_to_4(), seed=st.integers(0, 99), least=st.sampled_from([0, 0.03])
)
def test_monotonicity_ignores_the_order_of_people_and_constants(items, seed, least):
    shuffled = items.sample(frac=1, random_state=seed) + 3
    options = {"min_group": 2, "min_violation": least}

    moved = monotonicity(shuffled, **options).items

    expected = monotonicity(items, **options).items
    pd.testing.assert_frame_equal(moved, expected, rtol=1e-9, atol=1e-9)


@SETTINGS
@given(items=answers_0_to_4())
def test_violations_never_exceed_comparisons(items):
    result = monotonicity(items, min_group=2, min_violation=0)

    for frame in (result.items, result.steps):
        assert (frame["n_violations"] <= frame["n_comparisons"]).all()
        assert (frame["n_significant"] <= frame["n_violations"]).all()
        assert (frame["largest_violation"] <= frame["sum_violations"] + 1e-12).all()

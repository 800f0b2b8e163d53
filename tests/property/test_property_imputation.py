"""What must hold of any imputation, and of pooling over them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diagnose.statistics.missing import multiple_imputation, pool_estimates

SETTINGS = settings(max_examples=20, deadline=None)


@st.composite
def answers_with_gaps(draw):
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(40, 70)), draw(st.integers(2, 5)))
    trait = generator.normal(size=(shape[0], 1))
    values = np.clip(np.round(trait + generator.normal(size=shape) + 3), 1, 5)
    values[generator.random(shape) < draw(st.floats(0.02, 0.3))] = np.nan
    return pd.DataFrame(values).rename(columns="q{}".format)


@SETTINGS
@given(items=answers_with_gaps(), seed=st.integers(0, 99))
def test_gaps_are_filled_with_answers_that_were_given(items, seed):
    before = items.copy()

    result = multiple_imputation(items, n_imputations=2, n_cycles=2, seed=seed)

    pd.testing.assert_frame_equal(items, before)
    kept = items.dropna(how="all")
    for number in range(2):
        table = result.complete(number)
        assert not table.isna().any(axis=None)
        assert table.index.equals(kept.index)
        given_answers = kept.notna().to_numpy()
        assert (table.to_numpy() == kept.to_numpy())[given_answers].all()
        for item in items:
            assert set(table[item]) <= set(items[item].dropna())


@SETTINGS
@given(items=answers_with_gaps(), seed=st.integers(0, 99))
def test_the_seed_decides_and_more_imputations_keep_the_first(items, seed):
    few, same, more = (
        multiple_imputation(items, n_imputations=n, n_cycles=2, seed=seed)
        for n in (2, 2, 4)
    )

    assert (few.imputed == same.imputed).all()
    assert (more.imputed[:2] == few.imputed).all()


finite = st.floats(-50, 50)
positive = st.floats(0.1, 10)


@SETTINGS
@given(
    results=st.lists(st.tuples(finite, positive), min_size=2, max_size=30),
    df_complete=st.one_of(st.none(), st.floats(2, 5000)),
    factor=st.sampled_from([0.01, 3.0, 1000.0]),
)
@example(results=[(3.5671894621329026, 1.0)] * 3, df_complete=None, factor=0.01)
def test_pooling_follows_units_and_order(results, df_complete, factor):
    estimates, errors = np.array(results).T

    one = pool_estimates(estimates, errors, df_complete=df_complete)
    other = pool_estimates(
        estimates[::-1] * factor, errors[::-1] * factor, df_complete=df_complete
    )

    assert other.estimate == pytest.approx(one.estimate * factor, abs=1e-9 * factor)
    assert other.std_error == pytest.approx(one.std_error * factor)
    assert other.df == pytest.approx(one.df, rel=1e-6)
    assert one.conf_low <= one.estimate <= one.conf_high
    assert one.std_error >= np.sqrt(one.within)
    assert 0 <= one.share_between < 1
    if df_complete is not None:
        assert one.df <= df_complete


@SETTINGS
@given(estimate=finite, error=positive, n=st.integers(2, 20), df=st.floats(2, 500))
def test_equal_imputations_cost_nothing(estimate, error, n, df):
    result = pool_estimates([estimate] * n, [error] * n, df_complete=df)

    assert result.estimate == pytest.approx(estimate)
    assert result.std_error == pytest.approx(error)
    assert result.df == pytest.approx((df + 1) / (df + 3) * df)

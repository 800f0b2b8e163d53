"""What must hold of group comparisons for any scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from diagnose.statistics.comparison import (
    compare_groups,
    compare_two,
    equivalence_test,
    welch_from_summary,
)
from diagnose.statistics.means import mean_interval
from diagnose.statistics.multiplicity import adjust_p_values

SETTINGS = settings(max_examples=50, deadline=None)


@st.composite
def scores(draw, min_groups=2):
    sizes = draw(st.lists(st.integers(3, 15), min_size=min_groups, max_size=4))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parts = [generator.normal(draw(st.floats(-3, 3)), 1, size) for size in sizes]
    labels = np.repeat(list("abcd")[: len(sizes)], sizes)
    return pd.DataFrame({"score": np.concatenate(parts), "group": labels})


@SETTINGS
@given(table=scores())
def test_swapped_groups_flip_the_sign(table):
    one = table.loc[table["group"] == "a", "score"]
    two = table.loc[table["group"] == "b", "score"]

    forward, backward = compare_two(one, two), compare_two(two, one)

    assert forward.estimate == -backward.estimate
    assert forward.p_value == backward.p_value
    assert forward.conf_low == pytest.approx(-backward.conf_high)
    assert forward.hedges_g_low == pytest.approx(-backward.hedges_g_high, abs=1e-9)


@SETTINGS
@given(table=scores())
def test_equal_groups_have_effect_zero(table):
    one = table.loc[table["group"] == "a", "score"]

    result = compare_two(one, one)

    assert (result.estimate, result.hedges_g, result.p_value) == (0, 0, 1)
    assert result.hedges_g_low == pytest.approx(-result.hedges_g_high)


@SETTINGS
@given(table=scores(), shift=st.floats(-100, 100), unit=st.floats(0.1, 50))
def test_effects_and_p_values_do_not_depend_on_units(table, shift, unit):
    one = table.loc[table["group"] == "a", "score"]
    two = table.loc[table["group"] == "b", "score"]

    plain = compare_two(one, two)
    other = compare_two(one * unit + shift, two * unit + shift)

    assert other.estimate == pytest.approx(plain.estimate * unit, rel=1e-8, abs=1e-9)
    assert other.hedges_g == pytest.approx(plain.hedges_g, rel=1e-7, abs=1e-9)
    assert other.p_value == pytest.approx(plain.p_value, rel=1e-6, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(table=scores(min_groups=3), seed=st.integers(0, 99))
def test_order_and_missing_rows_are_irrelevant(table, seed):
    shuffled = table.sample(frac=1, random_state=seed, ignore_index=True)
    empty = pd.DataFrame({"score": [np.nan, 1.0], "group": ["a", None]})
    longer = pd.concat([shuffled, empty], ignore_index=True)
    before = longer.copy()

    result = compare_groups(longer["score"], longer["group"])

    expected = compare_groups(table["score"], table["group"])
    pd.testing.assert_frame_equal(longer, before)
    pd.testing.assert_frame_equal(
        result.to_frame(), expected.to_frame(), rtol=1e-7, atol=1e-9
    )
    assert result.n_left_out == 2
    assert result.omnibus.n_respondents == expected.omnibus.n_respondents
    assert len(result.pairs) == result.n_groups * (result.n_groups - 1) / 2


@settings(max_examples=25, deadline=None)
@given(table=scores())
def test_pairs_are_wider_than_a_single_comparison_and_agree_with_their_p(table):
    result = compare_groups(table["score"], table["group"])

    grouped = table.groupby("group")["score"]
    summary = pd.DataFrame(
        {"n_respondents": grouped.size(), "mean": grouped.mean()}
    ).assign(variance=grouped.var())
    short = welch_from_summary(summary)
    assert short.statistic == pytest.approx(result.omnibus.statistic, rel=1e-9)
    assert short.p_value == pytest.approx(result.omnibus.p_value, rel=1e-8, abs=1e-300)
    for pair in result.pairs:
        alone = compare_two(
            grouped.get_group(pair.first), grouped.get_group(pair.second)
        )
        assert pair.conf_low <= alone.conf_low + 1e-9
        assert pair.conf_high >= alone.conf_high - 1e-9
        if abs(pair.p_value - 0.05) > 1e-6:
            excludes_zero = pair.conf_low > 0 or pair.conf_high < 0
            assert excludes_zero == (pair.p_value < 0.05)


@SETTINGS
@given(table=scores(), bound=st.floats(0.01, 5))
def test_equivalence_is_the_interval_inside_the_bounds(table, bound):
    one = table.loc[table["group"] == "a", "score"]
    two = table.loc[table["group"] == "b", "score"]

    result = equivalence_test(one, two, bound=bound)

    inside = -bound < result.conf_low and result.conf_high < bound
    if abs(result.p_value - 0.05) > 1e-9:
        assert result.equivalent == inside


@SETTINGS
@given(values=st.lists(st.floats(-100, 100), min_size=2, max_size=30))
def test_mean_interval_holds_the_mean_and_ignores_missing(values):
    result = mean_interval(values)

    assert result.conf_low <= result.estimate <= result.conf_high
    assert mean_interval([*values, np.nan]) == result
    assert result.n_respondents == len(values)


@settings(max_examples=25, deadline=None)  # a tenth of a second each
@given(
    raw=st.lists(st.floats(0, 1), min_size=1, max_size=20),
    method=st.sampled_from(["holm", "benjamini-hochberg"]),
)
def test_adjusted_p_values_are_those_of_statsmodels(raw, method):
    short = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}[method]

    expected = multipletests(raw, method=short)[1]

    assert list(adjust_p_values(raw, method=method)) == pytest.approx(
        expected, rel=1e-14
    )


@SETTINGS
@given(
    raw=st.lists(st.floats(0, 1), min_size=1, max_size=20),
    method=st.sampled_from(["holm", "benjamini-hochberg"]),
)
def test_adjusted_p_values_are_larger_and_keep_their_order(raw, method):
    adjusted = adjust_p_values(raw, method=method)
    with_gap = adjust_p_values([np.nan, *raw], method=method)

    assert (adjusted >= np.array(raw) - 1e-15).all()
    assert (adjusted <= 1).all()
    order = np.argsort(raw)
    assert (np.diff(adjusted.to_numpy()[order]) >= -1e-15).all()
    assert list(with_gap[1:]) == list(adjusted)

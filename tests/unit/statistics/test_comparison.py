from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from diagnose.errors import InsufficientDataError
from diagnose.statistics.comparison import (
    compare_groups,
    compare_two,
    compare_two_from_summary,
    equivalence_from_estimate,
    equivalence_test,
    welch_from_summary,
)
from diagnose.statistics.effects import hedges_g, omega_squared


@pytest.fixture
def scores(rng):
    return pd.DataFrame(
        {
            "score": np.concatenate(
                [rng.normal(3, 1, 12), rng.normal(3.5, 0.5, 20), rng.normal(4, 2, 8)]
            ),
            "site": ["north"] * 12 + ["south"] * 20 + ["east"] * 8,
        }
    )


def test_groups_are_sorted_and_pairs_subtract_the_later(scores):
    result = compare_groups(scores["score"], scores["site"])

    assert result.names == ("east", "north", "south")
    assert [(pair.first, pair.second) for pair in result.pairs] == [
        ("east", "north"),
        ("east", "south"),
        ("north", "south"),
    ]
    means = scores.groupby("site")["score"].mean()
    assert result.pairs[0].estimate == pytest.approx(means["east"] - means["north"])
    assert [mean.n_respondents for mean in result.means] == [8, 12, 20]


def test_categories_keep_their_order(scores):
    ordered = pd.Categorical(scores["site"], ["south", "north", "east", "west"])

    result = compare_groups(scores["score"], pd.Series(ordered))

    assert result.names == ("south", "north", "east")


def test_incomplete_rows_are_left_out_and_counted(scores):
    scores.loc[0, "score"] = np.nan
    scores.loc[39, "site"] = None

    result = compare_groups(scores["score"], scores["site"])

    assert result.n_left_out == 2
    assert result.n_respondents == 38


def test_two_groups_give_the_welch_t_in_every_form(scores):
    two = scores[scores["site"] != "east"]

    groups = compare_groups(two["score"], two["site"])

    alone = compare_two(*(part["score"] for _, part in two.groupby("site")))
    pair = groups.pairs[0]
    assert groups.omnibus.statistic == pytest.approx(alone.statistic**2)
    assert pair.p_value == pytest.approx(alone.p_value, rel=1e-8)
    assert pair.conf_low == pytest.approx(alone.conf_low, rel=1e-10)


def test_welch_t_matches_scipy(scores):
    one, two = scores["score"][:12], scores["score"][12:32]

    result = compare_two(one, two, conf_level=0.9)

    expected = stats.ttest_ind(one, two, equal_var=False)
    limits = expected.confidence_interval(0.9)
    assert result.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-10)
    assert (result.conf_low, result.conf_high) == pytest.approx(limits, rel=1e-10)
    assert (result.n_first, result.n_second, result.n_respondents) == (12, 20, 32)


def test_summary_of_two_equals_the_values(scores):
    one, two = scores["score"][:12], scores["score"][12:32]

    short = compare_two_from_summary(
        one.mean(), one.std(), 12, two.mean(), two.std(), 20
    )

    expected = compare_two(one, two).to_frame()
    pd.testing.assert_frame_equal(short.to_frame(), expected, rtol=1e-12)


def test_one_group_without_variance_can_be_compared_with_another():
    result = compare_two([3.0, 3.0, 3.0], [1.0, 2.0, 4.0])

    assert result.df == pytest.approx(2)
    assert np.isfinite(result.hedges_g)


def test_pingouin_rounding_of_the_user_does_not_reach_the_result(scores):
    import pingouin

    exact = compare_groups(scores["score"], scores["site"])
    pingouin.options["round"] = 2
    try:
        rounded = compare_groups(scores["score"], scores["site"])
        assert pingouin.options["round"] == 2
    finally:
        pingouin.options["round"] = None

    assert rounded == exact


def test_release_with_other_column_names_is_an_error_that_lists_them():
    from diagnose.statistics.comparison import _cell

    with pytest.raises(KeyError, match="pingouin returned none of"):
        _cell(pd.Series({"p": 0.1}), "p_unc")


@pytest.mark.parametrize(
    ("values", "groups", "text"),
    [
        ([1, 2, 3], ["a", "a", "a"], r"at least 2 groups; got 1 \(3 respondents\)"),
        ([1, 2, 3], ["a", "a", "b"], r"too few in b \(n 1\)"),
        ([1, 2, np.nan], ["a", "a", "b"], r"too few in b \(n 0\)"),
        ([1, 2, 3, 3], ["a", "a", "b", "b"], r"are the same in b \(n 2\)"),
    ],
)
def test_groups_that_cannot_be_compared_are_named_with_their_n(values, groups, text):
    with pytest.raises(InsufficientDataError, match=text):
        compare_groups(values, pd.Series(groups))


def test_groups_in_another_order_than_the_values_are_refused():
    values = pd.Series([1.0, 2.0, 3.0, 4.0])
    groups = pd.Series(["a", "a", "b", "b"], index=[3, 2, 1, 0])

    with pytest.raises(ValueError, match="same index"):
        compare_groups(values, groups)
    with pytest.raises(ValueError, match="same length; got 3 and 4"):
        compare_groups([1, 2, 3], groups)
    with pytest.raises(TypeError, match="`groups` must be a Series"):
        compare_groups(values, ["a", "a", "b", "b"])


def test_summary_needs_its_columns_and_two_groups():
    summary = pd.DataFrame({"n_respondents": [5], "mean": [3.0]}, index=["a"])

    with pytest.raises(ValueError, match="lacks the columns: variance"):
        welch_from_summary(summary)
    with pytest.raises(InsufficientDataError, match="at least 2 groups; got 1"):
        welch_from_summary(summary.assign(variance=1.0))


def test_the_interval_of_omega_squared_may_be_left_out():
    summary = pd.DataFrame(
        {"n_respondents": [9, 12], "mean": [2.0, 3.5], "variance": [1.0, 0.8]}
    )

    bare = welch_from_summary(summary, conf_level=None)

    full = welch_from_summary(summary)
    assert bare.omega_squared_low is bare.omega_squared_high is bare.conf_level is None
    assert bare == replace(
        full, omega_squared_low=None, omega_squared_high=None, conf_level=None
    )
    with pytest.raises(ValueError, match="`conf_level` must lie between 0 and 1"):
        welch_from_summary(summary, conf_level=95)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ([1.0], [1.0, 2.0], "at least 2 answers in each group; got 1 and 2"),
        ([2.0, 2.0], [3.0, 3.0], r"neither group varies \(n 2 and 2\)"),
    ],
)
def test_two_groups_that_cannot_be_compared_are_refused(first, second, text):
    with pytest.raises(InsufficientDataError, match=text):
        compare_two(first, second)


def test_equivalence_is_the_interval_inside_the_bounds(rng):
    one, two = rng.normal(3, 0.5, 300), rng.normal(3, 0.5, 300)

    narrow = equivalence_test(one, two, bound=0.2)
    strict = equivalence_test(one, two, bound=0.01)

    assert narrow.equivalent
    assert narrow.conf_low > -0.2
    assert narrow.conf_high < 0.2
    assert not strict.equivalent
    assert narrow.to_frame().loc[0, "n_respondents"] == 600


@pytest.mark.parametrize("bound", [0, -1, np.nan])
def test_bound_must_be_positive(bound):
    with pytest.raises(ValueError, match="`bound` must be above 0"):
        equivalence_from_estimate(0.1, 0.2, 10, bound=bound)


def test_effect_limits_hold_for_differences_beyond_all_reason():
    """scipy's distributions end at a t of thousands; the closed form goes on."""
    just = hedges_g(900, (1, 1), (10, 10), 0.95)
    huge = hedges_g(900e6, (1, 1), (10, 10), 0.95)

    assert np.array(huge) / 1e6 == pytest.approx(just, rel=1e-5)
    assert hedges_g(-900e6, (1, 1), (10, 10), 0.95) == pytest.approx(
        (-huge[0], -huge[2], -huge[1])
    )
    effect, low, high = omega_squared(1e14, 3, 50, 500, 0.95)
    assert 0.999 < low < effect < high < 1


def test_f_below_one_gives_no_effect():
    estimate, low, high = omega_squared(0.2, 2, 100, 103, 0.95)

    assert (estimate, low) == (0.0, 0.0)
    assert 0 < high < 0.1

"""Many pairs of groups at once: where a pair cannot be judged, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.two_means import compare_two_from_summary
from diagnose.statistics.welch_pairs import welch_pairs

GROUP = st.tuples(
    st.integers(2, 200),
    st.floats(1, 5),
    st.floats(0.05, 2),
)


def groups(*rows):
    return pd.DataFrame(rows, columns=["n_respondents", "mean", "sd"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(GROUP, GROUP), min_size=1, max_size=4), st.floats(0.5, 0.99))
def test_each_row_is_the_comparison_of_two(pairs, conf_level):
    found = welch_pairs(
        groups(*(one for one, _ in pairs)),
        groups(*(two for _, two in pairs)),
        conf_level=conf_level,
    )

    for (one, two), row in zip(pairs, found.to_dict("records"), strict=True):
        expected = compare_two_from_summary(
            one[1], one[2], one[0], two[1], two[2], two[0], conf_level=conf_level
        )
        assert row["p_value"] == pytest.approx(expected.p_value, rel=1e-9, abs=1e-300)
        assert row["conf_low"] == pytest.approx(expected.conf_low, abs=1e-9)
        assert row["conf_high"] == pytest.approx(expected.conf_high, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, 3.0, np.nan), (9, 3.5, 0.5)),
        ((9, 3.0, 0.5), (9, 3.5, 0.0)),
        ((9, 3.0, 0.0), (9, 3.5, 0.0)),
    ],
)
def test_without_a_spread_only_the_difference_is_given(first, second):
    found = welch_pairs(groups(first), groups(second)).iloc[0]

    assert found["difference"] == -0.5
    assert found.drop("difference").isna().all()


def test_no_pairs_give_no_rows():
    assert welch_pairs(groups(), groups()).empty


def test_pairs_that_do_not_match_are_refused():
    one, two = groups((9, 3.0, 0.5)), groups((9, 3.0, 0.5), (8, 3.0, 0.5))

    with pytest.raises(ValueError, match="1 rows and `second` 2"):
        welch_pairs(one, two)
    with pytest.raises(ValueError, match="`second` has no column sd"):
        welch_pairs(one, one.drop(columns="sd"))
    with pytest.raises(ValueError, match="conf_level"):
        welch_pairs(one, one, conf_level=1.0)

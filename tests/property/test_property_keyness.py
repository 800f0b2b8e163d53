"""Keyness: what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.keyness import keyness


@st.composite
def tables(draw):
    totals = (draw(st.integers(1, 300)), draw(st.integers(1, 300)))
    rows = st.tuples(*(st.integers(0, total) for total in totals))
    return pd.DataFrame(draw(st.lists(rows, min_size=1, max_size=6))), totals


@given(drawn=tables())
@settings(max_examples=100, deadline=None)
def test_swapping_the_sides_turns_the_log_ratio_round(drawn):
    counts, totals = drawn
    before = counts.copy()

    one = keyness(counts, totals).to_frame()
    other = keyness(counts[[1, 0]], totals[::-1]).to_frame()

    assert one["log_ratio"].to_numpy() == pytest.approx(-other["log_ratio"], abs=1e-9)
    assert one["conf_low"].to_numpy() == pytest.approx(-other["conf_high"], abs=1e-9)
    assert one["statistic"].to_numpy() == pytest.approx(other["statistic"], abs=1e-9)
    pd.testing.assert_frame_equal(counts, before)


@given(drawn=tables())
@settings(max_examples=100, deadline=None)
def test_who_lacks_a_label_tells_as_much_as_who_has_it(drawn):
    counts, totals = drawn

    has = keyness(counts, totals).to_frame()
    lacks = keyness(np.array(totals) - counts, totals).to_frame()

    assert has["statistic"].to_numpy() == pytest.approx(lacks["statistic"], abs=1e-9)
    assert has["p_value"].between(0, 1).all() and (has["statistic"] >= 0).all()


@given(drawn=tables(), seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_labels_do_not_touch_each_other(drawn, seed):
    counts, totals = drawn
    order = np.random.default_rng(seed).permutation(len(counts))

    together = keyness(counts, totals).to_frame()
    apart = keyness(counts.iloc[order], totals).to_frame()

    pd.testing.assert_frame_equal(
        together.iloc[order].reset_index(drop=True), apart, check_exact=False
    )

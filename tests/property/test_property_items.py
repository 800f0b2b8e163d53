"""What must hold of item statistics for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from diagnose.statistics.items import item_analysis
from diagnose.statistics.reliability import cronbach_alpha

SETTINGS = settings(max_examples=60, deadline=None)


@st.composite
def answers_1_to_5(draw):
    shape = (draw(st.integers(4, 25)), draw(st.integers(3, 5)))
    values = draw(arrays(float, shape, elements=st.integers(1, 5).map(float)))
    return pd.DataFrame(values).rename(columns="q{}".format)


@SETTINGS
@given(answers=answers_1_to_5())
def test_every_undefined_value_has_a_reason(answers):
    before = answers.copy()

    table = item_analysis(answers, lowest=1, highest=5).to_frame()

    undefined = table.drop(columns="reason").isna().any(axis="columns")
    assert (table["reason"].ne("") == undefined).all()
    pd.testing.assert_frame_equal(answers, before)


@SETTINGS
@given(answers=answers_1_to_5())
def test_alpha_if_dropped_is_alpha_of_the_others(answers):
    table = item_analysis(answers, lowest=1, highest=5).to_frame().set_index("item")
    for item in answers.columns:
        rest = answers.drop(columns=item)
        if rest.sum(axis="columns").nunique() > 1:
            expected = cronbach_alpha(rest).estimate
            assert table.loc[item, "alpha_if_dropped"] == pytest.approx(
                expected, rel=1e-9, abs=1e-9
            )


@SETTINGS
@given(answers=answers_1_to_5())
def test_reflecting_all_items_swaps_the_ends_and_keeps_the_ties(answers):
    one = item_analysis(answers, lowest=1, highest=5).to_frame()
    other = item_analysis(6 - answers, lowest=1, highest=5).to_frame()

    assert list(one["floor"]) == list(other["ceiling"])
    assert np.allclose(one["item_rest_r"], other["item_rest_r"], equal_nan=True)
    assert np.allclose(one["skew"], -other["skew"], equal_nan=True)


@SETTINGS
@given(answers=answers_1_to_5(), n_incomplete=st.integers(1, 4))
def test_incomplete_rows_do_not_touch_the_ties(answers, n_incomplete):
    assume(answers["q0"].nunique() > 1)
    incomplete = answers.head(n_incomplete).copy()
    incomplete["q1"] = np.nan

    everyone = item_analysis(
        pd.concat([answers, incomplete], ignore_index=True), lowest=1, highest=5
    )
    complete = item_analysis(answers, lowest=1, highest=5)

    assert everyone.n_respondents == complete.n_respondents == len(answers)
    for one, other in zip(everyone.items, complete.items, strict=True):
        assert one.item_rest_r == pytest.approx(other.item_rest_r, nan_ok=True)
        assert one.n_respondents >= other.n_respondents

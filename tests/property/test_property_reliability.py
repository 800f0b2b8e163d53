"""What must hold of reliability for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from diagnose.errors import InsufficientDataError
from diagnose.statistics.reliability import cronbach_alpha, omega_total

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

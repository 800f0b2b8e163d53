"""What must hold of adequacy, MAP and parallel analysis for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.dimensionality import (
    bartlett_sphericity,
    kmo,
    parallel_analysis,
    velicer_map,
)

SETTINGS = settings(max_examples=25, deadline=None)
FEW = settings(max_examples=8, deadline=None)


@st.composite
def answers_of_people(draw):
    """Answers 1 to 5 with something in common, or nothing."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k, n = draw(st.integers(3, 7)), draw(st.integers(30, 80))
    strength = draw(st.sampled_from([0.0, 0.5, 1.0]))
    latent = strength * generator.normal(size=(n, 1)) + generator.normal(size=(n, k))
    answers = np.clip(np.round(latent + 3), 1, 5)
    answers[:2] = [[1.0], [5.0]]  # nobody's item is constant
    return pd.DataFrame(answers).rename(columns="q{}".format)


@SETTINGS
@given(answers=answers_of_people(), seed=st.integers(0, 99))
def test_order_of_people_and_items_is_irrelevant(answers, seed):
    generator = np.random.default_rng(seed)
    columns = generator.permutation(answers.columns)
    shuffled = answers.sample(frac=1, random_state=seed)[columns]

    same = kmo(shuffled).to_frame().set_index("item")["estimate"]
    expected = kmo(answers).to_frame().set_index("item")["estimate"]
    pd.testing.assert_series_equal(same[answers.columns], expected, rtol=1e-9)
    statistic = bartlett_sphericity(shuffled).statistic
    assert statistic == pytest.approx(bartlett_sphericity(answers).statistic, rel=1e-9)
    left, again = velicer_map(answers), velicer_map(shuffled)
    assert again.squared == pytest.approx(left.squared, rel=1e-7)


@SETTINGS
@given(answers=answers_of_people(), shift=st.integers(-9, 9), unit=st.integers(1, 5))
def test_units_and_reflected_items_are_irrelevant(answers, shift, unit):
    changed = answers * unit + shift
    changed["q1"] = -changed["q1"]

    assert kmo(changed).estimate == pytest.approx(kmo(answers).estimate, rel=1e-9)
    expected = bartlett_sphericity(answers)
    got = bartlett_sphericity(changed)
    assert got.statistic == pytest.approx(expected.statistic, rel=1e-9)
    left, again = velicer_map(answers), velicer_map(changed)
    assert again.fourth_power == pytest.approx(left.fourth_power, rel=1e-7)


@SETTINGS
@given(answers=answers_of_people(), n_incomplete=st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(answers, n_incomplete):
    incomplete = answers.sample(n_incomplete, random_state=0)
    incomplete.iloc[:, 0] = np.nan
    everyone = pd.concat([answers, incomplete], ignore_index=True)
    before = everyone.copy()

    for statistic in (kmo, bartlett_sphericity, velicer_map):
        pd.testing.assert_frame_equal(
            statistic(everyone).to_frame(), statistic(answers).to_frame()
        )
    dropped = parallel_analysis(answers, n_replications=20).to_frame()
    pd.testing.assert_frame_equal(
        parallel_analysis(everyone, n_replications=20).to_frame(), dropped
    )
    pd.testing.assert_frame_equal(everyone, before)


@SETTINGS
@given(answers=answers_of_people())
def test_values_lie_in_their_range(answers):
    adequacy, left = kmo(answers), velicer_map(answers)

    assert 0 <= adequacy.estimate <= 1
    assert ((adequacy.item_estimates >= 0) & (adequacy.item_estimates <= 1)).all()
    assert 0 <= bartlett_sphericity(answers).p_value <= 1
    assert (left.fourth_power <= left.squared).all()
    assert (left.squared <= 1 + 1e-9).all()
    assert left.squared[0] == pytest.approx(
        (answers.corr().to_numpy()[np.triu_indices(answers.shape[1], 1)] ** 2).mean()
    )


@FEW
@given(
    answers=answers_of_people(),
    seed=st.integers(0, 999),
    method=st.sampled_from(["permutation", "normal"]),
    reduction=st.sampled_from(["components", "factors", "factors_smc"]),
)
def test_parallel_analysis_is_that_of_its_seed(answers, seed, method, reduction):
    options = {"method": method, "reduction": reduction, "n_replications": 40}

    one = parallel_analysis(answers, seed=seed, **options)
    two = parallel_analysis(answers, seed=seed, **options)
    other = parallel_analysis(answers, seed=seed + 1, **options)

    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())
    assert (one.reference_mean != other.reference_mean).any()
    assert list(one.observed) == list(other.observed)
    if reduction == "components":
        total = [one.observed.sum(), one.reference_mean.sum()]
        assert total == pytest.approx([answers.shape[1]] * 2)
    kept = one.observed > one.reference_quantile
    assert kept[: one.n_retained].all()
    assert one.n_retained == len(kept) or not kept[one.n_retained]


@FEW
@given(answers=answers_of_people())
def test_a_higher_quantile_never_keeps_more(answers):
    low = parallel_analysis(answers, n_replications=100, quantile=0.5)
    high = parallel_analysis(answers, n_replications=100, quantile=0.99)

    assert high.n_retained <= low.n_retained
    assert (low.reference_quantile <= high.reference_quantile).all()

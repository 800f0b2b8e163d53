"""What must hold of differential item functioning for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.statistics.dif import ordinal_dif

SETTINGS = settings(max_examples=25, deadline=None)
NUMBERS = ["statistic", "df", "p_value", "p_value_adjusted", "nagelkerke_change"]
CLOSE = {"rel": 1e-6, "abs": 1e-8}


@st.composite
def samples(draw):
    """Return answers 1 to 4 of two groups, related by a trait, no answer rare."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_items = draw(st.integers(3, 5))
    trait = generator.normal(size=(160, 1))
    latent = trait + generator.normal(size=(160, n_items))
    answers = np.digitize(latent, [-1, 0, 1]) + 1.0
    items = pd.DataFrame(answers).rename(columns="q{}".format)
    return items, pd.Series(np.where(np.arange(160) < 70, "a", "b"))


def by_item(result):
    return result.tests.set_index(["item", "test"])[NUMBERS].sort_index()


def same(left, right):
    return left.to_numpy() == pytest.approx(right.to_numpy(), **CLOSE)


@SETTINGS
@given(sample=samples(), seed=st.integers(0, 99))
def test_order_of_people_and_items_is_irrelevant(sample, seed):
    items, group = sample
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(items))
    columns = generator.permutation(items.shape[1])

    moved = ordinal_dif(items.iloc[rows, columns], group.iloc[rows], purify=False)

    assert same(by_item(moved), by_item(ordinal_dif(items, group, purify=False)))


@SETTINGS
@given(sample=samples(), n_incomplete=st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(sample, n_incomplete):
    items, group = sample
    incomplete = items.iloc[:n_incomplete].copy()
    incomplete.iloc[:, 0] = np.nan
    everyone = pd.concat([items, incomplete], ignore_index=True)
    groups = pd.concat([group, group.iloc[:n_incomplete]], ignore_index=True)

    result = ordinal_dif(everyone, groups, purify=False)

    assert result.n_respondents == len(items)
    assert result.n_incomplete == n_incomplete
    assert same(by_item(result), by_item(ordinal_dif(items, group, purify=False)))


@SETTINGS
@given(
    sample=samples(),
    shift=st.integers(-5, 5),
    matching=st.sampled_from(["total_score", "rest_score", "true_score"]),
)
def test_shifting_all_items_leaves_the_tests(sample, shift, matching):
    items, group = sample
    options = {"matching": matching, "purify": False}

    moved = ordinal_dif(items + shift, group, **options)

    expected = ordinal_dif(items, group, **options)
    assert same(by_item(moved), by_item(expected))
    assert same(moved.effects["estimate"], expected.effects["estimate"])


@SETTINGS
@given(sample=samples())
def test_reflecting_all_items_turns_the_effects_round(sample):
    items, group = sample
    expected = ordinal_dif(items, group, purify=False, min_category=1)
    assume(expected.collapsed.empty)

    reflected = ordinal_dif(5 - items, group, purify=False, min_category=1)

    assert same(by_item(reflected), by_item(expected))
    assert same(-reflected.effects["estimate"], expected.effects["estimate"])
    turned = -reflected.effects["score_difference"]
    assert same(turned, expected.effects["score_difference"])


@SETTINGS
@given(sample=samples())
def test_swapping_the_groups_turns_the_log_odds_round(sample):
    items, group = sample

    swapped = ordinal_dif(items, group.map({"a": "b", "b": "a"}), purify=False)

    expected = ordinal_dif(items, group, purify=False)
    assert same(by_item(swapped), by_item(expected))
    assert same(-swapped.effects["estimate"], expected.effects["estimate"])
    slopes = expected.effects["slope_difference"]
    assert same(-swapped.effects["slope_difference"], slopes)


@SETTINGS
@given(sample=samples())
def test_equal_groups_show_nothing(sample):
    items, _ = sample
    twice = pd.concat([items, items], ignore_index=True)
    group = pd.Series(["a"] * len(items) + ["b"] * len(items))

    result = ordinal_dif(twice, group)

    assert result.flagged == ()
    assert result.tests["statistic"].to_numpy() == pytest.approx(0, abs=1e-8)
    assert result.effects["estimate"].to_numpy() == pytest.approx(0, abs=1e-6)
    assert result.effects["score_difference"].to_numpy() == pytest.approx(0, abs=1e-6)


@SETTINGS
@given(sample=samples())
def test_the_total_test_is_the_sum_of_its_parts(sample):
    items, group = sample
    before = items.copy()

    result = ordinal_dif(items, group)

    tests = result.tests.pivot(index="item", columns="test", values="statistic")
    parts = tests["uniform"] + tests["non_uniform"]
    assert same(parts, tests["total"])
    assert result.tests["p_value"].between(0, 1).all()
    assert (result.tests["p_value"] <= result.tests["p_value_adjusted"] + 1e-12).all()
    pd.testing.assert_frame_equal(items, before)


@SETTINGS
@given(sample=samples())
def test_with_all_items_as_anchors_the_scores_are_one(sample):
    """Given anchors that are all items, the level is that of no purification."""
    items, group = sample

    given_all = ordinal_dif(items, group, anchors=list(items.columns))

    expected = ordinal_dif(items, group, purify=False)
    assert same(by_item(given_all), by_item(expected))

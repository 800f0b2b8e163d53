"""What holds for weights and response whatever the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import InsufficientDataError
from diagnose.statistics.weights import (
    effective_sample_size,
    nonresponse_bounds,
    poststratified_mean,
    rake,
    weighted_mean,
)

WEIGHTS = st.lists(st.floats(0.01, 100), min_size=2, max_size=40).map(np.array)


@st.composite
def workforces(draw):
    """Return respondents in every cell of two margins, and margins near them."""
    counts = draw(
        st.lists(st.integers(1, 9), min_size=6, max_size=6).map(
            lambda c: np.array(c).reshape(2, 3)
        )
    )
    factors = draw(st.lists(st.floats(0.5, 3), min_size=6, max_size=6))
    people = pd.DataFrame(
        [
            ("ab"[i], "xyz"[j])
            for i in range(2)
            for j in range(3)
            for _ in range(counts[i, j])
        ],
        columns=["one", "two"],
    )
    goal = counts * np.array(factors).reshape(2, 3)
    margins = {
        "one": dict(zip("ab", goal.sum(axis=1), strict=True)),
        "two": dict(zip("xyz", goal.sum(axis=0), strict=True)),
    }
    return people, margins


@given(weights=WEIGHTS, scale=st.floats(1e-100, 1e100))
@settings(max_examples=50, deadline=None)
def test_kish_n_has_no_unit_and_lies_between_one_and_n(weights, scale):
    n_effective = effective_sample_size(weights)

    assert 1 - 1e-9 <= n_effective <= len(weights) * (1 + 1e-9)
    assert effective_sample_size(weights * scale) == pytest.approx(n_effective)


@given(case=workforces())
@settings(max_examples=40, deadline=None)
def test_the_margins_hold_and_odds_ratios_stay(case):
    people, margins = case

    raked = rake(people, margins)

    for name, totals in margins.items():
        got = raked.weights.groupby(people[name]).sum()
        assert got.to_dict() == pytest.approx(totals, rel=1e-8)
    cell = raked.weights.groupby([people["one"], people["two"]]).first().unstack()
    ratios = cell.loc["a"] / cell.loc["b"]
    assert ratios.to_numpy() == pytest.approx(np.full(3, ratios.iloc[0]))


@given(case=workforces(), scale=st.floats(0.01, 100), seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_neither_the_order_nor_the_unit_of_design_weights_matters(case, scale, seed):
    people, margins = case
    rng = np.random.default_rng(seed)
    design = pd.Series(rng.choice([0.5, 1.0, 2.5], len(people)), index=people.index)
    order = rng.permutation(len(people))
    score = pd.Series(rng.normal(size=len(people)), index=people.index)

    first = rake(people, margins, design_weights=design)
    second = rake(
        people.iloc[order], margins, design_weights=design.iloc[order] * scale
    )

    assert second.weights.sort_index().to_numpy() == pytest.approx(
        first.weights.to_numpy(), rel=1e-7
    )
    one = weighted_mean(score, first.weights, rake=first)
    two = weighted_mean(score.iloc[order], second.weights, rake=second)
    assert two.estimate == pytest.approx(one.estimate, rel=1e-6, abs=1e-7)
    assert two.std_error == pytest.approx(one.std_error, rel=1e-6, abs=1e-9)


@given(case=workforces())
@settings(max_examples=25, deadline=None)
def test_what_the_margins_explain_wholly_has_no_error(case):
    people, margins = case
    explained = (people["one"] == "a") * 1.0 + (people["two"] == "z") * 2.0
    raked = rake(people, margins, tolerance=1e-13)

    result = weighted_mean(explained, raked.weights, rake=raked)

    total = sum(margins["one"].values())
    truth = (margins["one"]["a"] + 2 * margins["two"]["z"]) / total
    assert result.estimate == pytest.approx(truth)
    assert result.std_error == pytest.approx(0, abs=1e-9)


@given(case=workforces(), trim=st.floats(1.2, 4))
@settings(max_examples=40, deadline=None)
def test_trimmed_weights_hold_both_bound_and_margins_or_are_refused(case, trim):
    people, margins = case
    try:
        raked = rake(people, margins, trim=trim)
    except InsufficientDataError:
        assume(False)

    assert raked.weights.max() <= trim * raked.weights.median() * (1 + 2e-8)
    assert raked.largest_error <= 1e-10


@given(weights=WEIGHTS, scale=st.floats(1e-6, 1e6), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_weights_times_a_constant_change_no_mean(weights, scale, seed):
    score = pd.Series(np.random.default_rng(seed).normal(size=len(weights)))

    one = weighted_mean(score, weights)
    two = weighted_mean(score, weights * scale)

    assert two.estimate == pytest.approx(one.estimate)
    assert two.std_error == pytest.approx(one.std_error)


@given(seed=st.integers(0, 999), n=st.integers(2, 50))
@settings(max_examples=40, deadline=None)
def test_equal_weights_give_the_ordinary_mean_and_error(seed, n):
    score = pd.Series(np.random.default_rng(seed).normal(3, 1, size=n))

    result = weighted_mean(score, np.full(n, 2.5))

    assert result.estimate == pytest.approx(score.mean())
    assert result.std_error == pytest.approx(score.std() / np.sqrt(n))
    assert result.n_effective == pytest.approx(n)


@given(
    mean=st.floats(1, 5),
    n=st.integers(1, 50),
    silent=st.integers(0, 50),
    difference=st.tuples(st.floats(-4, 0), st.floats(0, 4)),
    reference=st.floats(1, 5),
)
@settings(max_examples=80, deadline=None)
def test_bounds_hold_scenarios_and_the_tipping_point_tips(
    mean, n, silent, difference, reference
):
    row = (
        nonresponse_bounds(
            mean,
            n,
            n + silent,
            lowest=1,
            highest=5,
            difference=difference,
            reference=reference,
        )
        .to_frame()
        .iloc[0]
    )

    ordered = [
        row[name]
        for name in (
            "bound_low",
            "scenario_low",
            "mean",
            "scenario_high",
            "bound_high",
        )
    ]
    assert (np.diff(ordered) >= -1e-12).all()
    if silent:
        whole = (n * mean + silent * row["silent_mean_needed"]) / (n + silent)
        assert whole == pytest.approx(reference)
        inside = row["bound_low"] - 1e-9 <= reference <= row["bound_high"] + 1e-9
        assert inside or not row["can_flip"]
    else:
        assert not row["can_flip"]


@given(seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_response_in_proportion_needs_no_weights(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 20, 5)
    summary = pd.DataFrame(
        {
            "team": list("abcde"),
            "n_respondents": sizes,
            "n_members": sizes * 3,
            "mean": rng.uniform(1, 5, 5),
            "sd": rng.uniform(0.1, 1, 5),
        }
    )

    result = poststratified_mean(summary)

    assert result.estimate == pytest.approx(result.unweighted)
    assert result.design_effect == pytest.approx(1)
    assert result.std_error == pytest.approx(result.std_error_infinite * np.sqrt(2 / 3))

"""Drivers: what must hold for any organisation."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.statistics.drivers import (
    collinearity,
    common_method,
    relative_importance,
    relative_importance_from_correlations,
)

MODEST = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 2**32 - 1)
POINT = ["estimate", "share", "correlation", "coefficient", "vif"]
EXACT = [*POINT, "correlation_low", "coefficient_high", "df", "p_value"]


@st.composite
def organisations(draw):
    rng = np.random.default_rng(draw(seeds))
    sizes = np.array(draw(st.lists(st.integers(1, 15), min_size=12, max_size=20)))
    sizes[:3] += 30
    team = np.repeat(np.arange(len(sizes)), sizes)
    n_predictors = draw(st.integers(1, 5))
    common = rng.normal(size=len(team)) + 0.5 * rng.normal(size=len(sizes))[team]
    table = 0.6 * common[:, None] + rng.normal(size=(len(team), n_predictors + 1))
    if draw(st.booleans()):
        table = table.round()
    names = [f"x{position}" for position in range(n_predictors)]
    frame = pd.DataFrame(table[:, :-1], columns=names)
    return pd.Series(table[:, -1], name="y"), frame, pd.Series(team)


@st.composite
def correlations(draw):
    rng = np.random.default_rng(draw(seeds))
    size = draw(st.integers(2, 5))
    table = rng.normal(size=(40, size)) + rng.normal(size=(40, 1))
    names = [f"x{position}" for position in range(size - 1)] + ["y"]
    return pd.DataFrame(table, columns=names).corr()


def importance(outcome, predictors, clusters, **options):
    return relative_importance(
        outcome, predictors, clusters=clusters, n_bootstrap=200, **options
    )


@MODEST
@given(correlations())
def test_lmg_is_the_average_over_orders(table):
    matrix = table.to_numpy()

    def explained(chosen):
        inner, outer = matrix[np.ix_(chosen, chosen)], matrix[chosen, -1]
        return outer @ np.linalg.solve(inner, outer) if chosen else 0.0

    orders = list(itertools.permutations(range(len(matrix) - 1)))
    gains = np.zeros(len(matrix) - 1)
    for order in orders:
        steps = [explained(list(order[:size])) for size in range(len(order) + 1)]
        gains[list(order)] += np.diff(steps) / len(orders)
    result = relative_importance_from_correlations(table, outcome="y", method="lmg")

    assert result.to_frame()["estimate"].tolist() == pytest.approx(
        gains.tolist(), rel=1e-9, abs=1e-12
    )


@MODEST
@given(correlations())
def test_weights_are_not_negative_and_add_to_r_squared(table):
    inner, outer = table.iloc[:-1, :-1], table.iloc[:-1, -1]
    explained = outer @ np.linalg.solve(inner, outer)
    for method in ("johnson", "lmg"):
        result = relative_importance_from_correlations(
            table, outcome="y", method=method
        )
        assert (result.to_frame()["estimate"] >= -1e-15).all()
        assert result.r_squared == pytest.approx(explained, rel=1e-9)


@MODEST
@given(correlations())
def test_two_predictors_have_the_same_weights_by_both_methods(table):
    assume(len(table) >= 3)
    two = table.iloc[[0, 1, -1], [0, 1, -1]]

    johnson, lmg = (
        relative_importance_from_correlations(two, outcome="y", method=method)
        for method in ("johnson", "lmg")
    )

    assert johnson.to_frame()["estimate"].tolist() == pytest.approx(
        lmg.to_frame()["estimate"].tolist(), rel=1e-9, abs=1e-13
    )


@MODEST
@given(organisations(), seeds)
def test_order_of_respondents_and_names_of_teams_do_not_matter(organisation, seed):
    outcome, predictors, team = organisation
    order = np.random.default_rng(seed).permutation(len(team))

    plain = importance(outcome, predictors, team)
    shuffled = importance(outcome[order], predictors.iloc[order], team[order])
    renamed = importance(outcome, predictors, team.map("team {:03d}".format))

    pd.testing.assert_frame_equal(plain.to_frame(), shuffled.to_frame(), rtol=1e-7)
    pd.testing.assert_frame_equal(plain.to_frame(), renamed.to_frame())


@MODEST
@given(organisations())
def test_order_of_predictors_does_not_matter(organisation):
    outcome, predictors, team = organisation

    plain = importance(outcome, predictors, team)
    turned = importance(outcome, predictors[predictors.columns[::-1]], team)

    one = plain.to_frame().set_index("predictor")
    other = turned.to_frame().set_index("predictor").loc[one.index]
    numbers = [*EXACT, "conf_high", "share_high", "rank_low", "rank_high"]
    pd.testing.assert_frame_equal(one[numbers], other[numbers], rtol=1e-7)


@MODEST
@given(organisations(), st.floats(0.1, 50), st.floats(-100, 100))
def test_units_and_origins_do_not_matter_and_signs_only_turn(
    organisation, unit, origin
):
    outcome, predictors, team = organisation
    moved = predictors.copy()
    moved["x0"] = origin - unit * moved["x0"]

    plain = importance(outcome, predictors, team).to_frame()
    turned = importance(origin + unit * outcome, moved, team).to_frame()

    same = ["estimate", "conf_high", "share", "df", "p_value", "vif"]
    pd.testing.assert_frame_equal(plain[same], turned[same], rtol=1e-6)
    assert turned["correlation"][0] == pytest.approx(
        -plain["correlation"][0], rel=1e-7, abs=1e-9
    )


@MODEST
@given(organisations(), st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(organisation, n_incomplete):
    outcome, predictors, team = organisation
    extra = predictors.iloc[:n_incomplete].copy()
    extra["x0"] = np.nan
    more = pd.concat([predictors, extra], ignore_index=True)
    outcomes = pd.concat([outcome, outcome[:n_incomplete]], ignore_index=True)
    teams = pd.concat([team, team[:n_incomplete]], ignore_index=True)

    everyone = importance(outcomes.rename("y"), more, teams)
    complete = importance(outcome, predictors, team)

    pd.testing.assert_frame_equal(everyone.to_frame(), complete.to_frame())
    assert everyone.n_missing == n_incomplete


@MODEST
@given(organisations())
def test_limits_hold_what_they_should(organisation):
    outcome, predictors, team = organisation

    result = importance(outcome, predictors, team)
    frame = result.to_frame()

    assert (frame["conf_low"] >= 0).all()
    assert (frame["conf_low"] <= frame["conf_high"]).all()
    assert (
        frame["correlation"]
        .between(frame["correlation_low"], frame["correlation_high"])
        .all()
    )
    assert frame["rank"].between(frame["rank_low"], frame["rank_high"]).all()
    assert 0 <= result.r_squared_low <= result.r_squared_high <= 1
    assert result.r_squared_adjusted <= result.r_squared
    assert (frame["p_value"] <= frame["p_value_adjusted"]).all()


@MODEST
@given(organisations())
def test_collinearity_and_method_do_not_depend_on_units(organisation):
    _, predictors, _ = organisation
    assume(predictors.shape[1] >= 2)

    moved = 3.0 + 2.0 * predictors

    pd.testing.assert_frame_equal(
        collinearity(predictors).to_frame(), collinearity(moved).to_frame(), rtol=1e-9
    )
    pd.testing.assert_frame_equal(
        common_method(predictors).to_frame(),
        common_method(moved).to_frame(),
        rtol=1e-8,
        atol=1e-10,
    )


@MODEST
@given(organisations())
def test_input_is_left_alone(organisation):
    outcome, predictors, team = organisation
    before = outcome.copy(), predictors.copy(), team.copy()

    importance(outcome, predictors, team)

    pd.testing.assert_series_equal(outcome, before[0])
    pd.testing.assert_frame_equal(predictors, before[1])
    pd.testing.assert_series_equal(team, before[2])

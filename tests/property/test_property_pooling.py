"""Shrunken means and contrasts: what must hold for any teams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.pooling import (
    difference_from_rest,
    really_different,
    shrunken_means,
    shrunken_means_from_summary,
)

MODEST = settings(max_examples=40, deadline=None)


@st.composite
def organisations(draw):
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=10))
    sizes[0] = max(sizes[0], 3)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([0.0, 0.3, 2.0]))
    teams = pd.Series(np.repeat([f"t{i}" for i in range(len(sizes))], sizes))
    levels = np.repeat(rng.normal(0, spread, len(sizes)), sizes)
    return pd.Series(levels + rng.normal(size=len(teams))), teams


@MODEST
@given(organisations())
def test_order_of_respondents_does_not_matter(organisation):
    values, teams = organisation

    pd.testing.assert_frame_equal(
        shrunken_means(values, teams).to_frame(),
        shrunken_means(values[::-1], teams[::-1]).to_frame(),
        rtol=1e-6,
        atol=1e-7,
    )


@MODEST
@given(organisations(), st.floats(0.1, 50), st.floats(-100, 100))
def test_levels_move_with_unit_and_origin(organisation, unit, origin):
    values, teams = organisation

    frame = shrunken_means(values, teams).to_frame()
    moved = shrunken_means(origin + unit * values, teams).to_frame()

    assert moved["estimate"].to_numpy() == pytest.approx(
        origin + unit * frame["estimate"].to_numpy(), rel=1e-6, abs=1e-5
    )
    assert moved["std_error"].to_numpy() == pytest.approx(
        unit * frame["std_error"].to_numpy(), rel=1e-4
    )


@MODEST
@given(organisations())
def test_shrinkage_is_towards_mu_and_never_past_it(organisation):
    values, teams = organisation

    result = shrunken_means(values, teams)
    frame = result.to_frame()

    low = np.minimum(frame["mean"], result.mu) - 1e-9
    high = np.maximum(frame["mean"], result.mu) + 1e-9
    assert frame["estimate"].between(low, high).all()
    assert frame["reliability"].between(0, 1).all()
    assert frame["std_error"].gt(0).all()
    if result.teams_equal:
        assert frame["estimate"].nunique() == 1


@MODEST
@given(organisations())
def test_the_estimate_of_tau2_is_the_best_on_a_fine_grid(organisation):
    values, teams = organisation
    result = shrunken_means(values, teams)
    sizes = teams.value_counts(sort=False)
    means = values.groupby(teams).mean().loc[sizes.index]
    within = ((values - values.groupby(teams).transform("mean")) ** 2).sum()

    def criterion(ratio):
        weights = sizes / (1 + ratio * sizes)
        mu = (weights * means).sum() / weights.sum()
        squares = within + (weights * (means - mu) ** 2).sum()
        log_terms = np.log1p(ratio * sizes).sum() + np.log(weights.sum())
        return (len(values) - 1) * np.log(squares) + log_terms

    best = criterion(result.tau2 / result.sigma2)
    grid = np.concatenate([[0], np.geomspace(1e-4, 1e3, 40)])
    assert all(best <= criterion(ratio) + 1e-8 for ratio in grid)


@MODEST
@given(organisations())
def test_equal_teams_differ_by_nothing_and_contrasts_balance(organisation):
    values, teams = organisation
    frame = difference_from_rest(
        shrunken_means(values, teams)
        .to_frame()[["team", "n_respondents"]]
        .assign(mean=3.0, variance=1.0)
    ).to_frame()

    assert frame["estimate"].to_numpy() == pytest.approx(0, abs=1e-12)
    assert frame["p_value"].to_numpy() == pytest.approx(1)


def test_equal_means_give_tau2_zero():
    summary = pd.DataFrame(
        {
            "team": list("abc"),
            "n_respondents": [5, 9, 20],
            "mean": [3.0, 3.0, 3.0],
            "variance": [1.0, 0.7, 0.9],
        }
    )

    result = shrunken_means_from_summary(summary)

    assert result.tau2 == 0
    assert result.to_frame()["estimate"].to_numpy() == pytest.approx(3.0)


@MODEST
@given(organisations(), st.floats(0.01, 100))
def test_only_ratios_of_weights_count_and_equal_weights_change_nothing(
    organisation, factor
):
    values, teams = organisation
    rng = np.random.default_rng(1)
    weights = pd.Series(rng.uniform(0.5, 2, len(values)))

    weighted = shrunken_means(values, teams, weights=weights).to_frame()
    times = shrunken_means(values, teams, weights=factor * weights).to_frame()
    equal = shrunken_means(values, teams, weights=0 * weights + factor).to_frame()

    pd.testing.assert_frame_equal(weighted, times, rtol=1e-6, atol=1e-7)
    pd.testing.assert_frame_equal(
        equal.drop(columns="n_effective"),
        shrunken_means(values, teams).to_frame(),
        check_exact=True,
    )


@MODEST
@given(organisations(), st.integers(0, 20))
def test_the_people_there_now_lie_between_the_answers_and_the_level(organisation, more):
    values, teams = organisation
    sizes = teams.value_counts()

    frame = shrunken_means(values, teams, n_members=sizes + more).to_frame()

    ends = frame[["mean", "estimate"]]
    assert frame["now_estimate"].ge(ends.min(axis=1) - 1e-9).all()
    assert frame["now_estimate"].le(ends.max(axis=1) + 1e-9).all()
    widths = frame["now_high"] - frame["now_low"]
    if more == 0:
        assert widths.to_numpy() == pytest.approx(0, abs=1e-12)
        assert frame["now_estimate"].to_numpy() == pytest.approx(frame["mean"])
    else:
        assert widths.gt(0).all()


@MODEST
@given(organisations())
def test_cautious_variances_are_never_below_the_pooled_one(organisation):
    summary = shrunken_means(*organisation).to_frame()[["team", "n_respondents"]]
    rng = np.random.default_rng(2)
    summary["mean"] = rng.normal(3, 0.3, len(summary))
    summary["variance"] = rng.uniform(0.2, 2, len(summary))

    pooled = difference_from_rest(summary).to_frame()
    cautious = difference_from_rest(summary, variances="cautious").to_frame()

    assert (cautious["std_error"] >= pooled["std_error"] * (1 - 1e-9)).all()
    assert (cautious["df"] <= pooled["df"] + 1e-9).all()
    family = really_different(summary).to_frame()
    assert (family["p_adjusted"] >= family["p_value"] * (1 - 1e-12)).all()

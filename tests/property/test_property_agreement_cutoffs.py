"""What holds for chance agreement and the group-mean null whatever the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.agreement import (
    agreement_cutoffs,
    answer_shares,
    icc,
    r_wg_j,
    team_agreement,
)
from diagnose.statistics.group_mean_null import group_mean_variances

GROUPS = st.integers(2, 8).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(1, 5), min_size=2, max_size=2), min_size=n, max_size=n
    )
)


@given(mean=st.floats(0, 1), lowest=st.integers(-3, 3), n_steps=st.integers(1, 100))
@settings(max_examples=100, deadline=None)
def test_group_mean_variance_is_even_and_below_both_bounds(mean, lowest, n_steps):
    highest = lowest + n_steps
    place = mean * n_steps

    one, mirrored = group_mean_variances(
        [lowest + place, highest - place], lowest=lowest, highest=highest
    )

    assert one == pytest.approx(mirrored, rel=1e-6, abs=1e-9)
    # no distribution with this mean varies more than one on the two ends
    assert one <= place * (n_steps - place) + 1e-9
    assert one <= (n_steps + 1) ** 2 / 12  # near the uniform at most
    assert (one > 0) or place in (0, n_steps) or place * (n_steps - place) < 1e-12


@given(rows=GROUPS)
@settings(max_examples=50, deadline=None)
def test_turning_the_scale_round_leaves_the_group_mean_null(rows):
    items = pd.DataFrame(rows, columns=["a", "b"])
    inside = ((items.mean() > 1) & (items.mean() < 5)).any()
    if not inside:
        return
    options = {"lowest": 1, "highest": 5, "null": "group_mean"}

    turned = r_wg_j(6 - items, **options)

    assert turned.estimate == pytest.approx(r_wg_j(items, **options).estimate)


@given(
    n=st.integers(2, 12),
    n_options=st.integers(2, 6),
    index=st.sampled_from(["ad_mean", "ad_median", "r_wg_j", "r_wg_j_star", "a_wg"]),
    significance=st.floats(0.005, 0.3),
)
@settings(max_examples=60, deadline=None)
def test_chance_never_exceeds_the_significance_unless_out_of_reach(
    n, n_options, index, significance
):
    got = agreement_cutoffs(
        n, n_options=n_options, index=index, significance=significance
    )

    assert (got.chance <= significance + 1e-9) != np.isnan(got.cutoff)
    stricter = agreement_cutoffs(
        n, n_options=n_options, index=index, significance=significance / 2
    )
    if not np.isnan(stricter.cutoff):
        sign = 1 if index.startswith("ad") else -1
        assert sign * stricter.cutoff <= sign * got.cutoff


@given(seed=st.integers(0, 200))
@settings(max_examples=15, deadline=None)
def test_neither_order_nor_names_of_teams_change_a_judgement(seed):
    rng = np.random.default_rng(seed)
    teams = pd.Series(np.repeat(range(5), rng.integers(2, 9, 5)))
    items = pd.DataFrame(rng.integers(1, 6, (len(teams), 2)), columns=["a", "b"])
    order = rng.permutation(len(teams))
    options = {
        "lowest": 1,
        "highest": 5,
        "significance": 0.1,
        "nulls": ("uniform", "group_mean"),
    }

    one = team_agreement(items, teams, **options).to_frame()
    two = team_agreement(items.iloc[order], teams.iloc[order], **options).to_frame()

    pd.testing.assert_frame_equal(one, two, rtol=1e-9)


@given(seed=st.integers(0, 200))
@settings(max_examples=25, deadline=None)
def test_shares_give_the_mean_of_the_answers(seed):
    rng = np.random.default_rng(seed)
    teams = pd.Series(rng.integers(0, 4, 30))
    items = pd.DataFrame(rng.integers(1, 6, (30, 2)).astype(float), columns=["a", "b"])
    items = items.mask(rng.random(items.shape) < 0.2)

    frame = answer_shares(items, teams, lowest=1, highest=5).to_frame()

    means = (frame["share"] * frame["answer"]).groupby(frame["team"]).sum()
    expected = (
        items.stack()
        .groupby(teams.loc[items.stack().index.get_level_values(0)].to_numpy())
        .mean()
    )
    assert means[expected.index].to_numpy() == pytest.approx(expected.to_numpy())


@given(seed=st.integers(0, 500), shift=st.floats(-50, 50), scale=st.floats(0.1, 10))
@settings(max_examples=40, deadline=None)
def test_eta_squared_and_design_effect_have_no_unit(seed, shift, scale):
    rng = np.random.default_rng(seed)
    teams = pd.Series(np.repeat(range(4), rng.integers(1, 7, 4) + 1))
    values = pd.Series(rng.normal(size=len(teams)) + teams / 2)

    one, two = icc(values, teams), icc(values * scale + shift, teams)

    for name in ("eta_squared", "eta_squared_low", "eta_squared_high", "design_effect"):
        assert getattr(two, name) == pytest.approx(
            getattr(one, name), rel=1e-5, abs=1e-7
        ), name
    assert one.design_effect >= 1

"""Agreement and team summaries: what must hold for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.statistics.agreement import (
    a_wg,
    average_deviation,
    icc,
    r_wg_j,
    r_wg_j_star,
    team_agreement,
)
from diagnose.statistics.team_sums import team_summary

FIVE = {"lowest": 1, "highest": 5}
MODEST = settings(max_examples=60, deadline=None)


@st.composite
def surveys(draw, missing=True):
    n, k = draw(st.integers(4, 25)), draw(st.integers(1, 5))
    answer = st.integers(1, 5).map(float)
    if missing:
        answer = st.one_of(answer, answer, answer, st.just(np.nan))
    rows = draw(
        st.lists(st.lists(answer, min_size=k, max_size=k), min_size=n, max_size=n)
    )
    teams = draw(
        st.lists(st.sampled_from(["a", "b", "c", "NA"]), min_size=n, max_size=n)
    )
    items = pd.DataFrame(rows, columns=[f"q{i}" for i in range(k)])
    assume(items.notna().any(axis=None))
    return items, pd.Series(teams)


def _frame(items, teams, **options):
    return team_agreement(items, teams, **FIVE, **options).to_frame()


@MODEST
@given(surveys(), st.randoms(use_true_random=False))
def test_order_of_respondents_and_items_does_not_matter(survey, random):
    items, teams = survey
    rows = list(range(len(items)))
    random.shuffle(rows)

    turned = _frame(items.iloc[rows, ::-1], teams.iloc[rows])

    pd.testing.assert_frame_equal(_frame(items, teams), turned, rtol=1e-9, atol=1e-12)


@MODEST
@given(surveys())
def test_listwise_equals_dropping_the_rows_first(survey):
    items, teams = survey
    complete = items.notna().all(axis="columns")
    assume(set(teams[complete]) == set(teams))

    dropped = _frame(items[complete], teams[complete])

    pd.testing.assert_frame_equal(_frame(items, teams, missing="listwise"), dropped)


@MODEST
@given(surveys())
def test_reflecting_the_response_scale_changes_nothing(survey):
    items, teams = survey

    pd.testing.assert_frame_equal(
        _frame(items, teams), _frame(6 - items, teams), rtol=1e-9, atol=1e-12
    )


@MODEST
@given(surveys())
def test_indices_keep_their_bounds_and_the_input_is_unchanged(survey):
    items, teams = survey
    before = items.copy()

    frame = _frame(items, teams)

    pd.testing.assert_frame_equal(items, before)
    assert frame["r_wg_j_uniform"].dropna().between(0, 1).all()
    assert frame["a_wg"].dropna().between(-1 - 1e-9, 1).all()
    assert frame["r_wg_j_star"].dropna().le(1).all()
    assert frame["ad_mean"].dropna().between(0, 2).all()
    assert (frame["ad_median"].dropna() <= frame["ad_mean"].dropna() + 1e-12).all()
    defined = frame["reason"] == ""
    assert frame.loc[defined, "r_wg_j_uniform"].notna().all()
    assert frame.loc[~defined, "r_wg_j_uniform"].isna().all()


@MODEST
@given(surveys())
def test_a_group_is_judged_as_a_team_of_its_own(survey):
    items, teams = survey
    frame = _frame(items, teams).set_index("team")
    for team in frame.index[frame["reason"] == ""]:
        group = items[teams == team]
        row = frame.loc[team]
        assert r_wg_j(group, **FIVE).estimate == row["r_wg_j_uniform"]
        assert r_wg_j_star(group, **FIVE).estimate == row["r_wg_j_star"]
        assert average_deviation(group, **FIVE).estimate == row["ad_mean"]
        if not np.isnan(row["a_wg"]):
            assert a_wg(group, **FIVE).estimate == row["a_wg"]


@MODEST
@given(surveys())
def test_team_summary_equals_pandas_groupby(survey):
    items, teams = survey
    values = items["q0"]
    assume(values.notna().any())

    frame = team_summary(values, teams).set_index("team")
    grouped = values.groupby(teams).agg(["count", "mean", "var"])
    grouped = grouped[grouped["count"] > 0]

    assert frame.index.tolist() == grouped.index.tolist()
    assert frame["n_respondents"].tolist() == grouped["count"].tolist()
    assert frame["mean"].to_numpy() == pytest.approx(grouped["mean"].to_numpy())
    assert frame["variance"].to_numpy() == pytest.approx(
        grouped["var"].to_numpy(), nan_ok=True, abs=1e-12
    )


@MODEST
@given(
    st.lists(st.integers(2, 9), min_size=2, max_size=8),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["reml", "anova"]),
)
def test_icc_is_free_of_unit_and_origin_and_lies_in_its_interval(sizes, seed, method):
    rng = np.random.default_rng(seed)
    teams = pd.Series(np.repeat(np.arange(len(sizes)), sizes))
    values = pd.Series(rng.normal(size=len(teams)) + teams * rng.uniform(0, 0.5))

    result = icc(values, teams, method=method)
    moved = icc(100 - 3 * values, teams, method=method)

    assert moved.icc1 == pytest.approx(result.icc1, rel=1e-6, abs=1e-7)
    assert moved.conf_high == pytest.approx(result.conf_high, rel=1e-6, abs=1e-7)
    assert result.conf_low <= result.conf_high
    if method == "anova":
        assert result.conf_low <= result.icc1 <= result.conf_high
    else:
        assert 0 <= result.icc1 < 1

"""What must hold of people in teams, for any teams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.statistics.clustered import (
    clustered_regression,
    compare_groups_from_team_summaries,
    fit_cluster_sums,
    fit_group_means,
)
from diagnose.statistics.comparison import compare_two, equivalence_test
from diagnose.statistics.team_sums import team_summary

MODEST = settings(max_examples=25, deadline=None)


@st.composite
def organisations(draw):
    sizes = draw(st.lists(st.integers(1, 9), min_size=6, max_size=12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    team = np.repeat(np.arange(len(sizes)), sizes)
    spread = draw(st.sampled_from([0.0, 0.5, 3.0]))
    score = rng.normal(0, spread, len(sizes))[team] + rng.normal(size=len(team))
    people = pd.DataFrame(
        {"score": score, "skill": rng.normal(size=len(team)), "team": team}
    )
    nested = draw(st.booleans())
    people["first"] = team % 2 == 0 if nested else rng.random(len(team)) < 0.5
    for half in (True, False):
        part = people[people["first"] == half]
        assume(part["team"].nunique() >= 3)
    return people


def compare(people, *, swap=False, **options):
    one = people["first"] != swap
    return compare_two(
        people["score"][one],
        people["score"][~one],
        first_teams=people["team"][one],
        second_teams=people["team"][~one],
        **options,
    )


@MODEST
@given(people=organisations())
def test_swapped_groups_flip_the_sign(people):
    forward, backward = compare(people), compare(people, swap=True)

    assert forward.estimate == pytest.approx(-backward.estimate, abs=1e-12)
    assert forward.p_value == pytest.approx(backward.p_value, rel=1e-9)
    assert forward.df == pytest.approx(backward.df, rel=1e-9)
    assert forward.hedges_g_low == pytest.approx(-backward.hedges_g_high, abs=1e-9)


@MODEST
@given(people=organisations(), shift=st.floats(-100, 100), unit=st.floats(0.1, 50))
def test_units_do_not_matter(people, shift, unit):
    plain = compare(people)
    other = compare(people.assign(score=people["score"] * unit + shift))

    assert other.estimate == pytest.approx(plain.estimate * unit, rel=1e-7, abs=1e-8)
    assert other.p_value == pytest.approx(plain.p_value, rel=1e-6, abs=1e-10)
    assert other.df == pytest.approx(plain.df, rel=1e-9)
    assert other.hedges_g == pytest.approx(plain.hedges_g, rel=1e-6, abs=1e-8)


@MODEST
@given(people=organisations(), seed=st.integers(0, 99))
def test_order_of_people_and_names_of_teams_do_not_matter(people, seed):
    shuffled = people.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(team="team " + (99 - shuffled["team"]).astype(str))
    before = renamed.copy()

    result = compare(renamed).to_frame()

    pd.testing.assert_frame_equal(renamed, before)
    pd.testing.assert_frame_equal(
        result, compare(people).to_frame(), rtol=1e-8, atol=1e-10
    )


@MODEST
@given(people=organisations())
def test_people_who_are_teams_of_one_have_welchs_standard_error(people):
    alone = compare(people.assign(team=np.arange(len(people))))

    welch = compare_two(
        people["score"][people["first"]], people["score"][~people["first"]]
    )
    assert alone.estimate == pytest.approx(welch.estimate, abs=1e-12)
    assert alone.std_error == pytest.approx(welch.std_error, rel=1e-10)


@MODEST
@given(people=organisations())
def test_a_regression_on_the_group_is_the_comparison(people):
    dummy = people[["first"]].astype(float)

    row = clustered_regression(people["score"], dummy, people["team"]).to_frame().loc[1]

    alone = compare(people)
    for name in ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high"):
        assert row[name] == pytest.approx(getattr(alone, name), rel=1e-7, abs=1e-11)


@MODEST
@given(people=organisations())
def test_two_groups_are_the_smallest_case_of_several(people):
    summaries = {
        name: team_summary(part["score"], part["team"])
        for name, part in (
            ("first", people[people["first"]]),
            ("second", people[~people["first"]]),
        )
    }

    several = compare_groups_from_team_summaries(summaries)

    alone = compare(people)
    assert several.omnibus.statistic == pytest.approx(alone.statistic**2, rel=1e-8)
    assert several.omnibus.df2 == pytest.approx(alone.df, rel=1e-8)
    assert several.omnibus.p_value == pytest.approx(alone.p_value, rel=1e-7)
    pair = several.pairs[0]
    assert (pair.estimate, pair.conf_low, pair.conf_high) == pytest.approx(
        (alone.estimate, alone.conf_low, alone.conf_high)
    )


@MODEST
@given(people=organisations(), bound=st.floats(0.01, 5))
def test_equivalence_is_the_interval_inside_the_bounds(people, bound):
    one = people["first"]

    result = equivalence_test(
        people["score"][one],
        people["score"][~one],
        bound=bound,
        first_teams=people["team"][one],
        second_teams=people["team"][~one],
    )

    inside = -bound < result.conf_low and result.conf_high < bound
    if abs(result.p_value - 0.05) > 1e-9:
        assert result.equivalent == inside


@MODEST
@given(people=organisations(), slope=st.floats(-3, 3))
def test_regression_adds_what_is_added(people, slope):
    predictors = people[["skill"]]
    plain = clustered_regression(people["score"], predictors, people["team"])

    moved = clustered_regression(
        people["score"] + slope * people["skill"], predictors, people["team"]
    )

    first, second = plain.to_frame(), moved.to_frame()
    assert second.loc[1, "estimate"] == pytest.approx(
        first.loc[1, "estimate"] + slope, abs=1e-9
    )
    assert second["std_error"].to_numpy() == pytest.approx(
        first["std_error"].to_numpy(), rel=1e-7
    )


@MODEST
@given(people=organisations(), copies=st.integers(1, 3))
def test_incomplete_rows_are_as_if_they_were_not_there(people, copies):
    gaps = pd.concat([people.head(2)] * copies).assign(score=np.nan)
    longer = pd.concat([people, gaps], ignore_index=True)

    result = clustered_regression(longer["score"], longer[["skill"]], longer["team"])

    expected = clustered_regression(people["score"], people[["skill"]], people["team"])
    pd.testing.assert_frame_equal(result.to_frame(), expected.to_frame())
    assert result.n_left_out == 2 * copies


def test_clustered_errors_keep_the_error_rate_where_welch_does_not():
    """Organisations of 20 unequal teams, ICC .1, and no difference."""
    from scipy.special import stdtr

    rng = np.random.default_rng(20261125)
    clustered = welch = 0
    runs = 1500
    half = np.arange(20) < 10
    for _ in range(runs):
        sizes = rng.integers(2, 30, 20).astype(float)
        level = rng.normal(0, 0.1**0.5, 20)
        means = level + rng.normal(0, 0.9**0.5, 20) / np.sqrt(sizes)
        within = 0.9 * rng.chisquare(sizes - 1)
        cells = np.column_stack([sizes * half, sizes * ~half])
        fit = fit_group_means(cells, np.column_stack([means, means]))
        estimate, error, df = fit.contrast(np.array([1.0, -1.0]))
        clustered += 2 * stdtr(df, -abs(estimate / error)) < 0.05
        total = cells.sum(axis=0)
        own = np.where(half, fit.coefficients[0], fit.coefficients[1])
        squares = within + sizes * (means - own) ** 2
        split = np.array([squares[half].sum(), squares[~half].sum()])
        naive = np.sqrt((split / (total - 1) / total).sum())
        welch += 2 * stdtr(total.sum() - 2, -abs(estimate / naive)) < 0.05

    # Three standard errors of a rate of .05 over 1500 runs are .017.
    assert 0.033 < clustered / runs < 0.067
    assert welch / runs > 0.15


@MODEST
@given(people=organisations(), n_groups=st.integers(2, 4))
def test_diagonal_blocks_are_a_short_way_to_the_same_numbers(people, n_groups):
    """The means of groups, once by cells and once as a regression without shortcuts."""
    group = np.arange(len(people)) % n_groups
    groups = np.eye(n_groups)[group]
    teams = [np.flatnonzero(people["team"] == team) for team in people["team"].unique()]
    y = people["score"].to_numpy()
    dense = fit_cluster_sums(
        np.stack([groups[rows].T @ groups[rows] for rows in teams]),
        np.stack([groups[rows].T @ y[rows] for rows in teams]),
        float(y @ y),
        n_respondents=len(people),
    )
    sizes = np.stack([groups[rows].sum(axis=0) for rows in teams])
    sums = np.stack([groups[rows].T @ y[rows] for rows in teams])

    short = fit_group_means(sizes, sums / np.maximum(sizes, 1))

    weights = np.vstack([np.eye(n_groups), np.eye(n_groups)[0] - np.eye(n_groups)[1]])
    for one, other in zip(
        short.contrasts(weights), dense.contrasts(weights), strict=True
    ):
        assert one == pytest.approx(other, rel=1e-8, abs=1e-10)
    joint = np.eye(n_groups)[:-1] - np.eye(n_groups)[1:]
    first, second = short.joint(joint), dense.joint(joint)
    assert first.df2 == pytest.approx(second.df2, rel=1e-7)
    assert first.p_value == pytest.approx(second.p_value, rel=1e-6, abs=1e-12)

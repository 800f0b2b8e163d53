from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.change import (
    compare_waves,
    reliable_change,
    smallest_detectable_change,
)
from diagnose.statistics.two_means import compare_two


def wave(rng, n_teams, per_team=6, shift=0.0):
    team = np.repeat(np.arange(n_teams), per_team)
    value = rng.normal(3 + shift, 1, len(team)) + np.repeat(
        rng.normal(0, 0.6, n_teams), per_team
    )
    return pd.Series(value), pd.Series(team)


def test_without_teams_it_is_welch_second_minus_first(rng):
    first, second = rng.normal(3, 1, 40), rng.normal(3.4, 1, 50)

    result = compare_waves(first, second)

    welch = compare_two(second, first)
    assert result.method == "welch_t"
    assert (
        result.estimate == welch.estimate == pytest.approx(second.mean() - first.mean())
    )
    assert (result.n_first, result.n_second) == (40, 50)
    assert (result.mean_first, result.mean_second) == (first.mean(), second.mean())
    assert result.n_teams is None


@pytest.mark.parametrize("n_teams", [10, 60])
def test_teams_always_get_the_reduced_error_unless_asked(rng, n_teams):
    (first, teams), (second, _) = wave(rng, n_teams), wave(rng, n_teams)
    both = {"first_teams": teams, "second_teams": teams}

    result = compare_waves(first, second, **both)
    plain = compare_waves(first, second, **both, errors="cr1s")

    assert result.method == "cluster_cr2_satterthwaite"
    assert plain.method == "cluster_cr1s_t"
    assert (result.n_teams, result.n_teams_both) == (n_teams, n_teams)
    assert result.df <= n_teams - 1 + 1e-9
    assert plain.df == n_teams - 1


def test_teams_are_the_same_cluster_when_their_label_is(rng):
    first, teams = wave(rng, 10)
    second = first + rng.normal(0.2, 0.5, len(first))

    same = compare_waves(first, second, first_teams=teams, second_teams=teams)
    other = compare_waves(first, second, first_teams=teams, second_teams=teams + 100)

    assert (same.n_teams, same.n_teams_both) == (10, 10)
    assert (other.n_teams, other.n_teams_both) == (20, 0)
    assert same.std_error < other.std_error


def test_missing_answers_leave_with_their_team(rng):
    (first, teams), (second, _) = wave(rng, 10), wave(rng, 10)
    first.iloc[:6] = np.nan

    result = compare_waves(first, second, first_teams=teams, second_teams=teams)

    assert result.n_first == 54
    assert (result.n_teams, result.n_teams_both) == (10, 9)


def test_one_column_of_teams_is_not_enough(rng):
    first, teams = wave(rng, 4)

    with pytest.raises(ValueError, match="or neither"):
        compare_waves(first, first, first_teams=teams)


def test_missing_team_labels_are_refused_with_their_number(rng):
    first, teams = wave(rng, 4)
    gaps = teams.astype(object)
    gaps.iloc[:2] = None

    with pytest.raises(ValueError, match="`first_teams` has no team for 2 of 24"):
        compare_waves(first, first, first_teams=gaps, second_teams=teams)


def test_teams_must_belong_to_the_values(rng):
    first, teams = wave(rng, 4)

    with pytest.raises(ValueError, match="got 23 teams and 24 values"):
        compare_waves(first, first, first_teams=teams[1:], second_teams=teams)
    with pytest.raises(ValueError, match="must have the same index"):
        compare_waves(first, first, first_teams=teams[::-1], second_teams=teams)


def test_one_team_in_a_wave_is_refused(rng):
    first, teams = wave(rng, 4)

    with pytest.raises(InsufficientDataError, match="4 in the first and 1 in the seco"):
        compare_waves(first, first, first_teams=teams, second_teams=teams * 0)


def test_waves_without_variance_or_answers_are_refused():
    teams = pd.Series(["a", "a", "b", "b"])
    same, none = pd.Series([3.0] * 4), pd.Series([np.nan, np.nan, np.nan, 1.0])

    with pytest.raises(InsufficientDataError, match="the answers do not vary"):
        compare_waves(same, same, first_teams=teams, second_teams=teams)
    with pytest.raises(InsufficientDataError, match="4 in the first and 1 in the seco"):
        compare_waves(same, none, first_teams=teams, second_teams=teams)


@pytest.mark.parametrize("errors", ["cr1s", "cr2"])
def test_teams_that_all_move_alike_are_refused(errors):
    teams = pd.Series(["a", "a", "b", "b"])
    first = pd.Series([1.0, 2.0, 3.0, 4.0])

    with pytest.raises(InsufficientDataError, match="all 2 teams moved alike"):
        compare_waves(
            first,
            first + 1,
            first_teams=teams,
            second_teams=teams,
            errors=errors,
        )


def test_unknown_error_is_refused():
    with pytest.raises(
        ValueError, match="`errors` must be one of 'cr2', 'cr1s'; got 'cr3'"
    ):
        compare_waves([1, 2], [2, 3], errors="cr3")


def test_reliable_change_judges_each_linked_person():
    first = pd.Series([3.0, 3.0, 3.0, np.nan], index=list("abcd"))
    second = pd.Series([4.3, 3.2, 1.5, 3.0], index=list("abcd"))

    result = reliable_change(first, second, sd=1, reliability=0.8)

    frame = result.to_frame()
    assert list(frame.index) == ["a", "b", "c"]
    assert list(frame["verdict"]) == ["up", "no reliable change", "down"]
    assert (result.n_up, result.n_down, result.n_respondents) == (1, 1, 3)
    assert result.threshold == smallest_detectable_change(1, 0.8)
    assert result.std_error == pytest.approx(np.sqrt(2 * 0.2))


def test_counts_stand_beside_what_no_change_would_give():
    first = np.zeros(40)
    second = np.r_[np.full(4, 2.0), np.full(1, -2.0), np.zeros(35)]

    counts = reliable_change(first, second, sd=1, reliability=0.8).to_counts()

    assert list(counts["verdict"]) == ["up", "down", "no reliable change"]
    assert list(counts["n_people"]) == [4, 1, 35]
    assert list(counts["n_expected"]) == pytest.approx([1, 1, 38])
    # by hand: 1 - sum of the binomial terms of 0 to 3 out of 40 at .025; 1 - .975^40
    below = sum(comb(40, k) * 0.025**k * 0.975 ** (40 - k) for k in range(4))
    assert counts["p_value"][0] == pytest.approx(1 - below, rel=1e-10)
    assert counts["p_value"][1] == pytest.approx(1 - 0.975**40, rel=1e-10)


def test_nobody_beyond_the_threshold_is_no_surprise():
    counts = reliable_change([1.0], [1.0], sd=1, reliability=0.8).to_counts()

    assert list(counts["p_value"]) == [1, 1, 1]


def test_reliable_change_refuses_what_is_not_linked():
    first, other = pd.Series([1.0, 2.0]), pd.Series([1.0, 2.0], index=[5, 6])

    with pytest.raises(ValueError, match="same index"):
        reliable_change(first, other, sd=1, reliability=0.8)
    with pytest.raises(ValueError, match="same people; got 2 and 3"):
        reliable_change(first, [1, 2, 3], sd=1, reliability=0.8)
    with pytest.raises(InsufficientDataError, match="got 0 of 2"):
        reliable_change([1, np.nan], [np.nan, 2], sd=1, reliability=0.8)
    with pytest.raises(ValueError, match="`reliability` below 1"):
        reliable_change([1.0], [2.0], sd=1, reliability=1)


def test_smallest_detectable_change_refuses_nobody():
    with pytest.raises(ValueError, match="`n_respondents` must be at least 1"):
        smallest_detectable_change(1, 0.8, n_respondents=0)

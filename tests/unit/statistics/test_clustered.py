"""People in teams: what is refused, what is said, and the corners."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.clustered import (
    clustered_regression,
    compare_groups_from_team_summaries,
    compare_two_from_team_summaries,
    fit_cluster_sums,
)
from diagnose.statistics.comparison import (
    compare_groups,
    compare_two,
    equivalence_test,
)
from diagnose.statistics.team_sums import team_summary


@pytest.fixture
def people(rng):
    team = np.repeat(np.arange(12), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1])
    level = rng.normal(0, 0.4, 12)[team]
    return pd.DataFrame(
        {
            "score": 3 + level + rng.normal(0, 1, len(team)),
            "skill": rng.normal(0, 1, len(team)),
            "age": rng.normal(40, 9, len(team)),
            "team": team,
            "group": np.where(np.arange(len(team)) % 3 == 0, "leader", "floor"),
            "site": np.array(["a", "b", "c"])[team % 3],
        }
    )


def halves(people):
    one, two = people["group"] == "leader", people["group"] == "floor"
    return (people["score"][one], people["score"][two]), {
        "first_teams": people["team"][one],
        "second_teams": people["team"][two],
    }


def regress(people, **options):
    return clustered_regression(
        people["score"], people[["skill", "age"]], people["team"], **options
    )


# -- regression ------------------------------------------------------------------------


def test_regression_lists_the_constant_first_and_counts_what_it_left_out(people):
    people.loc[3, "score"] = np.nan
    people.loc[9, "skill"] = np.nan
    people["team"] = people["team"].astype(float)
    people.loc[20, "team"] = np.nan

    result = regress(people)

    frame = result.to_frame()
    assert list(frame["term"]) == ["constant", "skill", "age"]
    assert (result.n_respondents, result.n_left_out) == (len(people) - 3, 3)
    assert result.n_teams == 12
    assert result.method == "ols_cr2_satterthwaite"
    assert np.diagonal(result.covariance()) == pytest.approx(frame["std_error"] ** 2)


def test_one_coefficient_tested_jointly_is_its_t_squared(people):
    result = regress(people)

    joint = result.joint_test(["skill"])

    row = result.to_frame().iloc[1]
    assert joint.statistic == pytest.approx(row["statistic"] ** 2)
    assert joint.df2 == pytest.approx(row["df"])
    assert joint.p_value == pytest.approx(row["p_value"])
    assert joint.to_frame().loc[0, "method"] == "hotelling_t2_htz"


def test_errors_that_ignore_teams_say_so(people):
    result = regress(people, errors="classical")

    assert "ignore" in result.notes[0]
    assert result.joint_test().method == "f"


def test_a_slope_that_one_team_determines_is_noted(people):
    people["new"] = (people["team"] == 5).astype(float)

    result = clustered_regression(people["score"], people[["new"]], people["team"])

    assert any("alone determine" in note for note in result.notes)


def test_terms_to_be_tested_must_be_coefficients(people):
    with pytest.raises(ValueError, match="different names out of constant, skill"):
        regress(people).joint_test(["pay"])
    with pytest.raises(ValueError, match="`terms` must be different names"):
        regress(people).joint_test([])


def test_more_contrasts_than_teams_can_carry_are_refused(people):
    few = people[people["team"].isin([7, 8])]

    with pytest.raises(InsufficientDataError, match="3 contrasts cannot be tested"):
        regress(few).joint_test(["constant", "skill", "age"])


def test_few_degrees_of_freedom_are_noted(people):
    few = people[people["team"].isin([7, 8, 9])]

    assert any("fewer than 4 degrees" in note for note in regress(few).notes)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"age": 40.0}, "do not vary over .* rows: age"),
        ({"team": 1}, "at least 2 teams; got 1"),
    ],
)
def test_data_that_cannot_carry_a_regression_are_refused(people, change, text):
    with pytest.raises(InsufficientDataError, match=text):
        regress(people.assign(**change))


def test_predictors_that_follow_from_others_are_named(people):
    people["age"] = 2 * people["skill"] + 1

    with pytest.raises(InsufficientDataError, match="follow from the others: age"):
        regress(people)


def test_an_outcome_without_error_is_refused(people):
    people["score"] = 1 + 2 * people["skill"]

    with pytest.raises(InsufficientDataError, match="no error can be estimated"):
        regress(people)


def test_a_constant_outcome_is_refused(people):
    with pytest.raises(InsufficientDataError, match="no error can be estimated"):
        regress(people.assign(score=3.0))


def test_too_few_rows_are_refused(people):
    with pytest.raises(InsufficientDataError, match="more than 3 complete rows; got 3"):
        regress(people.iloc[[0, 4, 9]])


def test_wrong_shapes_and_options_are_refused(people):
    score, team = people["score"], people["team"]
    with pytest.raises(TypeError, match="`predictors` must be a DataFrame"):
        clustered_regression(score, people["skill"], team)
    with pytest.raises(TypeError, match="`outcome` must be a Series"):
        clustered_regression(list(score), people[["skill"]], team)
    with pytest.raises(ValueError, match="same index"):
        clustered_regression(score[::-1], people[["skill"]], team)
    with pytest.raises(ValueError, match="`errors` must be one of 'cr2'"):
        regress(people, errors="cr3")
    with pytest.raises(ValueError, match="`conf_level`"):
        regress(people, conf_level=95)
    with pytest.raises(ValueError, match="columns of different names"):
        clustered_regression(score, people[["skill", "skill"]], team)
    with pytest.raises(TypeError, match="`group` must be one column of numbers"):
        clustered_regression(score, people[["group"]], team)


def test_collinear_sums_are_refused():
    with pytest.raises(InsufficientDataError, match="collinear"):
        fit_cluster_sums(np.ones((3, 2, 2)), np.ones((3, 2)), 4.0, n_respondents=9)


# -- two groups ------------------------------------------------------------------------


def test_leaders_and_floor_of_the_same_teams(people):
    values, teams = halves(people)

    result = compare_two(*values, **teams)

    assert result.method == "cluster_cr2_satterthwaite"
    assert result.effect_method == "hedges_g_total"
    assert (result.n_teams, result.n_respondents) == (12, len(people))
    assert result.estimate == pytest.approx(values[0].mean() - values[1].mean())
    assert result.hedges_g_low < result.hedges_g < result.hedges_g_high


def test_summaries_of_teams_give_what_people_give(people):
    values, teams = halves(people)

    short = compare_two_from_team_summaries(
        team_summary(values[0], teams["first_teams"]),
        team_summary(values[1], teams["second_teams"]),
    )

    assert short == compare_two(*values, **teams)


def test_values_without_a_team_are_left_out_with_a_note(people):
    values, teams = halves(people)
    lost = teams["first_teams"].astype(object)
    lost.iloc[0] = None

    result = compare_two(*values, first_teams=lost, second_teams=teams["second_teams"])

    assert result.n_respondents == len(people) - 1
    assert "1 values without a team are left out" in result.notes


def test_whole_teams_in_one_group_are_noted_with_their_number(people):
    one, two = people["site"] == "a", people["site"] == "b"

    result = compare_two(
        people["score"][one],
        people["score"][two],
        first_teams=people["team"][one],
        second_teams=people["team"][two],
    )

    assert any("first 4, second 4" in note for note in result.notes)


def test_a_group_within_one_team_is_refused(people):
    one, two = people["team"] == 3, people["team"] != 3

    with pytest.raises(InsufficientDataError, match=r"first has 1 \(5 respondents\)"):
        compare_two(
            people["score"][one],
            people["score"][two],
            first_teams=people["team"][one],
            second_teams=people["team"][two],
        )


def test_team_means_that_do_not_vary_are_refused():
    same = pd.DataFrame(
        {
            "team": [1, 2],
            "n_respondents": [4, 5],
            "mean": [3.0, 3.0],
            "variance": [1.0, 1.0],
        }
    )

    with pytest.raises(InsufficientDataError, match="means of the 2 teams do not vary"):
        compare_two_from_team_summaries(same, same.assign(mean=4.0))


def test_teams_of_one_group_only_are_refused(people):
    values, teams = halves(people)

    with pytest.raises(
        ValueError, match="`first_teams` and `second_teams`, or neither"
    ):
        compare_two(*values, first_teams=teams["first_teams"])
    with pytest.raises(ValueError, match="same length; got"):
        compare_two(
            values[0],
            values[1],
            first_teams=teams["second_teams"],
            second_teams=teams["second_teams"],
        )
    with pytest.raises(TypeError, match="teams of `first` must be a Series"):
        compare_two(*values, first_teams=[1], second_teams=[1])
    with pytest.raises(ValueError, match="`first` and its teams must have the same"):
        compare_two(
            *values,
            first_teams=teams["first_teams"][::-1],
            second_teams=teams["second_teams"],
        )


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"n_respondents": [0, 5]}, "a whole n_respondents of at least 1"),
        ({"variance": [np.nan, 1.0]}, "not so for 1"),
        ({"mean": [np.nan, 1.0]}, "Leave out the teams that may not be shown"),
        ({"team": [2, 2]}, "repeated or without: 2"),
        ({"team": [2, None]}, "a missing name"),
    ],
)
def test_summaries_that_cannot_be_are_refused(change, text):
    good = pd.DataFrame(
        {
            "team": [1, 2],
            "n_respondents": [4, 5],
            "mean": [3.0, 2.0],
            "variance": [1.0, 1.0],
        }
    )

    with pytest.raises(ValueError, match=text):
        compare_two_from_team_summaries(good.assign(**change), good)
    with pytest.raises(ValueError, match="the summary of second lacks: variance"):
        compare_two_from_team_summaries(good, good.drop(columns="variance"))
    with pytest.raises(TypeError, match="the summary of first must be a DataFrame"):
        compare_two_from_team_summaries([1], good)


def test_teams_of_one_leave_the_spread_between_them_unknown(rng):
    values = pd.Series(rng.normal(size=20))
    teams = pd.Series(range(20))

    result = compare_two(
        values[:8], values[8:], first_teams=teams[:8], second_teams=teams[8:]
    )

    assert any("takes it as 0" in note for note in result.notes)


def test_equivalence_with_teams_uses_their_error(people):
    values, teams = halves(people)

    result = equivalence_test(*values, bound=0.5, **teams)

    difference = compare_two(*values, conf_level=0.9, **teams)
    assert result.method == "tost_cluster_cr2"
    assert (result.conf_low, result.conf_high) == pytest.approx(
        (difference.conf_low, difference.conf_high)
    )
    assert result.n_teams == 12


# -- several groups --------------------------------------------------------------------


def test_several_groups_with_teams(people):
    result = compare_groups(people["score"], people["site"], teams=people["team"])

    assert result.omnibus.method == "hotelling_t2_htz"
    assert result.omnibus.n_teams == result.n_teams == 12
    assert 0 <= result.omnibus.omega_squared < 1
    assert result.sensitivity.method == "kruskal_wallis"
    assert {pair.method for pair in result.pairs} == {"cluster_cr2_holm"}
    assert any("whole teams sit in one group each" in note for note in result.notes)
    grouped = people.groupby("site")["score"]
    assert [mean.estimate for mean in result.means] == pytest.approx(grouped.mean())
    assert [mean.sd for mean in result.means] == pytest.approx(grouped.std())


def test_summaries_of_several_groups_give_what_people_give(people):
    full = compare_groups(people["score"], people["site"], teams=people["team"])

    short = compare_groups_from_team_summaries(
        {
            site: team_summary(part["score"], part["team"])
            for site, part in people.groupby("site")
        }
    )

    assert short.sensitivity is None
    assert (short.omnibus, short.pairs, short.means) == (
        full.omnibus,
        full.pairs,
        full.means,
    )


def test_people_without_a_team_are_left_out_of_several_groups(people):
    teams = people["team"].astype(object)
    teams[4] = None
    people.loc[7, "score"] = np.nan

    result = compare_groups(people["score"], people["site"], teams=teams)

    assert result.n_left_out == 2
    assert result.n_respondents == result.sensitivity.n_respondents == len(people) - 2


def test_more_groups_than_teams_can_carry_are_refused(people):
    split = people.assign(site=people["team"] % 6)

    with pytest.raises(InsufficientDataError, match="5 contrasts cannot be tested"):
        compare_groups(split["score"], split["site"], teams=split["team"])


def test_one_group_and_misplaced_teams_are_refused(people):
    with pytest.raises(InsufficientDataError, match="at least 2 groups; got 1"):
        compare_groups_from_team_summaries(
            {"a": team_summary(people["score"], people["team"])}
        )
    with pytest.raises(TypeError, match="`teams` must be a Series"):
        compare_groups(people["score"], people["site"], teams=[1])
    with pytest.raises(ValueError, match="`teams` and `groups` must have the same"):
        compare_groups(people["score"], people["site"], teams=people["team"][::-1])
    with pytest.raises(InsufficientDataError, match="b has 1"):
        lone = people.assign(site=np.where(people["team"] == 5, "b", "a"))
        compare_groups(lone["score"], lone["site"], teams=lone["team"])

"""Planning: closed forms, their inverses, and what is refused."""

from __future__ import annotations

from math import sqrt

import pytest

from diagnose.statistics.planning import (
    design_effect,
    margin_of_error,
    power_two_groups,
    respondents_needed,
    smallest_detectable_difference,
)


def test_design_effect_by_hand():
    assert design_effect() == 1
    assert design_effect(icc=0.1, mean_team_size=11) == pytest.approx(2)
    unequal = design_effect(icc=0.1, mean_team_size=10, team_size_cv=0.5)
    assert unequal == pytest.approx(1 + (1.25 * 10 - 1) * 0.1)
    assert design_effect(icc=-0.2, mean_team_size=10) == 1


def test_margin_by_hand():
    result = margin_of_error(0.8, 100, population=400, icc=0.1, mean_team_size=11)

    assert result.std_error == pytest.approx(sqrt(2 * 0.64 / 100 * 0.75))
    assert result.estimate == pytest.approx(1.959963984540054 * result.std_error)
    assert result.n_effective == pytest.approx(50)
    assert len(result.to_frame()) == 1


def test_everybody_asked_leaves_no_margin():
    assert margin_of_error(0.8, 50, population=50).estimate == 0


def test_respondents_needed_reaches_the_margin():
    plan = respondents_needed(0.1, 0.8, groups=1, population=500, design_effect=1.4)

    reached = margin_of_error(0.8, plan.n_respondents, population=500)
    assert reached.estimate * sqrt(1.4) <= 0.1
    fewer = margin_of_error(0.8, plan.n_respondents - 1, population=500)
    assert fewer.estimate * sqrt(1.4) > 0.1


def test_teams_multiply_the_respondents_needed():
    alone, teams = (respondents_needed(0.5, 1, design_effect=d) for d in (1, 2.5))

    assert teams.exact == pytest.approx(2.5 * alone.exact)
    assert len(teams.to_frame()) == 1


def test_a_very_large_difference_needs_two_people_a_group():
    assert respondents_needed(50, 1).n_respondents == 2


def test_power_rises_to_one_and_starts_at_the_significance():
    assert power_two_groups(0, 1, 20) == pytest.approx(0.05)
    assert power_two_groups(3, 1, 200) == pytest.approx(1)


def test_the_detectable_difference_by_hand():
    result = smallest_detectable_difference(1, 50, 50, icc=0.1, mean_team_size=11)

    assert result.estimate == pytest.approx(2.801585218 * sqrt(2 * 0.04), rel=1e-8)
    assert (result.n_respondents, result.n_effective) == (100, 50)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"icc": 1.0}, "`icc` must be below 1"),
        ({"mean_team_size": 0.5}, "`mean_team_size` must be at least 1"),
        ({"team_size_cv": -1}, "`team_size_cv` must be at least 0"),
        ({"population": 50}, "got 50 for 100 respondents"),
        ({"conf_level": 95}, "`conf_level`"),
    ],
)
def test_impossible_margins_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        margin_of_error(0.8, 100, **options)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"groups": 3}, "`groups` must be 1 or 2"),
        ({"population": 100}, "`population` holds for 1 group"),
        ({"power": 1.0}, "`power`"),
        ({"design_effect": 0.5}, "`design_effect`"),
    ],
)
def test_impossible_plans_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        respondents_needed(0.5, 1, **options)


def test_a_target_of_nothing_is_refused():
    with pytest.raises(ValueError, match="`target` must be a number above 0"):
        respondents_needed(0, 1)


def test_groups_worth_less_than_two_respondents_are_refused():
    with pytest.raises(ValueError, match="at least 2 independent respondents"):
        power_two_groups(0.5, 1, 4, design_effect=3)

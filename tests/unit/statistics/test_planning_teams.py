"""Plans for teams: by hand, refusals, notes, and formula beside simulation."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.change import compare_waves
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.planning import (
    MeanPlan,
    PlanAssumptions,
    chance_of_enough,
    margin_of_answers,
    plan_change,
    plan_drivers,
    plan_gap,
    plan_mean,
    plan_table,
    plan_team,
    simulate_plan,
)
from diagnose.statistics.planning.cluster_t import cluster_tests
from diagnose.statistics.planning.simulate_team import rejected
from diagnose.statistics.planning.teams_drawn import draw_answers, draw_members

EVEN = PlanAssumptions(team_size=10, team_size_cv=0, response=1, icc=0.1, sd=1)


def test_the_margin_of_even_teams_by_hand():
    plan = plan_mean(n_teams=10, assumptions=EVEN)

    # variance of a team mean 0.1 + 0.9 / 10, and 9 degrees of freedom
    assert plan.std_error == pytest.approx(sqrt(0.19 / 10))
    assert plan.df == pytest.approx(9)
    assert plan.estimate == pytest.approx(2.2621571628 * sqrt(0.019))
    assert (plan.n_members, plan.n_respondents) == (100, 100)
    assert plan.design_effect == pytest.approx(1.9)


def test_all_teams_and_everyone_leave_no_margin():
    plan = plan_mean(n_teams=10, teams_in_organisation=10, assumptions=EVEN)

    assert plan.estimate == 0
    with pytest.raises(ValueError, match="nothing is left to chance"):
        simulate_plan(plan)


def test_all_teams_are_a_sample_of_people():
    given = replace(EVEN, response=0.5)

    plan = plan_mean(n_teams=10, teams_in_organisation=10, assumptions=given)

    assert plan.std_error == pytest.approx(sqrt(0.5 / 50))
    assert plan.df == pytest.approx(49)


def test_many_teams_of_an_endless_organisation_are_no_finite_sample():
    assert plan_mean(
        n_teams=10, teams_in_organisation=10**7, assumptions=EVEN
    ).estimate == pytest.approx(plan_mean(n_teams=10, assumptions=EVEN).estimate)


def test_the_reliability_of_a_team_by_hand():
    plan = plan_team(0.7, wish="reliability", assumptions=EVEN)

    assert plan.answers == 21  # 0.7 / 0.3 x 0.9 / 0.1
    assert plan_team(answers=9, wish="reliability", assumptions=EVEN).estimate == 0.5
    assert isnan(plan.df)


def test_bonferroni_divides_and_benjamini_hochberg_is_a_little_milder():
    levels = {
        correction: plan_team(
            answers=8, wish="difference", n_teams=20, correction=correction
        ).alpha
        for correction in ("none", "bonferroni", "benjamini-hochberg")
    }

    assert levels["none"] == pytest.approx(0.05)
    assert levels["bonferroni"] == pytest.approx(0.0025)
    assert levels["benjamini-hochberg"] == pytest.approx(0.05 / (20 - 0.95))


def test_a_team_with_more_members_than_answers_by_the_response():
    plan = plan_team(0.5, assumptions=replace(EVEN, response=0.6))

    assert plan.answers == 17
    assert plan.members == 29


def test_other_people_in_unmoving_teams_leave_only_people():
    plan = plan_change(n_teams=10, team_correlation=1, assumptions=EVEN)

    assert plan.std_error == pytest.approx(sqrt(2 * 0.9 / 100))


def test_a_trend_over_many_waves_sees_a_smaller_change():
    changes = [plan_change(n_teams=12, n_waves=w).estimate for w in (3, 6, 12)]

    assert changes == sorted(changes, reverse=True)


def test_notes_tell_of_few_teams_and_of_few_answers():
    assert plan_mean(n_teams=9).notes == ("few_teams",)
    assert plan_mean(n_teams=10).notes == ()
    assert plan_drivers(n_teams=5, n_predictors=2).notes == ("few_teams", "below_50")
    assert plan_drivers(n_teams=11).notes == ("below_100",)
    assert plan_drivers(n_teams=12).notes == ()


def test_a_plan_as_a_frame_holds_its_assumptions():
    frame = plan_gap(n_teams=12).to_frame()

    assert frame.loc[0, "icc"] == 0.10
    assert frame.loc[0, "n_leaders"] == 8
    assert not {"assumptions"} & set(frame.columns)


def test_the_table_has_one_row_a_combination():
    table = plan_table((5, 10), (4, 8, 16), (0.1,))

    assert len(table) == 6
    given = PlanAssumptions(team_size=10 / 0.7)
    expected = plan_mean(n_teams=16, assumptions=given).estimate
    assert table["organisation_margin"].iloc[-1] == pytest.approx(expected)
    assert table.notna().all(axis=None)


def test_chance_and_margin_of_a_unit():
    assert chance_of_enough(4, 0.9, 5) == 0
    assert chance_of_enough(5, 0.9, 5) == pytest.approx(0.9**5)
    assert chance_of_enough(5, 1.0, 5) == 1
    assert margin_of_answers(8, 0.8) == pytest.approx(2.3646242516 * 0.8 / sqrt(8))
    assert chance_of_enough(0, 0.5, 5) == 0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"sd": 0}, "`sd` must be a number above 0"),
        ({"sd": float("inf")}, "`sd`"),
        ({"icc": 1}, "`icc` must be from 0 to below 1"),
        ({"icc": -0.1}, "`icc`"),
        ({"icc": float("nan")}, "`icc`"),
        ({"icc": "high"}, "`icc`"),
        ({"team_size": 0.5}, "`team_size` must be at least 1"),
        ({"team_size": float("inf")}, "`team_size` must be finite"),
        ({"team_size_cv": -1}, "`team_size_cv`"),
        ({"response": 0}, "`response` must be above 0 and at most 1"),
        ({"response": 65}, "`response`"),
        ({"conf_level": 95}, "`conf_level`"),
        ({"power": 1.0}, "`power`"),
        ({"power": 0.04}, "`power` must be above the significance level 0.05"),
    ],
)
def test_impossible_assumptions_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        PlanAssumptions(**options)


@pytest.mark.parametrize(
    ("ask", "arguments", "text"),
    [
        (plan_mean, {}, "give either `margin` or `n_teams`; got neither"),
        (plan_mean, {"margin": 0.1, "n_teams": 3}, "got both"),
        (plan_mean, {"margin": 0.0}, "`margin` must be a number above 0"),
        (plan_mean, {"n_teams": 1}, "`n_teams` must be a whole number of at least 2"),
        (plan_mean, {"n_teams": 9, "teams_in_organisation": 8}, "at most the 8 teams"),
        (plan_team, {}, "give either `target` or `answers`; got neither"),
        (plan_team, {"answers": 1}, "`answers` must be a whole number of at least 2"),
        (plan_team, {"answers": 5, "wish": "rank"}, "`wish` must be one of 'margin'"),
        (plan_team, {"answers": 5, "correction": "holm"}, "`correction` must be one"),
        (plan_team, {"target": 2, "wish": "reliability"}, "`target` must lie between"),
        (plan_team, {"target": -1}, "`target` must be a number above 0"),
        (
            plan_gap,
            {"n_teams": 2},
            "needs at least 2 leaders who answer; 2 teams with 1 each",
        ),
        (plan_gap, {"n_teams": 5, "leaders_per_team": 0}, "`leaders_per_team`"),
        (plan_change, {"n_teams": 5, "n_waves": 1}, "`n_waves`"),
        (plan_change, {"n_teams": 5, "team_correlation": 1.2}, "from 0 to 1"),
        (plan_change, {"change": float("nan")}, "`change` must be a number above 0"),
        (plan_drivers, {"target": 1.5}, "`target` must lie between 0 and 1"),
        (plan_drivers, {"n_teams": 9, "icc_predictor": 1}, "`icc_predictor`"),
        (plan_drivers, {"n_teams": 9, "wish": "beta"}, "`wish` must be one of"),
        (plan_drivers, {"n_teams": 9, "r_squared": 1}, "`r_squared`"),
        (plan_table, {"icc": ()}, "`icc` must list at least one number"),
        (
            chance_of_enough,
            {"n_members": 5, "response": 2, "n_needed": 3},
            "`response`",
        ),
        (margin_of_answers, {"n_respondents": 1, "sd": 1}, "`n_respondents`"),
    ],
)
def test_impossible_wishes_are_refused(ask, arguments, text):
    with pytest.raises(ValueError, match=text):
        ask(**arguments)


def test_a_change_without_any_chance_is_refused():
    with pytest.raises(ValueError, match="nothing but the change itself would vary"):
        plan_change(
            n_teams=5,
            team_correlation=1,
            person_correlation=1,
            share_same_people=1,
            assumptions=EVEN,
        )


@pytest.mark.parametrize(
    ("ask", "arguments", "text"),
    [
        (plan_mean, {"margin": 1e-5}, "cannot be reached with a million teams"),
        (plan_mean, {"margin": 0.01, "teams_in_organisation": 20}, "all 20 teams give"),
        (
            plan_team,
            {"target": 0.05, "wish": "difference", "n_teams": 3},
            "a million answers from the team",
        ),
        (
            plan_team,
            {
                "target": 0.5,
                "wish": "reliability",
                "assumptions": PlanAssumptions(icc=0),
            },
            "no differences between teams",
        ),
        (plan_drivers, {"n_teams": 2, "n_predictors": 20}, "at least 23 independent"),
    ],
)
def test_what_cannot_be_reached_is_refused_with_what_can(ask, arguments, text):
    with pytest.raises(InsufficientDataError, match=text):
        ask(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"n_simulations": 10}, ValueError, "`n_simulations`"),
        ({"seed": -1}, ValueError, "`seed`"),
        ({"n_simulations": 10**9}, ValueError, "too many to simulate"),
    ],
)
def test_impossible_simulations_are_refused(arguments, error, text):
    with pytest.raises(error, match=text):
        simulate_plan(plan_mean(n_teams=10), **arguments)


def test_only_plans_can_be_simulated():
    with pytest.raises(TypeError, match="`plan` must be a plan; got float"):
        simulate_plan(0.3)


def test_organisations_that_cannot_be_analysed_are_counted_and_refused():
    hardly = PlanAssumptions(team_size=1, team_size_cv=0, response=0.2)
    plan = plan_mean(n_teams=3, assumptions=hardly)

    with pytest.raises(InsufficientDataError, match="gave enough answers"):
        simulate_plan(plan, n_simulations=200)
    some = plan_gap(n_teams=4)
    assert 0 < simulate_plan(some, n_simulations=500).n_failed < 250


def test_the_same_seed_gives_the_same_numbers():
    plan = plan_change(n_teams=8)

    one, again, other = (simulate_plan(plan, seed=seed) for seed in (1, 1, 2))

    assert one == again
    assert one.estimate != other.estimate
    assert len(one.to_frame()) == 1


ORDINARY = {
    "mean": plan_mean(n_teams=30),
    "mean, few teams": plan_mean(n_teams=6),
    "mean, even teams": plan_mean(n_teams=4, assumptions=EVEN),
    "mean, all teams": plan_mean(n_teams=12, teams_in_organisation=12),
    "team margin": plan_team(answers=6),
    "team reliability": plan_team(answers=9, wish="reliability"),
    "team difference": plan_team(answers=8, wish="difference", n_subscales=4),
    "team difference, bonferroni": plan_team(
        answers=8, wish="difference", correction="bonferroni"
    ),
    "gap": plan_gap(n_teams=30),
    "gap, three leaders": plan_gap(n_teams=12, leaders_per_team=3),
    "change": plan_change(n_teams=25),
    "change, same people": plan_change(
        n_teams=15, share_same_people=0.7, person_correlation=0.6
    ),
    "change, six waves": plan_change(n_teams=15, n_waves=6, team_correlation=0.5),
    "drivers": plan_drivers(n_teams=30, n_predictors=4),
    "explained variance": plan_drivers(n_teams=40, n_predictors=4, wish="r_squared"),
}


@pytest.mark.parametrize("plan", ORDINARY.values(), ids=ORDINARY)
def test_formula_and_simulation_agree_in_ordinary_settings(plan):
    check = simulate_plan(plan, n_simulations=2000, seed=5)

    # 3 Monte-Carlo errors of 2000 organisations: 0.027 of a power, 0.015 of a coverage
    assert check.agrees
    if not isnan(check.margin):
        # the root mean square of 2000 half-widths, whose df vary with who answers
        assert check.margin == pytest.approx(check.expected_margin, rel=0.05)


@pytest.mark.parametrize(
    "plan",
    [plan_gap(n_teams=20), plan_change(n_teams=6), plan_drivers(n_teams=15)],
    ids=lambda plan: plan.method,
)
def test_nothing_is_rarely_found_where_nothing_is(plan):
    check = simulate_plan(plan, n_simulations=4000, seed=11)

    assert check.false_alarms == pytest.approx(0.05, abs=0.014)


def test_a_formula_that_forgets_the_teams_is_found_out():
    plan = plan_mean(n_teams=20)
    alone = replace(plan, std_error=plan.std_error / sqrt(plan.design_effect))

    check = simulate_plan(alone, n_simulations=1000)

    assert check.margin > 1.3 * check.expected_margin
    power = plan_change(n_teams=20)
    hopeful = replace(power, estimate=power.estimate * 0.8)
    assert not simulate_plan(hopeful, n_simulations=1000).agrees


def test_a_batch_does_not_change_what_is_counted():
    many = plan_mean(n_teams=5000)

    check = simulate_plan(many, n_simulations=150)

    assert check.n_simulations == 150


def test_drawn_teams_have_the_assumed_sizes(rng):
    given = PlanAssumptions()

    members = draw_members(4000, 20, given, rng)
    answers = draw_answers(4000, 20, given, rng)

    assert members.mean() == pytest.approx(12, rel=0.01)
    variation = members.std(axis=1, ddof=1) / members.mean(axis=1)
    assert variation.mean() == pytest.approx(0.5, rel=0.02)
    assert answers.mean() == pytest.approx(given.answers_per_team, rel=0.01)
    spread = answers.std(axis=1, ddof=1) / answers.mean(axis=1)
    assert spread.mean() == pytest.approx(given.answers_cv, rel=0.03)
    assert members.min() >= 1


def test_many_clustered_tests_are_those_of_compare_waves(rng):
    counts = rng.integers(0, 9, (3, 7, 2)) + np.eye(7, 2, dtype=int)
    cells = [
        [[rng.normal(team, 1, n) for n in row] for team, row in enumerate(one)]
        for one in counts
    ]
    sums = np.array([[[cell.sum() for cell in row] for row in one] for one in cells])
    design = np.array([[1.0, 0.0], [1.0, 1.0]])
    products = np.einsum("stw,wp,wq->stpq", counts, design, design)
    moments = np.einsum("stw,wp->stp", sums, design)

    found = cluster_tests(products, moments, np.array([0.0, 1.0]))

    for number, one in enumerate(cells):
        waves = [
            pd.DataFrame(
                [(team, value) for team, row in enumerate(one) for value in row[wave]],
                columns=["team", "value"],
            )
            for wave in (0, 1)
        ]
        expected = compare_waves(
            waves[0]["value"],
            waves[1]["value"],
            first_teams=waves[0]["team"],
            second_teams=waves[1]["team"],
            errors="cr2",
        )
        assert found.estimate[number] == pytest.approx(expected.estimate)
        assert found.std_error[number] == pytest.approx(expected.std_error)
        assert found.df[number] == pytest.approx(expected.df)
        assert found.p_values()[number] == pytest.approx(expected.p_value)


@pytest.mark.parametrize("correction", ["benjamini-hochberg", "bonferroni", "none"])
def test_rejections_are_those_of_the_adjusted_p_values(rng, correction):
    p_values = rng.random((50, 12)) ** 4

    found = rejected(p_values, correction, 0.05)

    for row, hits in zip(p_values, found, strict=True):
        if correction == "benjamini-hochberg":
            adjusted = adjust_p_values(row, method=correction).to_numpy()
        else:
            adjusted = row * (12 if correction == "bonferroni" else 1)
        assert (hits == (adjusted <= 0.05)).all()


def test_the_contrasts_simulated_are_those_of_the_package(rng, monkeypatch):
    from diagnose.statistics.planning import simulate_team
    from diagnose.statistics.pooling import difference_from_rest

    sizes = np.array([[[4.0, 7.0, 9.0, 3.0]]])
    kept = {}

    class Fixed:
        def standard_normal(self, shape):
            kept["noise"] = rng.standard_normal(shape)
            return kept["noise"]

        def chisquare(self, df):
            return df * 0.81  # pooled variance 0.81 of the assumed one

    p_values = simulate_team._p_values(sizes, 0.4, 0.5, Fixed())
    means = kept["noise"][0, 0] * np.sqrt(0.5 / sizes[0, 0])
    means[0] += 0.4
    summary = pd.DataFrame(
        {
            "team": list("abcd"),
            "n_respondents": sizes[0, 0].astype(int),
            "mean": means,
            "variance": 0.5 * 0.81,
        }
    )

    expected = difference_from_rest(summary).to_frame()["p_value"]

    assert p_values[0] == pytest.approx(expected.to_numpy())


def test_a_mean_plan_is_frozen():
    plan = plan_mean(n_teams=10)

    assert isinstance(plan, MeanPlan)
    with pytest.raises(AttributeError):
        plan.estimate = 0.0

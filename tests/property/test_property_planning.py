"""What must hold of every plan: more buys more, and wishes come back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.statistics.planning import (
    PlanAssumptions,
    plan_change,
    plan_drivers,
    plan_gap,
    plan_mean,
    plan_team,
)
from diagnose.statistics.planning.noncentral import (
    beyond_critical,
    shift_for_power,
    t_quantile,
)

ASSUMPTIONS = st.builds(
    PlanAssumptions,
    sd=st.floats(0.3, 2),
    icc=st.floats(0, 0.5),
    team_size=st.floats(3, 40),
    team_size_cv=st.floats(0, 0.8),
    response=st.floats(0.3, 1),
    conf_level=st.sampled_from([0.8, 0.9, 0.95, 0.99]),
    power=st.sampled_from([0.5, 0.8, 0.9]),
)
PLANS = [plan_mean, plan_gap, plan_change]
fast = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize("ask", PLANS)
@fast
@given(given=ASSUMPTIONS, n_teams=st.integers(8, 200))
def test_more_teams_never_lose_precision(ask, given, n_teams):
    fewer = ask(n_teams=n_teams, assumptions=given)
    more = ask(n_teams=n_teams + 1, assumptions=given)

    assert more.estimate <= fewer.estimate * (1 + 1e-9)


@pytest.mark.parametrize("ask", PLANS)
@fast
@given(given=ASSUMPTIONS, n_teams=st.integers(8, 200))
def test_what_teams_buy_needs_those_teams(ask, given, n_teams):
    bought = ask(n_teams=n_teams, assumptions=given)
    assume(ask(n_teams=n_teams - 1, assumptions=given).estimate > bought.estimate)

    needed = ask(bought.estimate, assumptions=given)

    assert needed.n_teams == n_teams
    assert needed.estimate <= bought.estimate * (1 + 1e-9)


@pytest.mark.parametrize("ask", PLANS)
@fast
@given(given=ASSUMPTIONS, factor=st.floats(0.1, 10))
def test_effects_are_in_units_of_the_score(ask, given, factor):
    wider = replace(given, sd=given.sd * factor)

    one, other = (ask(n_teams=12, assumptions=a) for a in (given, wider))

    assert other.estimate == pytest.approx(one.estimate * factor, rel=1e-9)
    assert other.df == pytest.approx(one.df)


@fast
@given(given=ASSUMPTIONS, answers=st.integers(2, 300))
def test_a_reliability_comes_back(given, answers):
    assume(given.icc > 0.01)
    bought = plan_team(answers=answers, wish="reliability", assumptions=given)

    needed = plan_team(bought.estimate, wish="reliability", assumptions=given)

    assert needed.answers == answers


@fast
@given(given=ASSUMPTIONS, answers=st.integers(2, 60), m=st.integers(1, 20))
def test_stricter_corrections_need_larger_differences(given, answers, m):
    assume(30 * given.answers_per_team > 40)
    differences = [
        plan_team(
            answers=answers,
            wish="difference",
            n_subscales=m,
            correction=correction,
            assumptions=given,
        ).estimate
        for correction in ("none", "benjamini-hochberg", "bonferroni")
    ]

    assert differences == sorted(differences)


@fast
@given(given=ASSUMPTIONS, same=st.floats(0, 1), stable=st.floats(0, 1))
def test_people_who_answer_again_help_a_change_to_be_seen(given, same, stable):
    options = {"n_teams": 15, "team_correlation": 0.9, "assumptions": given}
    others = plan_change(**options)
    again = plan_change(share_same_people=same, person_correlation=stable, **options)

    assert again.estimate <= others.estimate * (1 + 1e-9)


@fast
@given(given=ASSUMPTIONS, n_teams=st.integers(10, 100), predictors=st.integers(1, 8))
def test_more_predictors_never_make_a_driver_easier_to_find(given, n_teams, predictors):
    assume(n_teams * given.answers_per_team > 60)
    few, many = (
        plan_drivers(n_teams=n_teams, n_predictors=n, assumptions=given)
        for n in (predictors, predictors + 1)
    )

    assert 0 < few.estimate <= many.estimate < 1


@fast
@given(
    df=st.floats(1, 500),
    power=st.floats(0.1, 0.99),
    conf_level=st.sampled_from([0.95, 0.99]),
)
def test_the_effect_for_a_power_has_that_power(df, power, conf_level):
    shift = shift_for_power(df=df, power=power, conf_level=conf_level)

    assert beyond_critical(
        t_quantile(df, conf_level), df=df, shift=abs(shift)
    ) == pytest.approx(power, rel=1e-8)

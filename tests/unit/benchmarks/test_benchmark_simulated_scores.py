"""The truths that the benchmarks of the diagnosis hold everything against."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def scores(script):
    return script("simulated_scores")


def test_the_expected_score_is_the_mean_of_many_people(scores, rng):
    level = scores.level_of(4.0, 0.9)
    positions = level + np.sqrt(0.9) * rng.standard_normal((200_000, 1))

    mean = scores.draw_scores(positions, rng)["v"].mean()

    # four standard errors of a mean of 200,000 scores with a deviation of .7
    assert mean == pytest.approx(4.0, abs=4 * 0.7 / np.sqrt(200_000))
    assert scores.expected_score(level, 0.9) == pytest.approx(4.0, abs=1e-9)


def test_a_shift_moves_the_mean_by_so_many_points(scores):
    usual = scores.level_of(scores.USUAL_MEAN)

    moved = scores.expected_score(usual + scores.shift_of(0.3))

    assert moved - scores.USUAL_MEAN == pytest.approx(0.3, abs=1e-9)


def test_correlations_of_scores_are_those_of_many_people(scores, rng):
    latent = scores.same_correlation(0.5)[:3, :3]
    root = np.linalg.cholesky(latent)
    middle = scores.level_of(scores.USUAL_MEAN)
    positions = middle + rng.standard_normal((200_000, 3)) @ root.T

    drawn = scores.draw_scores(positions, rng)

    # four standard errors of a correlation and of a variance over 200,000 people
    error = 4 / np.sqrt(200_000)
    expected = scores.correlate_scores(latent)
    assert drawn.corr().to_numpy() == pytest.approx(expected, abs=error)
    variance = scores.score_covariance(0.0, same=True)
    assert drawn.var().to_numpy() == pytest.approx(variance, abs=1.5 * error)


def test_the_correlation_behind_a_correlation_of_scores_leads_back(scores):
    latent = np.eye(2)
    latent[0, 1] = latent[1, 0] = scores.latent_correlation(0.3)

    assert scores.correlate_scores(latent)[0, 1] == pytest.approx(0.3, abs=1e-9)


def test_teams_that_move_stay_as_far_apart(scores, rng):
    kind = scores.Kind(name="many", number=0, n_teams=4000)
    organisation = scores.draw_organisation(kind, rng)

    later = organisation.moved(0.8, rng)

    before = organisation.levels[:, 0]
    # four standard errors over 4,000 teams
    assert np.corrcoef(before, later[:, 0])[0, 1] == pytest.approx(0.8, abs=0.03)
    assert later.var() == pytest.approx(scores.TEAM_SHARE, rel=0.1)


def test_units_are_those_of_the_kind(scores, rng):
    kind = scores.KINDS[2]
    organisation = scores.draw_organisation(kind, rng)

    people = organisation.people(organisation.teams)

    assert people.groupby("division")["team"].nunique().tolist() == [20, 20, 20]
    sizes = people["team"].value_counts()
    assert sizes.between(kind.smallest, kind.largest).all()


def test_runs_are_the_same_over_two_processes(script):
    runs, alarms = script("repeated_runs"), script("false_alarms")
    once = alarms.partial(alarms.run_once, alarms.KINDS[0], "drivers")

    alone = runs.repeat(once, 12, processes=1)
    shared = runs.repeat(once, 12, processes=2)

    assert alone == shared


def test_wilson_interval_of_95_in_100(script):
    # worked out by hand from its formula
    interval = script("repeated_runs").wilson_interval(0.95, 100)
    assert interval == pytest.approx((0.8882, 0.9785), abs=1e-4)


def test_conditions_are_judged_as_the_product_judges_them(script, rng):
    scores, drivers = script("simulated_scores"), script("driver_scores")
    alarms = script("false_alarms")
    organisation = scores.draw_organisation(
        scores.KINDS[0], rng, correlation=scores.same_correlation(0.3)
    )
    answered = organisation.scores(rng)
    product = script("diagnose.diagnosis.drivers").find_drivers
    own = script("diagnose.scoring").Scores(
        instrument=alarms.instrument(), frame=answered, keyed=pd.DataFrame()
    )
    people = alarms.responses_of(
        organisation, organisation.people(organisation.teams), ("1",)
    )
    roles = pd.Series(["floor"] * len(answered))
    profile = alarms.profile_roles(answered, roles, conf_level=0.95)
    verdicts = pd.DataFrame({"subscale": answered.columns, "verdict": "good"})

    theirs = product(people, own, profile, verdicts, conf_level=0.95).weights
    ours = drivers.judge_drivers(answered, organisation.teams)

    both = ours.merge(theirs, on=["outcome", "subscale"], suffixes=("", "_product"))
    assert len(both) == 27
    assert both["p_adjusted"].to_numpy() == pytest.approx(
        both["p_adjusted_product"].to_numpy()
    )
    assert both["holds"].tolist() == both["holds_product"].tolist()

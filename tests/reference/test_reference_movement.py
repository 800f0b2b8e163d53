"""Cascades, windows and fixed points against plain R and against theory."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from diagnose.statistics.movement import (
    Conditions,
    cascade_condition,
    count_threshold,
    fixed_threshold,
    given_thresholds,
    measure_network,
    naming_game_tipping,
    network_from_ties,
    normal_thresholds,
    organisation_network,
    random_network_equilibrium,
    spread,
    threshold_equilibrium,
    uniform_thresholds,
    watts_window,
)
from diagnose.statistics.movement.luck import mixed
from diagnose.statistics.movement.proportion import median_ranks, wilson_interval

PATH = Path(__file__).parent / "cases" / "movement.json"
CASES = json.loads(PATH.read_text("utf-8"))
RTOL = CASES["rtol"]
LEVELS = 4.5  # standard errors; a true theory fails once in 150,000 such checks


def _network(case):
    return network_from_ties(
        np.array(case["ties"], dtype=np.int64).reshape(-1, 2), case["teams"]
    )


@pytest.mark.parametrize("case", CASES["cascades"], ids=lambda case: case["name"])
def test_a_cascade_goes_as_in_r_step_by_step(case):
    own = case["thresholds"]
    thresholds = count_threshold(own[0]) if case["counts"] else given_thresholds(own)

    result = spread(
        _network(case),
        thresholds,
        pioneers=case["pioneers"],
        conditions=Conditions(
            peer_weight=case["peer_weight"], visibility_afar=case["visibility_afar"]
        ),
    )

    assert result.adopters[0].tolist() == case["expected"]["adopters"]
    assert result.settled.all()
    shares = np.bincount(
        np.array(case["teams"])[case["expected"]["active"]], minlength=result.n_teams
    ) / np.bincount(case["teams"])
    assert result.team_shares == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize("case", CASES["cascades"], ids=lambda case: case["name"])
def test_measures_of_a_network_as_in_r_by_matrix_algebra(case):
    measures = measure_network(_network(case))

    for name in set(case["expected"]) - {"adopters", "active"}:
        expected = case["expected"][name]
        assert getattr(measures, name) == pytest.approx(expected, rel=RTOL), name


@pytest.mark.parametrize("case", CASES["windows"], ids=lambda c: str(c["threshold"]))
def test_the_window_of_watts_as_the_roots_of_his_sum_in_r(case):
    window = watts_window(case["threshold"])

    assert window.exists is case["exists"]
    if case["exists"]:
        assert window.low == pytest.approx(case["low"], rel=RTOL)
        assert window.high == pytest.approx(case["high"], rel=RTOL)


def test_the_published_window_for_a_threshold_of_18_percent():
    """Watts, 2002: from about 1 to about 5.76 ties."""
    window = watts_window(0.18)

    assert [window.low, window.high] == pytest.approx([1.0, 5.76], abs=0.025)


@pytest.mark.parametrize("case", CASES["fixed_points"])
def test_fixed_points_of_normal_thresholds_as_in_r(case):
    result = threshold_equilibrium(
        normal_thresholds(case["mean"], case["sd"]),
        pioneer_share=case["pioneer_share"],
        conditions=Conditions(
            space=case["space"], visibility_afar=case["visibility_afar"]
        ),
    )

    assert result.settled
    assert result.estimate == pytest.approx(case["estimate"], rel=RTOL)


@pytest.mark.parametrize("case", CASES["wilson"])
def test_wilson_as_prop_test_in_r(case):
    ends = wilson_interval(case["n_events"], case["n_runs"], case["conf_level"])

    assert ends == pytest.approx((case["low"], case["high"]), rel=RTOL, abs=1e-12)


@pytest.mark.parametrize("case", CASES["median_ranks"])
def test_ranks_about_a_median_as_binomial_quantiles_in_r(case):
    ranks = median_ranks(case["n_runs"], case["conf_level"])

    assert ranks == (case["low"], case["high"])


def test_coins_are_those_of_the_published_generator():
    """SplitMix64 started at 0; its first numbers stand in many test suites."""
    draws = mixed(np.zeros(3, dtype=np.uint64), np.arange(3))

    assert draws.tolist() == [
        16294208416658607535,
        7960286522194355700,
        487617019471545679,
    ]


def test_granovetter_one_person_makes_the_difference():
    """The hundred people of 1978: 0, 1, 2, … 99; and with 2 in the place of 1."""
    crowd = organisation_network([100], shape="complete", bridges_per_person=0)
    thresholds = np.arange(100) / 100
    other = thresholds.copy()
    other[1] = 0.02

    riot = spread(crowd, thresholds, pioneers=0)
    calm = spread(crowd, other, pioneers=0)

    assert riot.adopters[0].tolist() == list(range(101))
    assert calm.adopters[0].tolist() == [0, 1]


@pytest.mark.parametrize(("sd", "expected"), [(0.120, 4), (0.122, 5.5), (0.123, 100)])
def test_granovetter_a_hair_more_spread_turns_six_people_into_a_hundred(sd, expected):
    """1978: mean 25 of 100; the equilibrium jumps between a deviation of 12.2 and 12.3.

    Below the jump he found about 6 people, here 4 at .120 and 5.5 at .122.
    """
    result = threshold_equilibrium(normal_thresholds(0.25, sd))

    assert 100 * result.estimate == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("mean", "sd"), [(0.25, 0.10), (0.4, 0.2), (0.3, 0.25)])
@pytest.mark.parametrize("pioneers", [0.0, 0.1])
def test_a_crowd_that_sees_everyone_comes_to_rest_at_the_fixed_point(
    mean, sd, pioneers
):
    crowd = organisation_network([50] * 100, density_within=0.1)
    thresholds = normal_thresholds(mean, sd)

    result = spread(
        crowd,
        thresholds,
        pioneers=pioneers,
        conditions=Conditions(peer_weight=0),
        n_runs=200,
    )

    expected = threshold_equilibrium(thresholds, pioneer_share=pioneers).estimate
    std_error = result.final_shares.std() / np.sqrt(200)
    # The bias of a finite crowd is of the order of 1 / n_people.
    assert result.final_shares.mean() == pytest.approx(
        expected, abs=LEVELS * std_error + 2 / 5000
    )


def test_uniform_thresholds_have_no_rest_below_everyone():
    assert threshold_equilibrium(
        uniform_thresholds(), pioneer_share=0.01
    ).estimate == pytest.approx(1.0, abs=1e-10)


@pytest.mark.parametrize("degree", [0.8, 1.5, 3.0, 4.5, 6.5, 8.0])
def test_single_seeds_set_off_a_random_network_inside_the_window_only(degree):
    """Watts: threshold .18, 10,000 people; how often is that of a vulnerable giant."""
    network = organisation_network(
        [10] * 1000, shape="random", mean_degree=degree, seed=3
    )
    thresholds = fixed_threshold(0.18)

    result = spread(network, thresholds, pioneers=1, n_runs=500, seed=2)

    large = result.final_shares > 0.1
    expected = _chance_to_touch_the_giant(network.degrees, most_ties=5)
    inside = watts_window(0.18).low < degree < watts_window(0.18).high
    assert cascade_condition(network, thresholds).possible is inside
    assert large.any() == inside
    error = np.sqrt(max(expected * (1 - expected), 1e-9) / 500)
    # One network of 10,000 has its own giant: its size varies by about 2 % at 1.5 ties.
    assert large.mean() == pytest.approx(expected, abs=LEVELS * error + 0.02 * inside)


def _chance_to_touch_the_giant(degrees, most_ties):
    share = np.bincount(degrees) / len(degrees)
    ties = np.arange(len(share))
    by_tie = ties * share / (ties @ share)
    vulnerable = (ties > 0) & (ties <= most_ties)
    misses = 0.0
    for _ in range(5000):
        passed = by_tie * vulnerable * misses ** np.maximum(ties - 1, 0)
        misses = 1 - (by_tie @ vulnerable) + passed.sum()
    return 1 - share @ misses**ties


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(),
        Conditions(visibility=0.6),
        Conditions(space=0.7),
        Conditions(visibility=0.6, space=0.8),
    ],
)
@pytest.mark.parametrize("pioneers", [0.05, 0.3])
def test_random_networks_come_to_rest_where_theory_says(conditions, pioneers):
    """Gleeson & Cahalane, 2007, with ties that show and people who can by chance."""
    _check_against_theory(
        normal_thresholds(0.35, 0.15), 10, pioneers=pioneers, conditions=conditions
    )


def test_two_others_on_a_random_network_as_theory_says():
    _check_against_theory(count_threshold(2), 4, pioneers=0.05, conditions=Conditions())


def _check_against_theory(thresholds, degree, *, pioneers, conditions):
    """One run on each of 40 networks, so that also their chance is in the error."""
    networks = _random_networks(degree)

    result = spread(
        networks, thresholds, pioneers=pioneers, conditions=conditions, n_runs=40
    )

    expected = [
        random_network_equilibrium(
            network, thresholds, pioneer_share=pioneers, conditions=conditions
        ).estimate
        for network in networks
    ]
    difference = result.final_shares - expected
    std_error = difference.std(ddof=1) / np.sqrt(40)
    # Short loops of a finite network are worth some 2 / n_people.
    assert difference.mean() == pytest.approx(0, abs=LEVELS * std_error + 2 / 10_000)


@cache
def _random_networks(degree):
    return [
        organisation_network([10] * 1000, shape="random", mean_degree=degree, seed=seed)
        for seed in range(40)
    ]


@pytest.mark.parametrize(
    ("rewiring", "n_others", "share"), [(0, 1, 1), (0, 2, 1), (1, 1, 1), (1, 2, 0.004)]
)
def test_long_ties_carry_news_and_break_complex_contagion(rewiring, n_others, share):
    """Centola & Macy, 2007: neighbours start on a ring, or on the same ring rewired."""
    network = organisation_network(
        [1000],
        shape="small_world",
        bridges_per_person=0,
        mean_degree=6,
        rewiring=rewiring,
    )

    result = spread(network, count_threshold(n_others), pioneers=[500, 501, 502])

    if share == 1:
        assert result.final_shares[0] > 0.95  # a rewired ring leaves a few apart
    else:
        assert result.final_shares[0] <= share


def test_a_quarter_tips_a_convention_with_the_memory_of_the_experiment():
    """Centola and others, 2018: below 25 % groups failed, from 25 % on they won."""
    game = naming_game_tipping(n_runs=300)

    frame = game.to_frame().set_index("n_committed")
    assert game.tipping_share == 0.25
    assert frame.loc[5, "conf_high"] < 0.05
    assert frame.loc[7, "conf_low"] > 0.95


def test_a_longer_memory_needs_a_larger_minority():
    """As the authors derive: the tipping share rises with what people remember."""
    short = naming_game_tipping(memory=4, n_rounds=200, n_runs=200)
    long = naming_game_tipping(memory=24, n_rounds=200, n_runs=200)

    assert short.tipping_share < 0.25 < long.tipping_share

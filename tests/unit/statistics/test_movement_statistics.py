"""From pioneers to movement: edges, refusals, and what the settings do."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.movement import (
    Conditions,
    cascade_condition,
    compare_settings,
    count_threshold,
    fixed_threshold,
    given_thresholds,
    measure_network,
    movement_chance,
    naming_game_tipping,
    network_from_graph,
    network_from_ties,
    normal_thresholds,
    option_thresholds,
    organisation_network,
    random_network_equilibrium,
    spread,
    threshold_equilibrium,
    thresholds_from_intentions,
    tipping_share,
    uniform_thresholds,
    watts_window,
)


@pytest.fixture(scope="module")
def teams():
    return organisation_network([8] * 25, density_within=0.7, bridges_per_person=1)


LINE = network_from_ties([[0, 1], [1, 2], [2, 3]], [0, 0, 1, 1])


# --- networks ---------------------------------------------------------------------


def test_density_and_bridges_are_what_was_asked_for():
    network = organisation_network(
        [20] * 200, density_within=0.3, bridges_per_person=2.0
    )

    bridges = network.bridges()
    within = network.degrees - bridges
    # 38,000 pairs in teams and 4,000 expected bridges: 4 standard errors
    assert within.mean() == pytest.approx(19 * 0.3, abs=4 * 2 * 89 / 4000)
    assert bridges.mean() == pytest.approx(2.0, abs=4 * 2 * 63 / 4000)


@pytest.mark.parametrize("shape", ["small_world", "random", "scale_free"])
def test_other_shapes_have_about_as_many_ties(shape):
    teams = organisation_network([12] * 100, density_within=0.8)
    other = organisation_network([12] * 100, density_within=0.8, shape=shape)

    assert other.method == shape
    assert other.degrees.mean() == pytest.approx(teams.degrees.mean(), abs=1.0)


def test_managers_know_their_team_and_form_a_line():
    network = organisation_network(
        [4] * 7, density_within=0, bridges_per_person=0, managers=2
    )

    measures = measure_network(network)
    assert measures.n_ties == 7 * 3 + 6  # own people, and six who report to another
    assert measures.n_parts == 1
    assert network.degrees[0] == 3 + 2
    assert network.degrees[4] == 3 + 2 + 1


def test_complete_teams_without_bridges():
    measures = measure_network(
        organisation_network([3, 1, 5], density_within=1, bridges_per_person=0)
    )

    assert measures.n_ties == 3 + 0 + 10
    assert [measures.n_parts, measures.largest_part, measures.n_isolated] == [3, 5, 1]
    assert measures.clustering == pytest.approx(8 / 9)
    assert measures.bridging_share == 0


def test_ties_given_twice_count_once():
    network = network_from_ties([[0, 1], [1, 0], [0, 1]], [0, 0])

    assert network.n_ties == 1


def test_one_person_is_an_organisation():
    network = organisation_network([1], bridges_per_person=0)

    result = spread(network, fixed_threshold(0.5), pioneers=1)

    assert result.final_shares.tolist() == [1.0]
    assert result.follower_shares.tolist() == [0.0]


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ([], {}, "at least 1 team; got none"),
        ([3, 0], {}, "`team_sizes` must be a whole number of at least 1; got 0"),
        ([3, 2.5], {}, "`team_sizes` must be a whole number"),
        ([5], {}, "team.s. of together 5 people allow 0. Ask for fewer, or 0"),
        ([2, 2], {"bridges_per_person": 3}, "asks for 6 ties between teams.* allow 4"),
        ([5, 5], {"density_within": 1.2}, "`density_within` must be a share"),
        ([5, 5], {"shape": "star"}, "`shape` must be one of 'teams', 'small_world'"),
        ([5, 5], {"mean_degree": 3.0}, "`mean_degree` follows from `density_within`"),
        ([5, 5], {"shape": "random", "mean_degree": 10}, "at most 9, the other people"),
        ([4, 4], {"shape": "small_world", "mean_degree": 7}, "than 8 people; got 8"),
        ([4, 4], {"shape": "scale_free", "mean_degree": 7}, "than 8 people; got 8"),
        ([4000], {"shape": "complete"}, "at most 3000 people; got 4000.*`peer_weight`"),
        ([5, 5], {"managers": -1}, "`managers` must be a whole number of at least 0"),
        ([5, 5], {"seed": -1}, "`seed` must be a whole number of at least 0"),
    ],
)
def test_organisations_that_cannot_be_drawn(sizes, options, message):
    with pytest.raises((ValueError, InsufficientDataError), match=message):
        organisation_network(sizes, **options)


@pytest.mark.parametrize(
    ("ties", "people", "message"),
    [
        ([[0, 1]], [], "at least 1 person; got none"),
        ([[0, 2]], [0, 0], "people from 0 to 1; got 0 to 2"),
        ([[1, 1]], [0, 0], "two different people"),
        ([[0, 1, 1]], [0, 0], "two whole numbers a row; got shape .1, 3."),
        ([[0.0, 1.0]], [0, 0], "two whole numbers a row.*float64"),
        ([[0, 1]], [1, 1], "without a gap; pandas.factorize"),
        ([[0, 1]], [0.0, 0.0], "one whole number a person"),
    ],
)
def test_ties_that_are_none(ties, people, message):
    with pytest.raises((ValueError, InsufficientDataError), match=message):
        network_from_ties(ties, np.array(people))


def test_graphs_of_other_people_or_directed_are_refused():
    with pytest.raises(ValueError, match="must be undirected"):
        network_from_graph(nx.DiGraph([(0, 1)]), [0, 0])
    with pytest.raises(ValueError, match=r"must be 0 to 1.*convert_node_labels"):
        network_from_graph(nx.Graph([("a", "b")]), [0, 0])


# --- thresholds and conditions ----------------------------------------------------


def test_intention_influence_and_visibility_make_a_threshold():
    thresholds = thresholds_from_intentions(
        [1.0, 0.8, 0.5, 0.0], peer_influence=0.8, visibility=0.5
    )

    assert thresholds.values == pytest.approx([0.0, 0.5, 2.0, 2.0])


def test_without_influence_only_the_determined_act():
    thresholds = thresholds_from_intentions([1.0, 0.99], peer_influence=0)

    assert thresholds.values.tolist() == [0.0, 2.0]


def test_teams_may_answer_differently():
    network = organisation_network([50, 50], density_within=1, bridges_per_person=0)
    thresholds = option_thresholds([[1.0, 0.0], [0.0, 1.0]], [0.0, 2.0])

    result = spread(network, thresholds, pioneers=0, n_runs=3)

    assert result.team_shares.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fixed_threshold(1.2), "`share` must be a share from 0 to 1; got 1.2"),
        (lambda: fixed_threshold(float("nan")), "`share` must be a share"),
        (lambda: count_threshold(0), "`n_others` must be a whole number of at least 1"),
        (lambda: uniform_thresholds(0.5, 0.5), "`low` must be below `high`"),
        (lambda: normal_thresholds(0.5, 0), "`sd` must be a number above 0; got 0"),
        (lambda: normal_thresholds(np.nan, 1), "`mean` must be a number"),
        (lambda: option_thresholds([0.5, 0.4], [0, 1]), "must sum to 1"),
        (
            lambda: option_thresholds([1.5, -0.5], [0, 1]),
            "from 0 to 1, without missing",
        ),
        (lambda: option_thresholds([0.5, 0.5], [0.1]), "each of the 2 options means"),
        (lambda: option_thresholds([0.5, 0.5], [0, (2, 1)]), "low below high"),
        (lambda: option_thresholds([], []), "at least 1 answer option"),
        (lambda: given_thresholds([0.1, np.nan]), "one number a person, none missing"),
        (lambda: given_thresholds([]), "at least 1 person; got none"),
        (
            lambda: thresholds_from_intentions([1.1]),
            "`intentions` must lie from 0 to 1",
        ),
        (lambda: thresholds_from_intentions([]), "at least 1 person"),
        (
            lambda: thresholds_from_intentions([1], peer_influence=-1),
            "`peer_influence` must be at least 0",
        ),
        (
            lambda: Conditions(space=1.01),
            "`space` must be a share from 0 to 1; got 1.01",
        ),
        (lambda: Conditions(obstacles=-0.1), "`obstacles` must be a share"),
        (lambda: Conditions(visibility=True), "`visibility` must be a share"),
    ],
)
def test_thresholds_and_conditions_that_are_none(make, message):
    with pytest.raises((ValueError, InsufficientDataError), match=message):
        make()


# --- spreading --------------------------------------------------------------------


def test_a_share_and_a_number_of_pioneers():
    assert spread(LINE, fixed_threshold(1), pioneers=2).n_pioneers == 2
    assert spread(LINE, fixed_threshold(1), pioneers=0.5).n_pioneers == 2
    assert spread(LINE, fixed_threshold(1), pioneers=0.01).n_pioneers == 1
    assert spread(LINE, fixed_threshold(1), pioneers=1.0).n_pioneers == 4
    assert spread(LINE, fixed_threshold(1), pioneers=np.int64(1)).n_pioneers == 1


def test_along_a_line_one_step_a_person():
    result = spread(LINE, fixed_threshold(0.5), pioneers=[0])

    assert result.placement == "given"
    assert result.adopters.tolist() == [[1, 2, 3, 4]]
    assert result.steps_to_half.tolist() == [1]
    assert result.curve()["median_share"].tolist() == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("obstacles", [0.0, 1.0])
@pytest.mark.parametrize("n_ties", range(1, 14))
def test_a_share_that_is_just_reached_counts(n_ties, obstacles):
    star = network_from_ties([[0, i] for i in range(1, n_ties + 1)], [0] * (n_ties + 1))
    for n_acting in range(1, n_ties + 1):
        own = np.full(n_ties + 1, 2.0)
        own[0] = n_acting / n_ties
        result = spread(
            star,
            own,
            pioneers=range(1, n_acting + 1),
            conditions=Conditions(obstacles=obstacles),
            max_steps=1,
        )
        assert result.followers.tolist() == [1], n_acting


def test_people_who_see_nobody_are_reported():
    network = network_from_ties([[0, 1]], [0, 0, 0])

    result = spread(network, fixed_threshold(0.5), pioneers=[2])

    assert result.final_shares[0] == pytest.approx(1 / 3)
    assert "falls apart into 2 parts, the largest with 2 of 3" in result.notes[0]


def test_a_run_that_is_cut_short_says_so():
    result = spread(LINE, fixed_threshold(0.5), pioneers=[0], max_steps=2)

    assert not result.settled[0]
    assert "1 of 1 runs had not settled after 2 steps" in result.notes[0]


def test_a_pioneer_without_company_gives_up_and_stays_where_reinforced():
    alone = spread(
        LINE, fixed_threshold(1), pioneers=[0], conditions=Conditions(obstacles=1)
    )
    together = spread(
        LINE, fixed_threshold(0.5), pioneers=[1, 2], conditions=Conditions(obstacles=1)
    )

    assert alone.adopters[0, -1] == 0
    assert together.adopters[0].tolist() == [2, 4]
    assert together.settled.all()


def test_followers_are_counted_apart_from_pioneers_who_gave_up():
    star = network_from_ties([[0, i] for i in range(1, 5)], [0] * 5)

    result = spread(
        star,
        given_thresholds([2.0, 0.9, 0.9, 0.9, 0.9]),
        pioneers=[0],
        conditions=Conditions(obstacles=1),
        max_steps=1,
    )

    assert result.followers.tolist() == [4]  # they came as the pioneer left
    assert result.adopters[0, -1] == 4


def test_obstacles_take_about_their_share_a_step():
    network = network_from_ties([], np.zeros(20_000, dtype=int))

    result = spread(
        network,
        fixed_threshold(1),
        pioneers=1.0,
        conditions=Conditions(obstacles=0.2),
        max_steps=3,
    )

    expected = 20_000 * 0.8 ** np.arange(4)
    assert result.adopters[0] == pytest.approx(expected, abs=4.5 * 71)


def test_visibility_is_the_share_of_ties_that_show():
    star = network_from_ties([[0, i] for i in range(1, 20_001)], [0] * 20_001)

    result = spread(
        star,
        fixed_threshold(1),
        pioneers=[0],
        conditions=Conditions(visibility=0.3, space=0.5),
    )

    assert result.followers[0] == pytest.approx(3000, abs=4.5 * 51)


def test_several_networks_share_the_runs():
    networks = [organisation_network([6] * 5, seed=seed) for seed in range(3)]

    result = spread(networks, fixed_threshold(0.3), pioneers=2, n_runs=7)

    assert result.n_networks == 3
    assert len(result.to_frame()) == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pioneers": 5}, "whole number from 0 to 4, the people there are"),
        ({"pioneers": -1}, "whole number from 0 to 4"),
        ({"pioneers": 1.5}, "a share from 0.0 to 1.0; got 1.5"),
        ({"pioneers": True}, "whole number from 0 to 4"),
        ({"pioneers": "all"}, "whole number from 0 to 4"),
        ({"pioneers": [4]}, "name people from 0 to 3"),
        ({"pioneers": [1, 1]}, "name each person once"),
        ({"pioneers": [0.5]}, "name people from 0 to 3"),
        ({"placement": "top"}, "`placement` must be one of 'random', 'clustered'"),
        ({"n_runs": 0}, "`n_runs` must be a whole number of at least 1"),
        ({"max_steps": 0}, "`max_steps` must be a whole number of at least 1"),
        ({"seed": 1.5}, "`seed` must be a whole number"),
    ],
)
def test_starts_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        spread(LINE, fixed_threshold(0.5), **{"pioneers": 1, **options})


def test_thresholds_of_other_people_are_refused():
    with pytest.raises(ValueError, match="each of the 4 people; got 3"):
        spread(LINE, [0.1, 0.2, 0.3], pioneers=1)
    with pytest.raises(ValueError, match="each of the 2 teams; got 3"):
        spread(LINE, option_thresholds([[1.0]] * 3, [0.1]), pioneers=1)


def test_numbers_of_people_need_ties():
    with pytest.raises(ValueError, match=r"counts people one is tied to.*peer_weight"):
        spread(
            LINE,
            count_threshold(2),
            pioneers=1,
            conditions=Conditions(peer_weight=0.5),
        )


def test_networks_of_different_people_are_refused(teams):
    with pytest.raises(ValueError, match="same people in the same teams"):
        spread([LINE, teams], fixed_threshold(0.5), pioneers=1, n_runs=2)
    with pytest.raises(ValueError, match="at least 1 of them"):
        spread([], fixed_threshold(0.5), pioneers=1)
    with pytest.raises(ValueError, match="at least 2, one a network; got 1"):
        spread([LINE, LINE], fixed_threshold(0.5), pioneers=1)


# --- chances and tipping ----------------------------------------------------------


def test_one_percent_is_enough_in_one_place_and_a_quarter_not_in_another(teams):
    easy = movement_chance(teams, fixed_threshold(0.1), n_runs=100).to_frame()
    hard = movement_chance(teams, fixed_threshold(0.7), n_runs=100).to_frame()

    assert easy.loc[0, "conf_low"] > 0.5
    assert hard.loc[3, "conf_high"] < 0.5
    assert easy["n_pioneers"].tolist() == [2, 10, 20, 50]


def test_chances_rise_with_pioneers_and_say_what_they_are_about(teams):
    result = movement_chance(teams, normal_thresholds(0.35, 0.15), n_runs=100)

    frame = result.to_frame()
    assert frame["estimate"].is_monotonic_increasing
    assert frame["estimate"].between(frame["conf_low"], frame["conf_high"]).all()
    assert "one given network" in result.notes[0]
    networks = [organisation_network([5] * 4, seed=seed) for seed in range(4)]
    for n_runs, words in ((4, "network of its own"), (8, "too narrow")):
        result = movement_chance(networks, fixed_threshold(0.3), n_runs=n_runs)
        assert words in result.notes[0]


def test_a_grid_is_every_combination_and_the_rest_holds(teams):
    frame = compare_settings(
        teams,
        normal_thresholds(0.35, 0.15),
        grid={"visibility": [0.4, 1.0], "placement": ["random", "clustered"]},
        pioneers=0.1,
        conditions=Conditions(space=0.9),
        n_runs=50,
    ).to_frame()

    assert frame["visibility"].tolist() == [0.4, 0.4, 1.0, 1.0]
    assert frame["placement"].tolist() == ["random", "clustered"] * 2
    assert (frame["space"] == 0.9).all()
    assert frame.loc[2, "estimate"] >= frame.loc[0, "estimate"]


def test_all_pioneers_is_no_movement():
    frame = movement_chance(
        LINE, fixed_threshold(0.5), shares_of_pioneers=[1.0], n_runs=5
    ).to_frame()

    assert frame.loc[0, "estimate"] == 0
    assert frame.loc[0, "median_final_share"] == 1


def test_half_the_runs_tip_at_the_tipping_share(teams):
    result = tipping_share(teams, normal_thresholds(0.45, 0.15), n_runs=150)

    assert result.conf_low <= result.estimate <= result.conf_high
    assert result.chance >= 0.5
    assert "one given network" in result.notes[0]
    below = movement_chance(
        teams,
        normal_thresholds(0.45, 0.15),
        shares_of_pioneers=[result.n_pioneers - 1],
        n_runs=150,
    ).to_frame()
    assert below.loc[0, "estimate"] < 0.5
    assert "critical" not in result.to_frame()


def test_a_start_that_never_tips_is_infinite(teams):
    result = tipping_share(
        teams, option_thresholds([0.6, 0.4], [2.0, 0.1]), n_runs=20, largest_share=0.3
    )

    assert result.estimate == np.inf
    assert result.n_pioneers is None
    assert result.n_beyond == 20
    assert result.chance == 0


def test_people_who_start_unprompted_need_no_pioneers(teams):
    result = tipping_share(teams, fixed_threshold(0.0), n_runs=10)

    assert result.estimate == 0
    assert result.n_pioneers == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: compare_settings(LINE, fixed_threshold(0.5), grid={}),
            "`grid` must name at least 1 setting",
        ),
        (
            lambda: compare_settings(LINE, fixed_threshold(0.5), grid={"space": []}),
            "`grid` must name at least 1 setting",
        ),
        (
            lambda: compare_settings(LINE, fixed_threshold(0.5), grid={"sight": [1]}),
            "settings out of peer_weight, visibility.*got 'sight'",
        ),
        (
            lambda: movement_chance(LINE, fixed_threshold(0.5), movement_at=1.0),
            "`movement_at` must lie between 0 and 1",
        ),
        (
            lambda: tipping_share(LINE, fixed_threshold(0.5), largest_share=0),
            "`largest_share` must lie between 0 and 1",
        ),
    ],
)
def test_questions_that_make_no_sense(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- theory -----------------------------------------------------------------------


def test_above_a_quarter_there_is_no_window():
    assert watts_window(0.25).exists
    assert not watts_window(0.26).exists
    assert watts_window(0.26).to_frame().loc[0, "low"] is None
    with pytest.raises(ValueError, match="at 0 everyone joins unprompted"):
        watts_window(0)


def test_the_cascade_condition_of_a_ring_by_hand():
    ring = organisation_network(
        [20], shape="small_world", bridges_per_person=0, mean_degree=4, rewiring=0
    )

    condition = cascade_condition(
        ring, fixed_threshold(0.25), conditions=Conditions(visibility=0.5)
    )

    assert condition.estimate == pytest.approx(0.5 * 3)  # each reaches three others
    assert cascade_condition(ring, fixed_threshold(0.26)).estimate == 0


def test_theory_refuses_what_it_is_not_about():
    afar, hindered = Conditions(peer_weight=0.5), Conditions(obstacles=0.1)
    lonely = network_from_ties([], [0, 0])
    with pytest.raises(ValueError, match=r"`peer_weight` must be 1; got 0\.5"):
        cascade_condition(LINE, fixed_threshold(0.2), conditions=afar)
    with pytest.raises(InsufficientDataError, match="2 people have none"):
        cascade_condition(lonely, fixed_threshold(0.2))
    with pytest.raises(ValueError, match="`obstacles` must be 0"):
        threshold_equilibrium(fixed_threshold(0.2), conditions=hindered)
    with pytest.raises(ValueError, match="must be shares, not numbers"):
        threshold_equilibrium(count_threshold(2))
    with pytest.raises(ValueError, match="`obstacles` 0 for this equilibrium"):
        random_network_equilibrium(
            LINE, fixed_threshold(0.2), pioneer_share=0.1, conditions=hindered
        )
    with pytest.raises(InsufficientDataError, match="2 people have none"):
        random_network_equilibrium(lonely, fixed_threshold(0.2), pioneer_share=0.1)


@pytest.mark.parametrize(
    ("shares", "options", "message"),
    [
        ([], {}, "at least one number"),
        ([1.2], {}, "`committed_shares` must be a share"),
        ([1.0], {}, "at least 1 of the 24 people to convince"),
        ([0.2], {"memory": 0}, "`memory` must be a whole number of at least 1"),
        ([0.2], {"n_people": 1}, "`n_people` must be a whole number of at least 2"),
    ],
)
def test_games_that_cannot_be_played(shares, options, message):
    with pytest.raises(ValueError, match=message):
        naming_game_tipping(shares, **options)


def test_without_a_minority_the_convention_holds_and_odd_groups_can_play():
    game = naming_game_tipping([0.0], n_people=25, n_rounds=20, n_runs=20)

    assert game.tipping_share == np.inf
    assert game.to_frame().loc[0, "mean_share_new"] == 0

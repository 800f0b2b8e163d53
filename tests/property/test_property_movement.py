"""Spreading on networks: what must hold for any network, thresholds and start."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.movement import (
    Conditions,
    count_threshold,
    given_thresholds,
    measure_network,
    network_from_graph,
    network_from_ties,
    normal_thresholds,
    option_thresholds,
    organisation_network,
    spread,
    uniform_thresholds,
)
from diagnose.statistics.movement.cascade import (
    _joining_and_leaving,
    _only_joining,
    draw_block,
)
from diagnose.statistics.movement.luck import Luck, tossed
from diagnose.statistics.movement.organisation import _unrank

MODEST = settings(max_examples=60, deadline=None)
SHARES = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])
PLACEMENTS = st.sampled_from(["random", "clustered", "spread", "bridges", "willing"])


@st.composite
def networks(draw):
    sizes = draw(st.lists(st.integers(1, 9), min_size=2, max_size=6))
    teams = np.repeat(np.arange(len(sizes)), sizes)
    n_people = len(teams)
    person = st.integers(0, n_people - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=4 * n_people))
    ties = [(one, other) for one, other in ties if one != other]
    return network_from_ties(np.array(ties, dtype=np.int64).reshape(-1, 2), teams)


@st.composite
def kinds_of_thresholds(draw):
    return draw(
        st.sampled_from(
            [
                uniform_thresholds(0.01, 1.0),
                normal_thresholds(0.4, 0.2),
                count_threshold(1),
                count_threshold(2),
                option_thresholds([0.0, 0.3, 0.7, 0.0], [0.01, (0.1, 0.4), 0.5, 2.0]),
            ]
        )
    )


@st.composite
def conditions(draw, obstacles=SHARES, peer_weight=SHARES):
    return Conditions(
        peer_weight=draw(peer_weight),
        visibility=draw(SHARES),
        visibility_afar=draw(SHARES),
        space=draw(SHARES),
        obstacles=draw(obstacles),
    )


ONLY_TIES = st.just(1.0)
NO_OBSTACLES = st.just(0.0)
SEEDS = st.integers(0, 2**31)


@MODEST
@given(networks(), kinds_of_thresholds(), conditions(NO_OBSTACLES, ONLY_TIES), SEEDS)
def test_more_pioneers_never_end_with_fewer_people(network, thresholds, around, seed):
    finals = [
        spread(
            network,
            thresholds,
            pioneers=count,
            conditions=around,
            n_runs=5,
            seed=seed,
        ).final_shares
        for count in range(network.n_people + 1)
    ]

    assert (np.diff(finals, axis=0) >= 0).all()
    assert finals[-1] == pytest.approx(1)


@MODEST
@given(
    networks(),
    st.sampled_from([uniform_thresholds(), normal_thresholds(0.4, 0.2)]),
    conditions(NO_OBSTACLES),
    st.sampled_from(["visibility", "visibility_afar", "space"]),
    SEEDS,
)
def test_more_sight_or_space_never_ends_with_fewer_people(
    network, thresholds, around, name, seed
):
    finals = [
        spread(
            network,
            thresholds,
            pioneers=0.2,
            conditions=replace(around, **{name: value}),
            n_runs=8,
            seed=seed,
        ).final_shares
        for value in (0.0, 0.3, 0.6, 1.0)
    ]

    assert (np.diff(finals, axis=0) >= 0).all()


@MODEST
@given(networks(), kinds_of_thresholds(), PLACEMENTS, SEEDS)
def test_what_nobody_sees_does_not_spread(network, thresholds, placement, seed):
    result = spread(
        network,
        uniform_thresholds(0.01, 1) if thresholds.method == "normal" else thresholds,
        pioneers=0.3,
        placement=placement,
        conditions=Conditions(visibility=0),
        n_runs=4,
        seed=seed,
    )

    assert (result.followers == 0).all()


@MODEST
@given(st.integers(1, 30), kinds_of_thresholds(), SEEDS)
def test_nothing_spreads_without_ties(n_people, thresholds, seed):
    network = network_from_ties([], np.zeros(n_people, dtype=int))

    result = spread(
        network,
        uniform_thresholds(0.01, 1) if thresholds.method == "normal" else thresholds,
        pioneers=1,
        n_runs=4,
        seed=seed,
    )

    assert (result.adopters == 1).all()


@MODEST
@given(networks(), kinds_of_thresholds(), conditions(), PLACEMENTS, SEEDS)
def test_the_same_seed_gives_the_same_runs(
    network, thresholds, around, placement, seed
):
    def run(n_runs):
        return spread(
            network,
            thresholds,
            pioneers=0.2,
            placement=placement,
            conditions=around if not thresholds.counts else Conditions(),
            n_runs=n_runs,
            max_steps=50,
            seed=seed,
        )

    first, again, fewer = run(6), run(6), run(2)

    assert (first.adopters == again.adopters).all()
    assert (first.final_shares[:2] == fewer.final_shares).all()


@MODEST
@given(networks(), kinds_of_thresholds(), conditions(NO_OBSTACLES, ONLY_TIES), SEEDS)
def test_the_two_engines_agree_where_both_apply(network, thresholds, around, seed):
    luck = Luck(seed=seed, block=0, n_runs=4)
    block = draw_block(network, thresholds, around, "random", luck)
    one = np.zeros((4, network.n_people), dtype=bool)
    one[:, : network.n_people // 3] = True
    other = one.copy()

    totals_one, _ = _only_joining(block, one, 1000)
    totals_other, _ = _joining_and_leaving(block, other, 1000)

    assert (one == other).all()
    assert np.array_equal(totals_one, totals_other)


@MODEST
@given(networks(), SEEDS, conditions())
def test_step_by_step_as_brute_force_over_all_pairs(network, seed, around):
    """A matrix of who sees whom, from the same coins, and a loop over people."""
    people = network.n_people
    rng = np.random.default_rng(seed)
    own = np.round(rng.normal(0.4, 0.3, people), 2)
    luck = Luck(seed=seed, block=0, n_runs=1)
    block = draw_block(network, given_thresholds(own), around, "random", luck)
    sees = np.zeros((people, people))
    first = np.repeat(np.arange(people), network.degrees)
    shown = tossed(block.sight[:1], np.arange(len(first)), around.visibility)
    sees[network.indices[shown], first[shown]] = 1
    active = np.zeros(people, dtype=bool)
    active[block.order[0, :2]] = True
    expected = [active.sum()]
    limits = block.thresholds[0]
    for moment in range(40):
        near = sees @ active / np.maximum(network.degrees, 1)
        far = around.visibility_afar * (active.sum() - active) / people
        met = around.peer_weight * near + (1 - around.peer_weight) * far
        enough = met >= limits - 1e-9
        coins = tossed(
            block.staying[:1], np.arange(people) + people * moment, around.obstacles
        )
        active = np.where(active, enough | ~coins, enough)
        expected.append(active.sum())

    result = spread(
        network,
        own,
        pioneers=2 if people >= 2 else people,
        conditions=around,
        max_steps=40,
        seed=seed,
    )

    got = result.adopters[0]
    assert got.tolist() == expected[: len(got)]
    assert set(expected[len(got) :]) <= {got[-1]}


@MODEST
@given(networks())
def test_measures_as_in_networkx_and_there_and_back(network):
    graph = network.to_networkx()
    measures = measure_network(network)
    back = network_from_graph(graph, network.teams)

    assert measures.clustering == pytest.approx(nx.average_clustering(graph))
    assert measures.n_parts == nx.number_connected_components(graph)
    assert measures.n_isolated == len(list(nx.isolates(graph)))
    assert dict(graph.degree()) == dict(enumerate(network.degrees))
    assert nx.get_node_attributes(graph, "team") == dict(enumerate(network.teams))
    assert (back.indices == network.indices).all()
    assert (back.indptr == network.indptr).all()


@MODEST
@given(
    st.lists(st.integers(2, 12), min_size=2, max_size=8),
    st.sampled_from(["teams", "small_world", "random", "scale_free", "complete"]),
    SEEDS,
)
def test_a_drawn_network_is_a_simple_graph_of_all_people(sizes, shape, seed):
    network = organisation_network(
        sizes, shape=shape, density_within=0.4, bridges_per_person=0.5, seed=seed
    )

    ties = network.ties()
    assert network.team_sizes.tolist() == sizes
    assert len(ties) == network.n_ties == len(np.unique(ties, axis=0))
    assert (ties[:, 0] < ties[:, 1]).all()
    assert network.degrees.sum() == 2 * network.n_ties
    assert network.bridges().sum() <= 2 * network.n_ties


@MODEST
@given(st.integers(0, 2**50))
def test_pairs_are_numbered_one_by_one(start):
    pair = np.arange(start, start + 50)

    low, high = _unrank(pair)

    assert ((low >= 0) & (low < high)).all()
    assert (high * (high - 1) // 2 + low == pair).all()


@MODEST
@given(networks(), PLACEMENTS, SEEDS)
def test_placements_are_an_order_of_all_people(network, placement, seed):
    luck = Luck(seed=seed, block=0, n_runs=3)
    block = draw_block(network, uniform_thresholds(), Conditions(), placement, luck)

    assert (np.sort(block.order, axis=1) == np.arange(network.n_people)).all()
    if placement == "spread":
        firsts = network.teams[block.order[:, : network.n_teams]]
        assert (np.sort(firsts, axis=1) == np.arange(network.n_teams)).all()
    if placement == "clustered":
        changes = (np.diff(network.teams[block.order], axis=1) != 0).sum(axis=1)
        assert (changes == network.n_teams - 1).all()
    if placement == "bridges":
        assert (np.diff(network.bridges()[block.order], axis=1) <= 0).all()
    if placement == "willing":
        sorted_own = np.take_along_axis(block.thresholds, block.order, axis=1)
        assert (np.diff(sorted_own, axis=1) >= 0).all()


@MODEST
@given(kinds_of_thresholds())
def test_drawn_thresholds_follow_their_distribution_function(thresholds):
    quantiles = (np.arange(2000) + 0.5) / 2000
    drawn = thresholds.at(quantiles[None, :], np.zeros(2000, dtype=np.int64))[0]
    points = np.array([0.05, 0.1, 0.25, 0.4, 0.5, 0.9, 1.0, 1.9, 2.0])

    below = (drawn[None, :] <= points[:, None] + 1e-9).mean(axis=1)

    assert below == pytest.approx(thresholds.share_below(points), abs=2e-3)

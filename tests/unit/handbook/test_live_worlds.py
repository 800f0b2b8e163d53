"""Numbers of the live elements about movement, attacks and thresholds."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest

from diagnose.disclosure.thresholds import Thresholds
from diagnose.handbook.live import element_data
from diagnose.handbook.live.attack import THRESHOLDS
from diagnose.handbook.live.movement import PEERS
from diagnose.statistics.movement import (
    option_thresholds,
    organisation_network,
    thresholds_from_intentions,
)
from diagnose.widgets import movement as explorer

NAMES = ("movement", "attack", "thresholds")
ATTACK = element_data("attack", "en")
WORLDS = {world["id"]: world for world in ATTACK["worlds"]}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_hold_the_same_numbers_ready_for_json(name):
    texts = [json.dumps(element_data(name, speak)) for speak in ("en", "nl")]
    english, dutch = map(json.loads, texts)

    assert english["words"].keys() == dutch["words"].keys()
    assert english["words"] != dutch["words"]
    assert (english["language"], dutch["language"]) == ("en", "nl")
    assert set(english) == set(dutch)


def test_the_network_of_the_page_is_the_package_s_own():
    own = element_data("movement", "en", seed=4)
    network = organisation_network([10] * 20, managers=6, seed=4)

    assert own["ties"] == network.ties().tolist()
    assert own["teams"] == network.teams.tolist()
    assert own["ties"] != element_data("movement", "en", seed=5)["ties"]


def test_a_threshold_lies_where_drive_and_example_add_up_to_one():
    limits = element_data("movement", "en")["limits"]
    drives = np.linspace(1, 0, 6)  # the ends of the five answers, keenest first

    expected = thresholds_from_intentions(drives, peer_influence=2 * PEERS).values

    ends = [limits[-1][0], *(high for _, high in reversed(limits))]
    reached = expected <= 1
    np.testing.assert_allclose(np.array(ends)[reached], expected[reached])
    assert ends[-1] == pytest.approx(1 / (2 * PEERS))


def test_answers_are_shares_and_the_middle_ones_those_of_the_explorer():
    answers = element_data("movement", "en")["answers"]

    assert all(sum(shares) == pytest.approx(1) for shares in answers.values())
    assert tuple(answers["mixed"]) == explorer._ANSWERS
    assert explorer._PEERS == PEERS
    means = [np.dot(answers[name], range(5)) for name in ("wary", "mixed", "keen")]
    assert means == sorted(means)
    limits = element_data("movement", "en")["limits"]
    assert option_thresholds(answers["keen"], limits).low.min() == pytest.approx(0)


def groups_from(rows, n_leaves):
    """Return the sizes of all groups that sums of the rows can take apart."""
    holds = np.zeros((len(rows), n_leaves), dtype=int)
    for number, row in enumerate(rows):
        holds[number, row["parts"]] = 1
    signs = np.array(list(product((0, 1, -1), repeat=len(rows))))
    counts = signs @ holds
    groups = ((counts == 0) | (counts == 1)).all(axis=1) & counts.any(axis=1)
    return (signs @ [row["n"] for row in rows])[groups].tolist()


def published(world, rule, threshold):
    rows = [world["rows"][k] for k in world["shown"][rule][str(threshold)]]
    return rows + (world["rests"][str(threshold)] if rule == "rule" else [])


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("name", WORLDS)
def test_with_the_rule_no_sum_leaves_fewer_than_the_threshold(name, threshold):
    world = WORLDS[name]
    rows = published(world, "rule", threshold)

    found = groups_from(rows, len(world["leaves"]))

    assert rows
    assert min(found) >= threshold


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "pair"])
def test_a_threshold_alone_gives_a_small_group_away(name):
    world = WORLDS[name]
    rows = published(world, "threshold", 5)

    found = groups_from(rows, len(world["leaves"]))

    assert all(row["n"] >= 5 for row in rows)
    assert min(found) < 5


def test_two_small_teams_cover_for_each_other():
    world = WORLDS["pair"]

    assert world["shown"]["rule"]["5"] == world["shown"]["threshold"]["5"]
    assert [row["n"] for row in world["rests"]["5"]] == [7]


@pytest.mark.parametrize("name", WORLDS)
def test_lines_add_up_and_scores_lie_a_quarter_apart(name):
    world = WORLDS[name]
    leaves = world["leaves"]

    for row in [*world["rows"], *(r for own in world["rests"].values() for r in own)]:
        own = [leaves[part] for part in row["parts"]]
        assert row["n"] == sum(leaf["n"] for leaf in own)
        assert row["points"] == pytest.approx(sum(leaf["points"] for leaf in own))
        assert (4 * row["points"]) % 1 == pytest.approx(0)
        assert 1 <= row["points"] / row["n"] <= 5
    assert world["shown"]["none"]["5"] == list(range(len(world["rows"])))


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("name", ["three", "five", "pair", "levels"])
def test_everybody_hidden_stands_in_a_rest_or_a_group_that_is_not_divided(
    name, threshold
):
    world = WORLDS[name]
    rows = published(world, "rule", threshold)

    for leaf in range(len(world["leaves"])):
        around = [set(row["parts"]) for row in rows if leaf in row["parts"]]
        smallest = min(around, key=len)
        assert not [r for r in rows if set(r["parts"]) < smallest]
    for row in world["rests"][str(threshold)]:
        assert [set(r["parts"]) for r in rows].count(set(row["parts"])) == 1


def test_another_seed_draws_other_scores():
    other = element_data("attack", "en", seed=8)["worlds"][0]

    assert other["rows"][0]["points"] != WORLDS["three"]["rows"][0]["points"]
    assert [row["n"] for row in other["rows"]] == [18, 9, 6, 3]


def test_the_explorer_of_thresholds_starts_from_the_package_s_own():
    own = element_data("thresholds", "en")

    assert own["smallest"][0] == Thresholds().scores
    assert own["distributions"] == Thresholds().distributions
    assert own["group"] == Thresholds().group
    assert [name for name, _ in own["presets"]] == ["small", "mixed", "large"]
    assert all(f"preset_{name}" in own["words"] for name, _ in own["presets"])


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_an_element_does_not_know_is_refused(name):
    with pytest.raises(TypeError):
        element_data(name, "en", subscale="v")

"""Whoever reads the written files derives nothing about a group below the threshold.

A small share of what `benchmarks/attacker.py` does, with smaller organisations.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = (
    *("attacker", "attacker_algebra", "attacker_files"),
    *("attacker_optimum", "attacker_organisations", "repeated_runs"),
)
N_ORGANISATIONS = 16


@pytest.fixture(scope="module")
def scripts():
    """Import the scripts by name, and forget them afterwards."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in SCRIPTS}
    finally:
        sys.path.remove(str(FOLDER))
        for name in SCRIPTS:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def outcomes(scripts):
    """Return what the attacker found in each organisation."""
    organisations = scripts["attacker_organisations"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(organisations, "MOST_TEAMS", 14)
        return [scripts["attacker"].attack(run) for run in range(N_ORGANISATIONS)]


def test_nothing_about_a_small_group_follows_from_the_written_files(scripts, outcomes):
    about_answers = scripts["attacker"].ABOUT_ANSWERS
    found = [
        (one["run"], leak)
        for one in outcomes
        for leak in one["published"]
        if leak.way in about_answers
    ]

    assert found == []


def test_every_organisation_is_published(outcomes):
    assert [one["refused"] for one in outcomes if one["refused"]] == []


def test_the_attacker_reads_every_number_as_the_people_it_is_about(outcomes):
    assert [wrong for one in outcomes for wrong in one["wrong"]] == []
    assert sum(one["n_told"] for one in outcomes) > 20 * N_ORGANISATIONS
    assert sum(one["n_from_page"] for one in outcomes) > 20


def test_hiding_small_groups_and_nothing_else_is_caught(scripts, outcomes):
    follows = scripts["attacker"]._follows

    assert sum(follows(one["control"], "scores") for one in outcomes) >= 5
    assert sum(follows(one["control"], "narrow") for one in outcomes) >= 1


def test_no_rule_hides_less_than_the_optimum(outcomes):
    for one in outcomes:
        counted = one["without_line"]
        assert counted["any_tree"] <= counted["optimum"]
        assert counted["any_tree"] <= counted["published"]


@pytest.mark.parametrize(
    ("rows", "sizes", "smallest"),
    [
        ([[1, 1]], [3, 9], 0),
        ([[1, 1], [0, 1]], [3, 9], 3),  # the whole minus the large one
        ([[1, 1, 1], [0, 0, 1]], [2, 2, 9], 4),  # two small ones together
        ([[1, 1, 1], [0, 0, 1]], [2, 3, 9], 0),
        ([[1, 1, 1, 1], [0, 1, 1, 1], [1, 0, 1, 1]], [4, 1, 2, 9], 1),
        ([[1, -1, 1]], [2, 2, 9], 0),
    ],
)
def test_the_smallest_group_is_found_by_rank(scripts, rows, sizes, smallest):
    found = scripts["attacker_algebra"].smallest_group(
        np.array(rows, float), np.arange(len(sizes)), np.array(sizes)
    )

    assert found == smallest


def test_one_person_who_skipped_an_item_is_found(scripts):
    """The mean of a subscale minus its items leaves the one with a gap."""
    algebra = scripts["attacker_algebra"]
    answered = np.ones((10, 4), dtype=bool)
    answered[0, 3] = False
    groups = np.array([np.ones(10, bool), *answered.T])
    system = algebra._Classes.make(groups, answered)
    items = [system.item_row(place + 1, place) for place in range(4)]

    every = np.array([system.score_row(0), *items])
    without_one = every[:-1]

    assert algebra.smallest_group(every, system.owner, system.sizes) == 1
    assert algebra.smallest_group(without_one, system.owner, system.sizes) == 0


def test_the_optimum_shows_as_many_as_it_may(scripts):
    fewest = scripts["attacker_optimum"].fewest_without_line
    teams = {("A",): 9, ("B",): 7, ("C",): 6, ("D",): 3}

    # 3 needs cover, and 6 costs least; alone, 3 and 4 cover each other
    assert fewest(teams, depth=1, threshold=5) == 9
    assert fewest(teams | {("E",): 4}, depth=1, threshold=5) == 7
    assert fewest({("A",): 3}, depth=1, threshold=5) == 3

"""The what-if about pioneers and movement: what goes in, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis import movement as whatif
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import DISTRIBUTIONS, UNIT_COUNTS, VERDICTS
from diagnose.diagnosis.model import Participation
from diagnose.diagnosis.movement import (
    NEEDED,
    SETTINGS,
    SHARES_OF_PIONEERS,
    foresee_movement,
    missing_subscales,
)
from diagnose.diagnosis.movement_findings import find_movement
from diagnose.diagnosis.movement_teams import LARGEST, LARGEST_TEAM, team_sizes

ASKED = builders.instrument(
    {"i": "i1 i2", "p": "p1", "z": "z1", "s": "s1-", "e": "e1"}, outcomes=("i",)
)
EVEN = (0.1, 0.2, 0.3, 0.3, 0.1)
ROLES = pd.DataFrame({"role": ["floor"], "n_respondents": [60.0], "status": ["shown"]})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Run less often; what is tested does not depend on it."""
    monkeypatch.setattr(whatif, "N_RUNS", 20)
    monkeypatch.setattr(whatif, "N_NETWORKS", 2)
    whatif._run.cache_clear()
    yield
    whatif._run.cache_clear()


def answers(shares=EVEN, hidden=()):
    rows = [
        {
            "role": "floor",
            "item": item.id,
            "subscale": subscale.id,
            "value": value,
            "share": np.nan if item.id in hidden else share,
            "n_respondents": np.nan if item.id in hidden else 60,
            "status": "hidden" if item.id in hidden else "shown",
        }
        for subscale in ASKED.subscales
        for item in subscale.items
        for value, share in enumerate(shares, start=1)
    ]
    return build_frame(rows, DISTRIBUTIONS)


def make_parts(distributions=None, verdicts=None, units=()):
    given = dict.fromkeys(NEEDED, "good") | (verdicts or {})
    rows = [{"subscale": s, "verdict": v, "reason": ""} for s, v in given.items()]
    return SimpleNamespace(
        instrument=ASKED,
        conf_level=0.95,
        distributions=answers() if distributions is None else distributions,
        measurement=SimpleNamespace(verdicts=build_frame(rows, VERDICTS)),
        participation=Participation(roles=ROLES, units=build_frame(units, UNIT_COUNTS)),
    )


def unit(path, people, *, members=np.nan, status="shown"):
    return {
        "level": "team",
        "path": path,
        "parent": path[:-1],
        "n_respondents": people,
        "n_members": members,
        "status": status,
    }


def test_every_setting_and_start_has_a_row_with_its_interval():
    found = foresee_movement(make_parts())

    chances = found.chances
    assert len(chances) == len(SETTINGS) * len(SHARES_OF_PIONEERS)
    assert (chances["conf_low"] <= chances["estimate"]).all()
    assert (chances["estimate"] <= chances["conf_high"]).all()
    assert found.curves.groupby(["setting", "pioneers"]).size().nunique() == 1
    assert found.n_people == 60


def test_answers_become_knobs_by_the_stated_formulas():
    inputs = foresee_movement(make_parts()).inputs.set_index("subscale")

    assert inputs.loc["z", "position"] == pytest.approx(0.525)
    assert inputs.loc["z", "share"] == pytest.approx(0.7)
    assert inputs.loc["z", "share_better"] == pytest.approx(0.9)
    # Space is asked the other way round, so that its answers are turned.
    assert inputs.loc["s", "position"] == pytest.approx(0.475)
    assert inputs.loc["s", "share"] == pytest.approx(0.6)
    assert inputs.loc["i", "n_items"] == 2


def test_better_answers_do_not_make_a_start_go_less_far():
    chances = foresee_movement(make_parts()).chances
    table = chances.pivot(index="setting", columns="pioneers", values="median_share")

    assert (table.loc["together"] >= table.loc["present"]).all()
    assert table.loc["together", 0.25] > table.loc["present", 0.25]


def test_the_same_seed_gives_the_same_runs_and_another_gives_others():
    first = foresee_movement(make_parts(), seed=1)
    whatif._run.cache_clear()
    again = foresee_movement(make_parts(), seed=1)
    other = foresee_movement(make_parts(), seed=2)

    pd.testing.assert_frame_equal(first.curves, again.curves)
    assert not first.curves.equals(other.curves)


def test_what_was_returned_cannot_spoil_the_next_answer():
    first = foresee_movement(make_parts()).chances
    first["estimate"] = -1.0

    assert (foresee_movement(make_parts()).chances["estimate"] >= 0).all()


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"distributions": answers(hidden=("z1",))}, ("z",)),
        ({"verdicts": {"p": "unsupported", "e": "unsupported"}}, ("p", "e")),
    ],
)
def test_without_published_answers_nothing_is_made_up(changes, missing):
    parts = make_parts(**changes)

    assert missing_subscales(parts) == missing
    assert foresee_movement(parts).chances.empty
    (finding,) = find_movement(parts)
    assert finding.code == "open.no_movement"
    assert finding.subscales == missing
    assert "not published or not measured well enough" in finding.sentence("en")
    assert "niet gepubliceerd of niet goed genoeg gemeten" in finding.sentence("nl")


def test_one_hidden_item_of_several_leaves_the_others():
    found = foresee_movement(make_parts(distributions=answers(hidden=("i2",))))

    assert found.inputs.set_index("subscale").loc["i", "n_items"] == 1


def test_an_instrument_that_asks_something_else_gets_no_finding():
    parts = make_parts()
    parts.instrument = builders.instrument({"v": "v1 v2"})

    assert list(find_movement(parts)) == []
    assert foresee_movement(parts).chances.empty


def test_nobody_follows_without_any_example_from_peers():
    lowest = answers()
    peers = lowest["subscale"] == "p"
    lowest.loc[peers, "share"] = [1.0, 0, 0, 0, 0]

    chances = foresee_movement(make_parts(distributions=lowest)).chances

    assert (chances["estimate"] == 0).all()


def test_teams_are_made_of_what_is_published_only():
    units = [
        unit(("A",), 8, members=12),
        unit(("B",), 9),
        unit(("C",), np.nan, status="hidden"),
        unit(("D",), np.nan, status="hidden"),
        unit(("",), 7, status="rest"),
        unit(("E",), 45),
    ]
    sizes, known = team_sizes(make_parts(units=units).participation)

    assert sizes == (12, 9, 4, 3, 15, 15, 15)
    assert known == 73


def test_without_units_the_work_floor_is_dealt_into_teams():
    sizes, known = team_sizes(make_parts().participation)

    assert set(sizes) == {10}
    assert sum(sizes) == known == 60


def test_a_large_organisation_is_simulated_smaller_with_teams_in_proportion():
    units = [unit((f"{n}",), 5 + 10 * (n % 2)) for n in range(400)]
    sizes, known = team_sizes(make_parts(units=units).participation)

    assert known == 4000
    assert abs(sum(sizes) - LARGEST) <= LARGEST_TEAM
    assert sizes.count(5) == pytest.approx(sizes.count(15), abs=1)


def test_too_few_people_give_no_what_if():
    parts = make_parts()
    roles = ROLES.assign(n_respondents=12.0)
    parts.participation = replace(parts.participation, roles=roles)

    assert foresee_movement(parts).chances.empty

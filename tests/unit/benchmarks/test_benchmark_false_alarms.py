"""The benchmark of false alarms: what it counts, and the promise in its table."""

from __future__ import annotations

import pandas as pd
import pytest

PROMISED = (
    "units_teams",
    "units_divisions",
    "gap",
    "unit_gaps_teams",
    "unit_gaps_divisions",
    "change",
    "change_moving_teams",
    "lines",
    "lowest_units",
    "drivers",
)


@pytest.fixture
def alarms(script):
    return script("false_alarms")


@pytest.mark.parametrize(
    "family",
    [
        "units",
        "gap",
        "unit_gaps",
        "change",
        "change_moving_teams",
        "lines",
        "lowest_units",
        "lowest_units_same_people",
        "drivers",
    ],
)
def test_a_run_gives_the_same_outcome_again(alarms, family):
    kind = alarms.KINDS[2 if family.startswith("lowest") else 0]

    outcome = alarms.run_once(kind, family, 3)

    assert outcome == alarms.run_once(kind, family, 3)
    assert outcome
    assert all(name.startswith(family) for name in outcome)


def test_divisions_are_a_family_of_their_own(alarms):
    outcome = alarms.run_once(alarms.KINDS[2], "units", 0)

    assert set(outcome) == {"units_teams", "units_divisions"}


def test_too_few_units_are_not_followed(alarms):
    assert alarms.run_once(alarms.KINDS[0], "lowest_units", 0) == {}


def test_shares_are_counted_by_family(alarms):
    outcomes = [{"gap": True}, {"gap": False}, {"gap": False}, {}]

    (row,) = alarms.summarise_alarms(alarms.KINDS[0], outcomes)

    assert row["n_runs"] == 3
    assert row["share"] == pytest.approx(1 / 3)
    assert row["conf_low"] < 1 / 3 < row["conf_high"]


def test_only_what_lies_above_beyond_chance_breaks_the_promise(alarms):
    table = pd.DataFrame(
        {
            "family": ["fine", "chance", "broken", "not promised"],
            "promised": [True, True, True, False],
            "conf_low": [0.01, 0.049, 0.051, 0.4],
        }
    )

    assert alarms.broken_promises(table)["family"].tolist() == ["broken"]


def test_a_broken_promise_is_reported(alarms, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(
        alarms,
        "simulate_alarms",
        lambda *_: pd.DataFrame(
            alarms.summarise_alarms(alarms.KINDS[0], [{"gap": True}] * 50)
        ),
    )
    path = tmp_path / "results" / "false_alarms.csv"
    monkeypatch.setattr("sys.argv", ["false_alarms.py", "--output", str(path)])

    assert alarms.main() == 1
    assert "beyond 5% and beyond chance" in capsys.readouterr().out
    assert pd.read_csv(path)["share"].tolist() == [1.0]


def test_the_committed_table_keeps_the_promise(alarms, committed):
    table = committed("false_alarms")

    assert set(PROMISED) <= set(table["family"])
    assert (table["n_runs"] == 1000).all()
    assert alarms.broken_promises(table).empty
    assert list(dict.fromkeys(table["kind"])) == [kind.name for kind in alarms.KINDS]

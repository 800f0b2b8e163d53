"""The benchmark of detection: what it looks for, and its table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def detection(script):
    return script("detection")


@pytest.mark.parametrize(
    ("family", "difference", "n"),
    [("unit", 2.0, 30), ("gap", 1.5, 30), ("change", 1.0, 30), ("driver", 0.6, 300)],
)
def test_what_is_large_is_found_in_the_right_direction(
    detection, family, difference, n
):
    scenario = detection.Scenario(family=family, difference=difference, n=n)

    found = [detection.run_once(scenario, run) for run in range(2)]

    assert [one.direction for one in found] == [one.wanted for one in found]
    assert found == [detection.run_once(scenario, run) for run in range(2)]


def test_the_row_of_a_scenario_counts_directions(detection):
    outcomes = [
        detection.Found(direction=direction, wanted="lower", elsewhere=elsewhere)
        for direction, elsewhere in (
            ("lower", False),
            ("lower", True),
            ("unclear", False),
            ("higher", False),
        )
    ]
    scenario = detection.Scenario(family="unit", difference=0.4, n=10)

    row = detection.summarise_found(scenario, outcomes)

    assert row["detected"] == 0.5
    assert row["wrong_direction"] == 0.25
    assert row["elsewhere"] == 0.25


def test_wrong_directions_beyond_chance_break_the_promise(detection):
    table = pd.DataFrame({"wrong_direction": [0.0, 0.01, 0.05], "n_runs": 300})

    assert detection.broken_promises(table).index.tolist() == [2]


def test_a_broken_promise_is_reported(detection, monkeypatch, tmp_path, capsys):
    table = pd.DataFrame({"wrong_direction": [0.5], "n_runs": 300})
    monkeypatch.setattr(detection, "simulate_detection", lambda *_: table)
    path = tmp_path / "detection.csv"
    monkeypatch.setattr("sys.argv", ["detection.py", "--output", str(path)])

    assert detection.main() == 1
    assert "wrong direction" in capsys.readouterr().out


def test_the_committed_table_keeps_the_promise(detection, committed):
    table = committed("detection")

    assert len(table) == len(list(detection.scenarios()))
    assert detection.broken_promises(table).empty


def test_larger_differences_are_found_more_often(committed):
    table = committed("detection")
    # four standard errors of the difference of two shares
    slack = 4 * np.sqrt(0.5 / table["n_runs"].min())

    for _, rows in table.groupby(["family", "n"]):
        found = rows.sort_values("difference")["detected"]
        assert (found.diff().dropna() > -slack).all()

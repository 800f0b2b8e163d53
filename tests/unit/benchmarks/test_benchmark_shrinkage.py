"""The benchmark of shrinking: its scenarios, and the promise in its table."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture
def shrinkage(script):
    return script("shrinkage")


def test_a_scenario_gives_the_same_row_again(shrinkage):
    row = shrinkage.run_scenario(5, 0)

    assert row == shrinkage.run_scenario(5, 0)
    assert (row["n_teams"], row["icc"], row["n_respondents"]) == (8, 0.02, 5)
    assert row["ratio"] == pytest.approx(row["shrunken_error"] / row["raw_error"])


def test_small_teams_that_hardly_differ_gain_most(shrinkage):
    number = {s: i for i, s in enumerate(shrinkage.scenarios())}
    few = shrinkage.Scenario(n_teams=30, icc=0.02, size=5)
    many = shrinkage.Scenario(n_teams=30, icc=0.20, size=30)

    ratios = [shrinkage.run_scenario(20, number[s])["ratio"] for s in (few, many)]

    assert ratios[0] < ratios[1]


def test_a_ratio_of_1_breaks_the_promise(shrinkage):
    table = pd.DataFrame({"ratio": [0.4, 1.0, float("nan")]})

    assert shrinkage.broken_promises(table).index.tolist() == [1, 2]


def test_a_broken_promise_is_reported(shrinkage, monkeypatch, tmp_path, capsys):
    table = pd.DataFrame({"ratio": [1.2]})
    monkeypatch.setattr(shrinkage, "simulate_errors", lambda *_: table)
    path = tmp_path / "shrinkage.csv"
    monkeypatch.setattr("sys.argv", ["shrinkage.py", "--output", str(path)])

    assert shrinkage.main() == 1
    assert "no better than raw" in capsys.readouterr().out


def test_the_committed_table_keeps_the_promise(shrinkage, committed):
    table = committed("shrinkage")

    assert len(table) == len(shrinkage.scenarios())
    assert (table["n_runs"] == 1000).all()
    assert shrinkage.broken_promises(table).empty

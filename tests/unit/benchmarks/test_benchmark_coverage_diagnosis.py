"""The coverage of the diagnosis: what it holds, and the promise in its table."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture
def coverage(script):
    return script("coverage_diagnosis")


@pytest.mark.parametrize("part", ["units", "gap", "change", "line", "drivers"])
def test_a_run_gives_the_same_outcome_again(coverage, part):
    outcome = coverage.run_once(part, 10, 3)

    assert outcome == coverage.run_once(part, 10, 3)
    assert set(outcome) <= set(coverage.QUANTITIES)
    assert all(0 <= share <= 1 and width > 0 for share, width in outcome.values())


def test_every_quantity_comes_from_a_run(coverage):
    found = {
        name for part in coverage.HOLDERS for name in coverage.run_once(part, 30, 0)
    }

    assert found == set(coverage.QUANTITIES)


def test_an_interval_holds_its_ends_and_nothing_beyond(coverage):
    held = coverage.judge("x", [1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [1.0, 2.0, 2.1])

    assert held == {"x": (pytest.approx(2 / 3), pytest.approx(1.0))}


def test_no_interval_is_no_outcome(coverage):
    assert coverage.judge("x", float("nan"), float("nan"), 1.0) == {}


def test_the_true_weights_add_to_the_true_r_squared(coverage):
    _, truth, r_squared = coverage.driver_truth()

    assert truth["estimate"].sum() == pytest.approx(r_squared)
    assert truth["estimate"].is_monotonic_increasing


def test_only_what_lies_outside_beyond_chance_breaks_the_promise(coverage):
    table = pd.DataFrame(
        {
            "quantity": ["gap"] * 4,
            "n": 5,
            "conf_low": [0.90, 0.91, 0.94, 0.975],
            "conf_high": [0.92, 0.94, 0.96, 0.99],
        }
    )

    assert coverage.broken_promises(table).index.tolist() == [0, 3]


def test_what_the_report_warns_of_is_no_promise(coverage, monkeypatch):
    row = {"quantity": "gap", "n": 5, "conf_low": 0.5, "conf_high": 0.6}
    table = pd.DataFrame([row, row | {"n": 10}])
    monkeypatch.setattr(coverage, "NOT_PROMISED", {("gap", 5): "said elsewhere"})

    assert coverage.broken_promises(table)["n"].tolist() == [10]


def test_a_broken_promise_is_reported(coverage, monkeypatch, tmp_path, capsys):
    table = pd.DataFrame(coverage.summarise_held(5, [{"gap": (0.0, 1.0)}] * 50))
    monkeypatch.setattr(coverage, "simulate_coverage", lambda *_: table)
    path = tmp_path / "coverage_diagnosis.csv"
    monkeypatch.setattr("sys.argv", ["coverage_diagnosis.py", "--output", str(path)])

    assert coverage.main() == 1
    assert "outside 93% to 97%" in capsys.readouterr().out


def test_the_committed_table_keeps_the_promise(coverage, committed):
    table = committed("coverage_diagnosis")

    assert list(dict.fromkeys(table["quantity"])) == list(coverage.QUANTITIES)
    assert sorted(set(table["n"])) == list(coverage.SIZES)
    assert coverage.broken_promises(table).empty

"""The benchmark of coverage: its arithmetic, and the promise in its committed table."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def coverage():
    spec = importlib.util.spec_from_file_location(
        "benchmark_coverage", FOLDER / "coverage.py"
    )
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def committed():
    return pd.read_csv(FOLDER / "results" / "coverage.csv")


def test_one_interval_a_run_has_the_usual_wilson_interval(coverage):
    shares = np.array([1.0] * 95 + [0.0] * 5)

    low, high = coverage.wilson_interval(shares)

    # Wilson's interval of 95 of 100, worked out by hand from its formula
    assert (low, high) == pytest.approx((0.8882, 0.9785), abs=1e-4)


def test_runs_that_all_hold_still_leave_doubt(coverage):
    low, high = coverage.wilson_interval(np.ones(100))

    assert low == pytest.approx(1 - 1.96**2 / (100 + 1.96**2), abs=1e-4)
    assert high == pytest.approx(1)


def test_a_run_gives_the_same_outcome_again(coverage):
    typical = coverage.CONDITIONS[0]

    outcome = coverage.run_once(typical, 3)

    assert outcome == coverage.run_once(typical, 3)
    assert tuple(sorted(outcome)) == tuple(sorted(coverage.QUANTITIES))


def test_a_hidden_group_of_leaders_has_no_gap(coverage):
    few = coverage.Condition(
        name="few", number=9, settings={"n_units": (4,), "response_rate": 1.0}
    )

    outcome = coverage.run_once(few, 0)

    assert "gap" not in outcome
    assert "subscale_mean" in outcome


def test_seeds_of_conditions_do_not_meet(coverage):
    numbers = [condition.number for condition in coverage.CONDITIONS]

    assert len(set(numbers)) == len(numbers)


def test_the_committed_table_keeps_the_promise(coverage, committed):
    typical = committed.loc[committed["condition"] == "typical"]

    assert set(coverage.PROMISED) <= set(typical["quantity"])
    assert (typical["n_runs"] == 1000).all()
    assert coverage.broken_promises(committed).empty


def test_the_committed_table_holds_every_condition(coverage, committed):
    expected = [condition.name for condition in coverage.CONDITIONS]

    assert list(dict.fromkeys(committed["condition"])) == expected
    assert (
        committed["coverage"]
        .between(committed["conf_low"], committed["conf_high"])[
            committed["coverage"] < 1
        ]
        .all()
    )

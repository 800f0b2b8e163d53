"""The coverage of the measurement: its truths, and the promise in its table."""

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
def benchmark():
    spec = importlib.util.spec_from_file_location(
        "benchmark_coverage_measurement", FOLDER / "coverage_measurement.py"
    )
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def committed():
    return pd.read_csv(FOLDER / "results" / "coverage_measurement.csv")


@pytest.mark.parametrize("kind", ["normal", "symmetric", "skewed"])
def test_the_covariance_of_the_population_is_that_of_a_large_sample(benchmark, kind):
    people = benchmark.population(None, kind)

    sample = people.sample(1, 200_000).cov().to_numpy()

    # four standard errors of a covariance of variables with about unit variance
    assert sample == pytest.approx(people.covariance, abs=4 * np.sqrt(3 / 200_000))


def test_the_reliability_of_the_sum_is_its_correlation_with_another_day(benchmark):
    people = benchmark.population(None, "skewed")
    generator = np.random.default_rng(2)
    factor = generator.standard_normal((200_000, 1))
    loadings = np.array(benchmark.ONE_FACTOR)
    days = [
        np.digitize(
            factor * loadings
            + generator.standard_normal((200_000, 4)) * np.sqrt(1 - loadings**2),
            benchmark.SKEWED,
        ).sum(axis=1)
        for _ in range(2)
    ]

    simulated = np.corrcoef(*days)[0, 1]

    # four standard errors of a correlation near .7 over 200,000 people
    assert simulated == pytest.approx(people.omega_of_answers(), abs=0.006)


def test_a_run_gives_the_same_outcome_again(benchmark):
    first = benchmark.CONDITIONS[0]

    outcome = benchmark.run_once(first, 3)

    assert outcome == benchmark.run_once(first, 3)
    assert set(outcome) == set(benchmark.QUANTITIES)


def test_under_their_own_assumptions_the_intervals_hold(benchmark, committed):
    own = committed.loc[committed["condition"] == "own_assumptions"]

    assert (own["n_runs"] == 1000).all()
    assert benchmark.broken_promises(committed).empty


def test_the_table_holds_every_condition_and_quantity(benchmark, committed):
    conditions = [condition.name for condition in benchmark.CONDITIONS]

    assert list(dict.fromkeys(committed["condition"])) == conditions
    assert list(dict.fromkeys(committed["quantity"])) == list(benchmark.QUANTITIES)

"""How much nearer to the truth are shrunken means of teams than their own means?

Organisations are simulated with teams of one size, whose true levels are known, and
both means of every team are held against them. Run it from the repository's folder:

    python benchmarks/shrinkage.py

Levels and answers are normal (`diagnose.statistics.pooling.simulate_shrinkage`); `icc`
is the share of the variance of a score that lies between teams. ``ratio`` is the mean
squared error of shrunken means in that of raw means: .4 says that shrinking takes away
six tenths of it. The promise is a ratio below 1 in every scenario, on average over the
teams; a single team that really is an exception is better served by its own mean, see
``team_mean_shrunken_farthest`` in `coverage.py`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from repeated_runs import repeat, write_table

from diagnose.statistics.pooling import simulate_shrinkage

RESULTS = Path(__file__).parent / "results" / "shrinkage.csv"
SIZES = (5, 10, 15, 20, 30)
ICCS = (0.02, 0.05, 0.10, 0.20)
N_TEAMS = (8, 30, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Teams of one organisation.

    Attributes
    ----------
    n_teams, size : int
        How many teams, of how many answers each.
    icc : float
        Share of the variance of a score between teams.
    """

    n_teams: int
    icc: float
    size: int


def scenarios() -> list[Scenario]:
    """Return every scenario, in the order of the table."""
    return [
        Scenario(n_teams=n_teams, icc=icc, size=size)
        for n_teams, icc, size in product(N_TEAMS, ICCS, SIZES)
    ]


def run_scenario(n_runs: int, number: int) -> dict[str, Any]:
    """Return the row of one scenario."""
    scenario = scenarios()[number]
    result = simulate_shrinkage(
        sizes=(scenario.size,),
        icc=scenario.icc,
        n_teams=scenario.n_teams,
        n_runs=n_runs,
        seed=1000 + number,
    )
    errors = result.to_frame().iloc[0]
    return {
        "n_teams": scenario.n_teams,
        "icc": scenario.icc,
        "n_respondents": scenario.size,
        "n_runs": n_runs,
        **{name: errors[name] for name in ("raw_error", "shrunken_error", "ratio")},
        **{name: errors[name] for name in ("raw_coverage", "coverage")},
        "share_teams_equal": result.share_teams_equal,
    }


def simulate_errors(n_runs: int, processes: int) -> pd.DataFrame:
    """Return one row a scenario; the same for any number of processes."""
    once = partial(run_scenario, n_runs)
    return pd.DataFrame(repeat(once, len(scenarios()), processes=processes))


def broken_promises(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scenarios in which shrinking brought nothing."""
    return table.loc[~(table["ratio"] < 1)]


def main() -> int:
    """Simulate, write the table, print it; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description="Error of shrunken and raw means.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    table = simulate_errors(chosen.runs, chosen.processes)
    write_table(table, chosen.output)
    broken = broken_promises(table)
    if len(broken):
        print("\nshrunken means are no better than raw ones:")
        print(broken.to_string(index=False))
    return int(len(broken) > 0)


if __name__ == "__main__":
    sys.exit(main())

"""What does the diagnosis find, at which size and with how many people?

Organisations are simulated in which one thing is going on, of a known size in points of
the five-point scale, on one of twelve subscales; the functions that the product itself
calls then look for it among everything else that they look at. Run it from the
repository's folder:

    python benchmarks/detection.py

``unit``
    One team lies lower than twenty others that are all alike; `n` is how many of that
    team answered, the others have 5 to 30 each. Family: 21 teams, 12 subscales.
``gap``
    The work floor lies lower than the leaders; `n` is the number of leaders, each with
    a team of 15. Teams differ (a tenth of the variance). Family: 12 subscales.
``change``
    The work floor went up; `n` is the number of teams of 15, the same in both waves,
    in which six in ten people answered before. Family: 12 subscales.
``driver``
    One condition goes with one outcome, at a partial correlation of scores of
    `difference`; conditions do not correlate with each other. `n` is the number of
    respondents, in teams of ten to twenty. Family: 9 conditions, 3 outcomes.

A finding is detected when the adjusted result has the right direction. The promise is
that it has the *wrong* one in 1 % of organisations at most; how much is detected is no
promise but a fact to reckon with. ``elsewhere`` is the share of organisations with any
other finding of the same family.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from driver_scores import N_CONDITIONS, OUTCOMES, correlate, judge_drivers
from false_alarms import called, summarise
from repeated_runs import repeat, show, wilson_interval, write_table
from simulated_scores import (
    CONF_LEVEL,
    SUBSCALES,
    USUAL_MEAN,
    Kind,
    compare_units,
    draw_organisation,
    latent_correlation,
    level_of,
    next_wave,
    shift_of,
)

from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.trend import compare_waves_from_cells
from diagnose.responses import FLOOR, LEADER

RESULTS = Path(__file__).parent / "results" / "detection.csv"
WANTED = 0.01
TEAM_SIZE = 15
DRIVER_TEAM_SIZE = {100: 10, 300: 10, 1000: 20}
TARGET = SUBSCALES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is going on.

    Attributes
    ----------
    family : str
        Where it is.
    difference : float
        Its size, above 0.
    n : int
        How much there is to find it with; see the top of the script.
    """

    family: str
    difference: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one run says.

    Attributes
    ----------
    direction : str
        Of what is going on.
    wanted : str
        The right one.
    elsewhere : bool
        Whether anything else was called a difference.
    """

    direction: str
    wanted: str
    elsewhere: bool


def look_for(frame: pd.DataFrame, target: pd.Series, *, wanted: str) -> Found:
    """Return what a comparison says of the row of the `target`, and of the others."""
    return Found(
        direction=str(frame.loc[target, "direction"].iloc[0]),
        wanted=wanted,
        elsewhere=called(frame.loc[~target]),
    )


def find_unit(scenario: Scenario, rng: np.random.Generator) -> Found:
    """Look for a team that lies lower."""
    kind = Kind(name="detection", number=0, n_teams=21)
    sizes = rng.integers(kind.smallest, kind.largest + 1, kind.n_teams)
    sizes[0] = scenario.n
    organisation = draw_organisation(kind, rng, team_share=0.0, sizes=sizes)
    organisation.levels[0, 0] = level_of(USUAL_MEAN - scenario.difference)
    cells = organisation.cells(organisation.scores(rng))
    estimates = compare_units(cells)
    first = (estimates["path"] == ("T0000",)) & (estimates["subscale"] == TARGET)
    return look_for(estimates, first, wanted="lower")


def find_gap(scenario: Scenario, rng: np.random.Generator) -> Found:
    """Look for leaders who see it better than their people."""
    kind = Kind(name="detection", number=0, n_teams=scenario.n)
    organisation = draw_organisation(kind, rng, sizes=[TEAM_SIZE] * scenario.n)
    levels = organisation.levels.copy()
    levels[:, 0] += shift_of(scenario.difference)
    floor = organisation.scores(rng)
    leaders = organisation.scores(rng, teams=np.arange(scenario.n), levels=levels)
    roles = pd.Series([FLOOR] * len(floor) + [LEADER] * len(leaders))
    everybody = pd.concat([floor, leaders], ignore_index=True)
    gap = compare_roles(
        profile_roles(everybody, roles, conf_level=CONF_LEVEL), conf_level=CONF_LEVEL
    )
    return look_for(gap, gap["subscale"] == TARGET, wanted="lower")


def find_change(scenario: Scenario, rng: np.random.Generator) -> Found:
    """Look for a rise between two waves."""
    kind = Kind(name="detection", number=0, n_teams=scenario.n)
    organisation = draw_organisation(kind, rng, sizes=[TEAM_SIZE] * scenario.n)
    levels = organisation.levels.copy()
    levels[:, 0] += shift_of(scenario.difference)
    own = organisation.positions(organisation.teams, rng)
    before = organisation.scores(rng, own=own)
    later = next_wave(organisation, own, rng)
    after = organisation.scores(rng, levels=levels, own=later)
    whole, units = summarise(organisation, [before, after])
    trend = compare_waves_from_cells(whole, units, conf_level=CONF_LEVEL)
    changed = trend.loc[trend["wave"] == "2"]
    return look_for(changed, changed["subscale"] == TARGET, wanted="higher")


def find_driver(scenario: Scenario, rng: np.random.Generator) -> Found:
    """Look for a condition that goes with the first outcome."""
    n_teams = scenario.n // DRIVER_TEAM_SIZE[scenario.n]
    kind = Kind(name="detection", number=0, n_teams=n_teams)
    across = np.zeros((N_CONDITIONS, len(OUTCOMES)))
    across[0, 0] = latent_correlation(scenario.difference)
    organisation = draw_organisation(
        kind,
        rng,
        sizes=[DRIVER_TEAM_SIZE[scenario.n]] * n_teams,
        correlation=correlate(conditions=0.0, outcomes=0.0, across=across),
    )
    weights = judge_drivers(organisation.scores(rng), organisation.teams)
    target = (weights["outcome"] == OUTCOMES[0]) & (weights["subscale"] == TARGET)
    return look_for(weights, target, wanted="higher")


FINDERS: Mapping[str, Callable[[Scenario, np.random.Generator], Found]] = {
    "unit": find_unit,
    "gap": find_gap,
    "change": find_change,
    "driver": find_driver,
}
SIZES: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]] = {
    "unit": ((0.2, 0.4, 0.6, 0.8, 1.0), (5, 10, 20, 30)),
    "gap": ((0.2, 0.4, 0.6), (6, 12, 30)),
    "change": ((0.1, 0.2, 0.3, 0.5), (8, 30)),
    "driver": ((0.1, 0.2, 0.3), tuple(DRIVER_TEAM_SIZE)),
}


def scenarios() -> Iterator[Scenario]:
    """Yield every scenario, in the order of the table."""
    for family, (differences, numbers) in SIZES.items():
        for n in numbers:
            for difference in differences:
                yield Scenario(family=family, difference=difference, n=n)


def run_once(scenario: Scenario, run: int) -> Found:
    """Draw one organisation and look for what is going on."""
    number = list(FINDERS).index(scenario.family)
    size = round(scenario.difference * 100)
    seed = [100 + number, scenario.n, size, run]
    return FINDERS[scenario.family](scenario, np.random.default_rng(seed))


def simulate_detection(n_runs: int, processes: int) -> pd.DataFrame:
    """Return one row a scenario."""
    rows = []
    for scenario in scenarios():
        once = partial(run_once, scenario)
        outcomes = repeat(once, n_runs, processes=processes)
        rows.append(summarise_found(scenario, outcomes))
        show(rows[-1:])
    return pd.DataFrame(rows)


def summarise_found(scenario: Scenario, outcomes: list[Found]) -> dict[str, Any]:
    """Return the row of a scenario."""
    detected = float(np.mean([found.direction == found.wanted for found in outcomes]))
    real = ("higher", "lower")
    wrong = [
        found.direction in real and found.direction != found.wanted
        for found in outcomes
    ]
    low, high = wilson_interval(detected, len(outcomes))
    return {
        "family": scenario.family,
        "difference": scenario.difference,
        "n": scenario.n,
        "n_runs": len(outcomes),
        "detected": detected,
        "conf_low": low,
        "conf_high": high,
        "wrong_direction": float(np.mean(wrong)),
        "elsewhere": float(np.mean([found.elsewhere for found in outcomes])),
    }


def broken_promises(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with more wrong directions than are wanted, beyond chance."""
    lowest = [
        wilson_interval(share, n)[0]
        for share, n in zip(table["wrong_direction"], table["n_runs"], strict=True)
    ]
    return table.loc[np.array(lowest) > WANTED]


def main() -> int:
    """Simulate, write the table, print it; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description="What the diagnosis finds.")
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    table = simulate_detection(chosen.runs, chosen.processes)
    write_table(table, chosen.output)
    broken = broken_promises(table)
    if len(broken):
        print(f"\nwrong direction in more than {WANTED:.0%}, beyond chance:")
        print(broken.to_string(index=False))
    return int(len(broken) > 0)


if __name__ == "__main__":
    sys.exit(main())

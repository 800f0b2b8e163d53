"""How often do the 95 % intervals of the diagnosis hold the truth, by team size?

Organisations are simulated of which the truth is known: twenty teams of 5, 10, 30 or
100 respondents each, a tenth of the variance between teams. The intervals are made by
the functions that the product itself calls. Run it from the repository's folder:

    python benchmarks/coverage_diagnosis.py

``team_mean``
    Expected score of a team; the interval of its shrunken mean, averaged over teams.
``team_mean_raw``
    The same teams and truth with the interval of the raw mean (pooled variance).
``team_minus_rest``
    Expected score of a team minus that of the others.
``gap``
    Expected score of the work floor minus that of the leaders, one a team; they answer
    .3 points higher.
``gap_in_team``
    The same within a team that has as many leaders as others, averaged over teams.
``change``
    Two waves of teams that stay as they are and rise by .2 points; six in ten
    respondents answered before.
``change_moving_teams``
    The same, when teams move, each by itself, and stay alike to .8. The truth is the
    rise of all such organisations, .2 points.
``line``
    The rise a wave over five waves of teams that stay as they are.
``correlation``, ``driver_weight``, ``driver_share``, ``r_squared``
    Nine conditions that correlate .5 with each other and .3 to .6 with the outcome:
    the truth is that of all such teams, averaged over conditions.

93 to 97 % is wanted. Where an interval is known to hold less or more, and the report
says so, the row is marked as no part of the promise.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from driver_scores import CONDITIONS, N_CONDITIONS, OUTCOMES, correlate
from false_alarms import instrument, summarise
from repeated_runs import repeat, show, wilson_interval, write_table
from simulated_scores import (
    CONF_LEVEL,
    CORRELATION,
    SUBSCALES,
    TEAM_SHARE,
    FloatArray,
    Kind,
    Organisation,
    compare_units,
    correlate_scores,
    draw_organisation,
    expected_score,
    next_wave,
    shift_of,
)

from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.trend import compare_waves_from_cells
from diagnose.diagnosis.unit_gap import compare_roles_in_units
from diagnose.diagnosis.wave_lines import draw_lines
from diagnose.errors import DiagnoseWarning
from diagnose.responses import FLOOR, LEADER
from diagnose.statistics.drivers import (
    relative_importance,
    relative_importance_from_correlations,
)
from diagnose.statistics.pooling import shrunken_means_from_summary

RESULTS = Path(__file__).parent / "results" / "coverage_diagnosis.csv"
LOWEST, HIGHEST = 0.93, 0.97
N_TEAMS = 20
SIZES = (5, 10, 30, 100)
GAP, CHANGE = 0.3, 0.2
WITHIN = 1 - TEAM_SHARE
ONE = np.ones((1, 1))
"""Correlations of a single subscale: an interval is about one."""
Held = dict[str, tuple[float, float]]
"""Quantity to the share of its intervals that hold the truth, and their mean width."""


def judge(name: str, low: Any, high: Any, truth: Any) -> Held:
    """Return the share of intervals that hold the truth; nothing without intervals."""
    low, high = np.atleast_1d(np.asarray(low, float)), np.atleast_1d(high)
    if np.isnan(low).any():
        return {}
    held = (low <= np.asarray(truth)) & (np.asarray(truth) <= high)
    return {name: (float(held.mean()), float((high - low).mean()))}


def draw(size: int, rng: np.random.Generator) -> Organisation:
    """Draw twenty teams of so many respondents, on one subscale."""
    kind = Kind(name="coverage", number=0, n_teams=N_TEAMS)
    return draw_organisation(kind, rng, sizes=[size] * N_TEAMS, correlation=ONE)


def hold_units(size: int, rng: np.random.Generator) -> Held:
    """Hold the means of teams, and their differences from the rest."""
    organisation = draw(size, rng)
    cells = organisation.cells(organisation.scores(rng))
    estimates = compare_units(cells)
    truth = expected_score(organisation.levels[:, 0], WITHIN)
    rest = (truth.sum() - truth) / (N_TEAMS - 1)
    summary = cells[["n_respondents", "mean"]].assign(
        team=cells.index, variance=cells["sd"] ** 2
    )
    own = shrunken_means_from_summary(summary, conf_level=CONF_LEVEL).to_frame()
    between = estimates[["difference_low", "difference_high"]].to_numpy().T
    return {
        **judge("team_mean", estimates["conf_low"], estimates["conf_high"], truth),
        **judge("team_mean_raw", own["raw_conf_low"], own["raw_conf_high"], truth),
        **judge("team_minus_rest", *between, truth - rest),
    }


def hold_gap(size: int, rng: np.random.Generator) -> Held:
    """Hold the difference between the work floor and its leaders."""
    organisation = draw(size, rng)
    above = organisation.levels + shift_of(GAP)
    truth = (
        expected_score(organisation.levels, WITHIN) - expected_score(above, WITHIN)
    )[:, 0]
    floor = organisation.scores(rng)
    leaders = organisation.scores(rng, teams=np.arange(N_TEAMS), levels=above)
    roles = pd.Series([FLOOR] * len(floor) + [LEADER] * len(leaders))
    everybody = pd.concat([floor, leaders], ignore_index=True)
    profile = profile_roles(everybody, roles, conf_level=CONF_LEVEL)
    gap = compare_roles(profile, conf_level=CONF_LEVEL)
    many = organisation.scores(rng, levels=above)
    within = compare_roles_in_units(
        organisation.cells(floor), organisation.cells(many), conf_level=CONF_LEVEL
    ).dropna(subset=["conf_low"])
    place = within["path"].str[0].str[1:].astype(int).to_numpy()
    limits = within[["conf_low", "conf_high"]].to_numpy().T
    return {
        **judge("gap", gap["conf_low"], gap["conf_high"], truth.mean()),
        **judge("gap_in_team", *limits, truth[place]),
    }


def hold_change(size: int, rng: np.random.Generator) -> Held:
    """Hold the change between two waves, of teams that stay and of teams that move."""
    held: Held = {}
    for name, stability in (("change", 1.0), ("change_moving_teams", 0.8)):
        organisation = draw(size, rng)
        later = organisation.moved(stability, rng) + shift_of(CHANGE)
        own = organisation.positions(organisation.teams, rng)
        before = organisation.scores(rng, own=own)
        following = next_wave(organisation, own, rng)
        after = organisation.scores(rng, levels=later, own=following)
        whole, units = summarise(organisation, [before, after])
        trend = compare_waves_from_cells(whole, units, conf_level=CONF_LEVEL)
        change = trend.loc[trend["wave"] == "2"]
        rise = expected_score(later, WITHIN) - expected_score(
            organisation.levels, WITHIN
        )
        truth = CHANGE if stability < 1 else rise.mean()
        held |= judge(name, change["change_low"], change["change_high"], truth)
    return held


def hold_line(size: int, rng: np.random.Generator) -> Held:
    """Hold the slope of the line through five waves."""
    organisation = draw(size, rng)
    step = shift_of(CHANGE) / 2
    own = organisation.positions(organisation.teams, rng)
    parts, means = [], []
    for wave in range(5):
        levels = organisation.levels + step * wave
        parts.append(organisation.scores(rng, levels=levels, own=own))
        means.append(expected_score(levels, WITHIN).mean())
        own = next_wave(organisation, own, rng)
    whole, units = summarise(organisation, parts)
    lines, _ = draw_lines(whole, units, instrument(), conf_level=CONF_LEVEL)
    truth = np.polyfit(np.arange(5), means, 1)[0]
    return judge("line", lines["conf_low"], lines["conf_high"], truth)


@cache
def driver_truth() -> tuple[FloatArray, pd.DataFrame, float]:
    """Return correlations of positions, the true weights, and the true R squared."""
    across = np.zeros((N_CONDITIONS, len(OUTCOMES)))
    across[:, 0] = np.linspace(0.3, 0.6, N_CONDITIONS)
    latent = correlate(conditions=CORRELATION, outcomes=0.0, across=across)
    chosen = [*range(N_CONDITIONS), N_CONDITIONS]
    latent = latent[np.ix_(chosen, chosen)]
    names = list(SUBSCALES[: N_CONDITIONS + 1])
    scores = pd.DataFrame(correlate_scores(latent), index=names, columns=names)
    truth = relative_importance_from_correlations(scores, outcome=OUTCOMES[0])
    return latent, truth.to_frame(), truth.r_squared


def hold_drivers(size: int, rng: np.random.Generator) -> Held:
    """Hold the weights of conditions; the intervals come from resampled teams."""
    latent, truth, r_squared = driver_truth()
    kind = Kind(name="coverage", number=0, n_teams=N_TEAMS)
    organisation = draw_organisation(
        kind, rng, sizes=[size] * N_TEAMS, correlation=latent
    )
    scores = organisation.scores(rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DiagnoseWarning)
        found = relative_importance(
            scores[OUTCOMES[0]],
            scores[list(CONDITIONS)],
            clusters=pd.Series(organisation.teams),
            conf_level=CONF_LEVEL,
        )
    weights = found.to_frame()
    held = judge("r_squared", found.r_squared_low, found.r_squared_high, r_squared)
    for name, column, prefix in (
        ("correlation", "correlation", "correlation"),
        ("driver_weight", "estimate", "conf"),
        ("driver_share", "share", "share"),
    ):
        limits = weights[[f"{prefix}_low", f"{prefix}_high"]].to_numpy().T
        held |= judge(name, *limits, truth[column].to_numpy())
    return held


HOLDERS: Mapping[str, Callable[[int, np.random.Generator], Held]] = {
    "units": hold_units,
    "gap": hold_gap,
    "change": hold_change,
    "line": hold_line,
    "drivers": hold_drivers,
}
QUANTITIES = (
    "team_mean",
    "team_mean_raw",
    "team_minus_rest",
    "gap",
    "gap_in_team",
    "change",
    "change_moving_teams",
    "line",
    "correlation",
    "driver_weight",
    "driver_share",
    "r_squared",
)
NOT_PROMISED: Mapping[tuple[str, int], str] = {
    ("driver_weight", 5): "below the table of the weights, in the report",
}
"""Quantity and answers a unit, to where it is said that the interval holds less."""


def run_once(part: str, size: int, run: int) -> Held:
    """Draw one organisation and hold the intervals of one part against its truth."""
    seed = [200 + list(HOLDERS).index(part), size, run]
    return HOLDERS[part](size, np.random.default_rng(seed))


def simulate_coverage(n_runs: int, processes: int) -> pd.DataFrame:
    """Return one row a quantity and team size."""
    rows: list[dict[str, Any]] = []
    for part in HOLDERS:
        for size in SIZES:
            once = partial(run_once, part, size)
            held = summarise_held(size, repeat(once, n_runs, processes=processes))
            show(held)
            rows.extend(held)
    table = pd.DataFrame(rows)
    order = table["quantity"].map({name: i for i, name in enumerate(QUANTITIES)})
    return table.iloc[np.lexsort([table["n"], order])].reset_index(drop=True)


def summarise_held(size: int, outcomes: list[Held]) -> list[dict[str, Any]]:
    """Return one row a quantity.

    The intervals of one run share their estimate of spread, so the number of trials
    behind Wilson's interval is the one that gives the variance between runs.
    """
    rows = []
    for quantity in dict.fromkeys(name for outcome in outcomes for name in outcome):
        judged = [outcome[quantity] for outcome in outcomes if quantity in outcome]
        shares, widths = np.array(judged).T
        coverage, spread = float(shares.mean()), float(shares.var() / len(shares))
        n_trials = coverage * (1 - coverage) / spread if spread > 0 else len(shares)
        low, high = wilson_interval(coverage, n_trials)
        rows.append(
            {
                "quantity": quantity,
                "n": size,
                "n_runs": len(shares),
                "coverage": coverage,
                "conf_low": low,
                "conf_high": high,
                "mean_width": float(widths.mean()),
            }
        )
    return rows


def broken_promises(table: pd.DataFrame) -> pd.DataFrame:
    """Return the promised rows whose coverage is out of bounds, beyond chance."""
    rows = zip(table["quantity"], table["n"], strict=True)
    promised = np.array([row not in NOT_PROMISED for row in rows], dtype=bool)
    outside = (table["conf_high"] < LOWEST) | (table["conf_low"] > HIGHEST)
    return table.loc[promised & outside]


def main() -> int:
    """Simulate, write the table, print it; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description="Coverage of the diagnosis.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    table = simulate_coverage(chosen.runs, chosen.processes)
    write_table(table, chosen.output)
    broken = broken_promises(table)
    if len(broken):
        print(f"\noutside {LOWEST:.0%} to {HIGHEST:.0%}, beyond chance:")
        print(broken.to_string(index=False))
    return int(len(broken) > 0)


if __name__ == "__main__":
    sys.exit(main())

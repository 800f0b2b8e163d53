"""How often do the published 95 % intervals hold the truth?

Organisations are simulated, the truth about each is known, and the intervals are
made by the functions that the product itself calls, after disclosure control: what
would not be published is not counted. Run it from the repository's folder:

    python benchmarks/coverage.py

**What counts as the truth.** An interval is about one organisation with its own
teams (decision 3): the teams stay as they are, the answers of their people are the
random part. Every run draws a new organisation, so every run has its own truth; it
comes from `Truth`, which is worked out, not simulated.

``subscale_mean``
    Expected score of the work floor, each team counting by the number of people
    who took part. This is what the mean would become if the same people could
    answer on endlessly many other days or be replaced by others like them.
``subscale_mean_by_members``
    The same interval held against another truth: each team counts by its head
    count. Who takes part then moves the mean between teams too. Shown because many
    readers will understand "our organisation" in this way.
``alpha``
    Alpha of the scores of everyone in these teams, differences between the teams
    included; Feldt's interval.
``team_mean_shrunken``
    Expected score of a team; the interval of its shrunken mean, averaged over the
    published teams of a run. Shrinkage promises coverage over teams, not for each.
``team_mean_shrunken_farthest``
    The same, for the one team of a run whose expected score lies farthest from the
    average of the published teams: it is pulled towards the others the most.
``team_mean_raw``
    The same teams and truth with the interval of the raw mean. Not published; it is
    here for comparison.
``team_minus_rest``
    Expected score of a team minus that of the other published teams together, by
    respondents.
``gap``
    Expected score of the work floor minus that of the leaders, both by respondents.

A quantity that disclosure control hides in a run (leaders, when fewer than five of
them answered) has no interval in that run, and ``n_runs`` tells how many had one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.units import comparable_units, compare_units, count_cells
from diagnose.disclosure.suppression import suppress_cells, suppress_groups
from diagnose.disclosure.thresholds import Thresholds
from diagnose.instrument import Instrument, load_instrument
from diagnose.responses import FLOOR
from diagnose.scoring import Scores, score
from diagnose.simulation import SimulatedResponses, Truth, simulate
from diagnose.statistics.pooling import shrunken_means_from_summary
from diagnose.statistics.reliability import cronbach_alpha

FloatArray = npt.NDArray[np.float64]
Outcome = dict[str, tuple[float, float]]
"""Quantity to the share of its intervals that hold the truth, and their mean width."""

RESULTS = Path(__file__).parent / "results" / "coverage.csv"
SUBSCALE = "v"
CONF_LEVEL = 0.95
QUANTITIES = (
    "subscale_mean",
    "subscale_mean_by_members",
    "alpha",
    "team_mean_shrunken",
    "team_mean_shrunken_farthest",
    "team_mean_raw",
    "team_minus_rest",
    "gap",
)
PROMISED = ("subscale_mean", "alpha", "team_mean_shrunken", "gap")
"""Under the typical condition these must lie between the two bounds below."""
LOWEST, HIGHEST = 0.93, 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A kind of organisation.

    Attributes
    ----------
    name : str
        Key in the table.
    number : int
        Sets its seeds apart; stays with the condition when others come or go.
    settings : mapping
        What differs from `TYPICAL`.
    """

    name: str
    number: int
    settings: Mapping[str, Any] = field(default_factory=dict)


TYPICAL: Mapping[str, Any] = {
    "hierarchy": ("team",),
    "n_units": (20,),
    "team_size_median": 14.0,
    "team_size_spread": 0.6,
    "team_size_range": (5, 40),
    "response_rate": 0.7,
    # Of the latent variance; of the variance of scores it leaves about a tenth
    # between teams, because an answer is never only the latent position.
    "team_share": 0.14,
    "leader_gap": 0.3,
}
CONDITIONS = (
    Condition(name="typical", number=1),
    Condition(name="six_teams", number=2, settings={"n_units": (6,)}),
    Condition(name="skewed", number=3, settings={"means": {SUBSCALE: 4.4}}),
    Condition(name="icc_25", number=4, settings={"team_share": 0.34}),
    Condition(
        name="missing",
        number=5,
        settings={"unanswered_share": 0.05, "dont_know_share": 0.05},
    ),
    Condition(
        name="fifty_people",
        number=6,
        settings={"n_units": (8,), "team_size_median": 9.0, "team_size_spread": 0.3},
    ),
)


@cache
def one_subscale() -> Instrument:
    """Return an instrument with four items on one subscale."""
    instrument = load_instrument("bottom-up")
    return instrument.model_copy(
        update={
            "subscales": (instrument.subscale(SUBSCALE),),
            "context_items": (),
            "open_items": (),
        }
    )


def run_once(condition: Condition, run: int) -> Outcome:
    """Simulate one organisation and hold its published intervals against its truth."""
    responses = simulate(
        one_subscale(),
        seed=condition.number * 1_000_000 + run,
        **{**TYPICAL, **condition.settings},
    )
    scores = score(responses)
    profile = _published_profile(responses, scores)
    gap = compare_roles(profile, conf_level=CONF_LEVEL)
    outcome = {
        **_judge_mean(profile, responses.truth),
        **_judge("gap", gap, responses.truth.gap["by_respondents"]),
    }
    floor = (responses.people["role"] == FLOOR).to_numpy()
    own = pd.DataFrame(scores.frame.loc[floor].reset_index(drop=True))
    people = responses.people.loc[floor].reset_index(drop=True)
    alpha = cronbach_alpha(scores.keyed.loc[floor], conf_level=CONF_LEVEL).to_frame()
    outcome |= _judge("alpha", alpha, responses.truth.reliability["alpha"])
    cells, _ = suppress_cells(
        count_cells(own, people, responses.hierarchy),
        profile,
        responses.instrument,
        Thresholds(),
    )
    return outcome | _judge_teams(cells, responses.truth)


def _published_profile(responses: SimulatedResponses, scores: Scores) -> pd.DataFrame:
    profile = profile_roles(
        scores.frame, responses.people["role"], conf_level=CONF_LEVEL
    )
    shown, _ = suppress_groups(
        profile, responses.instrument, Thresholds(), table="profile", by="role"
    )
    return shown


def _judge_mean(profile: pd.DataFrame, truth: Truth) -> Outcome:
    rows = profile.loc[profile["role"] == FLOOR]
    of_floor = truth.organisation.loc[truth.organisation["role"] == FLOOR]
    return {
        **_judge("subscale_mean", rows, of_floor["by_respondents"]),
        **_judge("subscale_mean_by_members", rows, of_floor["by_members"]),
    }


def _judge_teams(cells: pd.DataFrame, truth: Truth) -> Outcome:
    estimates, _ = compare_units(cells, conf_level=CONF_LEVEL)
    if estimates.empty:
        return {}
    of_floor = truth.teams.loc[truth.teams["role"] == FLOOR]
    expected = of_floor.set_index("team")["expected"]
    teams = [path[-1] for path in estimates["path"]]
    true_means = expected.loc[teams].to_numpy()
    sizes = estimates["n_respondents"].to_numpy()
    rest = (sizes @ true_means - sizes * true_means) / (sizes.sum() - sizes)
    farthest = [int(np.abs(true_means - true_means.mean()).argmax())]
    contrast = estimates[["difference_low", "difference_high"]]
    contrast = contrast.set_axis(["conf_low", "conf_high"], axis="columns")
    return {
        **_judge("team_mean_shrunken", estimates, true_means),
        **_judge(
            "team_mean_shrunken_farthest",
            estimates.iloc[farthest],
            true_means[farthest],
        ),
        **_judge("team_mean_raw", _raw_intervals(cells), true_means),
        **_judge("team_minus_rest", contrast, true_means - rest),
    }


def _raw_intervals(cells: pd.DataFrame) -> pd.DataFrame:
    units = comparable_units(cells)
    summary = units[["n_respondents", "mean"]].assign(
        team=units.index, variance=units["sd"] ** 2
    )
    teams = shrunken_means_from_summary(summary, conf_level=CONF_LEVEL).to_frame()
    raw = teams[["raw_conf_low", "raw_conf_high"]]
    return raw.set_axis(["conf_low", "conf_high"], axis="columns")


def _judge(
    quantity: str, intervals: pd.DataFrame, truth: pd.Series | FloatArray
) -> Outcome:
    """Return the share of intervals that hold the truth; nothing without intervals."""
    low = intervals["conf_low"].to_numpy(dtype=float)
    high = intervals["conf_high"].to_numpy(dtype=float)
    if not len(low) or np.isnan(low).any():
        return {}
    held = (low <= np.asarray(truth)) & (np.asarray(truth) <= high)
    return {quantity: (float(held.mean()), float((high - low).mean()))}


def summarise(
    condition: Condition, outcomes: list[Outcome]
) -> Iterator[dict[str, Any]]:
    """Yield one row a quantity: its coverage with the interval of that coverage."""
    for quantity in QUANTITIES:
        judged = [outcome[quantity] for outcome in outcomes if quantity in outcome]
        if not judged:
            continue
        shares, widths = np.array(judged).T
        low, high = wilson_interval(shares)
        yield {
            "condition": condition.name,
            "quantity": quantity,
            "n_runs": len(shares),
            "coverage": shares.mean(),
            "conf_low": low,
            "conf_high": high,
            "mean_width": widths.mean(),
        }


def wilson_interval(shares: FloatArray) -> tuple[float, float]:
    """Return Wilson's 95 % interval of the mean of shares, one share a run.

    For one interval a run it is the usual one. The teams of one run share an
    estimate of their spread, so that a run of twenty teams is worth less than twenty
    runs: the number of trials is the one that gives the variance between runs.
    """
    n_runs, coverage = len(shares), float(shares.mean())
    variance = shares.var(ddof=0) / n_runs
    n_trials = coverage * (1 - coverage) / variance if variance > 0 else n_runs
    z = NormalDist().inv_cdf(0.975)
    centre = coverage + z**2 / (2 * n_trials)
    margin = z * np.sqrt(
        coverage * (1 - coverage) / n_trials + z**2 / (4 * n_trials**2)
    )
    scale = 1 + z**2 / n_trials
    return (centre - margin) / scale, (centre + margin) / scale


def simulate_coverage(n_runs: int, n_processes: int) -> pd.DataFrame:
    """Return the table of all conditions; the same for any number of processes."""
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(n_processes) as pool:
        for condition in CONDITIONS:
            runs = pool.map(partial(run_once, condition), range(n_runs), chunksize=20)
            outcomes = []
            for outcome in runs:
                outcomes.append(outcome)
                _show_progress(condition.name, len(outcomes), n_runs)
            rows.extend(summarise(condition, outcomes))
    return pd.DataFrame(rows)


def _show_progress(name: str, done: int, n_runs: int) -> None:
    if done % 20 == 0 or done == n_runs:
        end = "\n" if done == n_runs else ""
        print(f"\r{name}: {done} of {n_runs} runs", end=end, file=sys.stderr)


def broken_promises(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the typical condition whose coverage is out of bounds."""
    promised = table.loc[
        (table["condition"] == "typical") & table["quantity"].isin(PROMISED)
    ]
    return promised.loc[~promised["coverage"].between(LOWEST, HIGHEST)]


def main() -> int:
    """Simulate, write the table, print it; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description="Coverage of the published intervals.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    table = simulate_coverage(chosen.runs, chosen.processes)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(chosen.output, index=False, float_format="%.4f", lineterminator="\n")
    print(table.to_string(index=False, float_format="{:.3f}".format))
    broken = broken_promises(table)
    if len(broken):
        print(f"\ntypical, outside {LOWEST:.0%} to {HIGHEST:.0%}:")
        print(broken.to_string(index=False))
    return int(len(broken) > 0)


if __name__ == "__main__":
    sys.exit(main())

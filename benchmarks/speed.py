"""What does a diagnosis cost, beside tools that do part of the work?

All figures are ratios of processor time within one run, so that they say the same on
a fast and on a slow machine, and on a busy one. Run it from the repository's folder:

    python benchmarks/speed.py              # writes results/speed.csv
    python benchmarks/speed.py --profile    # shows where the time goes instead

**The whole way.** A file of 100,000 respondents and 45 items, as LimeSurvey would
export it, from reading to findings that may be shown. The yardstick is
``pandas.read_csv`` on the same file, which only reads: each phase, and all of them
together, in times that. The phases of ``diagnose`` are those it announces.

**One statistic.** Ours beside a peer on the same data, checked to give the same
number. A ratio below 1 means that ours is faster. For agreement within teams Python
has no peer; the yardstick is the variance of each item in each team by pandas, from
which the indices still have to be made.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.instrument import load_instrument
from diagnose.responses import read_responses
from diagnose.scoring import score
from diagnose.simulation import SimulatedResponses, simulate, write_limesurvey_csv
from diagnose.statistics.agreement import team_agreement
from diagnose.statistics.pooling import shrunken_means
from diagnose.statistics.reliability import cronbach_alpha
from diagnose.statistics.two_means import compare_two

RESULTS = Path(__file__).parent / "results" / "speed.csv"
PACKAGES = ("diagnose", "numpy", "pandas", "scipy", "pingouin", "statsmodels")
N_REPEATS = 3
TEAM_SIZE = 25
Timings = dict[str, float]


def simulate_people(n_teams: int) -> SimulatedResponses:
    """Simulate an organisation of which everyone answers, 25 people a team."""
    return simulate(
        load_instrument("bottom-up"),
        seed=1,
        n_units=(min(5, n_teams), min(50, n_teams), n_teams),
        team_sizes=(TEAM_SIZE,) * n_teams,
        response_rate=1.0,
        straight_share=0.02,
        random_share=0.02,
        dont_know_share=0.03,
        unanswered_share=0.01,
    )


class Stopwatch:
    """Processor time between named moments."""

    def __init__(self) -> None:
        self.seconds: Timings = {}
        self._phase, self._start = "", 0.0

    def begin(self, phase: str) -> None:
        """End the present phase and begin the next; an empty name only ends."""
        now = time.process_time()
        if self._phase:
            self.seconds[self._phase] = now - self._start
        self._phase, self._start = phase, time.process_time()


def time_the_way(path: Path) -> Timings:
    """Time every phase from file to findings, and pandas on the same file."""
    instrument = load_instrument("bottom-up")
    watch = Stopwatch()
    watch.begin("pandas.read_csv")
    pd.read_csv(path, sep=";", encoding="utf-8-sig")
    watch.begin("read_responses")
    responses = read_responses(path, instrument, wave="1")
    watch.begin("diagnose")
    diagnosis = diagnose(
        responses, progress=lambda step: watch.begin(f"diagnose: {step}")
    )
    watch.begin("publish")
    publication = publish(diagnosis)
    watch.begin("")
    print(
        f"{len(responses):,} respondents, {len(publication.findings)} findings",
        file=sys.stderr,
    )
    del watch.seconds["diagnose"]  # what comes before the first step it announces
    return watch.seconds


def shortest_of(rounds: list[Timings]) -> Timings:
    """Return the shortest time of each phase; what disturbs only ever adds."""
    return {phase: min(one[phase] for one in rounds) for phase in rounds[0]}


def ratios_of_the_way(seconds: Timings, n_respondents: int) -> Iterator[dict[str, Any]]:
    """Yield every phase in times ``pandas.read_csv``, and their sum."""
    yardstick = seconds["pandas.read_csv"]
    phases = {name: t for name, t in seconds.items() if name != "pandas.read_csv"}
    diagnosis = sum(t for name, t in phases.items() if name.startswith("diagnose"))
    for name, spent in {
        **phases,
        "diagnose, together": diagnosis,
        "file to findings": sum(phases.values()),
    }.items():
        yield {
            "measured": name,
            "beside": "pandas.read_csv",
            "n_respondents": n_respondents,
            "ratio": spent / yardstick,
        }


def best_time(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the shortest processor time of some calls, and what they return."""
    call()  # imports and caches
    times = []
    for _ in range(N_REPEATS):
        start = time.process_time()
        for _ in range(repeats := 5):
            result = call()
        times.append((time.process_time() - start) / repeats)
    return min(times), result


def compare_statistics(responses: SimulatedResponses) -> Iterator[dict[str, Any]]:
    """Yield ours beside a peer, on the same data in the same run."""
    scores = score(responses)
    items = scores.keyed[[item.id for item in responses.instrument.subscales[0].items]]
    values = scores.frame.iloc[:, 0]
    teams = responses.people["team"]
    for name, ours, beside, peer in (
        (
            "cronbach_alpha",
            lambda: cronbach_alpha(items).estimate,
            "pingouin.cronbach_alpha",
            partial(_pingouin_alpha, items),
        ),
        (
            "compare_two",
            lambda: compare_two(values[::2], values[1::2]).statistic,
            "pingouin.ttest",
            partial(_pingouin_t, values[::2].dropna(), values[1::2].dropna()),
        ),
        (
            "shrunken_means",
            lambda: shrunken_means(values, teams).mu,
            "statsmodels MixedLM",
            partial(_mixed_model, values, teams),
        ),
        (
            "team_agreement",
            lambda: _agreement(items, teams),
            "variances by pandas",
            lambda: items.groupby(teams).var().shape[0],
        ),
    ):
        own, got = best_time(ours)
        other, expected = best_time(peer)
        if not np.isclose(got, expected, rtol=1e-4):
            raise RuntimeError(f"{name} gives {got}, {beside} {expected}.")
        yield {
            "measured": name,
            "beside": beside,
            "n_respondents": len(items),
            "ratio": own / other,
        }


def _agreement(items: pd.DataFrame, teams: pd.Series) -> int:
    return len(team_agreement(items, teams, lowest=1, highest=5).to_frame())


def _pingouin_alpha(items: pd.DataFrame) -> float:
    import pingouin

    return float(pingouin.cronbach_alpha(items, nan_policy="listwise")[0])


def _pingouin_t(first: pd.Series, second: pd.Series) -> float:
    import pingouin

    return float(pingouin.ttest(first, second, correction=True)["T"].iloc[0])


def _mixed_model(values: pd.Series, teams: pd.Series) -> float:
    from statsmodels.regression.mixed_linear_model import MixedLM

    known = values.notna()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own starting values
        model = MixedLM(
            values[known].to_numpy(), np.ones(known.sum()), teams[known].to_numpy()
        )
        return float(model.fit(reml=True).fe_params[0])


def profile_the_way(path: Path, n_lines: int) -> None:
    """Print the functions that cost most, with everything they call and alone."""
    instrument = load_instrument("bottom-up")
    profiler = cProfile.Profile()
    profiler.enable()
    publish(diagnose(read_responses(path, instrument, wave="1")))
    profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(n_lines)


def main() -> None:
    """Time or profile; write the ratios."""
    parser = argparse.ArgumentParser(description="Ratios of processor time.")
    parser.add_argument("--teams", type=int, default=4000)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        # A first, small round pays for imports and caches.
        write_limesurvey_csv(simulate_people(8), path, language="en")
        time_the_way(path)
        people = simulate_people(chosen.teams)
        write_limesurvey_csv(people, path, language="en")
        if chosen.profile:
            profile_the_way(path, n_lines=60)
            return
        seconds = shortest_of([time_the_way(path) for _ in range(N_REPEATS)])
        print(f"pandas.read_csv: {seconds['pandas.read_csv']:.2f} s", file=sys.stderr)
        rows = list(ratios_of_the_way(seconds, len(people)))
    for n_teams in (40, 400):
        rows += compare_statistics(simulate_people(n_teams))
    used = "; ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = ".".join(map(str, sys.version_info[:3]))
    table = pd.DataFrame(rows).assign(versions=f"python {python}; {used}")
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(chosen.output, index=False, float_format="%.2f", lineterminator="\n")
    print(
        table.drop(columns="versions").to_string(
            index=False, float_format="{:.2f}".format
        )
    )


if __name__ == "__main__":
    main()

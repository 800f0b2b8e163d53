"""What do teams, leaders and waves cost, beside R on the same answers in the same run?

**Beside R.** Every task is done by both on the same file, and both give a figure, so
that a ratio is about the same work. Seconds are those of the call alone, not of
starting a program or reading a file. Five hundred teams of twenty by default: with
ten times as many some of the peers ask for gigabytes and a quarter of an hour.

**The whole diagnosis.** 100,000 respondents of 5,000 teams on twelve subscales, with
their leaders and an earlier wave, from answers in memory to findings that may be
shown, part by part, without the factor models and curves of the measurement (see
`measurement_speed.py`; a measurement of 2,000 of them stands in). The yardstick is
``pandas.read_csv`` on the file of one wave.

Run it from the repository's folder; it needs R with lme4, multilevel, clubSandwich and
nlme:

    python benchmarks/diagnosis_speed.py            # writes its table in results/
    python benchmarks/diagnosis_speed.py --teams 500 --without-r
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from simulated_scores import (
    CUTS,
    DIFFICULTIES,
    LOADING,
    N_ITEMS,
    Kind,
    draw_organisation,
    next_wave,
)

from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.errors import DiagnoseWarning
from diagnose.instrument import load_instrument
from diagnose.simulation import SimulatedResponses, simulate, write_limesurvey_csv
from diagnose.statistics.agreement import team_agreement
from diagnose.statistics.change import compare_linked_waves, compare_waves
from diagnose.statistics.intraclass import icc
from diagnose.statistics.pooling import nested_means, shrunken_means

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "diagnosis_speed.csv"
PACKAGES = ("diagnose", "numpy", "pandas", "scipy")
N_REPEATS = 3
TEAM_SIZE = 20
N_MEASURED = 2_000
ITEMS = [f"q{number}" for number in range(1, N_ITEMS + 1)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Files:
    """What both programs get.

    Attributes
    ----------
    people : pandas.DataFrame
        One row a respondent: ``division``, ``team``, a score a subscale, four items.
    waves : pandas.DataFrame
        One row an answer: ``wave`` (0, 1), ``team``, ``person``, ``score``.
    """

    people: pd.DataFrame
    waves: pd.DataFrame


def draw_files(n_teams: int) -> Files:
    """Draw respondents of one wave, and, of a tenth of the teams, two linked waves."""
    rng = np.random.default_rng(1)
    kind = Kind(name="speed", number=0, n_teams=n_teams, n_divisions=50)
    organisation = draw_organisation(kind, rng, sizes=[TEAM_SIZE] * n_teams)
    own = organisation.positions(organisation.teams, rng)
    position = (organisation.levels[organisation.teams] + own)[:, :1]
    noise = rng.standard_normal((len(own), N_ITEMS)) * np.sqrt(1 - LOADING**2)
    answers = 1 + sum(
        (LOADING * position + noise > cut + DIFFICULTIES).astype(int) for cut in CUTS
    )
    people = pd.concat(
        [
            organisation.people(organisation.teams),
            organisation.scores(rng, own=own),
            pd.DataFrame(answers, columns=ITEMS),
        ],
        axis="columns",
    )
    fewer = Kind(name="speed", number=0, n_teams=max(n_teams // 10, 20))
    followed = draw_organisation(fewer, rng, sizes=[TEAM_SIZE] * fewer.n_teams)
    own = followed.positions(followed.teams, rng)
    parts = []
    for wave in (0, 1):
        score = followed.scores(rng, own=own)["v"] + 0.1 * wave
        frame = followed.people(followed.teams).assign(wave=wave, score=score)
        parts.append(frame.assign(person=np.arange(len(frame))))
        own = next_wave(followed, own, rng)
    return Files(people=people, waves=pd.concat(parts, ignore_index=True))


def tasks(
    files: Files,
) -> Iterator[tuple[str, Callable[[], Any], Callable[[Any], float]]]:
    """Yield each task, how we do it, and the figure that both give."""
    people, waves = files.people, files.waves
    score, team = people["v"], people["team"]
    yield (
        "random intercept: variance between teams",
        lambda: shrunken_means(score, team),
        lambda result: result.tau2,
    )
    yield (
        "teams in divisions: variance between divisions",
        lambda: nested_means(score, people[["division", "team"]]),
        lambda result: result.variances[0],
    )
    yield (
        "ICC(1) by analysis of variance",
        lambda: icc(score, team, method="anova"),
        lambda result: result.icc1,
    )
    for task, column in (("r_wg(j)", "r_wg_j_uniform"), ("AD", "ad_mean")):
        yield (
            f"{task} of every team",
            lambda: team_agreement(
                people[ITEMS], team, lowest=1, highest=5, nulls=("uniform",)
            ),
            lambda result, column=column: float(result.to_frame()[column].mean()),
        )
    before, after = (waves.loc[waves["wave"] == wave] for wave in (0, 1))
    yield (
        "change with teams as clusters (CR2): standard error",
        lambda: compare_waves(
            before["score"],
            after["score"],
            first_teams=before["team"],
            second_teams=after["team"],
        ),
        lambda result: result.std_error,
    )
    yield (
        "change of linked people in teams: standard error",
        lambda: compare_linked_waves(
            waves["score"], waves["wave"], waves["person"], teams=waves["team"]
        ),
        lambda result: float(result.to_frame()["std_error"].iloc[0]),
    )


def best_time(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the shortest elapsed and processor seconds of some calls, and a result."""
    elapsed, processor = [], []
    for _ in range(N_REPEATS):
        begin, busy = time.perf_counter(), time.process_time()
        result = call()
        elapsed.append(time.perf_counter() - begin)
        processor.append(time.process_time() - busy)
    return min(elapsed), min(processor), result


def compare(folder: Path, files: Files) -> pd.DataFrame:
    """Return one row a task and peer: both times, their ratios and both figures."""
    files.people.to_csv(folder / "people.csv", index=False)
    files.waves.to_csv(folder / "waves.csv", index=False)
    ours = pd.DataFrame(time_ours(files))
    script = HERE / "diagnosis_peers.R"
    subprocess.run(["Rscript", str(script), str(folder)], check=True)
    both = ours.merge(pd.read_csv(folder / "peers.csv"), on="task")
    return both.assign(
        times_faster=both["elapsed"] / both["ours_elapsed"],
        times_less_processor=both["processor"] / both["ours_processor"],
        # Two that are equal differ by nothing, also where both are 0.
        relative_difference=(both["ours_figure"] / both["figure"] - 1).where(
            both["ours_figure"] != both["figure"], 0.0
        ),
    ).rename(
        columns={
            "elapsed": "peer_elapsed",
            "processor": "peer_processor",
            "figure": "peer_figure",
        }
    )


def time_ours(files: Files) -> Iterator[dict[str, Any]]:
    """Yield our side of every task."""
    for task, call, figure in tasks(files):
        elapsed, processor, result = best_time(call)
        print(f"{task}: {elapsed:.3f} s", file=sys.stderr)
        yield {
            "task": task,
            "ours_elapsed": elapsed,
            "ours_processor": processor,
            "ours_figure": figure(result),
        }


def simulate_people(
    n_teams: int, waves: tuple[str, ...] = ("1", "2")
) -> SimulatedResponses:
    """Simulate waves in which everyone answers: teams of 20, and a leader each."""
    return simulate(
        load_instrument("bottom-up"),
        seed=1,
        n_units=(min(5, n_teams), min(50, n_teams), n_teams),
        team_sizes=(TEAM_SIZE + 1,) * n_teams,
        response_rate=1.0,
        waves=waves,
        linked=True,
        dont_know_share=0.03,
        unanswered_share=0.01,
    )


def time_the_diagnosis(responses: SimulatedResponses, path: Path) -> dict[str, float]:
    """Return processor seconds of every part, of all together, and of the yardstick."""
    measured = diagnose(simulate_people(N_MEASURED // TEAM_SIZE)).measurement
    seconds: dict[str, float] = {}
    marks: list[tuple[str, float]] = []
    module = importlib.import_module("diagnose.diagnosis.diagnose")
    with (
        mock.patch.object(module, "assess_measurement", lambda *_, **__: measured),
        mock.patch.object(module, "assess_comparability", lambda *_, **__: None),
    ):
        diagnosis = diagnose(
            responses, progress=lambda step: marks.append((step, time.process_time()))
        )
    marks.append(("publish", time.process_time()))
    publication = publish(diagnosis)
    marks.append(("", time.process_time()))
    for (step, begin), (_, end) in pairwise(marks):
        if step != "measurement":
            seconds[step] = end - begin
    print(
        f"{len(responses):,} respondents, {len(publication.findings):,} findings",
        file=sys.stderr,
    )
    begin = time.process_time()
    pd.read_csv(path, sep=";", encoding="utf-8-sig")
    return seconds | {"pandas.read_csv": time.process_time() - begin}


def measure_the_diagnosis(folder: Path, n_teams: int) -> pd.DataFrame:
    """Return one row a part: seconds, and times what reading the file takes."""
    path = folder / "export.csv"
    write_limesurvey_csv(simulate_people(n_teams, waves=("1",)), path, language="en")
    responses = simulate_people(n_teams)
    last = (responses.people["wave"] == "2").to_numpy()
    rounds = [time_the_diagnosis(responses, path) for _ in range(2)]
    seconds = {part: min(one[part] for one in rounds) for part in rounds[0]}
    yardstick = seconds.pop("pandas.read_csv")
    seconds["together"] = sum(seconds.values())
    return pd.DataFrame(
        {
            "task": [f"diagnosis: {part}" for part in seconds],
            "peer": "pandas.read_csv",
            "n_respondents": int(last.sum()),
            "ours_processor": list(seconds.values()),
            "peer_processor": yardstick,
            "times_the_peer": [spent / yardstick for spent in seconds.values()],
        }
    )


def main() -> int:
    """Run both sides, write and print the table."""
    parser = argparse.ArgumentParser(description="Teams, leaders and waves beside R.")
    parser.add_argument("--teams", type=int, default=5_000)
    parser.add_argument("--peer-teams", type=int, default=500)
    parser.add_argument("--without-r", action="store_true")
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", DiagnoseWarning)
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        files = draw_files(chosen.peer_teams)
        if chosen.without_r:
            parts.append(pd.DataFrame(time_ours(files)))
        else:
            parts.append(compare(Path(folder), files))
        parts.append(measure_the_diagnosis(Path(folder), chosen.teams))
    versions = "; ".join(f"{name} {version(name)}" for name in PACKAGES)
    table = pd.concat(parts, ignore_index=True).assign(versions=versions)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(chosen.output, index=False, float_format="%.6g", lineterminator="\n")
    print(table.drop(columns="versions").to_string(float_format="{:.4g}".format))
    return 0


if __name__ == "__main__":
    sys.exit(main())

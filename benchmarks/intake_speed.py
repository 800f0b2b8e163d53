"""How long does reading and checking a million respondents take, and in what memory?

Makes a LimeSurvey export of 1,000,000 respondents and 45 answers in Dutch words, with
ids, dates, units and a role: semicolons, every value quoted, CRLF, byte-order mark,
blank last line, some 1.1 GB. Then, in alternation and each in a process of its own,

- the yardstick: ``pyarrow.csv.read_csv`` on that file, every column as text, which
  parses and checks nothing else;
- ``diagnose.read_responses``, from file to checked answers.

Written down are the elapsed times, their ratio, that of processor time (which a busy
machine disturbs less), and the peak of memory of each process.
Run it from the repository's folder:

    python benchmarks/intake_speed.py              # writes results/intake_speed.csv
    python benchmarks/intake_speed.py --respondents 100000 --output /dev/null
    python benchmarks/intake_speed.py --profile    # shows where the time goes instead

The peak of memory needs a system that tells it (Linux, macOS).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from diagnose.instrument import Instrument, load_instrument

RESULTS = Path(__file__).parent / "results" / "intake_speed.csv"
PACKAGES = ("diagnose", "numpy", "pandas", "pyarrow")
N_PATTERNS = 20_000
N_RUNS = 3
SYSTEM = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate")
UNITS = ("datestamp", "division", "department", "team", "role")


def answer_patterns(instrument: Instrument, rng: np.random.Generator) -> list[str]:
    """Return rows of answers as they stand in a file; subscales hang together."""
    columns = []
    for subscale in instrument.subscales:
        position = rng.normal(0, 0.8, N_PATTERNS)
        for item in subscale.items:
            columns.append(words(instrument, item.id, item.keyed, position, rng))
    for item in instrument.context_items:
        columns.append(words(instrument, item.id, "forward", 0.0, rng))
    return ['"' + '";"'.join(row) + '"' for row in zip(*columns, strict=True)]


def words(
    instrument: Instrument,
    item: str,
    keyed: str,
    position: np.ndarray | float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return answers to one item in Dutch, 2 % blank and 2 % "don't know"."""
    scale = instrument.response_scale_of(item)
    middle = (scale.lowest + scale.highest) / 2
    values = np.round(middle + position + rng.normal(0, 0.7, N_PATTERNS))
    values = np.clip(values, scale.lowest, scale.highest)
    if keyed == "reverse":
        values = scale.lowest + scale.highest - values
    labels = {point.value: point.label["nl"] for point in scale.points}
    texts = np.array([labels[value] for value in values], dtype=object)
    chance = rng.random(N_PATTERNS)
    if None in labels:
        texts[chance > 0.98] = labels[None]
    texts[chance < 0.02] = ""
    return texts


def write_export(path: Path, n: int, instrument: Instrument) -> None:
    """Write the export, 20,000 rows at a time."""
    rng = np.random.default_rng(1)
    patterns = answer_patterns(instrument, rng)
    drawn = rng.integers(0, len(patterns), n)
    items = [f"{s.id}[{i.id}]" for s in instrument.subscales for i in s.items]
    items += [item.id for item in instrument.context_items]
    heading = '"' + '";"'.join([*SYSTEM, *UNITS, *items, "interviewtime"]) + '"\r\n'
    with path.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf" + heading.encode())
        for start in range(0, n, 20_000):
            places = range(start, min(n, start + 20_000))
            stream.write("".join(row(k, patterns[drawn[k]]) for k in places).encode())
        stream.write(b"\r\n")


def row(k: int, answers: str) -> str:
    """Return one response: three a second, teams of 25."""
    second, team = k // 3, k % 40_000
    day = f"2026-{10 + second // 2_419_200 % 3:02}-{1 + second // 86_400 % 28:02}"
    clock = f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
    moment = f"{day} {clock}"
    seed = 1_000_000_007 * (k + 1) % 2_147_483_647
    units = f'"Divisie {team % 5 + 1}";"Afdeling {team % 50 + 1}";"Team {team + 1}"'
    return (
        f'"{k + 1}";"{moment}";"9";"nl";"{seed}";"{moment}";"{moment}";{units};'
        f'"medewerker";{answers};"{200 + k % 700}.{k % 100:02}"\r\n'
    )


def parse_only(path: Path) -> dict[str, float]:
    """Time pyarrow's parse with every column as text."""
    import pyarrow as pa
    from pyarrow import csv

    with path.open(encoding="utf-8-sig") as stream:
        names = [name.strip('"') for name in stream.readline().strip().split(";")]
    start, used = time.perf_counter(), time.process_time()
    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=";"),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string())
        ),
    )
    return {
        "seconds": time.perf_counter() - start,
        "processor": time.process_time() - used,
        "n": table.num_rows,
    }


def read_and_check(path: Path) -> dict[str, float]:
    """Time the whole intake."""
    from diagnose.responses import read_responses

    instrument = load_instrument("bottom-up")
    start, used = time.perf_counter(), time.process_time()
    responses = read_responses(path, instrument)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    if responses.report.blocks_scoring:
        raise RuntimeError(f"the export has problems: {responses.report.problems}")
    return {"seconds": seconds, "processor": used, "n": len(responses)}


JOBS = {"parse": parse_only, "read": read_and_check}


def run_apart(job: str, path: Path) -> dict[str, float]:
    """Run a job in a process of its own and return what it measured."""
    done = subprocess.run(
        [sys.executable, __file__, "--job", job, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def do_job(job: str, path: Path) -> None:
    """Do one job and print its time and the peak of memory of this process."""
    import resource

    measured = JOBS[job](path)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({**measured, "peak_gb": peak / 1e9}))


def profile(path: Path) -> None:
    """Print the functions that cost most."""
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.runcall(read_and_check, path)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(40)


def compare(path: Path) -> pd.DataFrame:
    """Return one row a run: both jobs, one after the other."""
    rows = []
    for run in range(1, N_RUNS + 1):
        bare, whole = run_apart("parse", path), run_apart("read", path)
        rows.append(
            {
                "run": run,
                "n_respondents": int(whole["n"]),
                "file_gb": path.stat().st_size / 1e9,
                "parse_seconds": bare["seconds"],
                "read_seconds": whole["seconds"],
                "ratio": whole["seconds"] / bare["seconds"],
                "processor_ratio": whole["processor"] / bare["processor"],
                "parse_peak_gb": bare["peak_gb"],
                "read_peak_gb": whole["peak_gb"],
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Make the file, time both, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--respondents", type=int, default=1_000_000)
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.job:
        do_job(chosen.job[0], Path(chosen.job[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        write_export(path, chosen.respondents, load_instrument("bottom-up"))
        if chosen.profile:
            profile(path)
            return
        table = compare(path)
    used = "; ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = ".".join(map(str, sys.version_info[:3]))
    print(table.round(2).to_string(index=False))
    ratios = table[["ratio", "processor_ratio"]].median()
    print(f"median ratio {ratios.iloc[0]:.2f}, of processor time {ratios.iloc[1]:.2f}")
    table = table.assign(versions=f"python {python}; {used}")
    table.to_csv(chosen.output, index=False, float_format="%.2f", lineterminator="\n")


if __name__ == "__main__":
    main()

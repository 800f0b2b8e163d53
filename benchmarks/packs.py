"""What does a folder for every team cost, in time and in memory?

An organisation of 100 teams in ten departments is simulated, diagnosed and published;
then slides, tables, action sheet and hand-out of every unit of which something may be
shown are made and written, twice, in one process. Written down are the processor
time for each hundred packs, the elapsed time, the peak of memory before the first,
after a tenth of them and after all, and whether the second run gave the same bytes.

    python benchmarks/packs.py                     # writes results/packs.csv
    python benchmarks/packs.py --teams 20 --output /dev/null

The peak of memory needs a system that tells it (Linux, macOS).
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from diagnose.diagnosis import diagnose
from diagnose.disclosure import Publication, publish
from diagnose.instrument import load_instrument
from diagnose.report import render_packs
from diagnose.simulation import simulate

RESULTS = Path(__file__).parent / "results" / "packs.csv"
PACKAGES = ("diagnose", "matplotlib", "python-pptx", "typst", "xlsxwriter")
DEPARTMENTS = 10


def make_publication(n_teams: int) -> Publication:
    """Return the publication of an organisation with so many teams."""
    responses = simulate(
        load_instrument("bottom-up"),
        seed=6,
        hierarchy=("department", "team"),
        n_units=(DEPARTMENTS, n_teams),
        team_sizes=(12,) * n_teams,
        waves=("2025", "2026"),
    )
    return publish(diagnose(responses))


def peak_megabytes() -> float:
    """Return the most memory that this process has held."""
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def write_packs(publication: Publication, folder: Path) -> dict[str, object]:
    """Write all packs; return their hash, number, times and peaks of memory."""
    digest, peaks, packs = hashlib.sha256(), [peak_megabytes()], set()
    cpu, wall = time.process_time(), time.perf_counter()
    for name, content in render_packs(publication, language="nl"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest.update(name.encode())
        digest.update(content)
        packs.add(path.parent)
        if len(packs) == 11 and len(peaks) == 1:
            peaks.append(peak_megabytes())
    return {
        "n_packs": len(packs),
        "cpu": time.process_time() - cpu,
        "elapsed": time.perf_counter() - wall,
        "peaks": [*peaks, peak_megabytes()],
        "hash": digest.hexdigest(),
    }


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=100)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    publication = make_publication(chosen.teams)
    runs = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(write_packs(publication, Path(folder)))
    first, second = runs
    share = 100 / first["n_packs"]
    row = {
        "n_packs": first["n_packs"],
        "cpu_per_100": round(first["cpu"] * share, 1),
        "elapsed_per_100": round(first["elapsed"] * share, 1),
        "megabytes_before": round(first["peaks"][0]),
        "megabytes_after_10": round(first["peaks"][1]),
        "megabytes_after_all": round(second["peaks"][-1]),
        "same_bytes": first["hash"] == second["hash"],
        "versions": " ".join(f"{name} {version(name)}" for name in PACKAGES),
    }
    frame = pd.DataFrame([row])
    frame.to_csv(chosen.output, index=False)
    print(frame.drop(columns="versions").to_string(index=False))


if __name__ == "__main__":
    main()

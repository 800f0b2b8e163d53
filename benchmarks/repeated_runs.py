"""Run a simulation many times over processes, and say how sure a share is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np
import pandas as pd

Outcome = TypeVar("Outcome")


def repeat(
    run_once: Callable[[int], Outcome], n_runs: int, *, processes: int
) -> list[Outcome]:
    """Return the outcome of each run in order, the same for any number of processes.

    Parameters
    ----------
    run_once : callable
        From the number of the run to its outcome; makes its own random numbers.
    n_runs, processes : int
        How many runs, over how many processes; 1 stays in this process.
    """
    if processes == 1:
        return [run_once(run) for run in range(n_runs)]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run_once, range(n_runs), chunksize=10))


def show(rows: list[dict[str, Any]]) -> None:
    """Print rows of a table as soon as they are known."""
    for row in rows:
        words = [
            f"{value:.4g}" if isinstance(value, float) else str(value)
            for value in row.values()
        ]
        print(*words, file=sys.stderr, flush=True)


def wilson_interval(share: float, n_trials: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share of independent trials."""
    z = NormalDist().inv_cdf(0.975)
    centre = share + z**2 / (2 * n_trials)
    margin = z * np.sqrt(share * (1 - share) / n_trials + z**2 / (4 * n_trials**2))
    scale = 1 + z**2 / n_trials
    return float((centre - margin) / scale), float((centre + margin) / scale)


def write_table(table: pd.DataFrame, path: Path, *, digits: int = 4) -> None:
    """Write a table of results and print it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, float_format=f"%.{digits}f", lineterminator="\n")
    print(table.to_string(index=False, float_format="{:.3f}".format))

"""What does measuring cost, beside R on the same answers in the same run?

Every task is done by both on the same file, and both give a figure, so that a ratio is
about the same work: the chi-square of a model, a correlation, a coefficient. Seconds
are those of the call alone, not of starting a program or reading a file. Run it from
the repository's folder; it needs R with psych and lavaan, and, with ``--large``, an
hour of patience with R:

    python benchmarks/measurement_speed.py            # writes its table in results/
    python benchmarks/measurement_speed.py --large    # 100,000 respondents as well

**After tabulation** a figure must cost the same however many answered: the last rows
time ours alone, at 5,000 and at 1,000,000 respondents, with the peak of memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diagnose.errors import DiagnoseWarning
from diagnose.statistics.cfa import fit_cfa, fit_prepared, prepare_cfa
from diagnose.statistics.correlation import polychoric
from diagnose.statistics.dimensionality import parallel_analysis
from diagnose.statistics.factor import exploratory_factor_analysis
from diagnose.statistics.reliability import cronbach_alpha

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "measurement_speed.csv"
PACKAGES = ("diagnose", "numpy", "pandas", "scipy")
N_REPEATS = 3
ITEMS = [f"x{i}" for i in range(1, 41)]
MODEL = {f"f{k + 1}": ITEMS[5 * k : 5 * k + 5] for k in range(8)}
THRESHOLDS = (-1.4, -0.5, 0.4, 1.3)


def answer(n_respondents: int, seed: int, n_factors: int = 8) -> pd.DataFrame:
    """Return answers 1 to 5 to five items of each factor; factors correlate .40."""
    generator = np.random.default_rng(seed)
    shared = generator.standard_normal((n_respondents, 1)) * np.sqrt(0.4)
    own = generator.standard_normal((n_respondents, n_factors)) * np.sqrt(0.6)
    loadings = np.tile([0.8, 0.7, 0.6, 0.75, 0.65], n_factors)
    error = generator.standard_normal((n_respondents, len(loadings)))
    behind = loadings * np.repeat(shared + own, 5, axis=1)
    behind += np.sqrt(1 - loadings**2) * error
    names = [f"x{i + 1}" for i in range(len(loadings))]
    return pd.DataFrame(np.digitize(behind, THRESHOLDS) + 1.0, columns=names)


def write_files(folder: Path, *, large: bool) -> dict[str, pd.DataFrame]:
    """Write and return the answers that both programs get."""
    complete = answer(5_000, 1)
    gaps = np.random.default_rng(2).random(complete.shape) < 0.03
    files = {"complete": complete, "missing": complete.mask(gaps)}
    if large:
        files["large"] = answer(100_000, 3)
    group = np.where(np.random.default_rng(4).random(len(complete)) < 0.5, "a", "b")
    files["complete"] = complete.assign(group=group)
    for name, frame in files.items():
        frame.to_csv(folder / f"{name}.csv", index=False, na_rep="NA")
    return files


def tasks(
    files: dict[str, pd.DataFrame],
) -> Iterator[tuple[str, Callable[[], Any], Callable[[Any], float]]]:
    """Yield each task, how we do it, and the figure that both give."""
    items, group = files["complete"][ITEMS], files["complete"]["group"]

    def statistic(fit: Any) -> float:
        return float(fit.indices.statistic)

    yield (
        "alpha, bootstrap 1000, 8 items",
        lambda: cronbach_alpha(
            items[ITEMS[:8]], interval="bootstrap", n_bootstrap=1000
        ),
        lambda result: result.estimate,
    )
    for name in ("polychoric, 40 items", "polychoric, 40 items, second peer"):
        yield (
            name,
            lambda: polychoric(items),
            lambda result: float(result.correlation.iloc[0, 1]),
        )
    yield (
        "parallel analysis, 20 replications",
        lambda: parallel_analysis(items, n_replications=20),
        lambda result: float(result.observed[0]),
    )
    yield (
        "EFA minres oblimin, 8 factors",
        lambda: exploratory_factor_analysis(items, 8, n_starts=1),
        lambda result: float(result.communalities.sum()),
    )
    yield "CFA, ML, 8 x 5", lambda: fit_cfa(items, MODEL), statistic
    yield "CFA, MLR, 8 x 5", lambda: fit_cfa(items, MODEL, estimator="mlr"), statistic
    yield (
        "invariance of two groups, ML, scalar level",
        lambda: fit_cfa(items, MODEL, group=group, equal=("loadings", "intercepts")),
        statistic,
    )
    yield (
        "CFA, FIML, 3 % missing",
        lambda: fit_cfa(files["missing"], MODEL, missing="fiml"),
        statistic,
    )
    yield (
        "CFA, WLSMV, 8 x 5",
        lambda: fit_cfa(items, MODEL, estimator="wlsmv"),
        statistic,
    )
    if "large" in files:
        yield (
            "CFA, WLSMV, 8 x 5, N = 100,000",
            lambda: fit_cfa(files["large"], MODEL, estimator="wlsmv"),
            statistic,
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


def compare(folder: Path, *, large: bool) -> pd.DataFrame:
    """Return one row a task: both times, their ratios and both figures."""
    files = write_files(folder, large=large)
    ours = []
    for task, call, figure in tasks(files):
        elapsed, processor, result = best_time(call)
        print(f"{task}: {elapsed:.3f} s", file=sys.stderr)
        ours.append(
            {
                "task": task,
                "ours_elapsed": elapsed,
                "ours_processor": processor,
                "ours_figure": figure(result),
            }
        )
    script = HERE / "measurement_peers.R"
    subprocess.run(["Rscript", str(script), str(folder)], check=True)
    both = pd.DataFrame(ours).merge(pd.read_csv(folder / "peers.csv"), on="task")
    return both.assign(
        times_faster=both["elapsed"] / both["ours_elapsed"],
        times_less_processor=both["processor"] / both["ours_processor"],
        relative_difference=both["ours_figure"] / both["figure"] - 1,
    ).rename(
        columns={
            "elapsed": "peer_elapsed",
            "processor": "peer_processor",
            "figure": "peer_figure",
        }
    )


def grow() -> pd.DataFrame:
    """Return what tabulating costs, and what a model costs after it, as n grows."""
    rows = []
    model = {f"f{k + 1}": [f"x{5 * k + j}" for j in range(1, 6)] for k in range(9)}
    for n_parts in (1, 200):
        n_respondents = 5_000 * n_parts
        # part by part, so that drawing the answers is not what memory peaks at
        values = np.empty((n_respondents, 45))
        for part in range(n_parts):
            values[5_000 * part : 5_000 * (part + 1)] = answer(5_000, part, 9)
        answers = pd.DataFrame(values, columns=[f"x{i + 1}" for i in range(45)])
        tabulate, _, prepared = best_time(lambda: prepare_cfa(answers, model))  # noqa: B023
        fit, _, _ = best_time(lambda: fit_prepared(prepared, prepared.table()))  # noqa: B023
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        rows.append(
            {
                "task": f"CFA, ML, 9 x 5, N = {n_respondents:,}: tabulation, model",
                "ours_elapsed": tabulate,
                "ours_after_tabulation": fit,
                "answers_gb": answers.memory_usage().sum() / 1024**3,
                "peak_memory_gb": used,
            }
        )
    return pd.DataFrame(rows)


def main() -> int:
    """Run both sides, write and print the table."""
    parser = argparse.ArgumentParser(description="Measurement beside R.")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore", DiagnoseWarning)
    growth = grow()  # first, so that the peak of memory is its own
    with tempfile.TemporaryDirectory() as folder:
        compared = compare(Path(folder), large=chosen.large)
    versions = "; ".join(f"{name} {version(name)}" for name in PACKAGES)
    table = pd.concat([compared, growth], ignore_index=True).assign(versions=versions)
    table.to_csv(chosen.output, index=False, float_format="%.6g", lineterminator="\n")
    print(table.drop(columns="versions").to_string(float_format="{:.4g}".format))
    return 0


if __name__ == "__main__":
    sys.exit(main())

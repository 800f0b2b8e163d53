"""How often do the intervals of the measurement statistics hold the truth?

Answers are drawn from a population of which everything is known, and each interval is
held against what the same statistic is in that population. Run it from the
repository's folder:

    python benchmarks/coverage_measurement.py

Each statistic gets the answers that it was made for ("normal" ones for those of normal
theory, answers in five categories for the ordinal ones) under the first two
conditions. Under the others everything gets answers in five categories, most of them
at one end, so that the table shows what becomes of an interval whose assumption does
not hold.

**What counts as the truth.** One factor with loadings .8, .7, .6 and .7. Of the
statistics of the answers (alpha, omega, standardised loadings) the truth is the
statistic of the population's own covariance matrix, worked out through the bivariate
normal distribution, so that a coverage below 95 % is the interval's doing and not that
of a coefficient which estimates something else. RMSEA is that of one factor fitted to
six items of two factors that correlate .70.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.errors import DiagnoseError, DiagnoseWarning
from diagnose.statistics.cfa import fit_cfa
from diagnose.statistics.cfa.indices import non_centrality
from diagnose.statistics.correlation import polychoric, rectangle_probabilities
from diagnose.statistics.one_factor import fit_one_factor
from diagnose.statistics.reliability import (
    cronbach_alpha,
    omega_categorical,
    omega_total,
)

FloatArray = npt.NDArray[np.float64]
Interval = tuple[float, float]

RESULTS = Path(__file__).parent / "results" / "coverage_measurement.csv"
CONF_LEVEL = 0.95
LOWEST, HIGHEST = 0.93, 0.97
ONE_FACTOR = (0.8, 0.7, 0.6, 0.7)
TWO_FACTORS = ((0.8, 0.7, 0.6), (0.75, 0.65, 0.7))
CLOSE, FAR = 0.93, 0.70
"""Correlations of two factors that a model of one factor denies."""
SYMMETRIC = (-1.5, -0.5, 0.5, 1.5)
SKEWED = (-2.4, -1.9, -1.2, 0.1)
"""46 % of the answers are in the highest category, 1 % in the lowest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How many people answer, and how.

    Attributes
    ----------
    name : str
        Key in the table.
    number : int
        Sets its seeds apart.
    n_respondents : int
    skewed : bool
        Whether every statistic gets skewed answers, or those it was made for.
    """

    name: str
    number: int
    n_respondents: int
    skewed: bool = False


CONDITIONS = (
    Condition(name="own_assumptions", number=1, n_respondents=300),
    Condition(name="own_n50", number=2, n_respondents=50),
    Condition(name="skewed_answers", number=3, n_respondents=300, skewed=True),
    Condition(name="skewed_n50", number=4, n_respondents=50, skewed=True),
)


def implied_correlation(
    blocks: tuple[tuple[float, ...], ...], factor_correlation: float
) -> FloatArray:
    """Return the correlations of the variables behind the items."""
    n_items = sum(map(len, blocks))
    pattern = np.zeros((n_items, len(blocks)))
    start = 0
    for column, block in enumerate(blocks):
        pattern[start : start + len(block), column] = block
        start += len(block)
    phi = np.full((len(blocks), len(blocks)), factor_correlation)
    np.fill_diagonal(phi, 1.0)
    correlation: FloatArray = pattern @ phi @ pattern.T
    np.fill_diagonal(correlation, 1.0)
    return correlation


def covariance_of_answers(
    correlation: FloatArray, thresholds: tuple[float, ...]
) -> FloatArray:
    """Return the covariances of answers 1 to 5 that normal variables are cut into."""
    rows, columns = np.triu_indices(len(correlation))
    cuts = np.tile(thresholds, (len(rows), 1))
    tables = rectangle_probabilities(cuts, cuts, correlation[rows, columns])
    values = np.arange(1.0, len(thresholds) + 2)
    mean = tables[0].sum(axis=1) @ values
    covariance = np.empty_like(correlation)
    together = np.einsum("pab,a,b->p", tables, values, values) - mean**2
    covariance[rows, columns] = covariance[columns, rows] = together
    return covariance


class Population:
    """A population of one way of answering: samples of it, and its truth."""

    def __init__(
        self,
        blocks: tuple[tuple[float, ...], ...],
        factor_correlation: float,
        thresholds: tuple[float, ...] | None,
    ) -> None:
        self.correlation = implied_correlation(blocks, factor_correlation)
        self.thresholds = thresholds
        self.covariance = (
            covariance_of_answers(self.correlation, thresholds)
            if thresholds
            else self.correlation
        )
        self._root = np.linalg.cholesky(self.correlation)

    def sample(self, seed: int, n_respondents: int) -> pd.DataFrame:
        """Return answers of some respondents."""
        generator = np.random.default_rng(seed)
        behind = generator.standard_normal((n_respondents, len(self._root)))
        answers = behind @ self._root.T
        if self.thresholds:
            answers = np.digitize(answers, self.thresholds) + 1.0
        return pd.DataFrame(
            answers, columns=[f"x{i + 1}" for i in range(len(self._root))]
        )

    def alpha(self) -> float:
        """Return alpha of the population."""
        n_items = len(self.covariance)
        share = np.trace(self.covariance) / self.covariance.sum()
        return float(n_items / (n_items - 1) * (1 - share))

    def loadings(self) -> FloatArray:
        """Return standardised loadings of one factor fitted to the population."""
        fit = fit_one_factor(self.covariance, 10**6)
        loadings: FloatArray = fit.loadings / np.sqrt(np.diag(self.covariance))
        return loadings

    def omega(self) -> float:
        """Return the share of the variance of the sum that one factor carries."""
        fit = fit_one_factor(self.covariance, 10**6)
        return float(fit.loadings.sum() ** 2 / self.covariance.sum())

    def omega_of_answers(self) -> float:
        """Return the reliability of the sum of answers cut from one factor.

        The covariance of two independent answers of one person, in the place of each
        item's variance: what the sum would share with itself on another day.
        """
        loadings = np.asarray(ONE_FACTOR)
        again = np.outer(loadings, loadings)
        true = covariance_of_answers(again, self.thresholds or ())
        return float(true.sum() / self.covariance.sum())

    def rmsea(self) -> float:
        """Return the RMSEA of one factor fitted to the population."""
        fit = fit_one_factor(self.covariance, 10**6)
        return float(np.sqrt(fit.statistic / 10**6 / fit.df))


@cache
def population(factor_correlation: float | None, kind: str) -> Population:
    """Return a population by how it answers: normal, symmetric or skewed.

    Without a `factor_correlation` it has one factor.
    """
    blocks = TWO_FACTORS if factor_correlation else (ONE_FACTOR,)
    cuts = {"normal": None, "symmetric": SYMMETRIC, "skewed": SKEWED}
    return Population(blocks, factor_correlation or 1.0, cuts[kind])


def _alpha(answers: pd.DataFrame, interval: str) -> Interval:
    result = cronbach_alpha(answers, interval=interval, conf_level=CONF_LEVEL)
    return result.conf_low, result.conf_high


def _omega(answers: pd.DataFrame, interval: str) -> Interval:
    result = omega_total(answers, interval=interval, conf_level=CONF_LEVEL)
    return result.conf_low, result.conf_high


def _omega_categorical(answers: pd.DataFrame) -> Interval:
    result = omega_categorical(answers, conf_level=CONF_LEVEL)
    return result.conf_low, result.conf_high


def _loading(answers: pd.DataFrame, estimator: str) -> Interval:
    fit = fit_cfa(
        answers,
        {"f": list(answers)},
        estimator=estimator,
        conf_level=CONF_LEVEL,
    )
    first = fit.standardised().query("parameter == 'loading'").iloc[0]
    return float(first["conf_low"]), float(first["conf_high"])


def _polychoric(answers: pd.DataFrame) -> Interval:
    first = polychoric(answers[["x1", "x2"]], conf_level=CONF_LEVEL).pairs.iloc[0]
    return float(first["conf_low"]), float(first["conf_high"])


def _rmsea(answers: pd.DataFrame) -> Interval:
    fit = fit_one_factor(answers.cov(ddof=0), len(answers))
    tail = (1 - CONF_LEVEL) / 2
    low, high = (
        non_centrality(fit.statistic, fit.df, part) for part in (1 - tail, tail)
    )
    size = fit.n_respondents * fit.df
    return float(np.sqrt(low / size)), float(np.sqrt(high / size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A statistic with its interval.

    Attributes
    ----------
    made_for : str
        The kind of answers whose distribution it assumes.
    interval : callable
        From answers to limits.
    truth : callable
        From the population to the value.
    factor_correlation : float, optional
        Of the two factors of its population, which the fitted model denies.
    """

    made_for: str
    interval: Callable[[pd.DataFrame], Interval]
    truth: Callable[[Population], float]
    factor_correlation: float | None = None


QUANTITIES: Mapping[str, Quantity] = {
    "alpha": Quantity(
        made_for="normal",
        interval=partial(_alpha, interval="feldt"),
        truth=Population.alpha,
    ),
    "alpha_adf": Quantity(
        made_for="symmetric",
        interval=partial(_alpha, interval="adf"),
        truth=Population.alpha,
    ),
    "omega_total": Quantity(
        made_for="normal",
        interval=partial(_omega, interval="delta"),
        truth=Population.omega,
    ),
    "omega_adf": Quantity(
        made_for="symmetric",
        interval=partial(_omega, interval="adf"),
        truth=Population.omega,
    ),
    "omega_categorical": Quantity(
        made_for="symmetric",
        interval=_omega_categorical,
        truth=Population.omega_of_answers,
    ),
    "loading_ml": Quantity(
        made_for="normal",
        interval=partial(_loading, estimator="ml"),
        truth=lambda population: float(population.loadings()[0]),
    ),
    "loading_mlr": Quantity(
        made_for="symmetric",
        interval=partial(_loading, estimator="mlr"),
        truth=lambda population: float(population.loadings()[0]),
    ),
    "loading_wlsmv": Quantity(
        made_for="symmetric",
        interval=partial(_loading, estimator="wlsmv"),
        truth=lambda _: ONE_FACTOR[0],
    ),
    "polychoric": Quantity(
        made_for="symmetric",
        interval=_polychoric,
        truth=lambda population: float(population.correlation[0, 1]),
    ),
    "rmsea": Quantity(
        made_for="normal",
        interval=_rmsea,
        truth=Population.rmsea,
        factor_correlation=CLOSE,
    ),
    "rmsea_far": Quantity(
        made_for="normal",
        interval=_rmsea,
        truth=Population.rmsea,
        factor_correlation=FAR,
    ),
}


def run_once(condition: Condition, run: int) -> dict[str, tuple[float, float]]:
    """Return for each quantity whether the interval held the truth, and its width.

    A quantity that these answers cannot carry is refused, and has no entry.
    """
    seed = condition.number * 1_000_000 + run
    outcome = {}
    for name, quantity in QUANTITIES.items():
        kind = "skewed" if condition.skewed else quantity.made_for
        people = population(quantity.factor_correlation, kind)
        answers = people.sample(seed, condition.n_respondents)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DiagnoseWarning)
                low, high = quantity.interval(answers)
        except DiagnoseError:
            continue
        if np.isnan(low) or np.isnan(high):
            continue
        held = low <= quantity.truth(people) <= high
        outcome[name] = (float(held), high - low)
    return outcome


def summarise(
    condition: Condition, outcomes: list[dict[str, tuple[float, float]]]
) -> list[dict[str, Any]]:
    """Return one row a quantity: its coverage with Wilson's interval of it."""
    rows = []
    z = NormalDist().inv_cdf(0.975)
    for name in QUANTITIES:
        judged = np.array([outcome[name] for outcome in outcomes if name in outcome])
        n_runs = len(judged)
        held, width = judged.mean(axis=0) if n_runs else (np.nan, np.nan)
        scale = 1 + z**2 / max(n_runs, 1)
        centre = (held + z**2 / (2 * max(n_runs, 1))) / scale
        spread = held * (1 - held) / max(n_runs, 1) + z**2 / (4 * max(n_runs, 1) ** 2)
        margin = z * np.sqrt(spread) / scale
        rows.append(
            {
                "condition": condition.name,
                "quantity": name,
                "n_runs": n_runs,
                "coverage": held,
                "conf_low": centre - margin,
                "conf_high": centre + margin,
                "mean_width": width,
            }
        )
    return rows


def simulate_coverage(n_runs: int, n_processes: int) -> pd.DataFrame:
    """Return the table of all conditions; the same for any number of processes."""
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(n_processes) as pool:
        for condition in CONDITIONS:
            outcomes = []
            for outcome in pool.map(
                partial(run_once, condition), range(n_runs), chunksize=20
            ):
                outcomes.append(outcome)
                if len(outcomes) % 100 == 0:
                    done = f"\r{condition.name}: {len(outcomes)} of {n_runs} runs"
                    print(done, end="", file=sys.stderr)
            print(file=sys.stderr)
            rows.extend(summarise(condition, outcomes))
    return pd.DataFrame(rows)


def broken_promises(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows under their own assumptions whose coverage is out of bounds."""
    own = table["condition"] == "own_assumptions"
    promised = table.loc[own & (table["quantity"] != "rmsea_far")]
    return promised.loc[~promised["coverage"].between(LOWEST, HIGHEST)]


def main() -> int:
    """Simulate, write the table, print it; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description="Coverage of measurement intervals.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    table = simulate_coverage(chosen.runs, chosen.processes)
    table.to_csv(chosen.output, index=False, float_format="%.4f", lineterminator="\n")
    print(table.to_string(index=False, float_format="{:.3f}".format))
    broken = broken_promises(table)
    if len(broken):
        print(f"\nunder its own assumptions, outside {LOWEST:.0%} to {HIGHEST:.0%}:")
        print(broken.to_string(index=False))
    return int(len(broken) > 0)


if __name__ == "__main__":
    sys.exit(main())

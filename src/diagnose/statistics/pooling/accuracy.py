"""What shrinking team means brings, by simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_list, check_whole_number, is_number
from diagnose.statistics.pooling.shrunken import (
    LevelInterval,
    shrunken_means_from_summary,
)
from diagnose.statistics.team_sums import CheckedSummary, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShrinkageAccuracy:
    """Mean squared errors of raw and shrunken team means, team by size.

    Attributes
    ----------
    method : str
        How organisations were made.
    icc : float
        Share of the variance of a score that lies between teams.
    n_teams, n_runs, seed : int
        Teams in an organisation, organisations, and the seed they came from.
    share_teams_equal : float
        Share of organisations in which tau2 was estimated at 0.
    """

    method: str
    icc: float
    n_teams: int
    n_runs: int
    seed: int
    share_teams_equal: float
    _sizes: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team size.

        Columns: n_respondents of a team; raw_error and shrunken_error, mean squared
        errors in units of the variance of one score; ratio, the second over the first;
        raw_coverage and coverage of the intervals.
        """
        return self._sizes.copy()


def simulate_shrinkage(
    *,
    sizes: Sequence[int] = (5, 10, 20, 30),
    icc: float = 0.1,
    n_teams: int = 40,
    n_runs: int = 500,
    interval: LevelInterval = "posterior",
    conf_level: float = 0.95,
    seed: int = 1,
) -> ShrinkageAccuracy:
    """Compare raw and shrunken team means where the true levels are known.

    Each organisation has normal team levels and answers, of variance icc and 1 - icc,
    and teams whose sizes take turns.

    Parameters
    ----------
    sizes : sequence of int
        Respondents of a team, at least 2; at most `n_teams` different numbers.
    icc : float
        From 0 up to, not including, 1.
    n_teams : int
        Teams in an organisation, at least 2.
    n_runs : int
        Organisations, at least 1.
    interval, conf_level
        As in `shrunken_means_from_summary`.
    seed : int
        The same call gives the same numbers.

    Returns
    -------
    ShrinkageAccuracy

    Raises
    ------
    ValueError
        A number outside its range.
    """
    check_whole_number("n_teams", n_teams, 2)
    check_whole_number("n_runs", n_runs, 1)
    check_whole_number("seed", seed, 0)
    if not is_number(icc) or not 0 <= icc < 1:
        raise ValueError(f"`icc` must lie from 0 to below 1; got {icc!r}.")
    sizes = check_list("sizes", sizes)
    if len(sizes) > n_teams:
        raise ValueError(f"`sizes` must hold 1 to {n_teams} numbers; got {len(sizes)}.")
    for size in sizes:
        check_whole_number("sizes", size, 2)
    rng = np.random.default_rng(seed)
    counts = np.resize(np.array(sizes, dtype=float), n_teams)
    n_equal = 0
    sums = np.zeros((4, n_teams))
    for _ in range(n_runs):
        levels, summary = _organisation(rng, counts, icc)
        result = shrunken_means_from_summary(
            summary, interval=interval, conf_level=conf_level
        )
        n_equal += result.teams_equal
        sums += _errors(result.to_frame(), levels)
    return ShrinkageAccuracy(
        method="normal levels and answers",
        icc=icc,
        n_teams=n_teams,
        n_runs=n_runs,
        seed=seed,
        share_teams_equal=n_equal / n_runs,
        _sizes=_by_size(counts, sums / n_runs),
    )


def _organisation(
    rng: np.random.Generator, counts: FloatArray, icc: float
) -> tuple[FloatArray, CheckedSummary]:
    """Return true levels, and a summary drawn as such: no single answers needed."""
    levels = np.sqrt(icc) * rng.standard_normal(len(counts))
    noise = rng.standard_normal(len(counts)) * np.sqrt((1 - icc) / counts)
    means = levels + noise
    return levels, CheckedSummary(
        team=list(range(len(counts))),
        counts=counts,
        sizes=counts,
        means=means,
        within_squares=(1 - icc) * rng.chisquare(counts - 1),
        answered_means=means,
        weighted=False,
    )


def _errors(frame: pd.DataFrame, levels: FloatArray) -> FloatArray:
    raw = frame["raw_conf_low"].le(levels) & frame["raw_conf_high"].ge(levels)
    covered = frame["conf_low"].le(levels) & frame["conf_high"].ge(levels)
    errors: FloatArray = np.vstack(
        [
            (frame["mean"].to_numpy() - levels) ** 2,
            (frame["estimate"].to_numpy() - levels) ** 2,
            raw.to_numpy(dtype=float),
            covered.to_numpy(dtype=float),
        ]
    )
    return errors


def _by_size(counts: FloatArray, averages: FloatArray) -> pd.DataFrame:
    names = ["raw_error", "shrunken_error", "raw_coverage", "coverage"]
    teams = pd.DataFrame(averages.T, columns=names)
    frame = teams.groupby(counts.astype(int)).mean().rename_axis("n_respondents")
    frame.insert(2, "ratio", frame["shrunken_error"] / frame["raw_error"])
    return frame.reset_index()

"""Mean, variance and absolute deviation of every item in every team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diagnose.statistics.team_sums import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamItems:
    """Arrays of shape (n_teams, n_items); NaN where a team left an item unanswered.

    Attributes
    ----------
    counts : numpy.ndarray
        Answers given.
    means, variances : numpy.ndarray
        Mean and variance (divisor n - 1, NaN below 2 answers).
    around_mean, around_median : numpy.ndarray
        Mean absolute deviation from the item's mean, and from its median.
    """

    counts: FloatArray
    means: FloatArray
    variances: FloatArray
    around_mean: FloatArray
    around_median: FloatArray


def describe_team_items(
    answers: FloatArray, codes: IntArray, *, n_teams: int
) -> TeamItems:
    """Describe each item in each team.

    Parameters
    ----------
    answers : numpy.ndarray, shape (n_respondents, n_items)
        Missing answers are NaN and are left out, item by item.
    codes : numpy.ndarray, shape (n_respondents,)
        Team of each row, 0 to n_teams - 1.
    n_teams : int
        Number of teams; one without rows gets counts of 0.
    """
    order = np.argsort(codes, kind="stable")
    team, rows = codes[order], answers[order]
    answered = ~np.isnan(rows)
    counts = _add(answered.astype(float), team, n_teams)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = _add(np.where(answered, rows, 0.0), team, n_teams) / counts
        deviations = np.where(answered, rows - means[team], 0.0)
        variances = _add(deviations**2, team, n_teams) / (counts - 1)
        around_mean = _add(np.abs(deviations), team, n_teams) / counts
        medians = _medians(rows, team, counts)
        from_median = np.where(answered, np.abs(rows - medians[team]), 0.0)
        around_median = _add(from_median, team, n_teams) / counts
    return TeamItems(
        counts=counts,
        means=means,
        variances=np.where(counts > 1, variances, np.nan),
        around_mean=around_mean,
        around_median=around_median,
    )


def _add(values: FloatArray, team: IntArray, n_teams: int) -> FloatArray:
    """Sum rows by team; `team` ascends, so each team is one stretch of rows."""
    totals = np.zeros((n_teams, values.shape[1]))
    present, first = np.unique(team, return_index=True)
    if len(present):
        totals[present] = np.add.reduceat(values, first, axis=0)
    return totals


def _medians(rows: FloatArray, team: IntArray, counts: FloatArray) -> FloatArray:
    """Return the median answer of each team and item; `team` ascends."""
    if not rows.size:
        return np.full(counts.shape, np.nan)
    # One sort for all teams: a step between teams larger than any difference within
    # them, with missing answers at the end of their own team.
    low, high = np.nanmin(rows, initial=np.inf), np.nanmax(rows, initial=-np.inf)
    span = high - low + 2 if high >= low else 2.0
    keys = np.where(np.isnan(rows), span - 0.5, rows - low) + (team * span)[:, None]
    ranked = np.take_along_axis(rows, np.argsort(keys, axis=0), axis=0)
    first = np.searchsorted(team, np.arange(len(counts)))[:, None]
    last_row = len(rows) - 1
    below = np.minimum(first + np.maximum(counts - 1, 0) // 2, last_row).astype(int)
    above = np.minimum(first + counts // 2, last_row).astype(int)
    middle = np.take_along_axis(ranked, below, axis=0)
    middle = (middle + np.take_along_axis(ranked, above, axis=0)) / 2
    return np.where(counts > 0, middle, np.nan)

"""Error rates and coverage, counted in organisations whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.change import (
    compare_waves_from_team_summaries,
    regression_to_the_mean,
    wave_trend,
)

RUNS = 400
# Three standard errors of a share of .05 or .95 over the runs.
MARGIN = 3 * np.sqrt(0.05 * 0.95 / RUNS)
TAU2, SIGMA2, STEADY = 0.1, 0.9, 0.6  # ICC .1; STEADY: what lasts in a person


def organisation(rng, sizes, n_waves, *, same_people):
    """Cell means of teams over waves in which nothing changes but chance."""
    n_teams = len(sizes)
    error = np.sqrt(SIGMA2 / sizes)
    level = rng.normal(3, np.sqrt(TAU2), n_teams)
    if same_people:
        level = level + rng.normal(0, 1, n_teams) * error * np.sqrt(STEADY)
        error = error * np.sqrt(1 - STEADY)
    means = level[:, None] + rng.normal(0, 1, (n_teams, n_waves)) * error[:, None]
    return pd.DataFrame(
        {
            "wave": np.tile(np.arange(n_waves), n_teams),
            "team": np.repeat(np.arange(n_teams), n_waves),
            "n_respondents": np.repeat(sizes, n_waves),
            "mean": means.ravel(),
        }
    )


def unequal(n_teams, typical):
    return np.round(typical * np.exp(np.linspace(-1, 1, n_teams))).astype(int)


@pytest.mark.parametrize("same_people", [False, True])
def test_change_of_few_unequal_teams_is_covered(rng, same_people):
    covered = 0
    for _ in range(RUNS):
        cells = organisation(rng, unequal(10, 10), 2, same_people=same_people)
        first, second = cells[cells["wave"] == 0], cells[cells["wave"] == 1]
        result = compare_waves_from_team_summaries(first, second)
        covered += result.conf_low <= 0 <= result.conf_high

    assert covered / RUNS == pytest.approx(0.95, abs=MARGIN)


@pytest.mark.parametrize("n_waves", [3, 5, 8])
def test_trends_that_are_none_are_seldom_found(rng, n_waves):
    slopes = bends = 0
    for _ in range(RUNS):
        cells = organisation(rng, unequal(20, 8), n_waves, same_people=True)
        result = wave_trend(cells)
        slopes += result.p_value < 0.05
        bends += result.linearity_p_value < 0.05

    assert slopes / RUNS == pytest.approx(0.05, abs=MARGIN)
    assert bends / RUNS <= 0.05 + MARGIN  # few teams a bend make the test careful


def test_the_lowest_teams_are_not_said_to_improve(rng):
    """The naive comparison finds improvement far too often; the model does not."""
    sizes = unequal(30, 8)
    improved = naive = 0
    for _ in range(RUNS):
        cells = organisation(rng, sizes, 2, same_people=False)
        spread = SIGMA2 * rng.chisquare(sizes - 1) / (sizes - 1)
        first = cells[cells["wave"] == 0].assign(variance=spread)
        second = cells[cells["wave"] == 1]
        result = regression_to_the_mean(first, k=6, second=second)
        improved += result.conf_low > 0
        teams = result.to_teams()
        error = np.sqrt(SIGMA2 * (2 / teams["n_first"]).sum()) / len(teams)
        naive += result.naive_change > 1.96 * error

    assert improved / RUNS <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / RUNS)
    assert naive / RUNS > 0.2

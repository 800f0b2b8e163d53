"""Clustered wave comparisons by brute force, and closed forms of reliable change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.change import (
    compare_waves,
    reliable_change,
    smallest_detectable_change,
)
from diagnose.statistics.two_means import compare_two


@pytest.fixture
def waves(rng):
    sizes = rng.integers(2, 9, size=14)
    team = np.repeat([f"t{i}" for i in range(14)], sizes)
    effect = np.repeat(rng.normal(0, 0.5, 14), sizes)
    value = effect + rng.normal(3, 1, len(team))
    early = rng.random(len(team)) < 0.6
    return pd.DataFrame({"team": team, "value": value, "early": early})


def compare(waves, errors):
    first, second = waves[waves["early"]], waves[~waves["early"]]
    return compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"],
        errors=errors,
    )


def symmetric_inverse_root(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def cr2_by_matrices(waves):
    """CR2 and its Satterthwaite df from their definitions, with full matrices."""
    y, team = waves["value"].to_numpy(), waves["team"].to_numpy()
    design = np.column_stack([np.ones(len(y)), (~waves["early"]).to_numpy(float)])
    bread = np.linalg.inv(design.T @ design)
    residual_maker = np.eye(len(y)) - design @ bread @ design.T
    residual = residual_maker @ y
    columns, variance = [], 0.0
    for name in np.unique(team):
        mine = np.flatnonzero(team == name)
        root = symmetric_inverse_root(residual_maker[np.ix_(mine, mine)])
        row = bread[1] @ design[mine].T @ root
        variance += float(row @ residual[mine]) ** 2
        columns.append(residual_maker[:, mine] @ row)
    moments = np.array(columns) @ np.array(columns).T
    return np.sqrt(variance), np.trace(moments) ** 2 / (moments**2).sum()


def test_cr2_matches_its_definition(waves):
    result = compare(waves, "cr2")

    std_error, df = cr2_by_matrices(waves)
    assert result.std_error == pytest.approx(std_error, rel=1e-10)
    assert result.df == pytest.approx(df, rel=1e-10)


def test_cr1_matches_its_definition(waves):
    result = compare(waves, "cr1s")

    y = waves["value"].to_numpy()
    design = np.column_stack([np.ones(len(y)), (~waves["early"]).to_numpy(float)])
    bread = np.linalg.inv(design.T @ design)
    score = design * (y - design @ bread @ design.T @ y)[:, None]
    sums = pd.DataFrame(score).groupby(waves["team"].to_numpy()).sum().to_numpy()
    n, n_teams = len(y), len(sums)
    factor = n_teams / (n_teams - 1) * (n - 1) / (n - 2)
    expected = np.sqrt(factor * (bread @ sums.T @ sums @ bread)[1, 1])
    assert result.std_error == pytest.approx(expected, rel=1e-10)
    assert result.df == n_teams - 1


def test_cr2_with_teams_of_one_is_welch(waves):
    """One respondent a team makes CR2 the HC2 error, which is Welch's."""
    alone = waves.assign(team=[f"p{i}" for i in range(len(waves))])

    result = compare(alone, "cr2")

    early = alone["early"]
    welch = compare_two(alone["value"][~early], alone["value"][early])
    assert result.std_error == pytest.approx(welch.std_error, rel=1e-12)


def test_smallest_detectable_change_closed_form():
    assert smallest_detectable_change(1, 0.80) == pytest.approx(1.2395901, rel=1e-7)
    assert smallest_detectable_change(1, 0.80, n_respondents=4) == pytest.approx(
        1.2395901 / 2, rel=1e-7
    )


def test_reliable_change_index_is_that_of_jacobson_and_truax():
    # Their worked example: 47.5, then 32.5, SD 7.5, reliability .80, RC -3.16.
    result = reliable_change([47.5], [32.5], sd=7.5, reliability=0.80)

    assert result.frame["index"].iloc[0] == pytest.approx(-3.16, abs=0.005)
    assert list(result.frame["verdict"]) == ["down"]

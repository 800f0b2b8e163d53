"""Regressions and group means of people in teams against R's clubSandwich."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.clustered import (
    clustered_regression,
    fit_cluster_sums,
    fit_group_means,
)
from diagnose.statistics.comparison import compare_groups, compare_two

FILE = Path(__file__).parent / "cases" / "clustered.json"
STORED = json.loads(FILE.read_text("utf-8"))
RTOL = STORED["rtol"]
REGRESSIONS = [case for case in STORED["cases"] if case["kind"] == "regression"]
GROUPS = [case for case in STORED["cases"] if case["kind"] == "groups"]


def name_of(case):
    return case["name"]


def rows_of(case):
    table = pd.DataFrame(case["data"])
    return table.astype(float) if case["kind"] == "regression" else table


def grouped(case):
    table = rows_of(case)
    return table["y"].astype(float), table["group"], table["team"]


@pytest.mark.parametrize("errors", ["cr2", "cr1", "cr1s", "cr0", "classical"])
@pytest.mark.parametrize("case", REGRESSIONS, ids=name_of)
def test_coefficients_errors_and_df_match_r(case, errors):
    table = rows_of(case)

    result = clustered_regression(
        table["y"], table[case["predictors"]], table["team"], errors=errors
    )

    frame = result.to_frame()
    for column in ("estimate", "std_error", "statistic", "df", "p_value"):
        expected = case["expected"][errors][column]
        assert frame[column].to_numpy() == pytest.approx(expected, rel=RTOL, abs=1e-14)
    assert result.n_respondents == case["n_respondents"]
    assert result.n_teams == case["n_teams"]
    assert result.r_squared == pytest.approx(case["r_squared"], rel=RTOL)
    assert result.residual_sd == pytest.approx(case["residual_sd"], rel=RTOL)


@pytest.mark.parametrize("errors", ["cr2", "cr1", "cr1s", "cr0"])
@pytest.mark.parametrize("case", REGRESSIONS, ids=name_of)
def test_joint_test_matches_r(case, errors):
    table = rows_of(case)
    predictors = table[case["predictors"]]
    places = np.atleast_1d(case["joint"])
    terms = [("constant", *case["predictors"])[place] for place in places]

    result = clustered_regression(
        table["y"], predictors, table["team"], errors=errors
    ).joint_test(terms)

    expected = case["expected"][errors]
    got = [result.statistic, result.df2, result.p_value]
    figures = [expected[f"joint_{key}"] for key in ("statistic", "df2", "p_value")]
    assert got == pytest.approx(figures, rel=RTOL, abs=1e-14)
    assert result.df == len(terms)


@pytest.mark.parametrize("case", REGRESSIONS, ids=name_of)
def test_sums_of_teams_give_what_the_rows_give(case):
    table = rows_of(case).dropna()
    predictors = table[case["predictors"]]
    design = np.column_stack([np.ones(len(table)), predictors])
    teams = [np.flatnonzero(table["team"] == team) for team in table["team"].unique()]
    y = table["y"].to_numpy()

    fit = fit_cluster_sums(
        np.stack([design[rows].T @ design[rows] for rows in teams]),
        np.stack([design[rows].T @ y[rows] for rows in teams]),
        float(y @ y),
        n_respondents=len(table),
    )

    expected = case["expected"]["cr2"]
    estimate, error, df = fit.contrasts(np.eye(design.shape[1]))
    assert estimate == pytest.approx(expected["estimate"], rel=RTOL)
    assert error == pytest.approx(expected["std_error"], rel=RTOL)
    assert df == pytest.approx(expected["df"], rel=RTOL)


@pytest.mark.parametrize("case", GROUPS, ids=name_of)
def test_means_of_groups_match_r(case):
    values, groups, teams = grouped(case)
    cells = values.groupby([teams, groups]).agg(["size", "mean"]).unstack()

    fit = fit_group_means(
        cells["size"].fillna(0).to_numpy(float), cells["mean"].to_numpy(float)
    )

    estimate, error, df = fit.contrasts(np.eye(groups.nunique()))
    assert estimate == pytest.approx(case["means"]["estimate"], rel=RTOL)
    assert error == pytest.approx(case["means"]["std_error"], rel=RTOL)
    assert df == pytest.approx(case["means"]["df"], rel=RTOL)


@pytest.mark.parametrize("case", GROUPS, ids=name_of)
def test_two_groups_match_r(case):
    values, groups, teams = grouped(case)
    for pair in case["pairs"]:
        one, two = groups == pair["first"], groups == pair["second"]

        result = compare_two(
            values[one], values[two], first_teams=teams[one], second_teams=teams[two]
        )

        keys = ("estimate", "std_error", "df", "p_value", "conf_low", "conf_high")
        assert [getattr(result, key) for key in keys] == pytest.approx(
            [pair[key] for key in keys], rel=RTOL, abs=1e-13
        )


@pytest.mark.parametrize("case", GROUPS, ids=name_of)
def test_several_groups_match_r(case):
    values, groups, teams = grouped(case)

    result = compare_groups(values, groups, teams=teams)

    omnibus = result.omnibus
    got = [omnibus.statistic, omnibus.df2, omnibus.p_value]
    expected = [case["omnibus"][key] for key in ("statistic", "df2", "p_value")]
    assert got == pytest.approx(expected, rel=RTOL)
    holm = np.atleast_1d(case["holm"])
    assert [pair.p_value for pair in result.pairs] == pytest.approx(holm, rel=RTOL)
    assert [(pair.first, pair.second) for pair in result.pairs] == [
        (pair["first"], pair["second"]) for pair in case["pairs"]
    ]

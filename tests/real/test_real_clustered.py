"""Soldiers in 49 companies (lq2002) against R's clubSandwich, ordinal and sandwich."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from diagnose.statistics.clustered import clustered_regression
from diagnose.statistics.comparison import compare_two
from diagnose.statistics.ordinal_comparison import ordinal_logit

CASES = Path(__file__).parents[1] / "reference" / "cases"
STORED = json.loads((CASES / "clustered_real.json").read_text("utf-8"))
RTOL = STORED["rtol"]


@pytest.fixture(scope="module")
def soldiers(reference_data):
    return pd.read_csv(reference_data / "lq2002" / "lq2002.csv")


def test_regression_matches_r(soldiers):
    result = clustered_regression(
        soldiers["HOSTILE"], soldiers[["LEAD", "TSIG"]], soldiers["COMPID"]
    )

    frame = result.to_frame()
    for column, expected in STORED["regression"].items():
        assert frame[column].to_numpy() == pytest.approx(expected, rel=RTOL, abs=1e-30)
    joint = result.joint_test()
    got = {name: getattr(joint, name) for name in STORED["joint"]}
    assert got == pytest.approx(STORED["joint"], rel=RTOL, abs=1e-30)
    assert (result.n_respondents, result.n_teams) == (2042, 49)


def test_groups_within_the_same_companies_match_r(soldiers):
    agrees = soldiers["TSIG01"] >= 4

    result = compare_two(
        soldiers["LEAD"][agrees],
        soldiers["LEAD"][~agrees],
        first_teams=soldiers["COMPID"][agrees],
        second_teams=soldiers["COMPID"][~agrees],
    )

    got = {name: getattr(result, name) for name in STORED["pair"]}
    assert got == pytest.approx(STORED["pair"], rel=RTOL, abs=1e-30)


def test_odds_ratio_matches_r(soldiers):
    item = soldiers["LEAD01"].astype(float)
    groups = (soldiers["TSIG01"] >= 4).map({False: "a", True: "b"})

    plain = ordinal_logit(item, groups).to_frame().loc[0]
    clustered = ordinal_logit(
        item, groups, clusters=soldiers["COMPID"], errors="cr1"
    ).to_frame()

    expected = STORED["ordinal"]
    assert plain["estimate"] == pytest.approx(expected["estimate"], rel=1e-8)
    assert plain["std_error"] == pytest.approx(expected["std_error"], rel=1e-8)
    assert clustered.loc[0, "std_error"] == pytest.approx(
        expected["clustered_error"], rel=STORED["rtol_clustered_ordinal"]
    )

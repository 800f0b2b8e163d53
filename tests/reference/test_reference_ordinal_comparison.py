"""Ordinal logits against R's ordinal, MASS and sandwich, and against statsmodels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.ordinal_comparison import ordinal_logit

FILE = Path(__file__).parent / "cases" / "ordinal_comparison.json"
STORED = json.loads(FILE.read_text("utf-8"))
RTOL = STORED["rtol"]
CHECKED = [case for case in STORED["cases"] if case.get("brant")]


def name_of(case):
    return case["name"]


def fit(case, *, clustered, errors="cr2"):
    table = pd.DataFrame(case["data"])
    chosen = case["predictors"]
    predictors = table["group"] if chosen == ["group"] else table[chosen].astype(float)
    return ordinal_logit(
        table["item"].astype(float),
        predictors,
        clusters=table["team"] if clustered else None,
        errors=errors,
    )


@pytest.mark.parametrize("case", STORED["cases"], ids=name_of)
def test_odds_ratios_and_thresholds_match_r(case):
    result = fit(case, clustered=False)

    frame, cuts = result.to_frame(), result.thresholds()
    assert frame["estimate"].to_numpy() == pytest.approx(case["slopes"], rel=RTOL)
    assert frame["std_error"].to_numpy() == pytest.approx(case["std_error"], rel=RTOL)
    assert cuts["estimate"].to_numpy() == pytest.approx(
        case["thresholds"], rel=RTOL, abs=1e-9
    )
    assert cuts["std_error"].to_numpy() == pytest.approx(
        case["threshold_error"], rel=RTOL
    )
    assert np.log(frame["odds_ratio"]).to_numpy() == pytest.approx(
        case["slopes"], rel=RTOL
    )
    assert result.log_likelihood == pytest.approx(case["log_likelihood"], rel=1e-11)
    assert result.null_log_likelihood == pytest.approx(
        case["null_log_likelihood"], rel=1e-11
    )
    assert result.n_respondents == case["n_respondents"]
    got = {name: getattr(result, name) for name in case["ratio"]}
    assert got == pytest.approx(case["ratio"], rel=RTOL)
    assert result.largest_score < 1e-8


@pytest.mark.parametrize("case", STORED["cases"], ids=name_of)
def test_clustered_errors_match_r(case):
    result = fit(case, clustered=True)
    plain = fit(case, clustered=True, errors="cr1")

    frame, cuts = result.to_frame(), result.thresholds()
    assert plain.to_frame()["std_error"].to_numpy() == pytest.approx(
        case["cr1_error"], rel=RTOL
    )
    assert frame["std_error"].to_numpy() == pytest.approx(case["cr2_error"], rel=RTOL)
    assert frame["df"].to_numpy() == pytest.approx(case["cr2_df"], rel=RTOL)
    assert cuts["std_error"].to_numpy() == pytest.approx(
        case["cr2_threshold_error"], rel=RTOL
    )
    got = {name: getattr(result, name) for name in case["htz"]}
    assert got == pytest.approx(case["htz"], rel=RTOL)
    assert result.n_teams == case["n_teams"]


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("case", CHECKED, ids=name_of)
def test_brants_check_matches_r(case, clustered):
    check = fit(case, clustered=clustered).proportional_odds

    expected = case["brant_clustered" if clustered else "brant"]
    frame = check.to_frame()
    for column in ("statistic", "df", "p_value"):
        assert frame[column].to_numpy() == pytest.approx(expected[column], rel=RTOL)


def test_statsmodels_finds_the_same_model():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    case = STORED["cases"][3]
    table = pd.DataFrame(case["data"])

    peer = OrderedModel(
        table["item"].astype(pd.CategoricalDtype(ordered=True)),
        table[case["predictors"]],
        distr="logit",
    ).fit(method="bfgs", gtol=1e-8, disp=False)

    ours = fit(case, clustered=False)
    assert ours.log_likelihood == pytest.approx(peer.llf, rel=1e-9)
    # a quasi-Newton method stops at a gradient of 1e-8 or so, and its errors come from
    # numerical derivatives
    assert ours.to_frame()["estimate"].to_numpy() == pytest.approx(
        peer.params[:2].to_numpy(), rel=1e-5
    )
    assert ours.to_frame()["std_error"].to_numpy() == pytest.approx(
        peer.bse[:2].to_numpy(), rel=1e-4
    )

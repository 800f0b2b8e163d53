"""Drivers against R: weights, tests and limits; and against pingouin."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import SmallSampleWarning
from diagnose.statistics.drivers import (
    collinearity,
    common_method,
    driver_sums,
    relative_importance,
    relative_importance_from_correlations,
)
from diagnose.statistics.drivers.moments import UnitSums, correlations_of
from diagnose.statistics.drivers.uncertainty import ResampledWeights, _expansion

IN_R = json.loads((Path(__file__).parent / "cases" / "drivers.json").read_text("utf-8"))
RTOL = {name: tolerance for name, (tolerance, _) in IN_R["rtol"].items()}
FOUR = ["valence1", "efficacy1", "support1", "commit1"]
COLUMNS = (
    "correlation",
    "correlation_low",
    "correlation_high",
    "coefficient",
    "coefficient_low",
    "coefficient_high",
    "statistic",
    "df",
    "p_value",
    "p_value_adjusted",
    "vif",
)


@pytest.fixture(scope="module")
def tables(oracle):
    return {
        "nine": pd.read_csv(oracle / "synth_complete.csv"),
        "missing": pd.read_csv(oracle / "synth_missing.csv"),
        "singletons": pd.DataFrame(IN_R["singletons"]),
    }


def importance_of(table, predictors, **options):
    return relative_importance(
        table["outcome"], table[predictors], clusters=table["team"], **options
    )


def close(expected, name="closed_form"):
    return pytest.approx(np.asarray(expected, dtype=float), rel=RTOL[name], abs=1e-12)


@pytest.mark.parametrize(
    ("method", "in_relaimpo"), [("lmg", "lmg"), ("johnson", "genizi")]
)
def test_weights_are_those_of_relaimpo(tables, oracle, method, in_relaimpo):
    expected = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["relimp"]

    result = importance_of(tables["nine"], FOUR, method=method, n_bootstrap=200)
    frame = result.to_frame().set_index("predictor")

    # the file holds 13 digits
    assert result.r_squared == pytest.approx(expected["R2"], rel=1e-11)
    for name, weight in expected[in_relaimpo].items():
        assert frame.loc[name, "estimate"] == pytest.approx(weight, rel=1e-11)


@pytest.mark.parametrize("name", IN_R["importance"])
@pytest.mark.parametrize("method", ["lmg", "johnson"])
@pytest.mark.filterwarnings("ignore::diagnose.errors.SmallSampleWarning")
def test_numbers_without_chance_agree_with_r(tables, name, method):
    case = IN_R["importance"][name]

    result = importance_of(
        tables[name], case["predictors"], method=method, n_bootstrap=200
    )
    frame = result.to_frame()

    assert (result.n_respondents, result.n_teams) == (
        case["n_respondents"],
        case["n_teams"],
    )
    assert frame["estimate"].to_numpy() == close(case[method])
    assert result.r_squared == close(case["r_squared"])
    assert result.r_squared_adjusted == close(case["r_squared_adjusted"])
    low, high = case["r_squared_limits"]
    assert result.r_squared_low == close(max(low, 0.0), "degrees_of_freedom")
    assert result.r_squared_high == close(high, "degrees_of_freedom")
    for column in COLUMNS:
        assert frame[column].to_numpy() == close(case[column], "degrees_of_freedom")
    joint = (
        result.joint_statistic,
        result.joint_df_1,
        result.joint_df_2,
        result.joint_p_value,
    )
    assert np.array(joint) == close(case["joint"], "degrees_of_freedom")


@pytest.mark.parametrize(
    ("predictors", "expected"),
    [
        (["X", "M"], [0.05778011, 0.31521913]),
        (["X", "M", "Ybin"], [0.06010737, 0.31724368, 0.01217479]),
    ],
)
def test_lmg_is_that_of_pingouin(predictors, expected):
    import pingouin

    data = pingouin.read_dataset("mediation")
    table = data[[*predictors, "Y"]].astype(float)

    weights = relative_importance_from_correlations(
        table.corr(), outcome="Y", method="lmg"
    ).to_frame()["estimate"]
    peer = pingouin.linear_regression(table[predictors], table["Y"], relimp=True)

    assert weights.to_numpy() == pytest.approx(expected, abs=5e-9)  # printed digits
    assert weights.to_numpy() == pytest.approx(peer["relimp"].to_numpy()[1:], rel=1e-9)


@pytest.mark.parametrize("name", ["nine", "missing"])
def test_collinearity_agrees_with_r(tables, name):
    case = IN_R["importance"][name]
    table = tables[name].dropna(subset=case["predictors"])

    result = collinearity(table[case["predictors"]])

    if name == "nine":  # the other case in R leaves out who lacks an outcome or team
        assert result.n_respondents == case["n_respondents"]
    assert result.to_frame()["vif"].to_numpy() == close(case["vif"])
    assert result.condition_number == close(case["condition_number"])


@pytest.mark.parametrize("case", IN_R["common_method"].values(), ids=["none", "marker"])
def test_common_method_agrees_with_r(tables, case):
    nine = tables["nine"][IN_R["importance"]["nine"]["predictors"]]

    result = common_method(nine, marker=case["marker"] or None)
    frame = result.to_frame().set_index(["first", "second"])
    pairs = list(zip(case["first"], case["second"], strict=True))

    assert result.method_correlation == close(case["method_correlation"])
    assert result.method_correlation_high == close(case["method_correlation_high"])
    assert result.first_factor_share == close(case["first_factor_share"])
    assert result.mean_absolute_correlation == close(case["mean_absolute_correlation"])
    for column in ("estimate", "statistic", "p_value"):
        # statistics near zero keep the absolute accuracy of the correlations
        assert frame.loc[pairs, column].to_numpy() == pytest.approx(
            np.array(case[column]), rel=1e-8, abs=1e-11
        )


def test_resampling_teams_equals_doing_it_row_by_row(tables):
    """The sums of drawn teams give the correlations of the drawn rows."""
    table = tables["nine"]
    sums = driver_sums(table["outcome"], table[FOUR], clusters=table["team"])
    teams = np.sort(table["team"].unique())
    drawn = np.random.default_rng(3).integers(len(teams), size=len(teams))
    rows = pd.concat([table[table["team"] == teams[position]] for position in drawn])
    units = UnitSums(
        counts=sums.units.counts[drawn],
        sums=sums.units.sums[drawn],
        products=sums.units.products[drawn],
    )

    by_sums = correlations_of(units.stacked().sum(axis=0, keepdims=True), 5)[0]

    by_rows = rows[[*FOUR, "outcome"]].corr().to_numpy()
    assert by_sums == pytest.approx(by_rows, rel=1e-11)


def test_percentiles_are_as_wide_as_a_t_interval():
    """Normal resamples of 10 teams: the half-width is t times the standard error."""
    from scipy.special import ndtri, stdtrit

    spread = ndtri((np.arange(200_000) + 0.5) / 200_000)[:, None] * np.sqrt(9 / 10)
    drawn = ResampledWeights(
        weights=spread,
        n_undefined=0,
        conf_level=0.95,
        expansion=_expansion(10, 0.95),
    )

    low, high = drawn.limits()

    # the spread of resampled means of 10 teams is sqrt(9 / 10) standard errors
    assert high[0] == pytest.approx(stdtrit(9, 0.975), rel=1e-3)  # steps of the grid
    assert low[0] == pytest.approx(-stdtrit(9, 0.975), rel=1e-3)


def test_small_sample_warns(tables):
    case = IN_R["importance"]["singletons"]

    with pytest.warns(SmallSampleWarning, match="rest on 63 respondents"):
        importance_of(tables["singletons"], case["predictors"], n_bootstrap=200)

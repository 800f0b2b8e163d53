"""Drivers of hostility among 2,042 soldiers in 49 companies, against R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.drivers import collinearity, relative_importance

CASES = Path(__file__).parents[1] / "reference" / "cases"
IN_R = json.loads((CASES / "drivers_real.json").read_text("utf-8"))
RTOL = {name: tolerance for name, (tolerance, _) in IN_R["rtol"].items()}


@pytest.fixture(scope="module")
def soldiers(reference_data):
    return pd.read_csv(reference_data / "lq2002" / "lq2002.csv")


@pytest.mark.parametrize("method", ["johnson", "lmg"])
def test_importance_agrees_with_r(soldiers, method):
    case = IN_R["lq2002"]

    result = relative_importance(
        soldiers["HOSTILE"],
        soldiers[case["predictors"]],
        clusters=soldiers["COMPID"],
        method=method,
    )
    frame = result.to_frame()

    assert (result.n_respondents, result.n_teams) == (2042, 49)
    assert frame["estimate"].to_numpy() == pytest.approx(
        np.array(case[method]), rel=RTOL["closed_form"]
    )
    for column in ("statistic", "df", "correlation_low", "coefficient_high"):
        assert frame[column].to_numpy() == pytest.approx(
            np.array(case[column]), rel=RTOL["degrees_of_freedom"]
        )
    joint = [result.joint_statistic, result.joint_df_1, result.joint_df_2]
    assert joint == pytest.approx(case["joint"][:3], rel=RTOL["degrees_of_freedom"])
    assert result.r_squared_low == pytest.approx(
        min(case["r_squared_limits"]), rel=RTOL["degrees_of_freedom"]
    )


def test_collinearity_agrees_with_r(soldiers):
    case = IN_R["lq2002"]

    result = collinearity(soldiers[case["predictors"]])

    assert result.to_frame()["vif"].to_numpy() == pytest.approx(
        np.array(case["vif"]), rel=RTOL["closed_form"]
    )

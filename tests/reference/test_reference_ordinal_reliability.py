"""Reliability of ordinal items against semTools and a second route in R.

The script that wrote the cases computes Green and Yang's equation 21 on its own and
stops unless semTools agrees; standard errors are numerical derivatives of that
computation, through the weighted least squares, with lavaan's asymptotic covariance.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.reliability.ordinal import (
    omega_categorical,
    omega_ordinal,
    ordinal_alpha,
)

FOLDER = Path(__file__).parent
STORED = json.loads((FOLDER / "cases" / "wlsmv.json").read_text("utf-8"))
COEFFICIENTS = {
    "omega_categorical": omega_categorical,
    "omega_ordinal": omega_ordinal,
    "ordinal_alpha": ordinal_alpha,
}


def awkward(name):
    counted = pd.read_csv(FOLDER / "cases" / "awkward" / f"{name}.csv")
    return counted.loc[counted.index.repeat(counted["count"])]


def answers(case):
    if case["data"] == "oracle":
        frame = pd.read_csv(FOLDER / "oracle" / "synth_complete.csv")
    elif case["data"] == "mixed":
        frame = awkward("negative_item")
        frame = frame.assign(
            x1=np.where(frame["x1"] > 3, 2, 1),
            x2=frame["x2"].clip(2, 4),
            x3=frame["x3"].clip(upper=4),
        )
    else:
        frame = awkward(case["data"])
    return frame[case["items"]]


@pytest.mark.parametrize("method", COEFFICIENTS)
@pytest.mark.parametrize("case", STORED["reliability"], ids=lambda case: case["name"])
def test_estimate_and_standard_error_match_r(case, method):
    result = COEFFICIENTS[method](answers(case), missing=case["missing"])

    assert result.method == method
    assert result.n_respondents == case["n_respondents"]
    # lavaan's polychoric correlations are good to about 1e-8.
    assert result.estimate == pytest.approx(case["estimate"][method], rel=1e-7)
    # Central differences with steps of 1e-4: an error of about 1e-8 of curvature.
    assert result.std_error == pytest.approx(case["std_error"][method], rel=1e-6)


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]


@pytest.mark.parametrize("name", ["valence", "efficacy", "support", "commit"])
def test_the_oracle_agrees(oracle, in_r, name):
    items = pd.read_csv(oracle / "synth_complete.csv")[
        [f"{name}{i}" for i in range(1, 5)]
    ]

    expected = in_r[name]
    # lavaan's own stopping rule leaves 1e-7 in the loadings, 1e-8 in omega
    categorical = omega_categorical(items).estimate
    assert categorical == pytest.approx(expected["omega_cat"], rel=1e-7)
    assert omega_ordinal(items).estimate == pytest.approx(
        expected["omega_ord"], rel=1e-7
    )
    # psych's polychoric correlations are good to 2e-5 only
    assert ordinal_alpha(items).estimate == pytest.approx(
        expected["ordinal_alpha"], rel=2e-5
    )


def test_the_implied_denominator_is_another_number(oracle):
    items = pd.read_csv(oracle / "synth_complete.csv")[
        [f"valence{i}" for i in range(1, 5)]
    ]

    result = omega_categorical(items, denominator="implied")

    assert result.estimate == pytest.approx(0.80411314, rel=1e-8)  # 8 decimals stored
    assert result.denominator == "implied"

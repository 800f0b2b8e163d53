"""Units within units against lme4 1.1-31, with variances at 0 among them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.pooling import nested_means

CASES = json.loads(
    Path(__file__).with_name("cases").joinpath("nested_teams.json").read_text("utf-8")
)["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_variances_and_effects_as_in_lme4(case):
    data, expected = pd.DataFrame(case["data"]), case["expected"]
    near = {"rel": case["rtol"], "abs": 1e-8}

    result = nested_means(data["value"], data[case["levels"]])
    frame = result.to_frame()

    assert result.mu == pytest.approx(expected["mu"], **near)
    assert result.mu_std_error == pytest.approx(expected["mu_std_error"], **near)
    assert list(result.variances) == pytest.approx(expected["variances"], **near)
    assert result.sigma2 == pytest.approx(expected["sigma2"], **near)
    for depth, level in enumerate(case["levels"]):
        units = frame.loc[frame["level"] == level]
        names = pd.Index(["/".join(path) for path in units["path"]])
        effects = units["effect"].set_axis(names).loc[expected["paths"][depth]]
        assert len(units) == len(effects)
        assert effects.to_numpy() == pytest.approx(expected["effects"][depth], **near)
    at_zero = np.array(expected["variances"]) == 0
    assert result.levels_equal == tuple(np.array(case["levels"])[at_zero])

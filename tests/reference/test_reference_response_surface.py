"""The response surface against R's lm and sandwich."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from diagnose.statistics.response_surface import response_surface

FILE = Path(__file__).parent / "cases" / "response_surface.json"
STORED = json.loads(FILE.read_text("utf-8"))
RTOL = STORED["rtol"]


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["name"])
def test_surface_matches_r(case):
    data = pd.DataFrame(case["data"]).astype(float)

    result = response_surface(
        data["outcome"], data["leader"], data["team"], midpoint=case["midpoint"]
    )

    frame = result.to_frame()
    for column, expected in case["rows"].items():
        assert frame[column].to_numpy() == pytest.approx(expected, rel=RTOL)
    got = {name: getattr(result, name) for name in case["fields"]}
    assert got == pytest.approx(case["fields"], rel=RTOL)
    assert result.n_pairs + result.n_left_out == len(data)

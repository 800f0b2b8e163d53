"""Item statistics against psych."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from diagnose.statistics.items import item_analysis

CASES = json.loads(
    (Path(__file__).parent / "cases" / "item_analysis.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"])
def test_item_analysis_matches_reference(case):
    table = item_analysis(pd.DataFrame(case["items"]), lowest=1, highest=5).to_frame()

    for column, expected in case["expected"].items():
        assert list(table[column]) == pytest.approx(expected, rel=case["rtol"])


@pytest.mark.parametrize("name", ["valence", "efficacy", "support", "commit"])
def test_item_rest_and_alpha_dropped_match_psych(oracle, name):
    answers = pd.read_csv(oracle / "synth_complete.csv")
    in_r = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]
    items = answers[[f"{name}{i}" for i in range(1, 5)]]

    table = item_analysis(items, lowest=1, highest=5).to_frame()

    rest, dropped = in_r[name]["r_drop"], in_r[name]["alpha_drop"]
    assert list(table["item_rest_r"]) == pytest.approx(rest, rel=1e-11)
    assert list(table["alpha_if_dropped"]) == pytest.approx(dropped, rel=1e-11)

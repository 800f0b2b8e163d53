"""Keyness against R: likelihood ratio, and the ratio of two shares."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from diagnose.statistics.keyness import keyness

REFERENCE = json.loads(
    (Path(__file__).parent / "cases" / "keyness.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["name"])
def test_keyness_as_in_r(case):
    counts = pd.DataFrame(case["counts"])

    result = keyness(counts, tuple(case["totals"]), conf_level=case["conf_level"])

    got = result.to_frame()
    for name in case["expected"][0]:
        expected = [row[name] for row in case["expected"]]
        assert got[name].tolist() == pytest.approx(expected, rel=REFERENCE["rtol"])

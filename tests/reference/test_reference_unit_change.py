"""Units against themselves in the wave before, against R's t.test and p.adjust."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CELLS
from diagnose.diagnosis.unit_change import compare_with_before
from diagnose.statistics.welch_pairs import welch_pairs

REFERENCE = json.loads(
    (Path(__file__).parent / "cases" / "welch_pairs.json").read_text("utf-8")
)
NUMBERS = ("difference", "std_error", "df", "conf_low", "conf_high", "p_value")


def cells_of(case, which):
    rows = [
        {
            "level": "team",
            "path": (f"Team {i}",),
            "parent": (),
            "subscale": "v",
            "n_respondents": len(pair[which]),
            "mean": np.mean(pair[which]),
            "sd": np.std(pair[which], ddof=1),
            "status": "shown",
        }
        for i, pair in enumerate(case["pairs"])
    ]
    return build_frame(rows, CELLS)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda c: str(c["conf_level"]))
def test_pairs_of_summaries_match_t_test_on_the_scores(case):
    found = welch_pairs(
        cells_of(case, "now"),
        cells_of(case, "before"),
        conf_level=case["conf_level"],
    )
    expected = pd.DataFrame(case["pairs"])

    for name in NUMBERS:
        assert found[name].to_numpy() == pytest.approx(
            expected[name].to_numpy(), rel=REFERENCE["rtol"], abs=1e-12
        )


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda c: str(c["conf_level"]))
def test_changes_of_units_match_t_test_and_p_adjust(case):
    changes = compare_with_before(
        cells_of(case, "now"),
        cells_of(case, "before"),
        conf_level=case["conf_level"],
    )
    expected = pd.DataFrame(case["pairs"])
    real = np.array(case["p_adjusted"]) < 1 - case["conf_level"]

    for ours, theirs in (
        (changes["change"], expected["difference"]),
        (changes["conf_low"], expected["conf_low"]),
        (changes["conf_high"], expected["conf_high"]),
        (changes["p_value"], expected["p_value"]),
        (changes["p_adjusted"], pd.Series(case["p_adjusted"])),
    ):
        assert ours.to_numpy(float) == pytest.approx(
            theirs.to_numpy(float), rel=REFERENCE["rtol"], abs=1e-12
        )
    assert ((changes["direction"] != "unclear").to_numpy() == real).all()
    assert {"higher", "lower", "unclear"} == set(changes["direction"])

"""Differential item functioning in a real survey against R."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnose.statistics.dif import DifCriterion, ordinal_dif


@pytest.fixture(scope="module")
def neuroticism(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers[[f"N{i}" for i in range(1, 6)]], answers["gender"]


def test_bfi_by_gender_matches_polr(neuroticism):
    result = ordinal_dif(*neuroticism, purify=False)

    # R 4.2.2, MASS 7.3-58.2, by tests/reference/generate/dif.R; 10 decimals kept.
    expected = {
        "uniform": [20.7440666128, 0.0750713914, 7.4342442112, 41.2818183811],
        "non_uniform": [0.1052036292, 0.1739148861, 0.0453713581, 4.7672847358],
    }
    tests = result.tests.pivot(index="test", columns="item", values="statistic")
    for test, in_r in expected.items():
        got = tests.loc[test, ["N1", "N2", "N3", "N4"]]
        assert list(got) == pytest.approx(in_r, abs=1e-8)
    assert tests.loc["total", "N5"] == pytest.approx(94.5455815014, abs=1e-8)
    effect = result.effects.set_index("item").loc["N5"]
    assert effect["estimate"] == pytest.approx(0.7508804062, abs=1e-9)
    assert effect["score_difference"] == pytest.approx(0.4604960967, abs=1e-9)
    assert result.n_respondents == 2694


def test_what_is_significant_in_bfi_is_not_large_by_convention(neuroticism):
    """Thousands of respondents make four of five items significant."""
    significant = ordinal_dif(*neuroticism, purify=False)
    both = DifCriterion(by="both")
    sizeable = ordinal_dif(*neuroticism, criterion=both, purify=False)

    assert significant.flagged == ("N1", "N3", "N4", "N5")
    assert sizeable.flagged == ()
    # A convention is no verdict: .46 of a point on a scale of 1 to 6 is seen in a mean.
    assert set(sizeable.items["size_jodoin_gierl"]) == {"negligible"}
    assert sizeable.items["largest_score_difference"].max() > 0.45

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.multiplicity import adjust_p_values


def test_holm_by_hand():
    adjusted = adjust_p_values([0.01, 0.04, 0.03])

    assert list(adjusted) == pytest.approx([0.03, 0.06, 0.06])


def test_benjamini_hochberg_by_hand():
    adjusted = adjust_p_values([0.01, 0.04, 0.02], method="benjamini-hochberg")

    assert list(adjusted) == pytest.approx([0.03, 0.04, 0.03])


def test_tests_not_made_stay_missing_and_do_not_count():
    raw = pd.Series({"voice": 0.01, "trust": np.nan, "skill": 0.04})

    adjusted = adjust_p_values(raw)

    assert list(adjusted.index) == ["voice", "trust", "skill"]
    assert adjusted["voice"] == pytest.approx(0.02)
    assert np.isnan(adjusted["trust"])


@pytest.mark.parametrize("raw", [[], [np.nan, np.nan]])
def test_family_without_tests_is_empty(raw):
    assert adjust_p_values(raw).isna().all()


def test_impossible_p_value_is_refused():
    with pytest.raises(ValueError, match=r"must lie from 0 to 1; got .*1\.2"):
        adjust_p_values([0.5, 1.2])


def test_unknown_method_is_refused():
    with pytest.raises(ValueError, match="`method` must be one of 'holm'"):
        adjust_p_values([0.5], method="bonferroni")

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.multiplicity import adjust_families, adjust_p_values


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


@pytest.fixture
def tests():
    return pd.DataFrame(
        {
            "level": ["team", "team", "site", "team", "site"],
            "subscale": ["voice", "voice", "voice", "trust", None],
            "p_value": [0.01, 0.04, 0.04, np.nan, 0.2],
        },
        index=[9, 8, 7, 6, 5],
    )


def test_families_are_adjusted_on_their_own(tests):
    before = tests.copy()

    result = adjust_families(tests, family=["level"])

    pd.testing.assert_frame_equal(tests, before)
    assert list(result.index) == [9, 8, 7, 6, 5]
    assert result["p_adjusted"].to_numpy() == pytest.approx(
        [0.02, 0.04, 0.08, np.nan, 0.2], nan_ok=True
    )
    assert list(result["family_size"]) == [2, 2, 2, 2, 2]
    assert list(result["family"].unique()) == ["level=team", "level=site"]
    assert set(result["adjustment"]) == {"holm"}


def test_a_family_of_several_columns_is_named_by_all(tests):
    result = adjust_families(
        tests, family=["level", "subscale"], method="benjamini-hochberg"
    )

    assert result.loc[9, "family"] == "level=team, subscale=voice"
    assert result.loc[5, "family"] == "level=site, subscale=missing"
    assert list(result["family_size"]) == [2, 2, 1, 0, 1]
    assert result.loc[9, "p_adjusted"] == pytest.approx(0.02)


def test_without_columns_the_table_is_one_family(tests):
    result = adjust_families(tests)

    expected = adjust_p_values(tests["p_value"])
    assert result["p_adjusted"].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert set(result["family"]) == {"all"}
    assert set(result["family_size"]) == {4}


def test_labels_of_other_types_are_other_families():
    table = pd.DataFrame(
        {"unit": pd.Series([1, "1"], dtype=object), "p_value": [0.03, 0.04]}
    )

    assert list(adjust_families(table, family=["unit"])["family_size"]) == [1, 1]


def test_an_empty_table_stays_empty(tests):
    result = adjust_families(tests.iloc[:0], family=["level"])

    assert result.empty
    assert "p_adjusted" in result


def test_tables_that_cannot_be_adjusted_are_refused(tests):
    with pytest.raises(TypeError, match="`table` must be a DataFrame"):
        adjust_families([0.5])
    with pytest.raises(TypeError, match="got the text 'level'"):
        adjust_families(tests, family="level")
    with pytest.raises(ValueError, match="lacks the columns: p, unit"):
        adjust_families(tests, p_value="p", family=["unit"])
    with pytest.raises(ValueError, match="already has the columns family"):
        adjust_families(tests.assign(family="x"))
    with pytest.raises(ValueError, match="`method` must be one of 'holm'"):
        adjust_families(tests, method="bonferroni")
    with pytest.raises(ValueError, match="must lie from 0 to 1"):
        adjust_families(tests.assign(p_value=2.0))

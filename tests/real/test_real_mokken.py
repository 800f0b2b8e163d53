"""Mokken scaling of a real survey against the mokken package for R."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnose.statistics.mokken import mokken_h, monotonicity


@pytest.fixture(scope="module")
def agreeableness(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    items = answers[[f"A{i}" for i in range(1, 6)]].copy()
    items["A1"] = 7 - items["A1"]
    return items


def test_h_of_bfi_matches_the_mokken_package(agreeableness):
    result = mokken_h(agreeableness)

    # mokken 3.1.2; stored with 10 decimals.
    assert result.estimate == pytest.approx(0.3401831783, abs=5.1e-11)
    assert result.std_error == pytest.approx(0.0115620430, abs=5.1e-11)
    expected = [0.2396589906, 0.4066405952, 0.4144922345, 0.2988068191, 0.3569711895]
    assert list(result.items["estimate"]) == pytest.approx(expected, abs=5.1e-11)
    first = result.items.loc[0, "std_error"]
    assert first == pytest.approx(0.0156678335, abs=5.1e-11)
    assert result.n_respondents == 2709
    assert result.strength == "weak"
    assert result.flags == ()


def test_an_unkeyed_item_of_bfi_is_noticed(agreeableness):
    unkeyed = agreeableness.assign(A1=7 - agreeableness["A1"])

    result = mokken_h(unkeyed)

    assert "negative_item:A1" in result.flags
    row = result.items.set_index("item").loc["A1"]
    assert row["conf_high"] < 0
    assert row["n_negative_pairs"] == 4


def test_bfi_items_rise_with_the_rest(agreeableness):
    table = monotonicity(agreeableness).items.set_index("item")

    assert list(table.loc[["A2", "A3", "A4", "A5"], "n_violations"]) == [0, 0, 0, 0]
    assert (table["crit"] < 80).all()

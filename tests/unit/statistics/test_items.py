from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.items import item_analysis


@pytest.fixture
def answers():
    return pd.DataFrame(
        {
            "q1": [1, 2, 3, 4, 5, 5, np.nan],
            "q2": [1, 2, 2, 4, 4, 5, 5],
            "q3": [2, 1, 3, 3, 5, 4, 1],
        }
    )


def test_description_uses_available_and_ties_use_complete_rows(answers):
    result = item_analysis(answers, lowest=1, highest=5)

    first, second = result.items[:2]
    assert (first.n_respondents, second.n_respondents) == (6, 7)
    assert result.n_respondents == 6
    assert first.share_missing == pytest.approx(1 / 7)
    assert second.mean == pytest.approx(23 / 7)
    complete = answers.dropna()
    rest = complete["q1"] + complete["q3"]
    assert second.item_rest_r == pytest.approx(complete["q2"].corr(rest))


def test_floor_and_ceiling_are_shares_of_the_answers(answers):
    table = item_analysis(answers, lowest=1, highest=5).to_frame()

    assert list(table["floor"]) == pytest.approx([1 / 6, 1 / 7, 2 / 7])
    assert list(table["ceiling"]) == pytest.approx([2 / 6, 2 / 7, 1 / 7])


def test_fisher_interval_of_item_rest(answers):
    item = item_analysis(answers, lowest=1, highest=5).items[0]

    z, margin = np.arctanh(item.item_rest_r), 1.959963984540054 / np.sqrt(3)
    assert item.conf_low == pytest.approx(np.tanh(z - margin))
    assert item.conf_high == pytest.approx(np.tanh(z + margin))


def test_constant_item_is_undefined_with_its_reason(answers):
    table = item_analysis(answers.assign(q2=3), lowest=1, highest=5).to_frame()

    constant = table.set_index("item").loc["q2"]
    assert np.isnan(constant["item_rest_r"])
    assert np.isnan(constant["skew"])
    assert constant["sd"] == 0
    assert constant["reason"] == "constant"
    assert table.set_index("item").loc["q1", "reason"] == ""


def test_item_whose_others_do_not_vary_says_so():
    items = pd.DataFrame({"q1": [1, 2, 3, 4], "q2": [3, 3, 3, 3], "q3": [2, 2, 2, 2]})

    reasons = [item.reason for item in item_analysis(items, lowest=1, highest=5).items]

    assert reasons == ["constant_rest", "constant", "constant"]


def test_two_items_have_no_alpha_without_one(answers):
    items = item_analysis(answers[["q1", "q2"]], lowest=1, highest=5).items

    assert all(np.isnan(item.alpha_if_dropped) for item in items)
    assert {item.reason for item in items} == {"two_items"}
    assert items[0].item_rest_r == pytest.approx(items[1].item_rest_r)


def test_three_complete_rows_give_no_interval(answers):
    item = item_analysis(answers.iloc[:3], lowest=1, highest=5).items[0]

    assert item.reason == "too_few"
    assert np.isnan(item.conf_low)


def test_perfect_agreement_has_a_defined_interval():
    same = pd.DataFrame({"q1": [1, 2, 3, 4], "q2": [1, 2, 3, 4]})

    item = item_analysis(same, lowest=1, highest=5).items[0]

    assert item.item_rest_r == pytest.approx(1)
    assert item.conf_high == pytest.approx(1)


def test_answers_outside_the_response_scale_are_refused(answers):
    with pytest.raises(ValueError, match="outside 1 to 4 in q1, q2, q3"):
        item_analysis(answers, lowest=1, highest=4)


def test_ends_in_the_wrong_order_are_refused(answers):
    with pytest.raises(ValueError, match="`lowest` must be below `highest`"):
        item_analysis(answers, lowest=5, highest=1)


def test_one_complete_row_is_refused(answers):
    with pytest.raises(InsufficientDataError, match="3 items and 1 complete of 2"):
        item_analysis(answers.iloc[5:], lowest=1, highest=5)

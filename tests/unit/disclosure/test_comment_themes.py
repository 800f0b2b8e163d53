"""Themes: which counts are shown, pooled or dropped, and how questions compare."""

from __future__ import annotations

import numpy as np
import pytest

from diagnose.disclosure.comment_keyness import add_keyness, cautious
from diagnose.disclosure.comment_themes import count_themes
from diagnose.statistics.keyness import keyness
from quoted import themed


def counted(texts, smallest=5, item="first"):
    return count_themes(texts, smallest, wave="2", item=item)


def test_a_theme_is_shown_when_enough_named_it_and_enough_did_not():
    shown = counted(themed(time=12, tools=6, none=9))

    assert shown.counts == {"time": 12, "tools": 6}
    assert (shown.n_other, shown.n_unlisted, shown.hides) == (9, 4, False)


def test_small_themes_are_pooled_without_their_names():
    shown = counted(themed(time=12, tools=3, food=2, none=9))

    assert shown.counts == {"time": 12}
    assert shown.n_other == 14 and shown.hides


def test_where_all_themes_are_large_nobody_has_another():
    shown = counted(themed(time=12, tools=5))

    assert (shown.counts, shown.n_other) == ({"time": 12, "tools": 5}, 0)


def test_texts_without_a_theme_of_their_own_make_no_table():
    shown = counted(themed(tools=3, none=19))

    assert (shown.counts, shown.common, shown.n_other) == ({}, (), 0)


def test_a_remainder_of_a_few_is_joined_with_the_smallest_theme():
    shown = counted(themed(time=12, tools=6, pay=7, food=3))

    assert shown.counts == {"time": 12, "pay": 7}
    assert shown.n_other == 9
    assert shown.n_unlisted is None, "a pooled theme may have more texts than a few"


def test_a_few_without_a_theme_are_a_remainder_too():
    shown = counted(themed(time=12, pay=7, none=2))

    assert (shown.counts, shown.n_other) == ({"time": 12}, 9)


@pytest.mark.parametrize("left", [0, 1, 4])
def test_a_theme_that_all_but_a_few_named_has_no_number(left):
    shown = counted(themed(time=20, none=left))

    assert (shown.counts, shown.common, shown.n_other) == ({}, ("time",), 0)


def test_spellings_are_one_theme_under_the_most_frequent():
    shown = counted((*[("Time",)] * 4, *[("time",)] * 5, *[("  TIME ",)], *[()] * 9))

    assert shown.counts == {"time": 10}


def test_a_text_with_a_theme_in_two_spellings_counts_once():
    assert counted(((("Time", "time"),) * 8) + ((),) * 8).counts == {"Time": 8}


def test_higher_thresholds_hide_more():
    texts = themed(time=12, tools=6, none=12)

    assert counted(texts, 10).counts == {"time": 12}


def compared(first, keep):
    counts = [counted(first), counted(keep, item="keep")]
    frame = add_keyness(counts, 5, 0.95)
    return frame.set_index(["item", "theme"])


def test_themes_of_two_questions_are_compared_by_what_is_shown():
    table = compared(themed(time=20, tools=6, none=14), themed(time=6, none=34))

    row = table.loc[("first", "time")]
    assert (row["n_other"], row["n_elsewhere"], row["bound"]) == (6, 40, "exact")
    assert row["direction"] == "higher"
    assert table.loc[("keep", "time"), "direction"] == "lower"


@pytest.mark.parametrize("n_hidden", [0, 1, 4])
def test_what_has_no_line_elsewhere_counts_as_the_most_it_can_be(n_hidden):
    table = compared(themed(time=20, none=20), themed(time=n_hidden, pay=8, none=32))

    row = table.loc[("first", "time")]
    assert (row["n_other"], row["bound"]) == (4, "most")


def test_nothing_is_compared_within_the_range_of_what_is_hidden():
    # 5 of 60 here is less than the 4 of 40 there could be, and more than none
    table = compared(themed(time=5, none=55), themed(pay=8, none=32))

    assert np.isnan(table.loc[("first", "time"), "statistic"])


def test_a_theme_that_nearly_all_named_elsewhere_counts_with_its_least():
    table = compared(themed(time=8, none=32), themed(time=38, none=2))

    row = table.loc[("first", "time")]
    assert (row["n_other"], row["bound"], row["direction"]) == (36, "least", "lower")


def test_p_values_are_adjusted_over_both_questions():
    table = compared(themed(time=20, tools=8, none=12), themed(time=8, pay=9, none=23))

    raw = table["p_value"].dropna()
    assert len(raw) == 4
    assert table["p_adjusted"].min() == pytest.approx(4 * raw.min())


def test_one_question_is_compared_with_nothing():
    table = add_keyness([counted(themed(time=12, none=9))], 5, 0.95)

    assert table["statistic"].isna().all() and table["bound"].tolist() == ["", ""]


def test_numbers_of_keyness_are_those_of_the_statistic():
    import pandas as pd

    row = compared(themed(time=20, none=20), themed(time=6, none=34)).iloc[0]
    own = keyness(pd.DataFrame([[20, 6]]), (40, 40)).to_frame().iloc[0]

    for name in ("statistic", "p_value", "log_ratio", "conf_low", "conf_high"):
        assert row[name] == own[name]


@pytest.mark.parametrize(
    ("share", "low", "high", "end"),
    [
        (0.5, 0.2, 0.2, "exact"),
        (0.5, 0.2, 0.4, "most"),
        (0.1, 0.2, 0.4, "least"),
        (0.3, 0.2, 0.4, ""),
        (0.4, 0.2, 0.4, ""),
        (0.2, 0.2, 0.4, ""),
    ],
)
def test_the_end_that_speaks_most_against_a_difference(share, low, high, end):
    assert cautious(share, low, high) == end

"""Keyness: what it tells, what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.keyness import keyness


def compare(*pairs, totals=(40, 60), **options):
    return keyness(pd.DataFrame(pairs), totals, **options).to_frame()


def test_twice_the_share_is_a_log_ratio_of_one():
    row = compare((20, 15)).iloc[0]

    assert row["log_ratio"] == pytest.approx(1)
    assert (row["share"], row["share_other"]) == (0.5, 0.25)
    assert row["conf_low"] < 1 < row["conf_high"]


@pytest.mark.parametrize("pair", [(0, 0), (40, 60), (20, 30)])
def test_equal_shares_differ_nowhere(pair):
    row = compare(pair).iloc[0]

    assert row["statistic"] == pytest.approx(0, abs=1e-12)
    assert row["p_value"] == pytest.approx(1, abs=1e-6)
    assert row["conf_low"] <= 0 <= row["conf_high"]


def test_a_label_found_on_one_side_only_has_an_interval():
    row = compare((12, 0)).iloc[0]

    assert np.isfinite([row["log_ratio"], row["conf_low"], row["conf_high"]]).all()
    assert row["conf_low"] > 0


def test_a_wider_coverage_is_a_wider_interval():
    usual, wide = (compare((9, 5), conf_level=level).iloc[0] for level in (0.95, 0.99))

    assert wide["conf_low"] < usual["conf_low"] < usual["conf_high"] < wide["conf_high"]


def test_no_labels_make_an_empty_table():
    empty = pd.DataFrame({"here": [], "elsewhere": []}, dtype=float)

    assert keyness(empty, (10, 10)).to_frame().empty


@pytest.mark.parametrize(
    ("pairs", "totals", "match"),
    [
        ([(41, 2)], (40, 60), "must not exceed"),
        ([(-1, 2)], (40, 60), "at least 0"),
        ([(1.5, 2)], (40, 60), "whole numbers"),
        ([(np.nan, 2)], (40, 60), "none missing"),
        ([(1, 2, 3)], (40, 60), "two columns; got 3"),
        ([(1, 2)], (40, 60, 3), "two numbers; got 3"),
        ([(1, 2)], (40, 60.5), "whole number"),
    ],
)
def test_counts_that_are_none_are_refused(pairs, totals, match):
    with pytest.raises(ValueError, match=match):
        keyness(pd.DataFrame(pairs), totals)


def test_texts_on_one_side_only_are_refused():
    with pytest.raises(InsufficientDataError, match="got 40 here and 0 elsewhere"):
        keyness(pd.DataFrame([(1, 0)]), (40, 0))


@pytest.mark.parametrize("pair", [(1, 7), (39, 1), (1, 59)])
def test_a_cell_of_one_text_counts(pair):
    from scipy.stats import chi2_contingency

    here, elsewhere = pair
    cells = [[here, 40 - here], [elsewhere, 60 - elsewhere]]
    known = chi2_contingency(cells, correction=False, lambda_="log-likelihood")

    row = compare(pair).iloc[0]

    assert row["statistic"] == pytest.approx(known.statistic)
    assert row["p_value"] == pytest.approx(known.pvalue)

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from diagnose.errors import InsufficientDataError
from diagnose.statistics.means import mean_interval, mean_interval_from_summary


def test_interval_is_that_of_student():
    values = [3.0, 4.0, 2.0, 5.0, 4.5]

    result = mean_interval(values, conf_level=0.9)

    low, high = stats.t.interval(0.9, 4, np.mean(values), stats.sem(values))
    assert (result.conf_low, result.conf_high) == pytest.approx((low, high), rel=1e-12)
    assert result.n_respondents == 5


def test_missing_values_do_not_count():
    with_gaps = pd.Series([3.0, np.nan, 4.0, 2.0, np.nan])

    assert mean_interval(with_gaps) == mean_interval([3, 4, 2])


def test_summary_gives_the_same_interval():
    values = pd.Series([1.0, 2.5, 4.0, 4.5])

    assert (
        mean_interval_from_summary(values.mean(), values.std(), 4)
        .to_frame()
        .equals(mean_interval(values).to_frame())
    )


def test_equal_values_give_a_flagged_interval_without_width():
    result = mean_interval([0.1] * 3)

    assert result.flags == ("no_variance",)
    assert result.conf_low == result.conf_high == result.estimate


@pytest.mark.parametrize(("values", "n"), [([], 0), ([3.0], 1), ([3.0, np.nan], 1)])
def test_fewer_than_two_answers_are_refused_with_the_number(values, n):
    with pytest.raises(InsufficientDataError, match=f"at least 2 answers; got {n}"):
        mean_interval(values)


def test_infinite_values_are_refused():
    with pytest.raises(ValueError, match="`values` holds infinite values"):
        mean_interval([1.0, np.inf])


def test_text_is_refused():
    with pytest.raises(TypeError, match="`values` must be one column of numbers"):
        mean_interval(pd.Series(["agree", "disagree"]))


def test_negative_sd_is_refused():
    with pytest.raises(ValueError, match="`sd` must be at least 0; got -1"):
        mean_interval_from_summary(3, -1, 10)

"""Eta squared, its limits, the design effect, and what icc refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.intraclass import icc
from diagnose.statistics.noncentral_f import noncentral_f_limits


def _data(*teams):
    values = pd.Series([value for team in teams for value in team], dtype=float)
    return values, pd.Series(np.repeat(range(len(teams)), [len(t) for t in teams]))


def test_eta_squared_is_the_share_of_squares_between():
    result = icc(*_data([1, 2], [3, 4, 5], [2]))
    means = np.array([1.5] * 2 + [4] * 3 + [2])
    values = np.array([1, 2, 3, 4, 5, 2])

    expected = ((means - values.mean()) ** 2).sum() / (
        (values - values.mean()) ** 2
    ).sum()
    assert result.eta_squared == pytest.approx(expected)
    assert 0 <= result.eta_squared_low <= result.eta_squared_high < 1


@pytest.mark.parametrize("method", ["reml", "anova"])
def test_design_effect_of_equal_teams(method):
    result = icc(*_data([1, 2, 3], [4, 5, 5], [2, 2, 4]), method=method)

    assert result.design_effect == pytest.approx(1 + 2 * result.icc1)


def test_design_effect_of_unequal_teams_counts_their_variation():
    result = icc(*_data([1, 2], [4, 5, 5, 4]))

    assert result.design_effect == pytest.approx(1 + (20 / 6 - 1) * result.icc1)


def test_a_negative_icc_has_no_design_effect_below_one():
    result = icc(*_data([1, 5], [2, 4]), method="anova")

    assert result.icc1 < 0
    assert result.design_effect == 1
    assert (result.eta_squared, result.eta_squared_low) == (0, 0)


def test_limits_of_an_enormous_f_join_smoothly():
    below = np.array(noncentral_f_limits(0.999e7, 3, 40, 0.95)) / 0.999e7
    above = np.array(noncentral_f_limits(1.001e7, 3, 40, 0.95)) / 1.001e7

    assert above == pytest.approx(below, rel=2e-6)


def test_an_ordinary_f_among_thousands_of_teams():
    # R 4.2.2: uniroot on pf(1, 4999, 95000, ncp) - .025 gives ncp / 100000 = .002069485
    low, high = noncentral_f_limits(1.0, 4999, 95000, 0.95)

    assert low == 0
    assert high / 100_000 == pytest.approx(0.002069485, rel=1e-6)


@pytest.mark.parametrize(
    ("teams", "message"),
    [
        (([1, 2, 3],), "at least 2 teams; got 1"),
        (([1], [2], [3]), "all 3 teams have one respondent"),
        (([2, 2], [3, 3]), "do not vary within any of the 2 teams"),
        (([2, 2], [2, 2, 2]), "do not vary within any of the 2 teams"),
    ],
)
@pytest.mark.parametrize("method", ["reml", "anova"])
def test_data_that_carry_no_icc_are_refused(teams, message, method):
    with pytest.raises(InsufficientDataError, match=message):
        icc(*_data(*teams), method=method)

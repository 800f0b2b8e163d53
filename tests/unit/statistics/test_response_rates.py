"""Response and margins of error of units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.weights import margins_of_error, response_rates


def _units(**columns):
    given = {
        "team": ["north", "south", "west"],
        "n_respondents": [5, 12, 0],
        "n_members": [10, 12, 8],
    }
    return pd.DataFrame(given | columns)


def test_rates_count_units_without_respondents():
    result = response_rates(_units())
    frame = result.to_frame()

    assert result.response_rate == pytest.approx(17 / 30)
    assert (result.lowest_rate, result.highest_rate) == (0, 1)
    assert result.n_without_respondents == 1
    assert frame["n_silent"].tolist() == [5, 0, 8]
    assert frame["representation"].to_numpy() == pytest.approx(
        [0.5 * 30 / 17, 30 / 17, 0]
    )


def test_nobody_at_all_answered():
    result = response_rates(_units(n_respondents=[0, 0, 0]))

    assert result.response_rate == 0
    assert result.to_frame()["representation"].isna().all()


def test_more_respondents_than_members_are_refused_by_name():
    with pytest.raises(
        ValueError, match=r"more respondents than members.* for south\."
    ):
        response_rates(_units(n_respondents=[5, 13, 0]))


def test_margins_by_hand():
    units = _units(n_respondents=[5, 12, 1], sd=[0.8, 0.6, np.nan], mean=[3, 4, 2])

    frame = margins_of_error(units).to_frame()
    infinite = margins_of_error(units, population="infinite").to_frame()

    # t(4) = 2.776445105
    assert infinite["margin"][0] == pytest.approx(2.776445105 * 0.8 / np.sqrt(5))
    assert frame["margin"][0] == pytest.approx(infinite["margin"][0] * np.sqrt(0.5))
    assert frame["margin"][1] == 0
    assert frame["conf_low"][0] == pytest.approx(3 - frame["margin"][0])
    assert np.isnan(frame["margin"][2])
    assert frame["reason"].tolist() == ["", "everyone", "fewer_than_2_respondents"]
    assert infinite["reason"].tolist() == ["", "", "fewer_than_2_respondents"]


def test_a_unit_without_variance_says_so():
    frame = margins_of_error(
        _units(n_respondents=[5, 3, 0], variance=[0.0, 0.5, np.nan])
    ).to_frame()

    assert frame["margin"][0] == 0
    assert frame["reason"].tolist() == ["no_variance", "", "fewer_than_2_respondents"]


def test_a_missing_spread_is_refused_by_name():
    with pytest.raises(ValueError, match=r"needs a sd .* for north"):
        margins_of_error(_units(sd=[np.nan, 0.5, np.nan]))


def test_a_misspelt_population_is_refused():
    with pytest.raises(ValueError, match="`population` must be one of"):
        margins_of_error(_units(sd=[1.0, 1.0, 1.0]), population="members")


def test_a_summary_must_be_a_frame_with_rows():
    with pytest.raises(TypeError, match="must be a pandas DataFrame"):
        response_rates([1, 2])
    with pytest.raises(ValueError, match="at least one row"):
        response_rates(_units().iloc[:0])
    with pytest.raises(ValueError, match="more than one row for north"):
        response_rates(_units(team=["north", "north", "west"]))

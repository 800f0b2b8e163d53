"""Team summaries: who is counted where, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.team_sums import (
    check_summary,
    team_codes,
    team_summary,
    team_sums,
)


def test_counts_sums_means_and_variances():
    values = pd.Series([1.0, 3.0, 5.0, 2.0, 4.0])
    teams = pd.Series(["b", "b", "b", "a", "c"])

    frame = team_summary(values, teams)

    assert frame["team"].tolist() == ["a", "b", "c"]
    assert frame["n_respondents"].tolist() == [1, 3, 1]
    assert frame["sum"].tolist() == [2.0, 9.0, 4.0]
    assert frame["mean"].tolist() == [2.0, 3.0, 4.0]
    assert frame["variance"].to_numpy() == pytest.approx(
        [np.nan, 4.0, np.nan], nan_ok=True
    )


def test_missing_values_and_teams_are_left_out_and_counted():
    values = pd.Series([1.0, np.nan, 3.0, 4.0, np.nan, np.nan])
    teams = pd.Series(["a", "a", "a", None, None, "b"])

    sums = team_sums(values, teams)

    assert (sums.n_respondents, sums.n_teams) == (2, 1)
    assert (sums.n_missing, sums.n_without_team) == (2, 2)
    assert sums.teams_without_values == ("b",)
    assert sums.to_frame()["team"].tolist() == ["a"]


def test_teams_called_na_and_none_are_ordinary():
    frame = team_summary(pd.Series([1, 2, 3]), pd.Series(["NA", "None", "NA"]))

    assert frame["team"].tolist() == ["NA", "None"]


def test_numbers_and_texts_as_teams_get_a_stable_order():
    codes, labels = team_codes(pd.Series([3, "3", 1, "a", np.nan], dtype=object))

    assert labels == [1, 3, "3", "a"]
    assert codes.tolist() == [1, 2, 0, 3, -1]


def test_categories_keep_their_order():
    teams = pd.Series(
        pd.Categorical(["low", "high", None], categories=["low", "mid", "high"])
    )

    codes, labels = team_codes(teams)

    assert labels == ["low", "high"]
    assert codes.tolist() == [0, 1, -1]


def test_variance_of_large_values_keeps_its_digits():
    values = pd.Series([1e9 + 1, 1e9 + 2, 1e9 + 3])

    assert team_summary(values, pd.Series(list("aaa")))["variance"].item() == 1.0


def test_different_indexes_are_refused():
    with pytest.raises(ValueError, match="must have the same index"):
        team_summary(pd.Series([1.0, 2.0]), pd.Series(["a", "b"], index=[1, 2]))


def test_text_values_are_refused():
    with pytest.raises(TypeError, match="Series of numbers"):
        team_summary(pd.Series(["1", "2"]), pd.Series(["a", "b"]))


def test_infinite_values_are_refused():
    with pytest.raises(ValueError, match="infinite"):
        team_summary(pd.Series([1.0, np.inf]), pd.Series(["a", "b"]))


def test_teams_must_be_a_series():
    with pytest.raises(TypeError, match="`teams` must be a pandas Series; got list"):
        team_codes(["a"])


def _summary(**columns):
    base = {
        "team": ["a", "b"],
        "n_respondents": [3, 4],
        "mean": [3.0, 3.5],
        "variance": [1.0, 0.5],
    }
    return pd.DataFrame(base | columns)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": [np.nan, 3.5]},
        {"variance": [np.nan, 0.5]},
        {"variance": [-1.0, 0.5]},
        {"n_respondents": [0, 4]},
        {"n_respondents": [2.5, 4]},
    ],
)
def test_a_blanked_or_impossible_row_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=r"not so for a\. Leave out"):
        check_summary(_summary(**wrong))


def test_a_team_twice_is_refused():
    with pytest.raises(ValueError, match="more than one row for a"):
        check_summary(_summary(team=["a", "a"]))


def test_absent_columns_are_named():
    with pytest.raises(ValueError, match="lacks the columns mean, variance"):
        check_summary(_summary().drop(columns=["mean", "variance"]))


def test_a_summary_must_be_a_frame():
    with pytest.raises(TypeError, match="got dict"):
        check_summary({})


def test_one_team_is_refused():
    with pytest.raises(InsufficientDataError, match="at least 2 teams; got 1"):
        check_summary(_summary().head(1))


def test_only_teams_of_one_are_refused():
    lonely = _summary(n_respondents=[1, 1], variance=[np.nan, np.nan])
    with pytest.raises(InsufficientDataError, match="all 2 teams have one respondent"):
        check_summary(lonely)


def test_no_variance_within_teams_is_refused():
    with pytest.raises(InsufficientDataError, match="do not vary within any of the 2"):
        check_summary(_summary(variance=[0.0, 0.0]))


def test_what_was_checked_is_not_checked_again():
    checked = check_summary(_summary())

    assert check_summary(checked) is checked


def test_a_summary_may_hold_a_team_of_one():
    checked = check_summary(_summary(n_respondents=[1, 4], variance=[np.nan, 0.5]))

    assert checked.df_within == 3
    assert checked.mean_square_within == pytest.approx(0.5)

"""Agreement: edges, options, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.agreement import (
    a_wg,
    average_deviation,
    chance_of_r_wg,
    critical_r_wg,
    icc,
    icc_from_summary,
    r_wg,
    r_wg_j,
    r_wg_j_star,
    team_agreement,
)
from diagnose.statistics.null_distributions import null_shares, null_variance
from diagnose.statistics.team_sums import team_summary

FIVE = {"lowest": 1, "highest": 5}


def _items(*rows):
    return pd.DataFrame(rows, columns=[f"q{i + 1}" for i in range(len(rows[0]))])


def test_full_agreement():
    same = _items([4, 2], [4, 2], [4, 2])

    assert r_wg_j(same, **FIVE).estimate == 1
    assert r_wg_j_star(same, **FIVE).estimate == 1
    assert average_deviation(same, **FIVE).estimate == 0
    assert a_wg(_items([3, 5], [3, 5]), **FIVE).estimate == 1


def test_more_disagreement_than_the_null_is_cut_off_and_star_is_not():
    split = _items([1, 1], [5, 5], [1, 5], [5, 1])

    assert r_wg(split["q1"], **FIVE).estimate == 0
    assert r_wg_j(split, **FIVE).estimate == 0
    assert r_wg_j_star(split, **FIVE).estimate == pytest.approx(1 - (16 / 3) / 2)
    assert a_wg(split, **FIVE).estimate == pytest.approx(-1)


def test_a_wg_leaves_out_items_whose_mean_is_too_near_an_end():
    items = _items([1, 3], [2, 3], [1, 4])

    result = a_wg(items, **FIVE)

    largest = (10 / 3 - 1) * (5 - 10 / 3) * 3 / 2
    assert result.n_items == 1
    assert result.estimate == pytest.approx(1 - 2 * (1 / 3) / largest)


def test_a_wg_undefined_everywhere_is_refused():
    with pytest.raises(InsufficientDataError, match=r"near an end .* 3 respondents"):
        a_wg(_items([1], [2], [1]), **FIVE)


def test_the_middle_may_be_the_median():
    item = _items([1], [1], [5])

    assert average_deviation(item, **FIVE).estimate == pytest.approx(16 / 9)
    median = average_deviation(item, **FIVE, centre="median")
    assert median.estimate == pytest.approx(4 / 3)
    assert median.reference == "median"


def test_available_answers_count_item_by_item_and_listwise_drops_people():
    items = _items([1, 2], [3, np.nan], [np.nan, 4], [2, 3])

    available = r_wg_j_star(items, **FIVE)
    listwise = r_wg_j_star(items, **FIVE, missing="listwise")

    assert available.n_respondents == 4
    assert available.estimate == pytest.approx(1 - (1 + 1) / 2 / 2)
    assert listwise.n_respondents == 2
    assert listwise.estimate == pytest.approx(1 - 0.5 / 2)


def test_the_null_may_be_a_variance():
    items = _items([1, 2], [3, 3])

    given = r_wg_j(items, **FIVE, null=1.34)
    assert given.estimate == pytest.approx(
        r_wg_j(items, **FIVE, null="slight_skew").estimate
    )
    assert given.reference == "1.34"


@pytest.mark.parametrize(
    ("null", "variance"),
    [
        ("uniform", 2.0),
        ("slight_skew", 1.34),
        ("moderate_skew", 0.90),
        ("heavy_skew", 0.44),
        ("triangular", 1.32),
        ("normal", 1.04),
    ],
)
def test_variances_of_the_nulls(null, variance):
    assert null_variance(null, **FIVE) == pytest.approx(variance, rel=1e-12)
    assert null_shares(null, n_options=5).sum() == pytest.approx(1)


def test_the_uniform_null_follows_the_length_of_the_scale():
    assert null_variance("uniform", lowest=0, highest=6) == pytest.approx(48 / 12)


def test_a_skewed_null_is_refused_for_seven_answers():
    with pytest.raises(ValueError, match=r"tabulated for 5 answers .* has 7"):
        r_wg_j(_items([1, 2], [3, 4]), lowest=1, highest=7, null="normal")


@pytest.mark.parametrize("null", ["unifrom", 0.0, -1.0, float("nan")])
def test_a_wrong_null_is_refused(null):
    with pytest.raises(ValueError, match="`null` must be"):
        r_wg_j(_items([1, 2], [3, 4]), **FIVE, null=null)


def test_answers_off_the_response_scale_are_refused_by_item():
    with pytest.raises(ValueError, match="between 1 and 5; not so in q2"):
        r_wg_j(_items([1, 0], [3, 4]), **FIVE)


@pytest.mark.parametrize(("low", "high"), [(5, 1), (1, 1), (1.5, 5)])
def test_impossible_ends_are_refused(low, high):
    with pytest.raises(ValueError, match="`lowest`"):
        r_wg_j(_items([2, 2], [3, 4]), lowest=low, highest=high)


def test_one_respondent_is_refused():
    with pytest.raises(InsufficientDataError, match="at least 2 answers; got 1"):
        r_wg_j(_items([1, 2]), **FIVE)


def test_r_wg_wants_one_item():
    with pytest.raises(ValueError, match="must be one item; got 2"):
        r_wg(_items([1, 2], [3, 4]), **FIVE)


def test_a_misspelt_option_is_refused():
    with pytest.raises(ValueError, match="`missing` must be one of"):
        r_wg_j(_items([1, 2], [3, 4]), **FIVE, missing="pairwise")
    with pytest.raises(ValueError, match="`centre` must be one of"):
        average_deviation(_items([1, 2], [3, 4]), **FIVE, centre="mode")


def test_result_as_a_frame():
    frame = r_wg_j(_items([1, 2], [3, 4]), **FIVE).to_frame()

    assert frame.columns.tolist() == [
        "method",
        "estimate",
        "reference",
        "n_respondents",
        "n_items",
    ]


def test_each_team_equals_its_own_group():
    items = _items([1, 2], [3, np.nan], [np.nan, 4], [2, 3], [5, 5], [4, 5], [5, 3])
    teams = pd.Series(list("aaaabbb"))

    frame = team_agreement(items, teams, **FIVE).to_frame().set_index("team")

    for team, group in items.groupby(teams):
        row = frame.loc[team]
        assert row["r_wg_j_uniform"] == r_wg_j(group, **FIVE).estimate
        assert (
            row["r_wg_j_slight_skew"]
            == r_wg_j(group, **FIVE, null="slight_skew").estimate
        )
        assert row["r_wg_j_star"] == r_wg_j_star(group, **FIVE).estimate
        assert row["ad_mean"] == average_deviation(group, **FIVE).estimate
        median = average_deviation(group, **FIVE, centre="median").estimate
        assert row["ad_median"] == median
        assert row["sd"] == pytest.approx(group.mean(axis="columns").std())
        assert row["n_respondents"] == len(group)


def test_a_team_of_one_keeps_its_row_with_a_reason():
    teams = pd.Series(["NA", "b", "b", None])

    result = team_agreement(_items([1, 2], [3, 3], [3, 4], [5, 5]), teams, **FIVE)

    row = result.to_frame().set_index("team").loc["NA"]
    assert row["reason"] == "fewer_than_2_respondents"
    assert np.isnan(
        row[["r_wg_j_uniform", "a_wg", "ad_mean", "sd"]].astype(float)
    ).all()
    assert result.n_without_team == 1
    assert result.n_respondents == 3


def test_a_team_without_two_answers_to_any_item_says_so():
    items = _items([1, np.nan], [np.nan, 3], [2, 2], [3, 2])

    frame = team_agreement(items, pd.Series(list("aabb")), **FIVE).to_frame()

    assert frame["reason"].tolist() == ["no_item_with_2_answers", ""]
    assert frame["n_items"].tolist() == [0, 2]


def test_teams_without_a_single_answer_are_refused():
    with pytest.raises(InsufficientDataError, match="with a team and an answer"):
        team_agreement(_items([np.nan], [np.nan]), pd.Series(["a", "b"]), **FIVE)


def test_teams_on_another_index_are_refused():
    with pytest.raises(ValueError, match="must have the same index"):
        team_agreement(_items([1], [2]), pd.Series(["a", "b"], index=[5, 6]), **FIVE)


def test_random_answers_and_the_critical_value():
    critical = critical_r_wg(10)

    assert chance_of_r_wg(10, at_least=critical) <= 0.05
    assert chance_of_r_wg(10, at_least=0) == pytest.approx(1)
    assert np.isnan(critical_r_wg(2, significance=0.01))


def test_random_answers_need_two_people():
    with pytest.raises(ValueError, match="`n_respondents` must be at least 2"):
        chance_of_r_wg(1, at_least=0.7)


def test_negative_values_of_icc_survive():
    values = pd.Series([1.0, 5.0, 2.0, 4.0])

    result = icc(values, pd.Series(list("aabb")), method="anova")

    assert result.icc1 == pytest.approx(-1)
    assert result.icc2 == -np.inf
    assert icc(values, pd.Series(list("aabb"))).icc1 == 0


def test_one_team_has_no_icc():
    with pytest.raises(InsufficientDataError, match="at least 2 teams; got 1"):
        icc(pd.Series([1.0, 2.0]), pd.Series(["a", "a"]))


def test_icc_from_the_summary_alone(rng):
    values, teams = pd.Series(rng.normal(size=40)), pd.Series(np.repeat(range(8), 5))
    summary = team_summary(values, teams)[["team", "n_respondents", "mean", "variance"]]

    assert icc_from_summary(summary) == icc(values, teams)


def test_icc_frame_and_options():
    values, teams = pd.Series([1.0, 2.0, 4.0, 5.0]), pd.Series(list("aabb"))

    assert len(icc(values, teams).to_frame()) == 1
    with pytest.raises(ValueError, match="`method` must be one of 'reml', 'anova'"):
        icc(values, teams, method="ml")
    with pytest.raises(ValueError, match="`group_size` must be one of"):
        icc(values, teams, group_size="harmonic")


def test_the_exact_interval_covers_its_share():
    rng = np.random.default_rng(8)
    sizes = np.tile([3, 8, 20], 5)
    teams, inside = pd.Series(np.repeat(range(15), sizes)), 0
    for _ in range(300):
        levels = np.repeat(rng.normal(0, np.sqrt(0.2), 15), sizes)
        result = icc(pd.Series(levels + rng.normal(0, np.sqrt(0.8), 155)), teams)
        inside += result.conf_low <= 0.2 <= result.conf_high

    assert 0.92 <= inside / 300 <= 0.98

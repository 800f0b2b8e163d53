"""Weights: edges, options, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.weights import (
    compare_early_late,
    effective_sample_size,
    nonresponse_bounds,
    nonresponse_bounds_from_summary,
    poststratified_mean,
    rake,
    weighted_mean,
)

PEOPLE = pd.DataFrame(
    {"site": list("aaaabbbbbb"), "level": list("mmsssmssss")}, index=range(5, 15)
)
MARGINS = {"site": {"a": 30, "b": 30}, "level": {"m": 12, "s": 48}}


def _units(**columns):
    given = {
        "team": ["north", "south"],
        "n_respondents": [5, 8],
        "n_members": [10, 12],
        "mean": [3.0, 3.5],
        "variance": [0.5, 0.8],
    }
    return pd.DataFrame(given | columns)


def test_weights_come_on_the_index_of_the_respondents():
    raked = rake(PEOPLE, MARGINS)

    assert raked.weights.index.equals(PEOPLE.index)
    assert raked.n_cells == 4
    assert raked.n_respondents == 10
    assert raked.weights.sum() == pytest.approx(60)
    assert raked.design_effect == pytest.approx(10 / raked.n_effective)
    assert raked.largest_error <= 1e-10
    assert raked.n_trimmed == 0


def test_the_frame_shows_every_margin():
    frame = rake(PEOPLE, MARGINS).to_frame()

    assert frame["margin"].tolist() == ["site", "site", "level", "level"]
    assert frame["category"].tolist() == ["a", "b", "m", "s"]
    assert frame["n_respondents"].tolist() == [4, 6, 3, 7]
    assert frame["weighted_total"].to_numpy() == pytest.approx(frame["total"])


def test_margins_that_hold_already_take_no_round():
    raked = rake(PEOPLE, {"site": {"a": 4, "b": 6}, "level": {"m": 3, "s": 7}})

    assert raked.n_iterations == 0
    assert raked.weights.tolist() == [1.0] * 10


def test_one_margin_is_poststratification():
    raked = rake(PEOPLE, {"site": {"a": 0.5, "b": 0.5}})

    assert raked.weights.loc[5] == pytest.approx(0.125)
    assert raked.weights.loc[14] == pytest.approx(0.5 / 6)


def test_trimming_cuts_and_rakes_again():
    people = pd.DataFrame({"site": list("ab") * 20, "half": list("xxyy") * 10})
    margins = {"site": {"a": 50, "b": 50}, "half": {"x": 50, "y": 50}}
    design = pd.Series(1.0, index=people.index)
    design[[3, 7, 11]] = 20.0  # of the ten in b, y

    free = rake(people, margins, design_weights=design)
    trimmed = rake(people, margins, design_weights=design, trim=4.0)

    assert free.largest_weight > 4 * free.median_weight
    assert trimmed.n_trimmed == 3
    assert trimmed.method == "raking, trimmed"
    assert trimmed.largest_weight <= trimmed.weight_bound * (1 + 2e-8)
    assert trimmed.weight_bound == pytest.approx(4 * trimmed.median_weight, rel=1e-12)
    assert trimmed.largest_error <= 1e-10
    assert trimmed.n_effective > free.n_effective
    assert any("3 respondents" in note for note in trimmed.notes)


def test_a_bound_that_the_margins_forbid_is_refused():
    people = pd.DataFrame({"site": ["a"] * 2 + ["b"] * 18})

    with pytest.raises(InsufficientDataError, match=r"below 2 medians .2 of 20 resp"):
        rake(people, {"site": {"a": 10, "b": 30}}, trim=2)


def test_the_respondents_are_not_modified():
    before = PEOPLE.copy()

    rake(PEOPLE, MARGINS)

    pd.testing.assert_frame_equal(PEOPLE, before)


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({}, "at least one column"),
        ({"site": {}}, "must give a total for each category"),
        ({"site": {"a": 30, "b": 0}}, r"totals above 0; not so for 'b' \(0\)"),
        ({"site": {"a": 30, "b": float("nan")}}, "totals above 0"),
        ({"land": {"a": 30}}, "lacks the columns 'land'"),
        ({"site": {"a": 60}}, "no total for 'b'"),
        ({"site": {"a": 20, "b": 20, "c": 20}}, "in 'c', where nobody answered"),
        (
            {"site": {"a": 30, "b": 30}, "level": {"m": 10, "s": 48}},
            "one total.* 'site' 60, 'level' 58",
        ),
    ],
)
def test_wrong_margins_are_refused_by_name(margins, message):
    with pytest.raises(ValueError, match=message):
        rake(PEOPLE, margins)


def test_a_missing_category_is_refused():
    people = PEOPLE.copy()
    people.loc[6, "site"] = None

    with pytest.raises(ValueError, match="1 of 10 respondents have no category"):
        rake(people, MARGINS)


def test_margins_that_absent_combinations_forbid_are_refused():
    # every m is in a: 40 m cannot live in 30 a
    people = pd.DataFrame({"site": list("aaabbb"), "level": list("mmssss")})
    margins = {"site": {"a": 30, "b": 30}, "level": {"m": 40, "s": 20}}

    with pytest.raises(InsufficientDataError, match=r"did not settle .* combinations"):
        rake(people, margins)


def test_no_respondents_are_refused():
    with pytest.raises(InsufficientDataError, match="needs respondents; got none"):
        rake(PEOPLE.iloc[:0], MARGINS)


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ([1.0] * 9, "one weight for each of 10"),
        ([1.0] * 9 + [0.0], "must be above 0"),
        ([1.0] * 9 + [np.nan], "finite and at least 0; not so for 1 of 10"),
        (pd.Series([1.0] * 10), "same index"),
    ],
)
def test_wrong_design_weights_are_refused(design, message):
    with pytest.raises(ValueError, match=message):
        rake(
            PEOPLE,
            MARGINS,
            design_weights=design
            if isinstance(design, pd.Series)
            else np.array(design),
        )


@pytest.mark.parametrize("options", [{"trim": 1.0}, {"tolerance": 0.0}])
def test_wrong_options_of_raking_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        rake(PEOPLE, MARGINS, **options)


def test_kish():
    assert effective_sample_size(np.array([1, 1, 2])) == pytest.approx(16 / 6)
    assert effective_sample_size(np.array([0.0, 3.0])) == pytest.approx(1)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([], ValueError, "at least 1 weight"),
        ([0.0, 0.0], InsufficientDataError, "are all 0"),
        ([1.0, -1.0], ValueError, "at least 0; not so for 1 of 2"),
        ([1.0, np.inf], ValueError, "finite"),
        ([[1.0]], ValueError, "one dimension"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, error, message):
    with pytest.raises(error, match=message):
        effective_sample_size(np.array(weights, dtype=float))


def test_text_is_no_weight():
    with pytest.raises(TypeError, match="must hold numbers"):
        effective_sample_size(pd.Series(["1", "2"]))


def test_missing_values_are_left_out_of_the_weighted_mean():
    score = pd.Series([1.0, np.nan, 3.0, 5.0])

    result = weighted_mean(score, np.array([1.0, 5.0, 1.0, 2.0]))

    assert result.estimate == pytest.approx(14 / 4)
    assert result.n_respondents == 3
    assert result.unweighted == pytest.approx(3)


def test_weights_of_another_raking_are_refused():
    raked = rake(PEOPLE, MARGINS)
    score = pd.Series(np.arange(10.0), index=PEOPLE.index)

    with pytest.raises(ValueError, match="must be the weights of `rake`"):
        weighted_mean(score, raked.weights * 2, rake=raked)


@pytest.mark.parametrize(
    ("score", "message"),
    [([1.0, np.nan, np.nan], "got 1 of 3"), ([2.0, 2.0, 2.0], "3 values are the same")],
)
def test_a_weighted_mean_needs_values_that_differ(score, message):
    with pytest.raises(InsufficientDataError, match=message):
        weighted_mean(pd.Series(score), np.ones(3))


def test_teams_of_the_weighted_mean():
    score = pd.Series([1.0, 2.0, 3.0, 5.0])

    with pytest.raises(InsufficientDataError, match="at least 2 teams; got 1"):
        weighted_mean(score, np.ones(4), teams=pd.Series(list("aaaa")))
    with pytest.raises(ValueError, match="1 of 4 respondents have no team"):
        weighted_mean(score, np.ones(4), teams=pd.Series(["a", "a", "b", None]))
    result = weighted_mean(score, np.ones(4), teams=pd.Series(list("aabb")))
    assert (result.n_teams, result.df) == (2, 1)


def test_a_misspelt_option_of_the_weighted_mean_is_refused():
    with pytest.raises(ValueError, match="`residual_weights` must be one of"):
        weighted_mean(pd.Series([1.0, 2]), np.ones(2), residual_weights="own")


def test_members_weigh_units():
    result = poststratified_mean(_units())

    assert result.estimate == pytest.approx((10 * 3 + 12 * 3.5) / 22)
    variance = (10 / 22) ** 2 * 0.1 * 0.5 + (12 / 22) ** 2 * 0.1 * (1 / 3)
    assert result.std_error == pytest.approx(np.sqrt(variance))
    assert result.df == 11
    assert result.n_effective == pytest.approx(22**2 / (100 / 5 + 144 / 8))


def test_a_unit_of_one_needs_the_pooled_variance():
    units = _units(n_respondents=[1, 8], variance=[np.nan, 0.8])

    with pytest.raises(ValueError, match=r"one respondent .* so for north"):
        poststratified_mean(units)
    pooled = poststratified_mean(units, variance="pooled")
    assert pooled.std_error_infinite == pytest.approx(
        np.sqrt((10 / 22) ** 2 * 0.8 + (12 / 22) ** 2 * 0.1)
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"n_members": [4, 12]}, r"more respondents than members.* for north\."),
        ({"n_respondents": [0, 8]}, r"nobody answered .* so for north\."),
        ({"n_members": [10, np.nan]}, "whole n_members .* for south"),
        ({"n_respondents": [2.5, 8]}, "whole n_respondents .* for north"),
        ({"mean": [np.nan, 3]}, "needs a mean .* for north"),
        ({"variance": [np.nan, 1]}, "needs a variance .* for north"),
        ({"team": ["north", "north"]}, "more than one row for north"),
    ],
)
def test_units_that_cannot_be_are_refused_by_name(columns, message):
    with pytest.raises(ValueError, match=message):
        poststratified_mean(_units(**columns))


def test_units_without_variance_are_refused():
    with pytest.raises(InsufficientDataError, match="do not vary within any of the 2"):
        poststratified_mean(_units(variance=[0.0, 0.0]))
    with pytest.raises(InsufficientDataError, match="all 2 units have one"):
        poststratified_mean(_units(n_respondents=[1, 1]), variance="pooled")


def test_a_summary_needs_its_columns():
    with pytest.raises(ValueError, match="lacks the columns n_members, mean"):
        poststratified_mean(_units().drop(columns=["n_members", "mean"]))
    with pytest.raises(ValueError, match="lacks a column `variance` or `sd`"):
        poststratified_mean(_units().drop(columns="variance"))


def test_worst_cases_and_tipping_point():
    row = (
        nonresponse_bounds(3.5, 60, 100, lowest=1, highest=5, reference=3.0)
        .to_frame()
        .iloc[0]
    )

    assert row["bound_low"] == pytest.approx(0.6 * 3.5 + 0.4 * 1)
    assert row["bound_high"] == pytest.approx(0.6 * 3.5 + 0.4 * 5)
    assert row["scenario_low"] == pytest.approx(3.1)
    assert row["scenario_high"] == pytest.approx(3.9)
    assert row["silent_mean_needed"] == pytest.approx(2.25)
    assert row["difference_needed"] == pytest.approx(-1.25)
    assert row["can_flip"]


def test_scenarios_stay_on_the_response_scale():
    row = nonresponse_bounds(4.5, 1, 2, lowest=1, highest=5).to_frame().iloc[0]

    assert row["scenario_high"] == row["bound_high"]


def test_nobody_is_left_to_flip_a_full_response():
    frame = nonresponse_bounds(
        [3.0, 3.0], [10, 9], [10, 10], lowest=1, highest=5, reference=4.5
    ).to_frame()

    assert frame["can_flip"].tolist() == [False, False]
    assert np.isnan(frame["silent_mean_needed"][0])
    assert frame["silent_mean_needed"][1] == pytest.approx(18)


def test_bounds_of_named_units():
    frame = nonresponse_bounds_from_summary(_units(), lowest=1, highest=5).to_frame()

    assert frame["team"].tolist() == ["north", "south"]
    assert frame["bound_low"].tolist() == pytest.approx([2.0, (8 * 3.5 + 4) / 12])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"mean": 5.5}, "on the response scale, 1 to 5"),
        ({"n_respondents": 0}, "needs a respondent"),
        ({"n_members": 4}, "more respondents than members"),
        ({"difference": (1.0, -1.0)}, "the lower one first"),
        ({"reference": 6.0}, "`reference` must lie between 1 and 5"),
        ({"lowest": 5, "highest": 1}, "`highest` must be above"),
        ({"mean": [3.0, 3.0, 3.0], "n_members": [9, 9]}, "one length; got 3, 1, 2"),
    ],
)
def test_bounds_of_what_cannot_be_are_refused(call, message):
    given = {
        "mean": 3.0,
        "n_respondents": 5,
        "n_members": 9,
        "lowest": 1,
        "highest": 5,
    } | call
    with pytest.raises(ValueError, match=message):
        nonresponse_bounds(
            given.pop("mean"),
            given.pop("n_respondents"),
            given.pop("n_members"),
            **given,
        )


def test_early_and_late_by_dates():
    when = pd.Series(pd.date_range("2026-03-01", periods=9, freq="D"))
    score = pd.Series([4.0, 5.0, 4.5, 3.0, 3.0, 3.0, 1.0, 2.0, 1.5])

    result = compare_early_late(score, when)

    assert result.estimate == pytest.approx(-3)
    assert (result.n_early, result.n_late) == (3, 3)
    assert result.early_until == pd.Timestamp("2026-03-03")
    assert result.late_from == pd.Timestamp("2026-03-07")
    assert result.trend < -0.8
    assert any("Armstrong" in note for note in result.notes)


def test_a_cut_splits_everyone():
    when = pd.Series(pd.to_datetime(["2026-03-01"] * 3 + ["2026-03-09"] * 4 + [None]))
    score = pd.Series([1.0, 2, 3, 4, 5, 6, np.nan, 2])

    result = compare_early_late(score, when, cut=pd.Timestamp("2026-03-05"))

    assert (result.n_early, result.n_late, result.n_left_out) == (3, 3, 2)
    assert result.estimate == pytest.approx(3)


def test_people_of_one_moment_stay_together():
    result = compare_early_late(
        pd.Series([1.0, 2, 3, 4, 5, 6, 7]), pd.Series([1, 1, 1, 2, 3, 4, 5])
    )

    assert (result.n_early, result.n_late) == (3, 2)


def test_a_perfect_trend_has_no_t():
    result = compare_early_late(pd.Series([1.0, 2, 3, 4, 5, 6]), pd.Series(range(6)))

    assert (result.trend, result.trend_p_value) == (1, 0)


@pytest.mark.parametrize(
    ("moments", "options", "error", "message"),
    [
        ([1, 1, 1, 1, 1, 2], {}, InsufficientDataError, "at one moment"),
        ([1, 2, 3, 4, 5, 6], {"cut": 2}, InsufficientDataError, "early group has 1"),
        ([1, 2, 3, 4, 5, 6], {"share": 0.2}, InsufficientDataError, "respondents is 1"),
        ([1, 2, 3, 4, 5, 6], {"share": 0.7}, ValueError, "at most 1/2"),
        ([1, 2, 3, 4, 5, 6], {"cut": "March"}, TypeError, "`cut` must be a moment"),
        (list("abcdef"), {}, TypeError, "dates or numbers"),
    ],
)
def test_moments_that_tell_nothing_are_refused(moments, options, error, message):
    score = pd.Series([1.0, 2, 1, 4, 5, 2])

    with pytest.raises(error, match=message):
        compare_early_late(score, pd.Series(moments), **options)

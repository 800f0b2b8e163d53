from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.change import attrition, compare_linked_waves


@pytest.fixture
def linked(rng):
    """Sixty people in ten teams over three waves."""
    person, wave = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    level = rng.normal(3, 0.7, 60)[person]
    value = level + 0.2 * wave + rng.normal(0, 0.5, 180)
    return pd.DataFrame(
        {"person": person, "wave": wave, "team": person % 10, "value": value}
    )


def compare(frame, **options):
    return compare_linked_waves(
        frame["value"], frame["wave"], frame["person"], **options
    )


def test_complete_people_give_the_paired_comparison(linked):
    two = linked[linked["wave"] < 2]

    result = compare(two)

    wide = two.pivot(index="person", columns="wave", values="value")
    change = wide[1] - wide[0]
    row = result.to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(change.mean())
    assert row["std_error"] == pytest.approx(change.sem(), rel=1e-9)
    assert row["df"] == pytest.approx(59, rel=1e-6)


def test_a_team_intercept_leaves_the_change_of_complete_people(linked):
    alone, teams = compare(linked), compare(linked, teams=linked["team"])

    np.testing.assert_allclose(
        alone.to_frame()["estimate"], teams.to_frame()["estimate"], rtol=1e-9
    )
    assert teams.n_teams == 10
    assert teams.method == "REML, person in team"


def test_incomplete_people_are_used(linked):
    gaps = linked.drop(index=[1, 5, 9, 10])

    result = compare(gaps)

    assert result.n_respondents == 60
    assert result.n_answers == 176
    assert result.n_linked == 59
    assert "59 of 60 people" in result.notes[0]


def test_missing_answers_are_as_rows_left_out(linked):
    gaps = linked.copy()
    gaps.loc[[1, 5, 9], "value"] = np.nan

    left, missing = compare(gaps.dropna()), compare(gaps)

    pd.testing.assert_frame_equal(left.to_frame(), missing.to_frame())


def test_two_waves_compare_once_with_first_and_previous(linked):
    frame = compare(linked).to_frame()

    assert list(frame["comparison"]) == ["first", "first", "previous", "previous"]
    assert list(frame["versus"]) == [0, 0, 0, 1]
    assert frame["estimate"][0] == pytest.approx(frame["estimate"][2])


def test_unlinked_people_are_refused_with_the_way_out(linked):
    strangers = linked.assign(person=np.arange(len(linked)))
    nameless = linked.assign(person=linked["person"].where(linked.index > 3))

    with pytest.raises(InsufficientDataError, match=r"0 of 180 .*`compare_waves`"):
        compare(strangers)
    with pytest.raises(ValueError, match=r"4 of 180 rows do not say.*compare_waves"):
        compare(nameless)


def test_a_person_twice_in_a_wave_is_refused(linked):
    double = pd.concat([linked, linked.head(2)], ignore_index=True)

    with pytest.raises(
        ValueError, match="2 rows repeat a person in a wave, first 0 in 0"
    ):
        compare(double)


def test_a_person_in_two_teams_is_refused(linked):
    teams = linked["team"].copy()
    teams[0] = 7

    with pytest.raises(ValueError, match="1 people changed team"):
        compare(linked, teams=teams)


def test_one_wave_or_no_variance_is_refused(linked):
    with pytest.raises(InsufficientDataError, match="at least 2 waves with scores"):
        compare(linked[linked["wave"] == 0])
    with pytest.raises(InsufficientDataError, match="do not vary over 60 people"):
        compare(linked.assign(value=3.0))
    with pytest.raises(InsufficientDataError, match="at least 2 teams; got 1"):
        compare(linked, teams=linked["team"] * 0)


def test_people_who_all_move_alike_are_refused(linked):
    alike = linked.assign(value=linked["person"] / 10 + linked["wave"])
    nearly = alike.assign(value=alike["value"] + 1e-7 * linked["value"])

    for frame in (alike, nearly):
        with pytest.raises(
            InsufficientDataError, match=r"all 60 people .* moved alike"
        ):
            compare(frame)


def test_a_line_needs_waves_that_are_numbers(linked):
    words = linked.assign(wave=linked["wave"].map({0: "a", 1: "b", 2: "c"}))

    with pytest.raises(ValueError, match="a line needs `waves` that are numbers"):
        compare(words, form="linear")


def test_unknown_options_are_refused(linked):
    with pytest.raises(ValueError, match="`form` must be one of"):
        compare(linked, form="quadratic")
    with pytest.raises(ValueError, match="`df_method` must be one of"):
        compare(linked, df_method="kenward-roger")


# ---- attrition -----------------------------------------------------------------------


def follow(frame, **options):
    return attrition(frame[["value"]], frame["wave"], frame["person"], **options)


@pytest.fixture
def leaving(linked):
    first = linked[linked["wave"] == 0].set_index("person")["value"]
    low = first.sort_values().index[:25]
    return linked[(linked["wave"] < 2) | ~linked["person"].isin(low)]


def test_leavers_are_compared_with_stayers(leaving):
    result = follow(leaving)

    assert (result.n_stayed, result.n_left, result.n_respondents) == (35, 25, 60)
    assert result.share_left == pytest.approx(25 / 60)
    row = result.to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(row["mean_left"] - row["mean_stayed"])
    assert row["conf_high"] < 0
    assert row["hedges_g"] < 0


def test_shares_are_given_for_each_unit_and_wave(leaving):
    shares = follow(leaving, units=leaving["team"] % 2).to_shares()

    assert len(shares) == 6
    everyone = shares[shares["unit"].isna()]
    assert list(everyone["n_lost"]) == [0, 25]
    halves = shares[shares["unit"].notna() & (shares["wave"] == 2)]
    assert halves["n_lost"].sum() == 25


def test_bounds_move_the_leavers(leaving):
    bounds = follow(leaving, moves=(-1, 0, 1)).to_bounds()

    stay = bounds["change_stayed"][0]
    expected = [(35 * stay + 25 * move) / 60 for move in (-1, 0, 1)]
    assert list(bounds["change"]) == pytest.approx(expected)


def test_teams_cluster_the_comparison(leaving):
    result = follow(leaving, teams=leaving["team"])

    assert result.method == "cluster_cr2_satterthwaite"
    alone = follow(leaving).to_frame()["estimate"][0]
    assert result.to_frame()["estimate"][0] == pytest.approx(alone)


def test_scores_that_separate_leavers_are_refused(leaving):
    with pytest.raises(InsufficientDataError, match="separate leavers from stayers"):
        follow(leaving, logistic=True)


def test_the_logistic_regression_must_be_asked_for(leaving):
    with pytest.raises(ValueError, match="logistic=True"):
        follow(leaving).to_logistic()


def test_nobody_left_is_refused(linked):
    with pytest.raises(InsufficientDataError, match="got 0 and 60 of the 60 people"):
        follow(linked)


def test_one_wave_is_refused(linked):
    with pytest.raises(InsufficientDataError, match="at least 2 waves with scores"):
        follow(linked[linked["wave"] == 0])

"""Agreement against R (multilevel 2.7, lme4) and figures worked out by hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.agreement import (
    chance_of_r_wg,
    critical_r_wg,
    icc,
    r_wg,
    team_agreement,
)

VALENCE = [f"valence{i}" for i in range(1, 5)]
# R's answers are stored with 13 digits; the same closed forms in both programs.
STORED = 1e-11


@pytest.fixture(scope="module")
def synthetic(oracle):
    answers = pd.read_csv(oracle / "synth_complete.csv")
    expected = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))
    return answers, expected


@pytest.fixture(scope="module")
def by_team(synthetic):
    answers, _ = synthetic
    result = team_agreement(answers[VALENCE], answers["team"], lowest=1, highest=5)
    return result.to_frame().set_index("team")


@pytest.mark.parametrize(
    ("key", "field", "column"),
    [
        ("rwg_j", "rwg.j", "r_wg_j_uniform"),
        ("rwg_lindell", "rwg.lindell", "r_wg_j_star"),
        ("ad_m", "AD.M", "ad_mean"),
        ("ad_md", "AD.M", "ad_median"),
        ("awg", "a.wg", "a_wg"),
    ],
)
def test_every_team_as_in_multilevel(synthetic, by_team, key, field, column):
    _, expected = synthetic
    stored = pd.Series({int(row["grpid"]): row[field] for row in expected[key]})

    assert len(stored) == 32
    assert by_team.loc[stored.index, column].to_numpy() == pytest.approx(
        stored.to_numpy(), rel=STORED, abs=1e-12
    )


def test_single_item_as_in_multilevel(synthetic):
    answers, expected = synthetic
    got = [
        r_wg(
            answers.loc[answers["team"] == int(row["grpid"]), "valence1"],
            lowest=1,
            highest=5,
        ).estimate
        for row in expected["rwg_single"]
    ]

    assert got == pytest.approx(
        [row["rwg"] for row in expected["rwg_single"]], rel=STORED, abs=1e-12
    )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("r_wg_j_uniform", [0.1801801802, 0.2105263158]),
        ("r_wg_j_star", [0.0520833333, 0.0625]),
        ("ad_mean", [1.0625, 1.0]),
        ("a_wg", [0.2648809524, 0.2807539683]),
    ],
)
def test_two_teams_that_can_be_checked_by_hand(field, values):
    items = _tiny()
    teams = pd.Series(list("aaaabbbb"))

    frame = team_agreement(items, teams, lowest=1, highest=5).to_frame()

    # ten decimals were printed
    assert frame[field].tolist() == pytest.approx(values, abs=6e-11)


def test_negative_icc_of_two_teams_by_hand():
    result = icc(
        _tiny().mean(axis="columns"), pd.Series(list("aaaabbbb")), method="anova"
    )

    assert result.icc1 == pytest.approx(-0.3312368973, abs=6e-11)
    assert result.icc2 == pytest.approx(-210.6666666667, abs=6e-11)


def test_icc_by_anova_as_in_multilevel(synthetic):
    answers, expected = synthetic
    values = answers[VALENCE].mean(axis="columns")

    result = icc(values, answers["team"], method="anova")
    textbook = icc(values, answers["team"], method="anova", group_size="n0")

    assert [result.icc1, result.icc2] == pytest.approx(expected["icc_aov"], rel=STORED)
    assert result.mean_square_between == pytest.approx(2.1550568508, abs=6e-11)
    assert result.mean_square_within == pytest.approx(0.6251587360, abs=6e-11)
    assert textbook.icc1 == pytest.approx(0.1114486959, abs=6e-11)
    assert textbook.group_size == pytest.approx(19.5110, abs=6e-5)


@pytest.mark.parametrize(
    ("subscale", "position", "rel"),
    [
        ("valence", 0, 1e-6),
        # nlme, under multilevel's mult.icc, stopped early here: the next test shows
        # that the restricted likelihood is higher at our value than at R's
        ("efficacy", 1, 1e-4),
    ],
)
def test_icc_by_reml_as_in_multilevel(synthetic, subscale, position, rel):
    answers, expected = synthetic
    values = answers[[f"{subscale}{i}" for i in range(1, 5)]].mean(axis="columns")

    result = icc(values, answers["team"])

    stored = expected["icc_mixed"][position]
    assert result.icc1 == pytest.approx(stored["ICC1"], rel=rel)
    assert result.icc2 == pytest.approx(stored["ICC2"], rel=rel)


def test_the_restricted_likelihood_agrees_with_us_where_r_stopped_early(synthetic):
    answers, expected = synthetic
    values = answers[[f"efficacy{i}" for i in range(1, 5)]].mean(axis="columns")
    ours = icc(values, answers["team"]).icc1
    theirs = expected["icc_mixed"][1]["ICC1"]

    def criterion(share):
        return _dense_criterion(values.to_numpy(), answers["team"].to_numpy(), share)

    assert criterion(ours) < criterion(theirs)
    assert criterion(ours) < min(criterion(ours - 1e-5), criterion(ours + 1e-5))


def test_intervals_of_a_balanced_design_as_published():
    # Shrout and Fleiss (1979): ICC(1,1) of 6 targets by 4 judges; pingouin 0.7.0 prints
    # the interval as [-.13, .72]. Both ours must be this one, with REML cut off at 0.
    ratings = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
    values, targets = pd.Series(ratings), pd.Series(np.repeat(range(6), 4))

    anova = icc(values, targets, method="anova")
    reml = icc(values, targets)

    assert anova.icc1 == pytest.approx(0.165742, abs=6e-7)
    assert anova.icc2 == pytest.approx(0.442798, abs=1e-6)
    assert (anova.conf_low, anova.conf_high) == pytest.approx((-0.13, 0.72), abs=5e-3)
    assert reml.icc1 == pytest.approx(anova.icc1, rel=1e-10)
    assert (reml.conf_low, reml.conf_high) == pytest.approx((0, anova.conf_high))


def test_random_answers_of_ten_people_by_enumeration():
    critical = critical_r_wg(10)

    assert critical == pytest.approx(0.5277777778, abs=6e-11)
    assert chance_of_r_wg(10, at_least=critical) == pytest.approx(0.0445, abs=5e-5)


@pytest.mark.parametrize(
    ("n_respondents", "chance"),
    [(3, 0.232), (4, 0.098), (5, 0.059), (8, 0.021), (10, 0.0055)],
)
def test_chance_that_random_answers_reach_seventy(n_respondents, chance):
    # published with two significant digits
    assert chance_of_r_wg(n_respondents, at_least=0.70) == pytest.approx(
        chance, abs=5e-4
    )


def _tiny():
    rows = ["5454", "3323", "4445", "2122", "5544", "1212", "3433", "4344"]
    return pd.DataFrame([[int(answer) for answer in row] for row in rows]).rename(
        columns=str
    )


def _dense_criterion(values, teams, share):
    """Minus twice the restricted log-likelihood from the whole covariance matrix."""
    n = len(values)
    covariance = (1 - share) * np.eye(n) + share * (teams[:, None] == teams[None, :])
    ones = np.ones(n)
    inverse_ones = np.linalg.solve(covariance, ones)
    information = ones @ inverse_ones
    deviation = values - inverse_ones @ values / information
    squares = deviation @ np.linalg.solve(covariance, deviation)
    _, log_determinant = np.linalg.slogdet(covariance)
    return (n - 1) * np.log(squares) + log_determinant + np.log(information)

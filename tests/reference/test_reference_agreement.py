"""Agreement against R (multilevel 2.7, lme4) and figures worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.agreement import (
    agreement_cutoffs,
    chance_of_r_wg,
    critical_r_wg,
    icc,
    r_wg,
    team_agreement,
)

VALENCE = [f"valence{i}" for i in range(1, 5)]
# R's answers are stored with 13 digits; the same closed forms in both programs.
STORED = 1e-11
AWKWARD = json.loads(
    (Path(__file__).parent / "cases" / "agreement.json").read_text("utf-8")
)
NULLS = tuple(AWKWARD["complete"]["joint"])


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


def _awkward(which):
    """Return R's answers and our table for the same teams."""
    items = pd.DataFrame(AWKWARD["items" if which == "complete" else "holes"])
    teams = pd.Series(AWKWARD["team"])
    result = team_agreement(
        items.astype(float),
        teams,
        lowest=1,
        highest=5,
        nulls=(*NULLS, "group_mean"),
        missing="available" if which == "complete" else "listwise",
    )
    expected = AWKWARD[which]
    return expected, result.to_frame().set_index("team").loc[expected["team"]]


def _numbers(values):
    return np.array([np.nan if v in (None, "NaN") else v for v in values], dtype=float)


@pytest.mark.parametrize("which", ["complete", "listwise"])
def test_awkward_teams_as_in_multilevel(which):
    expected, got = _awkward(which)

    assert got["n_respondents"].tolist() == expected["n_respondents"]
    for ours, theirs in (
        *((f"r_wg_j_{null}", expected["joint"][null]) for null in NULLS),
        ("r_wg_j_star", expected["star"]),
        ("ad_mean", expected["ad_mean"]),
        ("ad_median", expected["ad_median"]),
        ("a_wg", expected["a_wg"]),
    ):
        assert got[ours].to_numpy() == pytest.approx(
            _numbers(theirs), rel=AWKWARD["rtol"], abs=1e-12, nan_ok=True
        ), ours


@pytest.mark.parametrize("which", ["complete", "listwise"])
def test_random_answers_around_the_group_mean_as_by_uniroot(which):
    expected, got = _awkward(which)

    assert got["n_items_group_mean"].tolist() == expected["n_group_mean"]
    # R's uniroot stops at 1e-14 of lambda, which the null variance magnifies
    assert got["r_wg_j_group_mean"].to_numpy() == pytest.approx(
        _numbers(expected["group_mean"]), rel=1e-10, abs=1e-12, nan_ok=True
    )


@pytest.mark.parametrize("null", NULLS)
def test_one_item_under_every_null_as_in_multilevel(null):
    expected = AWKWARD["complete"]
    items, teams = pd.DataFrame(AWKWARD["items"]), pd.Series(AWKWARD["team"])

    got = [
        r_wg(items.loc[teams == team, "q1"], lowest=1, highest=5, null=null).estimate
        for team in expected["team"]
    ]

    assert got == pytest.approx(
        expected["single"][null], rel=AWKWARD["rtol"], abs=1e-12
    )


@pytest.mark.parametrize("case", AWKWARD["icc"], ids=lambda case: case["name"])
def test_icc_and_eta_squared_of_awkward_teams(case):
    got = icc(pd.Series(case["values"]), pd.Series(case["teams"]), method="anova")

    for field in (
        "icc1",
        "statistic",
        "p_value",
        "eta_squared",
        "design_effect",
    ):
        assert getattr(got, field) == pytest.approx(
            case[field], rel=AWKWARD["rtol"], abs=1e-13
        ), field
    # R divides rounding by rounding where the teams do not differ at all
    if got.statistic > 1e-12:
        assert got.icc2 == pytest.approx(case["icc2"], rel=AWKWARD["rtol"])
    # R's uniroot and its non-central F (error below 1e-9)
    limits = (got.eta_squared_low, got.eta_squared_high)
    assert limits == pytest.approx(case["eta_limits"], rel=1e-7, abs=1e-12)


def test_average_deviation_of_random_answers_as_published():
    cutoff = agreement_cutoffs(10)
    looser = agreement_cutoffs(10, significance=0.052)

    assert (cutoff.method, cutoff.cutoff) == ("exact", pytest.approx(0.74))
    assert cutoff.chance == pytest.approx(0.0408, abs=5e-5)
    assert looser.cutoff == pytest.approx(0.76)
    assert looser.chance == pytest.approx(0.0511, abs=5e-5)


@pytest.mark.parametrize("case", AWKWARD["chance"], ids=str)
def test_simulated_cutoffs_as_by_the_simulations_of_multilevel(case):
    # R correlates the normal values that are cut; ours are correlations of answers
    answers = _correlation_after_cutting(case["normal_correlation"])

    got = agreement_cutoffs(
        case["n_respondents"],
        n_items=case["n_items"],
        index=case["index"],
        correlation=answers,
        n_simulations=20_000,
    )

    # two quantiles of 20 000 simulations: se .0015 of a chance each. The values near
    # the cut-off spread by about .05 (AD) or .2 (r_wg) for .10 of chance.
    assert got.cutoff == pytest.approx(
        case["cutoff"], abs=0.006 if case["index"] == "ad_mean" else 0.02
    )


def _correlation_after_cutting(normal):
    """Correlation of two uniform five-point answers, by the bivariate normal."""
    from scipy.stats import multivariate_normal, norm

    cuts = norm.ppf([0.2, 0.4, 0.6, 0.8])
    joint = multivariate_normal([0, 0], [[1, normal], [normal, 1]])
    covariance = sum(
        joint.cdf([one, two]) - norm.cdf(one) * norm.cdf(two)
        for one in cuts
        for two in cuts
    )
    return float(covariance / 2)


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

"""Group comparisons against R, JASP and scipy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from diagnose.statistics.comparison import (
    compare_groups,
    compare_two,
    equivalence_from_estimate,
    equivalence_test,
    welch_from_summary,
)
from diagnose.statistics.effects import (
    hedges_g,
    omega_squared,
    studentized_range_quantile,
)
from diagnose.statistics.means import mean_interval

CASES = Path(__file__).parent / "cases"
PAIRS = json.loads((CASES / "games_howell.json").read_text("utf-8"))
EQUIVALENCE = json.loads((CASES / "equivalence.json").read_text("utf-8"))
EFFECTS = json.loads((CASES / "effect_sizes.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def people(oracle):
    answers = pd.read_csv(oracle / "synth_complete.csv")
    items = answers[[f"valence{i}" for i in range(1, 5)]]
    return answers.assign(valence=items.mean(axis="columns"))


def test_welch_and_kruskal_match_r(people, in_r):
    result = compare_groups(people["valence"], people["site"])

    welch = result.omnibus
    got = [welch.statistic, welch.df, welch.df2, welch.p_value]
    assert got == pytest.approx(in_r["welch"], rel=1e-10)
    kruskal = [result.sensitivity.statistic, result.sensitivity.p_value]
    assert kruskal == pytest.approx(in_r["kruskal"], rel=1e-10)


def test_welch_t_matches_r(people, in_r):
    staff = people["level"] == "staff"

    result = compare_two(people["valence"][~staff], people["valence"][staff])

    got = [
        result.statistic,
        result.df,
        result.p_value,
        result.conf_low,
        result.conf_high,
    ]
    assert got == pytest.approx(in_r["welch_t"], rel=1e-10)


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case["dataset"])
def test_games_howell_matches_reference(case):
    import pingouin

    table = pingouin.read_dataset(case["dataset"])

    result = compare_groups(table[case["value"]], table[case["group"]])

    pairs = result.to_frame()
    for column, expected in case["expected"].items():
        assert list(pairs[column]) == pytest.approx(expected, rel=case["rtol"])
    for field, expected in case.get("omnibus", {}).items():
        assert getattr(result.omnibus, field) == pytest.approx(
            expected, rel=case["rtol"]
        )


def test_games_howell_limits_touch_zero_where_p_is_one_minus_the_level():
    """Second route: the limit from our quantile and pingouin's p must agree."""
    import pingouin

    table = pingouin.read_dataset("anova")
    groups = compare_groups(table["Pain threshold"], table["Hair color"])
    pair = groups.pairs[5]

    again = compare_groups(
        table["Pain threshold"], table["Hair color"], conf_level=1 - pair.p_value
    ).pairs[5]

    assert again.conf_low == pytest.approx(0, abs=1e-7)


def test_summary_gives_the_same_omnibus_test_as_the_values(people):
    grouped = people.groupby("site")["valence"]
    summary = pd.DataFrame(
        {
            "n_respondents": grouped.size(),
            "mean": grouped.mean(),
            "variance": grouped.var(),
        }
    )

    short = welch_from_summary(summary).to_frame()
    full = compare_groups(people["valence"], people["site"]).omnibus.to_frame()

    pd.testing.assert_frame_equal(short, full, rtol=1e-12)


@pytest.mark.parametrize("n_groups", [2, 3, 10])
@pytest.mark.parametrize("df", [1.5, 2, 8.3, 60, 1000])
def test_studentized_range_quantile_matches_scipy(n_groups, df):
    quantile = studentized_range_quantile(0.95, n_groups, df)

    # scipy integrates to about 1e-11.
    covered = stats.studentized_range.cdf(quantile, n_groups, df)
    assert covered == pytest.approx(0.95, abs=1e-9)


def test_studentized_range_of_two_groups_is_student_t():
    quantile = studentized_range_quantile(0.95, 2, 7.7) / np.sqrt(2)

    assert quantile == pytest.approx(stats.t.ppf(0.975, 7.7), rel=1e-12)


def test_hedges_g_and_its_limits_match_the_noncentral_t():
    g, low, high = hedges_g(0.8, (1.0, 1.0), (12, 9), 0.95)

    unit = np.sqrt(1 / 12 + 1 / 9)
    # The usual approximation of the correction is right to about 1e-4.
    assert g / 0.8 == pytest.approx(1 - 3 / (4 * 19 - 1), abs=2e-4)
    assert stats.nct.cdf(0.8 / unit, 19, low / unit) == pytest.approx(0.975, abs=1e-9)
    assert stats.nct.cdf(0.8 / unit, 19, high / unit) == pytest.approx(0.025, abs=1e-9)


def test_omega_squared_limits_match_the_noncentral_f(people):
    test = compare_groups(people["outcome"], people["site"]).omnibus

    high = test.omega_squared_high
    ncp = test.n_respondents * high / (1 - high)
    tail = stats.ncf.cdf(test.statistic, test.df, test.df2, ncp)
    assert tail == pytest.approx(0.025, abs=1e-8)


@pytest.mark.parametrize("case", EQUIVALENCE, ids=lambda case: case["source"])
def test_equivalence_matches_reference(case):
    result = equivalence_test(case["first"], case["second"], bound=case["bound"])

    got = {name: getattr(result, name) for name in case["expected"]}
    assert got == pytest.approx(case["expected"], rel=case["rtol"])
    # With equal sizes the pooled test has the same standard error, and 10 df.
    pooled = equivalence_from_estimate(
        result.estimate, result.std_error, case["pooled_df"], bound=case["bound"]
    )
    assert pooled.p_value == pytest.approx(case["pooled_p_value"], rel=case["rtol"])


def test_equivalence_of_one_sample_against_zero():
    mean = mean_interval([4, 7, 8, 6, 3, 2])

    result = equivalence_from_estimate(mean.estimate, mean.std_error, mean.df, bound=4)

    assert result.p_value == pytest.approx(0.825967, rel=1e-6)  # pingouin 0.7.0


@pytest.mark.parametrize("case", EFFECTS["two"], ids=lambda case: len(case["first"]))
def test_hedges_g_matches_r(case):
    result = compare_two(case["first"], case["second"], conf_level=case["conf_level"])

    for name in ("hedges_g", "hedges_g_low", "hedges_g_high"):
        assert getattr(result, name) == pytest.approx(case[name], rel=EFFECTS["rtol"])


@pytest.mark.parametrize("case", EFFECTS["many"], ids=lambda case: case["statistic"])
def test_omega_squared_matches_r(case):
    options = ("statistic", "df", "df2", "n_respondents", "conf_level")

    result = omega_squared(*(case[name] for name in options))

    assert result == pytest.approx(case["expected"], rel=EFFECTS["rtol"], abs=1e-12)


def test_omega_squared_of_thousands_of_teams_without_differences():
    # R 4.2.2: uniroot over pf(1, 4999, 95000, ncp) at .025. R's pf is 7e-10 from the
    # sum over Poisson weights there, which moves the root by 6e-9 of itself.
    _, low, high = omega_squared(1.0, 4999, 95_000, 100_000, 0.95)

    assert low == 0
    assert high == pytest.approx(0.00206521153897, rel=1e-8)

"""Planning against R: closed forms, power, explicit covariances, clustered tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics import planning
from diagnose.statistics.planning import (
    PlanAssumptions,
    power_two_groups,
    respondents_needed,
    smallest_detectable_difference,
)
from diagnose.statistics.planning.cluster_t import cluster_tests
from diagnose.statistics.planning.noncentral import beyond_critical, t_quantile

FOLDER = Path(__file__).parent
REFERENCE = json.loads((FOLDER / "cases" / "planning.json").read_text("utf-8"))
# Roots of a non-central t, which R's pt knows to about 1e-8.
RTOL = REFERENCE["rtol"]
CASES = [
    pytest.param(case, id=f"{number}-{case['call']}")
    for number, case in enumerate(REFERENCE["cases"])
]


@pytest.mark.parametrize("case", CASES)
def test_a_plan_is_as_in_r(case):
    arguments = dict(case["arguments"])
    target = [arguments.pop("margin")] if "margin" in arguments else []
    plan = getattr(planning, case["call"])(
        *target, assumptions=PlanAssumptions(**case["assumptions"]), **arguments
    )

    got = {name: getattr(plan, name) for name in case["expected"]}
    assert got == pytest.approx(case["expected"], rel=RTOL)


@pytest.mark.parametrize("case", REFERENCE["two_groups"], ids=lambda c: str(c["sd"]))
def test_power_is_that_of_power_t_test(case):
    power = power_two_groups(case["difference"], case["sd"], case["n_per_group"])

    # R's pt with a non-centrality is good to about 1e-9
    assert power == pytest.approx(case["power"], rel=1e-8)


@pytest.mark.parametrize("case", REFERENCE["needed"], ids=lambda c: str(c["target"]))
def test_group_sizes_are_those_of_power_t_test_times_the_design_effect(case):
    plan = respondents_needed(
        case["target"], case["sd"], design_effect=case["design_effect"]
    )

    # a root of pt, see RTOL
    assert plan.exact == pytest.approx(case["exact"], rel=RTOL)


@pytest.mark.parametrize("case", REFERENCE["clustered"], ids=lambda c: c["model"])
def test_many_clustered_tests_at_once_are_those_of_clubsandwich(case, oracle):
    frame = pd.read_csv(oracle / "synth_complete.csv")
    for scale in ("valence", "efficacy", "support"):
        frame[scale] = frame[[f"{scale}{i}" for i in range(1, 5)]].mean(axis="columns")
    outcome, _, right = case["model"].partition(" ~ ")
    names = [name for name in right.split(" + ") if name != "1"]
    design = np.column_stack([np.ones(len(frame)), frame[names]])
    teams = [frame["team"].to_numpy() == team for team in frame["team"].unique()]
    products = np.array([design[rows].T @ design[rows] for rows in teams])
    values = frame[outcome].to_numpy()
    moments = np.array([design[rows].T @ values[rows] for rows in teams])
    contrast = np.eye(design.shape[1])[case["column"]]

    # two sets of data, the second without its first team
    twice = np.stack([products, products])
    twice[1, 0] = 0
    sums = np.stack([moments, moments])
    sums[1, 0] = 0
    found = cluster_tests(twice, sums, contrast)

    # closed forms; the two programs add and invert in another order
    got = (found.estimate[0], found.std_error[0], found.df[0])
    expected = (case["estimate"], case["std_error"], case["df"])
    assert got == pytest.approx(expected, rel=1e-10)
    assert found.estimate[1] != pytest.approx(case["estimate"], rel=1e-6)


def test_power_as_in_r_with_both_tails():
    # R 4.2.2: power.t.test(n = 20, delta = .5, strict = TRUE), ten decimals
    assert power_two_groups(0.5, 1, 20) == pytest.approx(0.3379390289, abs=6e-11)


def test_group_size_as_in_r():
    # R 4.2.2: power.t.test(delta = .5, power = .80) prints n = 63.76561
    plan = respondents_needed(0.5, 1)

    assert plan.exact == pytest.approx(63.76561, abs=6e-6)
    assert plan.n_respondents == 64


@pytest.mark.parametrize("shift", [0.0, 0.4, 1.5, 4.0])
@pytest.mark.parametrize("df", [1.5, 2, 2.7, 8, 78, 1798])
def test_power_as_the_non_central_t_of_scipy(df, shift):
    from scipy.stats import nct, t

    critical = t.ppf(0.975, df)
    expected = nct.sf(critical, df, shift) + nct.cdf(-critical, df, shift)

    # both integrate; below 2 df the density has a corner at 0
    rtol = 1e-10 if df >= 2 else 1e-8
    assert beyond_critical(
        t_quantile(df, 0.95), df=df, shift=abs(shift)
    ) == pytest.approx(expected, rel=rtol)


def test_detectable_difference_has_about_its_power():
    # the normal approximation is good to the third digit at 100 a group
    found = smallest_detectable_difference(1, 100, 100)

    assert power_two_groups(found.estimate, 1, 100) == pytest.approx(0.80, abs=5e-3)

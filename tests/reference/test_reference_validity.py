"""Composite reliability and heterotrait-monotrait ratios against R: semTools."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.reliability import (
    composite_reliability,
    convergent_validity,
    htmt,
    omega_total,
)

FOLDER = Path(__file__).parent / "cases"
IN_R = json.loads((FOLDER / "reliability.json").read_text("utf-8"))
CLOSED_FORM = IN_R["rtol"]["closed_form"][0]
HALVES = {"a": ["x1", "x2", "x3"], "b": ["x4", "x5", "x6"]}


def answers_and_model(oracle, name):
    if name == "synthetic":
        subscales = ("valence", "efficacy", "support", "commit")
        model = {block: [f"{block}{i}" for i in range(1, 5)] for block in subscales}
        return pd.read_csv(oracle / "synth_complete.csv"), model
    rows = pd.read_csv(FOLDER / "awkward" / f"{name}.csv")
    return rows.loc[rows.index.repeat(rows["count"])].drop(columns="count"), HALVES


@pytest.mark.parametrize("variant", ["htmt", "htmt_signed", "htmt2"])
@pytest.mark.parametrize("name", IN_R["overlap"])
def test_ratios_match_semtools(oracle, name, variant):
    answers, model = answers_and_model(oracle, name)

    result = htmt(answers, model, variant=variant, n_bootstrap=100)

    expected = np.atleast_1d(IN_R["overlap"][name][variant])
    table = result.to_frame()
    assert table["estimate"].to_numpy() == pytest.approx(expected, rel=CLOSED_FORM)
    n_complete = len(answers[[i for block in model.values() for i in block]].dropna())
    assert result.n_respondents == n_complete


def test_a_given_matrix_gives_the_same_ratios(oracle):
    answers, model = answers_and_model(oracle, "synthetic")
    matrix = answers.drop(columns=["team", "level", "site", "outcome"]).corr()

    result = htmt(answers, model, correlation=matrix)

    expected = IN_R["overlap"]["synthetic"]["htmt"]
    got = result.to_frame()["estimate"].to_numpy()
    assert got == pytest.approx(expected, rel=CLOSED_FORM)
    assert result.flags == ("no_interval:correlation_given",)


def test_bootstrap_of_the_ratio_is_that_of_plain_resampling(oracle):
    answers, model = answers_and_model(oracle, "synthetic")
    people = answers.head(150)

    table = htmt(people, model, variant="htmt2", n_bootstrap=100, seed=5).to_frame()

    drawn = np.random.default_rng(5).integers(150, size=(100, 150))
    one_by_one = np.array(
        [
            htmt(
                people,
                model,
                variant="htmt2",
                correlation=people.iloc[rows, 3:19].corr(),
            ).to_frame()["estimate"]
            for rows in drawn
        ]
    )
    limits = np.quantile(one_by_one, [0.025, 0.975], axis=0)
    assert table["conf_low"].to_numpy() == pytest.approx(limits[0], rel=1e-10)
    assert table["conf_high"].to_numpy() == pytest.approx(limits[1], rel=1e-10)
    assert table["std_error"].to_numpy() == pytest.approx(
        one_by_one.std(axis=0, ddof=1), rel=1e-10
    )


def test_composite_of_errors_that_go_together_matches_semtools():
    case = IN_R["correlated_errors"]
    errors = np.array(case["error_covariances"])

    got = composite_reliability(
        case["loadings"], error_variances=np.diag(errors), error_covariances=errors
    )

    assert got == pytest.approx(case["composite_reliability"], rel=CLOSED_FORM)


def test_composite_of_raw_items_is_omega_with_the_implied_denominator(oracle):
    answers, model = answers_and_model(oracle, "synthetic")
    items = answers[model["support"]]

    for interval in ("delta", "adf", "bca"):
        options = {"interval": interval, "n_bootstrap": 200}
        composite = convergent_validity(items, **options).composite_reliability
        omega = omega_total(items, denominator="implied", **options)

        assert composite.method == "composite_reliability"
        got = [composite.estimate, composite.conf_low, composite.conf_high]
        assert got == [omega.estimate, omega.conf_low, omega.conf_high]

"""H, its standard errors and monotonicity against R and against published routes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.mokken import mokken_h, monotonicity

FOLDER = Path(__file__).parent
REFERENCE = json.loads((FOLDER / "cases" / "mokken.json").read_text("utf-8"))
CASES = REFERENCE["cases"]
# Closed forms, added in another order by R.
RTOL = REFERENCE["rtol"]
CLUSTERED = [case for case in CASES if "clustered_std_error" in case["scalability"]]
MONOTONE = [
    pytest.param(case, check, id=f"{case['data']}-{check['min_group']}")
    for case in CASES
    for check in case.get("monotonicity", [])
]


@pytest.fixture(scope="module")
def synth(oracle):
    return pd.read_csv(oracle / "synth_complete.csv")


def answers(case, synth):
    """Return the complete answers of a case."""
    path = FOLDER / "cases" / "awkward" / f"{case['data']}.csv"
    if path.exists():
        counted = pd.read_csv(path)
        rows = counted.loc[counted.index.repeat(counted["count"])]
        return rows[case["items"]].reset_index(drop=True)
    frame = synth[case["items"]].astype(float)
    for item, codes in REFERENCE["recoded"].get(case["data"], {}).items():
        frame[item] = np.array(codes, dtype=float)[synth[item] - 1]
    return frame


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_h_and_standard_errors_match_r(case, synth):
    result = mokken_h(answers(case, synth))

    expected = case["scalability"]
    assert result.n_respondents == case["n_respondents"]
    scale = (result.estimate, result.std_error)
    in_r = (expected["estimate"], expected["std_error"])
    assert scale == pytest.approx(in_r, rel=RTOL)
    for frame, level in ((result.items, "item"), (result.pairs, "pair")):
        for column in ("estimate", "std_error"):
            in_r = np.atleast_1d(expected[f"{level}_{column}"])
            assert frame[column].to_numpy() == pytest.approx(in_r, rel=RTOL)


@pytest.mark.parametrize("case", CLUSTERED, ids=lambda case: case["data"])
def test_clustered_standard_errors_match_r(case, synth):
    result = mokken_h(answers(case, synth), clusters=synth["team"])

    expected = case["scalability"]
    assert result.estimate == pytest.approx(expected["estimate"], rel=RTOL)
    assert result.std_error == pytest.approx(expected["clustered_std_error"], rel=RTOL)
    for frame, level in ((result.items, "item"), (result.pairs, "pair")):
        in_r = expected[f"clustered_{level}_std_error"]
        assert frame["std_error"].to_numpy() == pytest.approx(in_r, rel=RTOL)


@pytest.mark.parametrize(("case", "check"), MONOTONE)
def test_monotonicity_matches_loops_in_r(case, check, synth):
    result = monotonicity(
        answers(case, synth),
        min_group=check["min_group"],
        min_violation=check["min_violation"],
    )

    for (_, row), in_r in zip(result.items.iterrows(), check["items"], strict=True):
        got = {name: row[name] for name in in_r}
        assert got.pop("item") == in_r["item"]
        expected = {name: in_r[name] for name in got}
        assert got == pytest.approx(expected, rel=RTOL)


@pytest.mark.parametrize(
    "case", [c for c in CASES if "monotonicity" in c], ids=lambda case: case["data"]
)
def test_default_group_is_that_of_the_rule(case, synth):
    in_r = case["monotonicity"][0]["min_group"]

    assert monotonicity(answers(case, synth)).min_group == in_r


@pytest.mark.parametrize("subscale", ["valence", "efficacy", "support", "commit"])
def test_h_matches_the_mokken_package(subscale, synth, oracle):
    in_r = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]

    result = mokken_h(synth[[f"{subscale}{i}" for i in range(1, 5)]])

    # The oracle holds 12 digits.
    assert result.estimate == pytest.approx(in_r[subscale]["mokken_H"], rel=1e-11)
    expected = in_r[subscale]["mokken_Hi"]
    assert list(result.items["estimate"]) == pytest.approx(expected, rel=1e-11)


def test_h_is_one_minus_observed_over_expected_guttman_errors(synth):
    """Second route: count, pair of people by pair of item steps, what is reversed."""
    items = synth[["valence1", "support2", "commit3"]].iloc[:120]
    values = items.to_numpy()
    observed = expected = 0.0
    for i, j in itertools.combinations(range(3), 2):
        steps = [(a, b) for a in range(2, 6) for b in range(2, 6)]
        for a, b in steps:
            above, other = values[:, i] >= a, values[:, j] >= b
            if above.mean() > other.mean():  # a is the easier step
                above, other = other, above
            observed += (above & ~other).mean()
            expected += above.mean() * (~other).mean()

    result = mokken_h(items)

    assert result.estimate == pytest.approx(1 - observed / expected, rel=1e-12)

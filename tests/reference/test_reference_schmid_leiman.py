"""Schmid-Leiman and hierarchical omega against R: psych and GPArotation."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning
from diagnose.statistics.schmid_leiman import omega_hierarchical, schmid_leiman

FOLDER = Path(__file__).parent
REFERENCE = json.loads((FOLDER / "cases" / "schmid_leiman.json").read_text("utf-8"))
CASES = REFERENCE["cases"]
ATOL = REFERENCE["atol"]  # of a loading; a rotation is flat around its minimum


def name_of(case):
    return f"{case['data']}, {case['n_group_factors']}"


def read_answers(case, oracle):
    if case["data"] == "synth":
        return pd.read_csv(oracle / "synth_complete.csv")[case["items"]]
    counted = pd.read_csv(FOLDER / "cases" / "awkward" / f"{case['data']}.csv")
    return counted.loc[counted.index.repeat(counted["count"]), case["items"]]


def two_factors_warn(case):
    if case["n_group_factors"] == 2:
        return pytest.warns(AssumptionWarning, match="do not identify a general")
    return contextlib.nullcontext()


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_loadings_match_r(case, oracle):
    with two_factors_warn(case):
        result = schmid_leiman(
            read_answers(case, oracle), n_group_factors=case["n_group_factors"]
        )

    assert list(result.general) == pytest.approx(case["general"], abs=ATOL)
    assert result.group.to_numpy() == pytest.approx(np.array(case["group"]), abs=ATOL)
    assert list(result.second_order) == pytest.approx(case["second_order"], abs=ATOL)
    # No rotation is in these: the accuracy of the extraction.
    assert list(result.uniquenesses) == pytest.approx(case["uniquenesses"], rel=1e-9)
    assert result.ecv == pytest.approx(case["ecv"], abs=ATOL)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_omega_matches_r(case, oracle):
    with two_factors_warn(case):
        result = omega_hierarchical(
            read_answers(case, oracle), n_group_factors=case["n_group_factors"]
        )

    assert result.estimate == pytest.approx(case["omega_hierarchical"], abs=ATOL)
    assert result.omega_total == pytest.approx(case["omega_total"], rel=1e-9)
    assert result.alpha == pytest.approx(case["alpha"], rel=1e-10)
    assert result.omega_limit == pytest.approx(
        case["omega_hierarchical"] / case["omega_total"], abs=ATOL
    )
    columns = ["omega_total", "omega_general", "omega_group"]
    got = result.groups[columns].to_numpy()
    assert got == pytest.approx(np.array(case["groups"]), abs=ATOL)


def test_synthetic_items_match_the_oracle(oracle):
    answers = pd.read_csv(oracle / "synth_complete.csv").iloc[:, 3:19]
    stored = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))

    result = omega_hierarchical(answers, n_group_factors=4)

    expected = stored["omega_SL"]
    # psych's minres stops at 2e-5 in a loading, its oblimin at a gradient of 1e-5. The
    # value of its parts iterated on, in schmid_leiman.json, is matched to 2e-7.
    assert result.estimate == pytest.approx(expected["omega_h"], rel=5e-6)
    assert result.omega_total == pytest.approx(expected["omega_tot"], rel=1e-8)
    assert result.alpha == pytest.approx(expected["alpha"], rel=1e-11)

"""Careless responding against R: careless 1.2.2, and its definitions with gaps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.carelessness import (
    even_odd_consistency,
    intra_individual_variability,
    longstring,
    mahalanobis_distance,
    psychometric_antonyms,
    psychometric_synonyms,
    reversed_pair_contradiction,
)

FOLDER = Path(__file__).parent / "cases"
GAPS = json.loads((FOLDER / "carelessness.json").read_text("utf-8"))
BLOCKS = {
    name: [f"{name}{i}" for i in range(1, 5)]
    for name in ("valence", "efficacy", "support", "commit")
}
# R's answers are stored with 13 digits; mean runs and distances reach 50
STORED = {"rel": 1e-11, "abs": 1e-12, "nan_ok": True}


@pytest.fixture(scope="module")
def items(oracle):
    answers = pd.read_csv(oracle / "synth_complete.csv")
    return answers[[item for block in BLOCKS.values() for item in block]]


@pytest.fixture(scope="module")
def expected(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["careless"]


def _numbers(stored):
    return np.array([np.nan if v in (None, "NA") else v for v in stored], dtype=float)


def test_runs_as_in_careless(items, expected):
    runs = longstring(items)

    assert runs["longest_run"].tolist() == expected["longstring"]
    assert runs["mean_run"].tolist() == pytest.approx(expected["avgstr"], **STORED)


def test_variability_as_in_careless(items, expected):
    got = intra_individual_variability(items)

    assert got.tolist() == pytest.approx(expected["irv"], **STORED)


def test_distances_as_in_careless(items, expected):
    got = mahalanobis_distance(items)

    assert got["statistic"].tolist() == pytest.approx(expected["mahad"], **STORED)
    assert got["df"].eq(16).all()


def test_even_odd_as_in_careless(items, expected):
    got = even_odd_consistency(items, BLOCKS)

    assert got.to_numpy() == pytest.approx(_numbers(expected["evenodd"]), **STORED)
    assert got.isna().sum() == 15


def test_synonyms_as_in_careless(items, expected):
    got = psychometric_synonyms(items, critical_r=0.45)

    stored = _numbers([row.get("cor") for row in expected["psychsyn"]])
    assert got["estimate"].to_numpy() == pytest.approx(stored, **STORED)
    assert got["n_pairs"].eq(11).all()
    assert got["estimate"].isna().sum() == 16


def _answers(oracle, name):
    if name in {"complete", "missing"}:
        answers = pd.read_csv(oracle / f"synth_{name}.csv")
        return answers[[item for block in BLOCKS.values() for item in block]]
    rows = pd.read_csv(FOLDER / "awkward" / f"{name}.csv")
    people = rows.loc[rows.index.repeat(rows["count"])].drop(columns="count")
    return people.reset_index(drop=True)


def _all_indices(items, critical_r):
    turned = items.copy()
    turned.iloc[:, 1::2] = 6 - turned.iloc[:, 1::2]
    opposites = list(zip(items.columns[0::2], items.columns[1::2], strict=True))
    found = {
        **longstring(items),
        "variability": intra_individual_variability(items),
        "distance": mahalanobis_distance(items)["statistic"],
        "synonyms": psychometric_synonyms(items, critical_r=critical_r)["estimate"],
        "antonyms": psychometric_antonyms(turned, critical_r=critical_r)["estimate"],
        "contradiction": reversed_pair_contradiction(
            turned, opposites, lowest=1, highest=5
        )["estimate"],
    }
    if "valence1" in items:
        found["even_odd"] = even_odd_consistency(items, BLOCKS)
    return found


@pytest.mark.parametrize("name", GAPS["cases"])
def test_indices_of_answers_with_gaps_match_r(oracle, name):
    case = GAPS["cases"][name]

    found = _all_indices(_answers(oracle, name), case["critical_r"])

    assert set(found) == set(case["indices"])
    tolerance = {"rel": GAPS["rtol"][0], "abs": 1e-10, "nan_ok": True}
    for index, expected in case["indices"].items():
        got = found[index].to_numpy(dtype=float)
        first = _numbers(expected["first"])
        assert got[: len(first)] == pytest.approx(first, **tolerance), index
        assert np.isnan(got).sum() == expected["n_undefined"], index
        assert np.nansum(got) == pytest.approx(expected["sum"], rel=1e-9), index

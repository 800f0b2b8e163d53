"""Careless responding in the data of R's careless package (1.2.2)."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnose.statistics.carelessness import (
    even_odd_consistency,
    intra_individual_variability,
    longstring,
    mahalanobis_distance,
    psychometric_synonyms,
    screen_careless,
)

STORED = {"rel": 1e-11, "abs": 1e-12, "nan_ok": True}  # stored with 15 digits


@pytest.fixture(scope="module")
def answers(reference_data):
    return pd.read_csv(reference_data / "careless" / "careless_dataset.csv")


@pytest.fixture(scope="module")
def expected(reference_data):
    folder = reference_data / "careless" / "reference"
    return pd.read_csv(folder / "careless_dataset_indices.csv")


@pytest.fixture(scope="module")
def blocks(answers):
    names = answers.columns.str.slice(0, -1).unique()
    return {name: [f"{name}{i}" for i in range(1, 6)] for name in names}


def test_all_indices_of_all_rows(answers, expected, blocks):
    runs = longstring(answers)
    distance = mahalanobis_distance(answers)
    synonyms = psychometric_synonyms(answers)
    got = {
        "longstring": runs["longest_run"],
        "longstring_avg": runs["mean_run"],
        "irv": intra_individual_variability(answers),
        "mahad": distance["statistic"],
        "evenodd": even_odd_consistency(answers, blocks),
        "psychsyn_noresample": synonyms["estimate"],
    }

    assert len(blocks) == 10
    for name, index in got.items():
        assert index.to_numpy() == pytest.approx(expected[name].to_numpy(), **STORED), (
            name
        )
    assert got["evenodd"].isna().sum() == 5
    assert synonyms["n_pairs"].eq(53).all()
    assert (distance["p_value"] < 0.001).sum() == 18


def test_the_file_of_runs(reference_data):
    items = pd.read_csv(reference_data / "careless" / "longstring-test-data.csv")

    assert longstring(items)["longest_run"].tolist() == [*range(10, 100, 10), 10]


def test_the_screen_finds_some_and_not_most(answers, blocks):
    low, high = int(answers.min(axis=None)), int(answers.max(axis=None))

    screen = screen_careless(answers, answers, blocks=blocks, lowest=low, highest=high)

    assert 10 <= screen.n_careless <= 40
    assert {name for name, _ in screen.not_applied} == {"contradiction", "speed"}

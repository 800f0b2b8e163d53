"""Waves and reliabilities of the research-software surveys against R."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from diagnose.statistics.change import compare_waves
from diagnose.statistics.reliability import cronbach_alpha

AGREEMENT = {
    "Strongly disagree": 1,
    "Disagree": 2,
    "Neither agree or disagree": 3,
    "Agree": 4,
    "Strongly Agree": 5,
}
FREQUENCY = {"Never": 1, "Sometimes": 2, "Often": 3, "Very Often": 4, "Always": 5}
BLOCK = re.compile(r"(affRec|affSat|percEmp|progRSE|perfCheck)\d")


def read_year(folder, year):
    """Return the five blocks as numbers; headers differ between the two years."""
    raw = pd.read_csv(
        folder / "limesurvey_rse_uk" / f"public_data_{year}_uk.csv",
        encoding="utf-8-sig",
        low_memory=False,
    )
    found = {column: BLOCK.search(column) for column in raw.columns}
    return pd.DataFrame(
        {
            match[0]: raw[column].str.strip().map(AGREEMENT | FREQUENCY)
            for column, match in found.items()
            if match
        }
    )


@pytest.fixture(scope="module")
def in_r(reference_data):
    return json.loads((reference_data / "reference_figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def years(reference_data):
    return {year: read_year(reference_data, year) for year in (2016, 2017)}


def block(answers, name, n_items):
    return answers[[f"{name}{i}" for i in range(1, n_items + 1)]]


@pytest.mark.parametrize("name", ["affRec", "affSat", "percEmp"])
def test_anonymous_waves_match_r(years, in_r, name):
    n_items = in_r["rse_alpha_2017uk"][name]["k"]
    means = {
        year: block(answers, name, n_items).dropna().mean(axis="columns")
        for year, answers in years.items()
    }

    result = compare_waves(means[2016], means[2017])

    expected = in_r["rse_uk_2016_vs_2017"][name]
    got = [-result.statistic, result.df, result.p_value]  # R subtracts 2017 from 2016
    figures = [expected["t_welch"], expected["df"], expected["p"]]
    assert got == pytest.approx(figures, rel=1e-9)
    assert result.mean_first == pytest.approx(expected["mean2016"], rel=1e-9)
    assert result.mean_second == pytest.approx(expected["mean2017"], rel=1e-9)
    assert (result.n_first, result.n_second) == (expected["n2016"], expected["n2017"])


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (2016, "affRec"),
        (2016, "affSat"),
        (2016, "percEmp"),
        (2016, "progRSE"),
        (2017, "affRec"),
        (2017, "affSat"),
        (2017, "percEmp"),
    ],
)
def test_alpha_matches_psych(years, in_r, year, name):
    expected = in_r[f"rse_alpha_{year}uk"][name]

    result = cronbach_alpha(block(years[year], name, expected["k"]))

    assert result.estimate == pytest.approx(expected["alpha_listwise"], rel=1e-10)
    assert result.n_respondents == expected["n_complete"]


def test_alpha_of_a_block_without_its_third_item(years, in_r):
    items = years[2016][[f"perfCheck{i}" for i in (1, 2, 4, 5, 6, 7)]]

    expected = in_r["rse_alpha_2016uk"]["perfCheck6"]["alpha_listwise"]
    assert cronbach_alpha(items).estimate == pytest.approx(expected, rel=1e-10)

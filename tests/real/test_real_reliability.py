"""Reliability and items of real surveys against R."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.items import item_analysis
from diagnose.statistics.one_factor import fit_one_factor
from diagnose.statistics.reliability import (
    average_variance_extracted,
    composite_reliability,
    cronbach_alpha,
    guttman_lambda_2,
    guttman_lambda_6,
    htmt,
    omega_total,
    standardised_alpha,
)

REVERSED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]


@pytest.fixture(scope="module")
def in_r(reference_data):
    return json.loads((reference_data / "reference_figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def bfi(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers.iloc[:, :25]


@pytest.fixture(scope="module")
def agreeableness(bfi):
    keyed = bfi.copy()
    keyed[REVERSED] = 7 - keyed[REVERSED]
    return keyed[[f"A{i}" for i in range(1, 6)]]


def test_alpha_of_complete_bfi(agreeableness):
    result = cronbach_alpha(agreeableness)

    got = (result.estimate, result.conf_low, result.conf_high)
    # R's figures are stored with 8 decimals.
    assert got == pytest.approx((0.70375589, 0.68574464, 0.72103596), rel=2e-8)
    assert result.n_respondents == 2709


def test_bootstrap_of_bfi_is_wider_than_feldt(agreeableness):
    result = cronbach_alpha(agreeableness, interval="bootstrap", seed=1)

    # The stored limits are themselves a bootstrap of 2000: Monte-Carlo error .001.
    limits = (result.conf_low, result.conf_high)
    assert limits == pytest.approx((0.6827, 0.7236), abs=0.0025)


def test_other_bounds_of_complete_bfi(agreeableness):
    got = [
        guttman_lambda_2(agreeableness).estimate,
        guttman_lambda_6(agreeableness).estimate,
        cronbach_alpha(agreeableness).std_error,
    ]

    # Stored with 8 and 11 decimals.
    assert got == pytest.approx([0.72097199, 0.68317032, 0.0090748436], rel=1e-8)


def test_intervals_without_normal_theory_are_wider_for_bfi(agreeableness):
    adf = cronbach_alpha(agreeableness, interval="adf")
    bca = cronbach_alpha(agreeableness, interval="bca", seed=1)

    # The stored percentile limits are a bootstrap of 2000: Monte-Carlo error .001.
    for result in (adf, bca):
        limits = (result.conf_low, result.conf_high)
        assert limits == pytest.approx((0.6827, 0.7236), abs=0.0025)


def test_one_factor_and_omega_of_complete_bfi(agreeableness):
    complete = agreeableness.dropna()

    fit = fit_one_factor(complete.cov(ddof=0), len(complete))

    assert fit.statistic == pytest.approx(86.69606159, rel=1e-8)
    observed = omega_total(agreeableness).estimate
    implied = omega_total(agreeableness, denominator="implied").estimate
    assert (observed, implied) == pytest.approx((0.71413594, 0.71212897), rel=2e-6)


def test_item_rest_of_complete_bfi(agreeableness):
    table = item_analysis(agreeableness, lowest=1, highest=6).to_frame()

    expected = [0.3114013006, 0.5630154755, 0.5887730787, 0.3947936801, 0.4872408676]
    assert list(table["item_rest_r"]) == pytest.approx(expected, rel=1e-9)


def test_item_descriptions_of_bfi_match_psych(bfi, in_r):
    table = item_analysis(bfi, lowest=1, highest=6).to_frame().set_index("item")

    for row in in_r["bfi_desc"]:
        if row["_row"] in table.index:
            ours = table.loc[row["_row"]]
            assert ours["n_respondents"] == row["n"]
            got = [ours["mean"], ours["sd"], ours["skew"]]
            assert got == pytest.approx([row["mean"], row["sd"], row["skew"]], rel=1e-9)


@pytest.mark.parametrize(
    ("name", "n_items", "lowest"), [("LEAD", 11, 1), ("TSIG", 3, 1), ("HOSTIL", 5, 0)]
)
def test_lq2002_matches_psych(reference_data, in_r, name, n_items, lowest):
    answers = pd.read_csv(reference_data / "lq2002" / "lq2002.csv")
    items = answers[[f"{name}{i:02d}" for i in range(1, n_items + 1)]]

    table = item_analysis(items, lowest=lowest, highest=lowest + 4).to_frame()

    expected = in_r["lq2002_alpha"][name]
    alpha = cronbach_alpha(items)
    assert alpha.estimate == pytest.approx(expected["raw_alpha"], rel=1e-10)
    assert alpha.n_respondents == expected["n"]
    rest, dropped = expected["item_rest_r"], expected["alpha_drop"]
    assert list(table["item_rest_r"]) == pytest.approx(rest, rel=1e-10)
    assert list(table["alpha_if_dropped"]) == pytest.approx(dropped, rel=1e-10)
    standardised = [
        standardised_alpha(items).estimate,
        guttman_lambda_6(items).estimate,
    ]
    stored = [expected["std_alpha"], expected["G6"]]
    assert standardised == pytest.approx(stored, rel=1e-10)


def test_efc_items_of_mixed_direction_are_noticed(reference_data):
    answers = pd.read_csv(reference_data / "efc" / "efc.csv")
    items = answers[[name for name in answers if "cop" in name]]

    table = item_analysis(items, lowest=1, highest=4).to_frame().set_index("item")

    assert cronbach_alpha(items).estimate == pytest.approx(0.459, abs=5e-4)
    assert omega_total(items).flags == (
        "negative_loading:c82cop1",
        "negative_loading:c89cop8",
        "negative_loading:c90cop9",
    )
    assert (table["item_rest_r"] < 0).sum() >= 1


ABILITIES = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}


@pytest.fixture(scope="module")
def abilities(reference_data):
    folder = reference_data / "holzinger1939"
    return pd.read_csv(folder / "HolzingerSwineford1939.csv")


@pytest.mark.parametrize(
    ("variant", "expected"),
    [("htmt2", [0.384, 0.387, 0.280]), ("htmt", [0.424, 0.467, 0.290])],
)
def test_ratios_of_abilities_match_semtools(abilities, variant, expected):
    table = htmt(abilities, ABILITIES, variant=variant, n_bootstrap=500).to_frame()

    # semTools printed 3 decimals.
    assert table["estimate"].tolist() == pytest.approx(expected, abs=5.01e-4)
    assert (table["conf_low"] < table["estimate"]).all()
    assert (table["estimate"] < table["conf_high"]).all()


@pytest.mark.parametrize("name", ABILITIES)
def test_composites_of_three_factors_match_semtools(abilities, in_r, name):
    items = abilities[ABILITIES[name]]
    rows = [row for row in in_r["HS_std"] if row["lhs"] == name]
    standardised = np.array([row["est.std"] for row in rows])
    sd = items.std(ddof=0).to_numpy()

    observed = composite_reliability(
        standardised * sd, total_variance=items.sum(axis="columns").var(ddof=0)
    )
    extracted = average_variance_extracted(
        standardised * sd, error_variances=(1 - standardised**2) * sd**2
    )

    # Loadings stored with 11 digits; lavaan's search leaves about 1e-6.
    assert observed == pytest.approx(in_r["HS_compRelSEM"][name], rel=1e-6)
    assert extracted == pytest.approx(in_r["HS_AVE"][name], rel=1e-6)

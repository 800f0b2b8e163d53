"""Reliability and items of real surveys against R."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from diagnose.statistics.items import item_analysis
from diagnose.statistics.one_factor import fit_one_factor
from diagnose.statistics.reliability import cronbach_alpha, omega_total

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

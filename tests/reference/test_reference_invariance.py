"""Levels of invariance, their differences and latent means against lavaan.

The cases hold lavaan's figures at the minimum itself, found by a second minimiser in
the script that wrote them: 1e-8 relative, which lavaan's numerical derivatives and its
EM algorithm for missing answers reach. For ordered items the accuracy of its polychoric
correlations, about 1e-8, limits what follows from them to 1e-6. A difference of two
chi-squares has the absolute accuracy of these, not the relative.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning
from diagnose.statistics.cfa import prepare_cfa
from diagnose.statistics.invariance import (
    longitudinal_invariance,
    measurement_invariance,
)
from diagnose.statistics.invariance.differences import strictly_positive_scaling

FOLDER = Path(__file__).parent
STORED = json.loads((FOLDER / "cases" / "invariance.json").read_text("utf-8"))
GROUPS = {case["name"]: case for case in STORED["groups"]}
WAVES = {case["name"]: case for case in STORED["waves"]}
RTOL = {"ml": 1e-8, "mlr": 1e-8, "wlsmv": 1e-6}


def answers(case):
    if case["data"] == "empty_category":
        counted = pd.read_csv(FOLDER / "cases" / "awkward" / "empty_category.csv")
        rows = counted.loc[counted.index.repeat(counted["count"])]
        return rows.drop(columns="count").reset_index(drop=True)
    file = "synth_complete" if case["data"] == "oracle" else "synth_missing"
    frame = pd.read_csv(FOLDER / "oracle" / f"{file}.csv")
    if case["name"] == "three answers":
        items = case["factors"]["valence"]
        frame[items] = frame[items].clip(2, 4)
    if case["name"] == "two answers":
        items = case["factors"]["valence"]
        frame[items] = (frame[items] > 3).astype(float)
    return frame


@cache
def result_of(name):
    if name in WAVES:
        return over_waves(WAVES[name])
    case = GROUPS[name]
    frame = answers(case)
    unit = case["unit_variance"]
    return measurement_invariance(
        frame,
        case["factors"],
        frame[case["group"]],
        estimator=case["estimator"],
        missing=case["missing"],
        partial=bool(case["partial"]),
        collapse=case["name"] == "collapsed",
        identification="unit_variance" if unit else "marker",
        min_group=50,
    )


def over_waves(case):
    frame = answers(case)
    names = ("valence", "efficacy", "support")
    by_wave = {
        wave: frame[[f"{name}{i}" for i in range(1, 5)]].set_axis(case["items"], axis=1)
        for wave, name in zip(case["waves"], names, strict=True)
    }
    return longitudinal_invariance(
        by_wave,
        {"F": case["items"]},
        estimator=case["estimator"],
        missing=case["missing"],
    )


CASES = GROUPS | WAVES


def in_r(case, level):
    """Return lavaan's figures for what the row of a level holds."""
    fit = case["levels"][level]
    ordered, robust = case["estimator"] == "wlsmv", case["estimator"] == "mlr"
    test = ".scaled" if ordered or robust else ""
    index = ".scaled" if ordered else ".robust" if "cfi.robust" in fit else ""
    expected = {
        "statistic": fit[f"chisq{test}"],
        "df": fit["df"],
        "p_value": fit[f"pvalue{test}"],
        "cfi": fit[f"cfi{index}"],
        "tli": fit[f"tli{index}"],
        "srmr": fit["srmr"],
    }
    if not ordered:
        expected["bic"] = fit["bic"]
    if test:
        expected["scaling"] = fit["chisq.scaling.factor"]
    return expected, fit[f"rmsea{index}"]


@pytest.mark.parametrize("name", CASES)
def test_levels_match_lavaan(name):
    case, result = CASES[name], result_of(name)
    rtol = RTOL[case["estimator"]]

    for level in case["levels"]:
        row = result.level(level)
        expected, rmsea = in_r(case, level)
        got = {key: getattr(row, key) for key in expected}
        assert got == pytest.approx(expected, rel=rtol), level
        # a root of what chi-square exceeds its df: the excess has its accuracy
        n = result.n_respondents
        size = rtol * row.statistic
        assert row.rmsea**2 * n == pytest.approx(rmsea**2 * n, rel=10 * rtol, abs=size)
    assert list(dict.fromkeys(one.level for one in result.levels)) == list(
        case["levels"]
    )


@pytest.mark.parametrize("name", CASES)
def test_differences_match_lavaan(name):
    case, result = CASES[name], result_of(name)
    rtol = RTOL[case["estimator"]]

    for known in case["differences"]:
        row = result.level(known["nested"])
        size = row.statistic * rtol
        assert row.delta_df == known["df"]
        assert row.delta_statistic == pytest.approx(known["statistic"], rel=0, abs=size)
        # the tail shrinks by half the change of the statistic
        assert row.delta_p_value == pytest.approx(known["p_value"], rel=size)


@pytest.mark.parametrize("name", CASES)
def test_latent_means_match_lavaan(name):
    case, result = CASES[name], result_of(name)

    expected = {}
    for one in case["latent_means"]:
        alone = one["group"] == ""
        factor, group = one["factor"].split("_") if alone else (one["factor"], "")
        expected[factor, str(group if alone else one["group"])] = one
    got = {(one.factor, one.group): one for one in result.latent_means}
    assert set(got) == set(expected)
    for key, known in expected.items():
        assert got[key].estimate == pytest.approx(known["estimate"], rel=1e-6)
        assert got[key].std_error == pytest.approx(known["std_error"], rel=1e-6)


def test_what_is_released_is_what_the_script_released():
    """lavaan was told which item; here the score test finds it."""
    result = result_of("level released")

    assert [one.name for one in result.released] == ["loadings:valence:valence4"]
    assert (result.verdict, result.highest) == ("means_except", "scalar")


def test_an_absent_answer_is_merged_as_in_the_script():
    (collapsed,) = result_of("collapsed").collapsed

    assert (collapsed.item, collapsed.category, collapsed.into) == ("x1", 1.0, 2.0)


@pytest.mark.parametrize("name", [n for n in GROUPS if GROUPS[n]["estimator"] == "mlr"])
def test_strictly_positive_difference_matches_lavaan(name):
    case, result = GROUPS[name], result_of(name)
    frame = answers(case)
    prepared = prepare_cfa(
        frame,
        case["factors"],
        estimator="mlr",
        missing=case["missing"],
        group=frame[case["group"]],
    )

    for known in case["differences"]:
        if known.get("statistic_2010") is None:
            continue  # not to be had of lavaan: see the script
        nested, wider = (result.fits[known[key]] for key in ("nested", "wider"))
        plain = nested.indices.unscaled - wider.indices.unscaled
        scaling = strictly_positive_scaling(prepared, nested, wider)
        # lavaan writes the estimates down and reads them again
        assert plain / scaling == pytest.approx(known["statistic_2010"], rel=1e-6)


def test_the_oracle_by_level(oracle):
    """Made with lavaan's own stopping rule: 1e-5 for iterated values."""
    frame = pd.read_csv(oracle / "synth_complete.csv")
    stored = json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))
    case = GROUPS["level ml"]

    result = measurement_invariance(frame, case["factors"], frame["level"])

    for level, known in stored["invariance_level_ML"].items():
        row = result.level(level)
        got = (row.statistic, row.df, row.cfi)
        expected = tuple(known[key] for key in ("chisq", "df", "cfi"))
        assert got == pytest.approx(expected, rel=1e-5)


def test_improper_levels_are_told_once():
    counted = pd.read_csv(FOLDER / "cases" / "awkward" / "heywood.csv")
    once = counted.loc[counted.index.repeat(counted["count"])].drop(columns="count")
    twice = pd.concat([once, once], ignore_index=True)
    group = ["a"] * len(once) + ["b"] * len(once)

    with pytest.warns(AssumptionWarning, match="improper at configural") as told:
        result = measurement_invariance(
            twice, {"f": list(once.columns)}, group, min_group=len(once)
        )

    assert len(told) == 1
    assert told[0].filename == __file__
    assert "improper:configural" in result.flags

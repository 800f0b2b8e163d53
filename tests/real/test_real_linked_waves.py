"""Readiness of soldiers over three waves (univbct) against nlme and by two routes."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from diagnose.statistics.change import (
    attrition,
    compare_linked_waves,
    wave_cells,
    wave_trend,
)

# nlme stops its search before lme4 would: variances to about 1e-6 (COMMIT 9.9e-7).
OPTIMISER = 2e-6


@pytest.fixture(scope="module")
def figures(reference_data):
    path = reference_data / "reference_figures.json"
    return json.loads(path.read_text("utf-8"))["univbct"]


@pytest.fixture(scope="module")
def long(reference_data):
    return pd.read_csv(reference_data / "univbct" / "univbct.csv")


@pytest.mark.parametrize("name", ["READY", "JSAT", "COMMIT"])
def test_a_line_in_time_as_in_nlme(long, figures, name):
    result = compare_linked_waves(
        long[name],
        long["TIME"],
        long["SUBNUM"],
        form="linear",
        df_method="containment",
    )

    expected = figures[f"lme_{name}"]
    table = expected["tTable"][1]
    row = result.to_frame().iloc[0]
    assert row["estimate"] == pytest.approx(table["Value"], rel=1e-7)
    assert row["std_error"] == pytest.approx(table["Std.Error"], rel=1e-6)
    assert row["df"] == table["DF"]
    assert row["p_value"] == pytest.approx(table["p-value"], rel=1e-5)
    assert result.var_person == pytest.approx(expected["var_person"], rel=OPTIMISER)
    assert result.var_residual == pytest.approx(expected["var_resid"], rel=OPTIMISER)
    assert result.person_share == pytest.approx(expected["icc1"], rel=OPTIMISER)


def test_anonymous_and_linked_waves_tell_the_same_change(long, figures):
    """Few are missing, so the means hardly differ; knowing who is who narrows."""
    teams = long["BTN"].astype(str) + long["COMPANY"]
    cells = wave_cells(long["READY"], long["TIME"], teams=teams)

    trend = wave_trend(cells)
    linked = compare_linked_waves(long["READY"], long["TIME"], long["SUBNUM"])

    means = [figures["means"][f"READY{wave}"] for wave in (1, 2, 3)]
    assert trend.to_frame()["estimate"].tolist() == pytest.approx(means, rel=1e-9)
    assert list(trend.to_frame()["n_respondents"]) == [463, 466, 460]
    last = linked.to_frame().iloc[1]
    assert last["estimate"] == pytest.approx(means[2] - means[0], abs=0.01)
    alone = wave_trend(wave_cells(long["READY"], long["TIME"]))
    assert last["std_error"] < alone.std_error * 2


def test_leavers_of_the_last_wave(long):
    result = attrition(long[["READY", "JSAT"]], long["TIME"], long["SUBNUM"])

    first = long[(long["TIME"] == 0) & long[["READY", "JSAT"]].notna().any(axis=1)]
    assert result.n_respondents == len(first)
    assert result.n_left + result.n_stayed == len(first)
    assert 0 < result.share_left < 0.1

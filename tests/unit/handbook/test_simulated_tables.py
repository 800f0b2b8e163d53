"""Tables of the simulated organisations: words of the edition, numbers of the file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from diagnose.handbook import simulated_table

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"


def test_false_alarms_stand_by_family_and_organisation():
    table = simulated_table(RESULTS / "false_alarms.csv", "false_alarms", language="nl")

    figures = pd.read_csv(RESULTS / "false_alarms.csv").set_index(["family", "kind"])
    share = figures.loc[("gap", "teams_8"), "share"]
    assert table.loc[
        "werkvloer en leidinggevenden", "8 teams"
    ] == f"{100 * share:.1f}".replace(".", ",")
    assert "–" in table.to_numpy()  # eight teams have no divisions


@pytest.mark.parametrize("picture", ["unit", "gap", "change", "driver"])
def test_detection_stands_by_number_and_size(picture):
    table = simulated_table(RESULTS / "detection.csv", picture, language="en")

    figures = pd.read_csv(RESULTS / "detection.csv").query("family == @picture")
    first = figures.iloc[0]
    cell = table.loc[first["n"], f"{first['difference']:.1f}"]
    assert cell == f"{100 * first['detected']:.0f}"


def test_shrinkage_stands_by_teams_answers_and_variance():
    table = simulated_table(RESULTS / "shrinkage.csv", "shrinkage", language="en")

    first = pd.read_csv(RESULTS / "shrinkage.csv").iloc[0]
    row = f"{first['n_teams']:.0f} × {first['n_respondents']:.0f}"
    assert table.loc[row, f"{100 * first['icc']:.0f}"] == f"{100 * first['ratio']:.0f}"


def test_a_file_of_another_benchmark_is_refused():
    with pytest.raises(ValueError, match="of another benchmark: it lacks"):
        simulated_table(RESULTS / "shrinkage.csv", "gap")


def test_an_unknown_picture_is_refused():
    with pytest.raises(ValueError, match="`picture` must be one of"):
        simulated_table(RESULTS / "shrinkage.csv", "power")

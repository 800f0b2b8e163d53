"""The example assessment in the repository is the one that the program makes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from diagnose.instrument.load import load_instrument
from diagnose.responses import read_responses
from diagnose.scoring.score import score
from diagnose.simulation import SimulatedResponses, example

FOLDER = Path(__file__).resolve().parents[3] / "surveys" / "example"
FILES = (
    "README.md",
    "assessment.yaml",
    "organisation.csv",
    "responses/2025.csv",
    "responses/2026.csv",
)


@pytest.fixture(scope="module")
def simulated() -> SimulatedResponses:
    """Return both waves."""
    return example.simulate_example()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """Return a folder with the example as the program makes it now."""
    folder = tmp_path_factory.mktemp("example")
    example.write_example(folder)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_current(name, written):
    assert (FOLDER / name).read_bytes() == (written / name).read_bytes()


def test_nothing_else_is_written(written):
    found = {p.relative_to(written).as_posix() for p in written.rglob("*.*")}
    assert found == set(FILES)


@pytest.mark.parametrize("wave", ["2025", "2026"])
def test_the_export_reads_back_as_it_was_answered(wave, simulated):
    path = FOLDER / "responses" / f"{wave}.csv"
    expected = simulated.take(simulated.people["wave"] == wave)

    result = read_responses(
        path, load_instrument("bottom-up"), platform="limesurvey", wave=wave
    )

    same = {"check_dtype": False}
    pd.testing.assert_frame_equal(result.answers, expected.answers, **same)
    pd.testing.assert_frame_equal(
        result.not_applicable, expected.not_applicable, **same
    )
    columns = list(expected.people.columns)
    pd.testing.assert_frame_equal(result.people[columns], expected.people, **same)
    assert not result.report.blocks_scoring
    assert result.report.n_kept == len(expected)


def test_the_settings_are_those_of_the_simulation(simulated):
    text = (FOLDER / "assessment.yaml").read_text(encoding="utf-8")
    settings = YAML(typ="safe", pure=True).load(text)

    assert tuple(settings["organisation"]["levels"]) == simulated.hierarchy
    assert tuple(wave["label"] for wave in settings["waves"]) == simulated.waves
    assert settings["instrument"] == simulated.instrument.id
    assert "synthetic" in settings["title"]["en"]
    assert "synthetisch" in settings["title"]["nl"]


def test_the_organisation_is_as_described(simulated):
    people, counts = simulated.people, simulated.head_counts
    floor = people[people["role"] == "floor"]
    sizes = floor.groupby(["wave", "team"]).size()

    assert counts["n_members"].sum() == 420 - 30  # without one leader a team
    assert counts["n_members"].between(3, 29).all()
    assert [counts[level].nunique() for level in simulated.hierarchy] == [3, 8, 30]
    assert (sizes < 5).groupby("wave").sum().min() >= 2
    assert len(people) / 2 / 420 == pytest.approx(0.7, abs=0.05)
    leaders = people[(people["role"] == "leader") & (people["division"] == "B")]
    assert leaders.groupby("wave").size().min() >= 5
    assert set(people["language"]) == {"nl", "en"}


def test_the_planted_teams_stand_out(simulated):
    floor = simulated.people["role"] == "floor"
    teams = simulated.people["team"][floor]
    scores = score(simulated).frame[floor].mean(axis=1)
    means, spreads = scores.groupby(teams).mean(), scores.groupby(teams).std()
    large = teams.value_counts()[lambda n: n >= 20].index

    assert means[large].idxmin() == example.LOW_UNIT
    assert means[large].idxmax() == example.HIGH_UNIT
    assert spreads[large].idxmax() == example.DIVIDED_UNIT

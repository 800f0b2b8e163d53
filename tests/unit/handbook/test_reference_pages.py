"""The reference pages and the page on trust say what the program has and found."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pandas as pd
import pytest
from pydantic import BaseModel

import diagnose
from diagnose.assessment.config import (
    Assessment,
    BrandingSettings,
    OrganisationFile,
    ThresholdSettings,
    WaveFile,
)
from diagnose.instrument import Instrument
from diagnose.instrument.export.details import FieldingDetails

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "benchmarks" / "results"
PAGES = ROOT / "book"


def extension():
    """Load the directives of the reference pages, which lie outside the package."""
    place = PAGES / "_ext" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference_directives", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def cells(name: str) -> list[list[str]]:
    """Return the rows of all tables of a page, headings and rules left out."""
    lines = [line for line in page(name).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if not set(row[0]) <= set("-")]


def test_every_command_stands_on_its_page_once():
    shown = re.findall(r":::\{command\} (\S+)", page("reference/commands"))

    assert shown == list(extension().commands("en"))


def test_a_command_is_told_in_the_language_of_the_edition(monkeypatch):
    monkeypatch.setenv("DIAGNOSE_LANG", "en")

    dutch, english = (extension().commands(speak) for speak in ("nl", "en"))

    assert dutch["run"].description != english["run"].description
    assert "meting" in dutch["run"].description


def test_speaking_leaves_the_language_as_it_was(monkeypatch):
    monkeypatch.delenv("DIAGNOSE_LANG", raising=False)

    extension().commands("nl")

    assert "DIAGNOSE_LANG" not in __import__("os").environ


def test_how_arguments_are_typed():
    found = extension().arguments(extension().commands("en")["init"])
    typed = {words: default for words, _, default in found}

    assert typed == {
        "folder": "",
        "--instrument INSTRUMENT": "bottom-up",
        "--language en|nl": "",
    }


def test_every_argument_is_explained():
    for name, parser in extension().commands("en").items():
        for words, told, _ in extension().arguments(parser):
            assert told.strip(), f"{name} {words}"


@pytest.mark.parametrize(
    "part",
    [
        Assessment,
        WaveFile,
        OrganisationFile,
        ThresholdSettings,
        BrandingSettings,
        FieldingDetails,
        Instrument,
    ],
)
def test_every_key_stands_on_the_page_of_files(part: type[BaseModel]):
    text = page("reference/files")
    keys = [key for key, field in part.model_fields.items() if not field.exclude]

    assert not [key for key in keys if f"`{key}`" not in text]


def test_no_key_on_the_page_of_files_is_made_up():
    parts = (Assessment, WaveFile, ThresholdSettings, FieldingDetails, Instrument)
    known = {key for part in parts for key in part.model_fields}
    rows = [row[0] for row in cells("reference/files") if row[0].startswith("`")]
    shown = {key for row in rows for key in re.findall(r"`(\w+)`", row)}

    assert shown <= known


def test_every_function_of_the_methods_exists():
    columns = [row[1] for row in cells("reference/methods")]
    named = [name for column in columns for name in re.findall(r"`(\w+)`", column)]

    assert len(named) > 50
    assert not [name for name in named if not hasattr(diagnose, name)]


def test_every_r_package_of_the_methods_gave_figures_to_a_test():
    scripts = [
        *(ROOT / "tests" / "reference" / "generate").glob("*.R"),
        *(ROOT / "tests" / "reference").glob("*.py"),
    ]
    written = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    against = [row[3] for row in cells("reference/methods") if row[3].startswith("R:")]
    named = {
        package.strip()
        for cell in against
        for package in cell.removeprefix("R:").split(";")[0].split(",")
    }

    assert {"lavaan", "psych", "clubSandwich"} <= named
    assert not [name for name in named if not re.search(rf"\b{name}\b", written)]


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def shares(file: str, **where: object) -> pd.Series:
    """Return the rows of a committed table for which all of this holds."""
    frame = pd.read_csv(RESULTS / file)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


@pytest.mark.parametrize(
    ("row", "family", "n", "differences"),
    [
        ("a team of 10 answers that lies apart", "unit", 10, (0.4, 0.6, 1.0)),
        ("a team of 30 answers that lies apart", "unit", 30, (0.4, 0.6, 1.0)),
        ("leaders see it differently, 12 leaders", "gap", 12, (0.2, 0.4, 0.6)),
        ("leaders see it differently, 30 leaders", "gap", 30, (0.2, 0.4, 0.6)),
        ("a change between waves, 8 teams", "change", 8, (0.1, 0.2, 0.3)),
        ("a change between waves, 30 teams", "change", 30, (0.1, 0.2, 0.3)),
    ],
)
def test_what_is_detected_is_what_the_table_holds(row, family, n, differences):
    told = {cell[0]: cell[1:] for cell in cells("trust")}
    found = shares("detection.csv", family=family, n=n).set_index("difference")

    assert told[row] == [percent(found.loc[d, "detected"]) for d in differences]
    assert (pd.read_csv(RESULTS / "detection.csv")["wrong_direction"] == 0).all()


@pytest.mark.parametrize(
    ("row", "file", "where"),
    [
        ("the mean of a subscale", "coverage.csv", ("typical", "subscale_mean")),
        ("alpha", "coverage.csv", ("typical", "alpha")),
        (
            "a team compared with the rest",
            "coverage.csv",
            ("typical", "team_minus_rest"),
        ),
        (
            "the gap between leaders and work floor",
            "coverage.csv",
            ("typical", "gap"),
        ),
        ("alpha, with skewed answers", "coverage.csv", ("skewed", "alpha")),
        (
            "the shrunken mean of the team that differs most",
            "coverage.csv",
            ("typical", "team_mean_shrunken_farthest"),
        ),
    ],
)
def test_the_coverage_told_is_that_of_the_table(row, file, where):
    told = {cell[0]: cell[1] for cell in cells("trust")}
    found = shares(file, condition=where[0], quantity=where[1])["coverage"].item()

    assert told[row] == f"{100 * found:.1f} %"


def test_the_false_alarms_told_are_those_of_the_table():
    promised = shares("false_alarms.csv", promised=True)
    lowest, highest = 100 * promised["share"].min(), 100 * promised["share"].max()
    outside = 100 * shares("false_alarms.csv", promised=False)["share"].max()

    assert f"between {lowest:.1f} and {highest:.1f} %" in page("trust")
    assert f"in up to {outside:.1f} %" in page("trust")
    assert (promised["conf_low"] <= 0.05).all()


def test_the_attacks_told_are_those_of_the_table():
    published = shares("attacker.csv", rule="published", measure="any")
    control = shares("attacker.csv", rule="control", measure="any")

    assert published["n_found"].item() == 0
    assert f"{published['n_organisations'].item():.0f} random" in page("trust")
    assert f"goes up to {100 * published['conf_high'].item():.1f} %" in page("trust")
    assert f"came out in {percent(control['share'].item())}" in page("trust")


def test_the_weights_told_are_those_of_the_table():
    """Twenty teams of five people are a hundred respondents."""
    found = shares("coverage_diagnosis.csv", quantity="driver_weight", n=5)["coverage"]
    told = {cell[0]: cell[1] for cell in cells("trust")}

    shown = told["weights of conditions, with 100 respondents"]
    assert shown == f"{100 * found.item():.1f} %"

"""The wheel holds the instruments, the texts and the licences, and no output."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(target.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


@pytest.mark.parametrize(
    "path",
    [
        "diagnose/cli/main.py",
        "diagnose/language/texts/findings.yaml",
        "diagnose/instrument/export/codebook.html",
        "diagnose/instrument/export/offline.css",
        "diagnose/instrument/export/offline.html",
        "diagnose/instrument/export/offline.js",
        "diagnose/instrument/export/paper.typ",
        "diagnose/responses/account.html",
        "diagnose/surveys/bottom-up/instrument.yaml",
        "diagnose/surveys/pulse/instrument.yaml",
        "diagnose/surveys/oric/instrument.yaml",
        "diagnose/surveys/example/assessment.yaml",
        "diagnose/surveys/instrument.schema.json",
    ],
)
def test_the_wheel_holds_what_the_program_needs(names, path):
    assert path in names


def test_the_wheel_holds_templates_licences_and_no_output(names):
    assert any(name.startswith("diagnose/report/templates/") for name in names)
    assert any(name.endswith("LICENSES/CC-BY-4.0.txt") for name in names)
    assert not any("/output/" in name or name.startswith("tests") for name in names)

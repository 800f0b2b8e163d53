"""The scripts in ``benchmarks`` as modules, and the tables that they wrote."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "benchmarks"
SCRIPTS = (
    "simulated_scores",
    "repeated_runs",
    "driver_scores",
    "false_alarms",
    "detection",
    "shrinkage",
    "coverage_diagnosis",
    "diagnosis_speed",
)


@pytest.fixture
def script(monkeypatch):
    """Return what imports one of the scripts of the diagnosis by its name."""
    monkeypatch.syspath_prepend(FOLDER)
    yield importlib.import_module
    for name in SCRIPTS:
        sys.modules.pop(name, None)


@pytest.fixture
def committed():
    """Return what reads a table of results by its name."""
    import pandas as pd

    return lambda name: pd.read_csv(FOLDER / "results" / f"{name}.csv")

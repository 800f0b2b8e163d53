"""Fixtures and guards that every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# Every developer explores other examples; continuous integration repeats the same
# ones, so that a red run is about the change at hand. A find becomes a test of its own.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator with a fixed seed."""
    return np.random.default_rng(20261123)


@pytest.fixture(autouse=True)
def _global_random_state_is_untouched():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the guard looks at it
    yield
    after = np.random.get_state()[1]  # noqa: NPY002
    assert (before == after).all(), "a test changed numpy's global random state"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Return the folder with real survey data; skip when this computer lacks it."""
    folder = Path(
        os.environ.get("DIAGNOSE_REFERENCE_DATA", ROOT.parent / "shared" / "data")
    )
    if not (folder / "README.md").exists():
        pytest.skip(f"no real survey data at {folder}: set DIAGNOSE_REFERENCE_DATA")
    return folder


@pytest.fixture(scope="session")
def oracle() -> Path:
    """Return the folder with the project's synthetic data and R's answers on it."""
    return ROOT / "tests" / "reference" / "oracle"

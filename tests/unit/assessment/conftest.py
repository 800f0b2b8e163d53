"""One whole run that the tests of it share, and a publication that needs no reading."""

from __future__ import annotations

import pytest

from assessed import make_folder, snapshot
from diagnose.assessment import run_assessment
from diagnose.assessment.publish import prepare_assessment


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """Return a folder after a run with everything in both languages."""
    folder = make_folder(tmp_path_factory.mktemp("ran") / "acme", languages="[nl, en]")
    run_assessment(folder, handbook=False)
    return folder


@pytest.fixture(scope="session")
def tree(ran):
    """Return every file of that run, by its path in the output folder."""
    return snapshot(ran / "output")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Return what the folder gives before anything is written."""
    return prepare_assessment(make_folder(tmp_path_factory.mktemp("prepared")))


@pytest.fixture
def quick(monkeypatch, prepared):
    """Let a run begin with that publication, and leave out the council's page."""
    monkeypatch.setattr(
        "diagnose.assessment.run.prepare_assessment", lambda *_, **__: prepared
    )
    monkeypatch.setattr("diagnose.report.render_council", lambda *_, **__: iter(()))

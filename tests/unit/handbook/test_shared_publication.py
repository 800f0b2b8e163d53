"""A build shares one publication with its own notebooks and with nobody else."""

from __future__ import annotations

import pytest

from diagnose.assessment import publish as module
from diagnose.handbook.shared import VARIABLE, share_publication, shared_publication
from published import make_publication


@pytest.fixture
def shared(tmp_path, monkeypatch):
    folder = tmp_path / "client"
    folder.mkdir()
    path = tmp_path / "publication"
    share_publication(make_publication(), folder, path)
    monkeypatch.setenv(VARIABLE, str(path))
    return folder


def test_a_kernel_finds_what_the_build_published(shared):
    found = shared_publication(shared)

    original = make_publication()
    assert found.profile.equals(original.profile)
    assert found.instrument == original.instrument


def test_another_folder_gets_nothing(shared, tmp_path):
    other = tmp_path / "other client"
    other.mkdir()

    assert shared_publication(other) is None


def test_only_its_owner_may_read_it(shared, tmp_path):
    assert (tmp_path / "publication").stat().st_mode & 0o077 == 0


def test_when_the_build_is_over_everything_is_computed_again(shared, tmp_path):
    (tmp_path / "publication").unlink()

    assert shared_publication(shared) is None


def test_without_a_build_nothing_is_shared(shared, monkeypatch):
    monkeypatch.delenv(VARIABLE)

    assert shared_publication(shared) is None


def test_what_is_shared_is_what_a_notebook_gets(shared, monkeypatch):
    class Setting:
        folder = shared

    monkeypatch.setattr(module, "opened", lambda assessment: Setting)

    found = module.publish_assessment(shared)

    assert found.instrument == make_publication().instrument

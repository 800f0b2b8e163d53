"""The handbook beside the reports: carried along, dropped, built, or passed over."""

from __future__ import annotations

import pytest

from assessed import TOO_SMALL, make_folder, snapshot
from diagnose import handbook
from diagnose.assessment import run_assessment
from diagnose.errors import DisclosureError, MissingDependencyError

PAGE = b"<!doctype html><html><body><p>Welcome.</p></body></html>"
OLD = {"handbook/.diagnose-handbook": b"stamp", "handbook/index.html": PAGE}


@pytest.fixture
def folder(tmp_path, quick, monkeypatch):
    """Return a folder whose output holds a handbook; what builds one is a stub."""
    monkeypatch.setattr(
        "diagnose.assessment.search._fixed_texts", lambda: iter(["Welcome."])
    )
    monkeypatch.setattr(handbook, "find_book", lambda: tmp_path)
    base = make_folder(tmp_path / "acme")
    monkeypatch.setattr(handbook, "build_handbook", builder(PAGE))
    monkeypatch.setattr(handbook, "is_current", lambda *_, **__: False)
    write(base)
    monkeypatch.setattr(handbook, "build_handbook", forbidden)
    return base


def builder(page):
    def build(target, **_):
        target.mkdir()
        (target / ".diagnose-handbook").write_bytes(b"stamp")
        (target / "index.html").write_bytes(page)
        return True

    return build


def forbidden(*_, **__):
    raise AssertionError("the handbook was built again")


def write(base, **options):
    return run_assessment(base, formats=("xlsx",), teams=False, **options)


def books(base):
    found = snapshot(base / "output")
    return {name: found[name] for name in found if name.startswith("handbook/")}


def test_a_handbook_is_built_into_the_output(folder):
    assert books(folder) == OLD


@pytest.mark.parametrize("asked", [True, False])
def test_a_handbook_that_still_holds_is_carried_along(folder, monkeypatch, asked):
    monkeypatch.setattr(handbook, "is_current", lambda *_, **__: True)

    outcome = write(folder, handbook=asked)

    assert books(folder) == OLD
    assert outcome.handbook == folder / "output" / "handbook" / "index.html"
    assert not any("handbook" in path.parts for path in outcome.files)


def test_a_stale_handbook_is_dropped_when_none_is_asked_for(folder):
    outcome = write(folder, handbook=False)

    assert books(folder) == {}
    assert outcome.handbook is None


def test_a_stale_handbook_is_built_again_when_it_is_asked_for(folder, monkeypatch):
    new = PAGE.replace(b"Welcome", b"Hello")
    monkeypatch.setattr(handbook, "build_handbook", builder(new))

    write(folder)

    assert books(folder)["handbook/index.html"] == new


def test_a_run_without_the_sources_of_the_handbook_says_so(folder, monkeypatch):
    def lacking():
        raise MissingDependencyError("no book")

    monkeypatch.setattr(handbook, "find_book", lacking)
    said: list[str] = []

    outcome = write(folder, progress=said.append)

    assert "no_handbook" in said
    assert outcome.handbook is None
    assert books(folder) == {}


def test_a_handbook_that_cannot_be_built_leaves_the_old_output(folder, monkeypatch):
    before = snapshot(folder)

    def breaking(target, **_):
        target.mkdir()
        (target / "index.html").write_bytes(b"half")
        raise RuntimeError("no theme")

    monkeypatch.setattr(handbook, "build_handbook", breaking)

    with pytest.raises(RuntimeError):
        write(folder)
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("planted", "code"), [("the mean", "D043"), ("beside its name", "D042")]
)
def test_a_leak_in_the_handbook_ends_the_run(
    folder, monkeypatch, prepared, planted, code
):
    mean = next(n for n in prepared.secrets.numbers if 1 < n < 5 and len(repr(n)) > 12)
    told = repr(mean) if planted == "the mean" else f"{TOO_SMALL} scores {mean:.2f}."
    page = PAGE.replace(b"Welcome.", told.encode())
    before = snapshot(folder)
    monkeypatch.setattr(handbook, "build_handbook", builder(page))

    with pytest.raises(DisclosureError) as error:
        write(folder)

    assert code in {problem.code for problem in error.value.problems}
    assert snapshot(folder) == before

"""What a whole run leaves behind: every format, every unit that is shown, no other."""

from __future__ import annotations

import json
import re

import pytest

from assessed import HIDDEN_WITH_IT, PLAIN, TOO_SMALL, make_folder, snapshot
from diagnose.assessment import run_assessment

ORGANISATION = {
    "report.html",
    "tables.xlsx",
    "deck.pptx",
    "report.pdf",
    "summary.docx",
    "provenance.json",
    "disclosure.html",
    "data-protection.docx",
}
PACK = {"deck.pptx", "tables.xlsx", "actions.xlsx", "handout.pdf"}


def names_at_the_top(tree, base):
    return {
        name.removeprefix(base)
        for name in tree
        if name.startswith(base) and "/" not in name.removeprefix(base)
    }


@pytest.mark.parametrize("base", ["", "en/"])
def test_every_format_is_there_in_both_languages(tree, base):
    found = names_at_the_top(tree, base) - {".diagnose-output.json"}

    assert found == ORGANISATION
    figures = {name for name in tree if name.startswith(f"{base}figures/")}
    assert {name.rpartition(".")[2] for name in figures} == {
        "svg",
        "png",
        "csv",
        "json",
    }


def test_the_first_language_lies_at_the_top_and_the_second_in_its_own_folder(tree):
    assert b'<html lang="nl"' in tree["report.html"]
    assert b'<html lang="en"' in tree["en/report.html"]


@pytest.mark.parametrize("base", ["teams/", "en/teams/"])
def test_every_unit_that_is_shown_has_a_folder_and_no_other(tree, base, prepared):
    cells = prepared.publication.units.cells
    shown = cells.loc[cells["status"] == "shown", "path"].nunique()
    packs: dict[str, set[str]] = {}
    for name in tree:
        if name.startswith(base):
            place, _, file = name.rpartition("/")
            packs.setdefault(place, set()).add(file)

    assert len(packs) == shown == 8
    assert set(map(frozenset, packs.values())) == {frozenset(PACK)}


@pytest.mark.parametrize("hidden", [TOO_SMALL, HIDDEN_WITH_IT])
def test_a_hidden_unit_is_in_no_name_of_a_file(tree, hidden, prepared):
    cells = prepared.publication.units.cells
    status = {
        path[-1]: row for path, row in zip(cells["path"], cells["status"], strict=True)
    }
    told = " ".join(tree).lower()

    assert status[hidden] == "hidden"
    assert not any(word in told for word in hidden.lower().split())
    assert PLAIN.lower().replace(" ", "-") in told


def test_names_of_files_are_plain_on_every_system(tree):
    for name in tree:
        assert re.fullmatch(r"[A-Za-z0-9./_-]+", name)
        assert all(part.strip(".") == part.lstrip(".") for part in name.split("/"))
        assert ".." not in name.split("/")
        assert len(name) < 150


def test_the_manifest_lists_every_file_and_nothing_of_the_making_is_left(ran, tree):
    listed = json.loads(tree[".diagnose-output.json"])["files"]

    assert set(listed) == set(tree) - {".diagnose-output.json"}
    beside = {path.name for path in ran.iterdir()}
    assert beside == {
        *("assessment.yaml", "organisation.csv", "output", "responses", "small.yaml")
    }


def test_the_same_answers_elsewhere_give_the_same_bytes(tmp_path, tree):
    folder = make_folder(tmp_path / "moved", languages="[en]")
    # The figures have a test of their own; half of the time would go to them.
    asked = ("html", "xlsx", "pptx", "pdf", "docx")
    run_assessment(folder, formats=asked, handbook=False)

    again = snapshot(folder / "output")
    # This page and the manifest list the files of both languages.
    for listing in ("disclosure.html", ".diagnose-output.json"):
        del again[listing]
    assert again == {name: tree[f"en/{name}"] for name in again}
    written = {
        name for name in tree if name.startswith("en/") and "/figures/" not in name
    }
    assert len(again) == len(written) - 1


def test_a_second_run_gives_the_same_bytes(tmp_path, quick):
    folder = make_folder(tmp_path / "acme")
    trees = []
    for _ in range(2):
        run_assessment(folder, formats=("xlsx", "docx"), handbook=False)
        trees.append(snapshot(folder / "output"))

    assert trees[0] == trees[1]


def test_what_a_run_returns_is_what_it_wrote(tmp_path, quick):
    folder = make_folder(tmp_path / "acme")
    outcome = run_assessment(folder, formats=("xlsx",), handbook=False)

    assert outcome.handbook is None
    assert outcome.publication.wave == "now"
    written = {path.relative_to(outcome.folder).as_posix() for path in outcome.files}
    assert written == set(snapshot(outcome.folder)) - {".diagnose-output.json"}
    assert {"tables.xlsx", "provenance.json"} < written
    assert not any(name.endswith((".html", ".pdf", ".pptx")) for name in written)


def test_a_run_without_teams_leaves_their_folders_out(tmp_path, quick):
    folder = make_folder(tmp_path / "acme")
    run_assessment(folder, formats=("xlsx",), teams=False, handbook=False)

    assert set(snapshot(folder / "output")) == {
        *("tables.xlsx", "provenance.json", ".diagnose-output.json")
    }


def test_a_format_that_is_left_out_is_gone_after_the_next_run(tmp_path, quick):
    folder = make_folder(tmp_path / "acme")
    for formats in (("xlsx", "docx"), ("docx",)):
        run_assessment(folder, formats=formats, teams=False, handbook=False)

    assert "tables.xlsx" not in snapshot(folder / "output")
    assert "summary.docx" in snapshot(folder / "output")


def test_a_language_asked_for_twice_is_written_once(tmp_path, quick):
    folder = make_folder(tmp_path / "acme")
    outcome = run_assessment(
        folder, formats=("xlsx",), languages=["nl", "nl"], teams=False, handbook=False
    )

    assert [path.name for path in outcome.files] == ["tables.xlsx", "provenance.json"]


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"formats": ("png",)}, ValueError, "'png'"),
        ({"formats": "html"}, TypeError, "sequence"),
        ({"languages": ["fr"]}, ValueError, "'fr'"),
    ],
)
def test_a_wrong_option_is_told_before_any_work(
    tmp_path, monkeypatch, asked, error, told
):
    folder = make_folder(tmp_path / "acme")
    monkeypatch.delattr("diagnose.assessment.run.prepare_assessment")

    with pytest.raises(error, match=told):
        run_assessment(folder, **asked)
    assert not (folder / "output").exists()

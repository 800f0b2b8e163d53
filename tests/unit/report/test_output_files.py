"""Files are written whole or not at all, and never over what others wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from diagnose.errors import AssessmentError
from diagnose.report import output as output_module
from diagnose.report import write_outputs, write_provenance, write_report
from published import make_publication, skip_figures


def codes(error: AssessmentError) -> list[str]:
    return [problem.code for problem in error.problems]


def test_files_are_written_and_may_be_written_again(tmp_path):
    write_outputs(tmp_path / "out", {"a.txt": b"1", "b.txt": b"2"})
    files = write_outputs(tmp_path / "out", {"a.txt": b"3", "b.txt": b"4"})

    assert [file.read_bytes() for file in files] == [b"3", b"4"]
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == {"a.txt", "b.txt", output_module.MANIFEST}


def test_every_file_in_the_way_is_reported_and_none_is_written(tmp_path):
    write_outputs(tmp_path, {"mine.txt": b"1"})
    (tmp_path / "mine.txt").write_bytes(b"a note by a colleague")
    (tmp_path / "theirs.txt").write_bytes(b"not ours")
    (tmp_path / "folder").mkdir()

    with pytest.raises(AssessmentError, match=r"mine\.txt: was changed after") as error:
        write_outputs(
            tmp_path,
            {n: b"new" for n in ("new.txt", "mine.txt", "theirs.txt", "folder")},
        )

    assert codes(error.value) == ["A011", "A010", "A012"]
    assert not (tmp_path / "new.txt").exists()
    assert (tmp_path / "theirs.txt").read_bytes() == b"not ours"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(AssessmentError, match="allowed: a folder") as error:
        write_outputs(tmp_path / "out", {"a.txt": b"1"})

    assert codes(error.value) == ["A012"]


def test_a_broken_manifest_is_no_licence_to_overwrite(tmp_path):
    (tmp_path / output_module.MANIFEST).write_text("[]")

    with pytest.raises(AssessmentError, match="not a manifest") as error:
        write_outputs(tmp_path, {"a.txt": b"1"})

    assert codes(error.value) == ["A013"]


def test_a_run_that_breaks_off_can_be_repeated(tmp_path, monkeypatch):
    write_outputs(tmp_path, {"a.txt": b"1", "b.txt": b"1"})
    real = output_module.replace_file

    def break_off(path: Path, content: bytes) -> None:
        if path.name == "b.txt":
            raise OSError("disk full")
        real(path, content)

    monkeypatch.setattr(output_module, "replace_file", break_off)
    with pytest.raises(OSError, match="disk full"):
        write_outputs(tmp_path, {"a.txt": b"2", "b.txt": b"2"})
    monkeypatch.undo()

    write_outputs(tmp_path, {"a.txt": b"2", "b.txt": b"2"})

    assert (tmp_path / "b.txt").read_bytes() == b"2"
    assert not list(tmp_path.glob(".*.txt.*"))


def test_the_report_is_a_folder_of_files(tmp_path, monkeypatch):
    skip_figures(monkeypatch)
    said: list[str] = []
    publication = make_publication()

    files = write_report(
        publication, tmp_path / "out", language="nl", progress=said.append
    )
    first = [file.read_bytes() for file in files]
    again = write_report(publication, tmp_path / "out", language="nl")

    assert [f.name for f in files] == ["report.html", "tables.xlsx", "provenance.json"]
    assert said == ["report.html", "tables.xlsx"]
    assert [file.read_bytes() for file in again] == first


def test_formats_that_are_not_written_are_named(tmp_path):
    publication = make_publication()

    with pytest.raises(ValueError, match=r"must hold only 'html', .*; got 'odt'"):
        write_report(publication, tmp_path, formats=("html", "odt"))
    with pytest.raises(TypeError, match="must be a sequence"):
        write_report(publication, tmp_path, formats="html")
    assert not list(tmp_path.iterdir())


def test_anything_but_a_publication_is_refused(tmp_path):
    with pytest.raises(TypeError, match="must be a Publication; got int"):
        write_report(3, tmp_path)
    with pytest.raises(TypeError, match="must be a Publication; got int"):
        write_provenance(3, tmp_path / "provenance.json")


def test_provenance_names_instrument_rules_and_settings(tmp_path):
    file = write_provenance(make_publication(), tmp_path / "provenance.json")
    content = json.loads(file.read_text(encoding="utf-8"))

    assert content["instrument"]["id"] == "bottom-up"
    assert content["thresholds"] == {
        "comments": 10,
        "distributions": 8,
        "group": 5,
        "response_rate": 0.0,
        "scores": 5,
    }
    assert set(content["suppressed"]) >= {"protected"}
    assert list(content) == sorted(content)


def test_heavy_libraries_wait_until_they_are_used():
    code = (
        "import sys, diagnose.plots, diagnose.report; "
        "print({'matplotlib', 'jinja2', 'xlsxwriter', 'scipy'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "set()"

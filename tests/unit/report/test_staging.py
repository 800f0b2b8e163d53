"""A folder changes as a whole, whatever breaks off and whenever."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from diagnose.errors import AssessmentError
from diagnose.report import staged, staging, write_outputs
from diagnose.report.output import MANIFEST

OLD = {"report.html": b"old", "teams/a/deck.pptx": b"old deck"}
NEW = {"report.html": b"new", "teams/b/deck.pptx": b"new deck"}
POINTS = ("in the block", "manifest", "mark", "exchange")


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def put(folder: Path, files: dict[str, bytes]) -> None:
    with staged(folder) as stage:
        fill(stage, files)


def test_the_new_folder_replaces_the_old_one_and_leaves_nothing_behind(tmp_path):
    put(tmp_path / "output", OLD)
    put(tmp_path / "output", NEW)

    assert content_of(tmp_path / "output") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_systems_without_an_exchange_get_there_in_two_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "_swap", lambda first, second: False)
    put(tmp_path / "output", OLD)
    put(tmp_path / "output", NEW)

    assert content_of(tmp_path / "output") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_a_run_that_broke_off_between_the_two_steps_is_put_right(tmp_path):
    put(tmp_path / "output", OLD)
    (tmp_path / "output").rename(tmp_path / ".output-previous")

    with pytest.raises(RuntimeError), staged(tmp_path / "output"):
        raise RuntimeError

    assert content_of(tmp_path / "output") == OLD


def test_a_mistake_in_the_block_leaves_the_old_folder(tmp_path):
    put(tmp_path / "output", OLD)

    with pytest.raises(RuntimeError), staged(tmp_path / "output") as stage:
        fill(stage, NEW)
        raise RuntimeError

    assert content_of(tmp_path / "output") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_program_leaves_the_old_folder_or_the_new_one(tmp_path, point):
    put(tmp_path / "output", OLD)
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from diagnose.report import staging

        def die(*args, **kwargs):
            os.kill(os.getpid(), signal.SIGKILL)

        point = {point!r}
        if point == "manifest":
            staging.manifest_bytes = die
        if point == "mark":
            real = staging.check_folder
            seen = []
            def second(*args, **kwargs):
                seen.append(1)
                return die() if len(seen) == 2 else real(*args, **kwargs)
            staging.check_folder = second
        if point == "exchange":
            real = staging._exchange
            def after(*args):
                real(*args)
                die()
            staging._exchange = after
        with staging.staged({str(tmp_path / "output")!r}) as stage:
            for name, content in {NEW!r}.items():
                (stage / name).parent.mkdir(parents=True, exist_ok=True)
                (stage / name).write_bytes(content)
                if point == "in the block":
                    die()
        """)
    ended = subprocess.run([sys.executable, "-c", script], check=False)

    assert ended.returncode == -9
    assert content_of(tmp_path / "output") == (NEW if point == "exchange" else OLD)
    put(tmp_path / "output", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["output"]
    assert content_of(tmp_path / "output") == NEW


@pytest.mark.parametrize("name", ["notes.txt", "teams/a/notes.txt"])
def test_a_foreign_file_stops_everything_before_any_work(tmp_path, name):
    put(tmp_path / "output", OLD)
    fill(tmp_path / "output", {name: b"mine"})
    worked = []

    with (
        pytest.raises(AssessmentError, match="was not written by this program"),
        staged(tmp_path / "output"),
    ):
        worked.append(1)

    assert not worked
    assert content_of(tmp_path / "output") == {**OLD, name: b"mine"}


def test_an_edited_deck_is_never_lost(tmp_path):
    put(tmp_path / "output", OLD)
    fill(tmp_path / "output", {"teams/a/deck.pptx": b"edited by the consultant"})

    with (
        pytest.raises(AssessmentError, match="was changed after it was written"),
        staged(tmp_path / "output"),
    ):
        pytest.fail("the work began")

    assert b"edited" in (tmp_path / "output" / "teams/a/deck.pptx").read_bytes()


def test_what_is_edited_while_the_new_folder_is_made_is_not_lost_either(tmp_path):
    put(tmp_path / "output", OLD)

    with (
        pytest.raises(AssessmentError, match="was changed after it was written"),
        staged(tmp_path / "output") as stage,
    ):
        fill(stage, NEW)
        fill(tmp_path / "output", {"report.html": b"edited meanwhile"})

    assert (tmp_path / "output" / "report.html").read_bytes() == b"edited meanwhile"


def test_an_open_file_is_named_as_such(tmp_path):
    put(tmp_path / "output", OLD)
    fill(tmp_path / "output", {"~$deck.pptx": b""})

    with (
        pytest.raises(AssessmentError, match="open in another program") as error,
        staged(tmp_path / "output"),
    ):
        pytest.fail("the work began")

    assert [problem.code for problem in error.value.problems] == ["A025"]


def test_what_file_managers_write_is_nobodys_work(tmp_path):
    put(tmp_path / "output", OLD)
    fill(tmp_path / "output", {".DS_Store": b"", "teams/Thumbs.db": b""})
    put(tmp_path / "output", NEW)

    assert content_of(tmp_path / "output") == NEW


def test_folders_with_their_own_record_are_left_to_it(tmp_path):
    put(tmp_path / "output", OLD)
    fill(tmp_path / "output", {"handbook/index.html": b"built apart"})

    with staged(tmp_path / "output", apart=("handbook",)) as stage:
        fill(stage, {**NEW, "handbook/index.html": b"built anew"})

    kept = (tmp_path / "output" / "handbook" / "index.html").read_bytes()
    assert kept == b"built anew"
    assert "handbook" not in (tmp_path / "output" / MANIFEST).read_text()


def test_files_of_an_earlier_version_with_a_manifest_a_folder_are_known(tmp_path):
    write_outputs(tmp_path / "output", {"report.html": b"old"})
    write_outputs(tmp_path / "output" / "en", {"report.html": b"old"})
    put(tmp_path / "output", NEW)

    assert content_of(tmp_path / "output") == NEW


def test_a_file_in_place_of_the_folder_stops_staging(tmp_path):
    (tmp_path / "output").write_text("a file")

    with (
        pytest.raises(AssessmentError, match="is a file"),
        staged(tmp_path / "output"),
    ):
        pytest.fail("the work began")


def test_a_folder_of_somebody_else_with_a_like_name_stays(tmp_path):
    fill(tmp_path / ".output-new-mine", {"notes.txt": b"mine"})
    put(tmp_path / "output", NEW)

    assert content_of(tmp_path / ".output-new-mine") == {"notes.txt": b"mine"}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_others_may_enter_the_folder(tmp_path):
    put(tmp_path / "output", NEW)

    assert (tmp_path / "output").stat().st_mode & 0o055 == 0o055

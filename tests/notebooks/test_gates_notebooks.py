"""The gates of the notebooks turn red on what is planted, and stay green without it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).resolve().parent
_module = importlib.util.spec_from_file_location(
    "committed", HERE / "test_notebooks_committed.py"
)
committed = importlib.util.module_from_spec(_module)
_module.loader.exec_module(committed)


def write_notebook(folder: Path, *, printed: str, count: int | None = 1) -> Path:
    """Write a notebook of one cell, with the output that it is said to have."""
    output = nbformat.v4.new_output("stream", name="stdout", text=printed)
    cell = nbformat.v4.new_code_cell(
        "print(2 + 3)", outputs=[output] if count else [], execution_count=count
    )
    path = folder / "planted.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)
    return path


def run_nbval(path: Path) -> subprocess.CompletedProcess:
    """Run nbval as `make notebooks` does."""
    command = [
        *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"),
        f"--nbval-sanitize-with={HERE / 'nbval_sanitize.cfg'}",
        *("-p", "no:cacheprovider", "-W", "default", "-q", path.name),
    ]
    return subprocess.run(
        command, cwd=path.parent, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("printed", "code"), [("5\n", 0), ("6\n", 1)])
def test_a_wrong_number_turns_red_and_the_right_one_does_not(tmp_path, printed, code):
    done = run_nbval(write_notebook(tmp_path, printed=printed))

    assert done.returncode == code, done.stdout


def test_a_cell_that_was_not_run_turns_red(tmp_path):
    path = write_notebook(tmp_path, printed="", count=None)

    with pytest.raises(AssertionError):
        committed.test_outputs_are_those_of_one_run_from_the_top(path)


def test_a_cell_that_was_run_twice_turns_red(tmp_path):
    path = write_notebook(tmp_path, printed="5\n", count=2)

    with pytest.raises(AssertionError):
        committed.test_outputs_are_those_of_one_run_from_the_top(path)


def test_a_notebook_that_was_run_once_is_accepted(tmp_path):
    path = write_notebook(tmp_path, printed="5\n")

    committed.test_outputs_are_those_of_one_run_from_the_top(path)

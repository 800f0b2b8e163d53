"""Blank and solved notebooks come from those of the book and give nothing away."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest

from diagnose.handbook.exercises import load_bank

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "book" / "_tools"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
METHODS = [path for path in NOTEBOOKS if int(path.name[:2]) <= 14]


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


markdown = load("plain_markdown")
students = load("student_notebooks")


def sources(notebook, kind: str) -> list[str]:
    return [c.source for c in notebook.cells if c.cell_type == kind]


def solution_cells(path: Path) -> list[str]:
    """Return the sources of all cells between the start and end of a solution."""
    inside, found = False, []
    for cell in nbformat.read(path, as_version=4).cells:
        if "{solution-end}" in cell.source:
            inside = False
        if inside:
            found.append(cell.source)
        inside = inside or "{solution-start}" in cell.source
    return found


@pytest.mark.parametrize("path", METHODS, ids=lambda p: p.stem)
def test_every_method_has_an_exercise_with_a_check_and_one_without(path):
    text = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells)
    labels = re.findall(r"```\{exercise\}\n:label: (\S+)", text)
    solved = re.findall(r"`{3,}\{solution(?:-start)?\} (\S+)", text)
    checked = {name for name, e in load_bank().items() if e.notebook == path.stem}

    assert sorted(labels) == sorted(solved)
    assert checked <= set(labels), "the bank names an exercise that is not there"
    assert checked
    assert set(labels) - checked


@pytest.mark.parametrize("path", METHODS, ids=lambda p: p.stem)
def test_every_check_in_a_solution_was_run_and_came_out_right(path):
    told = {}
    for cell in nbformat.read(path, as_version=4).cells:
        found = re.search(r'^dg\.check\("([\w-]+)"', cell.source, re.M)
        if cell.cell_type == "code" and found:
            shown = [o for o in cell.outputs if o.output_type == "execute_result"]
            told[found[1]] = shown[0].data["text/plain"]

    expected = {name for name, e in load_bank().items() if e.notebook == path.stem}
    assert set(told) == expected
    assert all(text.startswith("✓ Right.") for text in told.values()), told


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_blank_notebook_holds_no_solution(path, language):
    blank = students.student_notebook(path, "blank", language)
    text = "\n".join(c.source for c in blank.cells)

    code = [s for s in solution_cells(path) if len(s) > 40]
    assert not [one for one in code if one in text]
    assert "{solution" not in text
    assert markdown.WORDS["solution"][language] not in text.split("**")
    assert not any(c.get("outputs") for c in blank.cells)
    starts = sum(
        "{solution-start}" in c.source for c in nbformat.read(path, as_version=4).cells
    )
    assert sources(blank, "code").count("") == starts


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_solved_notebook_has_the_code_of_the_book(path):
    book = sources(nbformat.read(path, as_version=4), "code")

    assert sources(students.student_notebook(path, "solved", "en"), "code") == book
    dutch = sources(students.student_notebook(path, "solved", "nl"), "code")
    assert dutch[1:] == book
    assert "DIAGNOSE_LANG" in dutch[0]


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_nothing_is_left_that_jupyterlab_would_show_raw(path, language):
    notebook = students.student_notebook(path, "solved", language)

    for text in sources(notebook, "markdown"):
        assert not re.search(r"^(:::|`{3,}\{)", text, re.M), text
        assert not re.search(r"\{[a-z:]+\}`", text), text
        assert not re.search(r"^:(label|class|set|name):", text, re.M), text
        assert text.count("```") % 2 == 0, text
    nbformat.validate(notebook)


def test_paragraphs_of_the_dutch_notebooks_are_dutch():
    page = "notebooks/03_compare_teams"
    dutch = set(markdown.messages(page).values())
    path = ROOT / f"{page}.ipynb"

    english = students.student_notebook(path, "solved", "en")
    translated = students.student_notebook(path, "solved", "nl")
    shared = set(sources(english, "markdown")) & set(sources(translated, "markdown"))

    assert dutch
    assert not [text for text in shared if re.search(r"[a-z]{4,} [a-z]{3,}", text)]


def test_directives_and_roles_become_words():
    source = (
        "```{admonition} The formula\n:class: dropdown\n"
        "See {term}`Alpha <alpha>`, {doc}`../book/measurement` and "
        "{cite:p}`horn1965`.\n"
        "$$x = `y`$$\n```\n\n```bash\nmake lab  # {not} a role\n```"
    )

    plain = markdown.readable(source, "notebooks/02_read_measurement", "en")

    assert plain.startswith("**The formula**")
    assert "See Alpha, “" in plain
    assert "(Horn, 1965)" in plain
    assert "```bash\nmake lab  # {not} a role\n```" in plain


def test_work_of_a_student_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(students, "LANGUAGES", ("en",))
    monkeypatch.setattr(students, "KINDS", ("blank",))
    assert students.write_all(tmp_path) == []
    mine = tmp_path / "blank" / "en" / "01_assess_organisation.ipynb"
    other = mine.with_name("02_read_measurement.ipynb")
    mine.write_text(mine.read_text("utf-8") + "\n", "utf-8")
    before, untouched = mine.read_bytes(), other.read_bytes()

    assert students.write_all(tmp_path) == [mine]

    assert mine.read_bytes() == before
    assert other.read_bytes() == untouched
    figures = tmp_path / "blank" / "benchmarks" / "results" / "coverage.csv"
    assert figures.is_file(), "cells read ../benchmarks"


def test_a_notebook_installs_itself_only_where_an_address_is_set(monkeypatch):
    path = METHODS[0]
    assert students.repository() == ""
    assert "git clone" not in json.dumps(students.student_notebook(path, "blank", "en"))

    monkeypatch.setattr(students, "repository", lambda: "https://example.org/kit.git")
    first = students.student_notebook(path, "blank", "en").cells[0].source
    assert "clone --quiet --depth 1 https://example.org/kit.git" in first


def test_a_blank_notebook_runs_to_its_first_exercise(tmp_path, monkeypatch):
    stem = "05_check_coverage"  # it reads files beside it
    folder = tmp_path / "blank" / "en"
    folder.mkdir(parents=True)
    (tmp_path / "blank" / "benchmarks").symlink_to(ROOT / "benchmarks")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DIAGNOSE_LANG", "en")
    blank = students.student_notebook(
        ROOT / "notebooks" / f"{stem}.ipynb", "blank", "en"
    )
    names: dict[str, object] = {}

    for cell in blank.cells:
        if cell.source.startswith("**Exercise**"):
            break
        if cell.cell_type == "code":
            exec(cell.source, names)

    assert "dg" in names
    assert cell.source.startswith("**Exercise**")


def test_the_page_for_students_names_every_exercise_and_its_notebook():
    page = (ROOT / "book" / "start" / "student.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(ex-[\w-]+)` \| \{doc\}`\.\./\.\./notebooks/(\w+)`", page, re.M
    )

    assert rows == [(e.id, e.notebook) for e in load_bank().values()]


def test_the_page_for_teachers_names_every_method():
    page = (ROOT / "book" / "start" / "teacher.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| \{doc\}`\.\./\.\./notebooks/(\w+)` \| \d+ \|", page, re.M)

    assert named == [path.stem for path in METHODS]


def test_binder_installs_the_pins_and_writes_the_notebooks():
    folder = ROOT / ".binder"

    assert "-r ../requirements.txt" in (folder / "requirements.txt").read_text("utf-8")
    assert "student_notebooks.py" in (folder / "postBuild").read_text("utf-8")
    assert (folder / "postBuild").stat().st_mode & 0o100

"""Write the notebooks for students: blank and solved, in both languages.

    python book/_tools/student_notebooks.py [folder]

Both come from the notebooks of the book. A blank one has an empty cell in place of
every solution; directives and roles have become plain Markdown, and outputs are gone.
A notebook that somebody has worked in is never overwritten.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from plain_markdown import ROOT, WORDS, readable
from ruamel.yaml import YAML

TARGET = ROOT / "_build" / "notebooks"
KINDS, LANGUAGES = ("blank", "solved"), ("en", "nl")
WRITTEN = ".written.json"
START = re.compile(r"^`{3,}\{solution-start\}", re.M)
END = re.compile(r"^`{3,}\{solution-end\}", re.M)
TOLD = re.compile(r"^`{3,}\{solution\}", re.M)


def student_notebook(path: Path, kind: str, language: str) -> NotebookNode:
    """Return one notebook of the book as a student gets it."""
    notebook = nbformat.read(path, as_version=4)
    cells = list(notebook.cells)
    if kind == "blank":
        cells = without_solutions(cells, language)
    page = path.relative_to(ROOT).with_suffix("").as_posix()
    for cell in cells:
        cell.metadata = {}
        if cell.cell_type == "markdown":
            cell.source = readable(cell.source, page, language)
        else:
            cell.outputs, cell.execution_count = [], None
    notebook.cells = [*preamble(language), *(c for c in cells if wanted(c))]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
    return notebook


def wanted(cell: NotebookNode) -> bool:
    """Tell whether a cell is worth showing: the end of a solution leaves nothing."""
    return cell.cell_type == "code" or bool(cell.source.strip())


def without_solutions(cells: list[NotebookNode], language: str) -> list[NotebookNode]:
    """Put an empty cell in place of every solution."""
    kept, inside = [], False
    for cell in cells:
        if START.search(cell.source):
            kept.append(new_code_cell(""))
        inside = inside or bool(START.search(cell.source))
        if TOLD.search(cell.source):
            kept.append(new_markdown_cell(WORDS["answer"][language]))
        elif not inside:
            kept.append(cell)
        inside = inside and not END.search(cell.source)
    return kept


def preamble(language: str) -> list[NotebookNode]:
    """Return the cells that a notebook needs outside this repository or in Dutch."""
    cells = []
    address = repository()
    if address:
        lines = [
            "import importlib.util",
            'if importlib.util.find_spec("diagnose") is None:',
            f"    !git clone --quiet --depth 1 {address} kit",
            "    %pip install --quiet ./kit",
            "    %cd kit/notebooks",
        ]
        cells.append(new_code_cell("\n".join(lines)))
    if language == "nl":
        lines = ["import os", 'os.environ["DIAGNOSE_LANG"] = "nl"']
        cells.append(new_code_cell("\n".join(lines)))
    return cells


def repository() -> str:
    """Return the public address of the repository, or nothing when there is none."""
    config = YAML(typ="safe", pure=True).load(ROOT / "_config.yml")
    return (config.get("repository") or {}).get("url") or ""


def write_all(target: Path) -> list[Path]:
    """Write every notebook and return those that were kept as somebody left them."""
    record = target / WRITTEN
    known = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    kept = []
    for kind in KINDS:
        for language in LANGUAGES:
            for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
                place = target / kind / language / path.name
                text = nbformat.writes(student_notebook(path, kind, language)) + "\n"
                if not write(place, text, known, target):
                    kept.append(place)
        figures = target / kind / "benchmarks" / "results"  # "../benchmarks" in cells
        shutil.copytree(ROOT / "benchmarks" / "results", figures, dirs_exist_ok=True)
    record.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
    return kept


def write(place: Path, text: str, known: dict[str, str], target: Path) -> bool:
    """Write a notebook unless it differs from what was written the last time."""
    name = place.relative_to(target).as_posix()
    if place.is_file() and mark(place.read_text("utf-8")) != known.get(name):
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    known[name] = mark(text)
    return True


def mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=TARGET)
    folder = parser.parse_args().folder.resolve()
    for kept in write_all(folder):
        sys.stdout.write(f"kept as you left it: {kept.relative_to(folder)}\n")
    sys.stdout.write(f"{folder}\n")

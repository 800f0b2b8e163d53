"""Every chapter has something to move, and every set of questions stands on a page."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from ruamel.yaml import YAML

from diagnose.handbook.live import element_names

ROOT = Path(__file__).resolve().parents[2]
QUIZZES = {path.stem for path in (ROOT / "book" / "quizzes").glob("*.yaml")}
STILL = {"Start here", "Reference"}
"""Parts that lead to chapters or are looked up; all others are read."""


def source_of(page: str) -> str:
    """Return the text of a page, or of the cells of a notebook."""
    path = ROOT / f"{page}.md"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    notebook = nbformat.read(ROOT / f"{page}.ipynb", as_version=4)
    return "\n".join(cell.source for cell in notebook.cells)


TOC = YAML(typ="safe").load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = {
    chapter["file"]: part["caption"]
    for part in TOC["parts"]
    for chapter in part["chapters"]
}
PAGES = {
    name: source_of(name)
    for name in re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text("utf-8"))
}
LIVE = re.compile(r"^:{3,}\{live\} (\S+)\n(?::set: (\S+))?", re.MULTILINE)


@pytest.mark.parametrize(
    "page", [page for page, part in CHAPTERS.items() if part not in STILL]
)
def test_every_chapter_has_something_to_move(page):
    text = PAGES[page]

    assert LIVE.search(text) or re.search(r"\bdg\.explore\w*\(", text), page


def test_every_element_and_every_set_of_questions_stands_on_a_page():
    used = {found for text in PAGES.values() for found in LIVE.findall(text)}

    assert {name for name, _ in used} == set(element_names())
    assert {chosen for name, chosen in used if name == "quiz"} == QUIZZES

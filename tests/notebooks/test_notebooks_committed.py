"""nbval skips a cell that was never run, so check here that every cell was."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HOME = re.compile(r"(/home/|/Users/|/root/|[A-Z]:\\\\Users\\\\)\w+")
LOGIC = re.compile(r"^\s*(def|class|for|while|try|with)\b|\blambda\b", re.MULTILINE)


def code_cells(path: Path) -> list[dict]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    return [c for c in code if "".join(c["source"]).strip()]


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_those_of_one_run_from_the_top(path):
    text = path.read_text(encoding="utf-8")
    cells = code_cells(path)

    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    assert not any(o["output_type"] == "error" for c in cells for o in c["outputs"])
    assert not any(o.get("name") == "stderr" for c in cells for o in c["outputs"])
    assert "NBVAL_SKIP" not in text
    assert not HOME.search(text), "a personal folder is named in the notebook"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_cells_are_short_and_hold_no_logic(path):
    cells = code_cells(path)

    assert len(cells) <= 30
    for cell in cells:
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 10, source
        assert not LOGIC.search(source), source
        assert not source.rstrip().endswith(";"), source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_figure_has_a_text(path):
    for cell in code_cells(path):
        drawn = any("image/png" in o.get("data", {}) for o in cell["outputs"])
        if drawn:
            image = cell["metadata"].get("mystnb", {}).get("image", {})
            assert image.get("alt"), "".join(cell["source"])

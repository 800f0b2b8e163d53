"""The picture of the README shows what the program draws today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_picture_of_the_readme_is_current():
    place = ROOT / "book" / "_tools" / "draw_picture.py"
    spec = importlib.util.spec_from_file_location("draw_picture", place)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    assert tool.TARGET.read_text(encoding="utf-8") == tool.draw()

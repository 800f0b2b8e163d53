"""Draw the picture of the README from the synthetic example.

    python book/_tools/draw_picture.py

A test compares the committed picture with a new one.
"""

import sys
from pathlib import Path

import diagnose as dg
from diagnose.plots import figure_svg

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "book" / "images" / "profile.svg"


def draw() -> str:
    """Return the profile of the example organisation as a file of its own."""
    publication = dg.publish_assessment(ROOT / "surveys" / "example")
    return figure_svg(dg.plot_profile(publication, language="en"))


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}\n")

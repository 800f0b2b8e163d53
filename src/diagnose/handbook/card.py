"""The picture that other sites show of a handbook that somebody shares."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from diagnose.language import Language, load_catalogue

_PAPER, _INK, _ACCENT = "#faf9fc", "#2c2140", "#5e3c99"
_FACE = "DejaVu Serif"
_COLUMNS = (1, 3, 4, 2, 1)
"""The mark: answers piled up from the ground."""


def draw_card(path: Path, title: str, language: Language) -> None:
    """Draw the card of an edition: 1200 by 630 points, PNG, the same bytes every time.

    Parameters
    ----------
    path : Path
        Where it goes.
    title : str
        Title of the edition.
    language : {"en", "nl"}
        Language of the line below the title.
    """
    from matplotlib.figure import Figure

    word = load_catalogue("handbook_site").text
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1200), ylim=(0, 630))
    axes.axis("off")
    _mark(axes)
    lines = textwrap.wrap(_drawable(title), 18, max_lines=3, placeholder=" …")
    about: dict[str, Any] = {
        "family": _FACE,
        "parse_math": False,
        "color": _INK,
    }
    axes.text(80, 400, "\n".join(lines), size=46, va="center", weight="bold", **about)
    axes.text(80, 170, word("card", language), size=20, va="center", **about)
    axes.text(
        80,
        95,
        word("part", language),
        size=17,
        va="center",
        **about | {"color": _ACCENT, "family": "DejaVu Sans"},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png", metadata={"Software": None})


def _drawable(title: str) -> str:
    """Return a title without the signs that the typeface of the card does not have."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    face = get_font(findfont(FontProperties(family=_FACE)))
    kept = (sign for sign in title if face.get_char_index(ord(sign)))
    return " ".join("".join(kept).split())


def _mark(axes: Any) -> None:
    for column, height in enumerate(_COLUMNS):
        for row in range(height):
            at = (820 + 64 * column, 190 + 74 * row)
            axes.plot(*at, "o", ms=41, color=_ACCENT)

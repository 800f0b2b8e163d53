"""Texts as they may stand on paper: every sign kept, save those that rule others."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

from diagnose.instrument.export.paper import printable
from diagnose.instrument.export.pdf import fonts

TEXT_FACE, LAST_RESORT = "DejaVu Sans", "Last Resort High-Efficiency"
"""The face of figures and headings, and the one that has a sign for every script."""

# A mark of direction in one name would turn the words after it as well.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONG_WORD = re.compile(r"\S{26,}")
_PIECE = re.compile(r"\S{8}(?=\S)")
_LABEL = re.compile(r'<svg[^>]*?\baria-label="([^"]*)"')
_VIEW = re.compile(r'<svg[^>]*?\bviewBox="0 0 ([\d.]+) ([\d.]+)"')

_BEYOND_LATIN = re.compile("[^\x00-\u024f]")

_BOX = "□"
BREAK = "\u200b"
"""Where a word without syllables may be parted."""


def told(text: str) -> str:
    """Return a text without signs of control and of direction."""
    return printable(_DIRECTION.sub("", text))


def fitted(text: str) -> str:
    """Return the same, with places to part words that are wider than a column."""
    return _LONG_WORD.sub(_parted, told(text))


def shortened(text: str, most: int) -> str:
    """Return a text on one line of at most `most` signs."""
    line = " ".join(told(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def alternative(svg: str) -> str:
    """Return the text alternative that a figure carries; "" when it has none."""
    found = _LABEL.search(svg)
    return told(unescape(found[1])) if found else ""


def drawn_size(svg: str) -> tuple[float, float]:
    """Return width and height of a figure in points; of a square when it says none."""
    found = _VIEW.search(svg)
    return (float(found[1]), float(found[2])) if found else (400.0, 400.0)


def drawable(svg: str) -> str:
    """Return a figure with a box for each sign that its face lacks.

    One such sign would make the setter draw the whole text around it in a face of last
    resort. The text alternative is read before and keeps the sign.
    """
    return _BEYOND_LATIN.sub(_drawn, svg)


def _drawn(sign: re.Match[str]) -> str:
    return sign[0] if ord(sign[0]) in _signs_of_figures() else _BOX


@cache
def _signs_of_figures() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(Path(fonts()) / "DejaVuSans.ttf")).get_charmap())


def _parted(word: re.Match[str]) -> str:
    return _PIECE.sub(rf"\g<0>{BREAK}", word[0])

"""How wide text becomes, so that nothing runs out of its box.

The fonts of who opens a deck are not known here. Text is measured in DejaVu Sans, one
of the widest faces in use: what fits in it, fits in Calibri, Arial or Verdana too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_MEASURED = 100
"""Size at which letters are measured, in points."""

POINTS = 72
LEADING = 1.22
"""Height of a line in sizes of its letters."""

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The letters of one deck.

    Attributes
    ----------
    stretch : float
        How wide its letters are, in widths of DejaVu Sans.
    bold : float
        The same for bold letters, in widths of DejaVu Sans Bold.
    """

    stretch: float = 1.0
    bold: float = 1.0

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of a line of text in inches."""
        stretch = self.bold if bold else self.stretch
        return _letters(text, bold) * stretch * size / _MEASURED / POINTS

    def wrap(
        self, text: str, width: float, size: float, *, bold: bool = False
    ) -> list[str]:
        """Break text into lines as a presentation program does: greedily, at spaces.

        A word that is wider than the line is broken inside.
        """
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):
                longer = f"{line} {word}" if line else word
                if self.width(longer, size, bold=bold) <= width:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                *full, line = self._broken(word, width, size, bold=bold)
                lines += full
            lines.append(line)
        return lines

    def height(
        self, text: str, width: float, size: float, *, bold: bool = False
    ) -> float:
        """Return the height of wrapped text in inches."""
        lines = self.wrap(text, width, size, bold=bold)
        return len(lines) * line_height(size)

    def widest_word(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of the widest word in inches."""
        return max(self.width(word, size, bold=bold) for word in text.split(" "))

    def shorten(
        self, text: str, width: float, size: float, lines: int, *, bold: bool = False
    ) -> str:
        """Return as much of the text as stands on some lines, with an ellipsis."""
        broken = self.wrap(text, width, size, bold=bold)
        if len(broken) <= lines:
            return text
        kept = " ".join(broken[:lines])
        while kept:
            kept = kept[:-1].rstrip()
            short = f"{kept} {ELLIPSIS}" if kept.rpartition(" ")[0] else kept + ELLIPSIS
            at_word = text.startswith(f"{kept} ")
            fits = len(self.wrap(short, width, size, bold=bold)) <= lines
            if fits and (at_word or " " not in kept):
                return short
        return ELLIPSIS

    def _broken(self, word: str, width: float, size: float, *, bold: bool) -> list[str]:
        pieces = [""]
        if self.width(word, size, bold=bold) <= width:
            return [word]
        for letter in word:
            longer = pieces[-1] + letter
            if pieces[-1] and self.width(longer, size, bold=bold) > width:
                pieces.append(letter)
            else:
                pieces[-1] = longer
        return pieces


def line_height(size: float) -> float:
    """Return the height of a line in inches."""
    return size * LEADING / POINTS


def largest_size(
    metrics: Metrics,
    texts: Sequence[str],
    box: tuple[float, float],
    sizes: Sequence[float],
    *,
    between: float = 0.0,
) -> float | None:
    """Return the largest size at which paragraphs fit in a box; None if none does.

    Parameters
    ----------
    metrics : Metrics
        The letters.
    texts : sequence of str
        One a paragraph.
    box : tuple of float
        Width and height in inches.
    sizes : sequence of float
        In points, the largest first.
    between : float
        Space between paragraphs, in heights of a letter.
    """
    width, height = box
    for size in sizes:
        gaps = between * size / POINTS * max(len(texts) - 1, 0)
        used = sum(metrics.height(text, width, size) for text in texts) + gaps
        if used <= height:
            return size
    return None


@lru_cache(maxsize=50_000)
def _letters(text: str, bold: bool) -> float:
    """Return the width of text at the measured size, in points."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    # DejaVu has no wide letters and draws a narrow box in their place.
    return _face(bold).getlength(text) + wide * _MEASURED * 0.7


@cache
def _face(bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(
        str(font_folder() / name), _MEASURED, layout_engine=ImageFont.Layout.BASIC
    )


@cache
def font_folder() -> Path:
    """Return the folder with the DejaVu fonts that come with matplotlib."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"

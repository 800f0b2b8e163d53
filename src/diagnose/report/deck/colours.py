"""The colours of charts and tables, and the ink that can be read on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INK, SOFT, FAINT = "1f2933", "52606d", "d5dbe1"
WHITE, BLACK = "ffffff", "000000"
TONES = {"soft": "9aa5b1", "higher": "5e3c99", "lower": "e66101", "neutral": "d9d9d9"}
FILLS = {"higher": "b2abd2", "lower": "fdb863", "hidden": "eceff1", "rest": "f7f8f9"}

LINES = ("e66101", "5e3c99", "52606d", "1b7837", "8c510a", "2166ac", "9970ab")
"""Further lines of one chart; each also has a marker of its own."""

# Orange against, purple for: apart under every colour vision, strongest at the ends.
_AGAINST, _FOR = ("e66101", "fdb863"), ("b2abd2", "5e3c99")


def plain(colour: str) -> str:
    """Return ``#rrggbb`` as the file format wants it."""
    return colour.lstrip("#").lower()


def rgb(colour: str) -> Any:
    """Return a colour as the library wants it."""
    from pptx.dml.color import RGBColor

    make: Any = RGBColor.from_string
    return make(colour.upper())


def ink_on(colour: str) -> str:
    """Return black or white: what contrasts more with a colour."""
    light = _luminance(plain(colour))
    return BLACK if (light + 0.05) ** 2 > 1.05 * 0.05 else WHITE


def against(n: int) -> list[str]:
    """Return the colours of answers against, the strongest first."""
    return _ramp(_AGAINST, n) if n > 1 else [_AGAINST[0]][:n]


def in_favour(n: int) -> list[str]:
    """Return the colours of answers in favour, the strongest last."""
    return _ramp(_FOR, n) if n > 1 else [_FOR[1]][:n]


def _ramp(ends: Sequence[str], n: int) -> list[str]:
    low, high = (_parts(colour) for colour in ends)
    steps = [place / (n - 1) for place in range(n)]
    return [
        "".join(
            f"{round(a + (b - a) * step):02x}" for a, b in zip(low, high, strict=True)
        )
        for step in steps
    ]


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (0, 2, 4)]


def _luminance(colour: str) -> float:
    """Return the relative luminance as in the Web Content Accessibility Guidelines."""
    shares = [part / 255 for part in _parts(colour)]
    linear = [
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    ]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

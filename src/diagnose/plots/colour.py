"""How far colours lie apart, also for readers who see fewer of them.

Three published rules, and nothing else: the contrast of WCAG 2 [1]_, the simulation of
a dichromat's eye by Machado and others [2]_, and the difference of two colours in
CIELAB, CIE 1976 [3]_.

References
----------
.. [1] W3C (2023). Web Content Accessibility Guidelines 2.2, "contrast ratio".
   https://www.w3.org/TR/WCAG22/
.. [2] Machado, G. M., Oliveira, M. M., & Fernandes, L. A. F. (2009). A
   physiologically-based model for simulation of color vision deficiency. IEEE
   Transactions on Visualization and Computer Graphics, 15(6), 1291-1298.
   https://doi.org/10.1109/TVCG.2009.113
.. [3] ISO/CIE 11664-4:2019, Colorimetry, part 4: CIE 1976 L*a*b* colour space.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from diagnose._options import check_option

Vision = Literal["normal", "protanopia", "deuteranopia", "tritanopia"]
Triple = tuple[float, float, float]
VISIONS: tuple[Vision, ...] = ("normal", "protanopia", "deuteranopia", "tritanopia")

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_KNEE, _SLOPE = 0.04045, 12.92  # of the sRGB curve, IEC 61966-2-1
_TO_XYZ: Sequence[Triple] = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_LUMINANCE: Triple = (0.2126, 0.7152, 0.0722)
_EYE: Mapping[str, Sequence[Triple]] = {  # [2]_, severity 1
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def is_colour(text: object) -> bool:
    """Tell whether a text is a colour written as ``#rrggbb``."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, from 1 (none) to 21.

    Parameters
    ----------
    first, second : str
        ``#rrggbb``; their order does not matter.
    """
    low, high = sorted(_dot(_LUMINANCE, _linear(c)) for c in (first, second))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, vision: Vision = "normal") -> Triple:
    """Return a colour as an eye sees it, in linear light.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    vision : {"normal", "protanopia", "deuteranopia", "tritanopia"}
        Whose eye.
    """
    check_option("vision", vision, Vision)
    light = _linear(colour)
    if vision == "normal":
        return light
    return _bounded(_times(_EYE[vision], light))


def colour_difference(first: str, second: str, *, vision: Vision = "normal") -> float:
    """Return how far two colours lie apart in CIELAB (CIE 1976, white point D65).

    Two is about the least that can be seen side by side; black and white lie 100
    apart.

    Parameters
    ----------
    first, second : str
        ``#rrggbb``.
    vision : {"normal", "protanopia", "deuteranopia", "tritanopia"}
        Whose eye compares them.
    """
    return math.dist(*(_lab(seen(c, vision)) for c in (first, second)))


def mix(colour: str, other: str, part: float) -> str:
    """Return a colour with a part of another in it, as ``#rrggbb``.

    Parameters
    ----------
    colour, other : str
        ``#rrggbb``.
    part : float
        Of the other, from 0 (none) to 1; counted in the values as written.
    """
    pairs = zip(_values(colour), _values(other), strict=True)
    mixed = [round(own + (more - own) * part) for own, more in pairs]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _values(colour: str) -> list[int]:
    if not is_colour(colour):
        raise ValueError(f"a colour must be written as '#rrggbb'; got {colour!r}.")
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _linear(colour: str) -> Triple:
    red, green, blue = (_without_curve(value / 255) for value in _values(colour))
    return red, green, blue


def _without_curve(value: float) -> float:
    if value <= _KNEE:
        return value / _SLOPE
    return float(((value + 0.055) / 1.055) ** 2.4)


def _lab(light: Triple) -> Triple:
    white = _times(_TO_XYZ, (1, 1, 1))
    found = _times(_TO_XYZ, light)
    x, y, z = (_lightness(own / full) for own, full in zip(found, white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lightness(share: float) -> float:
    bend = 6 / 29
    if share > bend**3:
        return float(share ** (1 / 3))
    return share / (3 * bend**2) + 4 / 29


def _times(matrix: Sequence[Triple], light: Triple) -> Triple:
    red, green, blue = (_dot(row, light) for row in matrix)
    return red, green, blue


def _dot(weights: Triple, light: Triple) -> float:
    return sum(w * value for w, value in zip(weights, light, strict=True))


def _bounded(light: Triple) -> Triple:
    red, green, blue = (min(max(value, 0.0), 1.0) for value in light)
    return red, green, blue

"""The house style of a client: what may differ between the outputs of two clients."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from diagnose.errors import Problem
from diagnose.plots.colour import (
    VISIONS,
    Vision,
    colour_difference,
    contrast,
    is_colour,
    mix,
)
from diagnose.plots.logo import check_logo
from diagnose.plots.sheet import ACCENT, FAINT, HIDDEN, HIGHER, LOWER, SOFT

LEAST_CONTRAST = 4.5
"""Of the accent on white: level AA of WCAG 2.2 for text of ordinary size (1.4.3)."""

LEAST_FROM_MEANING = 20.0
"""Distance in CIELAB (CIE 1976) from the colours of higher and lower, in every kind of
sight: about nine times what can just be seen. The red and green of a traffic light lie
114 apart for most readers and 26 for a deuteranope, whom they are known to fail as soon
as they are small or not side by side; an accent comes with another shape or a word."""

LEAST_FROM_GREY = 10.0
"""Distance from the greys of comparisons and of what is hidden. Lines and dots in grey
differ from those in the accent in shape too, so that half of it is enough."""

_MEANING = {"higher": HIGHER, "lower": LOWER}
_GREYS = {"comparison": SOFT, "lines": FAINT, "hidden": HIDDEN}
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """Colours and marks of a client.

    Attributes
    ----------
    name : str
        Name that stands in headers; empty for none.
    accent : str
        Colour of headings, bars and estimates, as ``#rrggbb``.
    logo : bytes
        Picture for first pages and slides; empty for none.
    logo_kind : str
        ``png`` or ``svg``; empty without a logo.
    template : bytes
        A ``.pptx`` whose slide master the decks take over; empty for the project's own.
    """

    name: str = ""
    accent: str = ACCENT
    logo: bytes = field(default=b"", repr=False)
    logo_kind: Literal["", "png", "svg"] = ""
    template: bytes = field(default=b"", repr=False)


PLAIN = HouseStyle()


def check_style(style: HouseStyle, *, place: str = "style") -> list[Problem]:
    """Return everything that keeps a house style from being used.

    The accent must be read on white and told apart from the colours that mean
    something and from the greys, by every reader; a logo must be a picture and nothing
    else. The template of decks is checked by who opens it.

    Parameters
    ----------
    style : HouseStyle
        What a client asks for.
    place : str
        Where it stands, for the problems: a file, and the path in it.

    Returns
    -------
    list of Problem
        ``A045`` no colour, ``A046`` too little contrast, ``A047`` too like another
        colour, ``A048`` no safe picture, ``A049`` too large a picture; empty when
        there is nothing.
    """
    found = _check_accent(style.accent, f"{place}.accent")
    return [*found, *check_logo(style.logo, style.logo_kind, place=f"{place}.logo")]


def nearest_accent(colour: str) -> str | None:
    """Return the usable shade or tint that lies nearest to a colour, if there is one.

    Parameters
    ----------
    colour : str
        ``#rrggbb``; itself returned when it may be used.
    """
    parts = [step / _STEPS for step in range(_STEPS)]
    shades = {
        mix(colour, end, part) for end in ("#000000", "#ffffff") for part in parts
    }
    usable = [shade for shade in shades if not _faults(shade)]
    return min(
        usable,
        key=lambda shade: (colour_difference(colour, shade), shade),
        default=None,
    )


def _check_accent(colour: str, place: str) -> list[Problem]:
    if not is_colour(colour):
        return [
            Problem(
                code="A045",
                place=place,
                message=f"is {colour!r}",
                allowed=f"a colour written as '#rrggbb', such as '{ACCENT}'",
            )
        ]
    remedy = _remedy(colour) if (faults := _faults(colour)) else ""
    return [
        Problem(code=code, place=place, message=told, allowed=allowed, remedy=remedy)
        for code, told, allowed in faults
    ]


def _remedy(colour: str) -> str:
    near = nearest_accent(colour)
    if near is None:
        return "choose another colour"
    return f"the nearest shade of it that can be used is '{near}'"


def _faults(colour: str) -> list[tuple[str, str, str]]:
    """Return the code, the fact and the limit of everything wrong with an accent."""
    faults = []
    ratio = contrast(colour, "#ffffff")
    if ratio < LEAST_CONTRAST:
        fact = f"{colour} has a contrast of {_down(ratio)} on white"
        faults.append(("A046", fact, f"{LEAST_CONTRAST} or more"))
    for tones, least in ((_MEANING, LEAST_FROM_MEANING), (_GREYS, LEAST_FROM_GREY)):
        for name, tone in tones.items():
            distance, vision = _closest(colour, tone)
            if distance < least:
                seen = "" if vision == "normal" else f" for readers with {vision}"
                fact = (
                    f"{colour} lies {_down(distance)} from the colour of "
                    f"'{name}' ({tone}){seen}"
                )
                faults.append(("A047", fact, f"{least:.0f} or more"))
    return faults


def _closest(colour: str, tone: str) -> tuple[float, Vision]:
    distances = [
        (colour_difference(colour, tone, vision=vision), vision) for vision in VISIONS
    ]
    return min(distances, key=lambda pair: pair[0])


def _down(value: float) -> str:
    """Write a number that is too small without rounding it up to the limit."""
    return f"{int(value * 10) / 10:.1f}"

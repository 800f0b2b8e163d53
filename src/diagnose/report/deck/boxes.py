"""Places on a slide, in inches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EMU = 914_400
"""Units of the file format in an inch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, in inches from the upper left corner of the slide."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    def emu(self) -> tuple[int, int, int, int]:
        """Return left, top, width and height in units of the file format."""
        sides = (self.left, self.top, self.width, self.height)
        left, top, width, height = (round(side * EMU) for side in sides)
        return left, top, width, height

    def split(self, share: float, gap: float) -> tuple[Box, Box]:
        """Return a left part with some share of the width, and the right part."""
        first = (self.width - gap) * share
        second = self.width - gap - first
        right = self.left + first + gap
        return (
            Box(left=self.left, top=self.top, width=first, height=self.height),
            Box(left=right, top=self.top, width=second, height=self.height),
        )

    def upper(self, height: float) -> Box:
        """Return as much of its upper part, or all of it."""
        kept = min(height, self.height)
        return Box(left=self.left, top=self.top, width=self.width, height=kept)


def box_of(shape: Any) -> Box | None:
    """Return the place of a shape or placeholder; None when it names none."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return None
    left, top, width, height = (side / EMU for side in sides)
    return Box(left=left, top=top, width=width, height=height)

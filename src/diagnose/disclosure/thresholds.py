"""The smallest groups that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from diagnose.errors import DisclosureError, Problem

_FLOORS = {"scores": 5, "distributions": 8, "comments": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Smallest numbers of valid answers behind anything that is shown.

    May be raised above the defaults, never lowered.

    Attributes
    ----------
    scores : int
        For means and everything made of them.
    distributions : int
        For how answers spread over the response scale.
    comments : int
        For open answers.

    Raises
    ------
    DisclosureError
        A threshold lies below its floor.
    """

    scores: int = 5
    distributions: int = 8
    comments: int = 10

    def __post_init__(self) -> None:
        """Refuse thresholds below the floor."""
        low = [
            Problem(
                code="D001",
                place=f"thresholds.{name}",
                message=f"is {getattr(self, name)}",
                allowed=f"{floor} or more",
                remedy="thresholds may be raised, never lowered",
            )
            for name, floor in _FLOORS.items()
            if getattr(self, name) < floor
        ]
        if low:
            raise DisclosureError(low)

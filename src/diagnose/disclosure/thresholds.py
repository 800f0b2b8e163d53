"""The smallest groups that may be shown, and what else a unit must meet."""

from __future__ import annotations

from dataclasses import dataclass

from diagnose.errors import DisclosureError, Problem

_FLOORS = {"scores": 5, "distributions": 8, "comments": 10, "group": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a group must meet before anything about it is shown.

    Everything may be raised above the defaults, never lowered.

    Attributes
    ----------
    scores : int
        For means and everything made of them.
    distributions : int
        For how answers spread over the response scale.
    comments : int
        For open answers.
    group : int
        Smallest head count: a unit with fewer people on its staff is never shown. Holds
        where head counts are known.
    response_rate : float
        Smallest response rate, 0 to 1: a unit below it is not shown on subscales, but
        its participation is. Holds where response rates are known; 0 asks for nothing.

    Raises
    ------
    DisclosureError
        A threshold lies below its floor, or the rate is no proportion.
    """

    scores: int = 5
    distributions: int = 8
    comments: int = 10
    group: int = 5
    response_rate: float = 0.0

    def __post_init__(self) -> None:
        """Refuse thresholds below the floor, and a rate that is none."""
        problems = [
            Problem(
                code="D001",
                place=f"thresholds.{name}",
                message=f"is {getattr(self, name)}",
                allowed=f"{floor} or more",
                remedy="thresholds may be raised, never lowered",
            )
            for name, floor in _FLOORS.items()
            if not getattr(self, name) >= floor
        ]
        if not 0 <= self.response_rate <= 1:  # NaN is no rate either
            problems.append(
                Problem(
                    code="D001",
                    place="thresholds.response_rate",
                    message=f"is {self.response_rate}",
                    allowed="a proportion from 0 to 1",
                    remedy="write 40 % as 0.4; 0 asks for no response rate",
                )
            )
        if problems:
            raise DisclosureError(problems)

    def of_scores(self, n_items: int) -> int:
        """Return the fewest answers behind a mean of so many items.

        Of a single item the mean and the spread of a few people leave one possible
        distribution of their answers, so that it needs as many as a distribution.
        """
        return max(self.scores, self.distributions) if n_items == 1 else self.scores

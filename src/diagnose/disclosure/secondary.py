"""Which unit covers for its hidden siblings: the one that costs the fewest lines.

A respondent has a line at every level at which their unit is shown. To hide a unit
costs the lines of everybody in it, at its own level and below, that would be shown
otherwise; lines that are hidden anyway cost nothing. People without a unit have no
line of their own to lose.

Why the cheapest single sibling is the optimum
----------------------------------------------
Let the units of a visible parent that must be hidden hold at least one answer, and let
them be fewer than the threshold together, one unit only, or unanimous. Then at least
one more has to go. Any sibling that may be shown is enough: it holds at least the
threshold of answers itself; it is a second unit with answers; and a group is not
unanimous when part of it is not. So every safe choice holds one such sibling at least,
each sibling is a safe choice alone, and no cost is negative: the cheapest is a choice
of least cost. There is no knapsack to solve.

The cost of a unit depends on what is decided below it and not on what is decided
beside or above it, for its own units need covering only while it is visible. So costs
are settled from the smallest units upwards, and the whole tree shows as many lines as
any choice that obeys the rules. The tests hold this against all choices in small
trees, and against an integer program in large ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diagnose.responses.model import NO_UNIT

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of respondents below the units that were settled so far.

    Attributes
    ----------
    below : dict of path to int
        Lines of a divided unit's people below its own level, hidden or not.
    lost : dict of path to int
        How many of these are hidden even while the unit itself is shown.
    """

    below: dict[Path, int] = field(default_factory=dict)
    lost: dict[Path, int] = field(default_factory=dict)

    def cost(self, path: Path, number: int) -> int:
        """Return the lines that hiding a unit of so many answers takes away."""
        return self.all_in(path, number) - self.lost.get(path, 0)

    def all_in(self, path: Path, number: int) -> int:
        """Return the lines of the people of a unit, at its own level and below."""
        own = 0 if path[-1] == NO_UNIT else number
        return own + self.below.get(path, 0)

    def settle(
        self, parent: Path, sizes: Mapping[Path, int], hidden: Mapping[Path, str]
    ) -> None:
        """Add up the lines below a parent of which the units are decided."""
        below = lost = 0
        for path, number in sizes.items():
            lines = self.all_in(path, number)
            below += lines
            lost += lines if path in hidden else self.lost.get(path, 0)
        self.below[parent] = below
        self.lost[parent] = lost


def choose_cover(
    candidates: Iterable[Path], sizes: Mapping[Path, int], lines: Lines
) -> Path:
    """Return the unit that costs the fewest lines; the smallest, then first, of equals.

    Parameters
    ----------
    candidates : iterable of path
        Units that may be shown, in any order; one at least.
    sizes : mapping of path to int
        Their numbers of valid answers.
    lines : Lines
        What is settled below them.
    """
    return min(
        candidates,
        key=lambda path: (lines.cost(path, sizes[path]), sizes[path], path),
    )

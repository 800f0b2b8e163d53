"""What is left when published cells are taken from another one."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.disclosure.ledger.model import PublishedCell
from diagnose.disclosure.tree import Cell


def subtract(whole: PublishedCell, parts: Sequence[PublishedCell]) -> Cell:
    """Return the cell of those in a group and in none of its parts.

    Parameters
    ----------
    whole : PublishedCell
        The group.
    parts : sequence of PublishedCell
        Groups within it that do not overlap.

    Returns
    -------
    Cell
        Without mean and sd where one of them only counts people.
    """
    number = whole.n_respondents - sum(part.n_respondents for part in parts)
    moments = [_moments(cell) for cell in (whole, *parts)]
    if number < 1 or None in moments:
        return Cell(n_respondents=number)
    (total, squares), *others = [moment for moment in moments if moment is not None]
    total -= sum(sum_ for sum_, _ in others)
    squares -= sum(square for _, square in others)
    spread = max(squares - total**2 / number, 0.0)
    # What is left of sums of squares is rounding: far below one step of a score.
    spread = spread if spread > 1e-6 * max(abs(squares), 1.0) else 0.0
    sd = (spread / (number - 1)) ** 0.5 if number > 1 else float("nan")
    return Cell(n_respondents=number, mean=total / number, sd=sd)


def _moments(cell: PublishedCell) -> tuple[float, float] | None:
    """Return sum and sum of squares; None where only people are counted."""
    if cell.mean is None:
        return None
    number, sd = cell.n_respondents, cell.sd or 0.0
    return number * cell.mean, (number - 1) * sd**2 + number * cell.mean**2

"""Which cells of a tree of units may be shown: the remainder rule.

For one subscale the units of an organisation form a tree whose root is the work floor.
A cell is the number, mean and standard deviation of the valid scores in one unit.

From the top down, a cell is hidden when

1. it holds fewer answers than the threshold (``small``);
2. its parent is hidden (``parent-hidden``);
3. everybody in it has the same score, so that the mean tells everybody's answer, or
   showing it would let a reader work out a hidden cell (``remainder``). Both carry the
   same key on purpose: a log that said "all the same" would give the answers away.

Among the children of a visible parent the smallest visible child is hidden too, as
long as the hidden children together are fewer than the threshold, are one unit only,
or all have the same score. What is hidden under a visible parent is then shown as one
line, the rest, unless nothing of the parent's children is visible: then the line would
repeat the parent.

Why nothing smaller than the threshold can be derived
-----------------------------------------------------
Take the smallest visible cells: visible units without visible children, and the rests.
Every visible parent is the sum of its visible children and their rest, so every
published sum is a sum over these smallest cells. They do not overlap, hence their
incidence vectors are linearly independent, and a 0/1 vector in their span takes each
of them whole or not at all. Every group whose sum can be derived is therefore a union
of such cells, each with at least the threshold of answers, of which no rest is a single
unit and none is unanimous. Standard deviations obey the same incidence with squared
scores, so they add nothing. `diagnose.disclosure.derivability` tests this by rank.

What it does not protect against: a member of a group knows their own answer, so to
them a group of n is one of n - 1; and a mean close to an end point of the response
scale says something about everybody in the cell without being exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from diagnose.responses.model import NO_UNIT

Path = tuple[str, ...]
Bounds = tuple[float, float]

SMALL = "small"
PARENT_HIDDEN = "parent-hidden"
REMAINDER = "remainder"
PROTECTED = "protected"

_SAME = 1e-9
"""Scores closer together than this are the same; steps of a score are far larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The scores of one group; mean and sd are NaN where only people are counted.

    Attributes
    ----------
    n_respondents : int
        Valid scores.
    mean, sd : float
        In response-scale units; `sd` with divisor n - 1, NaN for one score.
    """

    n_respondents: int
    mean: float = float("nan")
    sd: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What may be shown of one tree.

    Attributes
    ----------
    rules : mapping of path to str
        Rule by which each hidden unit is hidden; visible units are absent.
    rests : mapping of path to Cell
        For each parent that shows some but not all of its children, the others.
    """

    rules: Mapping[Path, str] = field(default_factory=dict)
    rests: Mapping[Path, Cell] = field(default_factory=dict)


def pool(cells: Iterable[Cell]) -> Cell:
    """Return the cell of several groups together."""
    filled = [cell for cell in cells if cell.n_respondents]
    number = sum(cell.n_respondents for cell in filled)
    if not number:
        return Cell(n_respondents=0)
    mean = sum(cell.n_respondents * cell.mean for cell in filled) / number
    squares = sum(
        _squares_within(cell) + cell.n_respondents * (cell.mean - mean) ** 2
        for cell in filled
    )
    sd = float(np.sqrt(squares / (number - 1))) if number > 1 else float("nan")
    return Cell(n_respondents=number, mean=float(mean), sd=sd)


def _squares_within(cell: Cell) -> float:
    return (cell.n_respondents - 1) * cell.sd**2 if cell.n_respondents > 1 else 0.0


def is_unanimous(cell: Cell, bounds: Bounds) -> bool:
    """Tell whether the mean of a cell gives away the score of everybody in it.

    Parameters
    ----------
    cell : Cell
        A cell with at least one answer. Where only people are counted the mean is NaN
        and nothing is given away.
    bounds : tuple of float
        Lowest and highest score; a mean there leaves one possibility for everybody.
    """
    if np.isnan(cell.mean):
        return False
    at_end = min(abs(cell.mean - bounds[0]), abs(cell.mean - bounds[1])) < _SAME
    return at_end or not cell.sd >= _SAME  # NaN, of one person, counts as well


def decide(
    root: Cell, cells: Mapping[Path, Cell], *, threshold: int, bounds: Bounds
) -> Decision:
    """Decide which cells of one tree may be shown.

    Parameters
    ----------
    root : Cell
        The work floor as a whole, path ``()``.
    cells : mapping of path to Cell
        Every unit at every level, people without a unit as `NO_UNIT`: the children of
        a unit add up to it. Units without a valid answer are hidden, and protect
        nobody.
    threshold : int
        Smallest number of valid answers that may be shown.
    bounds : tuple of float
        Lowest and highest possible score.
    """
    children: dict[Path, list[Path]] = {}
    for path in cells:
        children.setdefault(path[:-1], []).append(path)
    rules: dict[Path, str] = {}
    rests: dict[Path, Cell] = {}
    shown = root.n_respondents >= threshold and not is_unanimous(root, bounds)
    queue: list[tuple[Path, bool]] = [((), shown)]
    for parent, visible in queue:
        own = {path: cells[path] for path in children.get(parent, ())}
        hidden = (
            _hide_children(own, threshold=threshold, bounds=bounds)
            if visible
            else dict.fromkeys(own, PARENT_HIDDEN)
        )
        rules |= hidden
        rest = pool(own[path] for path in hidden)
        if visible and rest.n_respondents and len(hidden) < len(own):
            rests[parent] = rest
        queue += [(path, path not in hidden) for path in own if path in children]
    return Decision(rules=rules, rests=rests)


def _hide_children(
    own: Mapping[Path, Cell], *, threshold: int, bounds: Bounds
) -> dict[Path, str]:
    hidden = {p: SMALL for p, cell in own.items() if cell.n_respondents < threshold}
    for path, cell in own.items():
        if path not in hidden and is_unanimous(cell, bounds):
            hidden[path] = REMAINDER
    by_size = sorted(own, key=lambda path: (own[path].n_respondents, path))
    candidates = [path for path in by_size if path not in hidden]
    while candidates and _gives_away([own[p] for p in hidden], threshold, bounds):
        hidden[candidates.pop(0)] = REMAINDER
    # The rest and the people without a unit would stand under the same empty label,
    # so these people join the rest as soon as there is one. A larger rest of more
    # groups stays safe.
    nameless = [path for path in candidates if path[-1] == NO_UNIT]
    if nameless and any(own[path].n_respondents for path in hidden):
        hidden[nameless[0]] = REMAINDER
    return hidden


def _gives_away(hidden: list[Cell], threshold: int, bounds: Bounds) -> bool:
    """Tell whether parent minus visible children tells something it should not."""
    filled = [cell for cell in hidden if cell.n_respondents]
    if not filled:
        return False
    rest = pool(filled)
    too_small = rest.n_respondents < threshold
    return too_small or len(filled) < 2 or is_unanimous(rest, bounds)

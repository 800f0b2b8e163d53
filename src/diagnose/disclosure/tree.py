"""Which cells of a tree of units may be shown: the remainder rule.

For one subscale the units of an organisation form a tree whose root is the work floor.
A cell is the number, mean and standard deviation of the valid scores in one unit.

From the top down, a cell is hidden when

1. it holds fewer answers than the threshold (``small``);
2. its parent is hidden (``parent-hidden``);
3. its unit is barred for a reason of its own, such as a head count that is too low
   (see `diagnose.disclosure.conditions`);
4. its scores give away what its people answered (see `is_unanimous`), or showing it
   would let a reader work out a hidden cell (``remainder``). Both carry the same key on
   purpose: a log that said "all the same" would give the answers away.

Among the children of a visible parent one more is hidden when the hidden children
together are fewer than the threshold, are one unit only, or give their answers away. It
is the child that costs the fewest lines (see `diagnose.disclosure.secondary`). What is
hidden under a visible parent is then shown as one line, the rest, unless nothing of the
parent's children is visible: then the line would repeat the parent.

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

Sums over several sets of answers add nothing either. Each subscale, and the count of
people, is a tree of its own: a sum of scores on one subscale holds no score of another,
so the incidence of all of them together is block-diagonal and its span the sum of the
spans. The same holds for the roles, whose people are different people.

What it does not protect against: a member of a group knows their own answer, so to
them a group of n is one of n - 1; a mean close to an end point of the response scale
says something about everybody in the cell without being exact; and who knows how many
people work in each unit can bound how many answered there. Where everybody in a rest
answered, that is the head count of each unit in it: it tells that they answered, as the
response rate of a shown unit does, and nothing of what.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from diagnose.disclosure.secondary import Lines, choose_cover
from diagnose.responses.model import NO_UNIT

Path = tuple[str, ...]
Bounds = tuple[float, float]

SMALL = "small"
PARENT_HIDDEN = "parent-hidden"
REMAINDER = "remainder"
PROTECTED = "protected"

_SAME = 1e-9
"""Scores closer together than this are the same; steps of a score are far larger."""

_ONE_POINT = 1.0
_NOTHING: Mapping[Path, str] = MappingProxyType({})


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
    """Tell whether the scores of a cell give away what its people answered.

    They do when all are the same: the mean is everybody's score. They nearly do when
    they lie at most one point of the response scale from an end point, all together:
    a mean of 4.8 of five people on a scale up to 5. Then no more than one of them can
    be a whole point away, and whoever is knows that all others chose the end point.

    Parameters
    ----------
    cell : Cell
        A cell with at least one answer. Where only people are counted the mean is NaN
        and nothing is given away.
    bounds : tuple of float
        Lowest and highest score.
    """
    if math.isnan(cell.mean):
        return False
    away = min(abs(cell.mean - bounds[0]), abs(cell.mean - bounds[1]))
    near_end = cell.n_respondents * away <= _ONE_POINT + _SAME
    return near_end or not cell.sd >= _SAME  # NaN, of one person, counts as well


def decide(
    root: Cell,
    cells: Mapping[Path, Cell],
    *,
    threshold: int,
    bounds: Bounds,
    barred: Mapping[Path, str] = _NOTHING,
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
    barred : mapping of path to str
        Units that must not be shown whatever their answers, with the rule that bars
        them. Others may be named here that are not in the tree.
    """
    children: dict[Path, list[Path]] = {}
    for path in cells:
        children.setdefault(path[:-1], []).append(path)
    lines = Lines()
    below: dict[Path, dict[Path, str]] = {}
    bars = dict(barred)
    for parent in sorted(children, key=len, reverse=True):
        own = {path: cells[path] for path in children[parent]}
        filled = [path for path in own if own[path].n_respondents]
        if parent and len(filled) == 1 and filled[0] in bars:
            bars.setdefault(parent, PROTECTED)  # it is the same group of people
        must = _must_hide(own, threshold=threshold, bounds=bounds, barred=bars)
        below[parent] = _cover(own, must, lines, threshold=threshold, bounds=bounds)
        sizes = {path: cell.n_respondents for path, cell in own.items()}
        lines.settle(parent, sizes, below[parent])
    shown = root.n_respondents >= threshold and not is_unanimous(root, bounds)
    return _apply_downwards(cells, children, below, shown=shown)


def _apply_downwards(
    cells: Mapping[Path, Cell],
    children: Mapping[Path, list[Path]],
    below: Mapping[Path, Mapping[Path, str]],
    *,
    shown: bool,
) -> Decision:
    """Take what was decided below each unit, as far as it is visible itself."""
    rules: dict[Path, str] = {}
    rests: dict[Path, Cell] = {}
    queue: list[tuple[Path, bool]] = [((), shown)]
    for parent, visible in queue:
        own = children.get(parent, [])
        hidden = below.get(parent, {}) if visible else dict.fromkeys(own, PARENT_HIDDEN)
        rules |= hidden
        if visible and hidden and len(hidden) < len(own):
            rest = pool(cells[path] for path in own if path in hidden)
            if rest.n_respondents:
                rests[parent] = rest
        queue += [(path, path not in hidden) for path in own if path in children]
    return Decision(rules=rules, rests=rests)


def _must_hide(
    own: Mapping[Path, Cell],
    *,
    threshold: int,
    bounds: Bounds,
    barred: Mapping[Path, str],
) -> dict[Path, str]:
    """Return the units of one parent that cannot be shown, whatever is beside them."""
    hidden: dict[Path, str] = {}
    for path, cell in own.items():
        if path in barred:
            hidden[path] = barred[path]
        elif cell.n_respondents < threshold:
            hidden[path] = SMALL
        elif is_unanimous(cell, bounds):
            hidden[path] = REMAINDER
    # The rest and the people without a unit would stand under the same empty label,
    # so these people join the rest as soon as there is one. A larger rest of more
    # groups stays safe.
    if any(own[path].n_respondents for path in hidden):
        nameless = [path for path in own if path[-1] == NO_UNIT]
        hidden |= {path: REMAINDER for path in nameless if path not in hidden}
    return hidden


def _cover(
    own: Mapping[Path, Cell],
    hidden: dict[Path, str],
    lines: Lines,
    *,
    threshold: int,
    bounds: Bounds,
) -> dict[Path, str]:
    """Hide one more unit where parent minus visible children tells too much."""
    if not hidden or len(hidden) == len(own):
        return hidden
    if _gives_away([own[path] for path in hidden], threshold, bounds):
        sizes = {p: cell.n_respondents for p, cell in own.items() if p not in hidden}
        hidden[choose_cover(sizes, sizes, lines)] = REMAINDER
    return hidden


def _gives_away(hidden: list[Cell], threshold: int, bounds: Bounds) -> bool:
    """Tell whether parent minus visible children tells something it should not."""
    filled = [cell for cell in hidden if cell.n_respondents]
    if not filled:
        return False
    rest = pool(filled)
    too_small = rest.n_respondents < threshold
    return too_small or len(filled) < 2 or is_unanimous(rest, bounds)

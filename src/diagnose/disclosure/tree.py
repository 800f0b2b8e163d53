"""Which cells of a tree of units may be shown: the remainder rule.

For one subscale the units of an organisation form a tree whose root is the work floor.
A cell is the number, mean and standard deviation of the valid scores in one unit.

A unit is hidden when

1. it holds fewer answers than the threshold (``small``);
2. it is barred for a reason of its own, such as a head count that is too low (see
   `diagnose.disclosure.conditions`);
3. its scores give away what its people answered (see `is_unanimous`), or it covers for
   others (``remainder``). Both carry the same key on purpose: a log that said "all the
   same" would give the answers away;
4. the work floor as a whole is hidden by the first or the third (``parent-hidden``).

What a visible unit, or the whole, *leaves over* are the people below it who are in none
of the visible units below it. That must be nobody; or at least the threshold of
answers, of at least two of the smallest units, that do not give away what people
answered. Nor may a barred unit be what is left over, or the sum of that and of visible
units. Where it would not be so, more units are hidden, as cover: those that cost the
fewest lines (see `diagnose.disclosure.secondary`).

A hidden unit may have visible units below it. They belong to the nearest visible unit
above them, and so do the others of its people: they are part of what that unit leaves
over. That is shown as one line, the rest, unless nothing below the unit is visible:
then the line would repeat the unit.

Why nothing smaller than the threshold can be derived
-----------------------------------------------------
Let V be the visible units with the whole. For v in V let R(v) be what v leaves over.
Everybody is in exactly one R(v): that of the smallest visible unit they belong to. So
the R(v) that are not empty, the *atoms*, do not overlap, and every v in V is the
disjoint union of the atoms R(w) for w in V at or below v. Every published sum is one of
a v in V or of a rest, which is an R(v), hence a sum over atoms.

A vector in the span of the published sums is therefore constant on every atom, and if
its entries are 0 and 1, it takes each atom whole or not at all. Every group whose sum
can be derived is a union of atoms. An atom R(v) with nothing visible below v is v
itself, and v may be shown. Any other has at least the threshold of answers, of at least
two smallest units, and is not unanimous; and a union of several is larger still, and
not unanimous because a part of it is not.

Can a hidden unit h be such a union? It lies below a smallest visible v, and no atom but
R(v) meets both h and what is not h. So it can only if R(v) has nobody in h or nobody
outside h. For a barred h that is excluded, and for people without a unit. A small h
lies within R(v) and is smaller than any atom; a unanimous one lies within R(v) too, and
R(v) is not unanimous. Any other h could be visible, with what is left over the same
people as before, and the choice of least cost shows it. Where h holds the whole work
floor, everybody knows it from the whole, whatever is hidden.

Standard deviations obey the same incidence with squared scores, so they add nothing.
`diagnose.disclosure.derivability` tests this by rank.

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
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from diagnose.disclosure.remainder import (
    NOBODY,
    ONE_POINT,
    SAME,
    Bounds,
    Remainder,
    join,
    left_of,
)
from diagnose.disclosure.secondary import Units, choose_visible

Path = tuple[str, ...]

SMALL = "small"
PARENT_HIDDEN = "parent-hidden"
REMAINDER = "remainder"
PROTECTED = "protected"

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
        Of each visible unit (the root is ``()``) with visible units below it that do
        not make up the whole of it, the people in none of them.
    homes : mapping of path to path
        The visible unit that each hidden unit is left over in.
    """

    rules: Mapping[Path, str] = field(default_factory=dict)
    rests: Mapping[Path, Cell] = field(default_factory=dict)
    homes: Mapping[Path, Path] = field(default_factory=dict)


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
    near_end = cell.n_respondents * away <= ONE_POINT + SAME
    return near_end or not cell.sd >= SAME  # NaN, of one person, counts as well


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
    if root.n_respondents < threshold or is_unanimous(root, bounds):
        return Decision(
            rules=dict.fromkeys(cells, PARENT_HIDDEN), homes=dict.fromkeys(cells, ())
        )
    children: dict[Path, list[Path]] = {(): []}
    for path in sorted(cells):
        children.setdefault(path[:-1], []).append(path)
    must = _must_hide(cells, threshold=threshold, bounds=bounds)
    bars = {path: rule for path, rule in barred.items() if path in cells}
    units = Units(
        children=children,
        sizes={path: cell.n_respondents for path, cell in cells.items()}
        | {(): root.n_respondents},
        alone=_left_alone(
            cells, children, must, bars, threshold=threshold, bounds=bounds
        ),
        must=bars | must,
        barred=frozenset(bars) - must.keys(),
        threshold=threshold,
    )
    visible = choose_visible(units)
    rules = {
        path: barred.get(path) or must.get(path, REMAINDER)
        for path in cells
        if path not in visible
    }
    return _with_rests(cells, children, rules)


def _must_hide(
    cells: Mapping[Path, Cell], *, threshold: int, bounds: Bounds
) -> dict[Path, str]:
    """Return the units that cannot be shown because of their answers."""
    hidden: dict[Path, str] = {}
    for path, cell in cells.items():
        if cell.n_respondents < threshold:
            hidden[path] = SMALL
        elif is_unanimous(cell, bounds):
            hidden[path] = REMAINDER
    return hidden


def _left_alone(
    cells: Mapping[Path, Cell],
    children: Mapping[Path, list[Path]],
    must: Collection[Path],
    barred: Collection[Path],
    *,
    threshold: int,
    bounds: Bounds,
) -> dict[Path, Remainder]:
    """Return what each unit leaves over when nothing of it is shown."""
    alone = dict.fromkeys(cells, Remainder(threshold, 1, None))
    for path in must:
        cell = cells[path]
        alone[path] = left_of(
            cell.n_respondents, cell.mean, cell.sd, threshold=threshold, bounds=bounds
        )
    for path in barred:
        if alone[path].number:
            alone[path] = alone[path]._replace(inside=True)
    for parent in sorted(children, key=len, reverse=True):
        if parent in must:  # of the others, what is left over is a choice
            left = NOBODY
            for child in children[parent]:
                left = join(left, alone[child], threshold)
            alone[parent] = left
    return alone


def _with_rests(
    cells: Mapping[Path, Cell],
    children: Mapping[Path, list[Path]],
    rules: Mapping[Path, str],
) -> Decision:
    """Return the decision with what each visible unit leaves over."""
    homes: dict[Path, Path] = {}
    left: dict[Path, list[Cell]] = {}
    divided: set[Path] = set()
    for path in sorted(cells, key=len):
        above = path[:-1]
        home = homes.get(above, above)
        if path not in rules:
            divided.add(home)
            continue
        homes[path] = home
        if path not in children and cells[path].n_respondents:
            left.setdefault(home, []).append(cells[path])
    return Decision(
        rules=rules,
        homes=homes,
        rests={home: pool(own) for home, own in left.items() if home in divided},
    )

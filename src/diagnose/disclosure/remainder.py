"""What is left of a unit beside its visible units, as far as safety depends on it.

A remainder is told by four things: how many people it holds, of how many smallest units
with answers, whether their scores are alike, and whether all of them belong to one unit
that is barred. The first two count no further than they matter. Two remainders that
agree in these are equally safe, whatever is added to them, so that a search over
hidden units needs to know no more.

Adding people never makes a safe remainder unsafe: they become more, of more units, and
a group is not unanimous when part of it is not.
"""

from __future__ import annotations

import math
from typing import NamedTuple

Bounds = tuple[float, float]

SAME = 1e-9
"""Scores closer together than this are the same; steps of a score are far larger."""

ONE_POINT = 1.0
"""Scores that together lie no further from an end point are nearly unanimous."""

_FEWEST_GROUPS = 2


class Alike(NamedTuple):
    """In which ways the scores of a group may still be (nearly) unanimous.

    Attributes
    ----------
    value : float
        The score of everybody; infinite when they differ.
    low, high : float
        How far all scores together lie from the end points; infinite beyond one point.
    """

    value: float
    low: float
    high: float


class Remainder(NamedTuple):
    """What is left over of a unit.

    Attributes
    ----------
    number : int
        People with an answer, counted up to the threshold.
    groups : int
        Smallest units with an answer, counted up to two.
    alike : Alike or None
        None when the scores tell nothing about anybody.
    inside : bool
        Whether everybody belongs to one barred unit.
    """

    number: int
    groups: int
    alike: Alike | None
    inside: bool = False


NOBODY = Remainder(0, 0, None)


def left_of(
    number: int, mean: float, sd: float, *, threshold: int, bounds: Bounds
) -> Remainder:
    """Return a smallest unit that is left over.

    Parameters
    ----------
    number : int
        Valid answers.
    mean, sd : float
        NaN where only people are counted.
    threshold : int
        Smallest number of valid answers that may be shown.
    bounds : tuple of float
        Lowest and highest possible score.
    """
    if not number:
        return NOBODY
    alike = None
    if not math.isnan(mean):
        value = math.inf if sd >= SAME else mean
        low, high = number * (mean - bounds[0]), number * (bounds[1] - mean)
        alike = _alike(value, abs(low), abs(high))
    return Remainder(min(number, threshold), 1, alike)


def join(one: Remainder, other: Remainder, threshold: int) -> Remainder:
    """Return two remainders of different people together."""
    if not one.number:
        return other
    if not other.number:
        return one
    alike = None
    if one.alike and other.alike:
        same = abs(one.alike.value - other.alike.value) < SAME
        alike = _alike(
            one.alike.value if same else math.inf,
            one.alike.low + other.alike.low,
            one.alike.high + other.alike.high,
        )
    return Remainder(
        min(one.number + other.number, threshold),
        min(one.groups + other.groups, _FEWEST_GROUPS),
        alike,
    )


def is_safe(left: Remainder, threshold: int) -> bool:
    """Tell whether a remainder may be known: nobody, or enough people who differ."""
    if not left.number:
        return True
    enough = left.number >= threshold and left.groups >= _FEWEST_GROUPS
    return enough and left.alike is None and not left.inside


def _alike(value: float, low: float, high: float) -> Alike | None:
    limit = ONE_POINT + SAME
    low = low if low <= limit else math.inf
    high = high if high <= limit else math.inf
    alike = Alike(value, low, high)
    return None if all(map(math.isinf, alike)) else alike

"""One release beside another: groups that they both tell about, one by one.

A group of one release and the same group of another (same wave, role, subscale, unit)
differ by the people who joined it and those who left it in between. Subtracting the two
sums gives the sum of the joiners minus that of the leavers.

* The numbers differ by d people. Joiners and leavers together are d people at least.
  With d below the threshold they may be as few, and a single late answer is told
  exactly: refused, although d can also come of many who joined and as many who left,
  which the numbers cannot show. With d at the threshold or above, what is told is about
  so many people at least; but where the difference is that of people who all scored
  alike (`diagnose.disclosure.tree.is_unanimous`) it tells what each of them answered,
  and is refused.
* The numbers are equal and the sums are not, or the spread is not. Somebody's answer
  was changed, or one left and another joined; two people are enough: refused. It may
  also be that everybody was scored by another edition of the instrument. Then the two
  sums are two statements about the same answers, with item weights that differ, and
  their difference may rest on a few answers: refused as well, in one problem.
* Numbers, sums and spreads are equal: the same people with the same answers.

Distributions differ by the people counted in them, and those who joined are shown how
they spread: for them the threshold is that of distributions. Of open answers the new
quotes are plain to see: there the threshold is that of comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from diagnose.disclosure.ledger.difference import subtract
from diagnose.disclosure.ledger.model import (
    Path,
    PublishedAnswers,
    PublishedCell,
    Release,
)
from diagnose.disclosure.log import REST, SHOWN
from diagnose.disclosure.remainder import Bounds
from diagnose.disclosure.tree import is_unanimous
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

_SAME_SUM = 1e-6
"""Sums of scores closer together are the same; one answer weighs far more."""
_LISTED = 3

Tree = tuple[str, str, str, str, str]
"""Wave, role, kind, subscale and item: what one set of units is about."""
Place = tuple[Path, str]
"""Path and status: which group of a tree."""
Group = tuple[str, str]
"""Wave and role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Smallest groups that a difference may be about."""

    scores: int
    distributions: int
    comments: int
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    """Lowest and highest score of each subscale."""

    def of(self, kind: str) -> int:
        """Return the smallest difference of a kind of cell."""
        return self.comments if kind == "comments" else self.scores


def trees_of(release: Release) -> dict[Tree, dict[Place, PublishedCell]]:
    """Return the cells of a release by what they are about."""
    trees: dict[Tree, dict[Place, PublishedCell]] = {}
    for cell in release.cells:
        tree = (cell.wave, cell.role, cell.kind, cell.subscale, cell.item)
        trees.setdefault(tree, {})[cell.path, cell.status] = cell
    return trees


def compare_releases(
    old: Release, new: Release, limits: Limits
) -> tuple[list[Problem], set[Group]]:
    """Return what the two tell together that neither tells, group by group.

    Returns
    -------
    problems : list of Problem
        ``D020``, ``D021``, ``D022`` and ``D024``.
    changed : set of (wave, role)
        Where the answers behind the two are not the same.
    """
    before, now = trees_of(old), trees_of(new)
    pairs = _pairs(before, now)
    changed = {_group(a) for a, b in pairs if not is_same(a, b)}
    answers = {_key(own): own for own in old.answers}
    spreads = [(answers[_key(own)], own) for own in new.answers if _key(own) in answers]
    changed |= {_group(a) for a, b in spreads if a.counts != b.counts}
    problems: list[Problem] = []
    for group in sorted(changed):
        own = [(a, b) for a, b in pairs if _group(a) == group]
        spread = [(a, b) for a, b in spreads if _group(a) == group]
        found = list(_compare_group(old, new, group, (own, spread), limits))
        problems += found or list(_other_cells(old, group, before, now))
    return problems, changed


def is_same(one: PublishedCell, other: PublishedCell) -> bool:
    """Tell whether two cells are of the same people with the same answers."""
    if one.n_respondents != other.n_respondents:
        return False
    n = one.n_respondents
    return _close(one.mean, other.mean, n) and _close(one.sd, other.sd, n)


def _close(one: float | None, other: float | None, number: int) -> bool:
    if one is None or other is None:
        return True  # told by one of them only, so there is nothing to subtract
    return abs(one - other) * number < _SAME_SUM


def _group(told: PublishedCell | PublishedAnswers) -> Group:
    return told.wave, told.role


def _key(own: PublishedAnswers) -> tuple[object, ...]:
    # By option in one and by side in another is one statement about the same answers.
    place = own.path, len(own.counts)
    return own.wave, own.role, own.subscale, own.item, place


Cells = Mapping[Place, PublishedCell]
Pair = tuple[PublishedCell, PublishedCell]
Spread = tuple[PublishedAnswers, PublishedAnswers]


def _pairs(before: Mapping[Tree, Cells], now: Mapping[Tree, Cells]) -> list[Pair]:
    """Return the groups that both tell about.

    The rest of a unit is the same group only if the same units are shown below it.
    """
    pairs: list[Pair] = []
    for tree in before.keys() & now.keys():
        beside = _shown_below(before[tree]), _shown_below(now[tree])
        for place, cell in before[tree].items():
            path, status = place
            if place not in now[tree]:
                continue
            if status == REST and beside[0].get(path) != beside[1].get(path):
                continue
            pairs.append((cell, now[tree][place]))
    return pairs


def _shown_below(cells: Cells) -> dict[Path, set[Path]]:
    """Return the units shown below each unit, at any level."""
    children: dict[Path, set[Path]] = {}
    for path, status in cells:
        if status == SHOWN:
            for depth in range(len(path)):
                children.setdefault(path[:depth], set()).add(path)
    return children


def _compare_group(
    old: Release,
    new: Release,
    group: Group,
    told: tuple[list[Pair], list[Spread]],
    limits: Limits,
) -> Iterator[Problem]:
    """Yield the one problem that says it all, or one for each unit and item."""
    pairs, spreads = told
    if old.instrument != new.instrument:
        yield _other_edition(old, group)
        return
    unsafe = [(a, b) for a, b in pairs if _is_unsafe(a, b, limits)]
    whole = [
        (a, b)
        for a, b in unsafe
        if not a.path and a.status == SHOWN and a.kind in ("scores", "people")
    ]
    if whole:
        yield _late_answers(old, group, _largest(pairs), limits.scores)
        return
    yield from _few_in_units(old, group, unsafe, limits)
    for a, b in spreads:
        apart = abs(a.n_respondents - b.n_respondents)
        if a.counts != b.counts and apart < limits.distributions:
            name = " › ".join(a.path) or f"answers to {a.item}"
            yield _differs(old, group, name, "the spread", limits.distributions)


def _is_unsafe(one: PublishedCell, other: PublishedCell, limits: Limits) -> bool:
    if is_same(one, other):
        return False
    less, more = sorted((one, other), key=lambda cell: cell.n_respondents)
    apart = subtract(more, [less])
    if apart.n_respondents < limits.of(one.kind):
        return True
    bounds = limits.bounds.get(one.subscale)
    return bounds is not None and is_unanimous(apart, bounds)


def _largest(pairs: list[Pair]) -> Pair:
    """Return the whole group of people, or of those with a score on one subscale."""
    whole = [(a, b) for a, b in pairs if not a.path and a.status == SHOWN]
    return max(
        whole, key=lambda pair: (pair[0].kind == "people", pair[0].n_respondents)
    )


def _late_answers(old: Release, group: Group, pair: Pair, threshold: int) -> Problem:
    before, now = (cell.n_respondents for cell in pair)
    told = f"was released with {before} people" + (
        f"; now there are {now}"
        if now != before
        else ", and now there are as many with other answers"
    )
    return Problem(
        code="D020",
        place=_where(old, group),
        message=f"{told}: the difference would tell what a few of them answered",
        allowed=f"the same answers, or at least {threshold} people more who differ",
        remedy="leave the late or changed answers out (close the wave), wait until "
        "enough have come in, or withdraw the release if nobody has seen it",
    )


def _few_in_units(
    old: Release, group: Group, unsafe: list[Pair], limits: Limits
) -> Iterator[Problem]:
    by_place: dict[tuple[str, int], list[str]] = {}
    for cell, _ in unsafe:
        place = _name(cell), limits.of(cell.kind)
        by_place.setdefault(place, []).append(cell.subscale or "respondents")
    for (name, threshold), topics in by_place.items():
        listed = ", ".join([*dict.fromkeys(topics)][:_LISTED])
        yield _differs(old, group, name, f"{listed}: the number or sum", threshold)


def _name(cell: PublishedCell) -> str:
    where = " › ".join(part or "unit unknown" for part in cell.path)
    if cell.status == REST:
        return f"other units in {where or 'the organisation'}"
    return ", ".join(filter(None, (where, cell.item and f"item {cell.item}"))) or (
        "everybody" if cell.kind in ("scores", "people") else cell.kind
    )


def _differs(
    old: Release, group: Group, name: str, what: str, threshold: int
) -> Problem:
    return Problem(
        code="D021",
        place=f"{_where(old, group)}, {name}",
        message=f"{what} is not what was released, by fewer than {threshold} people or "
        "by people who answered alike",
        allowed="the same people with the same answers, or at least "
        f"{threshold} more who differ",
        remedy="use the same answers and the same units as then, or withdraw the "
        "release if nobody has seen it",
    )


def _other_edition(old: Release, group: Group) -> Problem:
    return Problem(
        code="D022",
        place=_where(old, group),
        message="was scored with another edition of the instrument, and the numbers "
        "are others: two scores of the same answers can tell single answers",
        remedy="score it with the edition of then, name it as a wave of its own and "
        "leave the old one out, or withdraw the release if nobody has seen it",
    )


def _other_cells(
    old: Release,
    group: Group,
    before: Mapping[Tree, Cells],
    now: Mapping[Tree, Cells],
) -> Iterator[Problem]:
    """Yield where answers were added and other units are shown, both at once.

    With the same units shown, every group that follows from two releases is made of
    whole smallest cells and of the people who came to them, each nobody or enough.
    With other units that argument is gone.
    """
    topics = [
        tree[3] or "respondents"
        for tree in before.keys() & now.keys()
        if (tree[0], tree[1]) == group and before[tree].keys() != now[tree].keys()
    ]
    if topics:
        yield Problem(
            code="D024",
            place=_where(old, group),
            message="has answers that were not there, and shows other units, on "
            + ", ".join(sorted(set(topics))),
            allowed="the same answers, or more answers with the same units shown",
            remedy="close the wave with the answers that were released, or withdraw "
            "the release if nobody has seen it",
        )


def _where(old: Release, group: Group) -> str:
    wave, role = group
    people = "work floor" if role == FLOOR else "leaders"
    return f"release {old.number}, wave {wave!r}, {people}"

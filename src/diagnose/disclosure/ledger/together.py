"""All releases together: what follows from their union, of the same answers.

Units. Take one wave, role and subscale of which the answers are the same in several
releases, and let T be the tree of all units that any of them shows. The rest of a unit
in a release is that unit without the units below it that are shown there, so every
published sum is a sum over the remainders of T: a unit of T without the largest units
of T below it. Remainders do not overlap, and every one of them is a unit of T minus
others, so the 0/1 vectors in the span are the unions of remainders. The releases are
safe together if and only if no remainder is a small group, or one in which everybody
scored alike.

The tree is only one if the levels of one release are those of another, or go on below
them, and if units are the same units. A unit that only one release lists (other levels,
teams that were put together or renamed) may overlap those of the other in any way. All
that can be said is that two groups of which the numbers differ by the threshold at
least are not the same but for a few people. So such a unit and every unit that the
other release alone shows must be alike, or differ by that.

Items and cuts. That items are safe beside a subscale, or people who are divided
otherwise than by unit beside units, was found for one publication, with what it shows
(see `diagnose.disclosure.nesting`, `change`, `representation`). So what the releases
show together must be shown by one of them. Followed people may stand beside units
and items of an earlier release: `change` allows it over the smallest units of both
waves, whatever is shown. Beside another cut they may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from diagnose.disclosure.ledger.compare import (
    Group,
    Place,
    Tree,
    is_same,
    trees_of,
)
from diagnose.disclosure.ledger.difference import subtract
from diagnose.disclosure.ledger.model import CUTS, Path, PublishedCell, Release
from diagnose.disclosure.log import SHOWN
from diagnose.disclosure.remainder import Bounds
from diagnose.disclosure.tree import is_unanimous
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

_FOLLOWED = CUTS["followed"]
_WAY_OUT = (
    "publish with the settings of then, or withdraw a release if nobody has seen it"
)


def find_remainders(
    releases: Sequence[Release],
    skip: set[Group],
    *,
    threshold: int,
    bounds: Mapping[str, Bounds],
) -> Iterator[Problem]:
    """Yield small groups that follow from units shown in different releases.

    Parameters
    ----------
    releases : sequence of Release
        What stands, the new one last.
    skip : set of (wave, role)
        Where answers differ: judged elsewhere.
    threshold : int
        Smallest group.
    bounds : mapping of str to tuple of float
        Lowest and highest score of each subscale.

    Yields
    ------
    Problem
        ``D023`` for a remainder, ``D025`` for units that do not nest.
    """
    joined: dict[Tree, list[tuple[Release, dict[Place, PublishedCell]]]] = {}
    for release in releases:
        for tree, cells in trees_of(release).items():
            if tree[:2] not in skip and any(path for path, _ in cells):
                joined.setdefault(tree, []).append((release, cells))
    for tree, parts in joined.items():
        if len(parts) < 2:
            continue
        shown = [(release, _shown(cells)) for release, cells in parts]
        if any(
            _may_overlap(*pair, tree[0], threshold) for pair in combinations(shown, 2)
        ):
            yield _overlap(tree)
        elif _nest([release.hierarchy for release, _ in shown]):
            union = {path: cell for _, own in shown for path, cell in own.items()}
            yield from _remainders(tree, union, threshold, bounds.get(tree[3]))


def _shown(cells: Mapping[Place, PublishedCell]) -> dict[Path, PublishedCell]:
    return {path: cell for (path, status), cell in cells.items() if status == SHOWN}


def _may_overlap(
    one: tuple[Release, Mapping[Path, PublishedCell]],
    other: tuple[Release, Mapping[Path, PublishedCell]],
    wave: str,
    threshold: int,
) -> bool:
    """Tell whether units that only one of two releases knows may nearly be the same.

    A unit that both list is the same unit, whether it is shown or hidden. One that is
    listed in one release only may be another grouping of the same people.
    """
    nest = _nest([one[0].hierarchy, other[0].hierarchy])
    sides = []
    for (_, own), (release, others) in ((one, other), (other, one)):
        listed = set(release.units.get(wave, ())) if nest else set()
        only = {path: cell for path, cell in own.items() if path not in others}
        sides.append(
            (only, [cell for path, cell in only.items() if path not in listed])
        )
    (first, unknown_first), (second, unknown_second) = sides
    pairs = (
        *((a, b) for a in unknown_first for b in second.values()),
        *((a, b) for a in first.values() for b in unknown_second),
    )
    return any(
        abs(a.n_respondents - b.n_respondents) < threshold and not is_same(a, b)
        for a, b in pairs
    )


def _nest(hierarchies: Sequence[tuple[str, ...]]) -> bool:
    longest = max(hierarchies, key=len)
    return all(levels == longest[: len(levels)] for levels in hierarchies)


def _remainders(
    tree: Tree,
    shown: Mapping[Path, PublishedCell],
    threshold: int,
    bounds: Bounds | None,
) -> Iterator[Problem]:
    below: dict[Path, list[PublishedCell]] = {}
    for path, cell in shown.items():
        above = path[:-1]
        while above and above not in shown:
            above = above[:-1]
        if path and above in shown:
            below.setdefault(above, []).append(cell)
    for path, children in below.items():
        left = subtract(shown[path], children)
        number = left.n_respondents
        alike = number > 0 and bounds is not None and is_unanimous(left, bounds)
        if (number and number < threshold) or alike:
            yield Problem(
                code="D023",
                place=_where(tree, path),
                message="units that were released, together with those shown now, "
                "leave a group over that may not be shown",
                allowed=f"nobody, or at least {threshold} people who differ",
                remedy=_WAY_OUT,
            )


def _overlap(tree: Tree) -> Problem:
    return Problem(
        code="D025",
        place=_where(tree, ()),
        message="was released with other units, and some of then and now may be the "
        "same but for a few people",
        allowed="the same units, or levels added below them",
        remedy=_WAY_OUT,
    )


@dataclass(slots=True, kw_only=True)
class _Facets:
    """What one release shows of one subscale beside the mean of everybody."""

    units: set[Path] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    cuts: set[str] = field(default_factory=set)


def find_combinations(releases: Sequence[Release]) -> Iterator[Problem]:
    """Yield what was never checked together: ``D027``, one for each wave and role."""
    facets: dict[tuple[str, str, str], list[_Facets]] = {}
    for release in releases:
        for key, own in _facets_of(release).items():
            facets.setdefault(key, []).append(own)
    found: dict[Group, list[str]] = {}
    for (wave, role, subscale), parts in facets.items():
        if len(parts) > 1 and not _shown_together(parts):
            found.setdefault((wave, role), []).append(subscale)
    for (wave, role), subscales in found.items():
        yield Problem(
            code="D027",
            place=_where((wave, role, "", "", ""), ()),
            message="items, units or parts of the people that were released apart "
            f"from each other were never checked together, on {', '.join(subscales)}",
            allowed="what one publication shows together",
            remedy=_WAY_OUT,
        )


def _facets_of(release: Release) -> dict[tuple[str, str, str], _Facets]:
    facets: dict[tuple[str, str, str], _Facets] = {}
    for cell in release.cells:
        own = facets.setdefault((cell.wave, cell.role, cell.subscale), _Facets())
        if cell.kind in CUTS:
            own.cuts.add(CUTS[cell.kind])
        elif cell.kind == "item":
            own.items.add(cell.item)
        elif cell.path and cell.status == SHOWN:
            own.units.add(cell.path)
    for answers in release.answers:
        key = answers.wave, answers.role, answers.subscale
        facets.setdefault(key, _Facets()).items.add(answers.item)
    return {key: own for key, own in facets.items() if key[2]}


def _shown_together(parts: Sequence[_Facets]) -> bool:
    units = set().union(*(own.units for own in parts))
    items = set().union(*(own.items for own in parts))
    cuts = set().union(*(own.cuts for own in parts))
    others = cuts - {_FOLLOWED}
    if others and cuts != others and not any(cuts <= own.cuts for own in parts):
        return False
    if not items and not others:
        return True  # units alone: judged by what they leave over
    return any(
        own.units >= units and own.items >= items and own.cuts >= others
        for own in parts
    )


def _where(tree: Tree, path: Path) -> str:
    wave, role, _, subscale, _ = tree
    people = "work floor" if role == FLOOR else "leaders"
    unit = " › ".join(part or "unit unknown" for part in path)
    return ", ".join(filter(None, (f"wave {wave!r}", people, subscale, unit)))

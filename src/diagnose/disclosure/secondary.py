"""Which units cover for those that must be hidden: the choice that costs least.

A respondent has a line at every level at which their unit is shown. To hide a unit
costs its own line for everybody in it, and nothing below: its units may stay visible
as units of the nearest visible unit above it. What it leaves over itself then belongs
to what that unit leaves over. People without a unit have no line of their own to lose.

Why the search is exact
-----------------------
Whether a visible unit may stay depends on what it leaves over, and on nothing else. So
for each unit, from the smallest upwards, two things are enough to know: the least cost
when it is visible, and, when it is hidden, the least cost for every remainder that it
can hand to the unit above (`diagnose.disclosure.remainder` says which ones differ). The
remainder of a unit is the sum of those of its children, so the costs of a parent follow
by adding its children one by one.

Two steps keep that short, and neither loses the optimum. Among the smallest units of
one parent that may be shown, at most one is hidden, the cheapest: one alone is as many
people as the threshold, of whom not all score alike, and any other hidden beside it
could be shown again; if both were all that is left over, both could. And a remainder
that costs as much as a fully safe one is dropped, because whatever it is added to, the
safe one does as well. The tests hold the result against all choices in small trees, and
against an integer program in large ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diagnose.disclosure.remainder import NOBODY, Remainder, is_safe, join
from diagnose.responses.model import NO_UNIT

Path = tuple[str, ...]
Step = tuple["Steps", Path, Remainder | None]
"""The steps before, a child that was decided, and what it hands up; None: visible."""
Steps = Step | None
Table = dict[Remainder, tuple[int, Steps]]
"""Least cost of each remainder, and how it comes about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """One tree as far as the choice depends on it.

    Attributes
    ----------
    children : mapping of path to list of path
        Units right below each parent, in order.
    sizes : mapping of path to int
        Valid answers, of the root as well.
    alone : mapping of path to Remainder
        What a unit leaves over when nothing of it is visible.
    must : mapping of path to str
        Units that may not be shown, with the rule.
    barred : set of path
        Those that could be shown by their answers: nor may they be derived. Units
        below them are judged by themselves; below the others of `must` none is shown.
    threshold : int
        Smallest number of valid answers that may be shown.
    """

    children: Mapping[Path, list[Path]]
    sizes: Mapping[Path, int]
    alone: Mapping[Path, Remainder]
    must: Mapping[Path, str]
    barred: frozenset[Path]
    threshold: int

    def is_closed(self, path: Path) -> bool:
        """Tell whether nothing of a unit may be shown: it is left over whole."""
        return path in self.must and (
            path not in self.barred or path not in self.children
        )


@dataclass(slots=True)
class Costs:
    """What is known of the units that were settled so far.

    Attributes
    ----------
    visible : dict of path to (int, steps)
        Least cost below a divided unit while it is visible; absent when it may not be.
    hidden : dict of path to table
        Least cost, its own line included, for each remainder that it hands up.
    """

    visible: dict[Path, tuple[int, Steps]] = field(default_factory=dict)
    hidden: dict[Path, Table] = field(default_factory=dict)


def choose_visible(units: Units) -> set[Path]:
    """Return the units that are visible, in the choice that costs the fewest lines.

    Parameters
    ----------
    units : Units
        The tree; its root is visible.
    """
    costs = Costs()
    for parent in sorted(units.children, key=len, reverse=True):
        if not parent or not units.is_closed(parent):
            _settle(parent, units, costs)
    return _walk(units, costs)


def _settle(parent: Path, units: Units, costs: Costs) -> None:
    own = units.children[parent]
    table = _leaves(own, units)
    inner = [p for p in own if p in units.children and not units.is_closed(p)]
    for path in inner:
        if path[-1] != NO_UNIT:
            table = _add(table, path, _options(path, units, costs, visible=True), units)
    nameless = (*parent, NO_UNIT)
    kept: tuple[int, Steps] | None = table.get(NOBODY)
    if nameless in units.sizes and not units.is_closed(nameless):
        kept = _with_nameless(kept, nameless, units, costs)
        options = _options(nameless, units, costs, visible=False)
        table = _add(table, nameless, options, units)
    if not parent or parent not in units.must:
        found = [kept] if kept else []
        found += [
            own
            for left, own in table.items()
            if left.number and is_safe(left, units.threshold)
        ]
        if found:
            costs.visible[parent] = min(found, key=_cost)
    costs.hidden[parent] = _handed_up(parent, table, units)


def _leaves(own: Iterable[Path], units: Units) -> Table:
    """Return what the children leave over of which nothing is to choose, or little."""
    base, spare = NOBODY, []
    for path in own:
        if units.is_closed(path):
            base = join(base, units.alone[path], units.threshold)
        elif path not in units.children and path[-1] != NO_UNIT:
            spare.append(path)
    table: Table = {base: (0, None)}
    if spare:
        cheapest = min(spare, key=lambda path: (units.sizes[path], path))
        alone = units.alone[cheapest]
        more = join(base, alone, units.threshold)
        table.setdefault(more, (units.sizes[cheapest], (None, cheapest, alone)))
    return table


def _options(
    path: Path, units: Units, costs: Costs, *, visible: bool
) -> list[tuple[Remainder | None, int]]:
    """Return what a unit may hand up, None when it is visible, and at what cost."""
    found: list[tuple[Remainder | None, int]] = []
    if visible and path in costs.visible:
        found.append((None, costs.visible[path][0]))
    if path not in units.children:
        return [*found, (units.alone[path], 0)]  # nameless: no line of its own
    return [*found, *((left, cost) for left, (cost, _) in costs.hidden[path].items())]


def _add(
    table: Table,
    path: Path,
    options: Iterable[tuple[Remainder | None, int]],
    units: Units,
) -> Table:
    """Return the table with one more child."""
    added: Table = {}
    for left, more in options:
        for before, (cost, steps) in table.items():
            both = join(before, left or NOBODY, units.threshold)
            known = added.get(both)
            if known is None or cost + more < known[0]:
                added[both] = cost + more, (steps, path, left)
    return _without_dear(added, units.threshold)


def _without_dear(table: Table, threshold: int) -> Table:
    """Leave out remainders in whose place a safe one does, at no higher cost."""
    safe = [
        cost
        for left, (cost, _) in table.items()
        if left.number and is_safe(left, threshold)
    ]
    if not safe:
        return table
    least = min(safe)
    return {
        left: own
        for left, own in table.items()
        if not left.number or own[0] < least or is_safe(left, threshold)
    }


def _with_nameless(
    kept: tuple[int, Steps] | None, path: Path, units: Units, costs: Costs
) -> tuple[int, Steps] | None:
    """Return the cost of leaving nobody over while people without a unit are shown.

    They and what is left over would stand under the same empty label, so they join it
    as soon as there is anybody else in it.
    """
    if kept is None:
        return None
    if path not in units.children:
        return kept[0], (kept[1], path, None)
    if path not in costs.visible:
        return None
    return kept[0] + costs.visible[path][0], (kept[1], path, None)


def _cost(own: tuple[int, Steps]) -> int:
    return own[0]


def _handed_up(parent: Path, table: Table, units: Units) -> Table:
    """Return what a unit hands up when it is hidden itself.

    A barred unit must not be what is left over, nor the sum of that and of visible
    units. So some of its people are left over, and somebody else is beside them. The
    same holds for people without a unit, who are hidden although it costs nothing. Any
    other unit would be visible then, at a lower cost; and one that is the whole work
    floor is known anyhow.
    """
    nameless = parent[-1:] == (NO_UNIT,)
    line = 0 if nameless or not parent or parent in units.must else units.sizes[parent]
    whole = units.sizes[()] == units.sizes[parent]
    if whole or not (nameless or parent in units.barred):
        return {left: (cost + line, steps) for left, (cost, steps) in table.items()}
    return {
        left._replace(inside=True): (cost + line, steps)
        for left, (cost, steps) in table.items()
        if left.number
    }


def _walk(units: Units, costs: Costs) -> set[Path]:
    """Follow the steps of the cheapest choice from the root down."""
    visible: set[Path] = set()
    if () not in costs.visible:
        return visible
    queue: list[tuple[Path, Steps]] = [((), costs.visible[()][1])]
    for parent, steps in queue:
        decided: dict[Path, Remainder | None] = {}
        while steps is not None:
            steps, path, left = steps
            decided[path] = left
        for path in units.children[parent]:
            if units.is_closed(path):
                continue
            left = decided.get(path)
            if left is None:
                visible.add(path)
            if path in units.children:
                queue.append((path, _steps_of(path, left, costs)))
    return visible


def _steps_of(path: Path, left: Remainder | None, costs: Costs) -> Steps:
    if left is None:
        return costs.visible[path][1]
    return costs.hidden[path][left][1]

"""The fewest people who must be without a line of their own, by integer programming.

Two families of what may be shown:

``fewest_without_line``
    Units are shown only below units that are shown, and what is hidden in a shown unit
    is nobody, or at least the threshold in at least two units.
``fewest_in_any_tree``
    Any set of units of which no remainder is too small, a remainder being a shown unit
    (or the whole) without the largest shown units below it. Larger, since the teams of
    a hidden department may be shown as long as what is left over is large enough. The
    product chooses from these; it counts the lines of all levels, and not only those of
    the smallest units.

Groups in which everybody scores alike may not be shown; that a remainder may not be
such a group either would cost a little more in both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

Path = tuple[str, ...]
Row = tuple[dict[int, float], float]
"""Coefficients by variable, and what their sum must at least be."""

SECONDS = 10.0


def fewest_without_line(
    sizes: Mapping[Path, int],
    *,
    depth: int,
    threshold: int,
    barred: Collection[Path] = (),
) -> int | None:
    """Return the fewest people of the smallest units whose unit is hidden.

    Parameters
    ----------
    sizes : mapping of path to int
        Scores in each unit of every level, people without a unit as ``""``.
    depth : int
        Number of levels.
    threshold : int
        Smallest group.
    barred : collection of paths
        Units that may not be shown whatever their size.

    Returns
    -------
    int or None
        None when the solver did not finish in time.
    """
    total, lines = _totals(sizes, depth)
    if total < threshold:
        return sum(lines.values())
    place = {path: at for at, path in enumerate(sizes)}
    parents = sorted({path[:-1] for path in sizes})
    shows = {parent: len(place) + at for at, parent in enumerate(parents)}
    covers = {parent: at + len(parents) for parent, at in shows.items()}
    rows = list(_below_shown(sizes, place, (shows, covers), threshold))
    highest = np.ones(len(place) + 2 * len(parents))
    for path, at in place.items():
        highest[at] = float(sizes[path] >= threshold and path not in barred)
    gains = {place[path]: n for path, n in lines.items()}
    return _solve(rows, highest, gains, sum(lines.values()))


def fewest_in_any_tree(
    sizes: Mapping[Path, int],
    *,
    depth: int,
    threshold: int,
    barred: Collection[Path] = (),
) -> int | None:
    """Return the fewest, where units may also be shown below hidden ones."""
    total, lines = _totals(sizes, depth)
    if total < threshold:
        return sum(lines.values())
    leaves = [path for path in sizes if len(path) == depth]
    inner = [(), *(path for path in sizes if len(path) < depth)]
    place = {path: at for at, path in enumerate([(), *sizes])}
    pairs = [(leaf, above) for leaf in leaves for above in inner if _is_in(leaf, above)]
    left = {pair: len(place) + at for at, pair in enumerate(pairs)}
    some = {above: len(place) + len(left) + at for at, above in enumerate(inner)}
    rows = list(_remainders(sizes, place, left, some, threshold))
    rows.append(({place[()]: 1.0}, 1.0))  # the whole is shown
    highest = np.ones(len(place) + len(left) + len(some))
    for path, n in sizes.items():
        highest[place[path]] = float(n >= threshold and path not in barred)
    gains = {place[path]: n for path, n in lines.items()}
    return _solve(rows, highest, gains, sum(lines.values()))


def _totals(sizes: Mapping[Path, int], depth: int) -> tuple[int, dict[Path, int]]:
    """Return everybody, and the units that could have a line of their own."""
    total = sum(n for path, n in sizes.items() if len(path) == 1)
    lines = {path: n for path, n in sizes.items() if len(path) == depth and path[-1]}
    return total, lines


def _is_in(path: Path, above: Path) -> bool:
    return path[: len(above)] == above


def _solve(
    rows: list[Row], highest: np.ndarray, gains: Mapping[int, int], everybody: int
) -> int | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix = np.zeros((len(rows), len(highest)))
    for line, (weights, _) in enumerate(rows):
        for variable, weight in weights.items():
            matrix[line, variable] = weight
    gain = np.zeros(len(highest))
    for variable, n in gains.items():
        gain[variable] = n
    found = milp(
        -gain,
        integrality=np.ones(len(highest)),
        bounds=Bounds(0, highest),
        constraints=LinearConstraint(matrix, [least for _, least in rows], np.inf),
        options={"time_limit": SECONDS},
    )
    return round(everybody + found.fun) if found.status == 0 else None


def _below_shown(
    sizes: Mapping[Path, int],
    place: Mapping[Path, int],
    kinds: tuple[Mapping[Path, int], Mapping[Path, int]],
    threshold: int,
) -> Iterator[Row]:
    """Yield the conditions on what is shown.

    Of each parent, the first kind of variable is 1 where any child is shown, and the
    second where some are shown and some hidden.
    """
    children: dict[Path, list[Path]] = {}
    for path in sizes:
        children.setdefault(path[:-1], []).append(path)
    for parent, own in children.items():
        show, cover = (kind[parent] for kind in kinds)
        total = sum(sizes[path] for path in own)
        for path in own:
            if parent:  # shown only below shown
                yield {place[parent]: 1.0, place[path]: -1.0}, 0.0
            yield {show: 1.0, place[path]: -1.0}, 0.0
            yield {cover: 1.0, show: -1.0, place[path]: 1.0}, 0.0
        # hidden people are at least the threshold, hidden units at least two
        hidden = {place[path]: -float(sizes[path]) for path in own}
        yield hidden | {cover: -float(threshold)}, -float(total)
        yield {place[path]: -1.0 for path in own} | {cover: -2.0}, -float(len(own))


def _remainders(
    sizes: Mapping[Path, int],
    place: Mapping[Path, int],
    left: Mapping[tuple[Path, Path], int],
    some: Mapping[Path, int],
    threshold: int,
) -> Iterator[Row]:
    """Yield the conditions on what is left over.

    A smallest unit is left over in the nearest shown unit above it, when it is hidden
    itself. `some` is 1 where anybody is left over.
    """
    for (leaf, above), variable in left.items():
        between = [leaf[:end] for end in range(len(above) + 1, len(leaf) + 1)]
        inside = {place[path]: 1.0 for path in between}
        yield inside | {variable: 1.0, place[above]: -1.0}, 0.0
        yield {place[above]: 1.0, variable: -1.0}, 0.0
        for path in between:
            yield {place[path]: -1.0, variable: -1.0}, -1.0
        yield {some[above]: 1.0, variable: -1.0}, 0.0
    for above, flag in some.items():
        own = {leaf: at for (leaf, top), at in left.items() if top == above}
        people = {at: float(sizes[leaf]) for leaf, at in own.items()}
        yield people | {flag: -float(threshold)}, 0.0
        # one unit left over alone is that unit; where it is the only one, it is shown
        if len(own) > 1:
            yield {at: 1.0 for at in own.values()} | {flag: -2.0}, 0.0

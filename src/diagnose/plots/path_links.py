"""The curves beside a path picture: which subscales lie close to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from diagnose.plots.sheet import INK, SOFT
from diagnose.plots.words import Row, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOTABLE_FROM = 0.70
"""Correlation of two subscales from which a curve links them: a convention."""

_MOST_LINKS = 12
"""More curves than these run through each other."""

_NEAREST, _STEP, _REACH = 0.32, 0.27, 1.15
"""Depth of the first curve, of each next one, and of the deepest, in inches."""

_LINES: Mapping[str, dict[str, Any]] = {
    "merge": {"linewidth": 2.1, "linestyle": "-", "color": INK},
    "unsure": {"linewidth": 1.2, "linestyle": (0, (4, 2)), "color": INK},
}
_PLAIN: dict[str, Any] = {"linewidth": 0.9, "linestyle": "-", "color": SOFT}
_PLACES = (0.5, 0.42, 0.58, 0.35, 0.65, 0.29, 0.71, 0.24, 0.76)
_NUMBER = (0.27, 0.13)
"""Room of a number, wide and high, in inches."""


def notable_links(pairs: Sequence[Row]) -> tuple[list[Row], int]:
    """Return the pairs to link, the strongest first, and how many were left out.

    Those that the merge rule finds too alike come before the others.
    """
    found = [
        row
        for row in pairs
        if row["verdict"] in _LINES or abs(row["estimate"]) >= NOTABLE_FROM
    ]
    found.sort(key=lambda row: (row["verdict"] != "merge", -abs(row["estimate"])))
    return found[:_MOST_LINKS], max(0, len(found) - _MOST_LINKS)


def draw_links(
    axes: Axes,
    words: Words,
    links: Sequence[Row],
    heights: Mapping[str, float],
    edge: float,
) -> None:
    """Draw a curve with its correlation between the factors of each pair.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        In inches, downwards.
    words : Words
        Language of the numbers.
    links : sequence of dict
        Rows of pairs.
    heights : mapping of str to float
        Height of each factor.
    edge : float
        Left end of the factors.
    """
    spans = [
        (sorted((heights[row["first"]], heights[row["second"]])), row) for row in links
    ]
    spans.sort(key=lambda span: (span[0][1] - span[0][0], span[0][0]))
    lanes = _lanes([(low, high) for (low, high), _ in spans])
    step = min(_STEP, (_REACH - _NEAREST) / max(1, max(lanes, default=0)))
    taken: list[tuple[float, float]] = []
    for ((low, high), row), lane in zip(spans, lanes, strict=True):
        depth = _NEAREST + step * lane
        curve = ((edge, low + 0.04), (edge, high - 0.04), depth)
        _draw_curve(axes, curve, row)
        _write_number(axes, words.number(row["estimate"]), curve, taken)


def _lanes(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Give each span, shortest first, a lane beyond those that it runs past."""
    lanes: list[int] = []
    for place, (low, high) in enumerate(spans):
        past = [
            lanes[other]
            for other, (begin, end) in enumerate(spans[:place])
            if begin < high and low < end
        ]
        lanes.append(1 + max(past) if past else 0)
    return lanes


Curve = tuple[tuple[float, float], tuple[float, float], float]


def _draw_curve(axes: Axes, curve: Curve, row: Row) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    start, end, depth = curve
    out = start[0] - 4 / 3 * depth  # the bend of a cubic is at 3/4 of its handles
    path = Path(
        [start, (out, start[1]), (out, end[1]), end],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    axes.add_patch(
        FancyArrowPatch(
            path=path,
            arrowstyle="<|-|>",
            mutation_scale=5,
            zorder=1,
            **_LINES.get(row["verdict"], _PLAIN),
        )
    )


def _write_number(
    axes: Axes, number: str, curve: Curve, taken: list[tuple[float, float]]
) -> None:
    """Write on the curve, at the first place that is free of other numbers."""
    places = list(_points(curve))
    free = [point for point in places if not _covers(point, taken)]
    x, y = free[0] if free else places[0]
    taken.append((x, y))
    axes.text(
        x,
        y,
        number,
        size=6.6,
        ha="center",
        va="center",
        zorder=5,
        bbox={"fc": "white", "ec": "none", "pad": 0.7},
    )


def _points(curve: Curve) -> Iterator[tuple[float, float]]:
    (x, low), (_, high), depth = curve
    for t in _PLACES:
        bend = 3 * t * (1 - t)  # weight of the two handles of the cubic together
        along = t**3 + 3 * t**2 * (1 - t)
        yield x - 4 / 3 * depth * bend, low + (high - low) * along


def _covers(point: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return any(
        abs(point[0] - x) < _NUMBER[0] and abs(point[1] - y) < _NUMBER[1]
        for x, y in taken
    )

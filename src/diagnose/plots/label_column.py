"""A column of labels beside a map, tied to its points by lines that do not cross."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
COLUMN = 1.05
"""Where the labels begin, in widths of the axes."""


def label_heights(points: Sequence[Point], *, gap: float) -> list[float]:
    """Return a height for the label of each point, `gap` apart and near the points.

    Parameters
    ----------
    points : sequence of (float, float)
        In widths and heights of the axes.
    gap : float
        Least distance of two labels; as many as there are must fit between 0 and 1.
    """
    order = sorted(range(len(points)), key=lambda k: (-points[k][1], points[k][0]))
    heights = _placed(points, order, gap)
    for _ in range(len(points) ** 2):  # each exchange makes the lines shorter
        crossed = [
            k
            for k in range(len(order) - 1)
            if _cross(
                points[order[k]],
                heights[k],
                points[order[k + 1]],
                heights[k + 1],
            )
        ]
        if not crossed:
            break
        k = crossed[0]
        order[k], order[k + 1] = order[k + 1], order[k]
        heights = _placed(points, order, gap)
    found = [0.0] * len(points)
    for position, height in zip(order, heights, strict=True):
        found[position] = height
    return found


def _placed(points: Sequence[Point], order: Sequence[int], gap: float) -> list[float]:
    """Return heights from the top down: nearest to those wanted, `gap` apart."""
    blocks: list[tuple[float, int]] = []  # mean wanted height of the first, and number
    for rank, position in enumerate(order):
        block = (points[position][1] + rank * gap, 1)
        while blocks and blocks[-1][0] < block[0]:
            mean, number = blocks.pop()
            total = number + block[1]
            block = ((mean * number + block[0] * block[1]) / total, total)
        blocks.append(block)
    levels = [mean for mean, number in blocks for _ in range(number)]
    last = len(levels) - 1
    return [
        min(max(level - rank * gap, (last - rank) * gap), 1 - rank * gap)
        for rank, level in enumerate(levels)
    ]


def _cross(upper: Point, high: float, lower: Point, low: float) -> bool:
    """Tell whether the lines to the labels `high` and `low` change places."""
    x = max(upper[0], lower[0])
    return _at(upper, high, x) < _at(lower, low, x)


def _at(point: Point, height: float, x: float) -> float:
    part = (x - point[0]) / (COLUMN - point[0])
    return point[1] + part * (height - point[1])

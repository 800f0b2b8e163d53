"""The headings of a table: upright, or on their side where columns are narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnose.report.deck.metrics import Metrics, line_height
from diagnose.report.deck.texts import safe
from diagnose.report.document import Column

_TALLEST = 1.7
"""Length of a heading that stands on its side, in inches."""

_UPRIGHT = 2
"""Letters of a heading that needs no turning."""

_SMALLEST = 10.0
_MOST_LINES = 4
_AROUND = 0.16


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One heading, ready to draw.

    Attributes
    ----------
    text : str
        Broken into lines where it stands on its side: a program that would have to
        break it makes the row as high as the whole of it.
    size : float
        Of its letters, in points.
    on_side : bool
        Whether it is read from below upwards.
    """

    text: str
    size: float
    on_side: bool = False


def set_heads(
    columns: Sequence[Column],
    size: float,
    inner: Sequence[float],
    metrics: Metrics,
    *,
    turned: bool,
) -> tuple[tuple[Head, ...], float]:
    """Return the headings and the height of their row in inches.

    Parameters
    ----------
    columns : sequence of Column
        The first one names the rows, and is never turned.
    size : float
        Of the letters of the table, in points.
    inner : sequence of float
        Room for letters in each column, in inches.
    metrics : Metrics
        Widths of letters.
    turned : bool
        Whether headings stand on their side where one is wider than its column.
    """
    heads, tallest = [], 0.0
    texts = [safe(column.heading).replace("\n", " ") for column in columns]
    wide = [metrics.width(text, size, bold=True) for text in texts]
    # One heading on its side takes the others along, save those of a letter or two.
    on_side = turned and any(
        own > room for own, room in zip(wide[1:], inner[1:], strict=True)
    )
    for place, (text, room) in enumerate(zip(texts, inner, strict=True)):
        if on_side and place > 0 and len(text) > _UPRIGHT:
            head, tall = _on_side(text, size, room, metrics)
        else:
            head = Head(text=text, size=size)
            lines = len(metrics.wrap(text, room, size, bold=True))
            tall = lines * line_height(size) * 1.09
        heads.append(head)
        tallest = max(tallest, tall)
    return tuple(heads), tallest + _AROUND / 2


def side_width(text: str, size: float, metrics: Metrics) -> float:
    """Return the width that a heading on its side needs, in inches."""
    letters = max(size - 2, _SMALLEST)
    lines = len(metrics.wrap(text, _TALLEST, letters, bold=True))
    return min(lines, _MOST_LINES) * line_height(letters) + 0.02


def _on_side(
    text: str, size: float, room: float, metrics: Metrics
) -> tuple[Head, float]:
    letters = max(size - 2, _SMALLEST)
    most = max(int(room / line_height(letters)), 1)
    short = metrics.shorten(text, _TALLEST, letters, most, bold=True)
    lines = metrics.wrap(short, _TALLEST, letters, bold=True)
    longest = max(metrics.width(line, letters, bold=True) for line in lines)
    head = Head(text="\n".join(lines), size=letters, on_side=True)
    return head, longest + _AROUND / 2

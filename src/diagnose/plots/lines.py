"""The straight line through the waves with its band, behind their means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.plots.sheet import FAINT, SOFT
from diagnose.plots.words import Words, rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_line(axes: Axes, words: Words, subscale: str) -> None:
    """Draw the line of a subscale, where there are waves enough for one."""
    publication = words.publication
    places = {wave: place for place, wave in enumerate(publication.waves)}
    found = rows(publication.change.bands, subscale=subscale)
    if not found:
        return
    at = [places[row["wave"]] for row in found]
    low, high = ([row[f"fitted_{end}"] for row in found] for end in ("low", "high"))
    axes.fill_between(at, low, high, color=FAINT, alpha=0.6, linewidth=0)
    axes.plot(at, [row["fitted"] for row in found], color=SOFT, lw=0.9, ls=(0, (4, 2)))

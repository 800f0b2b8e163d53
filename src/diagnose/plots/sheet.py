"""The sheet under every figure: a title in words, the body, notes and the source."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnose.plots.words import Words, is_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from diagnose.plots.style import HouseStyle

WIDTH = 7.6
"""Inches; every figure has the width of a text column."""

INK, SOFT, FAINT = "#1f2933", "#52606d", "#d5dbe1"
HIGHER, LOWER, HIDDEN = "#b2abd2", "#fdb863", "#eceff1"
"""Colours that mean something; they are the same for every client."""

ACCENT = "#1b4f72"
"""Colour of estimates where a client has none of its own; `accent` tells the one."""

_STYLE: Mapping[str, object] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "text.parse_math": False,  # a unit may be called "A$B$"
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "xtick.bottom": False,  # labels only; settings are cheaper than `tick_params`
    "ytick.left": False,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "hatch.color": SOFT,
    "svg.fonttype": "none",  # text stays text: small, searchable, sharp in print
    "svg.hashsalt": "diagnose",
    "figure.facecolor": "white",
}


_MARGIN, _LEAST_CHARACTERS = 0.12, 20  # inches beside the lines of text

_TICK_PAD = 3.5  # points between the axes and the labels of their rows
_is_drawing = ContextVar("_is_drawing", default=False)
_accent = ContextVar("_accent", default=ACCENT)


@contextmanager
def drawing(style: HouseStyle | None = None) -> Iterator[None]:
    """Draw in one style, whatever the user's own settings of matplotlib are.

    Who draws many figures enters once around them all: within it, entering again
    without a style changes nothing and costs nothing.

    Parameters
    ----------
    style : HouseStyle, optional
        Of the client whose accent the figures take over; by default that of the
        context around this one, at the outset `PLAIN`. Colours with a meaning stay
        as they are.
    """
    from matplotlib import style as settings

    coloured = _accent.set(_accent.get() if style is None else style.accent)
    begun = _is_drawing.set(True)
    inside = begun.old_value is True
    try:
        with nullcontext() if inside else settings.context(["default", dict(_STYLE)]):
            yield
    finally:
        _is_drawing.reset(begun)
        _accent.reset(coloured)


def accent() -> str:
    """Return the colour of estimates: the client's within `drawing`, as ``#rrggbb``."""
    return _accent.get()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure with a title and a source line; axes are placed in its body.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        The figure, not registered with pyplot.
    height : float
        Of the whole figure, in inches.
    body_bottom : float
        Distance of the body from the lower edge, in inches.
    """

    figure: Figure
    height: float
    body_bottom: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add bare axes; inches, `bottom` from the bottom of the body."""
        low = (self.body_bottom + bottom) / self.height
        box = (left / WIDTH, low, width / WIDTH, height / self.height)
        return self.figure.add_axes(box)


def start_sheet(
    words: Words,
    *,
    title: str,
    alt: str,
    body: float,
    source: str,
    notes: Sequence[str] = (),
    title_width: int = 82,
) -> Sheet:
    """Return an empty sheet whose body is `body` inches high.

    A title breaks before `title_width` characters: fewer where its letters are wide.
    """
    from matplotlib.figure import Figure

    heading = _wrapped(title, title_width, size=11, weight="bold")
    small = [
        line for text in (*notes, source) for line in _wrapped(text, 150, size=6.8)
    ]
    head, foot = 0.22 + 0.2 * len(heading), 0.16 + 0.135 * len(small)
    height = head + body + foot
    figure = Figure(figsize=(WIDTH, height))
    figure.text(
        *(0.1 / WIDTH, 1 - 0.09 / height),
        "\n".join(heading),
        size=11,
        weight="bold",
        va="top",
        linespacing=1.25,
    )
    figure.text(
        *(0.1 / WIDTH, 0.07 / height),
        "\n".join(small),
        size=6.8,
        color=SOFT,
        va="bottom",
        linespacing=1.3,
    )
    figure.set_label(f"{alt} {title}.")
    return Sheet(figure, height, foot)


def _wrapped(
    text: str, width: int, *, size: float, weight: str = "normal"
) -> list[str]:
    """Break a text before `width` characters, earlier where its letters are wide."""
    lines = textwrap.wrap(text, width)
    while width > _LEAST_CHARACTERS and any(
        _inches(line, size, weight) > WIDTH - _MARGIN for line in lines
    ):
        width -= 2
        lines = textwrap.wrap(text, width)
    return lines


def _inches(line: str, size: float, weight: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    # Settings decide on the typeface, as they do for the text that is drawn.
    font = FontProperties(size=size, weight=weight)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        wide, _, _ = text_to_path.get_text_width_height_descent(
            line, font, ismath=False
        )
    return float(wide) / 72


def source_line(words: Words, who: str, n: str) -> str:
    """Return the line under a figure: instrument, wave, who, n and status."""
    instrument = words.publication.instrument
    return words.text(
        "source",
        instrument=words.translated(instrument.title),
        version=instrument.version,
        wave=words.publication.wave,
        who=who,
        n=n,
        status=words.translated(instrument.status),
    )


def count_range(words: Words, counts: Sequence[float]) -> str:
    """Write the smallest and largest of some counts, one number if they agree."""
    known = [count for count in counts if is_number(count)]
    if not known:
        return "–"
    low, high = (words.number(f(known), 0) for f in (min, max))
    return low if low == high else f"{low}–{high}"


def row_axes(axes: Axes, labels: Sequence[str], *, size: float = 8) -> list[Text]:
    """Give axes one row for each label, the first on top; return the labels.

    They stand where labels of ticks would, but a tick is three lines and two texts,
    and a report has a thousand rows.
    """
    bare_row_axes(axes, len(labels))
    place, va, ha = axes.get_yaxis_text1_transform(_TICK_PAD)
    style: dict[str, Any] = {"transform": place, "va": va, "ha": ha, "size": size}
    return [axes.text(0, y, label, **style) for y, label in enumerate(labels)]


def bare_row_axes(axes: Axes, n_rows: int) -> None:
    """Give axes rows whose labels stand elsewhere."""
    axes.set_ylim(n_rows - 0.5, -0.5)
    axes.set_yticks([])


def side_text(axes: Axes, y: float, text: str, *, x: float, size: float = 8) -> None:
    """Write in the row at height `y`; `x` in widths of the axes, beside them from 1.

    Within the axes the text stands on white, clear of the lines behind it.
    """
    if not text:
        return
    axes.text(
        x,
        y,
        text,
        transform=axes.get_yaxis_transform(),
        va="center",
        ha="left",
        size=size,
        bbox={"fc": "white", "ec": "none", "pad": 0.8} if x < 1 else None,
    )


def fold(label: str, width: int = 30, lines: int = 2) -> str:
    """Break a label into lines; what does not fit ends in an ellipsis."""
    parts = textwrap.wrap(label, width, max_lines=lines, placeholder=" …")
    return "\n".join(parts)


def anchored_axis(axes: Axes, words: Words, scale_id: str) -> None:
    """Draw the whole response scale with the words at its ends."""
    scale = words.publication.instrument.response_scale(scale_id)
    named = {p.value: words.translated(p.label) for p in scale.points}
    ticks = list(scale.values)
    labels = [words.number(value, 0) for value in ticks]
    for end in (0, -1):
        labels[end] = f"{labels[end]}\n{fold(named[ticks[end]], 22)}"
    room = 0.04 * (scale.highest - scale.lowest)
    axes.set_xlim(scale.lowest - room, scale.highest + room)
    axes.set_xticks(ticks, labels)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)

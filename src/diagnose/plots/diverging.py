"""Diverging stacked bars: disagreement to the left, agreement to the right of zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from diagnose.instrument.model import ResponseScale
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    Sheet,
    bare_row_axes,
    fold,
    row_axes,
    side_text,
)
from diagnose.plots.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Neutral = Literal["apart", "centred"]

# PuOr: the two sides stay apart under every colour vision; in grey print their place
# left or right of zero tells them apart.
_AGAINST = ("#e66101", "#fdb863")
_FOR = ("#b2abd2", "#5e3c99")
_NEUTRAL = "#d9d9d9"

_LEFT, _BARS, _SPACE, _APART = 3.45, 2.75, 0.15, 0.6
_LEGEND, _AXIS, _LINE, _PAD = 0.34, 0.28, 0.135, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBar:
    """One statement and the shares of its answers.

    Attributes
    ----------
    label : str
        Wording, with the mark of a reverse-keyed item; broken into lines.
    shares : mapping of float to float
        Response value to share of the valid answers; empty when hidden.
    n_respondents : float
        Valid answers; NaN when hidden.
    """

    label: str
    shares: dict[float, float]
    n_respondents: float


def sides(scale: ResponseScale) -> tuple[list[float], list[float], list[float]]:
    """Return the response values against, neutral and in favour, lowest first.

    The instrument says which; without its word the middle of the scale is neutral.
    """
    values = {point.code: point.value for point in scale.points}
    neutral = [v for code in scale.neutral if (v := values.get(code)) is not None]
    middle = (scale.lowest + scale.highest) / 2
    if not scale.neutral and not scale.favourable:
        neutral = [value for value in scale.values if value == middle]
    favourable = {values.get(code) for code in scale.favourable}
    against: list[float] = []
    for_: list[float] = []
    for value in scale.values:
        if value not in neutral:
            agrees = value in favourable if favourable else value > middle
            (for_ if agrees else against).append(value)
    return against, neutral, for_


def colours(scale: ResponseScale) -> dict[float, str]:
    """Return the colour of each response value, strongest at the ends."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    against, neutral, for_ = sides(scale)
    found = dict.fromkeys(neutral, _NEUTRAL)
    for values, ends in ((against, _AGAINST), (for_, _FOR)):
        ramp = LinearSegmentedColormap.from_list("side", ends)
        strong = 0.0 if values is against else 1.0
        for place, value in enumerate(values):
            last = len(values) - 1
            found[value] = to_hex(ramp(place / last if last else strong))
    return found


def row_height(bars: Sequence[AnswerBar]) -> float:
    """Return the height of each row in inches: room for the longest label."""
    return _PAD + _LINE * max(bar.label.count("\n") + 1 for bar in bars)


def panel_height(bars: Sequence[AnswerBar]) -> float:
    """Return the height of a panel of these bars in inches."""
    return _LEGEND + _AXIS + row_height(bars) * len(bars)


def draw_panel(
    sheet: Sheet,
    words: Words,
    scale: ResponseScale,
    bars: Sequence[AnswerBar],
    *,
    bottom: float,
    neutral: Neutral,
) -> None:
    """Draw the bars of one response scale, with its legend on top."""
    height = row_height(bars) * len(bars)
    wide = _BARS if neutral == "apart" else _BARS + _SPACE + _APART
    axes = sheet.axes(_LEFT, bottom + _AXIS, wide, height)
    row_axes(axes, [bar.label for bar in bars], size=7.3)
    axes.tick_params(axis="x", labelsize=7)
    ticks = (-1.0, -0.5, 0.0, 0.5, 1.0)
    axes.set_xlim(-1.02, 1.02)
    axes.set_xticks(ticks, [words.share(abs(tick)) for tick in ticks])
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    for y, bar in enumerate(bars):
        if bar.shares:
            _draw_bar(axes, words, scale, bar, y, neutral)
        else:
            axes.text(-1, y, words.text("hidden"), va="center", size=7.3)
    axes.axvline(0, color=SOFT, linewidth=0.9)
    if neutral == "apart":
        _draw_neutral(sheet, words, scale, bars, bottom + _AXIS)
    _draw_counts(sheet, words, bars, bottom + _AXIS)
    _draw_legend(sheet, words, scale, bottom + _AXIS + height)


def _draw_bar(
    axes: Axes,
    words: Words,
    scale: ResponseScale,
    bar: AnswerBar,
    y: int,
    neutral: Neutral,
) -> None:
    against, middle, for_ = sides(scale)
    colour = colours(scale)
    centred = (
        sum(bar.shares.get(v, 0.0) for v in middle) if neutral == "centred" else 0.0
    )
    if centred:
        axes.barh(y, centred, left=-centred / 2, height=0.62, color=_NEUTRAL)
        _inside(axes, words, 0.0, y, centred, _NEUTRAL)
    for values, sign in ((list(reversed(against)), -1), (for_, 1)):
        edge = sign * centred / 2
        for value in values:
            share = bar.shares.get(value, 0.0)
            axes.barh(
                y,
                sign * share,
                left=edge,
                height=0.62,
                color=colour[value],
                edgecolor="white",
                linewidth=0.5,
            )
            _inside(axes, words, edge + sign * share / 2, y, share, colour[value])
            edge += sign * share


def _inside(
    axes: Axes, words: Words, x: float, y: int, share: float, colour: str
) -> None:
    """Write a share in its bar, where there is room."""
    if share >= 0.115:
        ink = "white" if colour == _FOR[1] else "black"
        text = words.number(100 * share, 0)
        axes.text(x, y, text, ha="center", va="center", size=6.8, color=ink)


def _draw_neutral(
    sheet: Sheet,
    words: Words,
    scale: ResponseScale,
    bars: Sequence[AnswerBar],
    bottom: float,
) -> None:
    middle = sides(scale)[1]
    if not middle:
        return
    height = row_height(bars) * len(bars)
    axes = sheet.axes(_LEFT + _BARS + _SPACE, bottom, _APART, height)
    bare_row_axes(axes, len(bars))
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.axvline(0, color=SOFT, linewidth=0.9)
    for y, bar in enumerate(bars):
        if bar.shares:
            share = sum(bar.shares.get(value, 0.0) for value in middle)
            axes.barh(y, share, height=0.62, color=_NEUTRAL)
            axes.text(share + 0.05, y, words.share(share), va="center", size=6.8)
    axes.text(
        *(0.5, -0.05),
        words.text("neutral"),
        transform=axes.transAxes,
        ha="center",
        va="top",
        size=7,
        color=SOFT,
    )


def _draw_counts(
    sheet: Sheet, words: Words, bars: Sequence[AnswerBar], bottom: float
) -> None:
    height = row_height(bars) * len(bars)
    axes = sheet.axes(_LEFT + _BARS + _SPACE + _APART, bottom, 0.5, height)
    bare_row_axes(axes, len(bars))
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    for y, bar in enumerate(bars):
        side_text(axes, y, words.number(bar.n_respondents, 0), x=0.35, size=7.3)
    axes.text(
        *(0.35, 1.0),
        words.text("column.n"),
        transform=axes.transAxes,
        size=7,
        color=SOFT,
        va="bottom",
    )


def _draw_legend(
    sheet: Sheet, words: Words, scale: ResponseScale, bottom: float
) -> None:
    from matplotlib.patches import Patch

    named = {point.value: words.translated(point.label) for point in scale.points}
    colour = colours(scale)
    against, neutral, for_ = sides(scale)
    handles = [
        Patch(facecolor=colour[value], label=fold(named[value], 34, 1))
        for value in (*against, *for_, *neutral)
    ]
    axes = sheet.axes(0.05, bottom, 6.9, _LEGEND)
    axes.set_axis_off()
    axes.legend(
        handles=handles,
        loc="center left",
        ncols=min(len(handles), 6),
        frameon=False,
        fontsize=6.8,
        handlelength=1.0,
        handletextpad=0.4,
        columnspacing=1.0,
        borderpad=0,
    )

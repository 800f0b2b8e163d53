"""Precision along the response scale: where a subscale measures people well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from diagnose.diagnosis.measurement import RELIABLE_FROM
from diagnose.language import Language
from diagnose.plots.measurement_rows import (
    Block,
    by_kind,
    checked_subscales,
    measurement_source,
    shown_blocks,
)
from diagnose.plots.measurement_titles import information_title, ranges
from diagnose.plots.sheet import (
    FAINT,
    INK,
    SOFT,
    Sheet,
    accent,
    drawing,
    fold,
    start_sheet,
)
from diagnose.plots.words import Words, is_shown, rows, scale_bounds, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_COLUMNS, _LEFT, _STEP, _WIDE = 3, 0.45, 2.43, 2.05
_GROUP, _HEAD, _PLOT, _FOOT = 0.28, 0.42, 0.95, 0.3


def plot_information(
    publication: Publication,
    *,
    subscales: Sequence[str] | None = None,
    language: Language | None = None,
) -> Figure:
    """Draw the reliability of each subscale along its response scale.

    A subscale may separate people in the middle of its scale and hardly at the ends.
    The heavy line at the foot marks the scores at which the reliability reaches the
    convention, the triangle the mean of the work floor.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscales : sequence of str, optional
        Ids of the subscales to draw; all by default. They stand in the order of the
        instrument.
    language : {"en", "nl"}, optional
        Language of every word in the figure; that of the edition by default.

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot. Its text alternative is `alt_text(figure)`.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        An option is not one of those listed.
    InsufficientDataError
        No curve was estimated, or none may be shown.
    """
    words = words_for(publication, language, "plots")
    frame = publication.measurement.information
    blocks = shown_blocks(words, frame, "reliability", subscales)
    reached = {block.subscale.id: reliable_stretches(block) for block in blocks}
    groups = by_kind(blocks)
    block_height = _HEAD + _PLOT + _FOOT
    heights = [_GROUP + block_height * -(-len(g) // _COLUMNS) for _, g in groups]
    with drawing():
        sheet = start_sheet(
            words,
            title=information_title(words, reached),
            alt=words.text("alt.information", n=len(blocks)),
            body=sum(heights),
            source=measurement_source(words, [block.rows[0] for block in blocks]),
            notes=[
                words.text("note.information", bound=words.number(RELIABLE_FROM)),
                *_without_curve(words, blocks, subscales),
            ],
        )
        top = sum(heights)
        for (kind, members), height in zip(groups, heights, strict=True):
            _draw_group(sheet, words, kind, members, top)
            top -= height
    return sheet.figure


def reliable_stretches(block: Block) -> list[tuple[float, float]]:
    """Return where on the response scale the drawn curve is at the convention.

    Parameters
    ----------
    block : Block
        A subscale with its points, ordered by latent position.

    Returns
    -------
    list of tuple of float
        Lowest and highest score of each stretch; an end between two points is where
        the line between them crosses the convention.
    """
    points = [(row["score"], row["reliability"]) for row in _ordered(block)]
    stretches: list[list[float]] = []
    for place, (score, reliability) in enumerate(points):
        before = points[place - 1] if place else None
        if reliability >= RELIABLE_FROM:
            if before is None or before[1] < RELIABLE_FROM:
                stretches.append([_crossing(before, (score, reliability)), score])
            stretches[-1][1] = score
        elif before is not None and before[1] >= RELIABLE_FROM:
            stretches[-1][1] = _crossing((score, reliability), before)
    return [(low, high) for low, high in stretches]


def _ordered(block: Block) -> list[dict[Any, Any]]:
    return sorted(block.rows, key=lambda row: row["theta"])


def _crossing(below: tuple[float, float] | None, above: tuple[float, float]) -> float:
    if below is None:
        return above[0]
    part = (RELIABLE_FROM - below[1]) / (above[1] - below[1])
    return below[0] + part * (above[0] - below[0])


def _without_curve(
    words: Words, blocks: Sequence[Block], subscales: Sequence[str] | None
) -> list[str]:
    asked = set(checked_subscales(words, subscales))
    drawn = {block.subscale.id for block in blocks}
    present = {
        row["subscale"] for row in rows(words.publication.measurement.information)
    }
    names = [
        words.subscale(subscale.id)
        for subscale in words.publication.instrument.subscales
        if subscale.id in (present & asked) - drawn
    ]
    return [words.text("note.no_curve", names=words.listed(names))] if names else []


def _draw_group(
    sheet: Sheet, words: Words, kind: str, members: Sequence[Block], top: float
) -> None:
    heading = sheet.axes(0.1, top - _GROUP, 5, _GROUP)
    heading.set_axis_off()
    heading.text(
        0, 0.45, words.text(f"kind.{kind}"), size=9, weight="bold", va="center"
    )
    for place, block in enumerate(members):
        row, column = divmod(place, _COLUMNS)
        bottom = top - _GROUP - (_HEAD + _PLOT + _FOOT) * (row + 1) + _FOOT
        axes = sheet.axes(_LEFT + column * _STEP, bottom, _WIDE, _PLOT)
        _draw_curve(axes, words, block)


def _draw_curve(axes: Axes, words: Words, block: Block) -> None:
    low, high = scale_bounds(words, block.subscale)
    room = 0.03 * (high - low)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(0, 1)
    scale = words.publication.instrument.response_scale(block.subscale.response_scale)
    ticks = list(scale.values)
    axes.set_xticks(ticks, [words.number(tick, 0) for tick in ticks])
    heights = (0.0, RELIABLE_FROM, 1.0)
    axes.set_yticks(heights, [words.number(h, 1 if h % 1 else 0) for h in heights])
    axes.tick_params(axis="both", labelsize=7)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.axhline(RELIABLE_FROM, color=SOFT, linewidth=0.9, linestyle=(0, (4, 2)))
    points = _ordered(block)
    scores = [row["score"] for row in points]
    axes.plot(scores, [row["reliability"] for row in points], color=accent(), lw=1.8)
    _name_convention(axes, words, points)
    _mark_stretches(axes, words, block)
    _mark_mean(axes, words, block)


def _name_convention(
    axes: Axes, words: Words, points: Sequence[Mapping[Any, Any]]
) -> None:
    """Name the dashed line where the curve leaves room; the note names it anyway."""
    low, high = axes.get_xlim()
    last = high - 0.3 * (high - low)
    if any(p["score"] > last and p["reliability"] > RELIABLE_FROM for p in points):
        return
    axes.text(
        high,
        RELIABLE_FROM + 0.03,
        words.text("convention"),
        size=6.3,
        color=SOFT,
        ha="right",
        va="bottom",
    )


def _mark_stretches(axes: Axes, words: Words, block: Block) -> None:
    stretches = reliable_stretches(block)
    for low, high in stretches:
        axes.plot([low, high], [0, 0], color=INK, lw=4, solid_capstyle="butt", zorder=3)
    bound = words.number(RELIABLE_FROM)
    said = (
        words.text("reliable_at", bound=bound, ranges=ranges(words, stretches))
        if stretches
        else words.text("reliable_nowhere", bound=bound)
    )
    title = fold(words.subscale(block.subscale.id), 36, 1)
    place = axes.transAxes
    axes.text(0, 1.19, title, transform=place, size=8, va="bottom")
    axes.text(0, 1.05, said, transform=place, size=6.8, color=SOFT, va="bottom")


def _mark_mean(axes: Axes, words: Words, block: Block) -> None:
    profile = rows(words.publication.profile, role="floor", subscale=block.subscale.id)
    for row in profile:
        if is_shown(row):
            axes.plot(
                row["mean"], 0.09, "^", color="white", mec=INK, markersize=5.5, zorder=4
            )

"""The gap: how differently work floor and leaders see the same organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Subscale
from diagnose.language import Language
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    Sheet,
    accent,
    anchored_axis,
    bare_row_axes,
    count_range,
    drawing,
    fold,
    row_axes,
    side_text,
    source_line,
    start_sheet,
)
from diagnose.plots.titles import gap_title
from diagnose.plots.words import (
    MARKS,
    Row,
    Words,
    is_number,
    rows,
    subscale_panels,
    words_for,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _AXIS = 0.28, 0.36, 0.5
_LEFT, _MEANS, _SPACE, _DIFFERENCE = 2.2, 2.1, 0.3, 1.45


def plot_gap(publication: Publication, *, language: Language | None = None) -> Figure:
    """Draw the means of work floor and leaders, and the interval of each difference.

    Both directions have the same colour: that the work floor is higher is as
    informative as that it is lower, and neither is good in itself.

    Parameters
    ----------
    publication : Publication
        What may be shown.
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
        The publication holds no answers of leaders that may be compared.
    """
    words = words_for(publication, language, "plots")
    shown = [row for row in rows(publication.gap) if is_number(row["difference"])]
    if not shown:
        raise InsufficientDataError(
            "`publication` holds no gap: no answers of leaders are shown."
        )
    found = {row["subscale"]: row for row in shown}
    panels = subscale_panels(words, set(found))
    heights = [_HEAD + _ROW * len(panel) + _AXIS for _, panel in panels]
    level = words.level()
    reach = _reach(shown)
    with drawing():
        sheet = start_sheet(
            words,
            title=gap_title(words, shown),
            alt=words.text("alt.gap", n=len(shown)),
            body=sum(heights),
            source=_source(words, shown),
            notes=[
                words.text("note.gap", level=level),
                *([words.text("note.estimate")] if _estimated(words, found) else []),
            ],
        )
        top = sum(heights)
        for (kind, panel), height in zip(panels, heights, strict=True):
            top -= height
            pairs = [(subscale, found[subscale.id]) for subscale in panel]
            _draw_means(sheet, words, kind, pairs, top + _AXIS)
            _draw_differences(sheet, words, pairs, top + _AXIS, reach)
    return sheet.figure


def is_estimated(subscale: Subscale) -> bool:
    """Tell whether leaders estimate for others what the work floor says of itself."""
    return subscale.referent == "individual"


def _estimated(words: Words, present: dict[str, Row]) -> bool:
    subscales = words.publication.instrument.subscales
    return any(is_estimated(s) for s in subscales if s.id in present)


def _reach(shown: Sequence[Row]) -> float:
    """Return how far the axis of the differences reaches to either side of zero."""
    ends = [
        abs(row[name])
        for row in shown
        for name in ("difference", "conf_low", "conf_high")
        if is_number(row[name])
    ]
    return 1.15 * max(ends) or 1.0


def _source(words: Words, shown: Sequence[Row]) -> str:
    n_floor = count_range(words, [row["n_floor"] for row in shown])
    n_leader = count_range(words, [row["n_leader"] for row in shown])
    floor, leader = words.text("role.floor"), words.text("role.leader")
    return source_line(words, f"{floor} / {leader}", f"{n_floor} / {n_leader}")


def _draw_means(
    sheet: Sheet,
    words: Words,
    kind: str,
    pairs: Sequence[tuple[Subscale, Row]],
    bottom: float,
) -> None:
    axes = sheet.axes(_LEFT, bottom, _MEANS, _ROW * len(pairs))
    labels = [
        fold(words.subscale(s.id), 28) + (" *" if is_estimated(s) else "")
        for s, _ in pairs
    ]
    row_axes(axes, labels)
    anchored_axis(axes, words, pairs[0][0].response_scale)
    for y, (_, row) in enumerate(pairs):
        ends = [row["mean_floor"], row["mean_leader"]]
        axes.plot(ends, [y, y], color=SOFT, linewidth=1.4, zorder=2)
        axes.plot(ends[0], y, "o", color=accent(), markersize=6.5, zorder=3)
        axes.plot(
            ends[1], y, "s", color=accent(), mfc="white", markersize=5.5, zorder=3
        )
    place = axes.transAxes
    axes.text(
        -_LEFT / _MEANS + 0.05,
        1.03,
        words.text(f"kind.{kind}"),
        transform=place,
        size=9,
        weight="bold",
        va="bottom",
    )
    key = f"● {words.text('role.floor')}   □ {words.text('role.leader')}"
    axes.text(0, 1.03, key, transform=place, size=7.5, color=SOFT, va="bottom")


def _draw_differences(
    sheet: Sheet,
    words: Words,
    pairs: Sequence[tuple[Subscale, Row]],
    bottom: float,
    reach: float,
) -> None:
    axes = sheet.axes(_LEFT + _MEANS + _SPACE, bottom, _DIFFERENCE, _ROW * len(pairs))
    bare_row_axes(axes, len(pairs))
    axes.set_xlim(-reach, reach)
    ticks = [-1.0, 0.0, 1.0] if reach > 1 else [-0.5, 0.0, 0.5]
    ticks = [tick for tick in ticks if abs(tick) <= reach]
    axes.set_xticks(ticks, [words.signed(tick, 1) for tick in ticks])
    axes.axvline(0, color=SOFT, linewidth=0.9)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    for y, (_, row) in enumerate(pairs):
        if is_number(row["conf_low"]):  # a group of one has no interval
            axes.plot([row["conf_low"], row["conf_high"]], [y, y], color=accent(), lw=2)
        axes.plot(row["difference"], y, "o", color=accent(), markersize=5)
        _difference_text(axes, words, y, row)
    axes.text(
        0.5,
        1.03,
        words.text("gap_heading.difference"),
        transform=axes.transAxes,
        size=7.5,
        color=SOFT,
        ha="center",
        va="bottom",
    )


def _difference_text(axes: Axes, words: Words, y: int, row: Row) -> None:
    interval = words.interval(row["conf_low"], row["conf_high"])
    side_text(axes, y, MARKS.get(row["direction"], ""), x=1.03, size=7)
    side_text(axes, y, words.signed(row["difference"]), x=1.12, size=7.5)
    side_text(axes, y, f"({interval})", x=1.4, size=6.5)

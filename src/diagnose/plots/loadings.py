"""The loadings: how strongly each item belongs to its subscale, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose.diagnosis.factor_rows import WEAK_LOADING_BELOW
from diagnose.language import Language
from diagnose.plots.measurement_rows import (
    Block,
    estimator_name,
    fold_name,
    hidden_note,
    is_weak,
    item_label,
    measurement_source,
    shown_blocks,
)
from diagnose.plots.measurement_titles import loadings_title
from diagnose.plots.sheet import (
    FAINT,
    INK,
    SOFT,
    WIDTH,
    accent,
    bare_row_axes,
    drawing,
    fold,
    side_text,
    start_sheet,
)
from diagnose.plots.words import Row, Words, is_number, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _AXIS = 0.17, 0.26, 0.3
_SPACE = 0.45
"""Rows between two subscales."""
_LEFT, _PLOT = 4.1, 1.75
_NAME, _ID, _WORDING = 0.1, 1.5, 2.0
"""Inches from the left of the sheet to each column of labels."""


def plot_loadings(
    publication: Publication,
    *,
    subscales: Sequence[str] | None = None,
    language: Language | None = None,
) -> Figure:
    """Draw the standardised loading of each item with its interval.

    A weak loading has a hollow mark and the word for it beside its number, so that
    it is seen without colour. The bound is a convention.

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
        No loading was estimated, or none may be shown.
    """
    words = words_for(publication, language, "plots")
    frame = publication.measurement.loadings
    blocks = shown_blocks(words, frame, "estimate", subscales)
    loadings = [row for block in blocks for row in block.rows]
    names = [block.subscale.id for block in blocks]
    n_rows = len(loadings) + _SPACE * (len(blocks) - 1)
    with drawing():
        sheet = start_sheet(
            words,
            title=loadings_title(words, loadings),
            alt=words.text("alt.loadings", n=len(loadings), n_subscales=len(blocks)),
            body=_HEAD + _ROW * n_rows + _AXIS,
            source=measurement_source(words, loadings),
            notes=[
                words.text(
                    "note.loadings",
                    level=words.level(),
                    estimator=estimator_name(words, loadings),
                ),
                *hidden_note(words, frame, names),
            ],
        )
        axes = sheet.axes(_LEFT, _AXIS, _PLOT, _ROW * n_rows)
        _prepare(axes, words, loadings, n_rows)
        top = 0.0
        for block in blocks:
            _draw_block(axes, words, block, top)
            top += len(block.rows) + _SPACE
    return sheet.figure


def _prepare(axes: Axes, words: Words, loadings: Sequence[Row], n_rows: float) -> None:
    bare_row_axes(axes, 1)
    axes.set_ylim(n_rows - 0.5, -0.5)
    lows = [r[name] for r in loadings for name in ("estimate", "conf_low")]
    low = min([0.0, *filter(is_number, lows)])
    high = max([1.0, *(r["conf_high"] for r in loadings if is_number(r["conf_high"]))])
    axes.set_xlim(low - 0.02, high + 0.02)
    ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    ticks = [-0.8, -0.4, 0.0, 0.4, 0.8] if low < -0.1 else ticks
    ticks = [tick for tick in ticks if tick >= low - 0.02]
    axes.set_xticks(ticks, [words.number(tick, 1) for tick in ticks])
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.axvline(WEAK_LOADING_BELOW, color=SOFT, linewidth=1, linestyle=(0, (4, 2)))
    heading: dict[str, Any] = {"size": 7, "color": SOFT, "va": "bottom"}
    place = axes.transAxes
    over = 1 + 0.05 / (_ROW * n_rows)
    bound = words.text("weak_below", bound=words.number(WEAK_LOADING_BELOW))
    reach = (WEAK_LOADING_BELOW - low + 0.02) / (high - low + 0.04)
    axes.text(reach, over, bound, transform=place, ha="center", **heading)
    axes.text(1.03, over, words.text("column.loading"), transform=place, **heading)
    interval = words.text("column.interval", level=words.level())
    axes.text(1.32, over, interval, transform=place, **heading)


def _draw_block(axes: Axes, words: Words, block: Block, top: float) -> None:
    middle = top + (len(block.rows) - 1) / 2
    name = fold_name(words, block, 21, max(len(block.rows) - 1, 1))
    _label(axes, _NAME, middle, name, size=7.5, weight="bold")
    if top:
        line = (_NAME - _LEFT) / _PLOT, (WIDTH - 0.1 - _LEFT) / _PLOT
        y = top - 0.5 - _SPACE / 2
        axes.plot(
            line,
            [y, y],
            transform=axes.get_yaxis_transform(),
            color=FAINT,
            linewidth=0.8,
            clip_on=False,
        )
    for place, row in enumerate(block.rows):
        y = top + place
        key, wording = item_label(words, block, row["item"])
        _label(axes, _ID, y, key, size=6.6, weight="bold")
        _label(axes, _WORDING, y, fold(wording, 42, 1), size=6.3)
        _draw_loading(axes, words, y, row)


def _label(axes: Axes, inches: float, y: float, text: str, **style: Any) -> None:
    axes.text(
        (inches - _LEFT) / _PLOT,
        y,
        text,
        transform=axes.get_yaxis_transform(),
        va="center",
        linespacing=1.1,
        color=INK,
        **style,
    )


def _draw_loading(axes: Axes, words: Words, y: float, row: Row) -> None:
    weak = is_weak(row)
    if is_number(row["conf_low"]):  # on a bound there is no interval
        axes.plot([row["conf_low"], row["conf_high"]], [y, y], color=accent(), lw=1.6)
    axes.plot(
        row["estimate"],
        y,
        "D" if weak else "o",
        markersize=4.2 if weak else 4.8,
        color=accent(),
        mfc="white" if weak else accent(),
        zorder=3,
    )
    side_text(axes, y, words.number(row["estimate"]), x=1.03, size=7)
    interval = words.interval(row["conf_low"], row["conf_high"])
    side_text(axes, y, interval, x=1.32, size=6.8)
    if weak:
        key = "weak_negative" if row["estimate"] < 0 else "weak"
        side_text(axes, y, f"◇ {words.text(key)}", x=1.72, size=6.8)

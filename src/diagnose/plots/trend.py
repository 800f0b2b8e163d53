"""The trend: each subscale over the waves, with its intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Subscale
from diagnose.language import Language
from diagnose.plots.lines import draw_line
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    Sheet,
    accent,
    count_range,
    drawing,
    fold,
    source_line,
    start_sheet,
)
from diagnose.plots.titles import trend_title
from diagnose.plots.words import (
    MARKS,
    Row,
    Words,
    is_number,
    is_shown,
    rows,
    scale_bounds,
    subscale_panels,
    words_for,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_LEFT, _ALL, _BETWEEN = 0.35, 7.05, 0.32
_HEAD, _PLOT, _FOOT, _GROUP = 0.34, 1.2, 0.42, 0.3
_LETTER = 0.058
"""Width of a letter in the label of a wave, in inches."""
_MOST_COLUMNS, _SHORTEST_LABEL = 3, 6


def plot_trend(publication: Publication, *, language: Language | None = None) -> Figure:
    """Draw each subscale over the waves, with its intervals, on the whole scale.

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
        The publication holds one wave only.
    """
    words = words_for(publication, language, "plots")
    trend = rows(publication.trend)
    if not trend:
        raise InsufficientDataError(
            "`publication` holds no trend: it has one wave only."
        )
    panels = subscale_panels(words, {row["subscale"] for row in trend})
    block = _HEAD + _PLOT + _FOOT
    columns = _columns(words.publication.waves)
    heights = [_GROUP + block * -(-len(panel) // columns) for _, panel in panels]
    latest = [row for row in trend if row["wave"] == publication.wave and is_shown(row)]
    counts = [row["n_respondents"] for row in trend if is_shown(row)]
    level = words.level()
    n_subscales = sum(len(panel) for _, panel in panels)
    waves = publication.waves
    with drawing():
        sheet = start_sheet(
            words,
            title=trend_title(words, waves[-2], latest),
            alt=words.text("alt.trend", n=n_subscales, n_waves=len(waves)),
            body=sum(heights),
            source=source_line(
                words, words.text("role.floor"), count_range(words, counts)
            ),
            notes=[
                words.text("note.trend", level=level),
                *([words.text("note.line", level=level)] if _has_lines(words) else []),
            ],
        )
        top = sum(heights)
        for (kind, panel), height in zip(panels, heights, strict=True):
            _draw_group(sheet, words, kind, panel, top, columns)
            top -= height
    return sheet.figure


def _has_lines(words: Words) -> bool:
    return len(words.publication.change.bands) > 0


def _columns(waves: Sequence[str]) -> int:
    """Return how many panels fit beside each other with the labels of all waves."""
    label = max(_SHORTEST_LABEL, *(len(wave) + 1 for wave in waves)) * _LETTER
    for columns in range(_MOST_COLUMNS, 1, -1):
        if _width(columns) >= label * len(waves):
            return columns
    return 1


def _width(columns: int) -> float:
    return (_ALL + _BETWEEN) / columns - _BETWEEN


def _draw_group(
    sheet: Sheet,
    words: Words,
    kind: str,
    members: Sequence[Subscale],
    top: float,
    columns: int,
) -> None:
    heading = sheet.axes(0.1, top - _GROUP, 5, _GROUP)
    heading.set_axis_off()
    heading.text(
        0, 0.45, words.text(f"kind.{kind}"), size=9, weight="bold", va="center"
    )
    block, wide = _HEAD + _PLOT + _FOOT, _width(columns)
    for place, subscale in enumerate(members):
        row, column = divmod(place, columns)
        bottom = top - _GROUP - block * (row + 1) + _FOOT
        axes = sheet.axes(_LEFT + column * (wide + _BETWEEN), bottom, wide, _PLOT)
        _draw_subscale(axes, words, subscale)


def _draw_subscale(axes: Axes, words: Words, subscale: Subscale) -> None:
    waves = words.publication.waves
    found = {
        row["wave"]: row for row in rows(words.publication.trend, subscale=subscale.id)
    }
    low, high = scale_bounds(words, subscale)
    room = 0.06 * (high - low)
    axes.set_ylim(low - room, high + room)
    ticks = [low, (low + high) / 2, high]
    axes.set_yticks(ticks, [words.number(t, 0 if t % 1 == 0 else 1) for t in ticks])
    axes.tick_params(axis="both", labelsize=7)
    axes.set_xlim(-0.45, len(waves) - 0.55)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.spines["bottom"].set_visible(True)
    axes.set_title(fold(words.subscale(subscale.id), 34, 1), loc="left", size=8)
    axes.set_xticks(range(len(waves)), [_tick(words, w, found.get(w)) for w in waves])
    draw_line(axes, words, subscale.id)
    points = [(x, found[w]) for x, w in enumerate(waves) if w in found]
    shown = [(x, row) for x, row in points if is_shown(row)]
    axes.plot([x for x, _ in shown], [r["mean"] for _, r in shown], color=SOFT, lw=1)
    for x, row in shown:
        _draw_point(axes, words, x, row)


def _tick(words: Words, wave: str, row: Row | None) -> str:
    if row is None or not is_shown(row):
        return f"{wave}\n{words.text('hidden_short')}"
    return f"{wave}\nn {words.number(row['n_respondents'], 0)}"


def _draw_point(axes: Axes, words: Words, x: int, row: Row) -> None:
    axes.plot([x, x], [row["conf_low"], row["conf_high"]], color=accent(), linewidth=2)
    axes.plot(x, row["mean"], "o", color=accent(), markersize=3.2)
    mark = MARKS.get(row["direction"], "")
    text = f"{words.number(row['mean'])} {mark}".strip()
    axes.annotate(
        text,
        (x, row["conf_high"] if is_number(row["conf_high"]) else row["mean"]),
        xytext=(0, 2),
        textcoords="offset points",
        size=7,
        ha="center",
        va="bottom",
    )

"""From pioneers to movement: what the runs of the what-if say, setting by setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose.errors import InsufficientDataError
from diagnose.language import Language
from diagnose.plots.sheet import (
    FAINT,
    INK,
    SOFT,
    Sheet,
    accent,
    count_range,
    drawing,
    source_line,
    start_sheet,
)
from diagnose.plots.words import Row, Words, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_LEFT, _WIDE, _HIGH = 0.5, 4.5, 2.5
_SMALL, _SMALL_HIGH, _STEP = 1.5, 1.15, 1.78
_AXIS, _HEAD, _SPACE = 0.42, 0.26, 0.3
_NUDGE = 0.16
"""Width of the fan in which points of one start stand beside each other, in starts."""

_LOOKS: dict[str, dict[str, Any]] = {
    "present": {"color": INK, "linestyle": "-", "marker": "o", "linewidth": 2.2},
    "visibility": {"linestyle": (0, (5, 2)), "marker": "s"},
    "space": {"color": "#8a5a00", "linestyle": (0, (1, 1.4)), "marker": "^"},
    "obstacles": {"color": SOFT, "linestyle": (0, (5, 1.5, 1, 1.5)), "marker": "D"},
    "together": {"linestyle": "-", "marker": "v"},
}
"""How the line of each setting looks; in the accent where no colour is named."""
_SAMPLE = 0.3
"""Width of the piece of line before a label, in starts."""
_LEAST_GAP = 0.085
"""Least distance of two labels at the ends of lines, in heights of the axes."""


def plot_movement(
    publication: Publication, *, language: Language | None = None
) -> Figure:
    """Draw how many runs of the what-if become a movement, and how they go.

    Above, the share of the runs against the share of pioneers, one line a setting;
    below, for each share of pioneers, the people taking part step by step.

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
    InsufficientDataError
        The publication holds no what-if, because answers it needs are not published.
    """
    words = words_for(publication, language, "movement")
    chances = rows(publication.movement.chances)
    if not chances:
        raise InsufficientDataError(
            "`publication` holds no what-if about movement: answers that it needs are "
            "not published."
        )
    settings = list(dict.fromkeys(row["setting"] for row in chances))
    starts = list(dict.fromkeys(row["pioneers"] for row in chances))
    low = _AXIS + _SMALL_HIGH
    with drawing():
        sheet = start_sheet(
            words,
            title=movement_title(words),
            alt=words.text("alt", n=len(settings), m=len(starts)),
            body=_HEAD + _HIGH + _AXIS + _SPACE + _HEAD + low,
            source=_source(words),
            notes=[_note(words, chances)],
        )
        axes = sheet.axes(_LEFT, low + _HEAD + _SPACE + _AXIS, _WIDE, _HIGH)
        _draw_chances(axes, words, settings, starts, chances)
        _draw_curves(sheet, words, settings, starts)
    return sheet.figure


def movement_title(words: Words) -> str:
    """Say from which start half of the runs become a movement, now and if better."""
    chances = rows(words.publication.movement.chances)
    enough = {
        setting: [
            row["pioneers"]
            for row in chances
            if row["setting"] == setting and row["estimate"] >= 0.5
        ]
        for setting in ("present", "together")
    }
    now, better = enough["present"], enough["together"]
    most = words.share(max(row["pioneers"] for row in chances))
    if not better:
        key = "now" if now else "never"
    elif now:
        key = "same" if min(now) == min(better) else "now"
    else:
        key = "better"
    if key == "now" and not better:
        # Better answers never make it harder but by the luck of the draw.
        key, better = "same", now
    return words.text(
        f"title.{key}",
        most=most,
        now=words.share(min(now)) if now else "",
        better=words.share(min(better)) if better else "",
    )


def _look(setting: str) -> dict[str, Any]:
    return {"color": accent()} | _LOOKS[setting]


def _source(words: Words) -> str:
    movement = words.publication.movement
    counts = [row["n_respondents"] for row in rows(movement.inputs)]
    who = words.text("source_who", n_people=words.number(movement.n_people, 0))
    plain = Words(
        publication=words.publication, language=words.language, section="plots"
    )
    return source_line(plain, who, count_range(words, counts))


def _note(words: Words, chances: Sequence[Row]) -> str:
    return words.text(
        "note",
        n_runs=words.number(chances[0]["n_runs"], 0),
        level=words.level(),
        movement=words.share(words.publication.movement.movement_at),
    )


def _draw_chances(
    axes: Axes,
    words: Words,
    settings: Sequence[str],
    starts: Sequence[float],
    chances: Sequence[Row],
) -> None:
    _share_axis(axes, words, words.text("axis.runs"), size=8)
    axes.set_xlim(-0.3, len(starts) - 0.7)
    axes.set_xticks(range(len(starts)), [words.share(start) for start in starts])
    axes.set_xlabel(words.text("axis.pioneers"), size=7.5, color=SOFT)
    ends = {}
    for place, setting in enumerate(settings):
        own = [row for row in chances if row["setting"] == setting]
        nudge = _NUDGE * (place / max(len(settings) - 1, 1) - 0.5)
        at = [x + nudge for x in range(len(own))]
        look = _look(setting)
        values = [row["estimate"] for row in own]
        for x, row in zip(at, own, strict=True):
            axes.plot(
                [x, x], [row["conf_low"], row["conf_high"]], color=look["color"], lw=1
            )
        axes.plot(at, values, markersize=4, mfc="white", clip_on=False, **look)
        ends[setting] = (at[-1], values[-1])
    # Lines that end alike are labelled in the order in which they came there.
    means = {
        setting: sum(r["estimate"] for r in chances if r["setting"] == setting)
        for setting in settings
    }
    aims = [ends[setting][1] + 1e-4 * means[setting] for setting in settings]
    heights = spread_labels(aims, _LEAST_GAP)
    for setting, height in zip(settings, heights, strict=True):
        x, y = ends[setting]
        edge = len(starts) - 0.7
        color = _look(setting)["color"]
        line = [(x + 0.03, y), (edge + 0.06, height)]
        axes.plot(*zip(*line, strict=True), color=FAINT, lw=0.8, clip_on=False)
        # The same line and marker before the label: colour alone would not do in grey.
        sample = [edge + 0.09, edge + 0.09 + _SAMPLE / 2, edge + 0.09 + _SAMPLE]
        axes.plot(
            sample,
            [height] * 3,
            markersize=4,
            mfc="white",
            markevery=[1],
            clip_on=False,
            **_look(setting),
        )
        axes.text(
            edge + 0.13 + _SAMPLE,
            height,
            words.text(f"setting.{setting}"),
            size=7.5,
            va="center",
            color=color,
            weight="bold" if setting == "present" else "normal",
        )


def spread_labels(heights: Sequence[float], least: float) -> list[float]:
    """Return heights at least so far apart, as near to the given ones as can be.

    Labels that would overlap share the room around their middle, within 0 and 1 as far
    as there is room.
    """
    order = sorted(range(len(heights)), key=lambda i: (heights[i], -i))
    groups: list[tuple[float, list[int]]] = []
    for index in order:
        middle, members = heights[index], [index]
        while groups and middle - groups[-1][0] < least * (
            (len(members) + len(groups[-1][1])) / 2
        ):
            other, own = groups.pop()
            total = len(own) + len(members)
            middle = (other * len(own) + middle * len(members)) / total
            members = own + members
            half = least * (total - 1) / 2
            middle = min(max(middle, half), max(1 - half, half))
        groups.append((middle, members))
    placed = [0.0] * len(heights)
    for middle, members in groups:
        for place, index in enumerate(members):
            placed[index] = middle + least * (place - (len(members) - 1) / 2)
    return placed


def _share_axis(axes: Axes, words: Words, title: str, *, size: float) -> None:
    axes.set_ylim(0, 1)
    ticks = (0, 0.5, 1) if size < 8 else (0, 0.25, 0.5, 0.75, 1)
    axes.set_yticks(ticks, [words.share(tick) for tick in ticks], size=size - 1)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.spines["bottom"].set_visible(True)
    axes.set_title(title, loc="left", size=size, pad=7)


def _draw_curves(
    sheet: Sheet, words: Words, settings: Sequence[str], starts: Sequence[float]
) -> None:
    curves = rows(words.publication.movement.curves)
    for place, start in enumerate(starts):
        axes = sheet.axes(_LEFT + place * _STEP, _AXIS, _SMALL, _SMALL_HIGH)
        title = words.text("axis.start", pioneers=words.share(start))
        _share_axis(axes, words, title, size=7.5)
        if place:
            axes.set_yticklabels([])
        own = [row for row in curves if row["pioneers"] == start]
        last = max(row["step"] for row in own)
        axes.set_xlim(0, last)
        axes.set_xticks([0, last], [words.number(x, 0) for x in (0, last)], size=6.5)
        axes.set_xlabel(words.text("axis.step"), size=7, color=SOFT, labelpad=-6)
        for setting in settings:
            line = [row for row in own if row["setting"] == setting]
            steps = [row["step"] for row in line]
            if setting == "present":
                low, high = (
                    [row[end] for row in line] for end in ("runs_low", "runs_high")
                )
                axes.fill_between(steps, low, high, color=FAINT, linewidth=0)
            look = {k: v for k, v in _look(setting).items() if k != "marker"}
            look["linewidth"] = 1.2
            axes.plot(steps, [row["median_share"] for row in line], **look)
    bottom = (sheet.body_bottom + _AXIS + _SMALL_HIGH + _HEAD + 0.02) / sheet.height
    sheet.figure.text(
        _LEFT / sheet.figure.get_figwidth(),
        bottom,
        words.text("axis.takes_part"),
        size=8,
        va="bottom",
    )

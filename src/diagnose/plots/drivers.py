"""What goes with an outcome: the share of each condition, and its room to improve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose.diagnosis.drivers import (
    STEADY_DRIVERS,
    conditions_beyond_chance,
    leading_conditions,
)
from diagnose.errors import InsufficientDataError
from diagnose.language import Language
from diagnose.plots.label_column import label_heights
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    Sheet,
    accent,
    drawing,
    fold,
    row_axes,
    side_text,
    source_line,
    start_sheet,
)
from diagnose.plots.words import Row, Words, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _AXIS, _LABEL = 0.3, 0.3, 0.3, 0.27
_LEFT, _SHARES = 2.2, 3.2
_MAP_LEFT, _MAP, _MAP_HEIGHT = 0.75, 4.1, 2.7
_LINE = "#9aa5b1"
_LEADER: dict[str, Any] = {
    "arrowstyle": "-",
    "color": SOFT,
    "lw": 0.6,
    "ls": ":",
    "shrinkB": 3,
    "relpos": (0, 0.5),
}
_MOST_NAMES = 4
_HALF = 0.5
_LEAST_SPAN = 0.2  # of the response scale, so that small differences stay small


def plot_drivers(
    publication: Publication, outcome: str, *, language: Language | None = None
) -> Figure:
    """Draw the share of each condition, and that share beside its room to improve.

    Conditions stand in the order of the questionnaire. Nothing in the map is good or
    bad: its dashed lines are medians.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    outcome : str
        Id of an outcome.
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
        Nothing about this outcome may be shown, or too few people answered.
    """
    words = words_for(publication, language, "plots")
    drivers = publication.drivers
    found = [
        row for row in rows(drivers.weights, outcome=outcome) if is_shown(row, "share")
    ]
    models = rows(drivers.models, outcome=outcome)
    if not found or not models:
        raise InsufficientDataError(
            f"`publication` holds no drivers of {outcome!r}: it is no outcome, too few "
            "people answered everything, or they may not be shown."
        )
    model = models[0]
    shares = _HEAD + _ROW * len(found) + _AXIS
    height = max(_MAP_HEIGHT, _LABEL * len(found))
    below = _AXIS + 0.15
    body = shares + _HEAD + height + below
    with drawing():
        sheet = start_sheet(
            words,
            title=drivers_title(words, outcome, model),
            alt=words.text("alt.drivers", n=len(found)),
            body=body,
            source=source_line(
                words,
                words.text("role.floor"),
                words.number(model["n_respondents"], 0),
            ),
            notes=[words.text("note.drivers", level=words.level())],
            title_width=76,
        )
        _draw_shares(sheet, words, found, body - _HEAD - _ROW * len(found))
        _draw_map(sheet, words, found, model, (below, height))
    return sheet.figure


def drivers_title(words: Words, outcome: str, model: Row) -> str:
    """Name the conditions that come to half of what is explained."""
    weights = words.publication.drivers.weights
    named = {
        "outcome": words.subscale(outcome),
        "explained": words.share(model["r_squared_adjusted"]),
    }
    if model["n_respondents"] < STEADY_DRIVERS:
        number = words.number(model["n_respondents"], 0)
        return words.text("title.drivers_few", outcome=named["outcome"], n=number)
    beyond = conditions_beyond_chance(weights, outcome)
    if beyond.empty:
        return words.text("title.drivers_none", outcome=named["outcome"])
    leading = leading_conditions(weights, outcome)
    if len(leading) > _MOST_NAMES:
        n_all = int((weights["outcome"] == outcome).sum())
        return words.text("title.drivers_many", n_beyond=len(beyond), n=n_all, **named)
    names = words.listed([words.subscale(str(s)) for s in leading["subscale"]])
    key = "most" if leading["share"].sum() >= _HALF else "part"
    return words.text(f"title.drivers_{key}", names=names, **named)


def _draw_shares(
    sheet: Sheet, words: Words, found: Sequence[Row], bottom: float
) -> None:
    axes = sheet.axes(_LEFT, bottom, _SHARES, _ROW * len(found))
    row_axes(axes, [fold(words.subscale(row["subscale"]), 30) for row in found])
    _share_axis(axes, words, found)
    for y, row in enumerate(found):
        axes.plot([row["share_low"], row["share_high"]], [y, y], color=accent(), lw=1.6)
        axes.plot(row["share"], y, "o", **_marker(row))
        limits = f"{words.share(row['share_low'])} – {words.share(row['share_high'])}"
        side_text(axes, y, words.share(row["share"]), x=1.03, size=7.5)
        side_text(axes, y, f"({limits})", x=1.17, size=6.5)
        side_text(axes, y, words.signed(row["correlation"]), x=1.49, size=7.5)
    _heading(axes, words.text("drivers.weights"), -_LEFT / _SHARES + 0.03)
    small: dict[str, Any] = {
        "transform": axes.transAxes,
        "size": 7.5,
        "color": SOFT,
        "va": "bottom",
    }
    gap = 0.05 / len(found)
    axes.text(
        1.17, 1 + gap, words.text("column.interval", level=words.level()), **small
    )
    axes.text(1.49, 1 + gap, words.text("drivers.correlation"), **small)


def _draw_map(
    sheet: Sheet,
    words: Words,
    found: Sequence[Row],
    model: Row,
    place: tuple[float, float],
) -> None:
    bottom, height = place
    axes = sheet.axes(_MAP_LEFT, bottom, _MAP, height)
    _share_axis(axes, words, found)
    low, high = _room_limits(found)
    axes.set_ylim(low, high)
    ticks = [tick / 10 for tick in range(11) if low <= tick / 10 <= high]
    axes.set_yticks(ticks, [words.share(tick) for tick in ticks])
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.set_xlabel(words.text("drivers.share"), size=7.5, color=SOFT)
    axes.set_ylabel(words.text("drivers.room"), size=7.5, color=SOFT)
    axes.axvline(model["median_share"], color=SOFT, lw=0.7, ls=(0, (4, 3)))
    axes.axhline(model["median_headroom"], color=SOFT, lw=0.7, ls=(0, (4, 3)))
    first, last = axes.get_xlim()
    points = [
        (
            (row["share"] - first) / (last - first),
            (row["headroom"] - low) / (high - low),
        )
        for row in found
    ]
    heights = label_heights(points, gap=_LABEL / height)
    for row, level in zip(found, heights, strict=True):
        x, y = row["share"], row["headroom"]
        axes.plot([row["share_low"], row["share_high"]], [y, y], color=_LINE, lw=0.8)
        axes.plot(
            [x, x], [row["headroom_low"], row["headroom_high"]], color=_LINE, lw=0.8
        )
        axes.plot(x, y, "o", **_marker(row))
        axes.annotate(
            fold(words.subscale(row["subscale"]), 32),
            xy=(x, y),
            xytext=(1.05, level),
            textcoords="axes fraction",
            va="center",
            size=7.5,
            linespacing=0.95,
            annotation_clip=False,
            arrowprops=_LEADER,
        )
    _heading(axes, words.text("drivers.map"), -_MAP_LEFT / _MAP + 0.025)


def _marker(row: Row) -> dict[str, Any]:
    """Return the look of a point: filled when beyond chance, so also in grey."""
    face = accent() if row["holds"] == "yes" else "white"
    return {"color": accent(), "mfc": face, "markersize": 6, "zorder": 4}


def _share_axis(axes: Axes, words: Words, found: Sequence[Row]) -> None:
    end = max(row["share_high"] for row in found)
    axes.set_xlim(-0.015 * end, 1.04 * end)
    step = 0.1 if end <= 0.5 else 0.2
    ticks = [step * k for k in range(int(end / step) + 1)]
    axes.set_xticks(ticks, [words.share(tick) for tick in ticks])
    axes.grid(axis="x", color=FAINT, linewidth=0.6)


def _room_limits(found: Sequence[Row]) -> tuple[float, float]:
    low = min(row["headroom_low"] for row in found)
    high = max(row["headroom_high"] for row in found)
    more = max(_LEAST_SPAN - (high - low), 0.06) / 2
    return max(low - more, -0.02), min(high + more, 1.02)


def _heading(axes: Axes, text: str, x: float) -> None:
    from matplotlib.transforms import ScaledTranslation

    up = ScaledTranslation(0, 5 / 72, axes.figure.dpi_scale_trans)
    axes.text(
        x, 1, text, transform=axes.transAxes + up, size=9, weight="bold", va="bottom"
    )

"""Units beside each other: pooled means with intervals, never as a ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from diagnose._options import check_option
from diagnose.errors import InsufficientDataError
from diagnose.language import Language, level_name
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    Sheet,
    accent,
    anchored_axis,
    count_range,
    drawing,
    fold,
    row_axes,
    side_text,
    source_line,
    start_sheet,
)
from diagnose.plots.titles import units_title
from diagnose.plots.words import MARKS, Row, Words, is_number, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

UnitOrder = Literal["organisation", "estimate"]

_ROW, _HEAD, _AXIS = 0.25, 0.3, 0.5
_LEFT, _PLOT = 2.35, 3.6


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One line of the figure: the name of a parent, or a unit with its numbers."""

    label: str
    cell: Row | None = None
    estimate: Row | None = None


def plot_units(
    publication: Publication,
    subscale: str,
    level: str | None = None,
    *,
    order: UnitOrder = "organisation",
    language: Language | None = None,
) -> Figure:
    """Draw the units of one level on one subscale, in the order of the organisation.

    Each unit's pooled (shrunken) mean stands with its interval beside the unit's own
    mean: the smaller the unit, the further the two lie apart.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscale : str
        Id of the subscale.
    level : str, optional
        Name of the level; the lowest one by default.
    order : {"organisation", "estimate"}
        Which unit stands above which: as in the organisation, or from the highest
        pooled mean to the lowest (a caterpillar plot), hidden units last.
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
    KeyError
        The instrument has no subscale of this name.
    ValueError
        The publication has no units, or none at this level; or an unknown `order`.
    """
    check_option("order", order, UnitOrder)
    words = words_for(publication, language, "plots")
    scale = publication.instrument.subscale(subscale).response_scale
    level = checked_level(publication, level)
    lines = unit_lines(words, subscale, level)
    if order == "estimate":
        lines = _by_estimate(words, lines)
    note = words.text("note.units", level=words.level())
    height = _HEAD + _ROW * len(lines) + _AXIS
    topic = f"{words.subscale(subscale)} ({level_name(level, words.language)})"
    counts = [
        row["n_respondents"] for line in lines if is_shown(row := line.cell or {})
    ]
    estimates = [line.estimate for line in lines if line.estimate]
    with drawing():
        sheet = start_sheet(
            words,
            title=units_title(words, topic, estimates),
            alt=words.text("alt.units", n=sum(bool(line.cell) for line in lines)),
            body=height,
            source=source_line(
                words, words.text("role.floor"), count_range(words, counts)
            ),
            notes=[f"{note} {words.text(f'note.units_{order}')}"],
        )
        axes = _unit_axes(sheet, words, lines, scale)
        _draw_organisation(axes, words, subscale)
        _draw_means(axes, lines)
        place = _count_place(lines)
        for y, line in enumerate(lines):
            _write_unit(axes, words, y, line, place)
    return sheet.figure


def checked_level(publication: Publication, level: str | None) -> str:
    """Return the level, the lowest when none is named.

    Raises
    ------
    ValueError
        There are no units, or none at this level.
    """
    if not publication.hierarchy:
        raise InsufficientDataError(
            "`publication` has no units: no organisation was given."
        )
    if level is None:
        return publication.hierarchy[-1]
    if level not in publication.hierarchy:
        listed = ", ".join(repr(name) for name in publication.hierarchy)
        raise ValueError(f"`level` must be one of {listed}; got {level!r}.")
    return level


def unit_lines(words: Words, subscale: str, level: str) -> list[UnitLine]:
    """Return the units of a level in order, under the names of their parents."""
    units = words.publication.units
    estimates = {
        row["path"]: row
        for row in rows(units.estimates, subscale=subscale, level=level)
    }
    cells = rows(units.cells, subscale=subscale, level=level)
    nested = len({cell["parent"] for cell in cells}) > 1
    lines: list[UnitLine] = []
    parent: object = None
    for cell in cells:
        if nested and cell["parent"] != parent:
            parent = cell["parent"]
            lines.append(UnitLine(label=words.parent(cell["parent"])))
        label = words.unit(cell["path"], cell["status"])
        is_unit = cell["status"] == "shown"
        own = estimates.get(cell["path"]) if is_unit else None
        lines.append(UnitLine(label=label, cell=cell, estimate=own))
    return lines


def _by_estimate(words: Words, lines: Sequence[UnitLine]) -> list[UnitLine]:
    """Return the units from the highest pooled mean down, without their parents.

    Where two units have one name, their parents stand before it.
    """
    units = [line for line in lines if line.cell is not None]
    names = Counter(line.label for line in units)

    def height(line: UnitLine) -> float:
        own = line.estimate
        return -float(own["estimate"]) if own else float("inf")

    def named(line: UnitLine) -> UnitLine:
        if line.cell is None or names[line.label] == 1:
            return line
        return replace(line, label=words.parent(line.cell["path"]))

    return [named(line) for line in sorted(units, key=height)]


def _unit_axes(
    sheet: Sheet, words: Words, lines: Sequence[UnitLine], scale: str
) -> Axes:
    axes = sheet.axes(_LEFT, _AXIS, _PLOT, _ROW * len(lines))
    labels = row_axes(axes, [fold(line.label, 32, 1) for line in lines])
    anchored_axis(axes, words, scale)
    for label, line in zip(labels, lines, strict=True):
        if line.cell is None:
            label.set_color(SOFT)
            label.set_fontweight("bold")
    heading: dict[str, Any] = {
        "size": 7,
        "color": SOFT,
        "va": "bottom",
        "transform": axes.transAxes,
    }
    axes.text(1.07, 1.0, words.text("column.mean"), **heading)
    level = words.level()
    axes.text(1.18, 1.0, words.text("column.interval", level=level), **heading)
    axes.text(_count_place(lines), 1.0, words.text("column.n"), **heading)
    return axes


def _draw_organisation(axes: Axes, words: Words, subscale: str) -> None:
    found = rows(words.publication.profile, role="floor", subscale=subscale)
    if not found or not is_shown(found[0]):
        return
    mean = found[0]["mean"]
    axes.axvline(mean, color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    axes.text(
        mean,
        1.0,
        words.text("organisation_mean", mean=words.number(mean)),
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="bottom",
        size=7,
        color=SOFT,
    )


def _draw_means(axes: Axes, lines: Sequence[UnitLine]) -> None:
    """Draw the own means, the intervals and the pooled means, each in one stroke."""
    cells = [
        (y, cell) for y, line in enumerate(lines) if is_shown(cell := line.cell or {})
    ]
    means, at = [cell["mean"] for _, cell in cells], [y for y, _ in cells]
    axes.plot(means, at, "D", color=SOFT, mfc="white", markersize=4.5, zorder=3)
    pooled = [
        (y, own)
        for y, _ in cells
        if is_number((own := lines[y].estimate or {}).get("estimate"))
    ]
    gap = float("nan")  # lifts the pen between two intervals
    ends = [
        end for _, own in pooled for end in (own["conf_low"], own["conf_high"], gap)
    ]
    axes.plot(ends, [y for y, _ in pooled for _ in range(3)], color=accent(), lw=1.8)
    estimates, at = [own["estimate"] for _, own in pooled], [y for y, _ in pooled]
    axes.plot(estimates, at, "o", color=accent(), markersize=5.5, zorder=4)


def _count_place(lines: Sequence[UnitLine]) -> float:
    """Return where the counts begin, so that the longest ends on the sheet."""
    counts = [
        row["n_respondents"] for line in lines if is_shown(row := line.cell or {})
    ]
    most = max(counts, default=0)
    return 1.42 if most < 100 else 1.395 if most < 1000 else 1.37


def _write_unit(axes: Axes, words: Words, y: int, line: UnitLine, x: float) -> None:
    if line.cell is None:
        axes.axhline(y - 0.5, color=FAINT, linewidth=0.6)
        return
    if not is_shown(line.cell):
        side_text(axes, y, words.text("hidden"), x=0.02, size=7)
        return
    own = line.estimate
    if own and is_number(own["estimate"]):
        side_text(axes, y, MARKS.get(own["direction"], ""), x=1.02, size=7)
        side_text(axes, y, words.number(own["estimate"]), x=1.07, size=7.5)
        interval = words.interval(own["conf_low"], own["conf_high"])
        side_text(axes, y, interval, x=1.18, size=7)
    count = words.number(line.cell["n_respondents"], 0)
    side_text(axes, y, count, x=x, size=7.5)

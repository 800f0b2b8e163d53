"""The response: how many answered out of those who work in each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnose.language import Language, level_name
from diagnose.plots.sheet import (
    FAINT,
    HIDDEN,
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
from diagnose.plots.units import checked_level
from diagnose.plots.words import Row, Words, is_number, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _FOOT = 0.25, 0.3, 0.1
_LEFT, _PLOT = 2.55, 2.9
_COLUMNS = {"answered": 1.03, "margin": 1.47}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of the figure: the name of a parent, or a unit with its counts."""

    label: str
    unit: Row | None = None


def plot_response(
    publication: Publication,
    level: str | None = None,
    *,
    language: Language | None = None,
) -> Figure:
    """Draw how many answered in each unit of a level, in the organisation's order.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    level : str, optional
        Name of the level; the lowest one by default.
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
        The publication has no units, or none at this level.
    """
    words = words_for(publication, language, "plots")
    level = checked_level(publication, level)
    found = rows(publication.participation.units, level=level)
    lines = _lines(words, found)
    height = _HEAD + _ROW * len(lines) + _FOOT
    known = any(is_number(row["margin"]) for row in found)
    counted = [row["n_respondents"] for row in found if is_number(row["n_respondents"])]
    with drawing():
        sheet = start_sheet(
            words,
            title=response_title(words, level, found),
            alt=words.text("alt.response", n=len(found)),
            body=height,
            source=source_line(
                words, words.text("role.floor"), words.number(sum(counted), 0)
            ),
            notes=[words.text("note.response", level=words.level())] if known else [],
        )
        axes = _axes(sheet, words, lines)
        _head(axes, words, ("answered", "margin") if known else ("answered",))
        _draw(axes, lines)
        for y, line in enumerate(lines):
            _write(axes, words, y, line)
    return sheet.figure


def response_title(words: Words, level: str, found: Sequence[Row]) -> str:
    """Say which share answered, and between which shares the units lie."""
    name = level_name(level, words.language)
    rated = [row for row in found if is_number(row["response_rate"])]
    if not rated:
        counts = [row["n_respondents"] for row in found]
        total = sum(number for number in counts if is_number(number))
        if not total:
            return words.text("title.nothing", topic=name)
        return words.text("title.response_counts", n=words.number(total, 0), level=name)
    answered = sum(row["n_respondents"] for row in rated)
    rate = words.share(answered / sum(row["n_members"] for row in rated))
    units = [row for row in rated if row["status"] == "shown"] or rated
    rates = [row["response_rate"] for row in units]
    low, high = words.share(min(rates)), words.share(max(rates))
    key = "response_equal" if low == high else "response_between"
    values = {} if low == high else {"low": low, "high": high}
    return words.text(f"title.{key}", rate=rate, level=name, **values)


def _lines(words: Words, found: Sequence[Row]) -> list[_Line]:
    nested = len({row["parent"] for row in found}) > 1
    lines: list[_Line] = []
    parent: object = None
    for row in found:
        if nested and row["parent"] != parent:
            parent = row["parent"]
            lines.append(_Line(label=words.parent(row["parent"])))
        lines.append(_Line(label=words.unit(row["path"], row["status"]), unit=row))
    return lines


def _axes(sheet: Sheet, words: Words, lines: Sequence[_Line]) -> Axes:
    axes = sheet.axes(_LEFT, _FOOT, _PLOT, _ROW * len(lines))
    labels = row_axes(axes, [fold(line.label, 38, 1) for line in lines])
    for label, line in zip(labels, lines, strict=True):
        if line.unit is None:
            label.set_color(SOFT)
            label.set_fontweight("bold")
    longest = [
        max(_known(line.unit, "n_members"), _known(line.unit, "n_respondents"))
        for line in lines
    ]
    axes.set_xlim(0, 1.02 * max(longest, default=0.0) or 1.0)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return axes


def _head(axes: Axes, words: Words, columns: Sequence[str]) -> None:
    for name in columns:
        axes.text(
            _COLUMNS[name],
            1.0,
            words.text(f"column.{name}"),
            size=7,
            color=SOFT,
            va="bottom",
            transform=axes.transAxes,
        )


def _known(unit: Row | None, column: str) -> float:
    value = (unit or {}).get(column)
    return float(value) if value is not None and is_number(value) else 0.0


def _draw(axes: Axes, lines: Sequence[_Line]) -> None:
    """Draw who answered before who works there; widths of nothing are not drawn."""
    at = [y for y, line in enumerate(lines) if _known(line.unit, "n_respondents")]
    staff = [_known(lines[y].unit, "n_members") for y in at]
    answered = [_known(lines[y].unit, "n_respondents") for y in at]
    axes.barh(at, staff, height=0.62, color=HIDDEN, edgecolor=SOFT, linewidth=0.7)
    axes.barh(at, answered, height=0.62, color=accent(), linewidth=0)


def _write(axes: Axes, words: Words, y: int, line: _Line) -> None:
    unit = line.unit
    if unit is None:
        axes.axhline(y - 0.5, color=FAINT, linewidth=0.6)
        return
    if not _known(unit, "n_respondents"):
        side_text(axes, y, words.text("hidden"), x=0.02, size=7)
        return
    written = words.number(unit["n_respondents"], 0)
    if is_number(unit["response_rate"]):
        rate = words.share(unit["response_rate"])
        written = f"{written} / {words.number(unit['n_members'], 0)} ({rate})"
    side_text(axes, y, written, x=_COLUMNS["answered"], size=7.5)
    if is_number(unit["margin"]):
        margin = f"± {words.number(unit['margin'])}"
        side_text(axes, y, margin, x=_COLUMNS["margin"], size=7.5)

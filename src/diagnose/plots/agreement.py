"""Whether people in a unit see the same: strips of dots, one a unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnose.diagnosis.agreement import AGREE_AT_LEAST, DIVIDED_BELOW
from diagnose.errors import InsufficientDataError
from diagnose.language import Language, load_catalogue
from diagnose.plots.sheet import (
    FAINT,
    INK,
    SOFT,
    Sheet,
    accent,
    count_range,
    drawing,
    fold,
    row_axes,
    side_text,
    source_line,
    start_sheet,
)
from diagnose.plots.words import Row, Words, is_number, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

READINGS = ("agree", "divided", "unclear")
"""As in `Units.agreement`, in the order of the columns."""

_ROW, _STRIP, _TALLEST, _HEAD, _AXIS = 0.25, 0.36, 1.2, 0.42, 0.5
_LEFT, _PLOT = 2.35, 2.75
_DOT, _NUDGE = 0.032, 0.08  # room for a dot: along the axis, and inches across it
_COUNTS = {"agree": 1.1, "divided": 1.38, "unclear": 1.66}
_INDICES = {"a_wg": 1.05, "r_wg": 1.22, "ad": 1.51, "n": 1.68}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of the figure: a name, and the units that have a dot on it."""

    label: str
    units: tuple[Row, ...] = ()
    is_head: bool = False


def plot_agreement(
    publication: Publication,
    subscale: str | None = None,
    *,
    language: Language | None = None,
) -> Figure:
    """Draw how far the people of each unit agree, by the index a_wg.

    Of one subscale, a line for each unit in the order of the organisation with its
    indices beside it; of all subscales, a strip for each with a dot a unit. The shape
    of a dot is the reading, which also rests on r_wg(j).

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscale : str, optional
        Id of one subscale; strips of all of them by default.
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
    InsufficientDataError
        Of no unit the agreement is known, or it may not be shown.
    """
    words = words_for(publication, language, "plots")
    read = agreement_rows(words, subscale)
    if not read:
        raise InsufficientDataError(
            "`publication` holds no reading of agreement: it has no units, or none "
            "whose answers may be shown."
        )
    lines = _strips(words, read) if subscale is None else _units(words, read)
    row, nudge = _strip_size(lines) if subscale is None else (_ROW, 0.0)
    topic = (
        words.text("agreement.all") if subscale is None else words.subscale(subscale)
    )
    with drawing():
        sheet = start_sheet(
            words,
            title=agreement_title(words, topic, read),
            alt=words.text("alt.agreement", n=len(read)),
            body=_HEAD + row * len(lines) + _AXIS,
            source=source_line(
                words,
                words.text("role.floor"),
                count_range(words, [row["n_respondents"] for row in read]),
            ),
            notes=[_note(words)],
            title_width=74,
        )
        axes = _index_axes(sheet, words, lines, read, row * len(lines))
        for reading in READINGS:
            _draw_dots(axes, lines, reading, nudge / row)
        _write_beside(axes, words, lines, counts=subscale is None)
    return sheet.figure


def _note(words: Words) -> str:
    agree, divided = words.number(AGREE_AT_LEAST), words.number(DIVIDED_BELOW)
    return words.text("note.agreement", agree=agree, divided=divided)


def agreement_rows(words: Words, subscale: str | None = None) -> list[Row]:
    """Return the units whose agreement is read, by subscale or of one of them.

    Those of subscales about the respondents themselves have no reading: there spread
    is no lack of agreement.
    """
    instrument = words.publication.instrument
    asked = [instrument.subscale(subscale)] if subscale else instrument.subscales
    found = [
        row
        for own in asked
        for row in rows(words.publication.units.agreement, subscale=own.id)
    ]
    return [r for r in found if r["reading"] in READINGS and is_number(r["a_wg"])]


def agreement_title(words: Words, topic: str, read: Sequence[Row]) -> str:
    """Say in how many cases people agree, are divided, and are neither."""
    found = {name: n for name, n in _counted(read).items() if n}
    number = words.number(len(read), 0)
    if len(found) == 1:
        (only,) = found
        return words.text(f"title.agreement_all_{only}", topic=topic, n=number)
    parts = [
        words.text(f"title.agreement_{name}", n=words.number(n, 0))
        for name, n in found.items()
    ]
    return words.text(
        "title.agreement", topic=topic, n=number, parts=words.listed(parts)
    )


def reading_name(words: Words, reading: str) -> str:
    """Return the name of a reading in the language of the reader."""
    return load_catalogue("plots").text(f"agreement.{reading}", words.language)


def _counted(read: Sequence[Row]) -> dict[str, int]:
    return {name: sum(row["reading"] == name for row in read) for name in READINGS}


def _strips(words: Words, read: Sequence[Row]) -> list[_Line]:
    by_subscale: dict[str, list[Row]] = {}
    for row in read:
        by_subscale.setdefault(row["subscale"], []).append(row)
    return [
        _Line(label=fold(words.subscale(name), 30), units=tuple(own))
        for name, own in by_subscale.items()
    ]


def _units(words: Words, read: Sequence[Row]) -> list[_Line]:
    nested = len({row["parent"] for row in read}) > 1
    lines: list[_Line] = []
    parent: object = None
    for row in read:
        if nested and row["parent"] != parent:
            parent = row["parent"]
            name = fold(words.parent(row["parent"]), 32, 1)
            lines.append(_Line(label=name, is_head=True))
        lines.append(_Line(label=fold(words.unit(row["path"]), 32, 1), units=(row,)))
    return lines


def _index_axes(
    sheet: Sheet,
    words: Words,
    lines: Sequence[_Line],
    read: Sequence[Row],
    height: float,
) -> Axes:
    axes = sheet.axes(_LEFT, _AXIS, _PLOT, height)
    labels = row_axes(axes, [line.label for line in lines])
    for y, (label, line) in enumerate(zip(labels, lines, strict=True)):
        if line.is_head:
            label.set_color(SOFT)
            label.set_fontweight("bold")
            axes.axhline(y - 0.5, color=FAINT, linewidth=0.6)
    low = min(0.0, *(row["a_wg"] for row in read))
    axes.set_xlim(low - 0.04, 1.04)
    ticks = [tick / 4 for tick in range(-4, 5) if tick / 4 >= low]
    named = {0.0: words.text("agreement.low"), 1.0: words.text("agreement.high")}
    axes.set_xticks(
        ticks,
        [
            f"{words.number(tick)}\n{named[tick]}"
            if tick in named
            else words.number(tick)
            for tick in ticks
        ],
    )
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    for border in (DIVIDED_BELOW, AGREE_AT_LEAST):
        axes.axvline(border, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    key = "   ".join(
        f"{sign} {reading_name(words, name)}" for name, sign in _SIGNS.items()
    )
    _small(axes, -0.01, key, lift=0.2)
    return axes


_SIGNS: Mapping[str, str] = {"agree": "●", "divided": "◆", "unclear": "○"}


def _draw_dots(axes: Axes, lines: Sequence[_Line], reading: str, nudge: float) -> None:
    """Draw the dots of one reading in one stroke; dots at one place stand apart."""
    looks: dict[str, dict[str, Any]] = {
        "agree": {"marker": "o", "color": accent(), "markersize": 5.5},
        "unclear": {"marker": "o", "color": SOFT, "mfc": "white", "markersize": 5},
        "divided": {"marker": "D", "color": INK, "markersize": 4.8},
    }
    places = [
        (row["a_wg"], y + nudge * level)
        for y, line in enumerate(lines)
        for row, level in zip(line.units, _levels(line.units), strict=True)
        if row["reading"] == reading
    ]
    if places:
        x, y = zip(*places, strict=True)
        axes.plot(x, y, linestyle="", zorder=3, clip_on=False, **looks[reading])


def _levels(units: Sequence[Row]) -> list[int]:
    """Return on which level each dot of a strip stands, so that none hides another.

    Level 0 is the middle of the strip, then come those below and above it in turn.
    """
    order = sorted(range(len(units)), key=lambda k: units[k]["a_wg"])
    ends: dict[int, float] = {}
    found = [0] * len(units)
    for k in order:
        x = units[k]["a_wg"]
        level = 0
        while x - ends.get(level, -math.inf) < _DOT:
            level = _next(level)
        ends[level] = x
        found[k] = level
    return found


def _next(level: int) -> int:
    return -level if level > 0 else 1 - level


def _strip_size(lines: Sequence[_Line]) -> tuple[float, float]:
    """Return the height of a strip and the distance of its levels, in inches.

    There is room for the most dots at one place; of hundreds they overlap.
    """
    reach = max((abs(n) for line in lines for n in _levels(line.units)), default=0)
    needed = (2 * reach + 2) * _NUDGE
    height = min(max(_STRIP, needed), _TALLEST)
    return height, _NUDGE * min(1.0, height / needed)


def _write_beside(
    axes: Axes, words: Words, lines: Sequence[_Line], *, counts: bool
) -> None:
    if counts:
        for name, x in _COUNTS.items():
            _small(axes, x, reading_name(words, name))
        for y, line in enumerate(lines):
            for name, number in _counted(line.units).items():
                side_text(axes, y, words.number(number, 0), x=_COUNTS[name], size=7.5)
        return
    for name, x in _INDICES.items():
        _small(axes, x, words.text(f"agreement.column_{name}"))
    for y, line in enumerate(lines):
        for row in line.units:
            _write_indices(axes, words, y, row)


def _write_indices(axes: Axes, words: Words, y: int, row: Row) -> None:
    # On other than five points only the uniform null is tabulated.
    indices = ("r_wg_j_slight_skew", "r_wg_j_uniform")
    ends = [words.number(row[name]) for name in indices if is_number(row.get(name))]
    told = {
        "a_wg": words.number(row["a_wg"]),
        "r_wg": " – ".join(ends),
        "ad": words.number(row["ad_mean"]),
        "n": words.number(row["n_respondents"], 0),
    }
    for name, x in _INDICES.items():
        side_text(axes, y, told[name], x=x, size=7 if name == "r_wg" else 7.5)


def _small(axes: Axes, x: float, text: str, *, lift: float = 0.02) -> None:
    """Write above the axes; `lift` in inches."""
    from matplotlib.transforms import ScaledTranslation

    up = ScaledTranslation(0, lift, axes.figure.dpi_scale_trans)
    axes.text(
        x, 1, text, size=7, color=SOFT, va="bottom", transform=axes.transAxes + up
    )

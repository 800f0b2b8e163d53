"""Where each unit may stand in the order of the units: mostly nearly anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose.errors import InsufficientDataError
from diagnose.language import Language, level_name
from diagnose.plots.sheet import (
    FAINT,
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
from diagnose.plots.titles import ranks_title
from diagnose.plots.units import UnitLine, unit_lines
from diagnose.plots.words import Row, Words, is_number, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _AXIS = 0.25, 0.42, 0.5
_LEFT, _PLOT = 2.35, 3.3
_LOWEST, _HIGHEST, _COUNT = 1.06, 1.24, 1.42


def plot_ranks(
    publication: Publication, subscale: str, *, language: Language | None = None
) -> Figure:
    """Draw the interval of the rank of each unit of the lowest level.

    A line that holds the middle rank belongs to a unit that cannot be told from the
    middle one. Beside it stands how likely the unit is to be among the lowest and
    among the highest fifth. Units stand in the order of the organisation: this is no
    league table, it shows why there is none.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscale : str
        Id of the subscale.
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
        No order was drawn: there are no units, or fewer than five can be compared.
    """
    words = words_for(publication, language, "plots")
    publication.instrument.subscale(subscale)
    ranked = ranked_units(words, subscale)
    if not ranked:
        raise InsufficientDataError(
            "`publication` holds no order of units on this subscale: fewer than five "
            "units of the lowest level can be compared."
        )
    level = publication.hierarchy[-1]
    topic = f"{words.subscale(subscale)} ({level_name(level, words.language)})"
    n_lowest = _n_lowest(words, subscale, level)
    lines = _ranked_lines(words, subscale, level)
    with drawing():
        sheet = start_sheet(
            words,
            title=ranks_title(words, topic, ranked),
            alt=words.text("alt.ranks", n=len(ranked)),
            body=_HEAD + _ROW * len(lines) + _AXIS,
            source=source_line(
                words,
                words.text("role.floor"),
                count_range(words, [row["n_respondents"] for row in ranked]),
            ),
            notes=[words.text("note.ranks", level=words.level(), n_lowest=n_lowest)],
        )
        axes = _rank_axes(sheet, words, lines, len(ranked))
        _draw_ranks(axes, lines, len(ranked))
        for y, line in enumerate(lines):
            _write_line(axes, words, y, line)
    return sheet.figure


def ranked_units(words: Words, subscale: str) -> list[Row]:
    """Return the estimates of the units of the lowest level that have a rank."""
    if not words.publication.hierarchy:
        return []
    own = rows(
        words.publication.units.estimates,
        subscale=subscale,
        level=words.publication.hierarchy[-1],
    )
    return [row for row in own if is_number(row["rank_low"])]


def _n_lowest(words: Words, subscale: str, level: str) -> str:
    models = rows(words.publication.units.models, subscale=subscale, level=level)
    return words.number(models[0]["n_lowest"], 0)


def _ranked_lines(words: Words, subscale: str, level: str) -> list[UnitLine]:
    """Return the units with a rank under the names of their parents, and no others."""
    kept: list[UnitLine] = []
    for line in unit_lines(words, subscale, level):
        if line.estimate and is_number(line.estimate["rank_low"]):
            kept.append(line)
        elif line.cell is None:
            if kept and kept[-1].cell is None:
                kept.pop()
            kept.append(line)
    return kept[:-1] if kept and kept[-1].cell is None else kept


def _rank_axes(
    sheet: Sheet, words: Words, lines: Sequence[UnitLine], n_units: int
) -> Axes:
    axes = sheet.axes(_LEFT, _AXIS, _PLOT, _ROW * len(lines))
    labels = row_axes(axes, [fold(line.label, 32, 1) for line in lines])
    for label, line in zip(labels, lines, strict=True):
        if line.cell is None:
            label.set_color(SOFT)
            label.set_fontweight("bold")
    axes.set_xlim(0.5 - 0.02 * n_units, n_units + 0.5 + 0.02 * n_units)
    low, high = words.text("rank.lowest"), words.text("rank.highest")
    axes.set_xticks([1, n_units], [f"1\n{low}", f"{words.number(n_units, 0)}\n{high}"])
    middle = (n_units + 1) / 2
    axes.axvline(middle, color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    heading: dict[str, Any] = {"size": 7, "color": SOFT, "va": "bottom"}
    axes.text(
        middle,
        1.0,
        words.text("rank.middle"),
        transform=axes.get_xaxis_transform(),
        ha="center",
        **heading,
    )
    for x, key in ((_LOWEST, "p_lowest"), (_HIGHEST, "p_highest"), (_COUNT, "n")):
        axes.text(
            x, 1.0, words.text(f"column.{key}"), transform=axes.transAxes, **heading
        )
    return axes


def _draw_ranks(axes: Axes, lines: Sequence[UnitLine], n_units: int) -> None:
    """Draw the intervals; those that hold the middle are pale and thin."""
    middle = (n_units + 1) / 2
    for y, line in enumerate(lines):
        if line.estimate is None:
            axes.axhline(y - 0.5, color=FAINT, linewidth=0.6)
            continue
        low, high = line.estimate["rank_low"], line.estimate["rank_high"]
        apart = not low <= middle <= high
        axes.plot(
            [low, high],
            [y, y],
            color=accent() if apart else SOFT,
            lw=4.5 if apart else 1.6,
            solid_capstyle="butt",
            marker="|",
            markersize=7,
        )


def _write_line(axes: Axes, words: Words, y: int, line: UnitLine) -> None:
    own = line.estimate
    if own is None or not is_shown(line.cell or {}):
        return
    for x, key in ((_LOWEST, "p_lowest"), (_HIGHEST, "p_highest")):
        side_text(axes, y, words.share(own[key]), x=x, size=7.5)
    side_text(axes, y, words.number(own["n_respondents"], 0), x=_COUNT, size=7.5)

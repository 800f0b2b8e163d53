"""What may be compared: whether groups and waves understand the items alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from diagnose.errors import InsufficientDataError
from diagnose.language import Language, load_catalogue
from diagnose.plots.measurement_titles import comparisons_title
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    Sheet,
    count_range,
    drawing,
    fold,
    row_axes,
    source_line,
    start_sheet,
)
from diagnose.plots.words import Row, Words, is_number, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _GROUP = 0.33, 0.42, 0.3
_LEFT, _ALL = 2.0, 5.5
_INDENT, _WORDS = 0.07, 0.28
"""Inches from the left of a column to its symbols, and to their words."""
_SYMBOLS: Mapping[str, str] = {
    "means": "●",
    "means_partial": "◕",
    "relations": "◐",
    "form": "○",
    "none": "✕",
    "not_tested": "–",
}
_ACROSS = ("role", "language", "wave")
Cells = Mapping[tuple[str, str], Sequence[Row]]


def plot_comparisons(
    publication: Publication, *, language: Language | None = None
) -> Figure:
    """Draw for each subscale what may be compared between roles, languages and waves.

    The fuller the circle, the more the items work alike, and the more may be
    compared; the words beside it say what. Below stand the items that had to be left
    free to differ.

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
        `language` is not one of those listed.
    InsufficientDataError
        Nothing was compared, or no comparison may be shown.
    """
    words = words_for(publication, language, "plots")
    cells = comparison_cells(words)
    tested = {
        key: found for key, found in cells.items() if _verdict(found) != "not_tested"
    }
    if not tested:
        raise InsufficientDataError(
            "`publication` holds no comparison of measurement: there were no two "
            "groups or waves that are large enough, or none may be shown."
        )
    across = [name for name in _ACROSS if any(key[0] == name for key in cells)]
    groups = _subscales_by_kind(words, {subscale for _, subscale in cells})
    body = _HEAD + sum(_GROUP + _ROW * len(names) for _, names in groups)
    with drawing():
        sheet = start_sheet(
            words,
            title=comparisons_title(words, _verdicts(cells, across)),
            alt=words.text("alt.comparisons", n=sum(len(g) for _, g in groups)),
            body=body,
            source=_source(words, tested),
            notes=[words.text("note.comparisons")],
        )
        _draw_headings(sheet, words, across, cells, body)
        top = body - _HEAD
        for kind, names in groups:
            top -= _GROUP + _ROW * len(names)
            _draw_group(sheet, words, (kind, names), across, cells, top)
    return sheet.figure


def comparison_cells(words: Words) -> dict[tuple[str, str], list[Row]]:
    """Return the shown levels of each comparison and subscale, in order."""
    cells: dict[tuple[str, str], list[Row]] = {}
    for row in rows(words.publication.measurement.comparisons):
        if row.get("status", "shown") != "hidden" and row["verdict"] in _SYMBOLS:
            cells.setdefault((row["across"], row["subscale"]), []).append(row)
    return cells


def released_items(found: Sequence[Row]) -> list[str]:
    """Return the items that were left free to differ at a level that holds.

    That residual variances differ, the last level, does not touch means.
    """
    names = [
        part.strip()
        for row in found
        if row["holds"] == "yes" and row["level"] != "strict"
        for part in row["released"].split(",")
        if part.strip()
    ]
    return list(dict.fromkeys(names))


def _verdict(found: Sequence[Row]) -> str:
    return str(found[-1]["verdict"])


def _verdicts(cells: Cells, across: Sequence[str]) -> dict[str, list[str]]:
    return {
        name: [_verdict(found) for key, found in cells.items() if key[0] == name]
        for name in across
    }


def _subscales_by_kind(words: Words, present: set[str]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for subscale in words.publication.instrument.subscales:
        if subscale.id in present:
            groups.setdefault(subscale.kind, []).append(subscale.id)
    return list(groups.items())


def _source(words: Words, tested: Cells) -> str:
    roles = any(across == "role" for across, _ in tested)
    counts = [found[-1]["n_respondents"] for found in tested.values()]
    who = words.text("role.all" if roles else "role.floor")
    return source_line(words, who, count_range(words, counts))


def _column(across: Sequence[str]) -> float:
    return _ALL / max(2, len(across))


def _draw_headings(
    sheet: Sheet, words: Words, across: Sequence[str], cells: Cells, body: float
) -> None:
    axes = sheet.axes(_LEFT, body - _HEAD, _ALL, _HEAD)
    axes.set_axis_off()
    axes.set_xlim(0, _ALL)
    for place, name in enumerate(across):
        x = _column(across) * place
        counts = [
            found[-1]["n_respondents"] for key, found in cells.items() if key[0] == name
        ]
        title = words.text(f"across.{name}")
        title = title[:1].upper() + title[1:]
        axes.text(x + _INDENT, 0.62, title, size=8.5, weight="bold")
        if any(map(is_number, counts)):
            n = f"{words.text('column.n')} = {count_range(words, counts)}"
            axes.text(x + _INDENT, 0.22, n, size=7, color=SOFT)


def _draw_group(
    sheet: Sheet,
    words: Words,
    group: tuple[str, Sequence[str]],
    across: Sequence[str],
    cells: Cells,
    bottom: float,
) -> None:
    kind, names = group
    axes = sheet.axes(_LEFT, bottom, _ALL, _ROW * len(names))
    row_axes(axes, [fold(words.subscale(name), 29) for name in names])
    axes.set_xlim(0, _ALL)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.text(
        (0.1 - _LEFT) / _ALL,
        1 + 0.06 / (_ROW * len(names)),
        words.text(f"kind.{kind}"),
        transform=axes.transAxes,
        size=9,
        weight="bold",
        va="bottom",
    )
    width = _column(across)
    for y, name in enumerate(names):
        axes.axhline(y - 0.5, color=FAINT, linewidth=0.6)
        for place, compared in enumerate(across):
            found = cells.get((compared, name))
            if found:
                _draw_cell(axes, words, (width * place, y, width), found)


def _draw_cell(
    axes: Axes, words: Words, place: tuple[float, float, float], found: Sequence[Row]
) -> None:
    """Draw the symbol and the words of one comparison; `place` is x, y and width."""
    x, y, width = place
    verdict = _verdict(found)
    free = released_items(found) if verdict == "means_partial" else []
    colour = SOFT if verdict == "not_tested" else "black"
    style: dict[str, Any] = {"va": "center", "color": colour}
    up = 0.16 if free else 0.0
    axes.text(x + _INDENT, y, _SYMBOLS[verdict], size=11, **style)
    said = load_catalogue("findings").text(f"comparison.{verdict}", words.language)
    axes.text(x + _WORDS, y - up, said, size=7.6 if width > 2 else 6.8, **style)
    if free:
        names = words.listed([name.upper() for name in free])
        room = int((width - _WORDS - 0.1) / 0.05)
        released = fold(words.text("left_free", names=names), room, 1)
        axes.text(x + _WORDS, y + 0.24, released, size=6.4, va="center", color=SOFT)

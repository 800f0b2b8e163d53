"""One unit's own picture: where it stands on each subscale, beside the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Subscale
from diagnose.language import Language, load_catalogue
from diagnose.plots.sheet import (
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
from diagnose.plots.words import (
    MARKS,
    Row,
    Words,
    is_number,
    is_shown,
    rows,
    subscale_panels,
    words_for,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

Path = tuple[str, ...]
_ROW, _HEAD, _AXIS = 0.27, 0.34, 0.5
_LEFT, _PLOT = 2.35, 3.4


def plot_unit_profile(
    publication: Publication, path: Path, *, language: Language | None = None
) -> Figure:
    """Draw the means of one unit on every subscale, with the organisation beside them.

    The pooled (shrunken) mean stands with its interval, the unit's own mean as an open
    diamond, the mean of the work floor as a line.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    path : tuple of str
        Labels of the unit from the top.
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
        Nothing of this unit may be shown, or there is no such unit.
    """
    words = words_for(publication, language, "plots")
    cells = {row["subscale"]: row for row in unit_rows(publication, path)}
    shown = [row for row in cells.values() if is_shown(row)]
    if not shown:
        raise InsufficientDataError(f"nothing of {' / '.join(path)!r} may be shown.")
    panels = subscale_panels(words, set(cells))
    heights = [_HEAD + _ROW * len(panel) + _AXIS for _, panel in panels]
    name = words.unit(path)
    with drawing():
        sheet = start_sheet(
            words,
            title=unit_profile_title(words, name, shown),
            alt=_told(words, "alt", unit=name, n=len(cells)),
            body=sum(heights),
            source=source_line(
                words,
                words.parent(path),
                count_range(words, [row["n_respondents"] for row in shown]),
            ),
            notes=[_told(words, "note", level=words.level())],
        )
        top = sum(heights)
        for (kind, panel), height in zip(panels, heights, strict=True):
            top -= height
            _draw_panel(sheet, words, kind, panel, [cells[s.id] for s in panel], top)
    return sheet.figure


def unit_profile_title(words: Words, name: str, shown: Sequence[Row]) -> str:
    """Name the subscales on which a unit clearly differs from the others."""
    sides = []
    for direction in ("higher", "lower"):
        named = [
            words.subscale(row["subscale"])
            for row in shown
            if row["direction"] == direction
        ]
        if named:
            listed = words.listed(named)
            sides.append(_told(words, f"title_{direction}", subscales=listed))
    if not sides:
        return _told(words, "title_none", unit=name)
    return _told(words, "title", unit=name, sides=words.listed(sides))


def _told(words: Words, key: str, **values: object) -> str:
    catalogue = load_catalogue("packs")
    return catalogue.text(f"picture.{key}", words.language, **values)


def unit_rows(publication: Publication, path: Path) -> list[Row]:
    """Return the cells of one unit, each with its pooled mean and its direction.

    Added: ``estimate``, ``conf_low``, ``conf_high``, ``difference``, ``direction`` of
    the unit's line in `Units.estimates`, and ``whole``, the mean of the work floor;
    None where there is none.
    """
    units = publication.units
    floor = {row["subscale"]: row for row in rows(publication.profile, role="floor")}
    pooled = {row["subscale"]: row for row in _of(units.estimates, path)}
    kept = ("estimate", "conf_low", "conf_high", "difference", "p_adjusted")
    found: list[Row] = []
    for cell in _of(units.cells, path):
        if cell["status"] == "rest":
            continue
        nothing: Row = {}
        own = pooled.get(cell["subscale"], nothing)
        whole = floor.get(cell["subscale"], nothing)
        line: Row = {**cell, **{name: own.get(name) for name in kept}}
        line["direction"] = own.get("direction", "unclear")
        line["whole"] = whole.get("mean") if is_shown(whole) else None
        found.append(line)
    return found


def _of(frame: Any, path: Path) -> list[Row]:
    if not len(frame):
        return []
    return rows(frame.loc[[own == path for own in frame["path"]]])


def _draw_panel(
    sheet: Sheet,
    words: Words,
    kind: str,
    panel: Sequence[Subscale],
    cells: Sequence[Row],
    bottom: float,
) -> None:
    axes = sheet.axes(_LEFT, bottom + _AXIS, _PLOT, _ROW * len(panel))
    row_axes(axes, [fold(words.subscale(subscale.id)) for subscale in panel])
    anchored_axis(axes, words, panel[0].response_scale)
    _headings(axes, words, kind)
    for y, row in enumerate(cells):
        if is_shown(row):
            _draw_row(axes, words, y, row)
        else:
            side_text(axes, y, words.text("hidden"), x=0.02, size=7.5)


def _draw_row(axes: Axes, words: Words, y: int, row: Row) -> None:
    if is_number(row["whole"]):
        axes.plot([row["whole"]] * 2, [y - 0.34, y + 0.34], color=SOFT, lw=1.6)
    if is_number(row["conf_low"]) and is_number(row["conf_high"]):
        axes.plot([row["conf_low"], row["conf_high"]], [y, y], color=accent(), lw=1.8)
    axes.plot(row["mean"], y, "D", color=SOFT, mfc="white", markersize=4.5, zorder=3)
    if is_number(row["estimate"]):
        axes.plot(row["estimate"], y, "o", color=accent(), markersize=5.5, zorder=4)
    side_text(axes, y, MARKS.get(str(row["direction"]), ""), x=1.02, size=7.5)
    side_text(axes, y, words.number(row["mean"]), x=1.07)
    if is_number(row["whole"]):
        side_text(axes, y, words.number(row["whole"]), x=1.22)
    side_text(axes, y, words.number(row["n_respondents"], 0), x=1.42)


def _headings(axes: Axes, words: Words, kind: str) -> None:
    heading: dict[str, Any] = {"size": 7, "color": SOFT, "va": "bottom"}
    place = axes.transAxes
    axes.text(
        -_LEFT / _PLOT + 0.03,
        1.02,
        words.text(f"kind.{kind}"),
        transform=place,
        size=9,
        weight="bold",
        va="bottom",
    )
    heads = (
        (1.07, words.text("column.mean")),
        (1.22, _told(words, "whole")),
        (1.42, words.text("column.n")),
    )
    for x, head in heads:
        axes.text(x, 1.02, head, transform=place, **heading)

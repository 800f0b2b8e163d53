"""The profile: where each subscale stands on its response scale, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from diagnose._options import check_option
from diagnose.instrument.model import Role, Subscale
from diagnose.language import Language
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
from diagnose.plots.titles import profile_title
from diagnose.plots.words import Row, Words, is_shown, rows, subscale_panels, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _HEAD, _AXIS = 0.27, 0.34, 0.5
_LEFT, _PLOT = 2.35, 3.5


def plot_profile(
    publication: Publication, *, role: Role = "floor", language: Language | None = None
) -> Figure:
    """Draw the mean of each subscale with its interval, conditions and outcomes apart.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    role : {"floor", "leader"}
        Whose answers are drawn.
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
    """
    words = words_for(publication, language, "plots")
    check_option("role", role, Role)
    found = {row["subscale"]: row for row in rows(publication.profile, role=role)}
    panels = subscale_panels(words, set(found))
    heights = [_HEAD + _ROW * len(panel) + _AXIS for _, panel in panels]
    who = words.text(f"role.{role}")
    level = words.level()
    ordered = [found[s.id] for _, panel in panels for s in panel]
    counts = [row["n_respondents"] for row in ordered if is_shown(row)]
    with drawing():
        sheet = start_sheet(
            words,
            title=profile_title(words, who, ordered),
            alt=words.text("alt.profile", n=len(ordered)),
            body=sum(heights) or 0.4,
            source=source_line(words, who, count_range(words, counts)),
            notes=[words.text("note.interval", level=level)],
        )
        top = sum(heights)
        for (kind, panel), height in zip(panels, heights, strict=True):
            top -= height
            _draw_panel(sheet, words, kind, [(s, found[s.id]) for s in panel], top)
    return sheet.figure


def _draw_panel(
    sheet: Sheet,
    words: Words,
    kind: str,
    members: Sequence[tuple[Subscale, Row]],
    bottom: float,
) -> None:
    axes = sheet.axes(_LEFT, bottom + _AXIS, _PLOT, _ROW * len(members))
    row_axes(axes, [fold(words.subscale(subscale.id)) for subscale, _ in members])
    anchored_axis(axes, words, members[0][0].response_scale)
    place = _count_place([row for _, row in members])
    _headings(axes, words, kind, place)
    for y, (_, row) in enumerate(members):
        if not is_shown(row):
            side_text(axes, y, words.text("hidden"), x=0.02, size=7.5)
            continue
        axes.plot([row["conf_low"], row["conf_high"]], [y, y], color=accent(), lw=2)
        axes.plot(row["mean"], y, "o", color=accent(), markersize=6.5)
        side_text(axes, y, words.number(row["mean"]), x=1.03)
        interval = words.interval(row["conf_low"], row["conf_high"])
        side_text(axes, y, interval, x=1.15, size=7.5)
        side_text(axes, y, words.number(row["n_respondents"], 0), x=place)


def _count_place(found: Sequence[Row]) -> float:
    """Return where the counts begin, so that the longest ends on the sheet."""
    most = max((row["n_respondents"] for row in found if is_shown(row)), default=0)
    return 1.44 if most < 1000 else 1.4


def _headings(axes: Axes, words: Words, kind: str, count_place: float) -> None:
    level = words.level()
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
    axes.text(1.03, 1.02, words.text("column.mean"), transform=place, **heading)
    interval = words.text("column.interval", level=level)
    axes.text(1.15, 1.02, interval, transform=place, **heading)
    axes.text(count_place, 1.02, words.text("column.n"), transform=place, **heading)

"""How the answers of divided units spread: strips of diverging bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from diagnose.diagnosis.divided import name_shape, sides_of
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import ResponseScale
from diagnose.language import Language
from diagnose.plots.diverging import AnswerBar, draw_panel, panel_height
from diagnose.plots.sheet import count_range, drawing, fold, source_line, start_sheet
from diagnose.plots.titles import divided_title
from diagnose.plots.words import Row, Words, is_number, rows, words_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

MOST_ROWS = 60
"""Strips on one figure; more make a picture that no page holds."""


def plot_divided(
    publication: Publication,
    subscale: str | None = None,
    *,
    language: Language | None = None,
) -> Figure:
    """Draw how the answers of each divided unit spread over the response scale.

    One strip a unit and subscale, its items together and turned round where they are
    reverse-keyed: disagreement to the left of zero, agreement to the right, neutral
    answers apart. In the order of the subscales and of the organisation; of very many
    strips the first `MOST_ROWS` are drawn, and the title says so.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscale : str, optional
        Id of one subscale; all of them by default.
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
        No unit is divided, or none may show its answers.
    """
    words = words_for(publication, language, "plots")
    strips = divided_strips(words, subscale)
    if not strips:
        raise InsufficientDataError(
            "`publication` holds no divided unit whose answers may be shown."
        )
    drawn = strips[:MOST_ROWS]
    panels = _panels(words, drawn, subscale)
    heights = [panel_height(bars) for _, bars in panels]
    with drawing():
        sheet = start_sheet(
            words,
            title=divided_title(
                words,
                words.subscale(subscale) if subscale else words.text("divided_units"),
                [shape_of(strip) for strip in strips],
                n_drawn=len(drawn),
            ),
            alt=words.text("alt.divided", n=len(drawn)),
            body=sum(heights),
            source=source_line(
                words,
                words.text("role.floor"),
                count_range(words, [strip[0]["n_respondents"] for strip in drawn]),
            ),
            notes=[words.text("note.divided"), words.text("note.divided_neutral")],
        )
        top = sum(heights)
        for (scale, bars), height in zip(panels, heights, strict=True):
            top -= height
            draw_panel(sheet, words, scale, bars, bottom=top, neutral="apart")
    return sheet.figure


def divided_strips(words: Words, subscale: str | None = None) -> list[list[Row]]:
    """Return the rows of each divided unit that may show its answers.

    In the order of the instrument, then of the organisation.
    """
    instrument = words.publication.instrument
    asked = [instrument.subscale(subscale)] if subscale else instrument.subscales
    found: dict[tuple[str, object], list[Row]] = {}
    for row in rows(words.publication.units.answers, status="shown"):
        found.setdefault((row["subscale"], row["path"]), []).append(row)
    return [
        strip for own in asked for (name, _), strip in found.items() if name == own.id
    ]


def scale_of(words: Words, strip: Sequence[Row]) -> ResponseScale:
    """Return the response scale of a strip."""
    instrument = words.publication.instrument
    return instrument.response_scale(
        instrument.subscale(strip[0]["subscale"]).response_scale
    )


def shape_of(strip: Sequence[Row]) -> str:
    """Return the name of the shape of a strip; see `name_shape`."""
    return name_shape(*sides_of(strip))


def _sides_scale(words: Words, scale: ResponseScale) -> ResponseScale:
    """Return a response scale of the two sides and the middle, if it has one."""
    middle = (scale.lowest + scale.highest) / 2
    codes = {scale.lowest: "low", scale.highest: "high"}
    if middle in scale.values:
        codes[middle] = "middle"
    points = tuple(
        point.model_copy(
            update={
                "code": codes[point.value],
                "label": {words.language: words.text(f"side.{codes[point.value]}")},
            }
        )
        for point in scale.points
        if point.value in codes
    )
    return scale.model_copy(update={"points": points, "neutral": (), "favourable": ()})


def _value_of(scale: ResponseScale, row: Row) -> float:
    """Return where a row stands: at its option, or at the end of its side."""
    if is_number(row["value"]):
        return float(row["value"])
    ends = {"low": scale.lowest, "high": scale.highest}
    return ends.get(row["side"], (scale.lowest + scale.highest) / 2)


def _panels(
    words: Words, strips: Sequence[Sequence[Row]], subscale: str | None
) -> list[tuple[ResponseScale, list[AnswerBar]]]:
    """Return the strips as bars, together where they share a response scale.

    Those that may show their sides only stand apart: their bars mean something else.
    """
    panels: dict[tuple[str, bool], tuple[ResponseScale, list[AnswerBar]]] = {}
    for strip in strips:
        scale, full = scale_of(words, strip), is_number(strip[0]["value"])
        drawn_on = scale if full else _sides_scale(words, scale)
        panels.setdefault((scale.id, full), (drawn_on, []))[1].append(
            AnswerBar(
                label=_label(words, strip[0], alone=subscale is not None),
                shares={_value_of(scale, row): row["share"] for row in strip},
                n_respondents=strip[0]["n_respondents"],
            )
        )
    return list(panels.values())


def _label(words: Words, row: Row, *, alone: bool) -> str:
    """Return the unit with its parent, and the subscale where there are several."""
    name = words.parent(row["path"])
    if alone:
        return fold(name, 50, 2)
    return f"{fold(name, 50, 1)}\n{fold(words.subscale(row['subscale']), 50, 1)}"

"""How the answers to each statement spread, as diverging bars (Heiberger & Robbins)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from diagnose._options import check_option
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Item, ResponseScale, Role
from diagnose.language import Language
from diagnose.plots.diverging import (
    AnswerBar,
    Neutral,
    draw_panel,
    panel_height,
    sides,
)
from diagnose.plots.sheet import count_range, drawing, fold, source_line, start_sheet
from diagnose.plots.titles import distributions_title
from diagnose.plots.words import Words, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication


def plot_distributions(
    publication: Publication,
    subscale: str | None = None,
    *,
    role: Role = "floor",
    neutral: Neutral = "apart",
    language: Language | None = None,
) -> Figure:
    """Draw the answers to each statement as diverging stacked bars.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscale : str or None
        Id of one subscale; ``""`` for the context questions; None for every
        statement.
    role : {"floor", "leader"}
        Whose answers are drawn.
    neutral : {"apart", "centred"}
        Where neutral answers stand: in a column of their own at the right, where they
        cannot be mistaken for either side, or centred on zero.
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
        An option is not one of those listed, or there is no statement to draw.

    References
    ----------
    Heiberger, R. M., & Robbins, N. B. (2014). Design of diverging stacked bar charts
    for Likert scales and other applications. Journal of Statistical Software, 57(5).
    """
    words = words_for(publication, language, "plots")
    check_option("role", role, Role)
    check_option("neutral", neutral, Neutral)
    panels = [
        (scale, [_bar(words, item, role) for item in items])
        for scale, items in _items_by_scale(words, subscale, role)
    ]
    if not panels:
        raise InsufficientDataError(
            "`publication` holds no statements of this subscale and role."
        )
    bars = [bar for _, members in panels for bar in members]
    heights = [panel_height(members) for _, members in panels]
    who = words.text(f"role.{role}")
    alt = "alt.distributions" if neutral == "apart" else "alt.distributions_centred"
    with drawing():
        sheet = start_sheet(
            words,
            title=distributions_title(
                words, _topic(words, subscale), _agreeing(panels)
            ),
            alt=words.text(alt, n=len(bars)),
            body=sum(heights),
            source=source_line(
                words, who, count_range(words, [b.n_respondents for b in bars])
            ),
            notes=[words.text(f"note.neutral_{neutral}")],
        )
        top = sum(heights)
        for (scale, members), height in zip(panels, heights, strict=True):
            top -= height
            draw_panel(sheet, words, scale, members, bottom=top, neutral=neutral)
    return sheet.figure


def _items_by_scale(
    words: Words, subscale: str | None, role: str
) -> list[tuple[ResponseScale, list[Item]]]:
    instrument = words.publication.instrument
    if subscale:
        wanted = list(instrument.subscale(subscale).items)
    else:
        wanted = list(
            instrument.context_items if subscale == "" else instrument.closed_items
        )
    answered = {row["item"] for row in rows(words.publication.distributions, role=role)}
    groups: dict[str, list[Item]] = {}
    for item in wanted:
        if item.id in answered:
            scale = instrument.response_scale_of(item.id)
            groups.setdefault(scale.id, []).append(item)
    return [(instrument.response_scale(key), items) for key, items in groups.items()]


def _bar(words: Words, item: Item, role: str) -> AnswerBar:
    answers = rows(words.publication.distributions, role=role, item=item.id)
    shown = [row for row in answers if is_shown(row, "share")]
    mark = " (R)" if item.keyed == "reverse" else ""
    label = fold(f"{item.id.upper()}  {words.item(item, role)}{mark}", 50, 3)
    return AnswerBar(
        label=label,
        shares={row["value"]: row["share"] for row in shown},
        n_respondents=shown[0]["n_respondents"] if shown else float("nan"),
    )


def _agreeing(
    panels: Sequence[tuple[ResponseScale, Sequence[AnswerBar]]],
) -> list[float]:
    return [
        sum(bar.shares.get(value, 0.0) for value in sides(scale)[2])
        for scale, bars in panels
        for bar in bars
        if bar.shares
    ]


def _topic(words: Words, subscale: str | None) -> str:
    if subscale is None:
        return words.text("all_items")
    return words.subscale(subscale) if subscale else words.text("context")

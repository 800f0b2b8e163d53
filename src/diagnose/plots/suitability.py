"""How close the verdict is: in which share of the draws each verdict comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.diagnosis.suitability import HOLDS
from diagnose.errors import InsufficientDataError
from diagnose.language import Language, load_catalogue
from diagnose.plots.sheet import (
    FAINT,
    SOFT,
    accent,
    drawing,
    fold,
    row_axes,
    source_line,
    start_sheet,
)
from diagnose.plots.words import Words, rows, words_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_LEFT, _PLOT, _ROW, _HEAD, _AXIS = 2.6, 4.1, 0.34, 0.1, 0.3


def plot_suitability(
    publication: Publication, *, language: Language | None = None
) -> Figure:
    """Draw the share of the draws around the answers in which each verdict comes out.

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
    InsufficientDataError
        The rule was not made for this instrument.
    """
    words = words_for(publication, language, "begin")
    suitability = publication.suitability
    if suitability.conditions.empty:
        raise InsufficientDataError(
            "`publication` holds no verdict: its instrument does not ask the "
            "conditions that the rule needs."
        )
    shares = rows(suitability.shares)
    leaning = verdict_name(words, suitability.leaning)
    plain = Words(
        publication=words.publication, language=words.language, section="plots"
    )
    n_respondents = words.number(suitability.n_respondents, 0)
    with drawing():
        sheet = start_sheet(
            words,
            title=words.text(
                "figure.title",
                verdict=leaning[:1].upper() + leaning[1:],
                share=words.share(suitability.stability),
            ),
            alt=words.text("figure.alt", n=len(shares)),
            body=_HEAD + _ROW * len(shares) + _AXIS,
            source=source_line(plain, plain.text("role.floor"), n_respondents),
            notes=[words.text("figure.note", n=words.number(suitability.n_draws, 0))],
        )
        axes = sheet.axes(_LEFT, _AXIS, _PLOT, _ROW * len(shares))
        names = [fold(verdict_name(words, row["verdict"]), 40) for row in shares]
        row_axes(axes, names)
        axes.set_xlim(0, 1)
        ticks = (0, 0.25, 0.5, 0.75, 1)
        axes.set_xticks(ticks, [words.share(tick) for tick in ticks])
        axes.grid(axis="x", color=FAINT, linewidth=0.6)
        axes.axvline(HOLDS, color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
        for y, row in enumerate(shares):
            own = row["verdict"] == suitability.leaning
            axes.barh(
                y,
                row["share"],
                height=0.6,
                facecolor=accent() if own else "white",
                edgecolor=accent(),
                linewidth=1 if row["share"] > 0 else 0,
            )
            axes.text(
                row["share"] + 0.012,
                y,
                words.share(row["share"]),
                va="center",
                size=8,
                weight="bold" if own else "normal",
                bbox={"fc": "white", "ec": "none", "pad": 0.6},
            )
    return sheet.figure


def verdict_name(words: Words, verdict: str) -> str:
    """Return the name of a verdict in the language of the reader."""
    return load_catalogue("suitability").text(f"name.{verdict}", words.language)

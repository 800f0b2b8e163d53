"""The factor model as a picture: subscales, their items, and how close they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnose.language import Language
from diagnose.plots.correlations import shown_pairs
from diagnose.plots.measurement_rows import (
    Block,
    by_kind,
    estimator_name,
    fold_name,
    hidden_note,
    is_weak,
    item_label,
    measurement_source,
    shown_blocks,
)
from diagnose.plots.measurement_titles import path_title
from diagnose.plots.path_links import NOTABLE_FROM, draw_links, notable_links
from diagnose.plots.sheet import INK, SOFT, WIDTH, accent, drawing, fold, start_sheet
from diagnose.plots.words import Row, Words, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _SPACE, _GROUP = 0.156, 0.11, 0.25
_LINKS, _FACTOR, _ARROWS, _EDGE = 1.4, 1.5, 1.05, 0.1
_CHARACTER = 0.049
"""Mean width of a character of a wording, in inches."""

_NUMBER_AT = 0.7
"""Where the loading stands on its arrow, from the factor (0) to the item (1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the columns of the picture begin, in inches from the left."""

    factor: float
    item: float

    @property
    def factor_end(self) -> float:
        """Where the arrows begin."""
        return self.factor + _FACTOR


def plot_path(
    publication: Publication,
    *,
    subscales: Sequence[str] | None = None,
    language: Language | None = None,
) -> Figure:
    """Draw the factor model: each subscale with its items, and close subscales linked.

    An arrow is as wide as its loading and dashed when the loading is weak. Curves on
    the left link subscales that correlate highly, or of which the merge rule says
    something; their line tells what it says.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    subscales : sequence of str, optional
        Ids of the subscales to draw; all by default. They stand in the order of the
        instrument.
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
    InsufficientDataError
        No loading was estimated, or none may be shown.
    """
    words = words_for(publication, language, "plots")
    frame = publication.measurement.loadings
    blocks = shown_blocks(words, frame, "estimate", subscales)
    loadings = [row for block in blocks for row in block.rows]
    names = [block.subscale.id for block in blocks]
    pairs = [p for p in shown_pairs(words) if {p["first"], p["second"]} <= set(names)]
    links, n_more = notable_links(pairs)
    layout = _layout(bool(links))
    body = _height(blocks)
    with drawing():
        sheet = start_sheet(
            words,
            title=path_title(words, loadings, pairs),
            alt=words.text("alt.path", n=len(loadings), n_subscales=len(blocks)),
            body=body,
            source=measurement_source(words, loadings),
            notes=[
                words.text("note.path", estimator=estimator_name(words, loadings)),
                *(_links_note(words, n_more) if links else []),
                " ".join(
                    [*_fit_note(words, loadings), *hidden_note(words, frame, names)]
                ),
            ],
        )
        axes = sheet.axes(0, 0, WIDTH, body)
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(body, 0)
        middles = _draw_blocks(axes, words, blocks, layout)
        draw_links(axes, words, links, middles, layout.factor)
    return sheet.figure


def _layout(has_links: bool) -> Layout:
    factor = _LINKS if has_links else _EDGE
    return Layout(factor=factor, item=factor + _FACTOR + _ARROWS)


def _height(blocks: Sequence[Block]) -> float:
    n_rows = sum(len(block.rows) for block in blocks)
    return _ROW * n_rows + _SPACE * len(blocks) + _GROUP * len(by_kind(blocks))


def _links_note(words: Words, n_more: int) -> list[str]:
    bound = words.number(NOTABLE_FROM)
    more = [words.text("note.links_more", n=n_more)] if n_more else []
    return [" ".join([words.text("note.links", bound=bound), *more])]


def _fit_note(words: Words, loadings: Sequence[Row]) -> list[str]:
    """Return how well the drawn model fits, when that may be shown."""
    fitted = rows(
        words.publication.measurement.models,
        scope="all",
        model="intended",
        estimator=loadings[0]["estimator"],
    )
    found = [row for row in fitted if is_shown(row, "cfi")]
    if not found:
        return []
    row = found[0]
    values = {
        name: words.number(row[name], 3) for name in ("cfi", "tli", "srmr", "rmsea")
    }
    limits = words.interval(row["rmsea_low"], row["rmsea_high"], 3)
    return [words.text("note.fit", limits=limits, **values)]


def _draw_blocks(
    axes: Axes, words: Words, blocks: Sequence[Block], layout: Layout
) -> Mapping[str, float]:
    """Draw the subscales from top to bottom; return the height of each factor."""
    middles: dict[str, float] = {}
    for place in _places(blocks):
        kind, top, block = place
        if block is None:
            axes.text(
                layout.factor,
                top + 0.5 * _GROUP,
                words.text(f"kind.{kind}"),
                size=9,
                weight="bold",
                va="center",
            )
            continue
        middles[block.subscale.id] = top + _ROW * len(block.rows) / 2
        _draw_items(axes, words, block, top, layout)
        _draw_factor(axes, words, block, middles[block.subscale.id], layout)
    return middles


def _places(blocks: Sequence[Block]) -> Iterator[tuple[str, float, Block | None]]:
    """Yield the top of each heading (without a block) and of each block."""
    top = 0.0
    for kind, members in by_kind(blocks):
        yield kind, top, None
        top += _GROUP
        for block in members:
            yield kind, top, block
            top += _ROW * len(block.rows) + _SPACE


def _draw_factor(
    axes: Axes, words: Words, block: Block, middle: float, layout: Layout
) -> None:
    from matplotlib.patches import Ellipse

    high = min(0.56, _ROW * len(block.rows) + 0.5 * _SPACE)
    centre = (layout.factor + _FACTOR / 2, middle)
    axes.add_patch(
        Ellipse(centre, _FACTOR, high, fc="white", ec=accent(), lw=1.4, zorder=3)
    )
    lines = max(1, min(3, int(high / 0.15)))
    name = fold_name(words, block, 20, lines)
    axes.text(
        *centre,
        name,
        size=7.2,
        ha="center",
        va="center",
        linespacing=1.05,
        zorder=4,
    )


def _draw_items(
    axes: Axes, words: Words, block: Block, top: float, layout: Layout
) -> None:
    from matplotlib.patches import Rectangle

    middle = top + _ROW * len(block.rows) / 2
    wide = WIDTH - _EDGE - layout.item
    for place, row in enumerate(block.rows):
        y = top + _ROW * (place + 0.5)
        box = (layout.item, y - 0.42 * _ROW)
        axes.add_patch(
            Rectangle(box, wide, 0.84 * _ROW, fc="#f6f8f9", ec=SOFT, linewidth=0.5)
        )
        key, wording = item_label(words, block, row["item"])
        style: dict[str, Any] = {"va": "center", "size": 6.2, "color": INK}
        axes.text(layout.item + 0.05, y, key, weight="bold", **style)
        room = int((wide - 0.5) / _CHARACTER)
        axes.text(layout.item + 0.45, y, fold(wording, room, 1), **style)
        _draw_loading(axes, words, row, (layout.factor_end, middle), (layout.item, y))


def _draw_loading(
    axes: Axes,
    words: Words,
    row: Row,
    start: tuple[float, float],
    end: tuple[float, float],
) -> None:
    from matplotlib.patches import FancyArrowPatch

    weak = is_weak(row)
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=7,
            shrinkA=0,
            shrinkB=0,
            linewidth=0.5 + 1.9 * min(abs(row["estimate"]), 1.0),
            linestyle=(0, (2.5, 1.5)) if weak else "-",
            color=SOFT,
            zorder=2,
        )
    )
    axes.text(
        start[0] + _NUMBER_AT * (end[0] - start[0]),
        start[1] + _NUMBER_AT * (end[1] - start[1]),
        words.number(row["estimate"]),
        size=6.2,
        weight="bold" if weak else "normal",
        ha="center",
        va="center",
        zorder=4,
        bbox={"fc": "white", "ec": "none", "pad": 0.4},
    )

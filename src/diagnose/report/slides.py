"""The parts of a deck as values: slides of blocks and charts, apart from how they look.

A chart is native to the presentation program: it carries its numbers in a workbook of
its own, which the client edits. So only numbers of a publication may stand in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnose.language import Language
from diagnose.report.document import Bullets, Kind, Paragraph, Picture, Table

ChartKind = Literal["bars", "diverging", "lines", "dumbbell"]

_MOST_BLOCKS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of numbers in a chart.

    Attributes
    ----------
    name : str
        What the legend says.
    values : tuple of float or None
        Unrounded, one a category; None leaves a gap. Of a diverging chart: shares
        from 0 to 1, also on the side that is drawn to the left.
    tone : str
        Which colour it has: ``accent``, ``soft`` (a comparison), ``higher``, ``lower``
        or ``neutral``. In a diverging chart ``lower`` stands to the left of zero,
        ``higher`` to the right and ``neutral`` apart, each in the order of the
        response scale.
    """

    name: str
    values: tuple[float | None, ...]
    tone: Literal["accent", "soft", "higher", "lower", "neutral"] = "accent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A native chart.

    Attributes
    ----------
    name : str
        Short name, unique in the deck.
    kind : str
        ``bars`` (horizontal, clustered), ``diverging`` (stacked around zero),
        ``lines`` (waves), ``dumbbell`` (two dots a row and the line between them).
    categories : tuple of str
        Names of the rows, or of the waves.
    series : tuple of Series
        At least one.
    number_kind : str
        How numbers are written.
    low, high : float
        Ends of the axis; fixed, so that decks can be laid side by side.
    alt : str
        Text alternative.

    Raises
    ------
    ValueError
        A series has not one value a category, or there is nothing to draw.
    """

    name: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    number_kind: Kind
    low: float
    high: float
    alt: str

    def __post_init__(self) -> None:
        """Refuse rows without a number of their own."""
        lengths = {len(series.values) for series in self.series}
        if not self.categories or lengths != {len(self.categories)}:
            raise ValueError(
                f"chart {self.name!r} has {len(self.categories)} categories and series "
                f"of {sorted(lengths)} values; each series needs one value a category."
            )
        if not self.low < self.high:
            raise ValueError(
                f"chart {self.name!r}: the axis runs from {self.low} to {self.high}; "
                "its low end must lie below its high end."
            )


SlideBlock = Bullets | Paragraph | Picture | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide.

    Attributes
    ----------
    name : str
        Short name, unique in the deck.
    title : str
        The finding, in a sentence.
    blocks : tuple of SlideBlock
        One block fills the slide; two stand side by side, the first one wider.
    notes : str
        How to read the slide, for who presents it.
    source : str
        Instrument, wave, who and n; stands at the foot.
    layout : str
        ``title`` for the first slide (blocks are one `Paragraph` with the subtitle),
        ``section`` for a divider, ``content`` for the others.

    Raises
    ------
    ValueError
        It has more than two blocks.
    """

    name: str
    title: str
    blocks: tuple[SlideBlock, ...] = ()
    notes: str = ""
    source: str = ""
    layout: Literal["title", "section", "content"] = "content"

    def __post_init__(self) -> None:
        """Refuse more blocks than a slide has room for."""
        if len(self.blocks) > _MOST_BLOCKS:
            raise ValueError(
                f"slide {self.name!r} has {len(self.blocks)} blocks; at most "
                f"{_MOST_BLOCKS} stand on one slide."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A presentation in one language."""

    name: str
    title: str
    language: Language
    slides: tuple[Slide, ...]

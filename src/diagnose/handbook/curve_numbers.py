"""The numbers behind a picture of a simulation, as the table below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.language import Language, format_number, format_share, load_catalogue
from diagnose.plots.numbers import Numbers

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 40
"""Rows of one line; of a longer one every second, third, … is written."""


def curve_numbers(
    curves: Mapping[str, pd.DataFrame],
    columns: Sequence[str],
    shares: Sequence[str],
    words: tuple[str, str, str],
    language: Language,
) -> Numbers:
    """Return the rows of all lines below each other.

    Parameters
    ----------
    curves : mapping of str to pandas.DataFrame
        Name of a line to its rows.
    columns : sequence of str
        Columns of the axes, across first, and of both ends of the band where there
        is one.
    shares : sequence of str
        Those that are written as percentages.
    words : tuple of str
        Title of the picture, and what its axes show.
    language : {"en", "nl"}
        Language of headings and numbers.
    """
    known = load_catalogue("handbook_site")
    title, *axes = words
    ends = [known.text(f"numbers.{end}", language) for end in ("low", "high")]
    several = len(curves) > 1
    first = [known.text("numbers.line", language)] if several else []
    headings = (*first, *axes, *ends[: len(columns) - 2])
    rows = []
    for name, drawn in curves.items():
        step = -(-len(drawn) // MOST_ROWS)
        for values in drawn[list(columns)].iloc[::step].itertuples(index=False):
            cells = (
                _written(float(value), column in shares, language)
                for column, value in zip(columns, values, strict=True)
            )
            rows.append((*([name] if several else []), *cells))
    return Numbers(caption=title, headings=headings, rows=tuple(rows))


def _written(value: float, share: bool, language: Language) -> str:
    if share:
        return format_share(value, language, digits=1)
    whole = value == round(value)
    return format_number(value, language, digits=0 if whole else 2)

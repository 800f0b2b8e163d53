"""Rows below a table that sum it up, and are nobody's answers."""

from __future__ import annotations

from diagnose.instrument.labels import normalise_label

LAST_ROWS = 10
"""How far from the end such a row may stand."""

_SUMMARIES = frozenset(
    {
        *("gemiddelde", "gemiddelden", "gemiddeld", "totaal", "totalen"),
        *("eindtotaal", "subtotaal", "som", "aantal", "mediaan"),
        *("standaarddeviatie", "standaardafwijking"),
        *("average", "averages", "mean", "total", "totals", "grand total", "subtotal"),
        *("sum", "count", "median", "standard deviation"),
    }
)


def is_summary(text: str) -> bool:
    """Tell whether the first words of a row say that it sums up those above it."""
    return normalise_label(text).rstrip(": ") in _SUMMARIES

"""The table of the coverage simulation, in the words of the reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.language import (
    Language,
    default_language,
    format_number,
    load_catalogue,
)

if TYPE_CHECKING:
    import pandas as pd


def coverage_table(
    path: str | Path,
    *,
    condition: str | None = None,
    language: Language | None = None,
) -> pd.DataFrame:
    """Return how often the intervals covered the truth, written out.

    Parameters
    ----------
    path : str or Path
        What ``benchmarks/coverage.py`` or ``benchmarks/coverage_measurement.py``
        wrote.
    condition : str, optional
        One condition with all its figures; by default the coverage under every
        condition, one column each.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    pandas.DataFrame
        Text only, one row a quantity.

    Raises
    ------
    ValueError
        The file knows no such condition.
    """
    import pandas as pd

    speak = language or default_language()
    figures = pd.read_csv(path)
    conditions = list(dict.fromkeys(figures["condition"]))
    if condition is not None and condition not in conditions:
        allowed = ", ".join(map(repr, conditions))
        raise ValueError(f"`condition` must be one of {allowed}; got {condition!r}.")

    def word(kind: str, name: str) -> str:
        return load_catalogue("handbook").text(f"coverage.{kind}.{name}", speak)

    def number(value: float) -> str:
        return format_number(value, speak, digits=3)

    if condition is None:
        wide = figures.pivot(index="quantity", columns="condition", values="coverage")
        table = wide.loc[list(dict.fromkeys(figures["quantity"])), conditions]
        table = table.map(number).rename(columns=lambda name: word("condition", name))
    else:
        chosen = figures[figures["condition"] == condition].set_index("quantity")
        shown = chosen[["coverage", "conf_low", "conf_high", "mean_width"]]
        table = shown.map(number)
        table.insert(0, "n_runs", chosen["n_runs"].astype(int).astype(str))
        table = table.rename(columns=lambda name: word("heading", name))
    table.index = pd.Index([word("quantity", name) for name in table.index])
    return table.rename_axis(columns=word("heading", "quantity"))

"""Tables of the simulated organisations: false alarms, detection, shrinkage."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose._options import check_option
from diagnose.handbook.simulated_rows import Picture, rows_of
from diagnose.language import Language, default_language, format_number, load_catalogue

if TYPE_CHECKING:
    import pandas as pd


def simulated_table(
    path: str | Path,
    picture: Picture,
    *,
    language: Language | None = None,
) -> pd.DataFrame:
    """Return what happened in simulated organisations, in 100 of them.

    Parameters
    ----------
    path : str or Path
        What ``benchmarks/false_alarms.py``, ``detection.py`` or ``shrinkage.py``
        wrote.
    picture : {"false_alarms", "unit", "gap", "change", "driver", "shrinkage"}
        What to show of it: false alarms by family and organisation; how often a
        difference is found, in a unit, between work floor and leaders, between waves
        or of a condition; or the squared error that shrinking leaves.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    pandas.DataFrame
        Text only.

    Raises
    ------
    ValueError
        An unknown picture, or a file of another benchmark.
    """
    import pandas as pd

    check_option("picture", picture, Picture)
    speak = language or default_language()
    words = load_catalogue("handbook")
    found, digits = rows_of(pd.read_csv(path), picture)
    table = found.map(lambda share: _written(share, speak, digits))
    if picture == "false_alarms":
        named = [words.text(f"simulated.family.{name}", speak) for name in table.index]
        kinds = [words.text(f"simulated.kind.{name}", speak) for name in table.columns]
        table = table.set_axis(named).set_axis(kinds, axis="columns")
    else:
        step = 0 if picture == "shrinkage" else 1
        heads = [format_number(float(str(head)), speak, digits=step) for head in table]
        table = table.set_axis(heads, axis="columns")
    heading = words.text(f"simulated.heading.{picture}", speak)
    return table.rename_axis(index=None).rename_axis(columns=heading)


def _written(share: float, language: Language, digits: int) -> str:
    """Write a share as a number out of 100; a dash where there is none."""
    if math.isnan(share):
        return "–"
    return format_number(100 * share, language, digits=digits)

"""The table of simulated verdicts, in the words of the reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.language import (
    Language,
    default_language,
    format_share,
    load_catalogue,
)

if TYPE_CHECKING:
    import pandas as pd


def verdict_table(
    path: str | Path, truth: str, *, language: Language | None = None
) -> pd.DataFrame:
    """Return how often the rule gave each verdict where the truth was known.

    Parameters
    ----------
    path : str or Path
        What ``benchmarks/suitability.py`` wrote.
    truth : str
        One of the organisations simulated there, such as ``"all_present"``.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    pandas.DataFrame
        Text only, one row a number of respondents and one column a verdict.

    Raises
    ------
    ValueError
        The file knows no such truth.
    """
    import pandas as pd

    speak = language or default_language()
    figures = pd.read_csv(path)
    truths = list(dict.fromkeys(figures["truth"]))
    if truth not in truths:
        allowed = ", ".join(map(repr, truths))
        raise ValueError(f"`truth` must be one of {allowed}; got {truth!r}.")
    chosen = figures[figures["truth"] == truth]
    wide = chosen.pivot(index="n_respondents", columns="verdict", values="share")
    wide = wide[list(dict.fromkeys(chosen["verdict"]))]
    table = wide.map(lambda share: format_share(share, speak, digits=0))
    names = load_catalogue("suitability")
    table.columns = pd.Index([names.text(f"name.{verdict}", speak) for verdict in wide])
    head = load_catalogue("handbook").text("verdicts.n_respondents", speak)
    table.index = pd.Index([str(n) for n in wide.index])
    return table.rename_axis(columns=head)

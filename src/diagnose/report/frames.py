"""The tables of the report as frames of text: for a notebook, book or terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.language import Language, default_language, load_catalogue
from diagnose.plots.words import words_for
from diagnose.report.document import Table, written
from diagnose.report.sheets import make_sheets

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.disclosure import Publication


_AT_TIMES = (
    "open-questions",
    *("divided", "gap", "trend", "participation", "profile-leader", "units"),
    *("divided-answers", "levels", "agreement"),
    *("factor-models", "loadings", "pairs", "precision", "comparisons"),
    *("screen", "steps", "suitability", "suitability-shares"),
    *("movement", "movement-inputs"),
    *("trend-lines", "trend-linked", "trend-leavers", "trend-makeup", "trend-lowest"),
)
"""Tables that an organisation without units, leaders or waves does not have, or one
whose answers no factor model is fitted to."""
_OF_PARTS = ("drivers-", "gap-", "models-", "themes-", "quotes-")
"""Beginnings of the names of tables of an outcome, a level or a question."""


def list_report_tables(publication: Publication) -> tuple[str, ...]:
    """Return the names of the tables that `report_table` knows for a publication."""
    return tuple(_tables(publication, "en"))


def report_table(
    publication: Publication, name: str, *, language: Language | None = None
) -> pd.DataFrame:
    """Return one table of the report, written out as the report writes it.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    name : str
        One of `list_report_tables`, such as ``"findings"`` or ``"profile-floor"``.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    pandas.DataFrame
        Text only; the first column names the row and is the index, and its heading is
        the name of the columns.

    Raises
    ------
    ValueError
        There is no table of this name. One that this publication has nothing for is
        a frame that says so.
    """
    import pandas as pd

    speak = language or default_language()
    tables = _tables(publication, speak)
    if name not in tables and (name in _AT_TIMES or name.startswith(_OF_PARTS)):
        nothing = load_catalogue("plots").text("nothing", speak)
        return pd.DataFrame({"": [nothing]}, index=[""])
    if name not in tables:
        raise ValueError(
            f"`name` must be one of {', '.join(map(repr, tables))}; got {name!r}."
        )
    table = tables[name]
    heads = [column.heading for column in table.columns]
    rows = [
        [
            " ".join(
                part for part in (written(cell, column.kind, speak), cell.mark) if part
            )
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]
    index = pd.Index([row[0] for row in rows], dtype=object)
    # the first heading stands above the index, not in an empty row of its own
    columns = pd.Index(heads[1:], name=heads[0])
    return pd.DataFrame([row[1:] for row in rows], index=index, columns=columns)


def _tables(publication: Publication, language: Language) -> dict[str, Table]:
    words = words_for(publication, language, "report")
    return {
        part.name: part
        for _, parts in make_sheets(words)
        for part in parts
        if isinstance(part, Table)
    }

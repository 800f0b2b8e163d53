"""Any export as a table of text."""

from __future__ import annotations

from pathlib import Path

from diagnose.responses.problems import refuse
from diagnose.responses.read.source import read_source
from diagnose.responses.read.tabular import Table
from diagnose.responses.read.text import read_text
from diagnose.responses.read.workbook import read_workbook


def read_table(path: str | Path) -> Table:
    """Read a CSV or XLSX file as a table of text.

    Parameters
    ----------
    path : str or Path
        The file. Its content, not its name, decides how it is read.

    Returns
    -------
    Table
        Nothing is interpreted: cells are text, blank cells empty text.

    Raises
    ------
    ResponseError
        The file is absent, too large, or not a table; one problem says why.
    """
    source = read_source(path)
    table = read_workbook(source) if source.is_workbook else read_text(source)
    if table.n_records < 2:
        raise refuse("R007", table.name)
    return table

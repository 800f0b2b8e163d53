"""Any export as a table of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from diagnose.responses.files.json_files import (
    is_json_archive,
    read_archive,
    read_folder,
)
from diagnose.responses.files.json_records import is_json, read_json
from diagnose.responses.files.parquet import read_parquet
from diagnose.responses.files.source import Source, read_source
from diagnose.responses.files.spss import is_spss, read_spss
from diagnose.responses.files.tabular import Table
from diagnose.responses.files.text import read_text
from diagnose.responses.files.workbook import read_workbook
from diagnose.responses.problems import refuse

_READERS: tuple[tuple[Callable[[Source], bool], Callable[[Source], Table]], ...] = (
    (is_json_archive, read_archive),
    (lambda source: source.is_workbook, read_workbook),
    (lambda source: source.is_parquet, read_parquet),
    (is_spss, read_spss),
    (is_json, read_json),
)
"""Kinds of files by their content, and what reads them; all else is text."""


def read_table(path: str | Path) -> Table:
    """Read a CSV, XLSX, parquet, SPSS or JSON file as a table of text.

    Parameters
    ----------
    path : str or Path
        The file. Its content, not its name, decides how it is read. Or a folder (or
        zip archive) of JSON files, such as one a respondent.

    Returns
    -------
    Table
        Nothing is interpreted: cells are text, blank cells empty text.

    Raises
    ------
    ResponseError
        The file is absent, too large, or not a table; one problem says why.
    """
    if Path(path).is_dir():
        return read_folder(path)
    source = read_source(path)
    reader = next((read for is_it, read in _READERS if is_it(source)), read_text)
    table = reader(source)
    if table.n_records < 2:
        raise refuse("R007", table.name)
    if len(table.head[0]) > 2 and sum(bool(h.strip()) for h in table.head[0]) < 2:
        raise refuse("R119", table.name)
    return table

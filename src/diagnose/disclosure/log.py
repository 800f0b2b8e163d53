"""The log of what is not shown, and taking the numbers out of a row."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

Row = Mapping[Hashable, Any]
"""One row of a table, by column."""

HIDDEN = "hidden"
SHOWN = "shown"
REST = "rest"

NO_RESULT = frozenset({"value", "n_items", "conf_level"})
"""Numeric columns that say what was asked or computed, not what came out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One decision not to show something; holds no number of what is hidden.

    Attributes
    ----------
    table : str
        Part of the publication, such as ``units.cells``.
    rule : str
        Key in the catalogue ``disclosure``, under ``rule.``.
    level, path, subscale, item, role, wave : str or tuple of str
        What it is about; empty where that does not apply.
    """

    table: str
    rule: str
    level: str = ""
    path: tuple[str, ...] = ()
    subscale: str = ""
    item: str = ""
    role: str = ""
    wave: str = ""


LOG_COLUMNS = (
    "table",
    "level",
    "path",
    "subscale",
    "role",
    "item",
    "wave",
    "rule",
)


def log_frame(entries: Iterable[Suppressed]) -> pd.DataFrame:
    """Return the decisions as a frame, one row each, in the order they were made."""
    frame = pd.DataFrame(
        [asdict(entry) for entry in entries],
        columns=[field.name for field in fields(Suppressed)],
    )
    return frame[list(LOG_COLUMNS)].drop_duplicates(ignore_index=True)


def hide_rows(
    frame: pd.DataFrame, rows: np.ndarray | pd.Series, *, columns: Iterable[str] = ()
) -> pd.DataFrame:
    """Return a copy in which the numbers of some rows are NaN.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table of a diagnosis. Not modified.
    rows : array of bool
        The rows to hide.
    columns : iterable of str
        Only these columns, and the row stays shown; by default every number of the
        row goes, and its ``status`` becomes ``hidden``.
    """
    chosen = np.asarray(rows, dtype=bool)
    kept = frame.copy()
    only = list(columns)
    if not only:
        status = kept.get("status", SHOWN)
        kept["status"] = np.where(chosen, HIDDEN, status).astype(object)
    numbers = only or number_columns(frame)
    if chosen.any() and numbers:
        values = kept[numbers].to_numpy(dtype=float, copy=True)
        values[chosen] = np.nan
        kept[numbers] = values
    return kept


def number_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that hold results."""
    numeric = frame.select_dtypes("number").columns
    return [name for name in numeric if name not in NO_RESULT]

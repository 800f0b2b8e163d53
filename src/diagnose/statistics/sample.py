"""Checks at the boundary of every statistic: numbers only, and which rows are used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose._options import MissingPolicy, check_option
from diagnose.errors import InsufficientDataError


def check_numeric_frame(items: pd.DataFrame, *, name: str = "items") -> None:
    """Raise unless `items` is a frame of finite numbers and NaN."""
    if not isinstance(items, pd.DataFrame):
        raise TypeError(
            f"`{name}` must be a pandas DataFrame; got {type(items).__name__}."
        )
    text = [str(c) for c, kind in items.dtypes.items() if not _is_numeric(kind)]
    if text:
        raise TypeError(
            f"`{name}` must hold numbers only; not numeric: {', '.join(text)}. "
            "Turn answers into response-scale values first."
        )
    repeated = sorted({str(c) for c in items.columns[items.columns.duplicated()]})
    if repeated:
        raise ValueError(f"`{name}` has repeated columns: {', '.join(repeated)}.")
    if np.isinf(items.to_numpy(dtype=float, na_value=np.nan)).any():
        raise ValueError(f"`{name}` holds infinite values.")


def complete_rows(
    items: pd.DataFrame, *, missing: MissingPolicy = "listwise"
) -> pd.DataFrame:
    """Return the rows without a missing answer, as floats.

    Raises
    ------
    InsufficientDataError
        With ``missing="raise"`` when any answer is missing; says how many rows.
    """
    check_option("missing", missing, MissingPolicy)
    check_numeric_frame(items)
    values = items.astype(float)
    incomplete = values.isna().any(axis="columns")
    if missing == "raise" and incomplete.any():
        raise InsufficientDataError(
            f"{int(incomplete.sum())} of {len(values)} respondents have a missing "
            "answer; use missing='listwise' to leave them out."
        )
    return values.loc[~incomplete]


def _is_numeric(kind: object) -> bool:
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)  # type: ignore[arg-type]

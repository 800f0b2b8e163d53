"""Checks at the boundary of every statistic: numbers only, and which rows are used."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option
from diagnose.errors import InsufficientDataError

FloatArray = npt.NDArray[np.float64]

_LARGEST = 1e100  # the squares and products of larger answers overflow


def check_numeric_frame(items: pd.DataFrame, *, name: str = "items") -> None:
    """Raise unless `items` is a frame of finite numbers and NaN.

    Columns are told apart by their names as text, since that is how results show them:
    1 and "1" are the same name.
    """
    if not isinstance(items, pd.DataFrame):
        raise TypeError(
            f"`{name}` must be a pandas DataFrame; got {type(items).__name__}."
        )
    if items.columns.nlevels > 1:
        raise ValueError(
            f"`{name}` has column names of {items.columns.nlevels} levels; give each "
            "item one name."
        )
    text = [str(c) for c, kind in items.dtypes.items() if not _is_numeric(kind)]
    if text:
        raise TypeError(
            f"`{name}` must hold numbers only; not numeric: {', '.join(text)}. "
            "Turn answers into response-scale values first."
        )
    names = items.columns.map(str)
    repeated = sorted(set(names[names.duplicated()]))
    if repeated:
        raise ValueError(f"`{name}` has repeated columns: {', '.join(repeated)}.")
    values = items.to_numpy(dtype=float, na_value=np.nan)
    check_magnitude(values, name=f"`{name}`")


def check_magnitude(values: FloatArray, *, name: str) -> None:
    """Raise ValueError where a value is infinite, or too large to be squared."""
    if np.isinf(values).any():
        raise ValueError(f"{name} holds infinite values.")
    if (values > _LARGEST).any() or (values < -_LARGEST).any():
        raise ValueError(
            f"{name} holds a value beyond {_LARGEST:g}, which cannot be an answer. "
            "If it is a code for a missing answer, replace it with NaN."
        )


def check_within(
    items: pd.DataFrame, lowest: float, highest: float, *, name: str = "items"
) -> None:
    """Raise ValueError where an answer lies outside `lowest` to `highest`."""
    if not lowest < highest:
        raise ValueError(
            f"`lowest` must be below `highest`; got {lowest!r} and {highest!r}."
        )
    values: FloatArray = items.to_numpy(dtype=float, na_value=np.nan)
    outside = np.flatnonzero(((values < lowest) | (values > highest)).any(axis=0))
    found = [str(column) for column in items.columns.take(outside)]
    if found:
        raise ValueError(
            f"`{name}` has answers outside {lowest:g} to {highest:g} in "
            f"{', '.join(found)}; give the ends of the response scale, or correct the "
            "answers."
        )


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
    """Tell whether a column holds real numbers: no text, no yes or no, no complex."""
    types = pd.api.types
    return (
        types.is_numeric_dtype(kind)  # type: ignore[arg-type]
        and not types.is_bool_dtype(kind)  # type: ignore[arg-type]
        and not types.is_complex_dtype(kind)  # type: ignore[arg-type]
    )

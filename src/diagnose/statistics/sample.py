"""Checks at the boundary of every statistic: numbers only, and which rows are used."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option
from diagnose.errors import InsufficientDataError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_PEOPLE = 1e10  # more than live on earth: a larger count is a mistake
_LARGEST = 1e50  # the variance of a variance takes the fourth power
_NUMBERS_AS_OBJECTS = (
    "integer",
    "floating",
    "mixed-integer-float",
    "boolean",
    "decimal",
    "empty",
)


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


def holds_numbers(column: pd.Series) -> bool:
    """Tell whether a column holds real numbers, as such or as categories or objects.

    Numbers written as text are text: they may be codes of something else.
    """
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return holds_numbers(kind.categories.to_series())
    if pd.api.types.is_object_dtype(kind):
        return pd.api.types.infer_dtype(column, skipna=True) in _NUMBERS_AS_OBJECTS
    types = pd.api.types
    return types.is_numeric_dtype(kind) and not types.is_complex_dtype(kind)


def number_array(given: npt.ArrayLike, *, name: str) -> FloatArray:
    """Return numbers as an array of floats of any shape; refuse what is no number."""
    try:
        array = np.asarray(given)
        plain = array.dtype.kind in "biuf" or array.size == 0
        return np.asarray(given if plain else array.tolist(), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must hold numbers only.") from error


def number_column(frame: pd.DataFrame, column: str, *, name: str) -> FloatArray:
    """Return a column of a summary as floats, missing as NaN; refuse what is no number.

    What a number may be is for the caller to say, who can name the rows.
    """
    if not holds_numbers(frame[column]):
        raise TypeError(f"{name} must hold numbers in the column {column!r}.")
    values: FloatArray = frame[column].to_numpy(dtype=float, na_value=np.nan)
    finite = np.where(np.isfinite(values), values, 0.0)
    check_magnitude(finite, name=f"the column {column!r} of {name}")
    return values


def check_unique_columns(frame: pd.DataFrame, *, name: str) -> None:
    """Raise ValueError where two columns have one name."""
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].map(str).unique()
        raise ValueError(f"{name} has repeated columns: {', '.join(twice)}.")


def label_codes(labels: pd.Series, *, name: str) -> tuple[IntArray, list[Any]]:
    """Return a code for each row (-1 if missing) and the labels in order of appearance.

    Raises
    ------
    TypeError
        A label that is no single value, such as a list.
    """
    try:
        codes, found = pd.factorize(labels.astype(object))
    except TypeError as error:
        raise TypeError(
            f"{name} must be single values such as texts or numbers, not lists of them."
        ) from error
    return codes.astype(np.int64), list(found)


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

"""Correct p-values for the number of questions asked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option
from diagnose.statistics.means import FloatArray, Values, as_vector
from diagnose.statistics.sample import check_unique_columns, label_codes

AdjustmentMethod = Literal["holm", "benjamini-hochberg"]

_ADDED = ("p_adjusted", "family", "family_size", "adjustment")


def adjust_p_values(
    p_values: Values, *, method: AdjustmentMethod = "holm"
) -> pd.Series:
    """Adjust the p-values of one family of tests.

    Holm bounds the chance of any false alarm in the family, under any dependence.
    Benjamini-Hochberg bounds the expected share of false alarms among what is called
    significant, under independence or positive dependence.

    Parameters
    ----------
    p_values : Series, array or sequence of float, shape (n_tests,)
        Raw p-values of one family. NaN (a test that could not be made) stays NaN and
        does not count in the size of the family.
    method : {"holm", "benjamini-hochberg"}
        Familywise error, or false discovery rate.

    Returns
    -------
    Series of float, shape (n_tests,)
        Adjusted p-values in the same order; with the index of `p_values` when it is a
        Series.

    Raises
    ------
    ValueError
        An unknown method, or a p-value outside 0 to 1.

    References
    ----------
    Holm, 1979, Scandinavian Journal of Statistics.
    Benjamini and Hochberg, 1995, Journal of the Royal Statistical Society B.
    """
    check_option("method", method, AdjustmentMethod)
    raw = as_vector(p_values, name="p_values")
    made = ~np.isnan(raw)
    outside = (raw[made] < 0) | (raw[made] > 1)
    if outside.any():
        raise ValueError(
            f"`p_values` must lie from 0 to 1; got {raw[made][outside][0]!r}."
        )
    adjusted = np.full(len(raw), np.nan)
    if made.any():
        step = _holm if method == "holm" else _benjamini_hochberg
        adjusted[made] = step(raw[made])
    index = p_values.index if isinstance(p_values, pd.Series) else None
    return pd.Series(adjusted, index=index, name="p_value_adjusted")


def adjust_families(
    table: pd.DataFrame,
    *,
    p_value: str = "p_value",
    family: Sequence[str] = (),
    method: AdjustmentMethod = "holm",
) -> pd.DataFrame:
    """Adjust the p-values of a table within families that were declared beforehand.

    A family is a set of questions of which one false answer is as bad as several: all
    units on one subscale, or all subscales between two groups. Rows that agree in the
    columns `family` are one family.

    Parameters
    ----------
    table : DataFrame, one row a test
        Not modified.
    p_value : str
        Column of raw p-values. A missing one (a test that could not be made) stays
        missing and does not count in the size of its family.
    family : sequence of str
        Columns that tell the families apart; none: the whole table is one family. A
        missing label is a label of its own.
    method : {"holm", "benjamini-hochberg"}
        Familywise error, or false discovery rate: see `adjust_p_values`.

    Returns
    -------
    DataFrame
        The table with ``p_adjusted``; ``family``, the label, such as ``"level=team,
        subscale=voice"`` or ``"all"``; ``family_size``, the tests made in it; and
        ``adjustment``, the method.

    Raises
    ------
    TypeError
        `table` is not a frame, or `family` is one text.
    ValueError
        A column that is absent or already taken, an unknown method, or a p-value
        outside 0 to 1.

    References
    ----------
    Holm, 1979, Scandinavian Journal of Statistics.
    Benjamini and Hochberg, 1995, Journal of the Royal Statistical Society B.
    """
    check_option("method", method, AdjustmentMethod)
    _check_table(table, p_value, family)
    raw = as_vector(table[p_value], name=p_value)
    adjusted, sizes = np.full(len(raw), np.nan), np.zeros(len(raw), dtype=np.int64)
    for rows in _families(table, list(family)):
        adjusted[rows] = adjust_p_values(raw[rows], method=method)
        sizes[rows] = int((~np.isnan(raw[rows])).sum())
    labels = _family_labels(table, list(family))
    return table.assign(
        p_adjusted=adjusted,
        family=np.array(labels, dtype=object),
        family_size=sizes,
        adjustment=method,
    )


def _check_table(table: pd.DataFrame, p_value: str, family: Sequence[str]) -> None:
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"`table` must be a DataFrame; got {type(table).__name__}.")
    if isinstance(family, str):
        raise TypeError(f"`family` must be a list of columns; got the text {family!r}.")
    check_unique_columns(table, name="`table`")
    if not isinstance(family, Sequence) or not all(
        isinstance(name, Hashable) for name in (p_value, *family)
    ):
        raise TypeError("`p_value` must be a column and `family` a list of columns.")
    absent = [name for name in (p_value, *family) if name not in table.columns]
    if absent:
        raise ValueError(f"`table` lacks the columns: {', '.join(map(str, absent))}.")
    for name in family:
        label_codes(table[name], name=f"the labels in the column {name!r}")
    taken = [name for name in _ADDED if name in table.columns]
    if taken:
        raise ValueError(
            f"`table` already has the columns {', '.join(taken)}, which would be "
            "overwritten. Rename or drop them."
        )


def _families(table: pd.DataFrame, family: list[str]) -> list[npt.NDArray[np.int64]]:
    """Return the row numbers of each family."""
    if not family or table.empty:
        return [np.arange(len(table))]
    codes = table.groupby(family, dropna=False, sort=False).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _family_labels(table: pd.DataFrame, family: list[str]) -> list[str]:
    """Return the name of each row's family."""
    if not family:
        return ["all"] * len(table)
    rows = zip(*(table[name].astype(object) for name in family), strict=True)
    return [
        ", ".join(
            f"{name}={'missing' if pd.isna(part) else part}"
            for name, part in zip(family, row, strict=True)
        )
        for row in rows
    ]


# These two are statsmodels' `multipletests` to the last digit (a test says so). That
# function collects garbage on every call, a tenth of a second for each family.


def _holm(raw: FloatArray) -> FloatArray:
    order = np.argsort(raw)
    weights = np.arange(len(raw), 0, -1)
    stepped = np.minimum(np.maximum.accumulate(raw[order] * weights), 1.0)
    return stepped[np.argsort(order)]


def _benjamini_hochberg(raw: FloatArray) -> FloatArray:
    order = np.argsort(raw)[::-1]
    weights = len(raw) / np.arange(len(raw), 0, -1)
    stepped = np.minimum(np.minimum.accumulate(raw[order] * weights), 1.0)
    return stepped[np.argsort(order)]

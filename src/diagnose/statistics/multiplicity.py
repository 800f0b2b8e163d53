"""Correct p-values for the number of questions asked."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option
from diagnose.statistics.means import FloatArray, Values, as_vector

AdjustmentMethod = Literal["holm", "benjamini-hochberg"]


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

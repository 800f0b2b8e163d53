"""Cells: number, mean and standard deviation of groups; and frames with fixed columns.

A cell is all that the comparisons know of a group. Whatever is hidden later is
hidden here, because nothing else of a respondent goes further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
GroupArray = npt.NDArray[np.integer[Any]]
Path = tuple[str, ...]
Rows = Sequence[Mapping[str, Any]] | Mapping[str, Any]
"""Rows one by one, or whole columns by name."""

SHOWN = "shown"

_TEXT_COLUMNS = frozenset(
    {
        "role",
        "wave",
        "level",
        "path",
        "parent",
        "subscale",
        "item",
        "status",
        "method",
        "note",
        "flag",
        "verdict",
        "reason",
        "hurdle",
        "reading",
        "direction",
        "side",
        "scope",
        "model",
        "estimator",
        "first",
        "second",
        "across",
        "holds",
        "released",
        "other_verdict",
        "outcome",
        "setting",
    }
)


def build_frame(rows: Rows, columns: Sequence[str]) -> pd.DataFrame:
    """Return `rows` as a frame with exactly `columns`, also when there are none.

    Columns of the shared vocabulary that hold words stay as they are; all others hold
    numbers, missing as NaN.
    """
    frame = pd.DataFrame(rows, columns=list(columns))
    if frame.empty:  # lists without values would make numbers of the columns of words
        frame = frame.astype(object)
    numbers = [name for name in columns if name not in _TEXT_COLUMNS]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def summarise_groups(
    scores: pd.DataFrame, groups: GroupArray, n_groups: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Count, average and spread of the valid scores of each group.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Scores, missing as NaN. Not modified.
    groups : numpy.ndarray of int, shape (n_respondents,)
        Number of each respondent's group, from 0 to ``n_groups - 1``.
    n_groups : int
        How many groups there are.

    Returns
    -------
    tuple of numpy.ndarray, each of shape (n_groups, n_subscales)
        Number of valid scores, their mean (NaN without any) and their standard
        deviation with divisor n - 1 (NaN below two).
    """
    shape = (n_groups, scores.shape[1])
    counts, means, spreads = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape)
    for position, name in enumerate(scores.columns):
        column = scores[name].to_numpy(dtype=float)
        valid = np.isfinite(column)
        group, value = groups[valid], column[valid]
        count = np.bincount(group, minlength=n_groups).astype(float)
        total = np.bincount(group, weights=value, minlength=n_groups)
        mean = np.divide(total, count, out=np.full(n_groups, np.nan), where=count > 0)
        # In two passes: the sum of squares minus n times the squared mean would lose
        # the digits that tell a constant group from one that varies a little.
        deviation = value - mean[group]
        squares = np.bincount(group, weights=deviation**2, minlength=n_groups)
        counts[:, position], means[:, position] = count, mean
        spreads[:, position] = _standard_deviation(squares.astype(float), count)
    return counts, means, spreads


def _standard_deviation(squares: FloatArray, count: FloatArray) -> FloatArray:
    variance = np.divide(
        squares, count - 1, out=np.full(len(count), np.nan), where=count > 1
    )
    # A mean of equal scores may differ from them in its last digit, which leaves a
    # variance of the order 1e-32 where there is none.
    variance[variance < 1e-20] = 0.0
    spread: FloatArray = np.sqrt(variance)
    return spread


def interval_of_mean(
    mean: float, sd: float, n_respondents: float, *, conf_level: float
) -> tuple[float, float]:
    """Interval of a cell; NaN where answers do not tell how sure the mean is.

    It is the t interval. Below two answers there is none, and answers that are all
    the same would give one without width: a certainty that nobody has.
    """
    from diagnose.statistics.means import mean_interval_from_summary

    if not (n_respondents >= 2 and sd > 0):
        return float("nan"), float("nan")
    result = mean_interval_from_summary(
        float(mean), float(sd), int(n_respondents), conf_level=conf_level
    )
    return result.conf_low, result.conf_high


def direction_of(difference: float, p_value: float, *, conf_level: float) -> str:
    """Return ``higher`` or ``lower`` when the p-value allows it, else ``unclear``."""
    if not p_value < 1 - conf_level:
        return "unclear"
    return "higher" if difference > 0 else "lower"


def shown_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that may be compared: shown, and with at least one answer."""
    number = cells["n_respondents"].astype(float)
    return cells.loc[(cells["status"] == SHOWN) & (number >= 1)]


def paths_of(labels: pd.Index) -> list[Path]:
    """Return the labels of grouped units as paths from the top."""
    return [
        tuple(map(str, label)) if isinstance(label, tuple) else (str(label),)
        for label in labels.to_list()
    ]

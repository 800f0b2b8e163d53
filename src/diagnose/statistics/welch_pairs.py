"""Many pairs of groups at once by Welch's t, from their summaries alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from diagnose._options import check_proportion

FloatArray = npt.NDArray[np.float64]
_NEEDED = ("n_respondents", "mean", "sd")


def welch_pairs(
    first: pd.DataFrame, second: pd.DataFrame, *, conf_level: float = 0.95
) -> pd.DataFrame:
    """Compare each row of `first` with the same row of `second` by Welch's t.

    Row by row what `diagnose.statistics.two_means.compare_two_from_summary` gives,
    without its effect sizes: for thousands of units on a dozen subscales.

    Parameters
    ----------
    first, second : pandas.DataFrame
        ``n_respondents``, ``mean``, ``sd`` (divisor n - 1). Not modified; their index
        does not count, only the order of rows.
    conf_level : float
        Coverage of the intervals, between 0 and 1. They are not adjusted.

    Returns
    -------
    pandas.DataFrame
        ``difference`` (first minus second), ``std_error``, ``df``, ``conf_low``,
        ``conf_high``, ``p_value``. All but the difference are NaN where a group has
        fewer than 2 respondents or no spread: its zero would count as certainty.

    Raises
    ------
    ValueError
        The two do not have as many rows, a column is missing, or `conf_level` is out
        of range.

    References
    ----------
    Welch, 1947, Biometrika.
    """
    check_proportion("conf_level", conf_level)
    n1, mean1, sd1 = _columns(first, "first")
    n2, mean2, sd2 = _columns(second, "second")
    if len(n1) != len(n2):
        raise ValueError(
            f"`first` has {len(n1)} rows and `second` {len(n2)}; each row of one is "
            "compared with the same row of the other."
        )
    judged = (n1 >= 2) & (n2 >= 2) & (sd1 > 0) & (sd2 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part1 = np.where(judged, sd1**2 / n1, np.nan)
        part2 = np.where(judged, sd2**2 / n2, np.nan)
        error = np.sqrt(part1 + part2)
        df = (part1 + part2) ** 2 / (part1**2 / (n1 - 1) + part2**2 / (n2 - 1))
    difference = mean1 - mean2
    reach = stats.t.ppf((1 + conf_level) / 2, df) * error
    return pd.DataFrame(
        {
            "difference": difference,
            "std_error": error,
            "df": df,
            "conf_low": difference - reach,
            "conf_high": difference + reach,
            "p_value": 2 * stats.t.sf(np.abs(difference) / error, df),
        }
    )


def _columns(groups: pd.DataFrame, name: str) -> tuple[FloatArray, ...]:
    missing = [column for column in _NEEDED if column not in groups]
    if missing:
        raise ValueError(
            f"`{name}` has no column {', '.join(missing)}; it needs "
            f"{', '.join(_NEEDED)}."
        )
    return tuple(groups[column].to_numpy(dtype=float) for column in _NEEDED)

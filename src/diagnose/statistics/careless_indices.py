"""Indices of careless responding from single answers, distances and times."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.sample import check_numeric_frame
from diagnose.statistics.squared_distances import squared_distances
from diagnose.statistics.team_sums import FloatArray


def longstring(items: pd.DataFrame) -> pd.DataFrame:
    """Longest and mean run of identical answers in a row.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers as they were given (not keyed), in the order of the questionnaire.
        A missing answer ends a run and is no run itself.

    Returns
    -------
    pandas.DataFrame
        Columns ``longest_run`` and ``mean_run`` in items; NaN without an answer.
    """
    answers = as_values(items)
    answered = ~np.isnan(answers)
    current = np.zeros(len(answers))
    longest = np.zeros(len(answers))
    n_runs = np.zeros(len(answers))
    previous = np.full(len(answers), np.nan)
    for position in range(answers.shape[1]):
        answer = answers[:, position]
        goes_on = answer == previous  # never true beside a missing answer
        current = np.where(goes_on, current + 1, answered[:, position])
        n_runs += answered[:, position] & ~goes_on
        longest = np.maximum(longest, current)
        previous = answer
    with np.errstate(invalid="ignore"):
        mean_run = answered.sum(axis=1) / n_runs
    return pd.DataFrame(
        {
            "longest_run": np.where(n_runs > 0, longest, np.nan),
            "mean_run": np.where(n_runs > 0, mean_run, np.nan),
        },
        index=items.index,
    )


def intra_individual_variability(items: pd.DataFrame) -> pd.Series:
    """Return the standard deviation of each respondent's answers over items.

    Low for straight-lining, high for random answers.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers as they were given (not keyed), on one response scale. Missing answers
        are left out.

    Returns
    -------
    pandas.Series
        In response-scale units (divisor n - 1); NaN below 2 answers.
    """
    answers = as_values(items)
    answered = ~np.isnan(answers)
    n_answered = answered.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(answered, answers, 0.0).sum(axis=1) / n_answered
        squares = np.where(answered, (answers - means[:, None]) ** 2, 0.0).sum(axis=1)
        spread = np.sqrt(squares / (n_answered - 1))
    return pd.Series(np.where(n_answered > 1, spread, np.nan), index=items.index)


def mahalanobis_distance(items: pd.DataFrame) -> pd.DataFrame:
    """Squared distance from the mean answers, given how the items relate.

    It also flags honest people who see things otherwise than most.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers, keyed or not. Covariances use the available answers; a respondent with
        missing answers is judged on the items answered. Where items are linearly
        dependent the pseudo-inverse is used, and `df` is the rank.

    Returns
    -------
    pandas.DataFrame
        Columns ``statistic`` (D squared), ``df`` and ``p_value`` (chi-squared, assuming
        normal answers); NaN without an answer.

    Raises
    ------
    InsufficientDataError
        Two items that fewer than 2 respondents both answered, or no variance at all.
    """
    from scipy.special import chdtrc

    answers = as_values(items)
    too_few = (
        "the distance needs at least 2 respondents who answered each pair of items."
    )
    require(len(items) > 1, too_few)  # numpy would warn of a single one
    covariance = items.astype(float).cov().to_numpy()
    require(covariance.size > 0 and bool(np.isfinite(covariance).all()), too_few)
    varies = np.diag(covariance) > 0
    require(
        bool(varies.any()),
        f"the distance is undefined: no item varies over {len(items)} respondents.",
    )
    deviations = (answers - np.nanmean(answers, axis=0))[:, varies]
    statistic, df = squared_distances(deviations, covariance[np.ix_(varies, varies)])
    unanswered = np.isnan(answers).all(axis=1)
    statistic[unanswered], df[unanswered] = np.nan, np.nan
    p_value = chdtrc(df, statistic)
    return pd.DataFrame(
        {"statistic": statistic, "df": df, "p_value": p_value}, index=items.index
    )


def response_time_per_item(items: pd.DataFrame, seconds: pd.Series) -> pd.Series:
    """Return the seconds each respondent spent on an item answered.

    Total time over the number of items answered, so that leaving items out is no sign
    of speed. Below about 2 seconds an item can hardly be read. A long time proves
    nothing: pages are left open.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers, missing as NaN.
    seconds : pandas.Series, shape (n_respondents,)
        Time spent on all these items together, in seconds, same index; missing as NaN.

    Returns
    -------
    pandas.Series
        In seconds; NaN without an answer or a time.

    Raises
    ------
    TypeError
        Times that are no Series of numbers.
    ValueError
        Another index than that of the answers, or a time that is negative or infinite.

    References
    ----------
    Huang, J. L., Curran, P. G., Keeney, J., Poposki, E. M., & DeShon, R. P. (2012).
    Detecting and deterring insufficient effort responding to surveys. Journal of
    Business and Psychology, 27.
    """
    check_numeric_frame(items)
    if not isinstance(seconds, pd.Series):
        raise TypeError(
            f"`seconds` must be a pandas Series; got {type(seconds).__name__}."
        )
    check_numeric_frame(seconds.to_frame("seconds"), name="seconds")
    if not items.index.equals(seconds.index):
        raise ValueError("`seconds` must have the index of the answers.")
    if (seconds < 0).any():
        raise ValueError(
            f"`seconds` must not be negative; {int((seconds < 0).sum())} of "
            f"{len(seconds)} are."
        )
    n_answered = items.notna().sum(axis="columns")
    return seconds.astype(float) / n_answered.where(n_answered > 0)


def as_values(items: pd.DataFrame) -> FloatArray:
    """Return the answers as floats, or refuse what are no numbers."""
    check_numeric_frame(items)
    return items.to_numpy(dtype=float, na_value=np.nan)

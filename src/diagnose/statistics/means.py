"""The mean of one group with its t interval, from answers or from a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_at_least, check_proportion, require
from diagnose.statistics.sample import check_magnitude, holds_numbers

FloatArray = npt.NDArray[np.float64]
Values = pd.Series | npt.NDArray[np.floating] | Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanEstimate:
    """Mean of one group, with a t interval.

    Attributes
    ----------
    method : str
        ``"t"``.
    estimate : float
        Mean, in the units of the values, unrounded.
    std_error : float
        Standard error of the mean, ``sd / sqrt(n_respondents)``.
    df : float
        Degrees of freedom, ``n_respondents - 1``.
    sd : float
        Standard deviation with divisor n - 1.
    conf_low, conf_high : float
        Limits of the two-sided interval; equal to `estimate` when `sd` is 0.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    n_respondents : int
        Number of values actually used.
    flags : tuple of str
        ``"no_variance"`` when all values are the same: the interval then has no
        width, which says nothing about the people who did not answer.
    """

    method: str
    estimate: float
    std_error: float
    df: float
    sd: float
    conf_low: float
    conf_high: float
    conf_level: float
    n_respondents: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def mean_interval(values: Values, *, conf_level: float = 0.95) -> MeanEstimate:
    """Mean of the answered values, with its t interval.

    The interval assumes independent respondents. People of one team resemble each
    other, so for a sample made of whole teams it is too narrow.

    Parameters
    ----------
    values : Series, array or sequence of float, shape (n_respondents,)
        Scores or answers; missing as NaN, which are left out.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    MeanEstimate

    Raises
    ------
    InsufficientDataError
        Fewer than 2 answered values.
    ValueError
        Infinite values, more than one dimension, or a `conf_level` out of range.
    """
    answered = answered_values(values)
    mean, variance = mean_and_variance(answered)
    return mean_interval_from_summary(
        mean, float(np.sqrt(variance)), len(answered), conf_level=conf_level
    )


def mean_interval_from_summary(
    mean: float, sd: float, n_respondents: int, *, conf_level: float = 0.95
) -> MeanEstimate:
    """Interval by Student's t of a mean of which only the summary is known.

    Parameters
    ----------
    mean : float
        Mean of the group.
    sd : float
        Standard deviation with divisor n - 1, in the same units; at least 0.
    n_respondents : int
        Number of values behind the mean.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    MeanEstimate

    Raises
    ------
    InsufficientDataError
        `n_respondents` below 2.
    ValueError
        A negative `sd` or a `conf_level` out of range.
    """
    check_proportion("conf_level", conf_level)
    require(
        n_respondents >= 2,
        f"a mean with an interval needs at least 2 answers; got {n_respondents}.",
    )
    check_at_least("sd", sd, 0)
    from scipy.special import stdtrit

    std_error = sd / np.sqrt(n_respondents)
    margin = float(stdtrit(n_respondents - 1, (1 + conf_level) / 2) * std_error)
    return MeanEstimate(
        method="t",
        estimate=float(mean),
        std_error=float(std_error),
        df=float(n_respondents - 1),
        sd=float(sd),
        conf_low=float(mean) - margin,
        conf_high=float(mean) + margin,
        conf_level=conf_level,
        n_respondents=int(n_respondents),
        flags=("no_variance",) if sd == 0 else (),
    )


def as_vector(values: Values, *, name: str = "values") -> FloatArray:
    """Return `values` as a one-dimensional float array; refuse what cannot be."""
    wrong = TypeError(f"`{name}` must be one column of numbers; missing as NaN.")
    try:
        column = pd.Series(values)
        numbers = holds_numbers(column)
        vector = column.to_numpy(dtype=float, na_value=np.nan) if numbers else None
    except (TypeError, ValueError) as error:
        raise wrong from error
    if vector is None:
        raise wrong
    check_magnitude(vector, name=f"`{name}`")
    return vector


def answered_values(values: Values, *, name: str = "values") -> FloatArray:
    """Return `values` as a float array without the missing ones."""
    vector = as_vector(values, name=name)
    return vector[~np.isnan(vector)]


def mean_and_variance(answered: FloatArray) -> tuple[float, float]:
    """Return mean and variance (divisor n - 1); a variance of exactly 0 if constant.

    Three times 0.1 has a computed variance of 1e-34: only the range tells that the
    values are the same.
    """
    if len(answered) == 0:
        return float("nan"), float("nan")
    if len(answered) == 1 or np.ptp(answered) == 0:
        return float(answered[0]), 0.0
    return float(answered.mean()), float(answered.var(ddof=1))

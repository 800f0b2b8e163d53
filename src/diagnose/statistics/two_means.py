"""Two groups: the difference of their means, and whether "no difference" is shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_at_least, check_proportion, require
from diagnose.statistics.effects import hedges_g
from diagnose.statistics.means import Values, answered_values, mean_and_variance


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """Difference of two means, first minus second, by Welch's t.

    Attributes
    ----------
    method : str
        ``"welch_t"``, or ``"games_howell"`` for a pair out of several groups, whose
        p-value and interval allow for all pairs.
    first, second : str
        Names of the two groups.
    estimate : float
        Mean of the first minus mean of the second, in the units of the values.
    std_error, statistic, df : float
        Standard error of the difference, t, and Welch's degrees of freedom.
    p_value : float
        Two-sided.
    conf_low, conf_high, conf_level : float
        Interval of the difference and its coverage.
    hedges_g, hedges_g_low, hedges_g_high : float
        Difference in pooled standard deviations, corrected for small samples, with
        an interval at `conf_level` (not adjusted for other pairs) that assumes normal
        values of equal variance.
    mean_first, mean_second : float
        The two means.
    n_first, n_second, n_respondents : int
        Answered values in each group and together.
    """

    method: str
    first: str
    second: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    hedges_g: float
    hedges_g_low: float
    hedges_g_high: float
    mean_first: float
    mean_second: float
    n_first: int
    n_second: int
    n_respondents: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Two one-sided tests against a bound that was set beforehand.

    Attributes
    ----------
    method : str
        ``"tost_welch"``, or ``"tost"`` from a given standard error.
    estimate, std_error, df : float
        Difference (first minus second), its standard error, degrees of freedom.
    bound : float
        Smallest difference that would matter, in the units of the values.
    statistic_low, statistic_high : float
        t against ``-bound`` and against ``+bound``.
    p_value : float
        The larger of the two one-sided p-values.
    conf_low, conf_high : float
        Interval at `conf_level`; equivalence means it lies inside the bounds.
    conf_level : float
        0.90 for tests at the 0.05 level.
    equivalent : bool
        Whether "no difference that matters" is shown. False does not mean that the
        groups differ.
    n_respondents : int or None
        Values in both groups together; None when only a standard error was given.
    """

    method: str
    estimate: float
    std_error: float
    df: float
    bound: float
    statistic_low: float
    statistic_high: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    equivalent: bool
    n_respondents: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def compare_two(
    first: Values, second: Values, *, conf_level: float = 0.95
) -> MeanDifference:
    """Difference of the means of two independent groups, by Welch's t.

    Parameters
    ----------
    first, second : Series, array or sequence of float
        Scores of the two groups; missing as NaN, which are left out.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    MeanDifference
        First minus second.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 answered values in a group, or no variance in either.
    ValueError
        Infinite values, or a `conf_level` out of range.

    References
    ----------
    Welch, 1947, Biometrika. Hedges, 1981, Journal of Educational Statistics.
    """
    one, two = (
        answered_values(first, name="first"),
        answered_values(second, name="second"),
    )
    mean1, variance1 = mean_and_variance(one)
    mean2, variance2 = mean_and_variance(two)
    return compare_two_from_summary(
        mean1,
        np.sqrt(variance1),
        len(one),
        mean2,
        np.sqrt(variance2),
        len(two),
        conf_level=conf_level,
    )


def compare_two_from_summary(
    mean1: float,
    sd1: float,
    n1: int,
    mean2: float,
    sd2: float,
    n2: int,
    *,
    conf_level: float = 0.95,
) -> MeanDifference:
    """Welch's comparison of two groups of which only the summaries are known.

    Parameters
    ----------
    mean1, mean2 : float
        Means of the first and the second group.
    sd1, sd2 : float
        Standard deviations with divisor n - 1, at least 0.
    n1, n2 : int
        Values behind each mean.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    MeanDifference
        First minus second; equal to what `compare_two` gives on the values.

    Raises
    ------
    InsufficientDataError
        `n1` or `n2` below 2, or both standard deviations 0.
    ValueError
        A negative standard deviation, or a `conf_level` out of range.
    """
    check_proportion("conf_level", conf_level)
    require(
        n1 >= 2 and n2 >= 2,
        f"two means need at least 2 answers in each group; got {n1} and {n2}.",
    )
    check_at_least("sd1", sd1, 0)
    check_at_least("sd2", sd2, 0)
    require(
        sd1 > 0 or sd2 > 0,
        f"two means cannot be compared: neither group varies (n {n1} and {n2}).",
    )
    from scipy.special import stdtr, stdtrit

    estimate = mean1 - mean2
    std_error, df = welch_error(sd1**2, n1, sd2**2, n2)
    statistic = estimate / std_error
    margin = stdtrit(df, (1 + conf_level) / 2) * std_error
    effect, effect_low, effect_high = hedges_g(
        estimate, (sd1**2, sd2**2), (n1, n2), conf_level
    )
    return MeanDifference(
        method="welch_t",
        first="first",
        second="second",
        estimate=float(estimate),
        std_error=std_error,
        statistic=float(statistic),
        df=df,
        p_value=float(2 * stdtr(df, -abs(statistic))),
        conf_low=float(estimate - margin),
        conf_high=float(estimate + margin),
        conf_level=conf_level,
        hedges_g=effect,
        hedges_g_low=effect_low,
        hedges_g_high=effect_high,
        mean_first=float(mean1),
        mean_second=float(mean2),
        n_first=int(n1),
        n_second=int(n2),
        n_respondents=int(n1 + n2),
    )


def equivalence_test(
    first: Values, second: Values, *, bound: float, conf_level: float = 0.90
) -> Equivalence:
    """Test whether two independent groups differ by less than `bound`.

    Two one-sided Welch tests. Respondents must be independent; where they sit in
    teams, use `equivalence_from_estimate` with a clustered standard error.

    Parameters
    ----------
    first, second : Series, array or sequence of float
        Scores of the two groups; missing as NaN, which are left out.
    bound : float
        Smallest difference that matters, above 0, in the units of the values, chosen
        before looking at the data.
    conf_level : float
        Coverage of the interval; the tests are at level ``(1 - conf_level) / 2``.

    Returns
    -------
    Equivalence

    Raises
    ------
    InsufficientDataError
        Fewer than 2 answered values in a group, or no variance in either.
    ValueError
        A bound that is not positive, infinite values.

    References
    ----------
    Schuirmann, 1981, Biometrics.
    """
    difference = compare_two(first, second, conf_level=conf_level)
    return equivalence_from_estimate(
        difference.estimate,
        difference.std_error,
        difference.df,
        bound=bound,
        conf_level=conf_level,
        method="tost_welch",
        n_respondents=difference.n_respondents,
    )


def equivalence_from_estimate(
    estimate: float,
    std_error: float,
    df: float,
    *,
    bound: float,
    conf_level: float = 0.90,
    method: str = "tost",
    n_respondents: int | None = None,
) -> Equivalence:
    """Two one-sided tests for an estimate with a t-distributed error.

    Parameters
    ----------
    estimate, std_error, df : float
        A difference, its standard error (above 0) and degrees of freedom.
    bound : float
        Smallest difference that matters, above 0.
    conf_level : float
        Coverage of the interval; the tests are at level ``(1 - conf_level) / 2``.
    method : str
        Name to give the result.
    n_respondents : int, optional
        Values behind the estimate, for the record.

    Returns
    -------
    Equivalence

    Raises
    ------
    ValueError
        A bound or standard error that is not positive.
    """
    check_proportion("conf_level", conf_level)
    for name, value in (("bound", bound), ("std_error", std_error)):
        if not 0 < value < np.inf:
            raise ValueError(f"`{name}` must be above 0; got {value!r}.")
    from scipy.special import stdtr, stdtrit

    low, high = (estimate + bound) / std_error, (estimate - bound) / std_error
    margin = float(stdtrit(df, (1 + conf_level) / 2) * std_error)
    p_value = float(max(stdtr(df, -low), stdtr(df, high)))
    return Equivalence(
        method=method,
        estimate=float(estimate),
        std_error=float(std_error),
        df=float(df),
        bound=float(bound),
        statistic_low=float(low),
        statistic_high=float(high),
        p_value=p_value,
        conf_low=float(estimate) - margin,
        conf_high=float(estimate) + margin,
        conf_level=conf_level,
        equivalent=p_value < (1 - conf_level) / 2,
        n_respondents=n_respondents,
    )


def welch_error(
    variance1: float, n1: int, variance2: float, n2: int
) -> tuple[float, float]:
    """Return the standard error of a difference of means and Welch's df."""
    share1, share2 = variance1 / n1, variance2 / n2
    total = share1 + share2
    # Shares of the total keep tiny variances from vanishing when squared.
    df = 1 / ((share1 / total) ** 2 / (n1 - 1) + (share2 / total) ** 2 / (n2 - 1))
    return float(np.sqrt(total)), float(df)

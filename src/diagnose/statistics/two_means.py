"""Two groups: the difference of their means, and whether "no difference" is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from diagnose._options import check_at_least, check_proportion, require
from diagnose.statistics.clustered.cells import summarise_teams
from diagnose.statistics.clustered.two_groups import (
    compare_two_from_team_summaries,
    left_out_note,
)
from diagnose.statistics.effects import hedges_g
from diagnose.statistics.mean_difference import Equivalence, MeanDifference
from diagnose.statistics.means import Values, answered_values, mean_and_variance

__all__ = [
    "Equivalence",
    "MeanDifference",
    "compare_two",
    "compare_two_from_summary",
    "compare_two_from_team_summaries",
    "equivalence_from_estimate",
    "equivalence_test",
    "welch_error",
]


def compare_two(
    first: Values,
    second: Values,
    *,
    first_teams: pd.Series | None = None,
    second_teams: pd.Series | None = None,
    conf_level: float = 0.95,
) -> MeanDifference:
    """Difference of the means of two groups, by Welch's t or with teams as clusters.

    Without teams, respondents are taken as independent, which makes standard errors of
    people in teams too small. With teams the error is CR2 with Satterthwaite's degrees
    of freedom: see `compare_two_from_team_summaries`. A team may have people in both
    groups, such as its leader in one and the others in the other.

    Parameters
    ----------
    first, second : Series, array or sequence of float
        Scores of the two groups; missing as NaN, which are left out.
    first_teams, second_teams : Series, optional
        Team of each value, in the same order (and on the same index, if the values have
        one). Both or neither. Values without a team are left out, with a note.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    MeanDifference
        First minus second.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 answered values in a group, or no variance in either; with teams,
        a group that sits in a single team, or no variance between teams.
    ValueError
        Infinite values, teams of one group only, or a `conf_level` out of range.

    References
    ----------
    Welch, 1947, Biometrika. Hedges, 1981, Journal of Educational Statistics. Bell and
    McCaffrey, 2002, Survey Methodology.
    """
    if first_teams is not None or second_teams is not None:
        if first_teams is None or second_teams is None:
            raise ValueError("give `first_teams` and `second_teams`, or neither.")
        one_team, lost1 = summarise_teams(first, first_teams, name="first")
        two_team, lost2 = summarise_teams(second, second_teams, name="second")
        result = compare_two_from_team_summaries(
            one_team, two_team, conf_level=conf_level
        )
        return replace(result, notes=result.notes + left_out_note(lost1 + lost2))
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
    first: Values,
    second: Values,
    *,
    bound: float,
    first_teams: pd.Series | None = None,
    second_teams: pd.Series | None = None,
    conf_level: float = 0.90,
) -> Equivalence:
    """Test whether two groups differ by less than `bound`.

    Two one-sided tests, by Welch's t for independent respondents, or with the clustered
    error of `compare_two` for people in teams.

    Parameters
    ----------
    first, second : Series, array or sequence of float
        Scores of the two groups; missing as NaN, which are left out.
    first_teams, second_teams : Series, optional
        Team of each value: see `compare_two`.
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
        As for `compare_two`.
    ValueError
        A bound that is not positive, infinite values, teams of one group only.

    References
    ----------
    Schuirmann, 1981, Biometrics.
    """
    difference = compare_two(
        first,
        second,
        first_teams=first_teams,
        second_teams=second_teams,
        conf_level=conf_level,
    )
    result = equivalence_from_estimate(
        difference.estimate,
        difference.std_error,
        difference.df,
        bound=bound,
        conf_level=conf_level,
        method="tost_welch" if first_teams is None else "tost_cluster_cr2",
        n_respondents=difference.n_respondents,
    )
    return replace(result, n_teams=difference.n_teams, notes=difference.notes)


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

"""Two groups inside every team: do they differ, team by team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.pooling.variances import (
    TeamVariances,
    VarianceChoice,
    team_variances,
)
from diagnose.statistics.team_sums import (
    FloatArray,
    check_summary,
    check_summary_frame,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DifferencesWithin:
    """First group minus second group, in every team that holds both.

    Attributes
    ----------
    method : str
        Name of the test.
    variances : {"pooled", "cautious", "moderated", "separate"}
        Which variance each group of each team was given.
    conf_level : float
        Coverage of the intervals, between 0 and 1; not adjusted for multiplicity.
    n_respondents, n_teams : int
        Respondents of both groups in the teams compared, and those teams.
    """

    method: str
    variances: str
    conf_level: float
    n_respondents: int
    n_teams: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        Columns: team, n_first, mean_first, n_second, mean_second, estimate (their
        difference), std_error, statistic (t), df, p_value, conf_low, conf_high. Of a
        team in which the difference has no error to judge it by, the last six are
        NaN.
        """
        return self._teams.copy()


def differences_within(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    variances: VarianceChoice = "cautious",
    conf_level: float = 0.95,
) -> DifferencesWithin:
    """Compare two groups, such as work floor and leaders, inside each team.

    A Welch test a team, in which each group's variance borrows from the same group in
    the other teams. With a variance of its own for five to eight people the test finds
    far too much: in 1,000 simulated organisations without any difference, adjusted
    over teams and subscales, 13 % raised a false alarm, and 4 % with ``"cautious"``.

    Parameters
    ----------
    first, second : pandas.DataFrame, shape (n_teams, >= 4)
        Columns team, n_respondents, mean, variance (NaN for a group of one). All teams
        with the group, also those without the other one: they help the variances.
    variances : {"cautious", "pooled", "moderated", "separate"}
        As in `difference_from_rest`. A group that stands in one team only keeps its
        own variance.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    DifferencesWithin
        Teams of both summaries, in the order of `first`.

    Raises
    ------
    ValueError
        A wrong option, a column or a number is missing, or a team occurs twice.
    InsufficientDataError
        No team holds both groups, or a group varies in no team.

    References
    ----------
    Welch, B. L. (1938). The significance of the difference between two means when the
    population variances are unequal. Biometrika, 29.
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing
    differential expression in microarray experiments. Statistical Applications in
    Genetics and Molecular Biology, 3.
    """
    check_option("variances", variances, VarianceChoice)
    check_proportion("conf_level", conf_level)
    groups = [_group(frame, variances) for frame in (first, second)]
    both = groups[0].merge(groups[1], on="team", suffixes=("_first", "_second"))
    require(
        len(both) > 0,
        f"no team holds both groups: {len(groups[0])} teams hold the first and "
        f"{len(groups[1])} the second.",
    )
    return DifferencesWithin(
        method=f"Welch within teams, {variances} variances",
        variances=variances,
        conf_level=conf_level,
        n_respondents=int(both[["n_first", "n_second"]].to_numpy().sum()),
        n_teams=len(both),
        _teams=_compare(both, conf_level),
    )


def _group(summary: pd.DataFrame, variances: VarianceChoice) -> pd.DataFrame:
    """Return team, n, mean, squared error of the mean and its df, of one group."""
    check_summary_frame(summary)
    if len(summary) == 1:
        each = _alone(summary)
    else:
        each = team_variances(check_summary(summary), variances)
    sizes = summary["n_respondents"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "team": pd.Series(summary["team"].to_numpy(dtype=object), dtype=object),
            "n": sizes,
            "mean": summary["mean"].to_numpy(dtype=float),
            "error": each.variance / sizes,
            "df": each.df,
        }
    )


def _alone(summary: pd.DataFrame) -> TeamVariances:
    """Return the variance of the only team, which has no other to borrow from."""
    variance = summary["variance"].to_numpy(dtype=float)
    df = summary["n_respondents"].to_numpy(dtype=float) - 1
    known = np.where(df > 0, variance, np.nan)  # whatever is written at a group of one
    return TeamVariances(variance=known, df=df, one_for_all=False)


def _compare(both: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    from scipy.special import stdtr, stdtrit

    first, second = (_error(both, which) for which in ("first", "second"))
    # A group of one, or one without any variance, leaves nothing to judge by.
    known = (first[0] > 0) & (second[0] > 0)
    squares = np.where(known, first[0] + second[0], np.nan)
    doubt = sum(error**2 / np.where(known, df, 1) for error, df in (first, second))
    df = squares**2 / np.where(known, doubt, 1)
    estimate = (both["mean_first"] - both["mean_second"]).to_numpy()
    std_error = np.sqrt(squares)
    statistic = estimate / std_error
    margin = stdtrit(df, (1 + conf_level) / 2) * std_error
    counts = {name: both[name].astype(int) for name in ("n_first", "n_second")}
    return pd.DataFrame(
        {
            "team": both["team"],
            "n_first": counts["n_first"],
            "mean_first": both["mean_first"],
            "n_second": counts["n_second"],
            "mean_second": both["mean_second"],
            "estimate": estimate,
            "std_error": std_error,
            "statistic": statistic,
            "df": df,
            "p_value": 2 * stdtr(df, -np.abs(statistic)),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
        }
    )


def _error(both: pd.DataFrame, which: str) -> tuple[FloatArray, FloatArray]:
    error = both[f"error_{which}"].to_numpy(dtype=float)
    return np.nan_to_num(error), both[f"df_{which}"].to_numpy(dtype=float)

"""Did the mean change between two anonymous waves.

Linked people are judged in `measurement_error`; its names for that are repeated here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.means import Values, as_vector
from diagnose.statistics.measurement_error import (
    ReliableChange,
    reliable_change,
    smallest_detectable_change,
)
from diagnose.statistics.two_means import compare_two

__all__ = [
    "ReliableChange",
    "WaveComparison",
    "compare_waves",
    "reliable_change",
    "smallest_detectable_change",
]

ClusterErrors = Literal["auto", "cr1", "cr2"]

# Below this many teams the plain clustered error is too small, and its df too many.
_FEW_TEAMS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveComparison:
    """Change of a mean between two anonymous waves, second minus first.

    Attributes
    ----------
    method : str
        ``"welch_t"`` without teams; ``"cluster_cr1_t"`` (sandwich, df teams - 1) or
        ``"cluster_cr2_satterthwaite"`` with teams.
    estimate : float
        Mean of the second wave minus mean of the first.
    std_error, statistic, df, p_value : float
        Standard error, t, degrees of freedom, two-sided p-value.
    conf_low, conf_high, conf_level : float
        Interval of the change and its coverage.
    mean_first, mean_second : float
        Means of the waves.
    n_first, n_second, n_respondents : int
        Answered values in each wave and together. People who answered twice count
        twice: nobody knows who they are.
    n_teams : int or None
        Teams in either wave; None when teams were not given.
    n_teams_both : int or None
        Teams present in both waves.
    """

    method: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    mean_first: float
    mean_second: float
    n_first: int
    n_second: int
    n_respondents: int
    n_teams: int | None = None
    n_teams_both: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def compare_waves(
    first: Values,
    second: Values,
    *,
    first_teams: pd.Series | None = None,
    second_teams: pd.Series | None = None,
    cluster_errors: ClusterErrors = "auto",
    conf_level: float = 0.95,
) -> WaveComparison:
    """Change of a mean between two waves whose respondents are not linked.

    Without teams this is Welch's comparison, which takes everyone as independent.
    With teams the standard error allows for teammates who resemble each other, within
    and across waves: a team with the same label in both waves is one cluster. People
    who answered twice make the error too large, never too small.

    Parameters
    ----------
    first, second : Series, array or sequence of float
        Scores of the earlier and the later wave; missing as NaN, which are left out.
    first_teams, second_teams : Series, optional
        Team of each respondent, in the same order; give both or neither.
    cluster_errors : {"auto", "cr1", "cr2"}
        ``"cr1"``: the usual clustered error with a t on teams - 1 degrees of freedom.
        ``"cr2"``: the bias-reduced error with Satterthwaite degrees of freedom, for
        few or unequal teams. ``"auto"`` takes cr2 below 40 teams. Unused without
        teams.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    WaveComparison
        Second minus first.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 answers in a wave, fewer than 2 teams in a wave, or no variance.
    ValueError
        One of the team columns without the other, of another length, or with missing
        labels.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology (bias-reduced linearisation).
    Pustejovsky and Tipton, 2018, Journal of Business and Economic Statistics.
    """
    check_option("cluster_errors", cluster_errors, ClusterErrors)
    check_proportion("conf_level", conf_level)
    if first_teams is None and second_teams is None:
        return _welch_waves(first, second, conf_level)
    if first_teams is None or second_teams is None:
        raise ValueError("give `first_teams` and `second_teams`, or neither.")
    early = _with_teams(first, first_teams, name="first")
    late = _with_teams(second, second_teams, name="second")
    table = pd.concat([early.assign(wave=0.0), late.assign(wave=1.0)])
    table["code"] = pd.factorize(table["team"])[0]
    _check_waves(early, late)
    n_teams = int(table["code"].nunique())
    if cluster_errors == "cr1" or (cluster_errors == "auto" and n_teams >= _FEW_TEAMS):
        method, (std_error, df) = "cluster_cr1_t", _cr1(table)
    else:
        method, (std_error, df) = "cluster_cr2_satterthwaite", _cr2(table)
    # Rounding leaves about 1e-16 of the spread where the error should be 0.
    require(
        std_error > 1e-12 * float(np.ptp(table["value"])),
        f"waves cannot be compared: all {n_teams} teams moved alike, which leaves no "
        f"error to judge by ({len(table)} respondents).",
    )
    return _clustered_result(
        early,
        late,
        method=method,
        error=(std_error, df),
        n_teams=n_teams,
        conf_level=conf_level,
    )


def _welch_waves(first: Values, second: Values, conf_level: float) -> WaveComparison:
    difference = compare_two(second, first, conf_level=conf_level)
    return WaveComparison(
        method=difference.method,
        estimate=difference.estimate,
        std_error=difference.std_error,
        statistic=difference.statistic,
        df=difference.df,
        p_value=difference.p_value,
        conf_low=difference.conf_low,
        conf_high=difference.conf_high,
        conf_level=conf_level,
        mean_first=difference.mean_second,
        mean_second=difference.mean_first,
        n_first=difference.n_second,
        n_second=difference.n_first,
        n_respondents=difference.n_respondents,
    )


def _with_teams(values: Values, teams: pd.Series, *, name: str) -> pd.DataFrame:
    """Return the answered values of one wave beside their teams."""
    vector = as_vector(values, name=name)
    if len(vector) != len(teams):
        raise ValueError(
            f"`{name}_teams` must have one team a value; got {len(teams)} teams and "
            f"{len(vector)} values."
        )
    if isinstance(values, pd.Series) and not values.index.equals(teams.index):
        raise ValueError(f"`{name}` and `{name}_teams` must have the same index.")
    table = pd.DataFrame({"value": vector, "team": teams.to_numpy(dtype=object)})
    table = table[table["value"].notna()]
    absent = int(table["team"].isna().sum())
    if absent:
        raise ValueError(
            f"`{name}_teams` has no team for {absent} of {len(table)} respondents; "
            "leave them out, or give them a label of their own."
        )
    return table


def _check_waves(early: pd.DataFrame, late: pd.DataFrame) -> None:
    require(
        len(early) >= 2 and len(late) >= 2,
        "waves need at least 2 answers each; got "
        f"{len(early)} in the first and {len(late)} in the second.",
    )
    n_early, n_late = early["team"].nunique(), late["team"].nunique()
    require(
        n_early >= 2 and n_late >= 2,
        "clustered errors need at least 2 teams in each wave; got "
        f"{n_early} in the first and {n_late} in the second "
        f"({len(early)} and {len(late)} respondents).",
    )
    require(
        bool(np.ptp(early["value"]) > 0 or np.ptp(late["value"]) > 0),
        "waves cannot be compared: the answers do not vary "
        f"({len(early)} and {len(late)} respondents).",
    )


def _cr1(table: pd.DataFrame) -> tuple[float, float]:
    """Return the clustered standard error and df by statsmodels."""
    from statsmodels.regression.linear_model import OLS

    design = np.column_stack([np.ones(len(table)), table["wave"].to_numpy()])
    fitted = OLS(table["value"].to_numpy(), design).fit(
        cov_type="cluster", cov_kwds={"groups": table["code"].to_numpy()}, use_t=True
    )
    return float(fitted.bse[1]), float(table["code"].nunique() - 1)


def _cr2(table: pd.DataFrame) -> tuple[float, float]:
    """Return the bias-reduced clustered standard error and Satterthwaite df.

    With a mean for each wave the hat matrix of a team falls apart into one constant
    block a wave, so its adjustment only rescales the team's summed residuals: by
    1 / sqrt(1 - a / n), with a of the wave's n answers in this team. The df compares
    the two moments of the variance estimate under equal independent errors.
    """
    n_teams = int(table["code"].max()) + 1
    scores = np.zeros(n_teams)
    moments = np.zeros((n_teams, n_teams))
    for wave, sign in ((0.0, -1.0), (1.0, 1.0)):
        part = table[table["wave"] == wave]
        code, value = part["code"].to_numpy(), part["value"].to_numpy()
        inside = np.bincount(code, minlength=n_teams)
        residual = np.bincount(code, value - value.mean(), minlength=n_teams)
        weight = 1 / (len(part) * np.sqrt(1 - inside / len(part)))
        scores += sign * weight * residual
        moments += np.diag(inside * weight**2)
        moments -= np.outer(inside * weight, inside * weight) / len(part)
    variance = float((scores**2).sum())
    df = np.trace(moments) ** 2 / (moments**2).sum()
    return float(np.sqrt(variance)), float(df)


def _clustered_result(
    early: pd.DataFrame,
    late: pd.DataFrame,
    *,
    method: str,
    error: tuple[float, float],
    n_teams: int,
    conf_level: float,
) -> WaveComparison:
    from scipy.special import stdtr, stdtrit

    std_error, df = error
    mean_first, mean_second = float(early["value"].mean()), float(late["value"].mean())
    estimate = mean_second - mean_first
    statistic = estimate / std_error
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    return WaveComparison(
        method=method,
        estimate=estimate,
        std_error=std_error,
        statistic=statistic,
        df=df,
        p_value=float(2 * stdtr(df, -abs(statistic))),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        conf_level=conf_level,
        mean_first=mean_first,
        mean_second=mean_second,
        n_first=len(early),
        n_second=len(late),
        n_respondents=len(early) + len(late),
        n_teams=n_teams,
        n_teams_both=len(set(early["team"]) & set(late["team"])),
    )

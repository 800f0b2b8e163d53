"""Intraclass correlations of people in teams: ICC(1) and ICC(2)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.noncentral_f import noncentral_f_limits
from diagnose.statistics.random_intercept import (
    between_statistic,
    fit_random_intercept,
)
from diagnose.statistics.team_sums import (
    CheckedSummary,
    Summary,
    check_summary,
    team_summary,
)

IccMethod = Literal["reml", "anova"]
GroupSize = Literal["mean", "n0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntraclassCorrelation:
    """How much of a score belongs to the team.

    Attributes
    ----------
    method : {"reml", "anova"}
        Estimator of the variances.
    icc1 : float
        Share of the variance of one person's score that lies between teams. Negative
        ANOVA values are kept: people in a team then differ more than people at large.
    icc2 : float
        Reliability of the mean of a team of `group_size` people.
    conf_low, conf_high : float
        Limits for `icc1` at `conf_level`.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    interval_method : str
        ``"exact F (Wald)"`` with REML, ``"F with group_size"`` with ANOVA.
    mean_square_between, mean_square_within : float
        ANOVA mean squares, in squared units of the score.
    tau2, sigma2 : float
        Variance between team levels and within teams, by `method`.
    statistic, df_between, df_within, p_value : float
        F test of "no differences between teams".
    group_size : float
        Team size put into the formulas.
    group_size_method : {"mean", "n0"}
        Arithmetic mean, or the n0 that makes the ANOVA estimate unbiased.
    n_respondents, n_teams : int
        Size of the data analysed.
    eta_squared : float
        Share of the variance of these scores that lies between these teams: SSB / SST.
        It grows with the number of teams even when teams do not differ.
    eta_squared_low, eta_squared_high : float
        Limits at `conf_level` of the share in the population, which is smaller than
        `eta_squared` and may lie wholly below it; see Notes of `icc`.
    design_effect : float
        Factor by which teams enlarge the variance of the mean of all respondents:
        1 + ((1 + cv^2) m - 1) ICC(1), with m the mean team size and cv the variation
        of the sizes; 1 + (m - 1) ICC(1) for teams of one size. A negative ICC(1)
        counts as 0.
    """

    method: str
    icc1: float
    icc2: float
    conf_low: float
    conf_high: float
    conf_level: float
    interval_method: str
    mean_square_between: float
    mean_square_within: float
    tau2: float
    sigma2: float
    statistic: float
    df_between: int
    df_within: int
    p_value: float
    group_size: float
    group_size_method: str
    n_respondents: int
    n_teams: int
    eta_squared: float
    eta_squared_low: float
    eta_squared_high: float
    design_effect: float

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def icc(
    values: pd.Series,
    teams: pd.Series,
    *,
    method: IccMethod = "reml",
    group_size: GroupSize = "mean",
    conf_level: float = 0.95,
) -> IntraclassCorrelation:
    """Intraclass correlation of people in teams.

    ANOVA: ICC(1) = (MSB - MSW) / (MSB + (n - 1) MSW), ICC(2) = (MSB - MSW) / MSB.
    REML: ICC(1) = tau2 / (tau2 + sigma2), ICC(2) = tau2 / (tau2 + sigma2 / n). One
    ICC(2) hides the unreliable small teams: see the reliability of each team in
    `diagnose.statistics.pooling.shrunken_means`.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        One score a respondent; missing ones are left out.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, same index; rows without a team are left out.
    method : {"reml", "anova"}
        Estimator of the variances. REML cannot be negative.
    group_size : {"mean", "n0"}
        The n of the formulas: the mean team size (as R's multilevel does), or
        (N - sum n^2 / N) / (G - 1).
    conf_level : float
        Coverage of the interval of ICC(1), between 0 and 1.

    Returns
    -------
    IntraclassCorrelation
        With REML the interval is exact for normal data and any team sizes, cut off at
        0; with ANOVA it is exact for teams of one size and approximate otherwise.

    Notes
    -----
    The limits of eta squared are ncp / (ncp + N) for the non-centralities at which the
    observed F is the upper and the lower quantile of a non-central F (Steiger 2004).
    They hold for fixed teams with normal values of one variance, and describe the
    share of the variance between these teams' true means. The design effect is Kish's,
    as in `diagnose.statistics.planning.design_effect`.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.

    References
    ----------
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability.
    In Multilevel theory, research, and methods in organizations (pp. 349-381).
    Steiger, J. H. (2004). Beyond the F test. Psychological Methods, 9.
    Wald, A. (1940). A note on the analysis of variance with unequal class
    frequencies. Annals of Mathematical Statistics, 11.
    """
    return icc_from_summary(
        team_summary(values, teams),
        method=method,
        group_size=group_size,
        conf_level=conf_level,
    )


def icc_from_summary(
    summary: Summary,
    *,
    method: IccMethod = "reml",
    group_size: GroupSize = "mean",
    conf_level: float = 0.95,
) -> IntraclassCorrelation:
    """Intraclass correlation, given only n, mean and variance of each team.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        Columns team, n_respondents, mean, variance (NaN for a team of one), as made by
        `team_summary`. Teams that may not be shown are left out, not blanked.
    method, group_size, conf_level
        As in `icc`.

    Raises
    ------
    ValueError
        A wrong option, a column or a number is missing, or a team occurs twice.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.
    """
    from scipy.special import fdtrc

    check_option("method", method, IccMethod)
    check_option("group_size", group_size, GroupSize)
    check_proportion("conf_level", conf_level)
    checked = check_summary(summary)
    size = _group_size(checked, group_size)
    within = checked.mean_square_within
    # with ratio 0 the weights are the team sizes: the F of the ordinary ANOVA
    statistic = between_statistic(0.0, checked)
    tau2, sigma2 = _components(checked, method, statistic=statistic, size=size)
    limits = _exact_limits if method == "reml" else _anova_limits
    conf_low, conf_high = limits(checked, statistic, size, conf_level)
    df_between = checked.n_teams - 1
    eta, eta_low, eta_high = _eta_squared(checked, statistic, conf_level)
    icc1 = tau2 / (tau2 + sigma2)
    return IntraclassCorrelation(
        method=method,
        icc1=icc1,
        icc2=_mean_reliability(tau2, sigma2, size=size),
        conf_low=conf_low,
        conf_high=conf_high,
        conf_level=conf_level,
        interval_method="exact F (Wald)" if method == "reml" else "F with group_size",
        mean_square_between=statistic * within,
        mean_square_within=within,
        tau2=tau2,
        sigma2=sigma2,
        statistic=statistic,
        df_between=df_between,
        df_within=checked.df_within,
        p_value=float(fdtrc(df_between, checked.df_within, statistic)),
        group_size=size,
        group_size_method=group_size,
        n_respondents=checked.n_respondents,
        n_teams=checked.n_teams,
        eta_squared=eta,
        eta_squared_low=eta_low,
        eta_squared_high=eta_high,
        design_effect=_design_effect(checked, icc1),
    )


def _eta_squared(
    checked: CheckedSummary, statistic: float, conf_level: float
) -> tuple[float, float, float]:
    df_between, n = checked.n_teams - 1, checked.n_respondents
    between = df_between * statistic
    limits = noncentral_f_limits(statistic, df_between, checked.df_within, conf_level)
    low, high = (ncp / (ncp + n) for ncp in limits)
    return between / (between + checked.df_within), low, high


def _design_effect(checked: CheckedSummary, icc1: float) -> float:
    # (1 + cv^2) times the mean size is the size of the team of an average person
    own_size = float((checked.sizes**2).sum() / checked.sizes.sum())
    return 1 + (own_size - 1) * max(icc1, 0.0)


def _group_size(checked: CheckedSummary, group_size: GroupSize) -> float:
    total = checked.sizes.sum()
    if group_size == "mean":
        return float(total / checked.n_teams)
    spread = (checked.sizes**2).sum() / total
    return float((total - spread) / (checked.n_teams - 1))


def _components(
    checked: CheckedSummary, method: IccMethod, *, statistic: float, size: float
) -> tuple[float, float]:
    if method == "reml":
        model = fit_random_intercept(checked)
        return model.tau2, model.sigma2
    within = checked.mean_square_within
    return (statistic - 1) * within / size, within


def _mean_reliability(tau2: float, sigma2: float, *, size: float) -> float:
    mean_variance = tau2 + sigma2 / size
    # ANOVA with equal team means: MSB is 0, and the ratio has no bound
    return tau2 / mean_variance if mean_variance > 0 else float("-inf")


def _anova_limits(
    checked: CheckedSummary, statistic: float, size: float, conf_level: float
) -> tuple[float, float]:
    low, high = (statistic / quantile for quantile in _f_quantiles(checked, conf_level))
    return (low - 1) / (low + size - 1), (high - 1) / (high + size - 1)


def _exact_limits(
    checked: CheckedSummary, statistic: float, size: float, conf_level: float
) -> tuple[float, float]:
    """Return the ICC values at which the weighted F reaches its quantiles."""
    del size  # the weights take the place of one team size
    low, high = (
        _ratio_at(checked, statistic, quantile)
        for quantile in _f_quantiles(checked, conf_level)
    )
    return low / (1 + low), high / (1 + high)


def _ratio_at(checked: CheckedSummary, statistic: float, quantile: float) -> float:
    from scipy.optimize import brentq

    if statistic <= quantile:
        return 0.0
    upper = 1.0
    while between_statistic(upper, checked) > quantile:
        upper *= 4
    return float(
        brentq(
            lambda ratio: between_statistic(ratio, checked) - quantile,
            0.0,
            upper,
            xtol=1e-14,
            rtol=1e-13,
        )
    )


def _f_quantiles(checked: CheckedSummary, conf_level: float) -> tuple[float, float]:
    """Return the upper and the lower quantile of F(G - 1, N - G)."""
    from scipy.special import fdtri

    upper = (1 + conf_level) / 2
    df_between = checked.n_teams - 1
    high, low = (fdtri(df_between, checked.df_within, p) for p in (upper, 1 - upper))
    return float(high), float(low)

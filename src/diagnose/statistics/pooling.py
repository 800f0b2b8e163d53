"""Shrunken team means, and each team against the rest, from team summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.random_intercept import RandomIntercept, fit_random_intercept
from diagnose.statistics.team_sums import (
    CheckedSummary,
    FloatArray,
    Summary,
    check_summary,
    team_summary,
)

RestWeights = Literal["respondents", "teams"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShrunkenMeans:
    """Team levels by empirical Bayes, with the model they rest on.

    Attributes
    ----------
    method : str
        ``"REML"``.
    mu, mu_std_error : float
        Mean of the team levels and its standard error, in units of the score.
    tau2, sigma2 : float
        Variance between team levels and within teams.
    teams_equal : bool
        True when tau2 is 0: the data show no differences between teams beyond chance,
        and every estimate equals `mu`.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_respondents, n_teams : int
        Size of the data analysed.
    """

    method: str
    mu: float
    mu_std_error: float
    tau2: float
    sigma2: float
    teams_equal: bool
    conf_level: float
    n_respondents: int
    n_teams: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        ``mean`` is the raw mean, with ``raw_std_error``, ``raw_conf_low`` and
        ``raw_conf_high``; ``estimate`` is the shrunken mean, with ``std_error``,
        ``conf_low`` and ``conf_high``; ``reliability`` is the weight of the raw mean;
        ``posterior_sd`` is the standard error with mu, tau2 and sigma2 taken as known.
        """
        return self._teams.copy()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamContrasts:
    """Every team against the rest of the teams.

    Attributes
    ----------
    method : str
        Name of the test.
    rest : {"respondents", "teams"}
        How the other teams were averaged.
    sigma2 : float
        Pooled within-team variance.
    conf_level : float
        Coverage of the intervals, between 0 and 1; not adjusted for multiplicity.
    n_respondents, n_teams : int
        Size of the data analysed.
    """

    method: str
    rest: str
    sigma2: float
    conf_level: float
    n_respondents: int
    n_teams: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        Columns: team, n_respondents, mean, rest_mean, estimate (their difference),
        std_error, statistic (t), df, p_value, conf_low, conf_high.
        """
        return self._teams.copy()


def shrunken_means(
    values: pd.Series, teams: pd.Series, *, conf_level: float = 0.95
) -> ShrunkenMeans:
    """Shrink each team mean towards the mean of all teams, by its reliability.

    The model is value = mu + team effect + rest, both normal, with one variance within
    teams. It answers "what do we believe about a team of four?": mu + lambda (mean -
    mu), lambda = tau2 / (tau2 + sigma2 / n). The ranks of the result are still noise.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        One score a respondent; missing ones are left out.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, same index; rows without a team are left out.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ShrunkenMeans
        See `shrunken_means_from_summary` for the standard errors.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.

    References
    ----------
    Prasad, N. G. N., & Rao, J. N. K. (1990). The estimation of the mean squared error
    of small-area estimators. Journal of the American Statistical Association, 85.
    """
    return shrunken_means_from_summary(
        team_summary(values, teams), conf_level=conf_level
    )


def shrunken_means_from_summary(
    summary: Summary, *, conf_level: float = 0.95
) -> ShrunkenMeans:
    """Shrink team means, given only n, mean and variance of each team.

    The squared standard error has three parts: tau2 (1 - lambda), known variances and
    mu; (1 - lambda)^2 Var(mu), the uncertainty of mu; and twice Var(lambda) (tau2 +
    sigma2 / n), the uncertainty of the variances (Prasad and Rao 1990), which keeps
    the interval honest when tau2 is estimated at 0. It is never put above sigma2 / n,
    the squared standard error of the raw mean. Intervals of estimate and raw mean use
    t with N - G degrees of freedom; the raw ones use the pooled within-team variance,
    as a small team's own variance is too unstable.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        Columns team, n_respondents, mean, variance (NaN for a team of one), as made by
        `team_summary`. Teams that may not be shown are left out, not blanked.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        A column or a number is missing, or a team occurs twice.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.
    """
    check_proportion("conf_level", conf_level)
    checked = check_summary(summary)
    model = fit_random_intercept(checked)
    return ShrunkenMeans(
        method="REML",
        mu=model.mu,
        mu_std_error=model.mu_std_error,
        tau2=model.tau2,
        sigma2=model.sigma2,
        teams_equal=model.tau2 == 0,
        conf_level=conf_level,
        n_respondents=checked.n_respondents,
        n_teams=checked.n_teams,
        _teams=_team_levels(checked, model, conf_level=conf_level),
    )


def difference_from_rest(
    summary: Summary,
    *,
    rest: RestWeights = "respondents",
    conf_level: float = 0.95,
) -> TeamContrasts:
    """Test whether each team's level differs from the mean of the other teams.

    A contrast between raw means with the pooled within-team variance and N - G degrees
    of freedom, so a team of one or two has a usable standard error. It assumes that
    answers vary about equally within teams. The p-values are not adjusted: the teams
    of one subscale are one family.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        Columns team, n_respondents, mean, variance. "The rest" is the rest of these
        rows: with teams left out it is not the whole organisation.
    rest : {"respondents", "teams"}
        Weigh the other teams by their respondents, or all alike.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        A column or a number is missing, or a team occurs twice.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.
    """
    from scipy.special import stdtr

    check_option("rest", rest, RestWeights)
    check_proportion("conf_level", conf_level)
    checked = check_summary(summary)
    rest_mean, rest_share = _rest(checked, rest)
    sigma2 = checked.mean_square_within
    difference = checked.means - rest_mean
    std_error = np.sqrt(sigma2 * (1 / checked.sizes + rest_share))
    statistic = difference / std_error
    margin = _t_quantile(checked.df_within, conf_level) * std_error
    frame = pd.DataFrame(
        {
            "team": pd.Series(checked.team, dtype=object),
            "n_respondents": checked.sizes.astype(int),
            "mean": checked.means,
            "rest_mean": rest_mean,
            "estimate": difference,
            "std_error": std_error,
            "statistic": statistic,
            "df": float(checked.df_within),
            "p_value": 2 * stdtr(checked.df_within, -np.abs(statistic)),
            "conf_low": difference - margin,
            "conf_high": difference + margin,
        }
    )
    return TeamContrasts(
        method="contrast, pooled within-team variance",
        rest=rest,
        sigma2=sigma2,
        conf_level=conf_level,
        n_respondents=checked.n_respondents,
        n_teams=checked.n_teams,
        _teams=frame,
    )


def _team_levels(
    checked: CheckedSummary, model: RandomIntercept, *, conf_level: float
) -> pd.DataFrame:
    sampling = model.sigma2 / checked.sizes
    reliability = model.tau2 / (model.tau2 + sampling)
    estimate = model.mu + reliability * (checked.means - model.mu)
    posterior = model.tau2 * (1 - reliability)
    variance = (
        posterior
        + ((1 - reliability) * model.mu_std_error) ** 2
        + 2 * _weight_variance(model, sampling) * (model.tau2 + sampling)
    )
    std_error = np.sqrt(np.minimum(variance, sampling))
    raw_std_error = np.sqrt(checked.mean_square_within / checked.sizes)
    quantile = _t_quantile(checked.df_within, conf_level)
    return pd.DataFrame(
        {
            "team": pd.Series(checked.team, dtype=object),
            "n_respondents": checked.sizes.astype(int),
            "mean": checked.means,
            "raw_std_error": raw_std_error,
            "raw_conf_low": checked.means - quantile * raw_std_error,
            "raw_conf_high": checked.means + quantile * raw_std_error,
            "estimate": estimate,
            "reliability": reliability,
            "posterior_sd": np.sqrt(posterior),
            "std_error": std_error,
            "conf_low": estimate - quantile * std_error,
            "conf_high": estimate + quantile * std_error,
        }
    )


def _weight_variance(model: RandomIntercept, sampling: FloatArray) -> FloatArray:
    """Return the variance of each lambda, by the delta method on (tau2, sigma2)."""
    total = model.tau2 + sampling
    by_tau2 = sampling / total**2
    by_sigma2 = -model.tau2 * sampling / (model.sigma2 * total**2)
    gradient = np.vstack([by_tau2, by_sigma2])
    variance: FloatArray = (gradient * (model.covariance @ gradient)).sum(axis=0)
    return variance


def _rest(checked: CheckedSummary, rest: RestWeights) -> tuple[FloatArray, FloatArray]:
    """Return the mean of the others, and its variance in units of sigma2."""
    sizes, means = checked.sizes, checked.means
    if rest == "respondents":
        others = sizes.sum() - sizes
        return (sizes @ means - sizes * means) / others, 1 / others
    n_others = checked.n_teams - 1
    inverse = 1 / sizes
    return (means.sum() - means) / n_others, (inverse.sum() - inverse) / n_others**2


def _t_quantile(df: int, conf_level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + conf_level) / 2))

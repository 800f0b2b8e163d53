"""Shrunken team means with intervals, from team summaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.pooling.members import (
    Members,
    members_now,
    staff_sizes,
)
from diagnose.statistics.pooling.posterior import ratio_posterior, team_levels
from diagnose.statistics.pooling.prasad_rao import prasad_rao_std_errors
from diagnose.statistics.random_intercept import RandomIntercept, fit_random_intercept
from diagnose.statistics.team_sums import (
    CheckedSummary,
    FloatArray,
    Summary,
    check_summary,
    team_summary,
)

LevelInterval = Literal["posterior", "prasad_rao"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShrunkenMeans:
    """Team levels by empirical Bayes, with the model they rest on.

    Attributes
    ----------
    method : str
        ``"REML"``; with weights ``"REML, weighted pseudo-likelihood"``.
    interval : {"posterior", "prasad_rao"}
        How standard errors and intervals were made.
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
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    interval: str
    mu: float
    mu_std_error: float
    tau2: float
    sigma2: float
    teams_equal: bool
    conf_level: float
    n_respondents: int
    n_teams: int
    notes: tuple[str, ...]
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        ``mean`` is the raw mean, with ``raw_std_error``, ``raw_conf_low`` and
        ``raw_conf_high``; ``estimate`` is the shrunken mean, with ``std_error``,
        ``conf_low`` and ``conf_high``; ``reliability`` is the weight of the raw mean;
        ``posterior_sd`` is the standard error with mu, tau2 and sigma2 taken as known;
        ``posterior_mean`` (posterior interval only) is the mean of the distribution
        that the interval is cut from. With weights ``n_effective`` is what the team
        counts for. With `n_members` come ``n_members``; ``now_estimate``, ``now_low``
        and ``now_high``, the mean of the people who are in the team now; and
        ``raw_now_low`` and ``raw_now_high``, limits for that mean around the raw one.
        """
        return self._teams.copy()


def shrunken_means(
    values: pd.Series,
    teams: pd.Series,
    *,
    weights: pd.Series | None = None,
    n_members: Members | None = None,
    interval: LevelInterval = "posterior",
    conf_level: float = 0.95,
) -> ShrunkenMeans:
    """Shrink each team mean towards the mean of all teams, by its reliability.

    The model is value = mu + team effect + rest, both normal, with one variance within
    teams. It answers "what do we believe about a team of four?": mu + lambda (mean -
    mu), lambda = tau2 / (tau2 + sigma2 / n). The order of the result is still mostly
    noise: see `rank_probabilities`.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        One score a respondent; missing ones are left out.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, same index; rows without a team are left out.
    weights : pandas.Series, shape (n_respondents,), optional
        Survey weights, same index, such as those of raking. A team then counts for its
        effective number (sum w)^2 / sum w^2 of respondents: a pseudo-likelihood.
        Only ratios matter; equal weights change nothing.
    n_members : pandas.Series or mapping from team to number, optional
        People in each team, whether or not they answered: see
        `shrunken_means_from_summary`.
    interval : {"posterior", "prasad_rao"}
        How standard errors and limits are made: see `shrunken_means_from_summary`.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ShrunkenMeans

    Raises
    ------
    TypeError
        Values or weights that are no numbers.
    ValueError
        A wrong option, weights that are not positive, or a team with fewer members
        than respondents.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.

    References
    ----------
    Efron, B., & Morris, C. (1975). Data analysis using Stein's estimator and its
    generalizations. Journal of the American Statistical Association, 70.
    """
    return shrunken_means_from_summary(
        team_summary(values, teams, weights=weights),
        n_members=n_members,
        interval=interval,
        conf_level=conf_level,
    )


def shrunken_means_from_summary(
    summary: Summary,
    *,
    n_members: Members | None = None,
    interval: LevelInterval = "posterior",
    conf_level: float = 0.95,
) -> ShrunkenMeans:
    """Shrink team means, given only n, mean and variance of each team.

    Estimates are REML empirical Bayes whatever the interval. ``"posterior"`` adds up
    what would be believed at every tau2 / sigma2, by how well that ratio fits: flat
    priors on that ratio, on mu and on log sigma (with 3 teams flat on tau / sigma, with
    2 a half-Cauchy of scale 1). Given the ratio a level has a t distribution, so the
    limits come from a mixture of these. It allows for tau2 > 0 where tau2 is estimated
    at 0; where teams do not differ at all it covers more than it says.
    ``"prasad_rao"`` is estimate plus or minus t times the root of the mean squared
    error to the second order, never above the standard error of the raw mean; with few
    teams or tau2 near 0 it covers too little.

    With `n_members`, the mean of the people in the team now is (n mean + (N - n) level)
    / N: those who answered are known, the others are predicted (Scott and Smith 1969).
    This assumes that who did not answer is like the teammates who did. At full
    response it is the raw mean, without any width.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        Columns team, n_respondents, mean, variance (NaN for a team of one), as made by
        `team_summary`. Teams that may not be shown are left out, not blanked. With
        n_effective, means and variances are weighted ones.
    n_members : pandas.Series or mapping from team to number, optional
        People in each team of `summary`; other teams are ignored.
    interval : {"posterior", "prasad_rao"}
        How standard errors and limits are made.
    conf_level : float
        Coverage of the intervals, between 0 and 1. Raw intervals use the pooled
        within-team variance, as a small team's own is too unstable.

    Raises
    ------
    ValueError
        A column or a number is missing, a team occurs twice, or a team has fewer
        members than respondents.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, no variance within teams, or (for
        ``"posterior"``) no more than 3 respondents.

    References
    ----------
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical
    models. Bayesian Analysis, 1.
    Morris, C. N. (1983). Parametric empirical Bayes inference: Theory and applications.
    Journal of the American Statistical Association, 78.
    Prasad, N. G. N., & Rao, J. N. K. (1990). The estimation of the mean squared error
    of small-area estimators. Journal of the American Statistical Association, 85.
    Scott, A., & Smith, T. M. F. (1969). Estimation in multi-stage surveys. Journal of
    the American Statistical Association, 64.
    """
    check_option("interval", interval, LevelInterval)
    check_proportion("conf_level", conf_level)
    checked = check_summary(summary)
    staff = None if n_members is None else staff_sizes(checked, n_members)
    model = fit_random_intercept(checked)
    frame = _raw_columns(checked, conf_level)
    frame = frame.assign(**_levels(checked, model, interval, conf_level))
    if staff is not None:
        frame = frame.assign(
            **members_now(
                checked, model, staff, frame, interval=interval, conf_level=conf_level
            )
        )
    return ShrunkenMeans(
        method="REML, weighted pseudo-likelihood" if checked.weighted else "REML",
        interval=interval,
        mu=model.mu,
        mu_std_error=model.mu_std_error,
        tau2=model.tau2,
        sigma2=model.sigma2,
        teams_equal=model.tau2 == 0,
        conf_level=conf_level,
        n_respondents=checked.n_respondents,
        n_teams=checked.n_teams,
        notes=_notes(checked, model, interval=interval, has_staff=staff is not None),
        _teams=frame,
    )


def _raw_columns(checked: CheckedSummary, conf_level: float) -> pd.DataFrame:
    from scipy.special import stdtrit

    std_error = np.sqrt(checked.mean_square_within / checked.sizes)
    quantile = float(stdtrit(checked.df_within_effective, (1 + conf_level) / 2))
    columns: Mapping[str, object] = {
        "team": pd.Series(checked.team, dtype=object),
        "n_respondents": checked.counts.astype(int),
        **({"n_effective": checked.sizes} if checked.weighted else {}),
        "mean": checked.means,
        "raw_std_error": std_error,
        "raw_conf_low": checked.means - quantile * std_error,
        "raw_conf_high": checked.means + quantile * std_error,
    }
    return pd.DataFrame(columns)


def _levels(
    checked: CheckedSummary,
    model: RandomIntercept,
    interval: LevelInterval,
    conf_level: float,
) -> dict[str, FloatArray]:
    sampling = model.sigma2 / checked.sizes
    reliability = model.tau2 / (model.tau2 + sampling)
    estimate = model.mu + reliability * (checked.means - model.mu)
    columns = {
        "estimate": estimate,
        "reliability": reliability,
        "posterior_sd": np.sqrt(model.tau2 * (1 - reliability)),
    }
    if interval == "posterior":
        mixture = team_levels(ratio_posterior(checked), checked)
        low, high = mixture.limits(conf_level)
        columns |= {"posterior_mean": mixture.mean(), "std_error": mixture.sd()}
    else:
        from scipy.special import stdtrit

        std_error = prasad_rao_std_errors(checked, model)
        quantile = float(stdtrit(checked.df_within_effective, (1 + conf_level) / 2))
        low, high = estimate - quantile * std_error, estimate + quantile * std_error
        columns["std_error"] = std_error
    return columns | {"conf_low": low, "conf_high": high}


def _notes(
    checked: CheckedSummary,
    model: RandomIntercept,
    *,
    interval: LevelInterval,
    has_staff: bool,
) -> tuple[str, ...]:
    said = {
        "the variance between teams is estimated at 0: the data show no differences "
        "between teams beyond chance, and all estimates are the same": model.tau2 == 0,
        "weights: each team counts for its effective number of respondents "
        "(pseudo-likelihood)": checked.weighted,
        "with 2 teams the variance between teams rests on a half-Cauchy prior of "
        "scale 1 on tau / sigma": interval == "posterior" and checked.n_teams == 2,
        "the mean of the people there now assumes that those who did not answer are "
        "like the teammates who did": has_staff,
    }
    return tuple(note for note, applies in said.items() if applies)

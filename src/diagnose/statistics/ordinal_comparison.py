"""Groups or predictors of one answer in ordered categories: the ordinal logit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.clustered.core import ClusterFit
from diagnose.statistics.means import FloatArray
from diagnose.statistics.ordinal_design import OrdinalRows, ordinal_rows
from diagnose.statistics.ordinal_errors import (
    clustered_fit,
    fit_rows,
    log_likelihood_of_shares,
    root_of,
    scores_and_information,
)
from diagnose.statistics.proportional_odds import ProportionalOdds, brant_test

OrdinalErrors = Literal["cr2", "cr1"]

_FEW_TEAMS = 20
_FEW_DF = 4.0  # below it the t approximation is poor (Tipton 2015)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalLogit:
    """Cumulative odds ratios of one answer, with thresholds and tests.

    Attributes
    ----------
    method : str
        ``"proportional_odds_ml"``, with teams ``"proportional_odds_ml_cr2"`` or
        ``"proportional_odds_ml_cr1"``.
    categories : tuple of float
        Categories that were used, in rising order.
    reference : str or None
        Group that the others are compared with; None with numeric predictors.
    log_likelihood, null_log_likelihood : float
        Of the model, and of thresholds alone.
    test : str
        ``"likelihood_ratio"`` (chi-square, `df2` None), or with teams
        ``"hotelling_t2_htz"`` (F with `df` and `df2`): the likelihood ratio would take
        people as independent.
    statistic, df, df2, p_value : float
        That all slopes are zero.
    proportional_odds : ProportionalOdds or None
        Brant's check that one slope serves all thresholds; None with 2 categories, or
        where a threshold alone cannot be fitted (a note says which).
    largest_score : float
        Largest derivative of the log-likelihood at the estimates, per respondent and
        standard deviation of a predictor: 0 but for rounding.
    conf_level : float
        Coverage of the intervals.
    n_respondents : int
        Complete rows.
    n_teams : int or None
        Teams; None where people were taken as independent.
    n_left_out : int
        Rows that lack the answer, a predictor or a team.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    categories: tuple[float, ...]
    reference: str | None
    log_likelihood: float
    null_log_likelihood: float
    test: str
    statistic: float
    df: float
    df2: float | None
    p_value: float
    proportional_odds: ProportionalOdds | None
    largest_score: float
    conf_level: float
    n_respondents: int
    n_teams: int | None
    n_left_out: int
    notes: tuple[str, ...]
    _rows: pd.DataFrame
    _thresholds: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a slope.

        Columns are ``term``, ``estimate`` (log odds of a higher answer), ``std_error``,
        ``statistic`` (z, with teams t), ``df`` (infinite for z; with teams
        Satterthwaite's), ``p_value``, ``conf_low``,
        ``conf_high``, ``odds_ratio``, ``odds_ratio_low``, ``odds_ratio_high``,
        ``conf_level``, ``n_respondents``, ``n_teams`` and ``method``.
        """
        return self._rows.copy()

    def thresholds(self) -> pd.DataFrame:
        """Return one row a threshold.

        ``below`` and ``above`` are the categories it divides; ``estimate`` is the log
        odds of answering at or below it where all predictors are 0 (for groups: in the
        reference group); then ``std_error``, ``conf_low`` and ``conf_high``.
        """
        return self._thresholds.copy()


def ordinal_logit(
    item: pd.Series,
    predictors: pd.Series | pd.DataFrame,
    *,
    clusters: pd.Series | None = None,
    errors: OrdinalErrors = "cr2",
    conf_level: float = 0.95,
) -> OrdinalLogit:
    """Proportional-odds model of an answer: cumulative odds ratios of groups.

    ``logit P(answer <= c) = threshold_c - predictors @ slopes``, by maximum likelihood.
    An odds ratio of 2 says that the odds of answering above c are twice as high,
    whatever c: `proportional_odds` checks that. With clusters, the errors come from the
    summed scores of whole teams, the adjustment and the degrees of freedom being those
    of `clustered_regression` with the information of the model for cross products.

    Parameters
    ----------
    item : pandas.Series, shape (n_respondents,)
        Answers as numbers, missing as NaN. Only their order counts; categories that
        nobody used are passed over.
    predictors : pandas.Series or DataFrame, shape (n_respondents, ...)
        A Series is taken as groups: each against the first (categories keep their
        order, other labels are sorted). A frame holds numbers, missing as NaN.
    clusters : pandas.Series, shape (n_respondents,), optional
        Team of each respondent. Rows that lack anything are left out and counted.
    errors : {"cr2", "cr1"}
        With clusters: Bell and McCaffrey's adjustment, or the plain sandwich times
        m / (m - 1) for m teams, which is too small with few teams.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    OrdinalLogit

    Raises
    ------
    TypeError, ValueError
        Columns that are no numbers, indexes that differ, an option out of range.
    InsufficientDataError
        Fewer than 2 categories in use, a single group, fewer than 2 answers in a group,
        a predictor that is constant or follows from others, fewer than 10 answers or
        5 a coefficient, fewer teams than slopes plus 2, or answers that a group or
        predictor separates perfectly, for which no odds ratio exists.

    References
    ----------
    McCullagh, 1980, Journal of the Royal Statistical Society B. Brant, 1990,
    Biometrics. Williams, 2000, Biometrics (sandwich of clusters). Bell and McCaffrey,
    2002, Survey Methodology.
    """
    check_option("errors", errors, OrdinalErrors)
    check_proportion("conf_level", conf_level)
    rows = ordinal_rows(item, predictors, clusters)
    estimates, log_likelihood = fit_rows(rows)
    scores, information = scores_and_information(rows, estimates)
    root = root_of(information.sum(axis=0))
    fit = None
    if rows.teams is not None:
        fit = clustered_fit(
            estimates,
            rows.team_sums(scores),
            information,
            n_respondents=rows.n_respondents,
            errors=errors,
        )
    null = log_likelihood_of_shares(rows)
    test = _test(rows, fit, 2 * (log_likelihood - null))
    table = _table(estimates, root @ root.T if fit is None else fit, conf_level)
    check, reason = brant_test(rows)
    method = "proportional_odds_ml" if fit is None else f"proportional_odds_ml_{errors}"
    gradient = np.abs(scores.sum(axis=0))[rows.n_thresholds :] / rows.scale
    return OrdinalLogit(
        method=method,
        categories=rows.categories,
        reference=rows.reference,
        log_likelihood=log_likelihood,
        null_log_likelihood=null,
        test="likelihood_ratio" if fit is None else "hotelling_t2_htz",
        statistic=test[0],
        df=float(rows.n_slopes),
        df2=test[1],
        p_value=test[2],
        proportional_odds=check,
        largest_score=float(gradient.max() / rows.n_respondents),
        conf_level=conf_level,
        n_respondents=rows.n_respondents,
        n_teams=rows.n_teams,
        n_left_out=rows.n_left_out,
        notes=_notes(table, check, reason),
        _rows=_slopes(rows, table, conf_level, method),
        _thresholds=_cuts(rows, table),
    )


def _test(
    rows: OrdinalRows, fit: ClusterFit | None, likelihood_ratio: float
) -> tuple[float, float | None, float]:
    """Return statistic, second df and p-value of all slopes being zero."""
    from scipy.special import chdtrc

    if fit is None:
        statistic = max(likelihood_ratio, 0.0)
        return statistic, None, float(chdtrc(rows.n_slopes, statistic))
    joint = fit.joint(np.eye(len(fit.coefficients))[rows.n_thresholds :])
    return joint.statistic, joint.df2, joint.p_value


def _table(
    estimates: FloatArray, errors: FloatArray | ClusterFit, conf_level: float
) -> pd.DataFrame:
    """Return one row a threshold or slope; df is infinite for the normal."""
    from scipy.special import ndtri, stdtrit

    upper = (1 + conf_level) / 2
    if isinstance(errors, ClusterFit):
        _, std_error, df = errors.contrasts(np.eye(len(estimates)))
        quantile = stdtrit(df, upper)
    else:
        std_error = np.sqrt(np.diagonal(errors))
        df = np.full(len(estimates), np.inf)
        quantile = np.full(len(estimates), float(ndtri(upper)))
    return pd.DataFrame(
        {
            "estimate": estimates,
            "std_error": std_error,
            "df": df,
            "conf_low": estimates - quantile * std_error,
            "conf_high": estimates + quantile * std_error,
        }
    )


def _slopes(
    rows: OrdinalRows, table: pd.DataFrame, conf_level: float, method: str
) -> pd.DataFrame:
    from scipy.special import ndtr, stdtr

    part = table.iloc[rows.n_thresholds :].reset_index(drop=True)
    statistic = part["estimate"] / part["std_error"]
    tail = -np.abs(statistic.to_numpy())
    df = part["df"].to_numpy()
    return pd.DataFrame(
        {
            "term": list(rows.terms),
            "estimate": part["estimate"],
            "std_error": part["std_error"],
            "statistic": statistic,
            "df": df,
            "p_value": 2 * (ndtr(tail) if rows.teams is None else stdtr(df, tail)),
            "conf_low": part["conf_low"],
            "conf_high": part["conf_high"],
            "odds_ratio": np.exp(part["estimate"]),
            "odds_ratio_low": np.exp(part["conf_low"]),
            "odds_ratio_high": np.exp(part["conf_high"]),
            "conf_level": conf_level,
            "n_respondents": rows.n_respondents,
            "n_teams": pd.Series([rows.n_teams] * len(part), dtype=object),
            "method": method,
        }
    )


def _cuts(rows: OrdinalRows, table: pd.DataFrame) -> pd.DataFrame:
    names = {"below": rows.categories[:-1], "above": rows.categories[1:]}
    part = table.iloc[: rows.n_thresholds].drop(columns="df")
    return pd.concat([pd.DataFrame(names), part], axis="columns")


def _notes(
    table: pd.DataFrame, check: ProportionalOdds | None, reason: str
) -> tuple[str, ...]:
    said = {
        reason: bool(reason),
        "the odds ratios differ between thresholds (p below .05): one odds ratio is an "
        "average of them": check is not None and check.p_value < 0.05,
        f"with fewer than {_FEW_TEAMS} teams the check of proportional odds raises too "
        "many alarms (some 8 in 100 with 10 teams)": (
            check is not None and (check.n_teams or _FEW_TEAMS) < _FEW_TEAMS
        ),
        "fewer than 4 degrees of freedom: p-values and intervals are rough": bool(
            (table["df"] < _FEW_DF).any()
        ),
    }
    return tuple(note for note, applies in said.items() if applies)

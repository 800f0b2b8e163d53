"""Each team against the rest, from team summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.pooling.variances import (
    TeamVariances,
    VarianceChoice,
    team_variances,
)
from diagnose.statistics.team_sums import (
    CheckedSummary,
    FloatArray,
    Summary,
    check_summary,
)

RestWeights = Literal["respondents", "teams"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamContrasts:
    """Every team against the rest of the teams.

    Attributes
    ----------
    method : str
        Name of the test.
    rest : {"respondents", "teams"}
        How the other teams were averaged.
    variances : {"pooled", "cautious", "moderated", "separate"}
        Which variance each team was given.
    sigma2 : float
        Pooled within-team variance.
    conf_level : float
        Coverage of the intervals, between 0 and 1; not adjusted for multiplicity.
    n_respondents, n_teams : int
        Size of the data analysed.
    """

    method: str
    rest: str
    variances: str
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


def difference_from_rest(
    summary: Summary,
    *,
    rest: RestWeights = "respondents",
    variances: VarianceChoice = "pooled",
    conf_level: float = 0.95,
) -> TeamContrasts:
    """Test whether each team's level differs from the mean of the other teams.

    A contrast between raw means, with t and Satterthwaite's degrees of freedom. The
    p-values are not adjusted: see `really_different`.

    With ``"pooled"`` all teams have one variance, so a team of one or two has a usable
    standard error; it assumes that answers vary about equally within teams.
    ``"separate"`` (Welch) drops that, at the price of very unstable variances of small
    teams. ``"moderated"`` draws each variance towards the others by as much as they
    agree (Smyth 2004). ``"cautious"`` takes the larger of pooled and moderated.

    Simulated with 10 to 100 teams of 5 to 30, skewed five-point answers, 12 subscales
    as one family, no differences and level 0.05, the chance of any false alarm is, with
    equal variances and with variances 3 times apart: ``"cautious"`` 0.04 and 0.00 to
    0.04; ``"pooled"`` 0.08 to 0.12 and 0.2 to 0.5; ``"moderated"`` 0.06 to 0.10 and
    0.16 to 0.20; ``"separate"`` 0.3 to 0.6 and 0.3 to 0.5.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        Columns team, n_respondents, mean, variance. "The rest" is the rest of these
        rows: with teams left out it is not the whole organisation.
    rest : {"respondents", "teams"}
        Weigh the other teams by their respondents, or all alike.
    variances : {"pooled", "cautious", "moderated", "separate"}
        Which variance each team is given.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        A wrong option, a column or a number is missing, or a team occurs twice.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams; with
        ``"separate"`` also a team of one or a team without variance.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing
    differential expression in microarray experiments. Statistical Applications in
    Genetics and Molecular Biology, 3.
    Welch, B. L. (1938). The significance of the difference between two means when the
    population variances are unequal. Biometrika, 29.
    """
    from scipy.special import stdtr, stdtrit

    check_option("rest", rest, RestWeights)
    check_proportion("conf_level", conf_level)
    checked = check_summary(summary)
    each = team_variances(checked, variances)
    rest_mean, std_error, df = _contrast(checked, each, rest)
    difference = checked.means - rest_mean
    statistic = difference / std_error
    margin = stdtrit(df, (1 + conf_level) / 2) * std_error
    frame = pd.DataFrame(
        {
            "team": pd.Series(checked.team, dtype=object),
            "n_respondents": checked.counts.astype(int),
            "mean": checked.means,
            "rest_mean": rest_mean,
            "estimate": difference,
            "std_error": std_error,
            "statistic": statistic,
            "df": df,
            "p_value": 2 * stdtr(df, -np.abs(statistic)),
            "conf_low": difference - margin,
            "conf_high": difference + margin,
        }
    )
    return TeamContrasts(
        method=f"contrast, {variances} within-team variance",
        rest=rest,
        variances=variances,
        sigma2=checked.mean_square_within,
        conf_level=conf_level,
        n_respondents=checked.n_respondents,
        n_teams=checked.n_teams,
        _teams=frame,
    )


def _contrast(
    checked: CheckedSummary, each: TeamVariances, rest: RestWeights
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the mean of the others, the standard error of the difference, its df."""
    share = checked.sizes if rest == "respondents" else np.ones(checked.n_teams)
    others = share.sum() - share
    rest_mean = (share @ checked.means - share * checked.means) / others
    own = each.variance / checked.sizes
    part = share**2 * own
    variance = own + (part.sum() - part) / others**2
    if each.one_for_all:
        return rest_mean, np.sqrt(variance), np.full(len(own), each.df[0])
    of_part = part**2 / each.df
    doubt = own**2 / each.df + (of_part.sum() - of_part) / others**4
    df = np.minimum(variance**2 / doubt, checked.df_within_effective)
    return rest_mean, np.sqrt(variance), df

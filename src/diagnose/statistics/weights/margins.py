"""Response and precision of every unit, from its published counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.sample import number_column
from diagnose.statistics.weights.unit_summary import unit_counts, unit_variances

Population = Literal["finite", "infinite"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseRates:
    """Response of every unit.

    Attributes
    ----------
    response_rate : float
        Respondents / members over all units, 0 to 1.
    lowest_rate, highest_rate : float
        Rates of the units with the least and the most response.
    n_respondents, n_members, n_teams : int
        Totals.
    n_without_respondents : int
        Units in which nobody answered.
    """

    response_rate: float
    lowest_rate: float
    highest_rate: float
    n_respondents: int
    n_members: int
    n_teams: int
    n_without_respondents: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit.

        Columns: team, n_respondents, n_members, n_silent (members who did not answer),
        response_rate (0 to 1) and representation (share of the unit among respondents
        divided by its share among members; 1 is in proportion, and NaN when nobody
        answered in any unit).
        """
        return self._teams.copy()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginsOfError:
    """Margin of error of the mean of every unit.

    Attributes
    ----------
    population : {"finite", "infinite"}
        Whether the claim is about these members now, or about what would happen again.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_respondents, n_teams : int
        Size of the data.
    """

    population: str
    conf_level: float
    n_respondents: int
    n_teams: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit.

        Columns: team, n_respondents, n_members, sd, share_unseen (members who did not
        answer; the factor of the variance when the population is finite), std_error,
        df, margin (half the width of the interval), with conf_low and conf_high when
        the summary has a ``mean``, and reason: ``"fewer_than_2_respondents"`` (the
        numbers are then NaN), ``"no_variance"`` (the margin is 0 because nobody
        differs, which says nothing about those who did not answer), ``"everyone"``
        (margin 0: nobody is left to differ) or empty.
        """
        return self._teams.copy()


def response_rates(summary: pd.DataFrame) -> ResponseRates:
    """Respondents divided by members, for every unit and over all.

    The rates have no interval: every member was asked and every answer counted, so a
    rate is no sample of anything. What the silent members would have said is another
    question: see `nonresponse_bounds`.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 3)
        Columns team, n_respondents and n_members; a unit may have no respondents.

    Raises
    ------
    ValueError
        A column or a number is missing, a unit occurs twice, or there are more
        respondents than members.
    """
    sizes, members = unit_counts(summary)
    rates = sizes / members
    total = sizes.sum() / members.sum()
    frame = pd.DataFrame(
        {
            "team": summary["team"].to_numpy(),
            "n_respondents": sizes.astype(int),
            "n_members": members.astype(int),
            "n_silent": (members - sizes).astype(int),
            "response_rate": rates,
            "representation": rates / total if total > 0 else np.nan,
        }
    )
    return ResponseRates(
        response_rate=float(total),
        lowest_rate=float(rates.min()),
        highest_rate=float(rates.max()),
        n_respondents=int(sizes.sum()),
        n_members=int(members.sum()),
        n_teams=len(sizes),
        n_without_respondents=int((sizes == 0).sum()),
        _teams=frame,
    )


def margins_of_error(
    summary: pd.DataFrame,
    *,
    population: Population = "finite",
    conf_level: float = 0.95,
) -> MarginsOfError:
    """Margin of error of the mean of every unit, from its counts and spread.

    t sqrt(s^2 / n (1 - n / members)), with n - 1 degrees of freedom. It treats those
    who answered as a random sample of the members: without that, no margin holds.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4)
        Columns team, n_respondents, n_members, and ``variance`` (divisor n - 1) or
        ``sd``; with a ``mean`` the intervals come too.
    population : {"finite", "infinite"}
        With ``"finite"`` the margin shrinks as more members answered. That holds for
        a claim about these members now, not for what would happen again or elsewhere.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        As in `response_rates`, or a unit of 2 or more respondents without a spread.
    """
    from scipy.special import stdtrit

    check_option("population", population, Population)
    check_proportion("conf_level", conf_level)
    sizes, members = unit_counts(summary)
    variances = unit_variances(summary, sizes)
    enough = sizes > 1
    unseen = 1 - sizes / members
    factor = unseen if population == "finite" else np.ones_like(unseen)
    std_error = np.where(
        enough, np.sqrt(variances / np.maximum(sizes, 1) * factor), np.nan
    )
    df = np.where(enough, sizes - 1, np.nan)
    quantile = stdtrit(np.maximum(sizes - 1, 1), (1 + conf_level) / 2)
    margin = quantile * std_error
    everyone = (unseen == 0) & (population == "finite")
    columns = {
        "team": summary["team"].to_numpy(),
        "n_respondents": sizes.astype(int),
        "n_members": members.astype(int),
        "sd": np.sqrt(variances),
        "share_unseen": unseen,
        "std_error": std_error,
        "df": df,
        "margin": margin,
    }
    if "mean" in summary.columns:
        means = number_column(summary, "mean", name="`summary`")
        columns |= {"conf_low": means - margin, "conf_high": means + margin}
    columns["reason"] = np.select(
        [~enough, everyone, variances == 0],
        ["fewer_than_2_respondents", "everyone", "no_variance"],
        default="",
    )
    return MarginsOfError(
        population=population,
        conf_level=conf_level,
        n_respondents=int(sizes.sum()),
        n_teams=len(sizes),
        _teams=pd.DataFrame(columns),
    )

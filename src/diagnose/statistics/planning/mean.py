"""Plan the mean of an organisation whose people work in teams."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from diagnose._options import check_positive, check_whole_number, require
from diagnose.statistics.planning.noncentral import t_quantile
from diagnose.statistics.planning.plan import (
    DEFAULT_ASSUMPTIONS,
    Plan,
    PlanAssumptions,
    few_teams_note,
)
from diagnose.statistics.planning.targets import (
    check_one_given,
    check_teams,
    smallest_number,
)

_FORMULA = (
    "t x sqrt(deff sd^2 / n), deff = 1 + ((1 + cv^2) m - 1) icc, "
    "df = teams / (1 + cv^2) - 1"
)
_FINITE = (
    "t x sqrt((1 - f) deff sd^2 / n + f (1 - response) sd^2 / n), "
    "f = teams / teams of the organisation, df by Satterthwaite"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanPlan(Plan):
    """Half the width of the interval of the organisation's mean.

    Attributes
    ----------
    teams_in_organisation : int or None
        All teams of the organisation, when the claim is about these people now; None
        for a claim about such teams in general.
    """

    teams_in_organisation: int | None = None


def plan_mean(
    margin: float | None = None,
    *,
    n_teams: int | None = None,
    teams_in_organisation: int | None = None,
    assumptions: PlanAssumptions = DEFAULT_ASSUMPTIONS,
) -> MeanPlan:
    """Teams needed for a margin of the organisation's mean, or the margin of teams.

    Teams are the unit that was drawn, so the t has about as many degrees of freedom as
    there are teams, however many people answer.

    Parameters
    ----------
    margin : float, optional
        Wanted half-width of the interval, in units of the score.
    n_teams : int, optional
        Teams that take part, at least 2. Give this or `margin`.
    teams_in_organisation : int, optional
        Take account of the finite number of teams, and of people in them. Give it
        only for a claim about these people now, under the assumption that those who
        do not respond are like those who do.
    assumptions : PlanAssumptions
        Spread, ICC(1), team sizes, response.

    Returns
    -------
    MeanPlan

    Raises
    ------
    ValueError
        A number that cannot be, both or neither of `margin` and `n_teams`, or more
        teams than the organisation has.
    InsufficientDataError
        The margin cannot be reached, with what can.

    References
    ----------
    Kish, 1965, Survey Sampling. Eldridge, Ashby and Kerry, 2006, International Journal
    of Epidemiology (unequal clusters). Cochran, 1977, Sampling Techniques (two stages).
    """
    check_one_given(("margin", margin), ("n_teams", n_teams))
    if teams_in_organisation is not None:
        check_whole_number("teams_in_organisation", teams_in_organisation, 2)
    if n_teams is None:
        check_positive("margin", margin or 0.0)
        n_teams = _teams_needed(margin or 0.0, teams_in_organisation, assumptions)
    check_teams(n_teams)
    if teams_in_organisation is not None and n_teams > teams_in_organisation:
        raise ValueError(
            f"`n_teams` must be at most the {teams_in_organisation} teams of the "
            f"organisation; got {n_teams}."
        )
    std_error, df = mean_error(n_teams, teams_in_organisation, assumptions)
    return MeanPlan(
        method="organisation mean",
        formula=_FORMULA if teams_in_organisation is None else _FINITE,
        solved_for="effect" if margin is None else "n_teams",
        estimate=t_quantile(df, assumptions.conf_level) * std_error,
        std_error=std_error,
        df=df,
        target=float("nan") if margin is None else float(margin),
        n_teams=n_teams,
        n_members=ceil(n_teams * assumptions.team_size - 1e-9),
        n_respondents=round(n_teams * assumptions.answers_per_team),
        answers_per_team=assumptions.answers_per_team,
        design_effect=team_design_effect(n_teams, assumptions),
        assumptions=assumptions,
        notes=few_teams_note(n_teams),
        teams_in_organisation=teams_in_organisation,
    )


def mean_error(
    n_teams: int, teams_in_organisation: int | None, assumptions: PlanAssumptions
) -> tuple[float, float]:
    """Return standard error and df of the mean of all answers."""
    n_answers = n_teams * assumptions.answers_per_team
    alone = assumptions.sd**2 / n_answers
    clustered = team_design_effect(n_teams, assumptions) * alone
    df = team_df(n_teams, assumptions)
    if teams_in_organisation is None:
        return sqrt(clustered), df
    share = n_teams / teams_in_organisation
    between, within = (
        (1 - share) * clustered,
        share * (1 - assumptions.response) * alone,
    )
    variance = between + within
    if variance <= 0:
        return 0.0, max(n_answers - 1, 1.0)
    # two independent parts of the variance, each with its own df
    df_within = max(n_answers - 1, 1.0)
    df = variance**2 / (between**2 / df + within**2 / df_within)
    return sqrt(variance), df


def team_design_effect(n_teams: int, assumptions: PlanAssumptions) -> float:
    """Return the design effect of a mean over `n_teams` teams.

    The variation of the answers a team has divisor n - 1; among a few teams, their sum
    of squares is that much smaller.
    """
    cv = variation_among(n_teams, assumptions)
    # m may be below 1 here: small teams of which few respond
    shared = (1 + cv**2) * assumptions.answers_per_team - 1
    return max(1 + shared * assumptions.icc, 1.0)


def team_df(n_teams: int, assumptions: PlanAssumptions) -> float:
    """Return the degrees of freedom of a mean over teams, at least 1.

    Teams of one size give teams - 1; unequal ones are worth teams / (1 + cv^2).
    """
    cv = variation_among(n_teams, assumptions)
    return max(n_teams / (1 + cv**2) - 1, 1.0)


def variation_among(n_teams: int, assumptions: PlanAssumptions) -> float:
    """Return the variation of the answers a team, with divisor n instead of n - 1."""
    return assumptions.answers_cv * sqrt((n_teams - 1) / n_teams)


def _teams_needed(
    margin: float, teams_in_organisation: int | None, assumptions: PlanAssumptions
) -> int:
    def reached(n_teams: int) -> float:
        std_error, df = mean_error(n_teams, teams_in_organisation, assumptions)
        return t_quantile(df, assumptions.conf_level) * std_error

    if teams_in_organisation is not None:
        best = reached(teams_in_organisation)
        require(
            best <= margin * (1 + 1e-12),
            f"a margin of {margin:.4g} cannot be reached: all {teams_in_organisation} "
            f"teams give {best:.4g} at a response of {assumptions.response:.0%}. "
            "Raise the response, or accept that margin.",
        )
        teams = range(2, teams_in_organisation + 1)
        return next(n for n in teams if reached(n) <= margin * (1 + 1e-12))
    return smallest_number(reached, margin, lowest=2, what="teams")

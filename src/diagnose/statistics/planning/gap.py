"""Plan the gap between leaders and work floor."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from diagnose._options import check_positive, check_whole_number
from diagnose.statistics.planning.mean import team_design_effect, team_df
from diagnose.statistics.planning.noncentral import shift_for_power
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
    "non-central t, shift d / sqrt(L + F), L = sd^2 / leaders x (1 + (1 - response) / "
    "leaders), F = deff sd^2 / n, df by Satterthwaite over the teams: (L + F)^2 / "
    "(L^2 / df_L + F^2 / df_F + 2 L F / (teams - 1)), df = teams / (1 + cv^2) - 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPlan(Plan):
    """The smallest gap between leaders and work floor that is found.

    Attributes
    ----------
    leaders_per_team : int
        Leaders asked in each team.
    n_leaders : int
        Leaders expected to answer, rounded; `n_respondents` counts the work floor.
    """

    leaders_per_team: int
    n_leaders: int


def plan_gap(
    difference: float | None = None,
    *,
    n_teams: int | None = None,
    leaders_per_team: int = 1,
    assumptions: PlanAssumptions = DEFAULT_ASSUMPTIONS,
) -> GapPlan:
    """Teams needed to find a gap between leaders and floor, or the gap teams find.

    Leaders are nearly always the smaller group, and decide. They are taken to spread
    like the work floor, to answer as often, and to judge independently of their own
    team: a leader who resembles the team makes the gap a little easier to find.

    Parameters
    ----------
    difference : float, optional
        Gap to be found, in units of the score. Give this or `n_teams`.
    n_teams : int, optional
        Teams that take part, at least 2, with 2 leaders or more expected to answer.
    leaders_per_team : int
        Leaders asked in each team.
    assumptions : PlanAssumptions
        Spread, ICC(1), team sizes, response, power.

    Returns
    -------
    GapPlan

    Raises
    ------
    ValueError
        A number that cannot be, both or neither of `difference` and `n_teams`.
    InsufficientDataError
        The gap cannot be found by any number of teams.

    References
    ----------
    Satterthwaite, 1946, Biometrics Bulletin. Hemming, Girling, Sitch, Marsh and
    Lilford, 2011, BMC Medical Research Methodology (power with clusters).
    """
    check_one_given(("difference", difference), ("n_teams", n_teams))
    check_whole_number("leaders_per_team", leaders_per_team, 1)
    per_team = leaders_per_team * assumptions.response
    if n_teams is None:
        check_positive("difference", difference or 0.0)
        n_teams = smallest_number(
            lambda n: _smallest_gap(n, per_team, assumptions)[0],
            difference or 0.0,
            lowest=max(2, ceil(2 / per_team - 1e-9)),
            what="teams",
        )
    check_teams(n_teams)
    if n_teams * per_team < 2:
        raise ValueError(
            f"a gap needs at least 2 leaders who answer; {n_teams} teams with "
            f"{leaders_per_team} each, of whom {assumptions.response:.0%} answer, give "
            f"{n_teams * per_team:.1f}. Plan more teams, leaders or response."
        )
    gap, std_error, df = _smallest_gap(n_teams, per_team, assumptions)
    return GapPlan(
        method="gap",
        formula=_FORMULA,
        solved_for="effect" if difference is None else "n_teams",
        estimate=gap,
        std_error=std_error,
        df=df,
        target=float("nan") if difference is None else float(difference),
        n_teams=n_teams,
        n_members=ceil(n_teams * assumptions.team_size - 1e-9),
        n_respondents=round(n_teams * assumptions.answers_per_team),
        answers_per_team=assumptions.answers_per_team,
        design_effect=team_design_effect(n_teams, assumptions),
        assumptions=assumptions,
        notes=few_teams_note(n_teams),
        leaders_per_team=leaders_per_team,
        n_leaders=round(n_teams * per_team),
    )


def _smallest_gap(
    n_teams: int, leaders_per_team: float, assumptions: PlanAssumptions
) -> tuple[float, float, float]:
    """Return the smallest gap found, its standard error and df."""
    n_leaders = n_teams * leaders_per_team
    n_answers = n_teams * assumptions.answers_per_team
    # how many leaders answer is chance, and fewer cost more than more bring
    chance = 1 + (1 - assumptions.response) / n_leaders
    leaders = assumptions.sd**2 / n_leaders * chance
    deff = team_design_effect(n_teams, assumptions)
    floor = deff * assumptions.sd**2 / n_answers
    variance = leaders + floor
    parts = leaders**2 / _leader_df(n_teams, leaders_per_team, assumptions)
    parts += floor**2 / team_df(n_teams, assumptions)
    parts += 2 * leaders * floor / (n_teams - 1)
    df = max(variance**2 / parts, 1.0)
    shift = shift_for_power(
        df=df, power=assumptions.power, conf_level=assumptions.conf_level
    )
    return shift * sqrt(variance), sqrt(variance), df


def _leader_df(
    n_teams: int, leaders_per_team: float, assumptions: PlanAssumptions
) -> float:
    """Return the df of the leaders' mean with teams as clusters.

    With one leader a team this is the number of leaders less 1.
    """
    varied = (1 - assumptions.response) / leaders_per_team
    return max(n_teams / (1 + varied) - 1 - (1 - assumptions.response), 1.0)

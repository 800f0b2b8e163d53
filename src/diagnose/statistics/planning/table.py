"""A grid of plans, for printing and for choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from diagnose._options import check_list, check_whole_number
from diagnose.statistics.planning.change import plan_change
from diagnose.statistics.planning.gap import plan_gap
from diagnose.statistics.planning.mean import plan_mean
from diagnose.statistics.planning.plan import DEFAULT_ASSUMPTIONS, PlanAssumptions
from diagnose.statistics.planning.team import plan_team

TABLE_COLUMNS = (
    "n_teams",
    "answers_per_team",
    "icc",
    "n_respondents",
    "organisation_margin",
    "team_margin",
    "team_reliability",
    "team_difference",
    "gap",
    "change",
)


def plan_table(
    answers_per_team: Sequence[int] = (5, 8, 12, 20),
    n_teams: Sequence[int] = (5, 10, 20, 40),
    icc: Sequence[float] = (0.05, 0.10, 0.20),
    *,
    assumptions: PlanAssumptions = DEFAULT_ASSUMPTIONS,
) -> pd.DataFrame:
    """Tabulate what each number of teams and answers buys.

    Parameters
    ----------
    answers_per_team : sequence of int
        Answers expected from a team, each 2 or more.
    n_teams : sequence of int
        Teams, each 3 or more: the gap needs two leaders who answer.
    icc : sequence of float
        Shares of the variance between teams.
    assumptions : PlanAssumptions
        All else; its team size is set so that the response gives the answers.

    Returns
    -------
    pandas.DataFrame
        One row a combination, teams within answers within ICC: n_teams,
        answers_per_team, icc, n_respondents, organisation_margin (half-width of the
        organisation's mean), team_margin (of one team's), team_reliability,
        team_difference (from the other teams, found after Benjamini-Hochberg over all
        teams), gap (one leader a team) and change (two waves, other people), the last
        three found with the power taken for granted. Units of the score.

    Raises
    ------
    ValueError
        A list that is empty, or a number that cannot be.
    """
    answers_per_team = check_list("answers_per_team", answers_per_team)
    n_teams = check_list("n_teams", n_teams)
    icc = check_list("icc", icc)
    for answers in answers_per_team:
        check_whole_number("answers_per_team", answers, 2)
    rows = [
        _row(answers, teams, share, assumptions)
        for share in icc
        for answers in answers_per_team
        for teams in n_teams
    ]
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS))


def _row(
    answers: int, n_teams: int, icc: float, assumptions: PlanAssumptions
) -> tuple[float, ...]:
    given = replace(assumptions, icc=icc, team_size=answers / assumptions.response)
    organisation = plan_mean(n_teams=n_teams, assumptions=given)
    team = plan_team(answers=answers, n_teams=n_teams, assumptions=given)
    difference = plan_team(
        answers=answers, wish="difference", n_teams=n_teams, assumptions=given
    )
    return (
        n_teams,
        answers,
        icc,
        organisation.n_respondents,
        organisation.estimate,
        team.estimate,
        team.reliability,
        difference.estimate,
        plan_gap(n_teams=n_teams, assumptions=given).estimate,
        plan_change(n_teams=n_teams, assumptions=given).estimate,
    )

"""Plan one team: answers that make its mean worth showing, or a difference found."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from diagnose._options import (
    check_option,
    check_positive,
    check_proportion,
    check_whole_number,
    require,
)
from diagnose.statistics.planning.noncentral import shift_for_power, t_quantile
from diagnose.statistics.planning.plan import (
    DEFAULT_ASSUMPTIONS,
    Plan,
    PlanAssumptions,
    few_teams_note,
)
from diagnose.statistics.planning.targets import check_one_given, smallest_number

TeamWish = Literal["margin", "reliability", "difference"]
Correction = Literal["benjamini-hochberg", "bonferroni", "none"]

_FORMULAS = {
    "margin": "t x sqrt((1 - icc) sd^2 / n), df = n - 1",
    "reliability": "icc / (icc + (1 - icc) / n)",
    "difference": (
        "non-central t, shift d / sqrt((1 - icc) sd^2 (1 / n + 1 / (N - n))), "
        "df = N - teams"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlan(Plan):
    """What a number of answers from one team buys.

    Attributes
    ----------
    wish : {"margin", "reliability", "difference"}
        Whether `estimate` is half the width of the interval of the team's mean, the
        reliability of that mean (0 to 1), or the difference from the other teams that
        is found with probability ``assumptions.power``.
    answers : int
        Answers from this team.
    members : int
        Members it must have to give so many answers at the response taken for granted.
    reliability : float
        Share of the differences between raw team means that is not chance.
    correction : {"benjamini-hochberg", "bonferroni", "none"}
        What is done about the number of comparisons.
    n_comparisons : int
        Teams times subscales.
    alpha : float
        Significance level of a single comparison after the correction; NaN when
        nothing is tested.
    """

    wish: TeamWish
    answers: int
    members: int
    reliability: float
    correction: Correction
    n_comparisons: int
    alpha: float


def plan_team(
    target: float | None = None,
    *,
    wish: TeamWish = "margin",
    answers: int | None = None,
    n_teams: int = 30,
    n_subscales: int = 1,
    correction: Correction = "benjamini-hochberg",
    assumptions: PlanAssumptions = DEFAULT_ASSUMPTIONS,
) -> TeamPlan:
    """Answers a team needs, or what a number of answers from it buys.

    Parameters
    ----------
    target : float, optional
        What is wanted: half the width of the interval of the team's mean, a
        reliability between 0 and 1, or a difference from the other teams. Give this
        or `answers`.
    wish : {"margin", "reliability", "difference"}
        Which of these.
    answers : int, optional
        Answers from the team, at least 2; at least 1 for a reliability.
    n_teams : int
        Teams of the organisation, this one included; the others have the team size
        and response of `assumptions`.
    n_subscales : int
        Subscales on which every team is compared.
    correction : {"benjamini-hochberg", "bonferroni", "none"}
        For a difference. Benjamini-Hochberg is planned for one team that differs on
        one subscale while all others are equal, its worst case: any other difference
        that is found makes it milder. See `comparison_level`.
    assumptions : PlanAssumptions
        Spread, ICC(1), team sizes, response.

    Returns
    -------
    TeamPlan

    Raises
    ------
    ValueError
        A number that cannot be, or both or neither of `target` and `answers`.
    InsufficientDataError
        The target cannot be reached by any number of answers.

    References
    ----------
    Bliese, 2000, in Klein and Kozlowski (reliability of team means). Benjamini and
    Hochberg, 1995, Journal of the Royal Statistical Society B. Ferreira and
    Zwinderman, 2006, Statistical Applications in Genetics and Molecular Biology.
    """
    check_option("wish", wish, TeamWish)
    check_option("correction", correction, Correction)
    check_whole_number("n_teams", n_teams, 2)
    check_whole_number("n_subscales", n_subscales, 1)
    check_one_given(("target", target), ("answers", answers))
    n_comparisons = n_teams * n_subscales
    alpha = comparison_level(n_comparisons, correction, assumptions.conf_level)
    alpha = alpha if wish == "difference" else float("nan")
    lowest = 1 if wish == "reliability" else 2
    if answers is None:
        answers = _answers_needed(target or 0.0, wish, n_teams, alpha, assumptions)
    check_whole_number("answers", answers, lowest)
    estimate, std_error, df = _bought(wish, answers, n_teams, alpha, assumptions)
    return TeamPlan(
        method=f"team {wish}",
        formula=_FORMULAS[wish],
        solved_for="effect" if target is None else "answers",
        estimate=estimate,
        std_error=std_error,
        df=df,
        target=float("nan") if target is None else float(target),
        n_teams=n_teams,
        n_members=ceil(n_teams * assumptions.team_size - 1e-9),
        n_respondents=round((n_teams - 1) * assumptions.answers_per_team) + answers,
        answers_per_team=assumptions.answers_per_team,
        design_effect=1.0,
        assumptions=assumptions,
        notes=_notes(wish, n_teams),
        wish=wish,
        answers=answers,
        members=ceil(answers / assumptions.response - 1e-9),
        reliability=team_reliability(answers, assumptions.icc),
        correction=correction if wish == "difference" else "none",
        n_comparisons=n_comparisons,
        alpha=alpha,
    )


def comparison_level(
    n_comparisons: int, correction: Correction, conf_level: float
) -> float:
    """Return the significance level of one comparison after a correction.

    Bonferroni divides by the number m. Benjamini-Hochberg rejects the one true
    difference when its p-value is at most q R / m with R the rejections counting its
    own; R is 1 plus (m - 1) times that same level, which gives q / (m - q (m - 1)).
    """
    level = 1 - conf_level
    if correction == "none":
        return level
    if correction == "bonferroni":
        return level / n_comparisons
    return level / (n_comparisons - level * (n_comparisons - 1))


def team_reliability(answers: float, icc: float) -> float:
    """Return the reliability of a team's raw mean, ICC(2)."""
    return icc / (icc + (1 - icc) / answers)


def _bought(
    wish: TeamWish,
    answers: int,
    n_teams: int,
    alpha: float,
    assumptions: PlanAssumptions,
) -> tuple[float, float, float]:
    """Return what the answers buy, its standard error and df."""
    within = assumptions.variance_within
    if wish == "reliability":
        reliability = team_reliability(answers, assumptions.icc)
        return reliability, sqrt(within / answers), float("nan")
    if wish == "margin":
        std_error = sqrt(within / answers)
        df = answers - 1.0
        return t_quantile(df, assumptions.conf_level) * std_error, std_error, df
    others = (n_teams - 1) * assumptions.answers_per_team
    std_error = sqrt(within * (1 / answers + 1 / others))
    df = max(others + answers - n_teams, 1.0)
    shift = shift_for_power(df=df, power=assumptions.power, conf_level=1 - alpha)
    return shift * std_error, std_error, df


def _answers_needed(
    target: float,
    wish: TeamWish,
    n_teams: int,
    alpha: float,
    assumptions: PlanAssumptions,
) -> int:
    if wish == "reliability":
        check_proportion("target", target)
        require(
            assumptions.icc > 0,
            "no number of answers makes team means reliable when `icc` is 0: "
            "there are no differences between teams to measure.",
        )
        odds = target / (1 - target)
        return max(ceil(odds * (1 - assumptions.icc) / assumptions.icc - 1e-9), 1)
    check_positive("target", target)
    return smallest_number(
        lambda n: _bought(wish, n, n_teams, alpha, assumptions)[0],
        target,
        lowest=2,
        what="answers from the team",
    )


def _notes(wish: TeamWish, n_teams: int) -> tuple[str, ...]:
    return few_teams_note(n_teams) if wish == "reliability" else ()

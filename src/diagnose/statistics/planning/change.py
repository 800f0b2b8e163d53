"""Plan a change between waves of the same teams."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from numbers import Real

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
    "non-central t, shift d / sqrt(c (V - C)), c = 12 (w - 1) / (w (w + 1)) for w "
    "waves, V = variance of a wave's mean, C = its covariance with another wave's, "
    "df = teams / (1 + cv^2) - 1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan(Plan):
    """The smallest change between waves that is found.

    Attributes
    ----------
    n_waves : int
        Waves, evenly spaced. `estimate` is the whole change from the first to the
        last; with 3 waves or more it is the linear trend over all of them.
    team_correlation : float
        Correlation of a team's level with that in any other wave.
    person_correlation : float
        Correlation of a person's answer, within the team, with that in any other wave.
    share_same_people : float
        Share of the answers of a wave that come from people who answer in any other
        one, too.
    """

    n_waves: int
    team_correlation: float
    person_correlation: float
    share_same_people: float


def plan_change(
    change: float | None = None,
    *,
    n_teams: int | None = None,
    n_waves: int = 2,
    team_correlation: float = 0.8,
    person_correlation: float = 0.5,
    share_same_people: float = 0.0,
    assumptions: PlanAssumptions = DEFAULT_ASSUMPTIONS,
) -> ChangePlan:
    """Teams needed to find a change between waves, or the change that teams find.

    The same teams answer each wave, so what is stable about them cancels. Plan a
    monthly pulse of one item with ``PlanAssumptions(sd=1.0, ...)``: an item spreads
    more than the mean of several.

    Parameters
    ----------
    change : float, optional
        Change to be found, in units of the score. Give this or `n_teams`.
    n_teams : int, optional
        Teams that take part in every wave, at least 2.
    n_waves : int
        2 or more. From 3 on the linear trend is tested, and the change is that from
        the first wave to the last.
    team_correlation : float
        Correlation of team levels over waves, 0 to 1. Teams of the synthetic
        organisations do not move against each other (1.0); real ones do.
    person_correlation : float
        Correlation of one person's answers over waves, within the team, 0 to 1. In
        the synthetic organisations, with a stability of 0.7, it is 0.5 for a mean of
        four items.
    share_same_people : float
        Share of the answers that come from people who answer every wave, 0 to 1. 0
        plans for other people each time. The teams carry the gain also when nobody's
        answers are linked.
    assumptions : PlanAssumptions
        Spread, ICC(1), team sizes, response, power.

    Returns
    -------
    ChangePlan

    Raises
    ------
    ValueError
        A number that cannot be, both or neither of `change` and `n_teams`, or a
        change that is known without error.
    InsufficientDataError
        The change cannot be found by any number of teams.

    References
    ----------
    Feldman and McKinlay, 1994, Statistics in Medicine. Teerenstra, Eldridge, Graff, de
    Hoop and Borm, 2012, Statistics in Medicine.
    """
    check_one_given(("change", change), ("n_teams", n_teams))
    check_whole_number("n_waves", n_waves, 2)
    for name, value in (
        ("team_correlation", team_correlation),
        ("person_correlation", person_correlation),
        ("share_same_people", share_same_people),
    ):
        if not isinstance(value, Real) or not 0 <= value <= 1:
            raise ValueError(f"`{name}` must be from 0 to 1; got {value!r}.")
    stable = (team_correlation, share_same_people, person_correlation)

    def found(n: int) -> tuple[float, float, float]:
        return _smallest_change(n, n_waves, stable, assumptions)

    if n_teams is None:
        check_positive("change", change or 0.0)
        n_teams = smallest_number(
            lambda n: found(n)[0], change or 0.0, lowest=2, what="teams"
        )
    check_teams(n_teams)
    estimate, std_error, df = found(n_teams)
    return ChangePlan(
        method="change",
        formula=_FORMULA,
        solved_for="effect" if change is None else "n_teams",
        estimate=estimate,
        std_error=std_error,
        df=df,
        target=float("nan") if change is None else float(change),
        n_teams=n_teams,
        n_members=ceil(n_teams * assumptions.team_size - 1e-9),
        n_respondents=n_waves * round(n_teams * assumptions.answers_per_team),
        answers_per_team=assumptions.answers_per_team,
        design_effect=team_design_effect(n_teams, assumptions),
        assumptions=assumptions,
        notes=few_teams_note(n_teams),
        n_waves=n_waves,
        team_correlation=float(team_correlation),
        person_correlation=float(person_correlation),
        share_same_people=float(share_same_people),
    )


def _smallest_change(
    n_teams: int,
    n_waves: int,
    stable: tuple[float, float, float],
    assumptions: PlanAssumptions,
) -> tuple[float, float, float]:
    """Return the smallest change found, its standard error and df.

    The trend times its length is a contrast of the wave means that adds to 0, so under
    equal correlations between waves all that is stable drops out; its squared weights
    add to 12 (w - 1) / (w (w + 1)), which is 2 for two waves.
    """
    team_stable, share_same, person_stable = stable
    respond, m = assumptions.response, assumptions.answers_per_team
    # who responds is chance: team effects cancel as far as the same people answer
    chance = (1 - respond) / m
    others = 1 - share_same * respond
    shared = share_same * (1 - respond) ** 2 / (others * m) if others else 0.0
    few, sizes = (n_teams - 1) / n_teams, assumptions.team_size_cv**2
    between = 1 + few * (sizes + chance) - team_stable * (1 + few * (sizes + shared))
    between *= assumptions.variance_between / n_teams
    within = (1 - share_same * person_stable) * assumptions.variance_within
    within /= n_teams * m
    weights = 12 * (n_waves - 1) / (n_waves * (n_waves + 1))
    std_error = sqrt(weights * max(between + within, 0.0))
    if not std_error > 1e-12 * assumptions.sd:
        raise ValueError(
            "nothing but the change itself would vary: with `team_correlation` 1, "
            "`person_correlation` and `share_same_people` may not both be 1."
        )
    df = team_df(n_teams, assumptions)
    shift = shift_for_power(
        df=df, power=assumptions.power, conf_level=assumptions.conf_level
    )
    return shift * std_error, std_error, df

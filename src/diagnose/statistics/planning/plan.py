"""What every plan rests on, and what every plan says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from math import sqrt
from numbers import Real

import pandas as pd

from diagnose._options import check_at_least, check_positive, check_proportion

FEW_TEAMS = 10
"""Below this many teams a plan says that its teams are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAssumptions:
    """What is taken for granted before there are answers.

    The defaults are those of the synthetic organisations of `diagnose.simulation`:
    there the mean of four items has a standard deviation of 0.78 to 0.83 and an
    ICC(1) of 0.07 to 0.11 (a single item a standard deviation of 1.0), teams have 12
    members at the median, with a standard deviation of half their mean, and 70 %
    respond. Replace them by what an earlier wave showed.

    Attributes
    ----------
    sd : float
        Standard deviation of the score between people, teams taken together, in units
        of the score.
    icc : float
        Share of that variance which lies between teams, 0 or more and below 1.
    team_size : float
        Mean number of members a team, at least 1.
    team_size_cv : float
        Standard deviation of the team sizes (divisor n - 1) divided by their mean.
    response : float
        Chance that a member answers, above 0, at most 1; the same for everyone.
    conf_level : float
        Coverage of intervals; 1 minus the two-sided significance level.
    power : float
        Wanted probability of finding an effect, above 1 - `conf_level`.
    """

    sd: float = 0.8
    icc: float = 0.10
    team_size: float = 12.0
    team_size_cv: float = 0.5
    response: float = 0.7
    conf_level: float = 0.95
    power: float = 0.80

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        check_positive("sd", self.sd)
        if not isinstance(self.icc, Real) or not 0 <= self.icc < 1:
            raise ValueError(f"`icc` must be from 0 to below 1; got {self.icc!r}.")
        check_at_least("team_size", self.team_size, 1)
        check_at_least("team_size_cv", self.team_size_cv, 0)
        if not isinstance(self.response, Real) or not 0 < self.response <= 1:
            raise ValueError(
                f"`response` must be above 0 and at most 1; got {self.response!r}."
            )
        check_proportion("conf_level", self.conf_level)
        check_proportion("power", self.power)
        if self.power <= 1 - self.conf_level:
            raise ValueError(
                f"`power` must be above the significance level "
                f"{1 - self.conf_level:.3g}; got {self.power!r}."
            )
        for name in ("sd", "team_size", "team_size_cv"):
            if getattr(self, name) == float("inf"):
                raise ValueError(f"`{name}` must be finite; got infinity.")

    @property
    def answers_per_team(self) -> float:
        """Expected answers a team."""
        return self.team_size * self.response

    @property
    def answers_cv(self) -> float:
        """Variation of the answers a team: team sizes, and chance in who responds."""
        chance = (1 - self.response) / self.answers_per_team
        return sqrt(self.team_size_cv**2 + chance)

    @property
    def variance_between(self) -> float:
        """Variance of the team levels."""
        return self.icc * self.sd**2

    @property
    def variance_within(self) -> float:
        """Variance of the answers within a team."""
        return (1 - self.icc) * self.sd**2


DEFAULT_ASSUMPTIONS = PlanAssumptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a plan needs or yields.

    Attributes
    ----------
    method : str
        The question, such as ``"organisation mean"``.
    formula : str
        The formula of the standard error and the distribution used with it.
    solved_for : str
        Which quantity was computed: ``"effect"`` from numbers, or the name of the
        number that an effect needs.
    estimate : float
        Half the width of an interval, or the effect found with probability
        ``assumptions.power``; in units of the score unless the plan says otherwise.
    std_error, df : float
        Standard error of what is estimated, and its degrees of freedom.
    target : float
        The effect asked for; NaN when it was solved for.
    n_teams : int
        Teams that take part.
    n_members : int
        People asked, expected and rounded up.
    n_respondents : int
        Answers expected, rounded.
    answers_per_team : float
        Answers expected in a team, unrounded.
    design_effect : float
        How many answers in teams are worth one independent answer.
    assumptions : PlanAssumptions
        What was taken for granted.
    notes : tuple of str
        What a reader must know: ``"few_teams"`` below 10 teams (estimates of the
        variance between so few are crude: look at `simulate_plan`), and the notes of
        each plan.
    """

    method: str
    formula: str
    solved_for: str
    estimate: float
    std_error: float
    df: float
    target: float
    n_teams: int
    n_members: int
    n_respondents: int
    answers_per_team: float
    design_effect: float
    assumptions: PlanAssumptions = field(default=DEFAULT_ASSUMPTIONS)
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, assumptions as columns of their own."""
        own = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in ("assumptions", "notes")
        }
        notes = "; ".join(self.notes)
        return pd.DataFrame([{**own, **asdict(self.assumptions), "notes": notes}])


def few_teams_note(n_teams: int) -> tuple[str, ...]:
    """Return the note on few teams, when there are few."""
    return ("few_teams",) if n_teams < FEW_TEAMS else ()

"""Plan a study of what goes with an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from numbers import Real
from typing import Literal

from diagnose._options import (
    check_option,
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

DriverWish = Literal["partial_correlation", "r_squared"]

REFUSED_BELOW = 50
"""Complete respondents below which drivers are not estimated."""
UNSURE_BELOW = 100
"""Complete respondents below which drivers come with a warning."""

_FORMULAS = {
    "partial_correlation": (
        "non-central t, shift r / sqrt(1 - r^2) sqrt(n / deff - predictors), "
        "deff = 1 + ((1 + cv^2) m - 1) icc icc_predictor, "
        "df = min(n / deff - predictors - 1, teams / (1 + cv^2 + 2 / m) - 1)"
    ),
    "r_squared": (
        "t x sqrt((1 - R2)^2 (4 R2 (n - 1) / ((n + 1) (n + 3)) + 2 predictors / "
        "((n + 1) (n - predictors - 1)))) of adjusted R2, df = n - predictors - 1, "
        "n divided by deff = 1 + ((1 + cv^2) m - 1) (R2 (icc^2 + icc_predictor^2) / 2 "
        "+ (1 - R2) icc icc_predictor)"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlan(Plan):
    """What a number of complete respondents shows about drivers.

    Attributes
    ----------
    wish : {"partial_correlation", "r_squared"}
        Whether `estimate` is the smallest partial correlation of a driver with the
        outcome that is found, or half the width of the interval of R squared.
    n_predictors : int
        Predictors in the model.
    icc_predictor : float
        ICC(1) of the predictors; that of the outcome is ``assumptions.icc``.
    r_squared : float
        R squared taken for granted; NaN for a partial correlation.
    """

    wish: DriverWish
    n_predictors: int
    icc_predictor: float
    r_squared: float


def plan_drivers(
    target: float | None = None,
    *,
    n_teams: int | None = None,
    wish: DriverWish = "partial_correlation",
    n_predictors: int = 9,
    r_squared: float = 0.3,
    icc_predictor: float = 0.10,
    assumptions: PlanAssumptions = DEFAULT_ASSUMPTIONS,
) -> DriverPlan:
    """Teams needed to find a driver or to pin down R squared, or what teams show.

    Teammates matter little here: only where outcome and predictor both differ between
    teams do they repeat each other. With 9 predictors the interval of R squared covers
    92 to 93 % instead of 95 below 60 respondents; from 100 on it keeps its word. What
    goes with an outcome need not cause it.

    Parameters
    ----------
    target : float, optional
        Partial correlation to be found, or half the width of the interval of R
        squared; between 0 and 1. Give this or `n_teams`.
    n_teams : int, optional
        Teams that take part, at least 2.
    wish : {"partial_correlation", "r_squared"}
        Which of these.
    n_predictors : int
        Predictors in one model.
    r_squared : float
        R squared expected, between 0 and 1; used for its own precision only.
    icc_predictor : float
        ICC(1) of the predictors, 0 or more and below 1.
    assumptions : PlanAssumptions
        ICC(1) of the outcome, team sizes, response; the spread plays no part.

    Returns
    -------
    DriverPlan
        With the notes ``"below_50"`` (refused by `relative_importance`) and
        ``"below_100"`` (unsure).

    Raises
    ------
    ValueError
        A number that cannot be, or both or neither of `target` and `n_teams`.
    InsufficientDataError
        Fewer independent respondents than the model has coefficients, or a target out
        of reach.

    References
    ----------
    Cohen, 1988, Statistical Power Analysis for the Behavioral Sciences. Olkin and Finn,
    1995, Psychological Bulletin (standard error of R squared). Scott and Holt, 1982,
    Journal of the American Statistical Association (regression with clusters).
    """
    check_one_given(("target", target), ("n_teams", n_teams))
    check_option("wish", wish, DriverWish)
    check_whole_number("n_predictors", n_predictors, 1)
    check_proportion("r_squared", r_squared)
    if not isinstance(icc_predictor, Real) or not 0 <= icc_predictor < 1:
        raise ValueError(
            f"`icc_predictor` must be from 0 to below 1; got {icc_predictor!r}."
        )
    model = _Model(wish, n_predictors, r_squared, icc_predictor, assumptions)
    if n_teams is None:
        check_proportion("target", target or 0.0)
        n_teams = smallest_number(
            lambda n: model.effect(n)[0],
            target or 0.0,
            lowest=model.fewest_teams(),
            what="teams",
        )
    check_whole_number("n_teams", n_teams, 2)
    model.check(n_teams)
    estimate, std_error, df = model.effect(n_teams)
    n_respondents = round(n_teams * assumptions.answers_per_team)
    return DriverPlan(
        method="drivers",
        formula=_FORMULAS[wish],
        solved_for="effect" if target is None else "n_teams",
        estimate=estimate,
        std_error=std_error,
        df=df,
        target=float("nan") if target is None else float(target),
        n_teams=n_teams,
        n_members=ceil(n_teams * assumptions.team_size - 1e-9),
        n_respondents=n_respondents,
        answers_per_team=assumptions.answers_per_team,
        design_effect=model.design_effect(),
        assumptions=assumptions,
        notes=few_teams_note(n_teams) + _gate_note(n_respondents),
        wish=wish,
        n_predictors=n_predictors,
        icc_predictor=float(icc_predictor),
        r_squared=r_squared if wish == "r_squared" else float("nan"),
    )


@dataclass(frozen=True, slots=True)
class _Model:
    wish: DriverWish
    n_predictors: int
    r_squared: float
    icc_predictor: float
    assumptions: PlanAssumptions

    def design_effect(self) -> float:
        """Return by how much teams enlarge the variance of a coefficient."""
        cv, m = self.assumptions.answers_cv, self.assumptions.answers_per_team
        outcome, predictor = self.assumptions.icc, self.icc_predictor
        both = outcome * predictor
        if self.wish == "r_squared":  # the variances of either make it up, too
            squares = (outcome**2 + predictor**2) / 2
            both = self.r_squared * squares + (1 - self.r_squared) * both
        return max(1 + ((1 + cv**2) * m - 1) * both, 1.0)

    def effective(self, n_teams: int) -> float:
        """Return how many independent respondents the teams are worth."""
        return n_teams * self.assumptions.answers_per_team / self.design_effect()

    def fewest_teams(self) -> int:
        """Return the fewest teams that carry the coefficients."""
        return max(2, ceil((self.n_predictors + 3) / self.effective(1) - 1e-9))

    def check(self, n_teams: int) -> None:
        """Refuse fewer respondents than a model can be estimated with."""
        require(
            n_teams >= self.fewest_teams(),
            f"{self.n_predictors} predictors need at least {self.n_predictors + 3} "
            f"independent respondents; {n_teams} teams are worth "
            f"{self.effective(n_teams):.1f}. Use more teams or fewer predictors.",
        )

    def effect(self, n_teams: int) -> tuple[float, float, float]:
        """Return the effect, its standard error and df."""
        n = self.effective(n_teams)
        df = n - self.n_predictors - 1
        conf_level = self.assumptions.conf_level
        if self.wish == "r_squared":
            variance = r_squared_variance(self.r_squared, n, self.n_predictors)
            return t_quantile(df, conf_level) * sqrt(variance), sqrt(variance), df
        df = min(df, self._team_df(n_teams))
        power = self.assumptions.power
        # what the other predictors leave of this one has n - predictors df
        error = 1 / sqrt(n - self.n_predictors)
        ratio = shift_for_power(df=df, power=power, conf_level=conf_level) * error
        return ratio / sqrt(1 + ratio**2), error, df

    def _team_df(self, n_teams: int) -> float:
        """Return about the Satterthwaite df of a slope with teams as clusters.

        A team weighs by its sum of squares of the predictor, which varies with its
        number of answers and, as a chi-square does, by itself.
        """
        cv, m = self.assumptions.answers_cv, self.assumptions.answers_per_team
        varied = (cv**2 + 2 / m) * (n_teams - 1) / n_teams
        return max(n_teams / (1 + varied) - 1, 1.0)


def r_squared_variance(r_squared: float, n: float, n_predictors: int) -> float:
    """Return about the variance of the adjusted R squared of normal data.

    Two parts: that of a large sample, carried over to the adjusted value, and that of
    a beta-distributed R squared of predictors with which nothing goes.
    """
    large = 4 * r_squared * (n - 1) / ((n + 1) * (n + 3))
    chance = 2 * n_predictors / ((n + 1) * (n - n_predictors - 1))
    return (1 - r_squared) ** 2 * (large + chance)


def _gate_note(n_respondents: int) -> tuple[str, ...]:
    if n_respondents < REFUSED_BELOW:
        return ("below_50",)
    return ("below_100",) if n_respondents < UNSURE_BELOW else ()

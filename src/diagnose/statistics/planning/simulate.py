"""A plan simulated: what its formula promises, beside what an analysis finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from diagnose._options import check_whole_number, require
from diagnose.statistics.planning.change import ChangePlan
from diagnose.statistics.planning.drivers import DriverPlan
from diagnose.statistics.planning.gap import GapPlan
from diagnose.statistics.planning.mean import MeanPlan
from diagnose.statistics.planning.noncentral import t_quantile
from diagnose.statistics.planning.outcome import Outcome, join
from diagnose.statistics.planning.plan import Plan
from diagnose.statistics.planning.simulate_drivers import simulate_drivers
from diagnose.statistics.planning.simulate_means import (
    simulate_change,
    simulate_gap,
    simulate_mean,
)
from diagnose.statistics.planning.simulate_team import simulate_team
from diagnose.statistics.planning.team import TeamPlan

_NUMBERS_AT_ONCE = 1_000_000
"""Numbers drawn in one batch; keeps memory below some tens of megabytes."""

_MOST_NUMBERS = 3_000_000_000
"""Numbers drawn in all; more would take many minutes."""

_Simulator = Callable[[Any, int, np.random.Generator], Outcome]
_SIMULATORS: dict[type[Plan], tuple[str, _Simulator]] = {
    MeanPlan: ("clustered t, CR2", simulate_mean),
    TeamPlan: ("contrast with the rest, pooled within-team variance", simulate_team),
    GapPlan: ("clustered t, CR2", simulate_gap),
    ChangePlan: ("clustered t, CR2", simulate_change),
    DriverPlan: ("regression, clustered t, CR2", simulate_drivers),
}
_TEAM_ANALYSES = {
    "margin": "t of one mean",
    "reliability": "mean of one half against the other",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck:
    """A plan beside a simulation of it.

    Attributes
    ----------
    method : str
        The question of the plan.
    analysis : str
        How every synthetic organisation was analysed.
    quantity : str
        ``"coverage"`` of the intervals, ``"power"``, or ``"reliability"``.
    expected : float
        What the plan says it is.
    estimate : float
        What it was in the simulation.
    std_error : float
        Monte-Carlo standard error of `estimate`.
    conf_low, conf_high : float
        Interval of 2.58 standard errors around `estimate` (99 %).
    agrees : bool
        Whether `expected` lies within 3 standard errors of `estimate`.
    expected_margin, margin : float
        Half the width of the interval by the plan, and in the simulation (root mean
        square); NaN for a reliability and for one team among others.
    false_alarms : float
        How often an effect was found where there was none; with a correction, any
        among all comparisons. NaN when nothing is tested.
    n_simulations : int
        Organisations analysed.
    n_failed : int
        Organisations left out: too few teams or people answered.
    seed : int
        Repeats the numbers.
    """

    method: str
    analysis: str
    quantity: str
    expected: float
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    agrees: bool
    expected_margin: float
    margin: float
    false_alarms: float
    n_simulations: int
    n_failed: int
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def simulate_plan(
    plan: Plan, *, n_simulations: int = 1000, seed: int = 20261123
) -> PlanCheck:
    """Simulate organisations as a plan assumes them, and analyse each.

    Scores are normal; teams differ, people respond by chance, and what is drawn are
    the sums of each team. Coverage and power are shares of organisations.

    Parameters
    ----------
    plan : MeanPlan, TeamPlan, GapPlan, ChangePlan or DriverPlan
        What to check.
    n_simulations : int
        Organisations, at least 100.
    seed : int
        The same seed gives the same numbers.

    Returns
    -------
    PlanCheck

    Raises
    ------
    TypeError
        Not a plan.
    ValueError
        Too few simulations, or a plan in which nothing is left to chance.
    InsufficientDataError
        Nearly all organisations have too few answers to be analysed.
    """
    if type(plan) not in _SIMULATORS:
        raise TypeError(f"`plan` must be a plan; got {type(plan).__name__}.")
    check_whole_number("n_simulations", n_simulations, 100)
    check_whole_number("seed", seed, 0)
    if plan.std_error == 0:
        raise ValueError("everyone answers and is counted: nothing is left to chance.")
    if _numbers(plan) * n_simulations > _MOST_NUMBERS:
        raise ValueError(
            f"{n_simulations} organisations of {plan.n_teams} teams are too many to "
            "simulate; lower `n_simulations`, or plan fewer teams."
        )
    analysis, simulator = _SIMULATORS[type(plan)]
    if isinstance(plan, TeamPlan):
        analysis = _TEAM_ANALYSES.get(plan.wish, analysis)
    rng = np.random.default_rng(seed)
    batch = max(_NUMBERS_AT_ONCE // _numbers(plan), 1)
    done = range(0, n_simulations, batch)
    outcome = join(
        [simulator(plan, min(batch, n_simulations - start), rng) for start in done]
    )
    n_analysed = len(outcome.hits)
    require(
        n_analysed >= 0.5 * n_simulations,
        f"only {n_analysed} of {n_simulations} organisations gave enough answers to "
        "be analysed; plan more teams, larger ones, or a higher response.",
    )
    return _summarised(plan, outcome, analysis, seed)


def _summarised(plan: Plan, outcome: Outcome, analysis: str, seed: int) -> PlanCheck:
    quantity, expected = _promise(plan)
    hits = outcome.hits.astype(float)
    estimate, n = float(hits.mean()), len(hits)
    std_error = _monte_carlo_error(hits, expected, quantity)
    alarms, margin = outcome.false_alarms, outcome.margins
    return PlanCheck(
        method=plan.method,
        analysis=analysis,
        quantity=quantity,
        expected=expected,
        estimate=estimate,
        std_error=std_error,
        conf_low=estimate - 2.58 * std_error,
        conf_high=estimate + 2.58 * std_error,
        agrees=bool(abs(estimate - expected) <= 3 * std_error),
        expected_margin=float("nan") if margin is None else _margin(plan),
        margin=float("nan") if margin is None else float(np.sqrt((margin**2).mean())),
        false_alarms=float("nan") if alarms is None else float(alarms.mean()),
        n_simulations=n,
        n_failed=outcome.n_failed,
        seed=seed,
    )


def _promise(plan: Plan) -> tuple[str, float]:
    """Return which share the plan promises, and how large it is."""
    wish = getattr(plan, "wish", None)
    if wish == "reliability":
        return "reliability", plan.estimate
    if isinstance(plan, MeanPlan) or wish in ("margin", "r_squared"):
        return "coverage", plan.assumptions.conf_level
    return "power", plan.assumptions.power


def _margin(plan: Plan) -> float:
    return t_quantile(plan.df, plan.assumptions.conf_level) * plan.std_error


def _monte_carlo_error(hits: np.ndarray, expected: float, quantity: str) -> float:
    """Return the error of the mean: that of the promised share, were it true."""
    if quantity == "reliability":
        return float(hits.std(ddof=1) / sqrt(len(hits)))
    return sqrt(expected * (1 - expected) / len(hits))


def _numbers(plan: Plan) -> int:
    """Return about how many numbers one organisation takes."""
    if isinstance(plan, DriverPlan):
        people = plan.n_teams * (plan.answers_per_team + 2 * plan.n_predictors)
        return round(people * (plan.n_predictors + 2)) + 1
    if isinstance(plan, TeamPlan):
        return 4 * plan.n_comparisons
    n_all = getattr(plan, "teams_in_organisation", None) or plan.n_teams
    return 10 * int(n_all) * int(getattr(plan, "n_waves", 2))

"""How many respondents and teams, how precise: before the survey, and after."""

from diagnose.statistics.planning.change import ChangePlan, plan_change
from diagnose.statistics.planning.drivers import DriverPlan, plan_drivers
from diagnose.statistics.planning.gap import GapPlan, plan_gap
from diagnose.statistics.planning.mean import MeanPlan, plan_mean
from diagnose.statistics.planning.plan import Plan, PlanAssumptions
from diagnose.statistics.planning.precision import (
    Precision,
    SampleSize,
    design_effect,
    margin_of_error,
    power_two_groups,
    respondents_needed,
    smallest_detectable_difference,
)
from diagnose.statistics.planning.reach import chance_of_enough, margin_of_answers
from diagnose.statistics.planning.simulate import PlanCheck, simulate_plan
from diagnose.statistics.planning.table import plan_table
from diagnose.statistics.planning.team import TeamPlan, plan_team

__all__ = [
    "ChangePlan",
    "DriverPlan",
    "GapPlan",
    "MeanPlan",
    "Plan",
    "PlanAssumptions",
    "PlanCheck",
    "Precision",
    "SampleSize",
    "TeamPlan",
    "chance_of_enough",
    "design_effect",
    "margin_of_answers",
    "margin_of_error",
    "plan_change",
    "plan_drivers",
    "plan_gap",
    "plan_mean",
    "plan_table",
    "plan_team",
    "power_two_groups",
    "respondents_needed",
    "simulate_plan",
    "smallest_detectable_difference",
]

"""``diagnose plan``: one question about numbers of people and teams."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnose.cli.plan_options import OPTIONS, QUESTIONS, WISHES
from diagnose.errors import DiagnoseError, InsufficientDataError
from diagnose.language import load_catalogue

if TYPE_CHECKING:
    from diagnose.statistics.planning import Plan, PlanAssumptions, PlanCheck

_ASSUMPTIONS = (
    "sd",
    "icc",
    "team_size",
    "team_size_cv",
    "response",
    "conf_level",
    "power",
)
_ARGUMENTS = {
    "teams": "n_teams",
    "organisation_teams": "teams_in_organisation",
    "subscales": "n_subscales",
    "leaders": "leaders_per_team",
    "waves": "n_waves",
    "same_people": "share_same_people",
    "predictors": "n_predictors",
    "predictor_icc": "icc_predictor",
}
"""Options whose name differs from the argument of the function."""


def run(chosen: Namespace) -> int:
    """Answer one question, or plan the units of an assessment folder."""
    if chosen.what not in QUESTIONS:
        from diagnose.cli import plan_units

        _check_folder(chosen)
        _check_options("units", chosen)
        return plan_units.run(chosen, assumptions_of(chosen))
    _check_options(chosen.what, chosen)
    plan = _plan(chosen)
    checked = _simulated(plan, chosen) if chosen.check else None
    from diagnose.cli.plan_print import print_plan

    print_plan(plan, checked, chosen)
    return 0


def assumptions_of(chosen: Namespace) -> PlanAssumptions:
    """Return the assumptions with what was typed put in."""
    from diagnose.statistics.planning import PlanAssumptions

    typed = {name: getattr(chosen, name) for name in _ASSUMPTIONS}
    return PlanAssumptions(
        **{name: value for name, value in typed.items() if value is not None}
    )


def _check_folder(chosen: Namespace) -> None:
    if chosen.what != "." and not Path(chosen.what).is_dir():
        raise refusal(
            "nothing", chosen, folder=chosen.what, questions=", ".join(QUESTIONS)
        )


def _check_options(question: str, chosen: Namespace) -> None:
    """Refuse options that the question would ignore, and what is missing."""
    every = {name for names in OPTIONS.values() for name in names}
    typed = {name for name in every if getattr(chosen, name) is not None}
    strange = typed - set(OPTIONS[question])
    strange |= {"check"} if question == "units" and chosen.check else set()
    if strange:
        raise refusal(
            "not_here",
            chosen,
            options=_as_typed(sorted(strange)),
            question=chosen.what,
            allowed=_as_typed(OPTIONS[question]),
        )
    if question == "units":
        return
    wishes = WISHES.get(question, ())
    if chosen.wish and chosen.wish not in wishes:
        raise refusal(
            "wish",
            chosen,
            question=question,
            wish=chosen.wish,
            allowed=", ".join(wishes),
        )
    number = "answers" if question == "team" else "teams"
    if (chosen.target is None) == (getattr(chosen, number) is None):
        raise refusal("give_one", chosen, number=f"--{number}")


def _as_typed(names: Any) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in names)


def _plan(chosen: Namespace) -> Plan:
    from diagnose.statistics import planning

    own = [name for name in OPTIONS[chosen.what] if name not in _ASSUMPTIONS]
    typed = {
        _ARGUMENTS.get(name, name): getattr(chosen, name)
        for name in own
        if name != "target" and getattr(chosen, name) is not None
    }
    ask = getattr(planning, f"plan_{chosen.what}")
    try:
        plan: Plan = ask(chosen.target, assumptions=assumptions_of(chosen), **typed)
    except InsufficientDataError as error:
        if chosen.target is None:
            raise refusal("too_few", chosen, teams=chosen.teams) from error
        raise refusal("out_of_reach", chosen, target=chosen.target) from error
    except ValueError as error:
        raise refusal("impossible", chosen, detail=error) from error
    return plan


def _simulated(plan: Plan, chosen: Namespace) -> PlanCheck:
    from diagnose.statistics.planning import simulate_plan

    try:
        return simulate_plan(plan, n_simulations=chosen.simulations, seed=chosen.seed)
    except InsufficientDataError as error:
        raise refusal("too_few", chosen, teams=plan.n_teams) from error
    except ValueError as error:
        raise refusal("impossible", chosen, detail=error) from error


def refusal(key: str, chosen: Namespace, /, **values: object) -> DiagnoseError:
    """Return the error that tells, in the reader's language, what to change."""
    text = load_catalogue("plan").text(f"refused.{key}", chosen.language, **values)
    return DiagnoseError(text)

"""A plan on the terminal: a sentence, a table, the check, and what it means."""

from __future__ import annotations

import json
import math
from argparse import Namespace
from typing import TYPE_CHECKING

from diagnose.cli.terminal import show_table, show_text
from diagnose.language import (
    Language,
    format_number,
    format_share,
    load_catalogue,
)

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.statistics.planning import Plan, PlanCheck

_COUNTS = {
    "n_teams": "teams",
    "n_members": "members",
    "n_respondents": "respondents",
}
_FIELDS = (
    "answers",
    "answers_per_team",
    "estimate",
    "std_error",
    "df",
    "design_effect",
    "alpha",
    "reliability",
)
_SHARES = ("response", "conf_level", "power", "share_same_people")
_ASSUMED = (
    "sd",
    "icc",
    "team_size",
    "team_size_cv",
    "response",
    "conf_level",
    "power",
    "team_correlation",
    "person_correlation",
    "share_same_people",
    "icc_predictor",
    "r_squared",
)
_DIGITS = {"df": 1, "answers_per_team": 1, "team_size": 1, "alpha": 5, "std_error": 3}
_WITHOUT_POWER = ("margin", "reliability", "r_squared")
_SMALLEST_SHOWN = 5


def print_plan(plan: Plan, checked: PlanCheck | None, chosen: Namespace) -> None:
    """Print a plan, and its check, in the form that was asked for."""
    frame = _whole_frame(plan, checked)
    if chosen.csv:
        show_text(frame.to_csv(index=False, lineterminator="\n"))
    elif chosen.json:
        show_text(as_json(frame)[0])
    else:
        _print_words(plan, checked, frame, chosen)


def as_json(frame: pd.DataFrame) -> list[str]:
    """Return every row as a JSON object; what is not a number is null."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict(orient="records")
    return [
        json.dumps({key: _plain(value) for key, value in row.items()}, indent=2)
        for row in rows
    ]


def _plain(value: object) -> object:
    plain = value.item() if hasattr(value, "item") else value
    infinite = isinstance(plain, float) and not math.isfinite(plain)
    return None if infinite else plain


def _whole_frame(plan: Plan, checked: PlanCheck | None) -> pd.DataFrame:
    frame = plan.to_frame()
    if checked is not None:
        frame = frame.join(checked.to_frame().add_prefix("check_"))
    return frame


def _print_words(
    plan: Plan, checked: PlanCheck | None, frame: pd.DataFrame, chosen: Namespace
) -> None:
    words, speak = load_catalogue("plan"), chosen.language
    question, key = _keys(plan, chosen.what)
    show_text(_result(plan, key, speak))
    heads = [words.text("row.quantity", speak), words.text("row.value", speak)]
    show_table(heads, _rows(plan, frame, speak), numeric=1)
    show_text(words.text("formula", speak, formula=_formula(plan, speak)))
    meaning = words.text(
        f"meaning.{question}",
        speak,
        power=format_share(plan.assumptions.power, speak),
        conf_level=format_share(plan.assumptions.conf_level, speak),
    )
    show_text(meaning)
    for note in _notes(plan):
        show_text(words.text(f"note.{note}", speak))
    if checked is not None:
        _print_check(checked, speak)


def _formula(plan: Plan, speak: Language) -> str:
    """Write the formula with its words in the reader's language."""
    told = plan.formula
    for key, word in load_catalogue("plan").entries.items():
        if key.startswith("formula_word."):
            told = told.replace(word["en"], word[speak])
    return told


def _keys(plan: Plan, question: str) -> tuple[str, str]:
    """Return the keys of what it means and of the result."""
    wish = getattr(plan, "wish", "")
    meaning = question
    if question == "team":
        meaning = f"team_{wish}"
    elif getattr(plan, "teams_in_organisation", None):
        meaning = "mean_finite"
    named = f"{question}_{wish}" if wish else question
    return meaning, f"{named}_{'effect' if plan.solved_for == 'effect' else 'needed'}"


def _result(plan: Plan, key: str, speak: Language) -> str:
    def whole(name: str) -> str:
        return format_number(getattr(plan, name, math.nan), speak, digits=0)

    return load_catalogue("plan").text(
        f"result.{key}",
        speak,
        teams=whole("n_teams"),
        n=whole("n_respondents"),
        members=whole("members" if hasattr(plan, "members") else "n_members"),
        answers=whole("answers"),
        leaders=whole("n_leaders"),
        waves=whole("n_waves"),
        predictors=whole("n_predictors"),
        comparisons=whole("n_comparisons"),
        effect=_fine(plan.estimate, speak),
        target=_fine(plan.target, speak),
    )


def _fine(value: float, speak: Language) -> str:
    """Write a number with two digits, and what is smaller than 0.1 with more."""
    digits = 2
    while math.isfinite(value) and 0 < value < 0.1 ** (digits - 1) and digits < 6:
        digits += 1
    return format_number(value, speak, digits=digits)


def _rows(plan: Plan, frame: pd.DataFrame, speak: Language) -> list[tuple[str, str]]:
    words = load_catalogue("plan")
    record = frame.iloc[0]
    rows = []
    for name in (*_COUNTS, *_FIELDS, *_ASSUMED):
        value = record.get(name, math.nan)
        if name in _idle(plan) or not math.isfinite(float(value)):
            continue
        label = _COUNTS.get(name, "effect" if name == "estimate" else name)
        if name in _SHARES:
            text = format_share(float(value), speak)
        else:
            digits = 0 if name in (*_COUNTS, "answers") else _DIGITS.get(name, 2)
            text = format_number(float(value), speak, digits=digits)
        rows.append((words.text(f"row.{label}", speak), text))
    return rows


def _idle(plan: Plan) -> set[str]:
    """Return the rows that play no part in the plan, or say the same again."""
    wish = getattr(plan, "wish", "")
    idle = set()
    if plan.method == "organisation mean" or wish in _WITHOUT_POWER:
        idle |= {"power"}
    if plan.method == "drivers":
        idle |= {"sd"}
    if plan.method.startswith("team"):
        idle |= {"design_effect"}
    return idle | ({"estimate", "conf_level"} if wish == "reliability" else set())


def _notes(plan: Plan) -> tuple[str, ...]:
    answers = getattr(plan, "answers", None)
    small = answers is not None and answers < _SMALLEST_SHOWN
    return (*plan.notes, *(("below_threshold",) if small else ()))


def _print_check(checked: PlanCheck, speak: Language) -> None:
    words = load_catalogue("plan")

    def share(value: float) -> str:
        if checked.quantity == "reliability":
            return format_number(value, speak)
        return format_share(value, speak, digits=1)

    line = words.text(
        f"check.{checked.quantity}",
        speak,
        n=format_number(checked.n_simulations, speak, digits=0),
        estimate=share(checked.estimate),
        error=share(checked.std_error),
        expected=share(checked.expected),
    )
    show_text(line)
    if math.isfinite(checked.false_alarms):
        alarms = format_share(checked.false_alarms, speak, digits=1)
        show_text(words.text("check.false_alarms", speak, share=alarms))
    verdict = "agrees"
    if not checked.agrees:
        hopeful = checked.estimate < checked.expected
        verdict = "optimistic" if hopeful else "pessimistic"
    show_text(words.text(f"check.{verdict}", speak))

"""``diagnose plan FOLDER``: which units can be shown, and how precisely."""

from __future__ import annotations

import math
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from diagnose.cli.plan_print import as_json
from diagnose.cli.terminal import show_table, show_text
from diagnose.errors import InsufficientDataError
from diagnose.language import (
    Language,
    format_number,
    format_share,
    level_name,
    load_catalogue,
)

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.assessment.reach import Reach
    from diagnose.statistics.planning import PlanAssumptions

_MIDDLE = 0.65


def run(chosen: Namespace, assumptions: PlanAssumptions) -> int:
    """Print one row a unit of the organisation file."""
    from diagnose.assessment.reach import plan_units
    from diagnose.cli.plan import refusal

    try:
        reach = plan_units(chosen.what, assumptions=assumptions)
    except InsufficientDataError as error:
        raise refusal("no_people", chosen, folder=chosen.what) from error
    if reach is None:
        raise refusal("no_organisation", chosen, folder=chosen.what)
    units = reach.to_frame()
    if chosen.csv:
        show_text(units.to_csv(index=False, lineterminator="\n"))
    elif chosen.json:
        show_text("[" + ",\n".join(as_json(units)) + "]")
    else:
        _print(reach, units, assumptions.sd, chosen.language)
    return 0


def _print(reach: Reach, units: pd.DataFrame, sd: float, speak: Language) -> None:
    words = load_catalogue("plan")

    def say(key: str, **values: object) -> None:
        show_text(words.text(f"units.{key}", speak, **values))

    say(
        "heading",
        title=reach.assessment.titles[speak],
        units=format_number(len(units) - 1, speak, digits=0),
        people=format_number(units["n_members"].iloc[0], speak, digits=0),
        threshold=reach.threshold,
    )
    heads = [words.text(f"units.{key}", speak) for key in _HEADS]
    middle = format_share(_MIDDLE, speak)
    heads.append(words.text("units.chance", speak, response=middle))
    heads += [
        words.text("units.margin", speak, response=format_share(response, speak))
        for response in reach.responses
    ]
    rows = [_row(unit, reach, speak) for _, unit in units.iterrows()]
    show_table(heads, rows, numeric=len(heads) - 2)
    conf_level = format_share(reach.conf_level, speak)
    sd_text = format_number(sd, speak)
    say("margin_words", conf_level=conf_level, sd=sd_text)
    _say_who_cannot(say, units, middle)
    say("anonymity")


_HEADS = ("level", "unit", "members", "needed")


def _row(unit: pd.Series, reach: Reach, speak: Language) -> tuple[str, ...]:
    words = load_catalogue("plan")
    never = words.text("units.never", speak)
    below = words.text("units.below", speak)
    can = unit["n_members"] >= reach.threshold
    margins = [unit[f"margin_{response * 100:g}"] for response in reach.responses]
    return (
        level_name(unit["level"], speak)
        if unit["level"]
        else words.text("units.organisation", speak),
        unit["unit"],
        format_number(unit["n_members"], speak, digits=0),
        # rounded up: 62 % of eight people are not five
        format_share(math.ceil(unit["response_needed"] * 100) / 100, speak)
        if can
        else never,
        format_share(unit[f"chance_{_MIDDLE * 100:g}"], speak) if can else never,
        *(
            below if math.isnan(margin) else format_number(margin, speak)
            for margin in margins
        ),
    )


def _say_who_cannot(say: Callable[..., None], units: pd.DataFrame, middle: str) -> None:
    named = units[units["level"] != ""]
    never = named[~(named["response_needed"] <= 1)]
    unsure = named[
        (named["response_needed"] <= 1) & (named[f"chance_{_MIDDLE * 100:g}"] < 0.5)
    ]
    if never.empty and unsure.empty:
        say("all_can")
    if len(never):
        say("out_of_reach", n=len(never), all=len(named), units=_names(never))
    if len(unsure):
        say("doubtful", n=len(unsure), response=middle, units=_names(unsure))


def _names(units: pd.DataFrame) -> str:
    """Return the names of units, of many the first ten."""
    shown = list(units["unit"].head(10))
    return ", ".join(shown) + (" …" if len(units) > len(shown) else "")

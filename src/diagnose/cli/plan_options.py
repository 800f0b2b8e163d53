"""What can be typed after ``diagnose plan``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

QUESTIONS = ("mean", "team", "gap", "change", "drivers")
_ASSUMED = ("team_size", "team_size_cv", "icc", "response", "sd", "power", "conf_level")
OPTIONS: dict[str, tuple[str, ...]] = {
    "mean": ("target", "teams", "organisation_teams", *_ASSUMED),
    "team": (
        "target",
        "wish",
        "answers",
        "teams",
        "subscales",
        "correction",
        *_ASSUMED,
    ),
    "gap": ("target", "teams", "leaders", *_ASSUMED),
    "change": (
        "target",
        "teams",
        "waves",
        "team_correlation",
        "person_correlation",
        "same_people",
        *_ASSUMED,
    ),
    "drivers": (
        "target",
        "wish",
        "teams",
        "predictors",
        "predictor_icc",
        "r_squared",
        *(name for name in _ASSUMED if name != "sd"),
    ),
    "units": ("icc", "sd"),
}
"""The options of each question; the rest belongs to all of them."""

WISHES = {
    "team": ("margin", "reliability", "difference"),
    "drivers": ("partial_correlation", "r_squared"),
}


def add_plan_options(
    parser: argparse.ArgumentParser, word: Callable[[str], str]
) -> None:
    """Add the options of ``diagnose plan``, each checked as it is read."""
    parser.add_argument("what", nargs="?", default=".", help=word("option.what"))
    for name, check in _NUMBERS.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=check, help=word(f"option.{name}")
        )
    parser.add_argument(
        "--wish",
        choices=[wish for wishes in WISHES.values() for wish in wishes],
        help=word("option.wish"),
    )
    parser.add_argument(
        "--correction",
        choices=("benjamini-hochberg", "bonferroni", "none"),
        help=word("option.correction"),
    )
    parser.add_argument("--check", action="store_true", help=word("option.check"))
    parser.add_argument(
        "--simulations",
        type=_whole(100, 100_000),
        default=1000,
        help=word("option.simulations"),
    )
    parser.add_argument(
        "--seed", type=_whole(0, 2**32), default=20261123, help=word("option.seed")
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=word("option.json"))
    form.add_argument("--csv", action="store_true", help=word("option.csv"))


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"{text!r}: {lowest} … {highest}")
        return int(text)

    return whole_number


def _number(
    lowest: float, highest: float, *, ends: bool = False
) -> Callable[[str], float]:
    """Return a check for numbers; a decimal comma and a percentage are understood."""

    def number(text: str) -> float:
        refusal = argparse.ArgumentTypeError(f"{text!r}: {lowest:g} … {highest:g}")
        percent = text.endswith("%")
        try:
            value = float(text.removesuffix("%").replace(",", "."))
        except ValueError:
            raise refusal from None
        value = value / 100 if percent else value
        inside = lowest <= value <= highest if ends else lowest < value < highest
        if not inside:
            raise refusal
        return value

    return number


_NUMBERS: dict[str, Callable[[str], float]] = {
    "target": _number(0, 1000),
    "teams": _whole(2, 100_000),
    "answers": _whole(1, 1_000_000),
    "team_size": _number(1, 100_000, ends=True),
    "team_size_cv": _number(0, 5, ends=True),
    "icc": _number(0, 0.99, ends=True),
    "response": _number(0.001, 1, ends=True),
    "sd": _number(0, 1000),
    "power": _number(0.2, 0.999, ends=True),
    "conf_level": _number(0.8, 0.999, ends=True),
    "organisation_teams": _whole(2, 100_000),
    "subscales": _whole(1, 1000),
    "leaders": _whole(1, 100),
    "waves": _whole(2, 120),
    "team_correlation": _number(0, 1, ends=True),
    "person_correlation": _number(0, 1, ends=True),
    "same_people": _number(0, 1, ends=True),
    "predictors": _whole(1, 200),
    "predictor_icc": _number(0, 0.99, ends=True),
    "r_squared": _number(0, 1),
}

"""A league table of teams that hardly differ, or not at all."""

from __future__ import annotations

from typing import Any

from diagnose.handbook.live import words
from diagnose.language import Language, format_number

_TEAMS = {"min": 4, "max": 40, "step": 1, "value": 12}
_SIZE = {"min": 4, "max": 40, "step": 1, "value": 8}
_SHARE = {"min": 0, "max": 0.25, "step": 0.01, "value": 0}
_MEAN = 3.4
_TICKS = [2, 3, 4, 5]
"""Axis of the picture; a mean beyond its ends is drawn at the end."""


def data(language: Language, *, seed: int = 7) -> dict[str, Any]:
    """Return the ranges of the sliders, and the spread between people.

    Parameters
    ----------
    language : {"en", "nl"}
        Language of the edition.
    seed : int
        Start of the draws.
    """
    from diagnose.statistics.planning import PlanAssumptions

    sd = PlanAssumptions().sd
    said = words("noise", language)
    said["note"] = said["note"].format(sd=format_number(sd, language, digits=1))
    return {
        "words": said,
        "sliders": {"teams": _TEAMS, "size": _SIZE, "share": _SHARE},
        "seed": seed,
        "mean": _MEAN,
        "sd": sd,
        "ticks": _TICKS,
        "low": _TICKS[0],
        "high": _TICKS[-1],
    }

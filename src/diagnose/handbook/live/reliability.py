"""What the number of items and their likeness do to alpha and to one person's score."""

from __future__ import annotations

from typing import Any

from diagnose.handbook.live import words
from diagnose.language import Language, format_number, format_share

_ITEMS = {"min": 2, "max": 20, "step": 1, "value": 4}
_R = {"min": 0.05, "max": 0.7, "step": 0.01, "value": 0.35}
_N = {"min": 10, "max": 500, "step": 10, "value": 100}
_SCORE = 3.0
_LEVEL = 0.95


def data(language: Language) -> dict[str, Any]:
    """Return the ranges of the sliders, and the spread that is taken for granted."""
    from diagnose.statistics.planning import PlanAssumptions

    sd = PlanAssumptions().sd
    said = words("reliability", language)
    said["note"] = said["note"].format(
        sd=format_number(sd, language, digits=1),
        level=format_share(_LEVEL, language),
    )
    return {
        "words": said,
        "items": _ITEMS,
        "r": _R,
        "n": _N,
        "sd": sd,
        "score": _SCORE,
        "level": _LEVEL,
    }

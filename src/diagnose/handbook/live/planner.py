"""What people, teams and response buy, before a survey is held."""

from __future__ import annotations

from typing import Any

from diagnose.handbook.live import words
from diagnose.language import Language, format_number, format_share

_PEOPLE = {"min": 20, "max": 2000, "step": 10, "value": 360}
_TEAMS = {"min": 2, "max": 100, "step": 1, "value": 30}
_RESPONSE = {"min": 0.2, "max": 1, "step": 0.05, "value": 0.7}
_ICC = {"min": 0, "max": 0.4, "step": 0.01, "value": 0.1}
_SD = {"min": 0.4, "max": 1.2, "step": 0.05, "value": 0.8}
_MARGIN = {"min": 0.05, "max": 0.6, "step": 0.01, "value": 0.3}
_WIDEST = 1.5
"""Points at the right end of the bars; a longer one is cut off there."""
_THRESHOLD = 5
_TEAM_CORRELATION = 0.8


def data(language: Language) -> dict[str, Any]:
    """Return the ranges of the sliders and all that is taken for granted.

    The fixed numbers are the defaults of `diagnose.statistics.planning`.
    """
    from diagnose.statistics.planning import PlanAssumptions

    given = PlanAssumptions()
    said = words("planner", language)
    said["assumes"] = said["assumes"].format(
        cv=format_number(given.team_size_cv, language, digits=1),
        level=format_share(given.conf_level, language),
        power=format_share(given.power, language),
        correlation=format_number(_TEAM_CORRELATION, language, digits=1),
    )
    said["hidden"] = said["hidden"].format(threshold=_THRESHOLD)
    said["row.change"] = said["row.change"].format(
        power=format_share(given.power, language)
    )
    said["row.difference"] = said["row.difference"].format(
        power=format_share(given.power, language)
    )
    return {
        "words": said,
        "sliders": {
            "people": _PEOPLE,
            "teams": _TEAMS,
            "response": _RESPONSE,
            "icc": _ICC,
            "sd": _SD,
        },
        "margin": _MARGIN,
        "widest": _WIDEST,
        "fixed": {
            "cv": given.team_size_cv,
            "level": given.conf_level,
            "power": given.power,
            "teamCorrelation": _TEAM_CORRELATION,
            "threshold": _THRESHOLD,
        },
    }

"""How much of an organisation stays visible: team sizes, response, thresholds."""

from __future__ import annotations

from typing import Any

from diagnose.disclosure.thresholds import Thresholds
from diagnose.language import Language

SMALLEST = (5, 8, 10, 12)
PRESETS: dict[str, tuple[int, ...]] = {
    "small": (4, 5, 5, 6, 6, 7, 8, 9),
    "mixed": (5, 7, 8, 9, 10, 12, 14, 16, 20, 25),
    "large": (18, 20, 22, 24, 26, 30),
}
"""Made-up organisations to begin with."""


def data(language: Language) -> dict[str, Any]:
    """Return what the explorer of thresholds starts with.

    Parameters
    ----------
    language : {"en", "nl"}
        Not used here; the words are added by `diagnose.handbook.live`.

    Returns
    -------
    dict
        ``smallest`` (thresholds for means that can be chosen), ``presets`` (pairs of a
        name and team sizes), ``response``, and the package's own ``distributions``
        (answers behind a distribution) and ``group`` (people on the staff of a unit).
    """
    rules = Thresholds()
    return {
        "smallest": list(SMALLEST),
        "presets": [[name, list(sizes)] for name, sizes in PRESETS.items()],
        "distributions": rules.distributions,
        "group": rules.group,
        "response": 0.7,
        "most_teams": 40,
        "largest_team": 1000,
    }

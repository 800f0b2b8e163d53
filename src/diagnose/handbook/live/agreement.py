"""One question, the answers of one team, and what indices of agreement make of it."""

from __future__ import annotations

from typing import Any

from diagnose.diagnosis.agreement import AGREE_AT_LEAST, DIVIDED_BELOW, WEAK_UP_TO
from diagnose.instrument import load_instrument
from diagnose.language import Language

_NONE_UP_TO = 0.30
"""Up to here LeBreton and Senter word r_wg as a lack of agreement."""
_FEWEST_RATERS = 4
"""Brown and Hauenstein ask for as many raters as the response scale has steps."""
_MOST = 20
_PRESETS = {
    "agree": [0, 0, 2, 8, 2],
    "even": [2, 3, 2, 3, 2],
    "camps": [2, 4, 0, 4, 2],
    "dissenter": [0, 1, 0, 9, 2],
}


def data(language: Language) -> dict[str, Any]:
    """Return answers to start from, the nulls, and the borders between words."""
    from diagnose.statistics.null_distributions import null_variance

    points = load_instrument("bottom-up").response_scales[0].points
    return {
        "presets": [{"id": name, "counts": made} for name, made in _PRESETS.items()],
        "labels": [
            point.label[language] for point in points if point.value is not None
        ],
        "nulls": [
            null_variance(name, lowest=1, highest=5)
            for name in ("uniform", "slight_skew")
        ],
        "borders": {
            "none": _NONE_UP_TO,
            "weak": WEAK_UP_TO,
            "strong": AGREE_AT_LEAST,
            "reasonable": DIVIDED_BELOW,
            "acceptable": AGREE_AT_LEAST,
        },
        "fewest": _FEWEST_RATERS,
        "most": _MOST,
    }

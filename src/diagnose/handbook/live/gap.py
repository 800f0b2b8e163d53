"""A gap between leaders and work floor: how wide its interval is, and its power."""

from __future__ import annotations

from math import sqrt
from typing import Any

from diagnose.language import Language

LEADERS = (4, 6, 8, 12, 20, 30, 60)
FLOOR = (40, 80, 150, 300, 600)
DIFFERENCES = tuple(round(0.1 * step, 1) for step in range(-8, 9))
SD = 0.8


def data(language: Language) -> dict[str, Any]:
    """Return half width and power at every setting of the sliders.

    Both sides have the same spread, so the error and its degrees of freedom (Welch) are
    known beforehand; power is that of the two-sided test at 5 %.
    """
    return {
        "leaders": LEADERS,
        "floor": FLOOR,
        "differences": DIFFERENCES,
        "sd": SD,
        "table": [[_setting(k, n) for n in FLOOR] for k in LEADERS],
    }


def _setting(n_leaders: int, n_floor: int) -> dict[str, Any]:
    from diagnose.statistics.planning.noncentral import beyond_critical, t_quantile

    parts = [SD**2 / n for n in (n_leaders, n_floor)]
    error = sqrt(sum(parts))
    df = sum(parts) ** 2 / (
        parts[0] ** 2 / (n_leaders - 1) + parts[1] ** 2 / (n_floor - 1)
    )
    critical = t_quantile(df, 0.95)
    power = [
        beyond_critical(critical, df=df, shift=difference / error)
        for difference in DIFFERENCES
    ]
    return {
        "half": round(critical * error, 6),
        "power": [round(value, 6) for value in power],
    }

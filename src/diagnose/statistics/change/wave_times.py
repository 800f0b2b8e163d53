"""When the waves of a trend were held, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from diagnose.statistics.team_sums import FloatArray

_DAYS_A_MONTH = 365.2425 / 12


def wave_times(
    labels: list[object], times: Mapping[Any, Any] | None
) -> tuple[FloatArray, str]:
    """Return the time of each wave and its unit; without `times` waves count as 1."""
    if times is None:
        return np.arange(len(labels), dtype=float), "wave"
    if not isinstance(times, Mapping):
        raise TypeError(
            "`times` must be a dictionary from wave to time; "
            f"got {type(times).__name__}."
        )
    absent = [str(label) for label in labels if label not in times]
    if absent:
        raise ValueError(f"`times` has no time for {', '.join(absent)}.")
    raw = pd.Series([times[label] for label in labels])
    if pd.api.types.is_numeric_dtype(raw):
        when, unit = raw.to_numpy(dtype=float), "unit of times"
    else:
        days = (_dates(raw) - pd.Timestamp("2000-01-01")) / pd.Timedelta(days=1)
        when, unit = days.to_numpy(dtype=float) / _DAYS_A_MONTH, "month"
        when = when - when.min()
    if not np.isfinite(when).all() or len(np.unique(when)) < len(when):
        raise ValueError("`times` must be finite and differ between the waves.")
    return when, unit


def _dates(raw: pd.Series) -> pd.Series:
    """Return the times as dates; texts must be written as 2026-11-25."""
    texts = [isinstance(time, str) for time in raw]
    try:
        if all(texts):
            dates = pd.to_datetime(raw, format="ISO8601")
        else:
            moments = [pd.Timestamp(time) for time in raw if isinstance(time, date)]
            dates = pd.to_datetime(pd.Series(moments, index=raw.index))
        return dates.dt.tz_localize(None)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "`times` must be numbers, dates, or dates written as 2026-11-25; "
            f"got {raw.tolist()!r}."
        ) from error

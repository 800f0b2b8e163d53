"""Moments as platforms write them: put into ISO form, or subtracted, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pandas as pd

_MOMENT = re.compile(
    r"(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"(?:,? +|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*"
    r"(?P<zone>[A-Z]{1,5}(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    date: str
    day: dt.date | None
    seconds: int
    zone: str


def iso_moments(moments: pd.Series) -> pd.Series:
    """Return moments as ``YYYY-MM-DD HH:MM:SS`` where the year stands first.

    Google writes ``2024/12/03 8:48:17 p.m. CET``. A date with the day or the month
    first is left as it is: which of both it is, no single cell can tell. Clock times
    stay those of the cell, without their zone.

    Parameters
    ----------
    moments : pandas.Series of str
        Cells of a time column.
    """
    return moments.map(_as_iso)


def _as_iso(text: str) -> str:
    moment = _parse(text)
    if moment is None or moment.day is None:
        return text
    clock = dt.datetime.combine(moment.day, dt.time()) + dt.timedelta(
        seconds=moment.seconds
    )
    return clock.isoformat(sep=" ")


def elapsed_seconds(started: pd.Series, ended: pd.Series) -> pd.Series:
    """Return the seconds between two moments as text, empty where unknown.

    Unknown are: a moment that is no date and time, zones that differ, an end before
    the start, and dates that differ while day and month cannot be told apart.

    Parameters
    ----------
    started, ended : pandas.Series of str
        Cells of two time columns, of one length.
    """
    pairs = zip(started, ended, strict=True)
    return pd.Series(
        [_elapsed(first, last) for first, last in pairs],
        index=started.index,
        dtype="str",
    )


def _elapsed(started: str, ended: str) -> str:
    first, last = _parse(started), _parse(ended)
    if first is None or last is None or first.zone != last.zone:
        return ""
    days = 0
    if first.date != last.date:
        if first.day is None or last.day is None:
            return ""
        days = (last.day - first.day).days
    seconds = days * 86_400 + last.seconds - first.seconds
    return str(seconds) if seconds >= 0 else ""


def looks_like_moment(text: str) -> bool:
    """Tell whether a cell holds a date with a time of day."""
    return _parse(text) is not None


def _parse(text: str) -> _Moment | None:
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        return None
    hour, half = int(found["hour"]), (found["half"] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(found["minute"]), int(found["second"] or 0)
    day = _day(found["date"])
    if hour > 23 or minute > 59 or second > 59:
        return None
    return _Moment(
        date=found["date"],
        day=day,
        seconds=hour * 3600 + minute * 60 + second,
        zone=(found["zone"] or "").upper(),
    )


def _day(date: str) -> dt.date | None:
    parts = re.split("[-/]", date)
    if len(parts[0]) != 4:
        return None
    try:
        return dt.date(*(int(part) for part in parts))
    except ValueError:
        return None


def arrange_moments(system: pd.DataFrame) -> pd.DataFrame:
    """Put the moment of a response into ISO form, and add the seconds it took.

    Parameters
    ----------
    system : pandas.DataFrame of str
        Columns by purpose; of use are ``time`` and ``ended``.
    """
    if "time" not in system:
        return system
    arranged = system.assign(time=iso_moments(system["time"]))
    if "ended" in system:
        arranged["seconds"] = elapsed_seconds(system["time"], system["ended"])
    return arranged

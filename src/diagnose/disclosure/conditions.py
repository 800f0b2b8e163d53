"""Units that must not be shown for a reason of their own, whatever their answers.

Two conditions rest on head counts, and hold where these are known: a unit must have
enough people on its staff, and enough of them must have answered. A barred unit counts
as hidden in the remainder rule (`diagnose.disclosure.tree`), so that what is hidden
together with it is as safe as any other rest.

What the log may say. That a unit has few people is a size, and is not told: its rule
is ``protected``, as for a unit with few answers. That a unit had a low response is told
only where its number, head count and rate are shown, and anybody can see it.

People without a unit have no head count, so neither condition is about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from diagnose.disclosure.log import SHOWN
from diagnose.disclosure.thresholds import Thresholds
from diagnose.disclosure.tree import PROTECTED, Path
from diagnose.responses.model import NO_UNIT

RESPONSE_LOW = "response-low"

Bars = Mapping[Path, str]
"""The rule that bars each unit, as the log tells it."""

NO_BARS: Bars = MappingProxyType({})


def bar_small_staff(units: pd.DataFrame, thresholds: Thresholds) -> Bars:
    """Return the units that have too few people to be shown anywhere.

    Parameters
    ----------
    units : pandas.DataFrame
        See `Participation.units`, nothing hidden yet.
    thresholds : Thresholds
        Smallest head count.
    """
    few = units["n_members"] < thresholds.group  # NaN, not known, is not few
    return dict.fromkeys(_named(units.loc[few]), PROTECTED)


def bar_low_response(
    units: pd.DataFrame, counted: pd.DataFrame, thresholds: Thresholds
) -> Bars:
    """Return the units of which too few people answered to show their scores.

    Parameters
    ----------
    units : pandas.DataFrame
        See `Participation.units`, nothing hidden yet.
    counted : pandas.DataFrame
        The same, as published.
    thresholds : Thresholds
        Smallest response rate.
    """
    low = units["response_rate"] < thresholds.response_rate
    told = (counted["status"] == SHOWN) & counted["response_rate"].notna()
    seen = set(counted.loc[told, "path"])
    return {
        path: RESPONSE_LOW if path in seen else PROTECTED
        for path in _named(units.loc[low])
    }


def _named(units: pd.DataFrame) -> list[Path]:
    return [path for path in units["path"] if path[-1] != NO_UNIT]

"""Distributions of thresholds, made from what one knows or assumes about people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from diagnose._options import (
    check_list,
    check_positive,
    check_whole_number,
    is_number,
    require,
)
from diagnose.statistics.movement.conditions import check_share
from diagnose.statistics.movement.distributions import (
    GivenThresholds,
    NormalThresholds,
    OptionThresholds,
    SharedThreshold,
    UniformThresholds,
)
from diagnose.statistics.sample import number_array

FloatArray = npt.NDArray[np.float64]
NEVER = 2.0  # any threshold above 1 is never reached
SUM_ERROR = 1e-6  # shares read from a table with six decimals still sum to 1


def fixed_threshold(share: float) -> SharedThreshold:
    """Everyone joins when this share of the own ties takes part (Watts, 2002).

    Parameters
    ----------
    share : float
        From 0 (unprompted) to 1 (after all others).

    References
    ----------
    Watts, 2002, Proceedings of the National Academy of Sciences.
    """
    check_share("share", share)
    return SharedThreshold(method="fixed", value=float(share), counts=False)


def count_threshold(n_others: int) -> SharedThreshold:
    """Everyone joins when so many of the own ties take part: complex contagion.

    Parameters
    ----------
    n_others : int
        1 is simple contagion, which spreads like news; from 2 on people want to hear
        it from several sides.

    References
    ----------
    Centola & Macy, 2007, American Journal of Sociology.
    """
    check_whole_number("n_others", n_others, 1)
    return SharedThreshold(method="count", value=float(n_others), counts=True)


def uniform_thresholds(low: float = 0.0, high: float = 1.0) -> UniformThresholds:
    """Thresholds spread evenly from `low` to `high` (Granovetter, 1978).

    References
    ----------
    Granovetter, 1978, American Journal of Sociology.
    """
    numbers = is_number(low) and is_number(high)
    if not numbers or not -np.inf < low < high < np.inf:
        raise ValueError(f"`low` must be below `high`; got {low!r} and {high!r}.")
    return UniformThresholds(low=float(low), high=float(high))


def normal_thresholds(mean: float, sd: float) -> NormalThresholds:
    """Thresholds of a normal distribution (Granovetter, 1978).

    Not cut off: people below 0 start unprompted and people above 1 never join, which
    is why a slightly larger `sd` can turn a handful into a movement.

    References
    ----------
    Granovetter, 1978, American Journal of Sociology. Granovetter & Soong, 1983,
    Journal of Mathematical Sociology.
    """
    if not is_number(mean) or not np.isfinite(mean):
        raise ValueError(f"`mean` must be a number; got {mean!r}.")
    check_positive("sd", sd)
    return NormalThresholds(mean=float(mean), sd=float(sd))


def option_thresholds(
    shares: npt.ArrayLike,
    thresholds: Sequence[float | tuple[float, float]],
) -> OptionThresholds:
    """Thresholds drawn from the answers to a question about one's own intention.

    Parameters
    ----------
    shares : array, shape (n_options,) or (n_teams, n_options)
        Share of people who chose each option, summing to 1; one row a team when teams
        differ.
    thresholds : sequence, length n_options
        What each option means: one threshold, or the ends between which the
        thresholds of these people lie evenly. Above 1 is never.

    Raises
    ------
    ValueError
        Shares outside 0 to 1 or not summing to 1, or another number of thresholds.
    """
    table = np.atleast_2d(number_array(shares, name="`shares`"))
    require(table.size > 0, "`shares` needs at least 1 answer option; got none.")
    thresholds = check_list("thresholds", thresholds)
    if table.ndim != 2 or table.shape[1] != len(thresholds):
        raise ValueError(
            f"`thresholds` must say what each of the {table.shape[-1]} options means; "
            f"got {len(thresholds)}."
        )
    if not ((table >= 0) & (table <= 1)).all():
        raise ValueError("`shares` must lie from 0 to 1, without missing values.")
    if (np.abs(table.sum(axis=1) - 1) > SUM_ERROR).any():
        raise ValueError(
            f"`shares` must sum to 1 over the options; "
            f"got {table.sum(axis=1).tolist()[:5]}."
        )
    ends = _ends(thresholds)
    if not np.isfinite(ends).all() or (ends[:, 0] > ends[:, 1]).any():
        raise ValueError(
            "`thresholds` must be numbers, or pairs (low, high) with low below high."
        )
    scaled = table / table.sum(axis=1, keepdims=True)
    return OptionThresholds(shares=scaled, low=ends[:, 0], high=ends[:, 1])


def _ends(thresholds: Sequence[float | tuple[float, float]]) -> FloatArray:
    """Return the two ends of each option, shape (n_options, 2)."""
    pairs = [number_array(value, name="`thresholds`") for value in thresholds]
    if any(pair.shape not in ((), (2,)) for pair in pairs):
        raise ValueError("`thresholds` must be numbers, or pairs (low, high) of them.")
    return np.array([np.broadcast_to(pair, 2) for pair in pairs])


def given_thresholds(thresholds: npt.ArrayLike) -> GivenThresholds:
    """One threshold for each person, the same in all runs.

    Parameters
    ----------
    thresholds : array of float, shape (n_people,)
        Shares of others; at or below 0 unprompted, above 1 never.

    Raises
    ------
    ValueError
        Missing or infinite values, or another shape.
    """
    values = number_array(thresholds, name="`thresholds`")
    require(values.size > 0, "`thresholds` needs at least 1 person; got none.")
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("`thresholds` must hold one number a person, none missing.")
    return GivenThresholds(values=values)


def thresholds_from_intentions(
    intentions: npt.ArrayLike,
    *,
    peer_influence: float = 1.0,
    visibility: float = 1.0,
) -> GivenThresholds:
    """Thresholds of people who add up their own drive and the example of others.

    A person joins when ``intention + peer_influence * visibility * r >= 1``, with r
    the share of others who take part; so the threshold on r is
    ``(1 - intention) / (peer_influence * visibility)``. Someone of intention 1 starts
    unprompted; with a peer influence of 0.5 someone of intention 0.4 never joins. This
    linear sum is an assumption: it makes the three meet on one line that can be
    explained, and is no estimate from data.

    Parameters
    ----------
    intentions : array of float, shape (n_people,)
        Own drive, from 0 (none) to 1 (starts unprompted).
    peer_influence : float
        How far it moves a person to see everyone else take part, on the same line:
        1 is from no drive at all to acting.
    visibility : float
        Part of the participation of others that is seen, from 0 to 1. Leave it at 1
        when `Conditions` already says what is seen, or it counts twice.

    Raises
    ------
    ValueError
        Intentions outside 0 to 1 or missing, or a negative influence.
    """
    drive = number_array(intentions, name="`intentions`")
    require(drive.size > 0, "`intentions` needs at least 1 person; got none.")
    if drive.ndim != 1 or not ((drive >= 0) & (drive <= 1)).all():
        raise ValueError("`intentions` must lie from 0 to 1, one a person.")
    check_share("visibility", visibility)
    if not is_number(peer_influence) or not 0 <= peer_influence < np.inf:
        raise ValueError(
            f"`peer_influence` must be at least 0; got {peer_influence!r}."
        )
    effect = peer_influence * visibility
    short = 1 - drive
    reached = short <= effect
    scaled = np.divide(
        short, effect, out=np.zeros_like(short), where=reached & (short > 0)
    )
    return GivenThresholds(values=np.where(reached, scaled, NEVER))

"""What answers would look like without agreement: the nulls of the r_wg family."""

from __future__ import annotations

from math import isfinite
from typing import Literal, get_args

import numpy as np

from diagnose._options import check_at_least, check_proportion, is_number
from diagnose.statistics.group_mean_null import GROUP_MEAN
from diagnose.statistics.team_sums import FloatArray

_MOST_OPTIONS = 1001

NullName = Literal[
    "uniform",
    "slight_skew",
    "moderate_skew",
    "heavy_skew",
    "triangular",
    "normal",
]

TeamNull = NullName | Literal["group_mean"]
"""A null for the agreement of given groups: `NullName`, or around their own mean."""

# Shares of the five answers in LeBreton and Senter (2008). Turning a skew round
# (agreeing instead of disagreeing) leaves its variance as it is.
_FIVE_OPTIONS: dict[str, tuple[float, ...]] = {
    "slight_skew": (0.05, 0.15, 0.20, 0.35, 0.25),
    "moderate_skew": (0.00, 0.10, 0.15, 0.40, 0.35),
    "heavy_skew": (0.00, 0.00, 0.10, 0.40, 0.50),
    "triangular": (0.11, 0.22, 0.34, 0.22, 0.11),
    "normal": (0.07, 0.24, 0.38, 0.24, 0.07),
}


def null_shares(null: str, *, n_options: int) -> FloatArray:
    """Return the share of each answer under a null, lowest answer first.

    Parameters
    ----------
    null : {"uniform", "slight_skew", "moderate_skew", "heavy_skew", "triangular", \
"normal"}
        The others than ``"uniform"`` exist for 5 answers only.
    n_options : int
        Number of answers on the response scale.

    Raises
    ------
    ValueError
        An unknown null, or one that is not tabulated for this number of answers.
    """
    if null == GROUP_MEAN:
        raise ValueError(
            "null 'group_mean' differs from group to group: it has a variance for each "
            "group and item, and no shares or cut-offs that hold for all of them."
        )
    if null not in get_args(NullName):
        listed = ", ".join(repr(name) for name in get_args(NullName))
        raise ValueError(
            f"`null` must be a variance or one of {listed}, or 'group_mean' where a "
            f"group is given; got {null!r}."
        )
    if null == "uniform":
        return np.full(n_options, 1 / n_options)
    if n_options != 5:
        raise ValueError(
            f"null {null!r} is tabulated for 5 answers and the response scale has "
            f"{n_options}; use 'uniform' or give the null variance as a number."
        )
    return np.array(_FIVE_OPTIONS[null])


def null_variance(null: str | float, *, lowest: int, highest: int) -> float:
    """Return the variance of answers under a null, in squared response-scale units.

    Parameters
    ----------
    null : str or float
        A name of `null_shares`, or the variance itself.
    lowest, highest : int
        Ends of the response scale, whole steps apart.

    Raises
    ------
    ValueError
        An unknown null, a variance that is not positive, or an impossible scale.
    """
    n_options = count_options(lowest, highest)
    if isinstance(null, str):
        shares = null_shares(null, n_options=n_options)
        steps = np.arange(n_options)
        return float(shares @ (steps - shares @ steps) ** 2)
    if not is_number(null) or not (isfinite(null) and null > 0):
        raise ValueError(f"`null` must be a positive variance; got {null!r}.")
    return float(null)


def count_options(lowest: float, highest: float) -> int:
    """Return the number of answers from `lowest` to `highest`, or refuse the ends."""
    ends = (lowest, highest)
    if not all(is_number(end) and float(end).is_integer() for end in ends):
        raise ValueError(
            "`lowest` and `highest` must be whole numbers; "
            f"got {lowest!r}, {highest!r}."
        )
    if not highest > lowest:
        raise ValueError(
            f"`highest` must be above `lowest`; got {lowest!r}, {highest!r}."
        )
    if highest - lowest >= _MOST_OPTIONS:
        raise ValueError(
            f"a response scale has at most {_MOST_OPTIONS} answers; got {lowest!r} to "
            f"{highest!r}."
        )
    return int(highest) - int(lowest) + 1


def chance_of_r_wg(
    n_respondents: int,
    *,
    at_least: float,
    n_options: int = 5,
    null: NullName = "uniform",
) -> float:
    """Probability that people who answer at random reach an r_wg on one item.

    Computed exactly from the joint distribution of the sum and the sum of squares of
    independent answers.

    Parameters
    ----------
    n_respondents : int
        Size of the team, at least 2.
    at_least : float
        The r_wg in question, at most 1.
    n_options : int
        Number of answers on the response scale.
    null : str
        Distribution of the random answers; also the null of r_wg.
    """
    values, probabilities = _r_wg_distribution(n_respondents, n_options, null)
    return float(probabilities[values >= at_least - 1e-9].sum())


def critical_r_wg(
    n_respondents: int,
    *,
    n_options: int = 5,
    null: NullName = "uniform",
    significance: float = 0.05,
) -> float:
    """Smallest r_wg of one item that random answers reach in at most 5 % of teams.

    Parameters
    ----------
    n_respondents : int
        Size of the team, at least 2.
    n_options : int
        Number of answers on the response scale.
    null : str
        Distribution of the random answers; also the null of r_wg.
    significance : float
        Largest chance allowed, between 0 and 1.

    Returns
    -------
    float
        NaN when even full agreement is more likely than `significance`.
    """
    check_proportion("significance", significance)
    values, probabilities = _r_wg_distribution(n_respondents, n_options, null)
    reached = np.cumsum(probabilities[::-1])[::-1] <= significance
    return float(values[reached][0]) if reached.any() else float("nan")


def _r_wg_distribution(
    n_respondents: int, n_options: int, null: str
) -> tuple[FloatArray, FloatArray]:
    """Return the values r_wg can take, ascending, with their probabilities."""
    check_at_least("n_respondents", n_respondents, 2)
    check_at_least("n_options", n_options, 2)
    joint = _sums_distribution(n_respondents, null_shares(null, n_options=n_options))
    totals = np.arange(joint.shape[0])[:, None]
    squares = np.arange(joint.shape[1])[None, :]
    # n times the sum of squared deviations is a whole number: values group exactly
    scaled = n_respondents * squares - totals**2
    possible = joint > 0
    unique, place = np.unique(scaled[possible], return_inverse=True)
    probabilities = np.bincount(place, weights=joint[possible])
    variance = unique / (n_respondents * (n_respondents - 1))
    reference = null_variance(null, lowest=1, highest=n_options)
    values = 1 - variance[::-1] / reference
    agree, chance = values > 0, probabilities[::-1]
    # r_wg stops at 0, so all larger variances are one outcome
    return (
        np.concatenate([[0.0], values[agree]]),
        np.concatenate([[chance[~agree].sum()], chance[agree]]),
    )


def _sums_distribution(n_respondents: int, shares: FloatArray) -> FloatArray:
    """Return P(sum, sum of squares) of `n_respondents` answers coded from 0."""
    top = len(shares) - 1
    joint = np.zeros((n_respondents * top + 1, n_respondents * top**2 + 1))
    joint[0, 0] = 1.0
    for _ in range(n_respondents):
        following = np.zeros_like(joint)
        for answer, share in enumerate(shares):
            rows, columns = joint.shape[0] - answer, joint.shape[1] - answer**2
            following[answer:, answer**2 :] += share * joint[:rows, :columns]
        joint = following
    return joint

"""Early against late answers: a hint about those who never answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.contrasts import with_directions
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import Responses
from diagnose.scoring.score import Scores

FEWEST_IN_A_HALF = 20
"""Below this the difference of two halves says nothing about anybody else; a
convention, as no source gives a limit."""

TIMING = (
    "subscale",
    "n_early",
    "n_late",
    "mean_early",
    "mean_late",
    "difference",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "direction",
    "trend",
    "trend_p_value",
)
MIXED = ("n_early_mixed", "n_late_mixed")
"""Columns before disclosure control only: the early and the late people in those
smallest units that hold both, 0 where all of one kind scored the same."""

BoolArray = npt.NDArray[np.bool_]


def compare_timing(
    people: Responses, own: Scores, *, conf_level: float
) -> pd.DataFrame:
    """Compare the half that answered early with the half that answered late.

    The halves are the same people on every subscale: those before the median place in
    the order of answering, and those from it on. Welch's t, with p-values adjusted by
    Holm over one family, the subscales. Late answers hint at silent people only if
    reluctance runs on one line from early to late to never (Armstrong and Overton
    1977), and a team that answers late as a whole makes a difference as well.

    Parameters
    ----------
    people : Responses
        The work floor of one wave. Not modified.
    own : Scores
        Its scores.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        See `Representation.timing`. Empty unless everybody's place is known: people
        of whom it is not would be a third group beside the two halves. Subscales with
        fewer than `FEWEST_IN_A_HALF` scores in a half, or without any variance in
        one, have no row.

    References
    ----------
    Armstrong, J. S., & Overton, T. S. (1977). Estimating nonresponse bias in mail
    surveys. Journal of Marketing Research, 14.
    """
    order = people.people.get("order")
    if order is None or not len(order) or order.isna().any():
        return build_frame((), (*TIMING, *MIXED))
    units = _smallest_units(people)
    rows = [
        row
        for subscale in own.frame.columns
        if (row := _compare(own.frame[subscale], order, units, conf_level)) is not None
    ]
    return with_directions(
        build_frame(rows, (*TIMING, *MIXED)), "difference", conf_level=conf_level
    )


def _smallest_units(people: Responses) -> npt.NDArray[np.intp]:
    """Return the number of everybody's smallest unit; without units it is one."""
    levels = list(people.hierarchy)
    if not levels:
        return np.zeros(len(people), dtype=np.intp)
    numbers = people.people.groupby(levels, sort=False).ngroup()
    return np.asarray(numbers, dtype=np.intp)


def _compare(
    scores: pd.Series,
    order: pd.Series,
    units: npt.NDArray[np.intp],
    conf_level: float,
) -> dict[str, Any] | None:
    from diagnose.statistics.weights import compare_early_late

    middle = float(order.median())
    try:
        found = compare_early_late(scores, order, cut=middle, conf_level=conf_level)
    except InsufficientDataError:
        return None
    if min(found.n_early, found.n_late) < FEWEST_IN_A_HALF:
        return None
    valid = scores.notna().to_numpy()
    n_early, n_late = count_mixed(
        scores.to_numpy(dtype=float)[valid],
        (order < middle).to_numpy()[valid],
        units[valid],
    )
    return {
        "subscale": scores.name,
        "n_early": found.n_early,
        "n_late": found.n_late,
        "mean_early": found.mean_early,
        "mean_late": found.mean_late,
        "difference": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
        "trend": found.trend,
        "trend_p_value": found.trend_p_value,
        "n_early_mixed": n_early,
        "n_late_mixed": n_late,
    }


def count_mixed(
    scores: npt.NDArray[np.float64], early: BoolArray, units: npt.NDArray[np.intp]
) -> tuple[int, int]:
    """Count the early and the late people in the units that hold both kinds.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_respondents,)
        Valid scores.
    early : numpy.ndarray of bool, shape (n_respondents,)
        Who answered early.
    units : numpy.ndarray of int, shape (n_respondents,)
        Smallest unit of each.

    Returns
    -------
    tuple of int
        Early and late. A kind that all scored the same counts as nobody, because their
        mean would be the score of each.
    """
    n_units = int(units.max(initial=-1)) + 1
    n_early = np.bincount(units, weights=early, minlength=n_units)
    n_late = np.bincount(units, weights=~early, minlength=n_units)
    mixed = ((n_early > 0) & (n_late > 0))[units]
    counts = []
    for kind in (mixed & early, mixed & ~early):
        varies = bool(kind.any()) and np.ptp(scores[kind]) > 1e-9
        counts.append(int(kind.sum()) if varies else 0)
    return counts[0], counts[1]

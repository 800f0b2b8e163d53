"""The formulas of the agreement indices, on whole arrays of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.group_mean_null import GROUP_MEAN, group_mean_variances
from diagnose.statistics.null_distributions import count_options, null_variance
from diagnose.statistics.sample import check_numeric_frame
from diagnose.statistics.team_items import TeamItems, describe_team_items
from diagnose.statistics.team_sums import FloatArray, IntArray

AnswersUsed = Literal["available", "listwise"]
Centre = Literal["mean", "median"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupSpread:
    """Spread of the items in each group, and how many people and items it rests on."""

    spread: TeamItems
    n_respondents: IntArray
    n_items: IntArray


def group_spread(answers: FloatArray, codes: IntArray, *, n_teams: int) -> GroupSpread:
    """Describe the items of each group; `codes` runs from 0 to n_teams - 1."""
    spread = describe_team_items(answers, codes, n_teams=n_teams)
    return GroupSpread(
        spread=spread,
        n_respondents=np.bincount(codes, minlength=n_teams),
        n_items=(spread.counts > 1).sum(axis=1),
    )


def check_answers(
    items: pd.DataFrame, lowest: int, highest: int, missing: AnswersUsed
) -> None:
    """Refuse items that are no numbers or lie off the response scale."""
    check_option("missing", missing, AnswersUsed)
    check_numeric_frame(items)
    count_options(lowest, highest)
    require(items.shape[1] > 0, "agreement needs at least 1 item; got none.")
    outside = ((items < lowest) | (items > highest)).any(axis="index")
    wrong = [str(column) for column in items.columns[outside.to_numpy(dtype=bool)]]
    if wrong:
        raise ValueError(
            f"answers must lie between {lowest} and {highest}; not so in "
            f"{', '.join(wrong)}. Give the ends of the response scale of these items."
        )


def has_answers(answers: FloatArray, missing: AnswersUsed) -> npt.NDArray[np.bool_]:
    """Return which respondents are used: with all answers, or with any."""
    answered = ~np.isnan(answers)
    used = answered.all(axis=1) if missing == "listwise" else answered.any(axis=1)
    return np.asarray(used)


def mean_over_items(by_item: FloatArray) -> FloatArray:
    """Average over the items that are defined; NaN when none is."""
    defined = ~np.isnan(by_item)
    total = np.where(defined, by_item, 0.0).sum(axis=1)
    n_defined = defined.sum(axis=1)
    return np.where(n_defined > 0, total / np.maximum(n_defined, 1), np.nan)


def null_reference(
    null: str | float, groups: GroupSpread, *, lowest: int, highest: int
) -> float | FloatArray:
    """Return the null variance: one for all, or one for each group and item."""
    if null == GROUP_MEAN:
        return group_mean_variances(groups.spread.means, lowest=lowest, highest=highest)
    return null_variance(null, lowest=lowest, highest=highest)


def star(groups: GroupSpread, reference: float | FloatArray) -> FloatArray:
    """Return r*_wg(j) of each group: 1 - mean of item variance / null variance."""
    return 1 - mean_over_items(_against_null(groups, reference))


def stepped_up(groups: GroupSpread, reference: float | FloatArray) -> FloatArray:
    """Return r_wg(j) of each group: `star`, at least 0, for all items together."""
    single = np.maximum(star(groups, reference), 0)
    n_items = count_defined(groups, reference)
    return n_items * single / (n_items * single + 1 - single)


def count_defined(groups: GroupSpread, reference: float | FloatArray) -> IntArray:
    """Return on how many items of each group r_wg is defined."""
    defined = np.isfinite(_against_null(groups, reference))
    n_items: IntArray = defined.sum(axis=1)
    return n_items


def _against_null(groups: GroupSpread, reference: float | FloatArray) -> FloatArray:
    """Return variance / null variance; NaN where random answers cannot vary."""
    possible = np.where(np.asarray(reference) > 0, reference, np.nan)
    return groups.spread.variances / possible


def deviation(groups: GroupSpread, centre: Centre) -> FloatArray:
    """Return the average deviation of each group from `centre`."""
    spread = groups.spread
    by_item = spread.around_mean if centre == "mean" else spread.around_median
    return mean_over_items(np.where(spread.counts > 1, by_item, np.nan))


def a_wg_by_item(spread: TeamItems, *, lowest: int, highest: int) -> FloatArray:
    """Return a_wg of each group and item; NaN where it is undefined."""
    counts, means, variances = spread.counts, spread.means, spread.variances
    with np.errstate(invalid="ignore", divide="ignore"):
        largest = (means - lowest) * (highest - means) * counts / (counts - 1)
        index = 1 - 2 * variances / largest
        near_low = means < (lowest * (counts - 1) + highest) / counts - 1e-9
        near_high = means > (highest * (counts - 1) + lowest) / counts + 1e-9
    at_an_end = (variances == 0) & ((means == lowest) | (means == highest))
    index = np.where(near_low | near_high | (counts < 2), np.nan, index)
    return np.where(at_an_end & (counts > 1), 1.0, index)

"""Differential item functioning by ordinal logistic regression."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_at_least, check_option, require
from diagnose.statistics.dif.categories import usable_categories
from diagnose.statistics.dif.matching import MatchingScore
from diagnose.statistics.dif.purification import (
    DifAdjustment,
    Study,
    fit_round,
    purified_round,
    require_anchors,
)
from diagnose.statistics.dif.respondents import Respondents, select_respondents
from diagnose.statistics.dif.result import DifCriterion, OrdinalDif
from diagnose.statistics.dif.summary import dif_result

BoolArray = npt.NDArray[np.bool_]


def ordinal_dif(
    items: pd.DataFrame,
    group: pd.Series,
    *,
    matching: MatchingScore | pd.Series = "total_score",
    criterion: DifCriterion | None = None,
    purify: bool = True,
    anchors: tuple[str, ...] | list[str] | None = None,
    adjust: DifAdjustment = "benjamini-hochberg",
    min_category: int = 5,
) -> OrdinalDif:
    """Find items that people of different groups, alike on the rest, answer unlike.

    Three proportional-odds models of each item are compared by likelihood ratio: the
    level alone; and the group (*uniform* DIF: one group answers higher at every
    level); and group by level (*non-uniform* DIF: the item discriminates unlike). A
    flagged item is no verdict: its `score_difference` and its curves say how much it
    matters, and its wording may say why. Differences are relative to the anchors: if
    most items favour a group, that is not seen.

    With `purify` the flagged items leave the level (at most half of the items, those
    that differ most), all items are fitted again, and so on until the set of items that
    leave stays the same. Where that goes round in circles, they leave one by one.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units. Rows with a missing answer are left out
        and counted. Not modified.
    group : Series, shape (n_respondents,)
        Group of each respondent, on the same index; the first in order is the
        reference. Rows without a group are left out and counted.
    matching : {"total_score", "rest_score", "true_score"} or Series
        The level at which people are compared: the sum of the anchors and the item
        itself; the sum of the anchors without it; Kelley's estimate of the true score
        behind that sum in each group; or a level given (such as the trait estimate of
        an item response model), and then nothing is purified.
    criterion : DifCriterion, optional
        When an item is flagged; by default a total test with an adjusted p-value
        below .05.
    purify : bool
        Whether flagged items leave the level. Needs no `anchors`.
    anchors : sequence of str, optional
        Items known to work alike; their sum is the level, and nothing is purified.
    adjust : {"benjamini-hochberg", "holm", "none"}
        Correction of the p-values over the items, for each test by itself.
    min_category : int
        An answer that fewer than this number in any group gave is joined with its
        smaller neighbour, in the item that is tested (not in the level).

    Returns
    -------
    OrdinalDif
        The words for the size of Nagelkerke's change: Jodoin and Gierl call it
        negligible below .035 and large from .070, Zumbo below .13 and from .26. They
        are conventions and disagree.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 groups, a group of fewer than 30, an item that does not vary or
        keeps fewer than 2 categories, fewer than 3 items to match on, too few anchors,
        or a level that does not vary in a group.
    ValueError
        An unknown option or anchor, another index, or a level that is missing.

    Notes
    -----
    A score measures the level with error. Where groups differ in level, people with
    one score differ in level too, and items without DIF are flagged the more often,
    the fewer the items and the more the people. In simulations of 4 items and two
    groups of 500 that differ by half a standard deviation, the uniform test at 5 per
    cent flagged 16 per cent of the items with the total score, 56 with the rest score
    and 7 with the true score; of 16 items 5, 10 and 5. With equal levels the total
    score is exact down to groups of 30, and the true score flags 4 to 7 per cent (its
    non-uniform test 8 to 10 per cent of 4 items). Where levels differ by a whole
    standard deviation, the non-uniform test is too free with any score.

    References
    ----------
    Zumbo, 1999, A handbook on the theory and methods of differential item functioning.
    Jodoin and Gierl, 2001, Applied Measurement in Education.
    Choi, Gibbons and Crane, 2011, Journal of Statistical Software
    (doi:10.18637/jss.v039.i08).
    Kelley, 1947, Fundamentals of statistics (true scores).
    Meade, 2010, Journal of Applied Psychology (differences of expected answers).
    """
    rule = _checked(matching, criterion, adjust, min_category)
    given = matching if isinstance(matching, pd.Series) else None
    respondents = select_respondents(items, group, given)
    score: MatchingScore = matching if isinstance(matching, str) else "total_score"
    fixed = _anchor_choice(respondents, anchors, score)
    categories = usable_categories(respondents, min_category)
    study = Study(
        respondents=respondents,
        categories=categories,
        matching=score,
        criterion=rule,
        adjust=adjust,
    )
    purified = purify and given is None and anchors is None
    found = purified_round(study, fixed) if purified else fit_round(study, fixed)
    choice = "purified" if purified else "all" if anchors is None else "given"
    return dif_result(study, found, choice="none" if given is not None else choice)


def _checked(
    matching: object,
    criterion: DifCriterion | None,
    adjust: DifAdjustment,
    min_category: int,
) -> DifCriterion:
    if isinstance(matching, str):
        check_option("matching", matching, MatchingScore)
    elif not isinstance(matching, pd.Series):
        raise TypeError(
            "`matching` must be 'total_score', 'rest_score', 'true_score' or a pandas "
            f"Series; got {type(matching).__name__}."
        )
    check_option("adjust", adjust, DifAdjustment)
    check_at_least("min_category", min_category, 1)
    if criterion is not None and not isinstance(criterion, DifCriterion):
        raise TypeError(
            f"`criterion` must be a DifCriterion; got {type(criterion).__name__}."
        )
    return criterion or DifCriterion()


def _anchor_choice(
    respondents: Respondents,
    anchors: tuple[str, ...] | list[str] | None,
    matching: MatchingScore,
) -> BoolArray:
    """Return which items make the level at first."""
    names, given = respondents.items, respondents.theta is not None
    if given and anchors is not None:
        raise ValueError("give either `anchors` or a level as `matching`, not both.")
    if not given:
        require(
            len(names) >= 3,
            f"matching on a score needs at least 3 items; got {len(names)}. "
            "Give a level as `matching` instead.",
        )
    if anchors is None:
        return np.ones(len(names), dtype=bool)
    if isinstance(anchors, str):
        raise TypeError("`anchors` must be a sequence of column names; got a text.")
    unknown = [str(name) for name in anchors if str(name) not in names]
    if unknown:
        raise ValueError(
            f"`anchors` must be columns of `items`; unknown: {', '.join(unknown)}."
        )
    chosen = np.isin(np.array(names, dtype=object), [str(name) for name in anchors])
    require_anchors(chosen, matching, "`anchors` has")
    return chosen

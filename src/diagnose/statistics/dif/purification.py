"""Which items make the level: all of them, or those that work alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.dif.categories import ItemCategories
from diagnose.statistics.dif.likelihood_ratio import ratio_tests
from diagnose.statistics.dif.matching import (
    LEAST_ANCHORS,
    Levels,
    MatchingScore,
    levels_of,
)
from diagnose.statistics.dif.models import Fits, fit_models
from diagnose.statistics.dif.respondents import Respondents
from diagnose.statistics.dif.result import DifCriterion

BoolArray = npt.NDArray[np.bool_]
DifAdjustment = Literal["benjamini-hochberg", "holm", "none"]

_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """Everything that stays the same while anchors change."""

    respondents: Respondents
    categories: tuple[ItemCategories, ...]
    matching: MatchingScore
    criterion: DifCriterion
    adjust: DifAdjustment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """All items fitted with one set of anchors.

    Attributes
    ----------
    n_iterations : int
        How often all items were fitted to come here.
    stable : bool
        False when rounds went in circles, and items left one by one.
    """

    anchors: BoolArray
    levels: Levels
    fits: Fits
    tests: pd.DataFrame
    flagged: BoolArray
    n_iterations: int = 1
    stable: bool = True


def require_anchors(anchors: BoolArray, matching: MatchingScore, who: str) -> None:
    """Refuse fewer anchors than a level can be made of; `who` begins the message."""
    least = LEAST_ANCHORS[matching]
    require(
        int(anchors.sum()) >= least,
        f"{who} {int(anchors.sum())} of {len(anchors)} items to match on; at least "
        f"{least} are needed for a {matching.replace('_', ' ')}. Give "
        "`anchors` known to work alike, or set purify=False.",
    )


def fit_round(study: Study, anchors: BoolArray) -> Round:
    """Fit and judge all items at the level that these anchors make."""
    respondents = study.respondents
    levels = levels_of(respondents, anchors, study.matching)
    fits = fit_models(respondents, study.categories, levels)
    tests = ratio_tests(
        respondents.items,
        fits,
        n_respondents=len(respondents.group),
        n_groups=len(respondents.labels),
        adjust=None if study.adjust == "none" else study.adjust,
    )
    flagged = _flagged(tests, study.criterion)
    return Round(
        anchors=anchors, levels=levels, fits=fits, tests=tests, flagged=flagged
    )


def _flagged(tests: pd.DataFrame, criterion: DifCriterion) -> BoolArray:
    total = tests[tests["test"] == "total"]
    clear = total["p_value_adjusted"].to_numpy() < criterion.alpha
    change = total[f"{criterion.r_squared}_change"].to_numpy()
    large = change >= criterion.min_change
    if criterion.by == "both":
        return np.asarray(clear & large)
    return np.asarray(clear if criterion.by == "p_value" else large)


def purified_round(study: Study, anchors: BoolArray) -> Round:
    """Fit, take the flagged items out of the level, and again until nothing changes.

    One item that works very differently makes all others look different the other way.
    So no more than half of the items leave at once, those with the largest statistics;
    who was taken out wrongly comes back in a later round. Where that goes round in
    circles, items leave one by one and for good.
    """
    most = min(len(anchors) // 2, len(anchors) - LEAST_ANCHORS[study.matching])
    tried: list[BoolArray] = []
    following = anchors
    while len(tried) < _MOST_ROUNDS and not _contains(tried, following):
        tried.append(following)
        found = fit_round(study, following)
        following = ~_worst(found, found.flagged, most)
        if (following == tried[-1]).all():
            return replace(found, n_iterations=len(tried))
    last = _one_by_one(study, anchors, most)
    return replace(last, n_iterations=len(tried) + last.n_iterations, stable=False)


def _contains(tried: list[BoolArray], anchors: BoolArray) -> bool:
    return any((past == anchors).all() for past in tried)


def _one_by_one(study: Study, anchors: BoolArray, most: int) -> Round:
    """Take out the worst flagged anchor until none is flagged or `most` are out."""
    left = anchors.copy()
    n_iterations = 1
    found = fit_round(study, left)
    while (found.flagged & left).any() and int((~left).sum()) < most:
        left = left & ~_worst(found, found.flagged & left, 1)
        found = fit_round(study, left)
        n_iterations += 1
    return replace(found, n_iterations=n_iterations)


def _worst(found: Round, among: BoolArray, most: int) -> BoolArray:
    """Return the `most` items with the largest statistics, of those in `among`."""
    total = found.tests.loc[found.tests["test"] == "total", "statistic"].to_numpy()
    order = np.argsort(np.where(among, -total, np.inf), kind="stable")
    worst = np.zeros(len(total), dtype=bool)
    worst[order[:most]] = True
    return worst & among

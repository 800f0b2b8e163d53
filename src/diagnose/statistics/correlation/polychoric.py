"""Polychoric correlations: the association of the attitudes behind coarse answers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.errors import AssumptionWarning
from diagnose.statistics.correlation.fit import PairwiseFit, fit_pairs
from diagnose.statistics.correlation.influence import (
    correlation_errors,
    threshold_errors,
)
from diagnose.statistics.correlation.maximum import (
    LARGEST_CORRELATION,
    fisher_interval,
)
from diagnose.statistics.correlation.smoothing import (
    SmoothedCorrelation,
    smooth_correlation,
)
from diagnose.statistics.correlation.two_step import ZeroCells

FloatArray = npt.NDArray[np.float64]
PairwiseOrListwise = Literal["pairwise", "listwise"]
Smooth = Literal["if_needed", "never"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolychoricResult:
    """Polychoric correlations of some ordinal items.

    Attributes
    ----------
    method : str
        ``"polychoric_two_step"``.
    correlation : DataFrame, shape (n_items, n_items)
        What other analyses read: smoothed when `smoothed`.
    thresholds : DataFrame
        One row a threshold: ``item``, ``category`` (the answer below it), ``estimate``,
        ``std_error``, ``n_respondents`` (who answered the item). In standard deviations
        of the normal variable behind the item.
    pairs : DataFrame
        One row a pair: ``item_1``, ``item_2``, ``estimate`` (before smoothing),
        ``std_error``, ``conf_low``, ``conf_high``, ``conf_level``, ``smoothed`` (the
        value in `correlation`), ``n_respondents`` (who answered both),
        ``n_empty_cells``, ``at_bound``. A pair at the bound has no standard error and
        no interval: they are NaN.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_respondents : int
        Respondents with any answer, or with all answers under ``"listwise"``.
    n_items : int
        Number of items.
    missing : str
        ``"pairwise"`` or ``"listwise"``.
    zero_cells : str
        What was done with empty cells.
    smallest_eigenvalue : float
        Of the correlations before smoothing.
    smoothed : bool
        Whether `correlation` was made positive definite.
    largest_change : float
        Largest absolute change of a correlation by that; 0 when not smoothed.
    empty_cells, at_bound : tuple of (str, str)
        Pairs with a combination of answers that nobody gave; pairs whose likelihood
        still rises at a correlation of -.999 or .999.
    """

    method: str
    correlation: pd.DataFrame
    thresholds: pd.DataFrame
    pairs: pd.DataFrame
    conf_level: float
    n_respondents: int
    n_items: int
    missing: str
    zero_cells: str
    smallest_eigenvalue: float
    smoothed: bool
    largest_change: float
    empty_cells: tuple[tuple[str, str], ...]
    at_bound: tuple[tuple[str, str], ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair of items, see `pairs`."""
        return self.pairs.assign(method=self.method)


def polychoric(
    items: pd.DataFrame,
    *,
    missing: PairwiseOrListwise = "pairwise",
    zero_cells: ZeroCells = "binary",
    smooth: Smooth = "if_needed",
    conf_level: float = 0.95,
) -> PolychoricResult:
    """Polychoric correlations by two-step maximum likelihood.

    Each item is seen as a normal variable cut at thresholds; the correlation is that of
    the normal variables. The thresholds come from each item's own margin, then each
    correlation from its table given the thresholds (Olsson, 1979). Items may have
    different numbers of categories; two give tetrachoric correlations. The normality of
    each pair is an assumption that many data sets do not meet; compare with Pearson.

    Standard errors are those of the sandwich of casewise scores (Muthen, 1984), which
    allow for the estimation of the thresholds; the intervals are symmetric on Fisher's
    z scale, and so stay within -1 and 1.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Answers in any numeric codes, at most 20 different ones an item, missing answers
        as NaN. Not modified.
    missing : {"pairwise", "listwise"}
        Use who answered the item, and both items of a pair; or only complete rows. Both
        ask that answers are missing completely at random.
    zero_cells : {"binary", "all", "none"}
        ``"binary"`` moves half a respondent into the one empty cell of a 2 x 2 table,
        with the margins kept, and leaves larger tables alone. ``"all"`` besides puts .5
        in each empty cell of larger tables. ``"none"`` changes nothing.
    smooth : {"if_needed", "never"}
        Make the matrix positive definite when it is not; see `smooth_correlation`.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    PolychoricResult

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 2 respondents, an item that nobody answered, that does not
        vary or has more than 20 different answers, a pair that nobody answered.
    ValueError
        An unknown option, an infinite value.

    Warns
    -----
    AssumptionWarning
        The matrix was smoothed or is not positive definite, or a pair is at the bound.

    References
    ----------
    Olsson, 1979, Psychometrika.
    Muthen, 1984, Psychometrika.
    """
    check_option("missing", missing, PairwiseOrListwise)
    check_option("zero_cells", zero_cells, ZeroCells)
    check_option("smooth", smooth, Smooth)
    check_proportion("conf_level", conf_level)
    fit = fit_pairs(items, zero_cells=zero_cells, listwise=missing == "listwise")
    raw = pd.DataFrame(fit.correlation, index=items.columns, columns=items.columns)
    smoothing = smooth_correlation(raw)
    smoothed = smoothing.smoothed and smooth == "if_needed"
    correlation = smoothing.correlation if smoothed else raw
    _warn_of_singular(smoothing, n_items=len(raw), smoothed=smoothed)
    _warn_of_bound(fit)
    return PolychoricResult(
        method="polychoric_two_step",
        correlation=correlation,
        thresholds=_thresholds(fit),
        pairs=_pairs(fit, correlation, conf_level),
        conf_level=conf_level,
        n_respondents=fit.coded.n_respondents,
        n_items=len(raw),
        missing=missing,
        zero_cells=zero_cells,
        smallest_eigenvalue=smoothing.smallest_eigenvalue,
        smoothed=smoothed,
        largest_change=smoothing.largest_change if smoothed else 0.0,
        empty_cells=fit.empty_cells,
        at_bound=fit.at_bound,
    )


def _thresholds(fit: PairwiseFit) -> pd.DataFrame:
    sizes = fit.coded.n_categories
    item = np.repeat(np.arange(len(sizes)), sizes - 1)
    place = np.concatenate([np.arange(size - 1) for size in sizes])
    return pd.DataFrame(
        {
            "item": [fit.coded.items[i] for i in item],
            "category": [
                fit.coded.categories[i][t] for i, t in zip(item, place, strict=True)
            ],
            "estimate": fit.estimates.thresholds[item, place],
            "std_error": threshold_errors(fit.tables, fit.influence)[item, place],
            "n_respondents": fit.tables.n_answers[item].astype(int),
        }
    )


def _pairs(
    fit: PairwiseFit, correlation: pd.DataFrame, conf_level: float
) -> pd.DataFrame:
    tables, estimates = fit.tables, fit.estimates
    errors = correlation_errors(tables, fit.influence)
    errors = np.where(estimates.at_bound, np.nan, errors)
    low, high = fisher_interval(estimates.correlations, errors, conf_level)
    names = np.array(fit.coded.items, dtype=object)
    return pd.DataFrame(
        {
            "item_1": names[tables.first],
            "item_2": names[tables.second],
            "estimate": estimates.correlations,
            "std_error": errors,
            "conf_low": low,
            "conf_high": high,
            "conf_level": conf_level,
            "smoothed": correlation.to_numpy()[tables.first, tables.second],
            "n_respondents": tables.n_respondents.astype(int),
            "n_empty_cells": tables.n_empty_cells,
            "at_bound": estimates.at_bound,
        }
    )


def _warn_of_singular(
    smoothing: SmoothedCorrelation, *, n_items: int, smoothed: bool
) -> None:
    if not smoothing.smoothed:
        return
    found = (
        f"The polychoric correlations of the {n_items} items are not positive definite "
        f"(smallest eigenvalue {smoothing.smallest_eigenvalue:.3g})"
    )
    if smoothed:
        pair = " with ".join(smoothing.changed_pair)
        found += (
            f"; they were smoothed, which changed {pair} most, by "
            f"{smoothing.largest_change:.3g}"
        )
    warnings.warn(found + ".", AssumptionWarning, stacklevel=3)


def _warn_of_bound(fit: PairwiseFit) -> None:
    pairs = fit.at_bound
    if pairs:
        listed = ", ".join(f"{first} with {second}" for first, second in pairs[:5])
        warnings.warn(
            f"{len(pairs)} of {len(fit.tables.first)} polychoric correlations lie at "
            f"the bound of {LARGEST_CORRELATION}: {listed}"
            f"{', ...' if len(pairs) > 5 else ''}. Their tables are too sparse, or the "
            "items say the same; these correlations have no standard error.",
            AssumptionWarning,
            stacklevel=3,
        )

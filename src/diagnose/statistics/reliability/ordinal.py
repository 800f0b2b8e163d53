"""Reliability of ordinal items: of their observed sum, and of what lies behind them.

Behind each item stands a normal variable that thresholds cut into answers. Two sums
must be kept apart. `omega_categorical` is the reliability of the sum of the *answers*,
which is what people are scored by. `ordinal_alpha` and `omega_ordinal` are those of the
sum of the variables *behind* the answers, which nobody observes; they are higher.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.ordinal_answers import AnswerCuts
from diagnose.statistics.cfa.ordinal_data import OrdinalMissing, read_ordinal
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.wlsmv import OrdinalData
from diagnose.statistics.correlation import OrdinalMoments
from diagnose.statistics.reliability.intervals import log_interval
from diagnose.statistics.reliability.omega import OmegaDenominator
from diagnose.statistics.reliability.result import Reliability
from diagnose.statistics.sample import check_numeric_frame, complete_rows

FloatArray = npt.NDArray[np.float64]
OrdinalReliabilityMissing = Literal["listwise", "pairwise", "raise"]


def omega_categorical(
    items: pd.DataFrame,
    *,
    denominator: OmegaDenominator = "observed",
    missing: OrdinalReliabilityMissing = "listwise",
    conf_level: float = 0.95,
) -> Reliability:
    """Omega of the sum of ordinal items, from a one-factor model of the answers.

    The share of the variance of the observed sum that goes with the common factor, for
    items with few categories (2 to 5, or skewed). The factor model is fitted to
    polychoric correlations by diagonally weighted least squares; loadings and
    thresholds are then carried back to the answers as they are scored. It asks for one
    factor, uncorrelated errors and normal variables behind the answers.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
        Answers are added up in these units.
    denominator : {"observed", "implied"}
        Variance of the sum with the polychoric correlations as they are, or as the
        model implies them.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item; use for each pair of items who
        answered both (asks that answers are missing completely at random); or refuse.
    conf_level : float
        Coverage of the interval, between 0 and 1. It comes from the asymptotic
        covariance of thresholds and correlations by the delta method, weights taken as
        known, on the logarithm of 1 - omega. It does not ask that the model holds.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, too few respondents, an item that does not vary, has too
        many categories or repeats another, a fit that did not converge, or a loading
        of 1 or more (a Heywood case). No number is returned then.
    ValueError
        An unknown option.

    References
    ----------
    Green and Yang, 2009, Psychometrika (equation 21).
    """
    check_option("denominator", denominator, OmegaDenominator)
    sample = _read(items, missing=missing, conf_level=conf_level, name="omega")
    factor = _fit(sample)
    shared, total = _of_answers(sample.moments, factor, denominator)
    return _result(sample, "omega_categorical", shared.over(total), factor, denominator)


def omega_ordinal(
    items: pd.DataFrame,
    *,
    denominator: OmegaDenominator = "observed",
    missing: OrdinalReliabilityMissing = "listwise",
    conf_level: float = 0.95,
) -> Reliability:
    """Omega of the normal variables behind ordinal items.

    This is **not** the reliability of a score: it belongs to the sum of continuous
    variables that nobody observes, and exceeds that of the sum of the answers. Use
    `omega_categorical` for a score.

    Parameters
    ----------
    items, denominator, missing, conf_level
        As in `omega_categorical`.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError, ValueError
        As in `omega_categorical`.

    References
    ----------
    Gadermann, Guhn and Zumbo, 2012, Practical Assessment, Research and Evaluation.
    Chalmers, 2018, Educational and Psychological Measurement (why it is no score's).
    """
    check_option("denominator", denominator, OmegaDenominator)
    sample = _read(items, missing=missing, conf_level=conf_level, name="omega")
    factor = _fit(sample)
    shared, total = _of_variables(sample.moments, factor, denominator)
    return _result(sample, "omega_ordinal", shared.over(total), factor, denominator)


def ordinal_alpha(
    items: pd.DataFrame,
    *,
    missing: OrdinalReliabilityMissing = "listwise",
    conf_level: float = 0.95,
) -> Reliability:
    """Coefficient alpha of the polychoric correlations.

    This is **not** the reliability of a score: it belongs to the sum of continuous
    variables that nobody observes. Use `omega_categorical` for a score.

    Parameters
    ----------
    items, missing, conf_level
        As in `omega_categorical`; 2 items are enough.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items, too few respondents, or an item that does not vary, has too
        many categories or repeats another.
    ValueError
        An unknown option.

    References
    ----------
    Zumbo, Gadermann and Zeisser, 2007, Journal of Modern Applied Statistical Methods.
    Chalmers, 2018, Educational and Psychological Measurement (why it is no score's).
    """
    sample = _read(
        items, missing=missing, conf_level=conf_level, name="alpha", fewest=2
    )
    k, total = sample.moments.n_items, float(sample.moments.correlation.sum())
    require(
        total > 0,
        f"alpha is undefined: the polychoric correlations of the {k} items add up to "
        f"{total:.3g}. Some items are keyed against the others.",
    )
    estimate = k / (k - 1) * (1 - k / total)
    slope = np.full(k * (k - 1) // 2, k / (k - 1) * 2 * k / total**2)
    return _result(
        sample,
        "ordinal_alpha",
        _Sum(value=estimate, gradient=_join(sample.moments, slope)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sample:
    data: OrdinalData
    model: FactorModel
    conf_level: float
    name: str

    @property
    def moments(self) -> OrdinalMoments:
        return self.data.ordinal[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Factor:
    """Loadings of one factor, and how they follow the correlations (items x pairs)."""

    loadings: FloatArray
    by_correlation: FloatArray
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sum:
    """A function of thresholds and correlations, with its derivatives to them."""

    value: float
    gradient: FloatArray

    def over(self, other: _Sum) -> _Sum:
        """Return the quotient with the variance of a sum."""
        require(
            other.value > 0,
            "omega is undefined: the variance of the sum of the items comes out at "
            f"{other.value:.3g}. Some items are keyed against the others.",
        )
        ratio = self.value / other.value
        gradient = (self.gradient - ratio * other.gradient) / other.value
        return _Sum(value=ratio, gradient=gradient)


def _read(
    items: pd.DataFrame,
    *,
    missing: OrdinalReliabilityMissing,
    conf_level: float,
    name: str,
    fewest: int = 3,
) -> _Sample:
    """Check the options and tabulate the answers."""
    check_option("missing", missing, OrdinalReliabilityMissing)
    check_proportion("conf_level", conf_level)
    check_numeric_frame(items)
    if missing == "raise":
        complete_rows(items, missing=missing)  # refuses an unanswered item
    names = tuple(str(column) for column in items.columns)
    require(
        len(names) >= fewest,
        f"{name} needs at least {fewest} items; got {len(names)}.",
    )
    factor = "factor"
    while factor in names:
        factor += "_"
    model = FactorModel(factors=((factor, names),), identification="unit_variance")
    rule: OrdinalMissing = "pairwise" if missing == "pairwise" else "listwise"
    data, _ = read_ordinal(items, model, missing=rule)
    return _Sample(data=data, model=model, conf_level=conf_level, name=name)


def _fit(sample: _Sample) -> _Factor:
    """Fit one factor; refuse what has no proper solution."""
    data, moments = sample.data, sample.moments
    table = data.start(data.tabulate(sample.model), sample.model)
    structure = OrdinalStructure(table)
    minimum = minimise(data.bind(structure), structure.start())
    size = f"{moments.n_items} items, {moments.n_respondents} respondents"
    require(
        minimum.converged,
        f"{sample.name} is undefined: the one-factor model did not converge ({size}).",
    )
    loadings = structure.matrices(minimum.values, 0).loading[:, 0]
    loadings = loadings * (-1.0 if loadings.sum() < 0 else 1.0)
    heywood = [
        item
        for item, loading in zip(moments.items, loadings, strict=True)
        if abs(loading) >= 1
    ]
    require(
        not heywood,
        f"{sample.name} is undefined: {', '.join(heywood)} would have no error "
        f"variance under one factor ({size}); look at the items, or use more "
        "respondents.",
    )
    split = len(moments.moments) - moments.n_items * (moments.n_items - 1) // 2
    return _Factor(
        loadings=loadings,
        by_correlation=_follow(loadings, moments.correlation, data.weights[0][split:]),
        flags=tuple(
            f"negative_loading:{item}"
            for item, loading in zip(moments.items, loadings, strict=True)
            if loading < 0
        ),
    )


def _follow(
    loadings: FloatArray, correlation: FloatArray, weights: FloatArray
) -> FloatArray:
    """Return the derivatives of the loadings to the correlations, items x pairs.

    From the normal equations ``sum_j w_ij (r_ij - l_i l_j) l_j = 0``, with their own
    derivatives in full, so that they hold when the model does not fit.
    """
    k = len(loadings)
    first, second = np.triu_indices(k, 1)
    weight = np.zeros((k, k))
    weight[first, second] = weight[second, first] = weights
    curvature = weight * (2 * np.outer(loadings, loadings) - correlation)
    np.fill_diagonal(curvature, weight @ loadings**2)
    pair = np.arange(len(first))
    pull = np.zeros((k, len(first)))
    pull[first, pair] = weights * loadings[second]
    pull[second, pair] = weights * loadings[first]
    return np.asarray(np.linalg.solve(curvature, pull))


def _of_variables(
    moments: OrdinalMoments, factor: _Factor, denominator: OmegaDenominator
) -> tuple[_Sum, _Sum]:
    """Return the shared and the whole variance of the sum behind the answers."""
    loadings, n_pairs = factor.loadings, factor.by_correlation.shape[1]
    common = loadings.sum()
    shared = _Sum(
        value=float(common**2),
        gradient=_join(moments, 2 * common * factor.by_correlation.sum(axis=0)),
    )
    if denominator == "observed":
        total = float(moments.correlation.sum())
        return shared, _Sum(value=total, gradient=_join(moments, np.full(n_pairs, 2.0)))
    total = float(common**2 + (1 - loadings**2).sum())
    by_correlation = 2 * (common - loadings) @ factor.by_correlation
    return shared, _Sum(value=total, gradient=_join(moments, by_correlation))


def _of_answers(
    moments: OrdinalMoments, factor: _Factor, denominator: OmegaDenominator
) -> tuple[_Sum, _Sum]:
    """Return the shared and the whole variance of the sum of the answers."""
    cuts = AnswerCuts.of(moments)
    k, loadings = moments.n_items, factor.loadings
    first, second = np.triu_indices(k, 1)
    own = np.arange(k)
    pairs = cuts.covariance(first, second, loadings[first] * loadings[second])
    alone = cuts.covariance(own, own, loadings**2)
    by_loading = 2 * loadings * alone.by_correlation
    np.add.at(by_loading, first, 2 * pairs.by_correlation * loadings[second])
    np.add.at(by_loading, second, 2 * pairs.by_correlation * loadings[first])
    shared = _Sum(
        value=float(2 * pairs.value.sum() + alone.value.sum()),
        gradient=cuts.join(
            2 * pairs.by_threshold + alone.by_threshold,
            by_loading @ factor.by_correlation,
        ),
    )
    variance, by_threshold = cuts.variance()
    if denominator == "observed":
        between = cuts.covariance(first, second, moments.correlation[first, second])
        by_correlation = 2 * between.by_correlation
    else:
        between = pairs
        by_pair = 2 * loadings * alone.by_correlation
        by_correlation = (by_loading - by_pair) @ factor.by_correlation
    total = _Sum(
        value=float(2 * between.value.sum() + variance.sum()),
        gradient=cuts.join(2 * between.by_threshold + by_threshold, by_correlation),
    )
    return shared, total


def _join(moments: OrdinalMoments, by_correlation: FloatArray) -> FloatArray:
    """Return derivatives in the order of the moments, none of them to thresholds."""
    n_thresholds = len(moments.moments) - len(by_correlation)
    return np.concatenate([np.zeros(n_thresholds), by_correlation])


def _result(
    sample: _Sample,
    method: str,
    coefficient: _Sum,
    factor: _Factor | None = None,
    denominator: str = "",
) -> Reliability:
    moments, gradient = sample.moments, coefficient.gradient
    variance = gradient @ moments.gamma @ gradient / moments.n_respondents
    std_error = float(np.sqrt(variance))
    low, high = log_interval(
        coefficient.value, std_error, moments.n_respondents, sample.conf_level
    )
    flags = factor.flags if factor else ()
    if coefficient.value < -1e-12:  # uncorrelated items may come out as -1e-16
        flags += ("negative_estimate",)
    return Reliability(
        method=method,
        estimate=coefficient.value,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
        conf_level=sample.conf_level,
        interval_method="delta",
        denominator=denominator,
        n_respondents=moments.n_respondents,
        n_items=moments.n_items,
        flags=flags,
    )

"""Coefficients that are a closed form of the covariance matrix, with an interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, require
from diagnose.statistics.reliability.bootstrap import resampled_covariances
from diagnose.statistics.reliability.influence import (
    distribution_free_std_error,
    influence_values,
    through_correlation,
)
from diagnose.statistics.reliability.intervals import (
    Interval,
    IntervalRequest,
    bootstrap_interval,
    symmetric_interval,
)
from diagnose.statistics.reliability.result import Reliability
from diagnose.statistics.sample import complete_rows

FloatArray = npt.NDArray[np.float64]
ScoredItems = Literal["raw", "standardised"]
FreeInterval = Literal["adf", "bootstrap", "bca"]

NO_VARIANCE = 1e-12  # rounding leaves about 1e-16 of a variance that is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedForm:
    """A coefficient and its derivative.

    Attributes
    ----------
    name : str
        Name for messages and results.
    values : callable
        Values over a stack of matrices of shape (n, n_items, n_items), NaN where
        undefined.
    gradient : callable
        Symmetric derivative to one matrix.
    """

    name: str
    values: Callable[[FloatArray], FloatArray]
    gradient: Callable[[FloatArray], FloatArray]


def estimate_closed_form(
    items: pd.DataFrame,
    form: ClosedForm,
    request: IntervalRequest,
    *,
    missing: MissingPolicy,
    scored: ScoredItems,
    method: str,
) -> Reliability:
    """Return a coefficient of raw or standardised items, with its interval."""
    complete = complete_items(items, missing=missing, name=form.name)
    values = complete.to_numpy()
    if scored == "standardised":
        refuse_constant(complete, name=form.name)
    covariance = np.cov(values, rowvar=False, ddof=0)
    as_scored = correlations if scored == "standardised" else _unchanged
    estimate = float(form.values(as_scored(covariance[None]))[0])
    _refuse_undefined(estimate, as_scored(covariance[None])[0], complete, form.name)

    def influence() -> FloatArray:
        return influence_values(
            values - values.mean(axis=0), _gradient(form, covariance, scored)
        )

    def resample() -> FloatArray:
        stacks = resampled_covariances(
            values, n_bootstrap=request.n_bootstrap, seed=request.seed
        )
        return np.concatenate([form.values(as_scored(stack)) for stack in stacks])

    return assemble(
        complete,
        estimate,
        _interval(estimate, request, resample, influence),
        method=method,
        conf_level=request.conf_level,
    )


def complete_items(
    items: pd.DataFrame, *, missing: MissingPolicy, name: str
) -> pd.DataFrame:
    """Return the complete rows, at least 2 of at least 2 items."""
    complete = complete_rows(items, missing=missing)
    n_respondents, n_items = complete.shape
    require(
        n_items >= 2 and n_respondents >= 2,
        f"{name} needs at least 2 items and 2 complete respondents; got {n_items} "
        f"items and {n_respondents} complete of {len(items)}.",
    )
    return complete


def constant_items(complete: pd.DataFrame) -> list[str]:
    """Return the names of items that do not vary."""
    constant = np.ptp(complete.to_numpy(), axis=0) == 0
    return [str(name) for name in complete.columns[constant]]


def negative_items(complete: pd.DataFrame) -> list[str]:
    """Return the names of items that run against the sum of the others."""
    covariance = np.atleast_2d(np.cov(complete.to_numpy(), rowvar=False, ddof=0))
    rest = covariance.sum(axis=0) - np.diag(covariance)
    # without a relation the sum is zero but for rounding
    against = rest < -1e-9 * covariance.trace()
    return [str(name) for name in complete.columns[against]]


def refuse_constant(complete: pd.DataFrame, *, name: str) -> None:
    """Raise where an item cannot be standardised."""
    constant = constant_items(complete)
    require(
        not constant,
        f"{name} of standardised items is undefined: {', '.join(constant)} does not "
        f"vary over {len(complete)} respondents.",
    )


def correlations(stack: FloatArray) -> FloatArray:
    """Return correlation matrices of a stack; NaN where an item does not vary."""
    variances = np.diagonal(stack, axis1=1, axis2=2)
    enough = variances > NO_VARIANCE * variances.max(axis=0)
    scale = np.sqrt(np.where(enough, variances, np.nan))
    correlated: FloatArray = stack / (scale[:, :, None] * scale[:, None, :])
    return correlated


def assemble(
    complete: pd.DataFrame,
    estimate: float,
    interval: Interval,
    *,
    method: str,
    conf_level: float,
) -> Reliability:
    """Put estimate, interval and flags together."""
    flags = tuple(f"constant_item:{name}" for name in constant_items(complete))
    flags += tuple(f"negative_item:{name}" for name in negative_items(complete))
    if estimate < -1e-12:  # uncorrelated items may come out as -1e-16
        flags += ("negative_estimate",)
    return Reliability(
        method=method,
        estimate=estimate,
        std_error=interval.std_error,
        conf_low=interval.limits[0],
        conf_high=interval.limits[1],
        conf_level=conf_level,
        interval_method=interval.method,
        n_respondents=complete.shape[0],
        n_items=complete.shape[1],
        flags=flags + interval.flags,
    )


def _interval(
    estimate: float,
    request: IntervalRequest,
    resample: Callable[[], FloatArray],
    influence: Callable[[], FloatArray],
) -> Interval:
    if request.interval != "adf":
        return bootstrap_interval(estimate, request, resample, influence)
    return symmetric_interval(
        estimate,
        distribution_free_std_error(influence()),
        method="adf",
        conf_level=request.conf_level,
    )


def _refuse_undefined(
    estimate: float, matrix: FloatArray, complete: pd.DataFrame, name: str
) -> None:
    n_respondents, n_items = complete.shape
    require(
        matrix.sum() > NO_VARIANCE * n_items * np.trace(matrix),
        f"{name} is undefined: the sum of the {n_items} items does not vary over "
        f"{n_respondents} respondents.",
    )
    require(
        np.isfinite(estimate),
        f"{name} is undefined: the covariance matrix of the {n_items} items over "
        f"{n_respondents} respondents is singular (an item is constant or repeats "
        "others, or there are too few respondents).",
    )


def _gradient(
    form: ClosedForm, covariance: FloatArray, scored: ScoredItems
) -> FloatArray:
    if scored == "raw":
        return form.gradient(covariance)
    correlation = correlations(covariance[None])[0]
    return through_correlation(form.gradient(correlation), covariance)


def _unchanged(stack: FloatArray) -> FloatArray:
    return stack

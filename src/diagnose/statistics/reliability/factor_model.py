"""What a one-factor model says of a score, and how that answers to the covariances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, require
from diagnose.statistics.one_factor import (
    OneFactorFit,
    fit_one_factor,
    parameter_derivatives,
)
from diagnose.statistics.one_factor_search import minimise
from diagnose.statistics.reliability.bootstrap import resampled_covariances
from diagnose.statistics.reliability.closed_form import correlations
from diagnose.statistics.reliability.influence import (
    distribution_free_std_error,
    influence_values,
    normal_std_error,
    through_correlation,
)
from diagnose.statistics.reliability.intervals import (
    Interval,
    IntervalRequest,
    bootstrap_interval,
    log_interval,
    symmetric_interval,
)
from diagnose.statistics.sample import complete_rows

FloatArray = npt.NDArray[np.float64]
FactorInterval = Literal["delta", "adf", "bootstrap", "bca"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFunction:
    """A function of loadings l, uniquenesses u and the observed covariance matrix.

    Attributes
    ----------
    name : str
        Name for messages.
    value : callable
        Values from loadings and uniquenesses, each of shape (n, n_items), and the
        variances of the observed sums, shape (n,).
    slopes : callable
        Derivatives to loadings, uniquenesses and the variance of the observed sum.
    """

    name: str
    value: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    slopes: Callable[
        [FloatArray, FloatArray, float], tuple[FloatArray, FloatArray, float]
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorSample:
    """Complete answers with the one factor fitted to them."""

    complete: pd.DataFrame
    covariance: FloatArray  # divisor n
    scored: FloatArray  # the matrix fitted: the covariances, or the correlations
    fit: OneFactorFit


def fit_sample(
    items: pd.DataFrame,
    *,
    missing: MissingPolicy,
    name: str,
    standardised: bool = False,
) -> FactorSample:
    """Fit one factor to the complete rows; refuse what has no proper solution.

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, no more respondents than items, an item without variance
        or repeating others, a Heywood case, or a fit that did not converge.
    """
    complete = complete_rows(items, missing=missing)
    n_respondents, n_items = complete.shape
    require(
        n_items >= 3 and n_respondents > n_items,
        f"{name} needs at least 3 items and more complete respondents than items; got "
        f"{n_items} items and {n_respondents} complete of {len(items)}.",
    )
    covariance = np.cov(complete.to_numpy(), rowvar=False, ddof=0)
    varies = (np.diag(covariance) > 0).all()
    scored = (
        correlations(covariance[None])[0] if standardised and varies else covariance
    )
    labelled = pd.DataFrame(scored, index=complete.columns, columns=complete.columns)
    fit = fit_one_factor(labelled, n_respondents)
    _refuse_improper(fit, name=name)
    return FactorSample(
        complete=complete, covariance=covariance, scored=scored, fit=fit
    )


def evaluate(sample: FactorSample, function: FactorFunction) -> float:
    """Return the value of the function in the sample."""
    values = function.value(
        sample.fit.loadings[None],
        sample.fit.uniquenesses[None],
        np.array([sample.scored.sum()]),
    )
    return float(values[0])


def factor_interval(
    sample: FactorSample,
    function: FactorFunction,
    estimate: float,
    request: IntervalRequest,
) -> Interval:
    """Return the interval that was asked for."""
    n_respondents = len(sample.complete)

    def influence() -> FloatArray:
        values = sample.complete.to_numpy()
        gradient = covariance_gradient(sample, function, exact=True)
        return influence_values(values - values.mean(axis=0), gradient)

    if request.interval == "delta":
        gradient = covariance_gradient(sample, function, exact=False)
        std_error = normal_std_error(
            gradient, _normal_covariance(sample), n_respondents
        )
        limits = log_interval(
            estimate,
            std_error,
            n_respondents,
            request.conf_level,
            name=function.name,
        )
        return Interval(std_error=std_error, limits=limits, method="delta")
    if request.interval == "adf":
        return symmetric_interval(
            estimate,
            distribution_free_std_error(influence()),
            method="adf",
            conf_level=request.conf_level,
        )
    estimates, n_heywood = _resample(sample, function, request)
    interval = bootstrap_interval(estimate, request, lambda: estimates, influence)
    heywood = (f"heywood_resamples:{n_heywood}",) if n_heywood else ()
    return Interval(
        std_error=interval.std_error,
        limits=interval.limits,
        method=interval.method,
        flags=interval.flags + heywood,
    )


def covariance_gradient(
    sample: FactorSample, function: FactorFunction, *, exact: bool
) -> FloatArray:
    """Return the derivative of the function to the covariance matrix.

    The estimates follow the matrix by way of the second derivative of the discrepancy:
    the exact one holds for any covariances, the expected one where the model does.
    """
    fit = sample.fit
    by_loading, by_uniqueness, by_total = function.slopes(
        fit.loadings, fit.uniquenesses, float(sample.scored.sum())
    )
    second = fit.observed_information if exact else fit.information
    weights = np.linalg.solve(second, np.concatenate([by_loading, by_uniqueness]))
    inverse = np.linalg.inv(fit.implied_covariance)
    moved = np.tensordot(weights, parameter_derivatives(fit.loadings), axes=1)
    gradient: FloatArray = inverse @ moved @ inverse / 2 + by_total
    if sample.scored is sample.covariance:
        return gradient
    return through_correlation(gradient, sample.covariance)


def negative_loadings(fit: OneFactorFit) -> tuple[str, ...]:
    """Return a flag for each item that is keyed against the others."""
    return tuple(
        f"negative_loading:{item}"
        for item, loading in zip(fit.items, fit.loadings, strict=True)
        if loading < 0
    )


def _normal_covariance(sample: FactorSample) -> FloatArray:
    """Return the covariance matrix under the model, in the units of the answers."""
    implied: FloatArray = sample.fit.implied_covariance
    if sample.scored is not sample.covariance:
        scale = np.sqrt(np.diag(sample.covariance))
        implied = implied * np.outer(scale, scale)
    return implied


def _refuse_improper(fit: OneFactorFit, *, name: str) -> None:
    size = f"{fit.n_items} items, {fit.n_respondents} complete respondents"
    require(
        not fit.heywood,
        f"{name} is undefined: {', '.join(fit.heywood)} would have a negative error "
        f"variance under one factor ({size}); use alpha, or look at the items.",
    )
    require(
        fit.converged,
        f"{name} is undefined: the one-factor model did not converge ({size}).",
    )


def _resample(
    sample: FactorSample, function: FactorFunction, request: IntervalRequest
) -> tuple[FloatArray, int]:
    """Return the function over resamples, NaN where undefined, and the Heywood cases.

    Each search starts at the estimates in the sample. It runs on correlations, as the
    maximum-likelihood estimates follow the units of the items.
    """
    fit, k = sample.fit, sample.fit.n_items
    scale = np.sqrt(np.diag(sample.scored))
    start = np.concatenate([fit.loadings / scale, fit.uniquenesses / scale**2])
    stacks = resampled_covariances(
        sample.complete.to_numpy(), n_bootstrap=request.n_bootstrap, seed=request.seed
    )
    estimates, n_heywood = [], 0
    for stack in stacks:
        correlation = correlations(stack)
        parameters, fitted = _fit_stack(correlation, start)
        if sample.scored is sample.covariance:
            own = np.sqrt(np.diagonal(stack, axis1=1, axis2=2))
            parameters *= np.concatenate([own, own**2], axis=1)
            totals = stack.sum(axis=(1, 2))
        else:
            totals = correlation.sum(axis=(1, 2))
        values = function.value(parameters[:, :k], parameters[:, k:], totals)
        estimates.append(np.where(fitted, values, np.nan))
        n_heywood += int((fitted & (parameters[:, k:] <= 0).any(axis=1)).sum())
    return np.concatenate(estimates), n_heywood


def _fit_stack(
    stack: FloatArray, start: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Fit every matrix that is positive definite; the flag says which were."""
    k = stack.shape[1]
    usable = ~np.isnan(stack.sum(axis=(1, 2)))
    safe = np.where(usable[:, None, None], stack, np.eye(k))
    usable &= np.linalg.eigvalsh(safe)[:, 0] > 1e-10
    parameters = np.tile(start, (len(stack), 1))
    fitted = np.zeros(len(stack), dtype=bool)
    parameters[usable], fitted[usable] = minimise(stack[usable], parameters[usable])
    return parameters, fitted

"""Omega of one subscale from a one-factor model."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option
from diagnose.statistics.reliability.factor_model import (
    FactorFunction,
    FactorInterval,
    evaluate,
    factor_interval,
    fit_sample,
    negative_loadings,
)
from diagnose.statistics.reliability.intervals import check_request
from diagnose.statistics.reliability.result import Reliability

FloatArray = npt.NDArray[np.float64]
OmegaDenominator = Literal["observed", "implied"]


def omega_total(
    items: pd.DataFrame,
    *,
    denominator: OmegaDenominator = "observed",
    missing: MissingPolicy = "listwise",
    interval: FactorInterval = "delta",
    n_bootstrap: int = 2000,
    seed: int = 0,
    conf_level: float = 0.95,
) -> Reliability:
    """Omega of one subscale from a one-factor model, with an interval.

    The share of the variance of the sum score that goes with the common factor. It
    asks for one factor and uncorrelated errors, not for equal loadings. Where one
    factor does not fit, omega has no meaning: look at the fit too.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
    denominator : {"observed", "implied"}
        Variance of the sum in the data, or in the fitted model.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    interval : {"delta", "adf", "bootstrap", "bca"}
        ``"delta"`` rests on normal theory and a model that holds, on the logarithm of
        1 - omega. ``"adf"`` is symmetric, with a standard error that asks for neither.
        ``"bootstrap"`` (percentile) and ``"bca"`` (bias-corrected and accelerated) fit
        the model again to resampled respondents.
    n_bootstrap : int
        Number of resamples, at least 100.
    seed : int
        Seed of the bootstrap; the same seed gives the same limits.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, too few complete respondents, an item without variance,
        a fit that did not converge, or an item with a uniqueness of zero or less
        (a Heywood case). No number is returned then; use alpha.
    ValueError
        An unknown option.

    References
    ----------
    McDonald, 1999, Test theory: a unified treatment.
    Kelley and Pornprasertmanit, 2016, Psychological Methods (intervals).
    """
    check_option("denominator", denominator, OmegaDenominator)
    request = check_request(
        interval,
        FactorInterval,
        conf_level=conf_level,
        n_bootstrap=n_bootstrap,
        seed=seed,
    )
    sample = fit_sample(items, missing=missing, name="omega")
    function = OBSERVED_OMEGA if denominator == "observed" else IMPLIED_OMEGA
    estimate = evaluate(sample, function)
    limits = factor_interval(sample, function, estimate, request)
    return Reliability(
        method=f"omega_total_{denominator}",
        estimate=estimate,
        std_error=limits.std_error,
        conf_low=limits.limits[0],
        conf_high=limits.limits[1],
        conf_level=conf_level,
        interval_method=limits.method,
        denominator=denominator,
        n_respondents=len(sample.complete),
        n_items=sample.complete.shape[1],
        flags=negative_loadings(sample.fit) + limits.flags,
    )


def _observed(
    loadings: FloatArray, uniquenesses: FloatArray, total: FloatArray
) -> FloatArray:
    shares: FloatArray = loadings.sum(axis=1) ** 2 / total
    return shares


def _observed_slopes(
    loadings: FloatArray, uniquenesses: FloatArray, total: float
) -> tuple[FloatArray, FloatArray, float]:
    common = loadings.sum()
    by_loading = np.full(len(loadings), 2 * common / total)
    return by_loading, np.zeros(len(loadings)), -float(common**2 / total**2)


def _implied(
    loadings: FloatArray, uniquenesses: FloatArray, total: FloatArray
) -> FloatArray:
    common = loadings.sum(axis=1) ** 2
    shares: FloatArray = common / (common + uniquenesses.sum(axis=1))
    return shares


def _implied_slopes(
    loadings: FloatArray, uniquenesses: FloatArray, total: float
) -> tuple[FloatArray, FloatArray, float]:
    common, error = loadings.sum(), uniquenesses.sum()
    whole = common**2 + error
    by_loading = np.full(len(loadings), 2 * common * error / whole**2)
    by_uniqueness = np.full(len(loadings), -(common**2) / whole**2)
    return by_loading, by_uniqueness, 0.0


OBSERVED_OMEGA = FactorFunction(name="omega", value=_observed, slopes=_observed_slopes)
IMPLIED_OMEGA = FactorFunction(name="omega", value=_implied, slopes=_implied_slopes)

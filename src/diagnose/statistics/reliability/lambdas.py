"""Guttman's lower bounds of reliability that ask for no factor model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option, require
from diagnose.statistics.reliability.closed_form import (
    NO_VARIANCE,
    ClosedForm,
    FreeInterval,
    ScoredItems,
    estimate_closed_form,
)
from diagnose.statistics.reliability.intervals import check_request
from diagnose.statistics.reliability.result import Reliability

FloatArray = npt.NDArray[np.float64]

_SINGULAR = 1e-10  # smallest eigenvalue of a correlation matrix that can be inverted


def guttman_lambda_2(
    items: pd.DataFrame,
    *,
    scored: ScoredItems = "standardised",
    missing: MissingPolicy = "listwise",
    interval: FreeInterval = "adf",
    n_bootstrap: int = 2000,
    seed: int = 0,
    conf_level: float = 0.95,
) -> Reliability:
    """Guttman's second lower bound: alpha with unequal covariances allowed for.

    At least alpha of the same items, equal to it when all covariances are equal. A
    lower bound of the reliability when errors are uncorrelated.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers, missing answers as NaN. Not modified.
    scored : {"standardised", "raw"}
        What is added up: standardised items (from correlations, as R's psych does), or
        the answers as they are (from covariances). Only the second belongs to the
        score that `cronbach_alpha` judges, and can be compared with it.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    interval : {"adf", "bootstrap", "bca"}
        Symmetric with the asymptotically distribution-free standard error, or a
        bootstrap over respondents (percentile, or bias-corrected and accelerated).
    n_bootstrap : int
        Number of resamples, at least 100.
    seed : int
        Seed of the bootstrap.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 2 complete respondents, an item (standardised) or a sum
        that does not vary, or no item that covaries with another.
    ValueError
        An unknown option.

    References
    ----------
    Guttman, 1945, Psychometrika.
    """
    check_option("scored", scored, ScoredItems)
    request = check_request(
        interval,
        FreeInterval,
        conf_level=conf_level,
        n_bootstrap=n_bootstrap,
        seed=seed,
    )
    return estimate_closed_form(
        items,
        ClosedForm(name="lambda 2", values=_lambda_2, gradient=_lambda_2_gradient),
        request,
        missing=missing,
        scored=scored,
        method=f"guttman_lambda_2_{scored}",
    )


def guttman_lambda_6(
    items: pd.DataFrame,
    *,
    scored: ScoredItems = "standardised",
    missing: MissingPolicy = "listwise",
    interval: FreeInterval = "adf",
    n_bootstrap: int = 2000,
    seed: int = 0,
    conf_level: float = 0.95,
) -> Reliability:
    """Guttman's sixth lower bound: what the other items cannot predict is error.

    The error variance of an item is taken to be its residual in a regression on all
    the others. A lower bound of the reliability when errors are uncorrelated, and
    biased upwards with many items and few respondents.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers, missing answers as NaN. Not modified.
    scored : {"standardised", "raw"}
        What is added up: standardised items (from correlations, as R's psych does), or
        the answers as they are (from covariances).
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    interval : {"adf", "bootstrap", "bca"}
        Symmetric with the asymptotically distribution-free standard error, or a
        bootstrap over respondents (percentile, or bias-corrected and accelerated).
    n_bootstrap : int
        Number of resamples, at least 100.
    seed : int
        Seed of the bootstrap.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 2 complete respondents, an item that does not vary or
        that is a combination of others, or a sum that does not vary.
    ValueError
        An unknown option.

    References
    ----------
    Guttman, 1945, Psychometrika.
    """
    check_option("scored", scored, ScoredItems)
    request = check_request(
        interval,
        FreeInterval,
        conf_level=conf_level,
        n_bootstrap=n_bootstrap,
        seed=seed,
    )
    return estimate_closed_form(
        items,
        ClosedForm(name="lambda 6", values=_lambda_6, gradient=_lambda_6_gradient),
        request,
        missing=missing,
        scored=scored,
        method=f"guttman_lambda_6_{scored}",
    )


def _off_diagonal(matrices: FloatArray) -> FloatArray:
    off: FloatArray = matrices * (1 - np.eye(matrices.shape[-1]))
    return off


def _lambda_2(stack: FloatArray) -> FloatArray:
    k = stack.shape[1]
    off = _off_diagonal(stack)
    total = stack.sum(axis=(1, 2))
    shared = off.sum(axis=(1, 2)) + np.sqrt(k / (k - 1) * (off**2).sum(axis=(1, 2)))
    return _over_total(shared, total, stack)


def _lambda_2_gradient(matrix: FloatArray) -> FloatArray:
    k = len(matrix)
    off = _off_diagonal(matrix)
    total = matrix.sum()
    root = np.sqrt(k / (k - 1) * (off**2).sum())
    require(
        root > NO_VARIANCE * np.trace(matrix),
        f"lambda 2 has no standard error: none of the {k} items covaries with another.",
    )
    shared = off.sum() + root
    ones = np.ones((k, k))
    moved: FloatArray = ones - np.eye(k) + k / (k - 1) * off / root
    moved = moved / total - shared / total**2 * ones
    return moved


def _lambda_6(stack: FloatArray) -> FloatArray:
    variances = np.diagonal(stack, axis1=1, axis2=2)
    scale = np.sqrt(np.where(variances > 0, variances, np.nan))
    correlation = stack / (scale[:, :, None] * scale[:, None, :])
    usable = np.isfinite(correlation).all(axis=(1, 2))
    k = stack.shape[1]
    safe = np.where(usable[:, None, None], correlation, np.eye(k))
    usable &= np.linalg.eigvalsh(safe)[:, 0] > _SINGULAR
    safe = np.where(usable[:, None, None], safe, np.eye(k))
    residual = 1 / np.diagonal(np.linalg.inv(safe), axis1=1, axis2=2)
    unexplained = np.where(usable, (residual * variances).sum(axis=1), np.nan)
    total = stack.sum(axis=(1, 2))
    return _over_total(total - unexplained, total, stack)


def _lambda_6_gradient(matrix: FloatArray) -> FloatArray:
    k = len(matrix)
    total = matrix.sum()
    inverse = np.linalg.inv(matrix)
    precision = np.diag(inverse)
    unexplained = (1 / precision).sum()
    moved: FloatArray = unexplained / total**2 * np.ones((k, k))
    moved = moved - (inverse / precision**2) @ inverse / total
    return moved


def _over_total(shared: FloatArray, total: FloatArray, stack: FloatArray) -> FloatArray:
    """Divide by the variance of the sum; NaN where the sum does not vary."""
    trace = np.trace(stack, axis1=1, axis2=2)
    enough = total > NO_VARIANCE * stack.shape[1] * trace
    undefined = np.full(len(total), np.nan)
    shares: FloatArray = np.divide(shared, total, out=undefined, where=enough)
    return shares

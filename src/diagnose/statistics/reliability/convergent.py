"""Do the items of a subscale share enough: composite reliability and AVE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option
from diagnose.statistics.reliability.closed_form import ScoredItems
from diagnose.statistics.reliability.factor_model import (
    FactorFunction,
    FactorInterval,
    FactorSample,
    evaluate,
    factor_interval,
    fit_sample,
    negative_loadings,
)
from diagnose.statistics.reliability.intervals import IntervalRequest, check_request
from diagnose.statistics.reliability.omega import IMPLIED_OMEGA
from diagnose.statistics.reliability.result import Reliability

FloatArray = npt.NDArray[np.float64]
Numbers = pd.Series | FloatArray | Sequence[float]
Matrix = pd.DataFrame | FloatArray | Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvergentValidity:
    """How much the items of one subscale have in common.

    Attributes
    ----------
    composite_reliability : Reliability
        Share of the variance of the sum that the model gives to the common factor.
    average_variance_extracted : Reliability
        Share of the variance of the items that it gives to the common factor.
    """

    composite_reliability: Reliability
    average_variance_extracted: Reliability

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        parts = (self.composite_reliability, self.average_variance_extracted)
        return pd.concat([part.to_frame() for part in parts], ignore_index=True)


def composite_reliability(
    loadings: Numbers,
    *,
    error_variances: Numbers | None = None,
    error_covariances: Matrix | None = None,
    total_variance: float | None = None,
) -> float:
    """Return the reliability of the sum of the items of one factor, from its loadings.

    Parameters
    ----------
    loadings : sequence of float, shape (n_items,)
        Loadings on a factor with variance 1.
    error_variances : sequence of float, shape (n_items,), optional
        Error variances, in the units of the loadings. Left out, the loadings are taken
        to be standardised, and the error variances to be 1 minus their squares.
    error_covariances : matrix of float, shape (n_items, n_items), optional
        Symmetric; what the model says of errors that go together. Its diagonal is not
        used.
    total_variance : float, optional
        Variance of the sum in the data (divisor n), to divide by instead of the one
        that loadings and errors imply. The errors are then not asked for.

    Returns
    -------
    float
        Squared sum of loadings, over itself plus all error variances and (twice)
        covariances, or over `total_variance`.

    Raises
    ------
    ValueError
        Fewer than 2 loadings, shapes that differ, values that are not finite, a
        standardised loading beyond 1, a negative error variance, covariances that are
        not symmetric, a sum of errors below 0, a total variance that is not positive,
        or errors beside a total variance.

    References
    ----------
    Jöreskog, 1971, Psychometrika.
    Raykov, 2004, Behavior Therapy (errors that go together).
    """
    if total_variance is not None:
        if error_variances is not None or error_covariances is not None:
            raise ValueError("give either `total_variance` or the errors; got both.")
        if not (np.isfinite(total_variance) and total_variance > 0):
            raise ValueError(
                f"`total_variance` must be above 0; got {total_variance!r}."
            )
        return float(_as_vector(loadings).sum() ** 2 / total_variance)
    vector, errors = _checked(loadings, error_variances)
    error = errors.sum() + _sum_of_covariances(error_covariances, len(vector))
    if error < 0:
        raise ValueError(
            "`error_covariances` make the error variance of the sum negative: "
            f"{error:.4g}. Such a model cannot hold."
        )
    common = vector.sum() ** 2
    _refuse_nothing(common + error)
    return float(common / (common + error))


def average_variance_extracted(
    loadings: Numbers, *, error_variances: Numbers | None = None
) -> float:
    """Return the share of the variance of items that one factor explains.

    Parameters
    ----------
    loadings : sequence of float, shape (n_items,)
        Loadings on a factor with variance 1.
    error_variances : sequence of float, shape (n_items,), optional
        Error variances, in the units of the loadings. Left out, the loadings are taken
        to be standardised: the result is then the mean of their squares.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        Fewer than 2 loadings, lengths that differ, values that are not finite, a
        standardised loading beyond 1, or a negative error variance.

    References
    ----------
    Fornell and Larcker, 1981, Journal of Marketing Research.
    """
    vector, errors = _checked(loadings, error_variances)
    common = float(vector @ vector)
    _refuse_nothing(common + errors.sum())
    return float(common / (common + errors.sum()))


def convergent_validity(
    items: pd.DataFrame,
    *,
    scored: ScoredItems = "raw",
    missing: MissingPolicy = "listwise",
    interval: FactorInterval = "delta",
    n_bootstrap: int = 2000,
    seed: int = 0,
    conf_level: float = 0.95,
) -> ConvergentValidity:
    """Composite reliability and average variance extracted, from one factor.

    Both describe a one-factor model fitted by maximum likelihood, and have no meaning
    where it does not fit. The composite reliability of raw items is omega with the
    implied denominator.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers, missing answers as NaN. Not modified.
    scored : {"raw", "standardised"}
        Fit covariances, so that items with more variance count for more (as R's
        semTools does), or correlations (Fornell and Larcker's mean squared loading).
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    interval : {"delta", "adf", "bootstrap", "bca"}
        As for `omega_total`.
    n_bootstrap : int
        Number of resamples, at least 100.
    seed : int
        Seed of the bootstrap.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ConvergentValidity

    Raises
    ------
    InsufficientDataError
        As for `omega_total`.
    ValueError
        An unknown option.

    References
    ----------
    Fornell and Larcker, 1981, Journal of Marketing Research.
    """
    check_option("scored", scored, ScoredItems)
    request = check_request(
        interval,
        FactorInterval,
        conf_level=conf_level,
        n_bootstrap=n_bootstrap,
        seed=seed,
    )
    sample = fit_sample(
        items,
        missing=missing,
        name="convergent validity",
        standardised=scored == "standardised",
    )
    return ConvergentValidity(
        composite_reliability=_estimate(
            sample, IMPLIED_OMEGA, request, method="composite_reliability"
        ),
        average_variance_extracted=_estimate(
            sample, _EXTRACTED, request, method="average_variance_extracted"
        ),
    )


def _estimate(
    sample: FactorSample,
    function: FactorFunction,
    request: IntervalRequest,
    *,
    method: str,
) -> Reliability:
    estimate = evaluate(sample, function)
    interval = factor_interval(sample, function, estimate, request)
    return Reliability(
        method=method,
        estimate=estimate,
        std_error=interval.std_error,
        conf_low=interval.limits[0],
        conf_high=interval.limits[1],
        conf_level=request.conf_level,
        interval_method=interval.method,
        denominator="implied",
        n_respondents=len(sample.complete),
        n_items=sample.complete.shape[1],
        flags=negative_loadings(sample.fit) + interval.flags,
    )


def _extracted(
    loadings: FloatArray, uniquenesses: FloatArray, total: FloatArray
) -> FloatArray:
    common = (loadings**2).sum(axis=1)
    shares: FloatArray = common / (common + uniquenesses.sum(axis=1))
    return shares


def _extracted_slopes(
    loadings: FloatArray, uniquenesses: FloatArray, total: float
) -> tuple[FloatArray, FloatArray, float]:
    common, error = float(loadings @ loadings), uniquenesses.sum()
    whole = common + error
    by_uniqueness = np.full(len(loadings), -common / whole**2)
    return 2 * loadings * error / whole**2, by_uniqueness, 0.0


_EXTRACTED = FactorFunction(
    name="average variance extracted", value=_extracted, slopes=_extracted_slopes
)


def _checked(
    loadings: Numbers, error_variances: Numbers | None
) -> tuple[FloatArray, FloatArray]:
    vector = _as_vector(loadings)
    if error_variances is None:
        if (np.abs(vector) > 1).any():
            raise ValueError(
                f"`loadings` has {np.abs(vector).max():.4g}, beyond a standardised "
                "loading of 1; give `error_variances` with unstandardised loadings."
            )
        return vector, 1 - vector**2
    errors = np.asarray(error_variances, dtype=float)
    if errors.shape != vector.shape:
        raise ValueError(
            f"`error_variances` must have one value a loading ({len(vector)}); got "
            f"shape {errors.shape}."
        )
    if not (np.isfinite(errors).all() and (errors >= 0).all()):
        raise ValueError(
            "`error_variances` must be finite and at least 0; a negative one (a "
            "Heywood case) is the sign of a model that does not hold."
        )
    return vector, errors


def _as_vector(loadings: Numbers) -> FloatArray:
    try:
        vector = np.asarray(loadings, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"`loadings` must hold numbers; got {loadings!r}.") from None
    if vector.ndim != 1 or len(vector) < 2 or not np.isfinite(vector).all():
        raise ValueError(
            "`loadings` must be at least 2 finite numbers in a row; got shape "
            f"{vector.shape}."
        )
    return vector


def _sum_of_covariances(error_covariances: Matrix | None, n_items: int) -> float:
    if error_covariances is None:
        return 0.0
    matrix = np.asarray(error_covariances, dtype=float)
    if matrix.shape != (n_items, n_items) or not np.isfinite(matrix).all():
        raise ValueError(
            f"`error_covariances` must be a finite matrix of {n_items} by {n_items}; "
            f"got shape {matrix.shape}."
        )
    if not np.allclose(matrix, matrix.T, rtol=1e-8, atol=1e-12):
        raise ValueError("`error_covariances` must be symmetric.")
    return float(matrix.sum() - np.trace(matrix))


def _refuse_nothing(variance: float) -> None:
    if not variance > 0:
        raise ValueError("the loadings and the error variances are all 0.")

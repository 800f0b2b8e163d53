"""Put together what the same analysis gave on several imputed tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_at_least, check_proportion

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledEstimates:
    """Estimates over imputations, with what the missing answers cost.

    Attributes
    ----------
    names : tuple of str
        Names of the estimates.
    estimate : ndarray, shape (n_estimates,)
        Mean over the imputations.
    std_error : ndarray, shape (n_estimates,)
        Root of the total variance: within, and between with a correction for their
        number.
    within, between : ndarray, shape (n_estimates,)
        Mean squared standard error, and variance of the estimates over imputations.
    statistic, df, p_value : ndarray, shape (n_estimates,)
        Estimate over standard error, its degrees of freedom, and the two-sided
        p-value of no effect; a normal reference where `df` is infinite.
    conf_low, conf_high : ndarray, shape (n_estimates,)
        Limits of the two-sided interval at `conf_level`.
    relative_increase : ndarray, shape (n_estimates,)
        Growth of the variance because answers are missing.
    share_between : ndarray, shape (n_estimates,)
        Part of the total variance that is due to missing answers, usually called
        lambda.
    fraction_missing : ndarray, shape (n_estimates,)
        Fraction of missing information, corrected for the number of imputations.
    n_imputations : int
        Imputed tables.
    df_complete : float
        Degrees of freedom without missing answers; infinity when not given.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    method : str
        ``"rubin_barnard"``, or ``"rubin"`` without `df_complete`.
    flags : tuple of str
        ``"few_imputations:<name>"`` where there are fewer imputations than per cent of
        missing information, so that another seed would give a visibly different
        answer.
    """

    names: tuple[str, ...]
    estimate: FloatArray
    std_error: FloatArray
    within: FloatArray
    between: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    relative_increase: FloatArray
    share_between: FloatArray
    fraction_missing: FloatArray
    n_imputations: int
    df_complete: float
    conf_level: float
    method: str
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an estimate."""
        columns = (
            "estimate",
            "std_error",
            "statistic",
            "df",
            "p_value",
            "conf_low",
            "conf_high",
            "within",
            "between",
            "relative_increase",
            "share_between",
            "fraction_missing",
        )
        rows = pd.DataFrame({name: getattr(self, name) for name in columns})
        rows.insert(0, "name", list(self.names))
        return rows.assign(
            n_imputations=self.n_imputations,
            conf_level=self.conf_level,
            method=self.method,
        )


def pool_estimates(
    estimates: npt.ArrayLike,
    std_errors: npt.ArrayLike,
    *,
    df_complete: float | None = None,
    conf_level: float = 0.95,
    names: Sequence[str] | None = None,
) -> PooledEstimates:
    """Pool estimates and standard errors over imputations by Rubin's rules.

    Assumes that the estimates are about normal, that the imputations were drawn
    properly, and that the analysis asks nothing of the data that the imputation model
    left out. Pool correlations and shares on a scale where they are near normal.

    Parameters
    ----------
    estimates : array_like, shape (n_imputations,) or (n_imputations, n_estimates)
        What the analysis gave on each imputed table.
    std_errors : array_like, same shape
        Standard errors, larger than 0.
    df_complete : float, optional
        Degrees of freedom the analysis would have without missing answers, as n - 1
        for a mean or n - k for k regression coefficients. Without it the degrees of
        freedom may exceed the number of respondents.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    names : sequence of str, optional
        Names of the estimates; their numbers from 1 when absent.

    Returns
    -------
    PooledEstimates

    Raises
    ------
    ValueError
        Fewer than 2 imputations, shapes that differ, values that are not finite, or
        standard errors of 0 or less.

    References
    ----------
    Rubin, 1987, Multiple imputation for nonresponse in surveys.
    Barnard and Rubin, 1999, Biometrika, 86, 948-955.
    White, Royston and Wood, 2011, Statistics in Medicine, 30, 377-399 (how many).
    """
    check_proportion("conf_level", conf_level)
    if df_complete is not None:
        check_at_least("df_complete", df_complete, 1)
    values, errors = _checked(estimates, std_errors)
    labels = _labels(names, values.shape[1])
    n_imputations = len(values)
    dfs = np.inf if df_complete is None else float(df_complete)
    within = (errors**2).mean(axis=0)
    # From the first on: estimates that are all equal then have a variance of exactly 0.
    between = (values - values[0]).var(axis=0, ddof=1)
    extra = (1 + 1 / n_imputations) * between
    total = within + extra
    increase, share = extra / within, extra / total
    df = _degrees_of_freedom(share, n_imputations, dfs)
    fraction = (increase + 2 / (df + 3)) / (increase + 1)
    estimate, std_error = values.mean(axis=0), np.sqrt(total)
    margin = _quantile(df, (1 + conf_level) / 2) * std_error
    return PooledEstimates(
        names=labels,
        estimate=estimate,
        std_error=std_error,
        within=within,
        between=between,
        statistic=estimate / std_error,
        df=df,
        p_value=2 * _upper_tail(df, np.abs(estimate / std_error)),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        relative_increase=increase,
        share_between=share,
        fraction_missing=fraction,
        n_imputations=n_imputations,
        df_complete=dfs,
        conf_level=conf_level,
        method="rubin" if df_complete is None else "rubin_barnard",
        flags=tuple(
            f"few_imputations:{label}"
            for label, part in zip(labels, fraction, strict=True)
            if n_imputations < 100 * part
        ),
    )


def _checked(
    estimates: npt.ArrayLike, std_errors: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    values = np.asarray(estimates, dtype=float)
    errors = np.asarray(std_errors, dtype=float)
    if values.shape != errors.shape or values.ndim not in {1, 2} or values.size == 0:
        raise ValueError(
            "`estimates` and `std_errors` must have one row an imputation and the same "
            f"shape; got {values.shape} and {errors.shape}."
        )
    if len(values) < 2:
        raise ValueError(
            f"pooling needs at least 2 imputations to compare; got {len(values)}."
        )
    if not (np.isfinite(values).all() and np.isfinite(errors).all()):
        raise ValueError("`estimates` and `std_errors` must be finite numbers.")
    if not (errors > 0).all():
        raise ValueError(f"`std_errors` must exceed 0; the lowest is {errors.min()}.")
    rows = len(values)
    return values.reshape(rows, -1), errors.reshape(rows, -1)


def _labels(names: Sequence[str] | None, n_estimates: int) -> tuple[str, ...]:
    if names is None:
        return tuple(str(i + 1) for i in range(n_estimates))
    if len(names) != n_estimates:
        raise ValueError(
            f"`names` must name each of {n_estimates} estimates; got {len(names)}."
        )
    return tuple(str(name) for name in names)


def _degrees_of_freedom(
    share: FloatArray, n_imputations: int, df_complete: float
) -> FloatArray:
    """Return the degrees of freedom of Barnard and Rubin, those of Rubin at most.

    Both are added as parallel resistances: without between variance the first is
    infinite, without `df_complete` the second.
    """
    by_imputation = share**2 / (n_imputations - 1)
    if np.isinf(df_complete):
        by_sample = np.zeros_like(share)
    else:
        observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
        by_sample = 1 / observed
    inverse = by_imputation + by_sample
    return np.divide(1.0, inverse, out=np.full_like(share, np.inf), where=inverse > 0)


def _quantile(df: FloatArray, level: float) -> FloatArray:
    from scipy.special import ndtri, stdtrit

    known = np.isfinite(df)
    quantile: FloatArray = np.where(
        known, stdtrit(np.where(known, df, 1.0), level), ndtri(level)
    )
    return quantile


def _upper_tail(df: FloatArray, statistic: FloatArray) -> FloatArray:
    from scipy.special import ndtr, stdtr

    known = np.isfinite(df)
    tail: FloatArray = np.where(
        known, stdtr(np.where(known, df, 1.0), -statistic), ndtr(-statistic)
    )
    return tail

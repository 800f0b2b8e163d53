"""One common factor behind the items of a subscale, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.one_factor_search import (
    derivatives,
    discrepancy,
    implied_covariances,
    minimise,
    start_from_component,
)

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OneFactorFit:
    """Maximum-likelihood fit of one factor with variance 1.

    Attributes
    ----------
    method : str
        ``"one_factor_ml"``.
    items : tuple of str
        Names of the items, in the order of all arrays.
    loadings, uniquenesses : numpy.ndarray, shape (n_items,)
        Unstandardised loadings and error variances. A uniqueness may be negative
        (see `heywood`); the sign of the factor makes the loadings sum to 0 or more.
    loading_se, uniqueness_se : numpy.ndarray, shape (n_items,)
        Standard errors from the expected information; NaN when it is singular.
    information : numpy.ndarray, shape (2 n_items, 2 n_items)
        Expected information of one respondent; loadings first, then uniquenesses.
    observed_information : numpy.ndarray, shape (2 n_items, 2 n_items)
        Half the second derivative of the discrepancy at the estimates, in the same
        order. It equals `information` where the model reproduces the covariances.
    statistic : float
        Chi-square, ``n_respondents`` times the discrepancy.
    df : int
        Degrees of freedom; 0 for three items, which fit by construction.
    p_value : float
        Upper tail of the chi-square; NaN when `df` is 0.
    log_likelihood : float
        Normal log-likelihood with saturated means.
    n_respondents, n_items : int
        Size of the matrix behind the covariance.
    converged : bool
        Whether the gradient vanished.
    heywood : tuple of str
        Items with a uniqueness of zero or less.
    """

    method: str
    items: tuple[str, ...]
    loadings: FloatArray
    uniquenesses: FloatArray
    loading_se: FloatArray
    uniqueness_se: FloatArray
    information: FloatArray
    observed_information: FloatArray
    statistic: float
    df: int
    p_value: float
    log_likelihood: float
    n_respondents: int
    n_items: int
    converged: bool
    heywood: tuple[str, ...]

    @property
    def implied_covariance(self) -> FloatArray:
        """Return the covariance matrix that the model implies (divisor n)."""
        parameters = np.concatenate([self.loadings, self.uniquenesses])
        implied: FloatArray = implied_covariances(parameters[None])[0]
        return implied

    def to_frame(self) -> pd.DataFrame:
        """Return the estimates as a frame, one row an item."""
        return pd.DataFrame(
            {
                "item": self.items,
                "loading": self.loadings,
                "loading_std_error": self.loading_se,
                "uniqueness": self.uniquenesses,
                "uniqueness_std_error": self.uniqueness_se,
            }
        )


def fit_one_factor(
    covariance: pd.DataFrame | FloatArray, n_respondents: int
) -> OneFactorFit:
    """Fit one factor by normal-theory maximum likelihood.

    The discrepancy ``ln|Sigma| + tr(S Sigma^-1) - ln|S| - k`` is minimised over
    loadings and uniquenesses by damped Fisher scoring, then Newton steps; every step
    lowers it. Uniquenesses are not kept above zero: a negative one is a sign of a
    model that does not hold, and is reported in `heywood`.

    Parameters
    ----------
    covariance : DataFrame or array, shape (n_items, n_items)
        Covariance matrix with **divisor n** (the maximum-likelihood one).
    n_respondents : int
        Number of complete respondents behind it.

    Returns
    -------
    OneFactorFit
        With ``converged=False`` when the steps stalled; then use no number of it.

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items (not identified), an item without variance, or a matrix
        that is not positive definite (an item is a combination of the others, or
        there are too few respondents).

    References
    ----------
    Jöreskog, 1967, Psychometrika (maximum-likelihood factor analysis).
    """
    matrix = np.asarray(covariance, dtype=float)
    names = (
        [str(name) for name in covariance.columns]
        if isinstance(covariance, pd.DataFrame)
        else [str(i) for i in range(len(matrix))]
    )
    _check_matrix(matrix, names, n_respondents)
    # Unit variances make the steps and the stopping rule independent of units.
    scale = np.sqrt(np.diag(matrix))
    standardised = matrix / np.outer(scale, scale)
    found, converged = minimise(
        standardised[None], start_from_component(standardised)[None]
    )
    k = len(matrix)
    parameters = found[0] * np.concatenate([scale, scale**2])
    if parameters[:k].sum() < 0:
        parameters[:k] = -parameters[:k]
    return _result(matrix, parameters, names, n_respondents, bool(converged[0]))


def parameter_derivatives(loadings: FloatArray) -> FloatArray:
    """Return the derivative of the implied covariance for each parameter.

    Shape (2 n_items, n_items, n_items); loadings first, then uniquenesses.
    """
    k = len(loadings)
    derivatives = np.zeros((2 * k, k, k))
    index = np.arange(k)
    derivatives[index, index, :] += loadings
    derivatives[index, :, index] += loadings
    derivatives[k + index, index, index] = 1.0
    return derivatives


def _check_matrix(matrix: FloatArray, names: list[str], n_respondents: int) -> None:
    k = len(matrix)
    if matrix.shape != (k, k):
        raise ValueError(f"`covariance` must be square; got shape {matrix.shape}.")
    require(k >= 3, f"one factor needs at least 3 items; got {k}.")
    constant = [
        name
        for name, variance in zip(names, np.diag(matrix), strict=True)
        if not variance > 0
    ]
    require(
        not constant,
        f"one factor cannot be fitted: {', '.join(constant)} does not vary over "
        f"{n_respondents} respondents.",
    )
    scale = np.sqrt(np.diag(matrix))
    smallest = np.linalg.eigvalsh(matrix / np.outer(scale, scale))[0]
    require(
        smallest > 1e-10,
        f"one factor cannot be fitted: the covariance matrix of the {k} items over "
        f"{n_respondents} respondents is singular (an item repeats others, or there "
        "are too few respondents).",
    )


def _standard_errors(
    information: FloatArray, n_respondents: int
) -> tuple[FloatArray, FloatArray]:
    k = len(information) // 2
    try:
        variances = np.diag(np.linalg.inv(information)) / n_respondents
    except np.linalg.LinAlgError:
        variances = np.full(2 * k, np.nan)
    errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    return errors[:k], errors[k:]


def _result(
    matrix: FloatArray,
    parameters: FloatArray,
    names: list[str],
    n_respondents: int,
    converged: bool,
) -> OneFactorFit:
    from scipy.special import chdtrc

    k = len(matrix)
    value = float(discrepancy(matrix[None], parameters[None])[0])
    if not np.isfinite(value):
        raise InsufficientDataError(
            f"one factor over {k} items and {n_respondents} respondents ended outside "
            "the permitted values."
        )
    _, information, hessian = derivatives(matrix[None], parameters[None])
    loading_se, uniqueness_se = _standard_errors(information[0], n_respondents)
    saturated = np.linalg.slogdet(matrix)[1] + k
    statistic = max(n_respondents * (value - saturated), 0.0)
    df = k * (k + 1) // 2 - 2 * k
    log_likelihood = -n_respondents / 2 * (k * np.log(2 * np.pi) + value)
    return OneFactorFit(
        method="one_factor_ml",
        items=tuple(names),
        loadings=parameters[:k],
        uniquenesses=parameters[k:],
        loading_se=loading_se,
        uniqueness_se=uniqueness_se,
        information=information[0],
        observed_information=hessian[0],
        statistic=float(statistic),
        df=df,
        p_value=float(chdtrc(df, statistic)) if df else float("nan"),
        log_likelihood=float(log_likelihood),
        n_respondents=n_respondents,
        n_items=k,
        converged=converged,
        heywood=tuple(
            name
            for name, unique in zip(names, parameters[k:], strict=True)
            if not unique > 0
        ),
    )

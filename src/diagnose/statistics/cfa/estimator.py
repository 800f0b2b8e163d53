"""What every estimator of a factor model answers, and the form of its test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.minimise import Objective
from diagnose.statistics.cfa.structure import Structure

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquare:
    """A test of a model against the one that fits the sample's moments exactly.

    Attributes
    ----------
    method : str
        ``"ml"``, ``"yuan_bentler"`` or ``"scaled_shifted"``.
    statistic : float
        The chi-square to read; the corrected one where there is a correction.
    df : int
    p_value : float
        Upper tail; NaN when `df` is 0.
    unscaled : float
        The chi-square before correction; equal to `statistic` without one.
    scaling_factor : float
        What the uncorrected one was divided by; 1 without a correction.
    shift : float
        What was added after scaling; 0 where the correction only scales.
    misfit, misfit_unit : float or None
        A chi-square, and a factor, such that ``misfit - misfit_unit * df`` measures
        the misfit of complete normal answers whatever the answers are: for robust
        CFI, TLI and RMSEA. None where the estimator has no such thing.
    """

    method: str
    statistic: float
    df: int
    p_value: float
    unscaled: float
    scaling_factor: float = 1.0
    shift: float = 0.0
    misfit: float | None = None
    misfit_unit: float | None = None


def plain_test(statistic: float, df: int, *, method: str = "ml") -> ChiSquare:
    """Return a test without a correction."""
    return ChiSquare(
        method=method,
        statistic=statistic,
        df=df,
        p_value=upper_tail(statistic, df),
        unscaled=statistic,
    )


def upper_tail(statistic: float, df: int) -> float:
    """Return the upper tail of the chi-square distribution; NaN without a df."""
    from scipy.special import chdtrc

    return float(chdtrc(df, max(statistic, 0.0))) if df > 0 else float("nan")


class Estimator(Protocol):
    """Data and an estimator together; a model structure is fitted to them.

    It is an `Objective`: it has `value` and `expand`, per respondent.
    """

    structure: Structure
    name: str
    n_respondents: tuple[int, ...]
    """Analysed respondents of each group."""

    @property
    def n_effective(self) -> int:
        """Return what the discrepancy is multiplied with to be a chi-square."""

    def value(self, values: FloatArray) -> float:
        """Return the discrepancy; infinite outside the permitted values."""

    def expand(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gradient and a positive curvature."""

    def covariance_of_estimates(self, values: FloatArray) -> FloatArray:
        """Return the covariance matrix behind the standard errors."""

    def test(self, values: FloatArray) -> ChiSquare:
        """Return the test of the model."""

    def baseline(self) -> ChiSquare:
        """Return the test of the model without any correlation, for CFI and TLI."""

    def log_likelihood(self, values: FloatArray) -> float:
        """Return the normal log-likelihood; NaN where the estimator has none."""


@runtime_checkable
class Approximable(Protocol):
    """An estimator with a cheaper relative that has nearly the same minimum."""

    def approximation(self) -> Objective:
        """Return an objective to minimise first."""

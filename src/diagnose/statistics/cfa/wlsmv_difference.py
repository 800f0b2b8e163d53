"""Comparing nested models of ordered items: Satorra's scaled difference test.

The difference of two uncorrected chi-squares is a weighted sum of chi-squares. What
the nested model takes away are the directions ``A`` of the wider model's parameters
that the nested one cannot follow; along these the difference is a quadratic form in
the statistics, and is scaled and shifted to the mean and variance of a chi-square.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.cfa.estimator import upper_tail
from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.wlsmv import WeightedLeastSquares
from diagnose.statistics.cfa.wlsmv_chi_square import scale_and_shift

FloatArray = npt.NDArray[np.float64]

_MIMICRY = 1e-3
"""Chi-square of a wider model on what a nested one implies, that counts as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceTest:
    """A test of what a nested model gives up against a wider one.

    Attributes
    ----------
    method : str
        ``"satorra_2000"``.
    statistic : float
        The scaled and shifted difference, which is the one to read.
    df : int
        Degrees of freedom that the nested model has more.
    p_value : float
        Upper tail of the chi-square distribution.
    unscaled : float
        Difference of the uncorrected chi-squares.
    scaling_factor : float
        What `unscaled` was divided by.
    shift : float
        What was added after that.
    """

    method: str
    statistic: float
    df: int
    p_value: float
    unscaled: float
    scaling_factor: float
    shift: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedOrdinalModel:
    """A model of ordered items with its estimates.

    Attributes
    ----------
    estimator : WeightedLeastSquares
    values : numpy.ndarray, shape (n_free,)
        Estimates of the free parameters.
    """

    estimator: WeightedLeastSquares
    values: FloatArray

    @property
    def df(self) -> int:
        """Return the degrees of freedom."""
        return self.estimator.structure.degrees_of_freedom(means=True)

    @property
    def unscaled(self) -> float:
        """Return the chi-square before correction."""
        return 2 * self.estimator.n_total * self.estimator.value(self.values)

    def jacobian(self) -> FloatArray:
        """Return the derivatives of all groups, shape (n_statistics, n_free)."""
        ordinal = self.estimator.ordinal
        slopes = [
            ordinal.slopes(self.values, group).dense()
            for group in range(ordinal.n_groups)
        ]
        return np.concatenate(slopes, axis=1).T


def satorra_2000(
    nested: FittedOrdinalModel, wider: FittedOrdinalModel
) -> DifferenceTest:
    """Test what a nested model of ordered items gives up against a wider one.

    Which directions the nested model gives up is read from the derivatives of both at
    their own estimates, so that it need not be stated as constraints (lavaan calls
    this the method "delta"). That also covers steps that tie some parameters and free
    others, as thresholds and scales in invariance between groups. Whether the models
    are nested is tested: the wider one must reproduce what the nested one implies
    (Bentler and Satorra, 2010).

    Parameters
    ----------
    nested, wider : FittedOrdinalModel
        Both fitted to the same moments; `nested` has more degrees of freedom.

    Raises
    ------
    ValueError
        Models of different data, or not in this order.
    InsufficientDataError
        Models of which one is no special case of the other.

    References
    ----------
    Satorra, 2000, Scaled and adjusted restricted tests in multi-sample analysis of
    moment structures.
    Asparouhov and Muthen, 2010, Simple second order chi-square correction.
    Bentler and Satorra, 2010, Psychological Methods (testing model nesting).
    """
    df = nested.df - wider.df
    _check(nested, wider, df)
    lost = _lost_directions(nested.jacobian(), wider.jacobian())
    parts = wider.estimator.sandwich(wider.values)
    across = parts.inverse @ lost
    # U Gamma has the non-zero roots of this small matrix, df by df
    small = np.linalg.solve(lost.T @ across, across.T @ parts.once @ across)
    unscaled = nested.unscaled - wider.unscaled
    corrected = scale_and_shift(
        unscaled, df, float(np.trace(small)), float((small * small.T).sum())
    )
    return DifferenceTest(
        method="satorra_2000",
        statistic=corrected.statistic,
        df=df,
        p_value=upper_tail(corrected.statistic, df),
        unscaled=unscaled,
        scaling_factor=corrected.scaling_factor,
        shift=corrected.shift,
    )


class _Reproduction(WeightedLeastSquares):
    """The wider model, fitted to what the nested one implies."""

    def __init__(self, wider: WeightedLeastSquares, implied: list[FloatArray]) -> None:
        super().__init__(wider.structure, wider.data)
        self._implied = implied

    def residuals(self, values: FloatArray, group: int) -> FloatArray:
        """Return the statistics to reproduce minus the implied ones."""
        away: FloatArray = self._implied[group] - self.ordinal.implied(values, group)
        return away


def _check(nested: FittedOrdinalModel, wider: FittedOrdinalModel, df: int) -> None:
    if nested.estimator.data is not wider.estimator.data:
        raise ValueError(
            "Only models of the same answers can be compared: fit both to one and the "
            "same `OrdinalData`."
        )
    if df < 1:
        raise ValueError(
            f"`nested` must have more degrees of freedom than `wider`; got {nested.df} "
            f"and {wider.df}. Swap them, or compare other models."
        )
    ordinal = nested.estimator.ordinal
    implied = [ordinal.implied(nested.values, g) for g in range(ordinal.n_groups)]
    reproduction = _Reproduction(wider.estimator, implied)
    left = minimise(reproduction, wider.values).value * 2 * reproduction.n_total
    require(
        left < _MIMICRY,
        "The models are not nested: on what `nested` implies, `wider` keeps a "
        f"chi-square of {left:.3g} instead of 0. Compare models of which one is a "
        "special case of the other.",
    )


def _lost_directions(nested: FloatArray, wider: FloatArray) -> FloatArray:
    """Return the directions of the wider model's parameters that the nested one lacks.

    Columns span the orthogonal complement of the nested derivatives, expressed in the
    wider parameters by least squares.
    """
    kept = np.linalg.lstsq(wider, nested, rcond=None)[0]
    vectors, _, _ = np.linalg.svd(kept)
    return np.asarray(vectors[:, nested.shape[1] :])

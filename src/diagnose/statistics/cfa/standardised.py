"""Estimates in standard deviations: what loadings and covariances are in plain units.

Every estimate is a parameter times a product of powers of standard deviations. So are
its derivatives, once the logarithms of the standard deviations have theirs; the delta
method does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.cfa.matrix_moves import MatrixMoves, matrix_moves
from diagnose.statistics.cfa.parameters import Parameter, ParameterTable
from diagnose.statistics.cfa.structure import Matrices, Structure

if TYPE_CHECKING:
    from diagnose.statistics.cfa.result import CfaFit

FloatArray = npt.NDArray[np.float64]


def standardised_solution(fit: CfaFit) -> pd.DataFrame:
    """Return a fitted model in standard deviations of items and factors.

    Loadings and regressions are in standard deviations of both ends; factor covariances
    and residual covariances are correlations; variances are shares of the whole
    variance of an item or factor; intercepts, means and thresholds are in its standard
    deviations. Each group is standardised by itself, so that estimates that groups
    share come out different where their variances are.

    Parameters
    ----------
    fit : CfaFit
        A fitted model, by any estimator.

    Returns
    -------
    DataFrame
        One row a parameter, in the order of the table, each group followed by the
        share of variance explained (``"r_squared"``) of each item and of each factor
        that depends on others. Columns: group, parameter, left, right, estimate,
        std_error, statistic (estimate over standard error; NaN where an estimate is
        fixed), p_value, conf_low, conf_high, at the level of the fit. Intervals of
        loadings and correlations within -1 and 1 are symmetric on Fisher's z scale
        and stay within these bounds; other programs give symmetric ones, which hold
        the truth less often. All others are symmetric.

    Raises
    ------
    InsufficientDataError
        A factor without positive variance, or correlated residuals of which one has
        none (a Heywood case): nothing to standardise by.

    Notes
    -----
    Standard errors follow from those of the estimates by the delta method: standard
    deviations are estimates too. They rest on what the estimator assumes.

    References
    ----------
    Bollen, 1989, Structural equations with latent variables.
    """
    frames = [
        Standardised.of(fit.structure, fit.values, group).to_frame(fit, group)
        for group in range(len(fit.groups))
    ]
    return pd.concat(frames, ignore_index=True)


def tabulate_estimates(
    estimate: FloatArray, error: FloatArray, conf_level: float
) -> dict[str, FloatArray]:
    """Return estimates with test and symmetric interval, in the usual columns."""
    from scipy.special import ndtr, ndtri

    statistic = np.full(len(estimate), np.nan)
    np.divide(estimate, error, out=statistic, where=error > 0)
    margin = float(ndtri((1 + conf_level) / 2)) * error
    return {
        "estimate": estimate,
        "std_error": error,
        "statistic": statistic,
        "p_value": 2 * ndtr(-np.abs(statistic)),
        "conf_low": estimate - margin,
        "conf_high": estimate + margin,
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standardised:
    """Standardised parameters of one group, and their derivatives, one row each.

    Attributes
    ----------
    names : tuple of (str, str, str)
        Parameter, left and right.
    estimate : numpy.ndarray, shape (r,)
    slopes : numpy.ndarray, shape (r, n_free)
    """

    names: tuple[tuple[str, str, str], ...]
    estimate: FloatArray
    slopes: FloatArray

    @classmethod
    def of(cls, structure: Structure, values: FloatArray, group: int) -> Standardised:
        """Return those of one group of a model at its free values."""
        at = structure.matrices(values, group)
        moves = matrix_moves(structure, values, group)
        rows = _rows(structure.table, group)
        deviations = Deviations.of(structure.table, at, moves)
        power = np.zeros((len(rows), len(deviations.logarithm)))
        for number, row in enumerate(rows):
            for place, exponent in deviations.powers(row):
                power[number, place] += exponent
        deviations.refuse_undefined(power, group)
        raw, slopes = _raw(rows, values, at, moves)
        factor = np.exp(power @ deviations.logarithm)
        estimate = raw * factor
        slopes = slopes * factor[:, None]
        slopes += estimate[:, None] * (power @ deviations.slopes.T)
        dependent = {row.right for row in structure.table.select("regression")}
        for number, row in enumerate(rows):
            if _is_one(row, dependent):
                estimate[number], slopes[number] = 1.0, 0.0
        names = [(row.kind, row.left, row.right) for row in rows]
        shares = [i for i, row in enumerate(rows) if _leaves_over(row, dependent)]
        return cls(
            names=(*names, *(("r_squared", rows[i].left, "") for i in shares)),
            estimate=np.concatenate([estimate, 1 - estimate[shares]]),
            slopes=np.concatenate([slopes, -slopes[shares]]),
        )

    def to_frame(self, fit: CfaFit, group: int) -> pd.DataFrame:
        """Return them with standard errors and intervals from the fit."""
        spread = self.slopes @ fit.covariance_of_estimates
        error = np.sqrt((spread * self.slopes).sum(axis=1))
        kind, left, right = zip(*self.names, strict=True)
        frame = pd.DataFrame(
            {
                "group": fit.groups[group],
                "parameter": kind,
                "left": left,
                "right": right,
                **tabulate_estimates(self.estimate, error, fit.conf_level),
            }
        )
        bounded = np.array([_is_correlation(name) for name in self.names])
        return _within_bounds(frame, bounded & (error > 0), fit.conf_level)


def _is_correlation(name: tuple[str, str, str]) -> bool:
    """Tell whether a standardised parameter is a loading or a correlation."""
    kind, left, right = name
    if kind in ("factor_covariance", "residual_covariance"):
        return left != right
    return kind in ("loading", "regression")


def _within_bounds(
    frame: pd.DataFrame, bounded: npt.NDArray[np.bool_], conf_level: float
) -> pd.DataFrame:
    """Set the limits of correlations on Fisher's z scale."""
    from scipy.special import ndtri

    chosen = bounded & (frame["estimate"].abs() < 1).to_numpy()
    estimate = frame.loc[chosen, "estimate"].to_numpy()
    error = frame.loc[chosen, "std_error"].to_numpy() / (1 - estimate**2)
    margin = float(ndtri((1 + conf_level) / 2)) * error
    frame.loc[chosen, "conf_low"] = np.tanh(np.arctanh(estimate) - margin)
    frame.loc[chosen, "conf_high"] = np.tanh(np.arctanh(estimate) + margin)
    return frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deviations:
    """Logarithms of the standard deviations of one group, and their derivatives.

    Of the items, of their residuals, of the factors, and of their disturbances, in
    this order.

    Attributes
    ----------
    table : ParameterTable
    variance, logarithm : numpy.ndarray, shape (2 p + 2 m,)
        The logarithm is 0 where a variance is not positive.
    slopes : numpy.ndarray, shape (n_free, 2 p + 2 m)
    """

    table: ParameterTable
    variance: FloatArray
    logarithm: FloatArray
    slopes: FloatArray

    @classmethod
    def of(cls, table: ParameterTable, at: Matrices, moves: MatrixMoves) -> Deviations:
        """Return those of a group from its matrices and their derivatives."""
        variance = np.concatenate(
            [
                np.diag(at.covariance),
                np.diag(at.residual_covariance),
                np.diag(at.all_factor_covariance),
                np.diag(at.factor_covariance),
            ]
        )
        blocks = (moves.covariance(at), moves.residual, moves.factor, moves.disturbance)
        slopes = np.concatenate([np.einsum("fii->fi", b) for b in blocks], axis=1)
        usable = np.where(variance > 0, variance, 1.0)
        return cls(
            table=table,
            variance=variance,
            logarithm=np.log(usable) / 2,
            slopes=slopes / (2 * usable),
        )

    def powers(self, row: Parameter) -> tuple[tuple[int, float], ...]:
        """Return which deviations a parameter is multiplied with, to which power."""
        p, m = len(self.table.items), len(self.table.factors)
        item, residual, factor, disturbance = 0, p, 2 * p, 2 * p + m
        i, k = row.row, row.column
        if row.kind == "loading":
            return (item + i, -1.0), (factor + k, 1.0)
        if row.kind == "regression":
            return (factor + i, -1.0), (factor + k, 1.0)
        if row.kind == "factor_covariance":
            unit = factor if row.is_variance else disturbance
            return (unit + i, -1.0), (unit + k, -1.0)
        if row.kind == "residual_covariance":
            unit = item if row.is_variance else residual
            return (unit + i, -1.0), (unit + k, -1.0)
        return (((factor if row.kind == "factor_mean" else item) + i, -1.0),)

    def refuse_undefined(self, power: FloatArray, group: int) -> None:
        """Refuse to standardise by a deviation that no population can have."""
        p, m = len(self.table.items), len(self.table.factors)
        used = np.abs(power).sum(axis=0) > 0
        lost = np.flatnonzero(used & ~(self.variance > 0))
        labels = [f"item {name}" for name in self.table.items]
        labels += [f"the residual of item {name}" for name in self.table.items]
        labels += [f"factor {name}" for name in self.table.factors] * 2
        shown = ", ".join(
            f"{labels[i]} ({self.variance[i]:.4g})" for i in lost[: p + 2 * m]
        )
        name = self.table.groups[group]
        where = f" in group {name!r}" if name else ""
        require(
            not len(lost),
            f"The solution cannot be standardised{where}: the variance is not positive "
            f"of {shown}. Leave out items, drop the residual covariance, or merge "
            "factors until the solution is proper.",
        )


def _rows(table: ParameterTable, group: int) -> list[Parameter]:
    """Return the parameters of a group; of ordered items also residual variances."""
    own = [row for row in table.rows if row.group == group and row.kind != "scale"]
    if not table.select("threshold", group=group):
        return own
    left_over = [
        Parameter(
            group=group,
            kind="residual_covariance",
            left=item,
            right=item,
            row=i,
            column=i,
        )
        for i, item in enumerate(table.items)
    ]
    return own + left_over


def _raw(
    rows: Sequence[Parameter], values: FloatArray, at: Matrices, moves: MatrixMoves
) -> tuple[FloatArray, FloatArray]:
    """Return the parameters as they are, and their derivatives."""
    raw, slopes = np.empty(len(rows)), np.zeros((len(rows), len(values)))
    for number, row in enumerate(rows):
        if row.kind == "residual_covariance":
            raw[number] = at.residual_covariance[row.row, row.column]
            slopes[number] = moves.residual[:, row.row, row.column]
        elif row.free >= 0:
            raw[number] = values[row.free]
            slopes[number, row.free] = 1.0
        else:
            raw[number] = row.value
    return raw, slopes


def _is_one(row: Parameter, dependent: set[str]) -> bool:
    """Tell whether it is the variance of a factor that depends on nothing: always 1."""
    is_factor = row.kind == "factor_covariance" and row.is_variance
    return is_factor and row.left not in dependent


def _leaves_over(row: Parameter, dependent: set[str]) -> bool:
    """Tell whether it is a variance that factors leave unexplained."""
    if row.kind == "residual_covariance":
        return row.is_variance
    return row.kind == "factor_covariance" and row.is_variance and row.left in dependent

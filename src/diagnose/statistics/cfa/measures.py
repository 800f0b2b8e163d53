"""Shares of variance in a fitted factor model: values and first derivatives.

Of one factor in one group: of the sum of its items (omega), and of its items one by one
(average variance extracted). The denominator is the variance in the data (``observed``)
or the one that the model implies.

A second-order factor reaches its items through the factors below it. With the reach R =
Lambda (I - B)^-1, and C the covariances of all factors, the sum of the items of factor
k owes ``(1' R_k)^2 C_kk`` to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.cfa.matrix_moves import MatrixMoves, matrix_moves
from diagnose.statistics.cfa.ordinal_answers import AnswerCuts
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.standardised import Standardised
from diagnose.statistics.cfa.structure import Matrices
from diagnose.statistics.cfa.wlsmv import OrdinalData

if TYPE_CHECKING:
    from diagnose.statistics.cfa.result import CfaFit

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Denominator = Literal["observed", "implied"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measure:
    """A number computed from a fitted model, with its derivatives.

    Attributes
    ----------
    value : float
    slope : numpy.ndarray, shape (n_free,)
        Derivatives to the free parameters.
    observed : numpy.ndarray
        Derivatives to the observed moments of the group: to each cell of the
        covariance matrix, shape (p, p), or of ordinal items to thresholds and
        correlations, shape (n_statistics,). All 0 with an implied denominator.
    """

    value: float
    slope: FloatArray
    observed: FloatArray

    def over(self, other: Measure) -> Measure:
        """Return the quotient; the denominator must be positive."""
        require(
            other.value > 0,
            "A share of variance is undefined: the variance of the sum of the items is "
            f"{other.value:.3g}. Some items are keyed against the others, or the "
            "solution is improper.",
        )
        ratio = self.value / other.value
        return Measure(
            value=ratio,
            slope=(self.slope - ratio * other.slope) / other.value,
            observed=(self.observed - ratio * other.observed) / other.value,
        )


def belongs(table: ParameterTable) -> BoolArray:
    """Return which items a factor reaches, itself or by others, shape (p, m)."""
    p, m = len(table.items), len(table.factors)
    reached = np.zeros((p, m), dtype=bool)
    for row in table.select("loading", group=0):
        reached[row.row, row.column] = True
    below = [(row.row, row.column) for row in table.select("regression", group=0)]
    for _ in range(m):  # as many steps as the longest chain may have
        for dependent, source in below:
            reached[:, source] |= reached[:, dependent]
    return reached


def shared_items(table: ParameterTable) -> BoolArray:
    """Return which items load on several factors, shape (p,)."""
    counts = np.zeros(len(table.items), dtype=int)
    for row in table.select("loading", group=0):
        counts[row.row] += 1
    several: BoolArray = counts > 1
    return several


class GroupMeasures:
    """Shares of variance in one group of a model of continuous items.

    Parameters
    ----------
    fit : CfaFit
        A fitted model.
    group : int
        Number of the group.
    """

    def __init__(self, fit: CfaFit, group: int) -> None:
        self.at: Matrices = fit.matrices(group)
        self.moves: MatrixMoves = matrix_moves(fit.structure, fit.values, group)
        self.observed: FloatArray = fit.samples[group].covariance
        self.reach = self.at.loading @ self.at.spread
        self.reach_moves = self.moves.loading @ self.at.spread
        self.reach_moves += self.at.loading @ self.moves.spread

    def omega(
        self, factor: int, chosen: BoolArray, denominator: Denominator
    ) -> Measure:
        """Return the share of the variance of a sum that goes with one factor.

        Parameters
        ----------
        factor : int
            Number of the factor.
        chosen : numpy.ndarray of bool, shape (p,)
            Items of the sum.
        denominator : {"observed", "implied"}
            Variance of the sum in the data, or in the model.
        """
        weights = np.outer(chosen, chosen).astype(float)
        total = float(self.reach[chosen, factor].sum())
        moved = self.reach_moves[:, chosen, factor].sum(axis=1)
        variance = self.at.all_factor_covariance[factor, factor]
        by_variance = self.moves.factor[:, factor, factor]
        shared = Measure(
            value=total**2 * variance,
            slope=2 * total * variance * moved + total**2 * by_variance,
            observed=np.zeros_like(weights),
        )
        return shared.over(self._weighed(weights, denominator))

    def omega_total(self, chosen: BoolArray, denominator: Denominator) -> Measure:
        """Return the share of the variance of a sum that goes with any factor."""
        weights = np.outer(chosen, chosen).astype(float)
        left = self.at.residual_covariance
        by_residual = np.einsum("fij,ij->f", self.moves.residual, weights)
        whole = self._weighed(weights, "implied")
        common = Measure(
            value=whole.value - float((weights * left).sum()),
            slope=whole.slope - by_residual,
            observed=np.zeros_like(weights),
        )
        return common.over(self._weighed(weights, denominator))

    def extracted(
        self, factor: int, chosen: BoolArray, denominator: Denominator
    ) -> Measure:
        """Return the share of the variance of items that one factor explains."""
        loading = self.at.loading[chosen, factor]
        moved = self.moves.loading[:, chosen, factor]
        variance = self.at.all_factor_covariance[factor, factor]
        squares = float(loading @ loading)
        weights = np.diag(chosen.astype(float))
        shared = Measure(
            value=squares * variance,
            slope=2 * variance * (moved @ loading)
            + squares * self.moves.factor[:, factor, factor],
            observed=np.zeros_like(weights),
        )
        return shared.over(self._weighed(weights, denominator))

    def _weighed(self, weights: FloatArray, denominator: Denominator) -> Measure:
        """Return a weighted sum of variances and covariances."""
        n_free = len(self.moves.scale)
        if denominator == "observed":
            return Measure(
                value=float((weights * self.observed).sum()),
                slope=np.zeros(n_free),
                observed=weights,
            )
        return Measure(
            value=float((weights * self.at.covariance).sum()),
            slope=np.einsum("fij,ij->f", self.moves.covariance(self.at), weights),
            observed=np.zeros_like(weights),
        )


class OrdinalMeasures:
    """Shares of variance in one group of a model of ordinal items.

    Omega is that of the sum of the answers as they are scored (Green and Yang, 2009,
    Psychometrika); the variance extracted is that of the variables behind them.

    Parameters
    ----------
    fit : CfaFit
        A model fitted with ``estimator="wlsmv"``.
    group : int
        Number of the group.
    data : OrdinalData
        The tabulated answers.
    """

    def __init__(self, fit: CfaFit, group: int, data: OrdinalData) -> None:
        structure = fit.structure
        if not isinstance(structure, OrdinalStructure):
            raise TypeError("The model was not fitted to ordinal items.")
        self.plain = GroupMeasures(fit, group)
        moments = data.ordinal[group]
        self.split = structure.n_thresholds(group)
        self.implied = structure.implied(fit.values, group)
        self.jacobian = structure.slopes(fit.values, group).dense()
        self.polychoric = moments.correlation
        raw = AnswerCuts.of(moments)
        threshold = raw.threshold.copy()
        threshold[np.isfinite(threshold)] = self.implied[: self.split]
        self.cuts = AnswerCuts(threshold=threshold, gain=raw.gain)

    def omega(
        self, factor: int, chosen: BoolArray, denominator: Denominator
    ) -> Measure:
        """Return the share of the variance of a sum of answers that is one factor's."""
        own = np.flatnonzero(chosen)
        i, j = (own[side] for side in np.triu_indices(len(own), 1))
        weight, moved = self._standardised(factor)
        pairs = self.cuts.covariance(i, j, weight[i] * weight[j])
        alone = self.cuts.covariance(own, own, weight[own] ** 2)
        slope = (moved[:, i] * weight[j] + weight[i] * moved[:, j]) @ (
            2 * pairs.by_correlation
        )
        slope += 2 * (moved[:, own] * weight[own]) @ alone.by_correlation
        slope += self._by_thresholds(2 * pairs.by_threshold + alone.by_threshold)
        shared = Measure(
            value=float(2 * pairs.value.sum() + alone.value.sum()),
            slope=slope,
            observed=np.zeros(len(self.implied)),
        )
        return shared.over(self._total(own, denominator))

    def extracted(
        self, factor: int, chosen: BoolArray, denominator: Denominator
    ) -> Measure:
        """Return the mean share of the variables behind items that a factor explains.

        Observed and implied variances are the same here: 1.
        """
        weight, moved = self._standardised(factor)
        own = weight[chosen]
        return Measure(
            value=float(own @ own / len(own)),
            slope=2 * moved[:, chosen] @ own / len(own),
            observed=np.zeros(len(self.implied)),
        )

    def _standardised(self, factor: int) -> tuple[FloatArray, FloatArray]:
        """Return what ties the items to a factor, as correlations, and derivatives."""
        at, moves = self.plain.at, self.plain.moves
        variance = float(at.all_factor_covariance[factor, factor])
        require(
            variance > 0,
            "Reliability is undefined: a factor has no positive variance. Merge "
            "factors, or leave out items, until the solution is proper.",
        )
        deviation = np.sqrt(variance)
        reach = self.plain.reach[:, factor]
        moved = self.plain.reach_moves[:, :, factor] * at.scale * deviation
        moved += moves.scale * (reach * deviation)
        by_deviation = moves.factor[:, factor, factor] / (2 * deviation)
        moved += by_deviation[:, None] * (reach * at.scale)
        return reach * at.scale * deviation, moved

    def _total(self, own: npt.NDArray[np.intp], denominator: Denominator) -> Measure:
        """Return the variance of the sum of answers."""
        n_items = len(self.polychoric)
        first, second = np.triu_indices(n_items, 1)
        inside = np.isin(first, own) & np.isin(second, own)
        i, j = first[inside], second[inside]
        place = self.split + np.flatnonzero(inside)
        seen = denominator == "observed"
        between = self.cuts.covariance(
            i, j, self.polychoric[i, j] if seen else self.implied[place]
        )
        variance, by_threshold = self.cuts.variance()
        used = np.zeros_like(by_threshold)
        used[own] = by_threshold[own]
        slope = self._by_thresholds(2 * between.by_threshold + used)
        observed = np.zeros(len(self.implied))
        if seen:
            observed[place] = 2 * between.by_correlation
        else:
            slope += self.jacobian[:, place] @ (2 * between.by_correlation)
        return Measure(
            value=float(2 * between.value.sum() + variance[own].sum()),
            slope=slope,
            observed=observed,
        )

    def _by_thresholds(self, by_threshold: FloatArray) -> FloatArray:
        """Return derivatives to the free parameters from those to the thresholds."""
        used = np.isfinite(self.cuts.threshold)
        moved: FloatArray = self.jacobian[:, : self.split] @ by_threshold[used]
        return moved


def explained_common_variance(
    fit: CfaFit, group: int, factor: str, chosen: BoolArray
) -> Measure:
    """Return the share of one factor in what items have in common.

    From standardised loadings: its squared loadings over all squared loadings of the
    items chosen. For factors that do not correlate.
    """
    solution = Standardised.of(fit.structure, fit.values, group)
    items = {i for i, one in zip(fit.table.items, chosen, strict=True) if one}
    rows = [
        number
        for number, (kind, _, item) in enumerate(solution.names)
        if kind == "loading" and item in items
    ]
    own = np.array([solution.names[number][1] == factor for number in rows])
    loading, slopes = solution.estimate[rows], solution.slopes[rows]
    p = len(fit.table.items)

    def squares(used: BoolArray) -> Measure:
        return Measure(
            value=float(loading[used] @ loading[used]),
            slope=2 * loading[used] @ slopes[used],
            observed=np.zeros((p, p)),
        )

    return squares(own).over(squares(np.ones(len(rows), dtype=bool)))

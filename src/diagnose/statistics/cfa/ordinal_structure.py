"""What a model implies for thresholds and polychoric correlations.

With ``Sigma`` and ``mu`` the covariances and means of the normal variables behind the
items, the sample's standardised thresholds and correlations estimate::

    delta_i (tau_ia - mu_i)        delta_i delta_j Sigma_ij

The Jacobian follows by the chain rule from the rank-two derivatives of `Structure`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.structure import Matrices, Structure

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


class OrdinalStructure(Structure):
    """Thresholds and correlations as a function of the free values of a table.

    Statistics of a group stand in one vector: thresholds item by item, then the
    correlations of ``numpy.triu_indices(n_items, 1)``.

    Of the derivatives that `Structure` gives, those of the variances are of the common
    part alone: what is left over as residual variance undoes them.
    """

    moments = "thresholds and correlations"

    def __init__(self, table: ParameterTable) -> None:
        super().__init__(table)
        self._layouts = [_Layout.of(table, group) for group in range(self.n_groups)]

    def degrees_of_freedom(self, *, means: bool = True) -> int:
        """Return the number of statistics minus that of free parameters.

        Parameters
        ----------
        means : bool
            Not used: thresholds always belong to the model.
        """
        return sum(layout.n_statistics for layout in self._layouts) - self.n_free

    def n_thresholds(self, group: int) -> int:
        """Return the number of thresholds of a group."""
        return len(self._layouts[group].item)

    def scale(self, values: FloatArray, group: int) -> FloatArray:
        """Return the scales of a group; all else asks that they are positive."""
        return super().matrices(values, group).scale

    def matrices(self, values: FloatArray, group: int) -> Matrices:
        """Return the matrices of one group, what is left over as residual variance."""
        at = super().matrices(values, group)
        np.fill_diagonal(at.residual_covariance, 0.0)
        left_over = at.scale**-2.0 - np.diag(at.covariance)
        np.fill_diagonal(at.residual_covariance, left_over)
        return at

    def implied(self, values: FloatArray, group: int) -> FloatArray:
        """Return the implied thresholds and correlations of a group."""
        layout, at = self._layouts[group], self.matrices(values, group)
        thresholds = at.threshold[layout.item, layout.column] - at.mean[layout.item]
        i, j = layout.first, layout.second
        correlations = at.scale[i] * at.scale[j] * at.covariance[i, j]
        return np.concatenate([at.scale[layout.item] * thresholds, correlations])

    def slopes(self, values: FloatArray, group: int) -> Slopes:
        """Return the derivatives of the statistics of a group."""
        layout, at = self._layouts[group], self.matrices(values, group)
        moves = self.derivatives(values, group)
        scale, item = at.scale, layout.item
        i, j = layout.first, layout.second
        rows = layout.other_rows
        other = np.empty((len(rows), layout.n_statistics))
        other[:, : len(item)] = -scale[item] * moves.mean[np.ix_(rows, item)]
        left, right = moves.left[rows], moves.right[rows]
        pairs = left[:, i] * right[:, j] + right[:, i] * left[:, j]
        other[:, len(item) :] = pairs * (scale[i] * scale[j])
        for place, moved in layout.scales:
            other[place] = self._by_scale(layout, at, moved)
        return Slopes(
            n_free=self.n_free,
            free=moves.free[rows],
            other=other,
            threshold_free=moves.free[layout.threshold_rows],
            threshold_places=layout.threshold_places,
            by_threshold=scale[item[layout.threshold_places]],
        )

    def _by_scale(self, layout: _Layout, at: Matrices, item: int) -> FloatArray:
        """Return the derivatives to a scale: its statistics over the scale itself."""
        away = at.threshold[layout.item, layout.column] - at.mean[layout.item]
        i, j = layout.first, layout.second
        partner = np.where(i == item, at.scale[j], 0.0)
        partner += np.where(j == item, at.scale[i], 0.0)
        thresholds = np.where(layout.item == item, away, 0.0)
        return np.concatenate([thresholds, partner * at.covariance[i, j]])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slopes:
    """Derivatives of the statistics of one group to the free parameters.

    A threshold moves but one statistic. Most parameters are thresholds, so these are
    kept as places and numbers, and take no part in products of matrices.

    Attributes
    ----------
    n_free : int
        Number of free parameters.
    free : numpy.ndarray of int, shape (r,)
        Number of the free parameter behind each row of `other`.
    other : numpy.ndarray, shape (r, n_statistics)
        Derivatives to parameters that are no thresholds.
    threshold_free, threshold_places : numpy.ndarray of int, shape (t,)
        Number of the parameter behind each free threshold; the statistic it moves.
    by_threshold : numpy.ndarray, shape (t,)
        Derivative of that statistic.
    """

    n_free: int
    free: IntArray
    other: FloatArray
    threshold_free: IntArray
    threshold_places: IntArray
    by_threshold: FloatArray

    def dense(self) -> FloatArray:
        """Return the Jacobian, shape (n_free, n_statistics)."""
        jacobian = np.zeros((self.n_free, self.other.shape[1]))
        np.add.at(jacobian, self.free, self.other)
        place = (self.threshold_free, self.threshold_places)
        np.add.at(jacobian, place, self.by_threshold)
        return jacobian

    def times(self, columns: FloatArray) -> FloatArray:
        """Return the Jacobian times a vector or matrix, shape (n_free, ...)."""
        product = np.zeros((self.n_free, *columns.shape[1:]))
        np.add.at(product, self.free, self.other @ columns)
        by_threshold = self.by_threshold.reshape(-1, *[1] * (columns.ndim - 1))
        moved = by_threshold * columns[self.threshold_places]
        np.add.at(product, self.threshold_free, moved)
        return product

    def square(self, weights: FloatArray) -> FloatArray:
        """Return ``J diag(weights) J'``, shape (n_free, n_free)."""
        weighted = self.dense()
        weighted *= weights
        return self.times(np.ascontiguousarray(weighted.T))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Layout:
    """Where the statistics of a group stand, and which free rows are about them.

    Attributes
    ----------
    item, column : numpy.ndarray of int, shape (n_thresholds,)
        Item and number of each threshold.
    first, second : numpy.ndarray of int, shape (n_pairs,)
        Items of each correlation.
    threshold_rows, threshold_places : numpy.ndarray of int
        Free rows of thresholds, and where these stand among the statistics.
    other_rows : numpy.ndarray of int
        Free rows of all else.
    scales : tuple of (int, int)
        Places among the other rows that are scales, and their items.
    """

    item: IntArray
    column: IntArray
    first: IntArray
    second: IntArray
    threshold_rows: IntArray
    threshold_places: IntArray
    other_rows: IntArray
    scales: tuple[tuple[int, int], ...]

    @property
    def n_statistics(self) -> int:
        return len(self.item) + len(self.first)

    @classmethod
    def of(cls, table: ParameterTable, group: int) -> _Layout:
        thresholds = sorted(
            (row.row, row.column) for row in table.select("threshold", group=group)
        )
        place = {where: number for number, where in enumerate(thresholds)}
        free = [row for row in table.rows if row.group == group and row.free >= 0]
        cuts = [
            (number, place[row.row, row.column])
            for number, row in enumerate(free)
            if row.kind == "threshold"
        ]
        other = [
            (number, row) for number, row in enumerate(free) if row.kind != "threshold"
        ]
        first, second = np.triu_indices(len(table.items), 1)
        item, column = _columns(thresholds)
        threshold_rows, threshold_places = _columns(cuts)
        return cls(
            item=item,
            column=column,
            first=first,
            second=second,
            threshold_rows=threshold_rows,
            threshold_places=threshold_places,
            other_rows=np.array([number for number, _ in other], dtype=np.intp),
            scales=tuple(
                (number, row.row)
                for number, (_, row) in enumerate(other)
                if row.kind == "scale"
            ),
        )


def _columns(pairs: list[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    array = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return array[:, 0], array[:, 1]

"""What a model implies for means and covariances, and how that moves with it.

In each group, with factor covariances C = A Psi A' and A = (I - B)^-1::

    Sigma = Lambda C Lambda' + Theta        mu = nu + Lambda A alpha

The derivative of Sigma to any single parameter has rank two at most. It is kept as two
vectors, ``left right' + right left'``, so that gradients and information matrices are
products of small matrices instead of sums over p x p ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.parameters import Kind, Parameter, ParameterTable
from diagnose.statistics.cfa.second_derivatives import Moving, weighted_curvature

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrices:
    """The matrices of one group, for p items and m factors.

    Attributes
    ----------
    loading : numpy.ndarray, shape (p, m)
    regression, factor_covariance : numpy.ndarray, shape (m, m)
    residual_covariance : numpy.ndarray, shape (p, p)
    intercept, scale : numpy.ndarray, shape (p,)
    factor_mean : numpy.ndarray, shape (m,)
    threshold : numpy.ndarray, shape (p, t)
        Row an item; places without a threshold hold 0. No column without thresholds.
    """

    loading: FloatArray
    regression: FloatArray
    factor_covariance: FloatArray
    residual_covariance: FloatArray
    intercept: FloatArray
    factor_mean: FloatArray
    threshold: FloatArray
    scale: FloatArray

    @property
    def spread(self) -> FloatArray:
        """Return A = (I - B)^-1, which carries disturbances through the factors."""
        identity = np.eye(len(self.regression))
        return np.asarray(np.linalg.inv(identity - self.regression), dtype=float)

    @property
    def all_factor_covariance(self) -> FloatArray:
        """Return the covariance matrix of the factors, dependent ones included."""
        spread = self.spread
        covariance: FloatArray = spread @ self.factor_covariance @ spread.T
        return covariance

    @property
    def covariance(self) -> FloatArray:
        """Return the implied covariance matrix of the items."""
        common = self.loading @ self.all_factor_covariance @ self.loading.T
        implied: FloatArray = common + self.residual_covariance
        return implied

    @property
    def answer_covariance(self) -> FloatArray:
        """Return the same in the units of the answers: scaled, for ordered items."""
        scaled: FloatArray = self.covariance * np.outer(self.scale, self.scale)
        return scaled

    @property
    def mean(self) -> FloatArray:
        """Return the implied means of the items."""
        implied: FloatArray = (
            self.intercept + self.loading @ self.spread @ self.factor_mean
        )
        return implied


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivatives:
    """First derivatives of the moments of one group, one row a free table row.

    Attributes
    ----------
    free : numpy.ndarray of int, shape (r,)
        Number of the free parameter behind each row; tied rows share a number.
    left, right : numpy.ndarray, shape (r, p)
        The derivative of the covariance matrix is ``left right' + right left'``.
    mean : numpy.ndarray, shape (r, p)
        The derivative of the means.
    """

    free: IntArray
    left: FloatArray
    right: FloatArray
    mean: FloatArray

    def collect(self, by_row: FloatArray, n_free: int) -> FloatArray:
        """Add rows (and columns of a square matrix) up to the free parameters."""
        return sum_ties(by_row, self.free, n_free)

    def dense(self, n_free: int) -> tuple[FloatArray, FloatArray]:
        """Return the derivatives of means and covariances to the free parameters.

        Returns
        -------
        tuple of numpy.ndarray, shapes (n_free, p) and (n_free, p, p)
        """
        half = self.left[:, :, None] * self.right[:, None, :]
        by_cov = np.zeros((n_free, *half.shape[1:]))
        np.add.at(by_cov, self.free, half + half.transpose(0, 2, 1))
        by_mean = np.zeros((n_free, self.mean.shape[1]))
        np.add.at(by_mean, self.free, self.mean)
        return by_mean, by_cov

    def along_moments(self, n_free: int) -> FloatArray:
        """Return the same, covariances once each: the upper triangle row by row.

        Returns
        -------
        numpy.ndarray, shape (n_free, p + p (p + 1) / 2)
        """
        by_mean, by_cov = self.dense(n_free)
        i, j = np.triu_indices(by_mean.shape[1])
        return np.concatenate([by_mean, by_cov[:, i, j]], axis=1)


def sum_ties(by_row: FloatArray, free: IntArray, n_free: int) -> FloatArray:
    """Add rows (and columns of a square matrix) up to the free parameters.

    Parameters
    ----------
    by_row : numpy.ndarray, shape (r,), (r, k) or (r, r)
        One entry or row a free table row.
    free : numpy.ndarray of int, shape (r,)
        Number of the free parameter behind each row.
    n_free : int
        Free parameters.
    """
    alone = len(free) == n_free and bool((free == np.arange(n_free)).all())
    if alone:
        return by_row
    tie = np.zeros((n_free, len(free)))
    tie[free, np.arange(len(free))] = 1.0
    if by_row.ndim == 2 and by_row.shape == (len(free),) * 2:
        return tie @ by_row @ tie.T
    return tie @ by_row


class Structure:
    """The moments that a parameter table implies, as a function of its free values."""

    moments = "means and covariances"

    def __init__(self, table: ParameterTable) -> None:
        self.table = table
        self.n_free = table.n_free
        self.n_groups = len(table.groups)
        self.n_items = len(table.items)
        self._places = [_Places(table, group) for group in range(self.n_groups)]

    def degrees_of_freedom(self, *, means: bool) -> int:
        """Return the number of means and covariances minus that of free parameters."""
        moments = self.n_items * (self.n_items + 1) // 2 + self.n_items * means
        return self.n_groups * moments - self.n_free

    def start(self) -> FloatArray:
        """Return the starting values; tied parameters start at their average."""
        total, count = np.zeros(self.n_free), np.zeros(self.n_free)
        for row in self.table.rows:
            if row.free >= 0:
                total[row.free] += row.value
                count[row.free] += 1
        started: FloatArray = total / np.maximum(count, 1)
        return started

    def matrices(self, values: FloatArray, group: int) -> Matrices:
        """Return the matrices of one group."""
        return self._places[group].fill(values)

    def derivatives(self, values: FloatArray, group: int) -> Derivatives:
        """Return how means and covariances of one group move with each parameter."""
        return _derivatives(self._places[group], self.matrices(values, group))

    def curvature(
        self, values: FloatArray, by_mean: list[FloatArray], by_cov: list[FloatArray]
    ) -> FloatArray:
        """Return the second derivatives of the moments, weighted and summed.

        Parameters
        ----------
        values : numpy.ndarray, shape (n_free,)
            Where.
        by_mean, by_cov : list of numpy.ndarray, shapes (p,) and (p, p)
            Weights of the means and covariances, one a group; `by_cov` symmetric and
            counting every cell of the matrix.

        Returns
        -------
        numpy.ndarray, shape (n_free, n_free)
        """
        second = np.zeros((self.n_free, self.n_free))
        for group, places in enumerate(self._places):
            at = self.matrices(values, group)
            by_row = weighted_curvature(
                places.moving,
                spread=at.spread,
                reach=at.loading @ at.spread,
                ties=at.loading @ at.all_factor_covariance,
                factor_covariance=at.all_factor_covariance,
                level=at.spread @ at.factor_mean,
                by_mean=by_mean[group],
                by_cov=by_cov[group],
            )
            second += sum_ties(by_row, places.free, self.n_free)
        return second


class _Places:
    """Where the values of one group go in its matrices."""

    def __init__(self, table: ParameterTable, group: int) -> None:
        self.n_items, self.n_factors = len(table.items), len(table.factors)
        own = [row for row in table.rows if row.group == group]
        columns = [row.column for row in own if row.kind == "threshold"]
        self.n_thresholds = 1 + max(columns, default=-1)
        self._fixed = self._empty()
        for row in own:
            if row.free < 0:
                _put(self._fixed, row, row.value)
        self.free_rows = [row for row in own if row.free >= 0]
        self.free = np.array([row.free for row in self.free_rows], dtype=int)
        kinds = dict.fromkeys(row.kind for row in self.free_rows)
        self.by_kind: dict[Kind, IntArray] = {
            kind: np.array(
                [i for i, row in enumerate(self.free_rows) if row.kind == kind]
            )
            for kind in kinds
        }
        self.row = np.array([row.row for row in self.free_rows], dtype=int)
        self.column = np.array([row.column for row in self.free_rows], dtype=int)
        none = np.array([], dtype=int)
        self.moving = Moving(
            loading=self.by_kind.get("loading", none),
            regression=self.by_kind.get("regression", none),
            covariance=self.by_kind.get("factor_covariance", none),
            mean=self.by_kind.get("factor_mean", none),
            row=self.row,
            column=self.column,
        )

    def _empty(self) -> dict[Kind, FloatArray]:
        p, m = self.n_items, self.n_factors
        return {
            "loading": np.zeros((p, m)),
            "regression": np.zeros((m, m)),
            "factor_covariance": np.zeros((m, m)),
            "residual_covariance": np.zeros((p, p)),
            "intercept": np.zeros(p),
            "factor_mean": np.zeros(m),
            "threshold": np.zeros((p, self.n_thresholds)),
            "scale": np.ones(p),
        }

    def fill(self, values: FloatArray) -> Matrices:
        filled = {kind: matrix.copy() for kind, matrix in self._fixed.items()}
        for kind, rows in self.by_kind.items():
            matrix, own = filled[kind], values[self.free[rows]]
            if matrix.ndim == 1:
                matrix[self.row[rows]] = own
                continue
            matrix[self.row[rows], self.column[rows]] = own
            if kind.endswith("covariance"):
                matrix[self.column[rows], self.row[rows]] = own
        return Matrices(**filled)


def _put(matrices: dict[Kind, FloatArray], row: Parameter, value: float) -> None:
    matrix = matrices[row.kind]
    if matrix.ndim == 1:
        matrix[row.row] = value
        return
    matrix[row.row, row.column] = value
    if row.kind.endswith("covariance"):
        matrix[row.column, row.row] = value


def _derivatives(places: _Places, at: Matrices) -> Derivatives:
    p = places.n_items
    n_rows = len(places.free)
    left, right = np.zeros((n_rows, p)), np.zeros((n_rows, p))
    mean = np.zeros((n_rows, p))
    unit = np.eye(p)
    reach = at.loading @ at.spread  # of a disturbance on the items
    ties = at.loading @ at.all_factor_covariance
    level = at.spread @ at.factor_mean
    for kind, rows in places.by_kind.items():
        i, k = places.row[rows], places.column[rows]
        if kind == "loading":
            left[rows], right[rows] = unit[i], ties[:, k].T
            mean[rows] = unit[i] * level[k][:, None]
        elif kind == "regression":
            left[rows], right[rows] = reach[:, i].T, ties[:, k].T
            mean[rows] = reach[:, i].T * level[k][:, None]
        elif kind in ("factor_covariance", "residual_covariance"):
            carrier = reach.T if kind == "factor_covariance" else unit
            # a variance stands once in the matrix, a covariance twice
            once = np.where(i == k, 0.5, 1.0)[:, None]
            left[rows], right[rows] = once * carrier[i], carrier[k]
        elif kind == "intercept":
            mean[rows] = unit[i]
        elif kind == "factor_mean":
            mean[rows] = reach[:, i].T
    return Derivatives(free=places.free, left=left, right=right, mean=mean)

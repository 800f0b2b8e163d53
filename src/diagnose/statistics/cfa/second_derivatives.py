"""How the slopes of implied moments move with the parameters: second derivatives.

With R = Lambda A and C = A Psi A', a loading or a regression moves R by ``E A``, where
``E = x e'`` has rank one: x is the item's unit vector, or the column of R that belongs
to the dependent factor, and e picks the factor it depends on. All second derivatives
are products of these, so that weighing and adding them up needs no p x p matrix for
each pair of parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moving:
    """The free rows of one group that enter products with each other.

    Attributes
    ----------
    loading, regression, covariance, mean : numpy.ndarray of int
        Numbers of the free rows of each kind: loadings, regressions, factor
        covariances, factor means.
    row, column : numpy.ndarray of int, shape (r,)
        Place of each free row in its matrix.
    """

    loading: IntArray
    regression: IntArray
    covariance: IntArray
    mean: IntArray
    row: IntArray
    column: IntArray


def weighted_curvature(
    moving: Moving,
    *,
    spread: FloatArray,
    reach: FloatArray,
    ties: FloatArray,
    factor_covariance: FloatArray,
    level: FloatArray,
    by_mean: FloatArray,
    by_cov: FloatArray,
) -> FloatArray:
    """Return the second derivatives of the moments of a group, weighed and summed.

    Parameters
    ----------
    moving : Moving
        The r free rows.
    spread, factor_covariance : numpy.ndarray, shape (m, m)
        A and C.
    reach, ties : numpy.ndarray, shape (p, m)
        R, and T = Lambda C.
    level : numpy.ndarray, shape (m,)
        Means of the factors, ``A alpha``.
    by_mean, by_cov : numpy.ndarray, shapes (p,) and (p, p)
        Weights; `by_cov` symmetric, counting every cell.

    Returns
    -------
    numpy.ndarray, shape (r, r)
    """
    n_rows = len(moving.row)
    paths = np.concatenate([moving.loading, moving.regression])
    column = moving.column[paths]
    carried = np.zeros((len(paths), len(by_mean)))  # x of each path
    carried[np.arange(len(moving.loading)), moving.row[moving.loading]] = 1.0
    carried[len(moving.loading) :] = reach.T[moving.row[moving.regression]]
    weighed = carried @ by_cov
    on_mean = carried @ by_mean

    total = np.zeros((n_rows, n_rows))
    # both paths move: 2 (x_j' G x_k) C[c_j, c_k]
    among = (weighed @ carried.T) * factor_covariance[np.ix_(column, column)]
    total[np.ix_(paths, paths)] += 2 * among

    # a path through a regression: A[c_k, i_j] (2 T' G x_k + (A alpha) g'x_k)[c_j]
    dependent = moving.row[moving.regression]
    source = moving.column[moving.regression]
    drawn = 2 * weighed @ ties
    drawn += on_mean[:, None] * level
    through = spread[np.ix_(column, dependent)] * drawn[:, source]
    total[np.ix_(paths, moving.regression)] += through
    total[np.ix_(moving.regression, paths)] += through.T

    # a path and a factor covariance: the disturbances a and b reach c_j by A
    first, second = moving.row[moving.covariance], moving.column[moving.covariance]
    once = np.where(first == second, 1.0, 2.0)
    onto = weighed @ reach
    mixed = onto[:, second] * spread[np.ix_(column, first)]
    mixed = (mixed + onto[:, first] * spread[np.ix_(column, second)]) * once
    total[np.ix_(paths, moving.covariance)] += mixed
    total[np.ix_(moving.covariance, paths)] += mixed.T

    # a path and a factor mean
    raised = on_mean[:, None] * spread[np.ix_(column, moving.row[moving.mean])]
    total[np.ix_(paths, moving.mean)] += raised
    total[np.ix_(moving.mean, paths)] += raised.T
    return total

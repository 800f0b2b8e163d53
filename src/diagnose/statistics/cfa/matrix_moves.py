"""How the matrices of a fitted model move with its free parameters.

What is computed from loadings, factor covariances and residual covariances
(standardised estimates, reliabilities) gets its standard error from these by the delta
method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.structure import Matrices, Structure

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatrixMoves:
    """First derivatives of the matrices of one group, one block a free parameter.

    Attributes
    ----------
    loading : numpy.ndarray, shape (n_free, p, m)
    spread : numpy.ndarray, shape (n_free, m, m)
        Of ``(I - B)^-1``, which carries disturbances through the factors.
    disturbance : numpy.ndarray, shape (n_free, m, m)
        Of the covariances of factors, given the factors they depend on.
    factor : numpy.ndarray, shape (n_free, m, m)
        Of the covariances of all factors, dependent ones included.
    residual : numpy.ndarray, shape (n_free, p, p)
        Of ordered items also what is left over as their residual variance.
    scale : numpy.ndarray, shape (n_free, p)
    """

    loading: FloatArray
    spread: FloatArray
    disturbance: FloatArray
    factor: FloatArray
    residual: FloatArray
    scale: FloatArray

    def covariance(self, at: Matrices) -> FloatArray:
        """Return the derivatives of the implied covariances, shape (n_free, p, p)."""
        return _common(self.loading, self.factor, at) + self.residual


def matrix_moves(structure: Structure, values: FloatArray, group: int) -> MatrixMoves:
    """Return how the matrices of one group move with each free parameter.

    Parameters
    ----------
    structure : Structure
        The model.
    values : numpy.ndarray, shape (n_free,)
        Where.
    group : int
        Number of the group.
    """
    at = structure.matrices(values, group)
    p, m = at.loading.shape
    n_free = structure.n_free
    shapes = {
        "loading": (p, m),
        "regression": (m, m),
        "factor_covariance": (m, m),
        "residual_covariance": (p, p),
        "scale": (p, 1),
    }
    moved = {kind: np.zeros((n_free, *shape)) for kind, shape in shapes.items()}
    for row in structure.table.rows:
        if row.group != group or row.free < 0 or row.kind not in moved:
            continue
        moved[row.kind][row.free, row.row, row.column] = 1.0
        if row.kind.endswith("covariance"):
            moved[row.kind][row.free, row.column, row.row] = 1.0
    loading, residual = moved["loading"], moved["residual_covariance"]
    disturbance, scale = moved["factor_covariance"], moved["scale"][:, :, 0]
    # A = (I - B)^-1 and C = A Psi A'
    spread = at.spread @ moved["regression"] @ at.spread
    drawn = spread @ at.factor_covariance @ at.spread.T
    factor = drawn + drawn.transpose(0, 2, 1)
    factor += at.spread @ disturbance @ at.spread.T
    if isinstance(structure, OrdinalStructure):
        common = np.einsum("fii->fi", _common(loading, factor, at))
        own = np.arange(p)
        residual[:, own, own] = -2 * scale * at.scale**-3.0 - common
    return MatrixMoves(
        loading=loading,
        spread=spread,
        disturbance=disturbance,
        factor=factor,
        residual=residual,
        scale=scale,
    )


def _common(loading: FloatArray, factor: FloatArray, at: Matrices) -> FloatArray:
    """Return the derivatives of ``Lambda C Lambda'``."""
    half = loading @ (at.all_factor_covariance @ at.loading.T)
    moved: FloatArray = half + half.transpose(0, 2, 1)
    moved += at.loading @ factor @ at.loading.T
    return moved

"""Make a correlation matrix positive definite, and say how much that changed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmoothedCorrelation:
    """A correlation matrix without eigenvalues at or below zero.

    Attributes
    ----------
    correlation : DataFrame, shape (n_items, n_items)
        The matrix itself when it was positive definite, else the smoothed one.
    smoothed : bool
        Whether anything was changed.
    smallest_eigenvalue : float
        Of the matrix as it was given.
    n_clipped : int
        Number of eigenvalues that were raised.
    largest_change : float
        Largest absolute change of a correlation; 0 when nothing was changed.
    changed_pair : tuple of str
        The two items of that correlation; empty when nothing was changed.
    """

    correlation: pd.DataFrame
    smoothed: bool
    smallest_eigenvalue: float
    n_clipped: int
    largest_change: float
    changed_pair: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row: what was done."""
        return pd.DataFrame(
            {
                "smoothed": [self.smoothed],
                "smallest_eigenvalue": [self.smallest_eigenvalue],
                "n_clipped": [self.n_clipped],
                "largest_change": [self.largest_change],
                "changed_pair": ["~~".join(self.changed_pair)],
                "method": ["eigenvalue_clipping"],
            }
        )


def smooth_correlation(
    matrix: pd.DataFrame, *, floor: float = 1e-10
) -> SmoothedCorrelation:
    """Raise eigenvalues below `floor` to it, and rescale to a unit diagonal.

    Pairwise or tetrachoric and polychoric correlations need not fit together: their
    matrix can have negative eigenvalues, which no sample of respondents can have. A
    large change means that the correlations themselves are doubtful.

    Parameters
    ----------
    matrix : DataFrame, shape (n_items, n_items)
        Symmetric, with a unit diagonal and no missing value. Not modified.
    floor : float
        Smallest eigenvalue allowed, above 0. The default leaves the result barely
        invertible, as psych's ``cor.smooth`` does; methods that invert the matrix may
        want .001 or more.

    Returns
    -------
    SmoothedCorrelation

    Raises
    ------
    ValueError
        `matrix` is no correlation matrix, or `floor` is not between 0 and 1.

    References
    ----------
    Knol and ten Berge, 1989, Psychometrika.
    """
    if not 0 < floor < 1:
        raise ValueError(f"`floor` must lie between 0 and 1; got {floor!r}.")
    values = _checked(matrix)
    eigenvalues, vectors = np.linalg.eigh(values)
    low = eigenvalues < floor
    pair: tuple[str, ...] = ()
    if not low.any():
        smooth, change = values, 0.0
    else:
        raised = (vectors * np.maximum(eigenvalues, floor)) @ vectors.T
        scale = np.sqrt(raised.diagonal())
        smooth = raised / np.outer(scale, scale)
        smooth = (smooth + smooth.T) / 2
        np.fill_diagonal(smooth, 1.0)
        pair, change = _largest_change(matrix, np.abs(smooth - values))
    return SmoothedCorrelation(
        correlation=pd.DataFrame(smooth, index=matrix.index, columns=matrix.columns),
        smoothed=bool(low.any()),
        smallest_eigenvalue=float(eigenvalues[0]),
        n_clipped=int(low.sum()),
        largest_change=change,
        changed_pair=pair,
    )


def _largest_change(
    matrix: pd.DataFrame, change: FloatArray
) -> tuple[tuple[str, ...], float]:
    row, column = np.unravel_index(np.argmax(change), change.shape)
    first, second = sorted((int(row), int(column)))
    pair = str(matrix.columns[first]), str(matrix.columns[second])
    return pair, float(change[first, second])


def _checked(matrix: pd.DataFrame) -> FloatArray:
    if not isinstance(matrix, pd.DataFrame):
        raise TypeError(
            f"`matrix` must be a pandas DataFrame; got {type(matrix).__name__}."
        )
    if matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise ValueError(f"`matrix` must be square; got shape {matrix.shape}.")
    values = matrix.to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(values).all():
        n_missing = int((~np.isfinite(values)).sum())
        raise ValueError(
            f"`matrix` has {n_missing} missing or infinite values; leave those items "
            "out first."
        )
    if np.abs(values - values.T).max() > 1e-8:
        raise ValueError("`matrix` must be symmetric.")
    if np.abs(values.diagonal() - 1).max() > 1e-8 or np.abs(values).max() > 1 + 1e-8:
        raise ValueError(
            "`matrix` must hold correlations: 1 on the diagonal, -1 to 1 elsewhere."
        )
    return np.asarray((values + values.T) / 2)

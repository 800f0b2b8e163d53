"""How many components leave the least in common: Velicer's minimum average partial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.factor.correlations import (
    CorrelationKind,
    CorrelationMatrix,
    CorrelationMissing,
    correlations_of,
    require_invertible,
)

FloatArray = npt.NDArray[np.float64]

_NOTHING_LEFT = 1e-10  # variance of an item, of its 1 before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AveragePartial:
    """Average partial correlation left after each number of components.

    Attributes
    ----------
    method : str
        ``"velicer_map"``.
    correlation : str
        The correlations it is made of: ``"pearson"``, ``"polychoric"``, ``"given"``.
    n_components : numpy.ndarray of int
        0 (nothing taken out) to ``n_items - 2``; it ends sooner where an item has no
        variance left.
    squared : numpy.ndarray
        Mean squared partial correlation after so many components (Velicer 1976).
    fourth_power : numpy.ndarray
        Mean fourth power of them (Velicer, Eaton & Fava 2000).
    n_suggested : int
        Components at the smallest `squared`. 0 says that taking out even one
        component leaves more than it takes away: nothing is in common.
    n_suggested_fourth_power : int
        The same by `fourth_power`.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        ``"criteria_disagree"``, and those of the correlations; see
        `CorrelationMatrix`.
    """

    method: str
    correlation: str
    n_components: npt.NDArray[np.int64]
    squared: FloatArray
    fourth_power: FloatArray
    n_suggested: int
    n_suggested_fourth_power: int
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number of components."""
        return pd.DataFrame(
            {
                "n_components": self.n_components,
                "squared": self.squared,
                "fourth_power": self.fourth_power,
                "suggested": self.n_components == self.n_suggested,
                "suggested_fourth_power": self.n_components
                == self.n_suggested_fourth_power,
                "n_respondents": self.n_respondents,
                "n_items": self.n_items,
                "method": self.method,
                "correlation": self.correlation,
            }
        )


def velicer_map(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
) -> AveragePartial:
    """Velicer's minimum average partial test for the number of components.

    Principal components are taken out one after the other. As long as they carry
    what items have in common, the partial correlations shrink; they grow once a
    component belongs to a single item. The test tends to say too few rather than too
    many, and misses factors with two or three items.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        Answers in response-scale units, missing answers as NaN. Not modified.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item, use all who answered both items
        of a pair, or refuse them.

    Returns
    -------
    AveragePartial

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items, no more respondents than items, an item that does not
        vary, or a matrix that is not positive definite.
    ValueError
        An unknown option.

    References
    ----------
    Velicer, 1976, Psychometrika.
    Velicer, Eaton and Fava, 2000, in Problems and solutions in human assessment.
    """
    correlations = correlations_of(items, correlation=correlation, missing=missing)
    require_invertible(correlations, "the minimum average partial test")
    squared, fourth = _average_partials(correlations.values)
    suggested, suggested_fourth = int(np.argmin(squared)), int(np.argmin(fourth))
    flags = correlations.flags
    if suggested != suggested_fourth:
        flags += ("criteria_disagree",)
    return AveragePartial(
        method="velicer_map",
        correlation=correlations.method,
        n_components=np.arange(len(squared)),
        squared=squared,
        fourth_power=fourth,
        n_suggested=suggested,
        n_suggested_fourth_power=suggested_fourth,
        n_respondents=correlations.n_respondents,
        n_items=correlations.n_items,
        flags=flags,
    )


def _average_partials(observed: FloatArray) -> tuple[FloatArray, FloatArray]:
    n_items = len(observed)
    values, vectors = np.linalg.eigh(observed)
    loadings = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    pairs = n_items * (n_items - 1)
    squared, fourth = [], []
    left = observed.copy()
    for taken in range(max(n_items - 1, 1)):
        if taken:
            left -= np.outer(loadings[:, taken - 1], loadings[:, taken - 1])
        variance = np.diag(left)
        if variance.min() <= _NOTHING_LEFT:
            break
        shares = left**2 / np.outer(variance, variance)
        np.fill_diagonal(shares, 0.0)
        squared.append(shares.sum() / pairs)
        fourth.append((shares**2).sum() / pairs)
    return np.array(squared), np.array(fourth)

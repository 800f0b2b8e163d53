"""What an exploratory factor analysis found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.statistics.factor.fit import FactorFit
from diagnose.statistics.factor.rotation import RotationSearch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorAnalysis:
    """Factors behind the items, after rotation.

    Factors are named F1, F2, … by descending sum of squared pattern loadings, and
    point where their loadings add to 0 or more.

    Attributes
    ----------
    method : str
        ``"minres"`` or ``"ml"``.
    rotation : str
        Name of the rotation; ``"none"`` for one factor.
    correlation : str
        The correlations analysed: ``"pearson"``, ``"polychoric"``, ``"given"``.
    loadings : DataFrame, shape (n_items, n_factors)
        Pattern: what each factor adds to an item, the others held constant.
    structure : DataFrame, shape (n_items, n_factors)
        Correlations of items with factors.
    factor_correlations : DataFrame, shape (n_factors, n_factors)
        The identity matrix for an orthogonal rotation.
    communalities, uniquenesses : Series, shape (n_items,)
        Variance of each item that goes with the factors, and what is left. They add
        to 1, but not for a Heywood case.
    complexity : Series, shape (n_items,)
        Hofmann's index: 1 for an item with one loading, 2 for two equal ones.
    variance : DataFrame, one row a factor
        ``sum_of_squares`` (that of correlated factors shared out, so that they add to
        the sum of the communalities), ``proportion`` of the variance of the items,
        ``cumulative``.
    fit : FactorFit
        Chi-square, RMSEA, TLI, BIC and residuals.
    objective, gradient : float
        Value and largest derivative where the extraction ended.
    search : RotationSearch or None
        Starts and minima of the rotation; None where nothing was rotated.
    correlations : DataFrame, shape (n_items, n_items)
        The matrix analysed.
    residuals : DataFrame, shape (n_items, n_items)
        What the factors leave of it; the uniquenesses stand on the diagonal.
    item_means, item_sds : Series or None
        Of the answers analysed; None for a matrix from elsewhere.
    n_respondents, n_items, n_factors : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        ``"heywood:<item>"`` (a uniqueness that would go below zero and was stopped at
        .005), ``"not_identified"`` (the factors are not determined: other loadings
        fit as well), ``"extraction_minima:<minima>"`` (other uniquenesses are
        nearly as good, as with too many factors; the best are shown),
        ``"rotation_minima:<at best>/<starts>"`` (other rotations are nearly as
        simple), ``"negative_loading:<item>"`` (it loads on its main factor against
        the others: look at its keying), and those of the correlations.
    """

    method: str
    rotation: str
    correlation: str
    loadings: pd.DataFrame
    structure: pd.DataFrame
    factor_correlations: pd.DataFrame
    communalities: pd.Series
    uniquenesses: pd.Series
    complexity: pd.Series
    variance: pd.DataFrame
    fit: FactorFit
    objective: float
    gradient: float
    search: RotationSearch | None
    correlations: pd.DataFrame
    residuals: pd.DataFrame
    item_means: pd.Series | None
    item_sds: pd.Series | None
    n_respondents: int
    n_items: int
    n_factors: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: loadings, communality, uniqueness, complexity."""
        frame = self.loadings.assign(
            communality=self.communalities,
            uniqueness=self.uniquenesses,
            complexity=self.complexity,
            n_respondents=self.n_respondents,
            method=self.method,
            rotation=self.rotation,
            correlation=self.correlation,
        )
        return frame.rename_axis("item").reset_index()

    def implied_correlations(self) -> pd.DataFrame:
        """Return the correlations that the factors imply, the variances beside them."""
        common = self.structure.to_numpy() @ self.loadings.to_numpy().T
        return pd.DataFrame(
            common + np.diag(self.uniquenesses),
            index=self.correlations.index,
            columns=self.correlations.columns,
        )

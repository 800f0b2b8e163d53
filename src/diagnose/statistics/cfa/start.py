"""Where estimation starts: loadings from the sums over a factor's indicators."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.parameters import Key, Parameter, ParameterTable

FloatArray = npt.NDArray[np.float64]
Loadings = dict[tuple[str, str], float]

_OF_FACTORS = 0.7
"""Standardised loading of a factor on another factor, to begin with."""
_CORRELATION = 0.3
"""Correlation of two factors, to begin with, where no items tell."""
_SMALLEST_ROOT = 0.1
"""Of the correlation matrix of factors, to begin with."""


def place_starts(
    table: ParameterTable,
    model: FactorModel,
    means: Sequence[FloatArray],
    covariances: Sequence[FloatArray],
) -> ParameterTable:
    """Return the table with starting values from each group's own moments.

    Parameters
    ----------
    table : ParameterTable
        Parameters of `model`.
    model : FactorModel
        The model behind the table.
    means, covariances : sequence of numpy.ndarray, shapes (p,) and (p, p)
        One a group, items in the order of the table.
    """
    values: dict[Key, float] = {}
    for group, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        rough = _Rough(table.items, model, covariance)
        for row in table.rows:
            if row.group != group:
                continue
            if row.kind == "intercept":
                values[row.key] = float(mean[row.row])
            elif row.kind not in ("threshold", "scale"):
                values[row.key] = rough.start(row)
    return table.start(values)


class _Rough:
    """Rough standardised loadings, and the units of items and factors."""

    def __init__(
        self, items: tuple[str, ...], model: FactorModel, covariance: FloatArray
    ) -> None:
        self.model = model
        self.sd = dict(zip(items, np.sqrt(np.diag(covariance)), strict=True))
        scale = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(scale, scale)
        self.loadings = _centroid(items, model, correlation)
        self.indicators = dict(model.factors)
        self.place = {name: place for place, name in enumerate(model.names)}
        self.between = _factor_correlations(items, model, correlation, self.loadings)

    def unit(self, factor: str) -> float:
        """Return the standard deviation of a factor."""
        if self.model.identification == "unit_variance":
            return 1.0
        first = self.indicators[factor][0]
        of_first = self.sd[first] if first in self.sd else self.unit(first)
        return abs(self.loadings[factor, first]) * float(of_first)

    def start(self, row: Parameter) -> float:
        """Return where a loading, a regression, a variance or a covariance starts."""
        if row.kind == "loading":
            loading = self.loadings[row.left, row.right]
            return loading * float(self.sd[row.right]) / self.unit(row.left)
        if row.kind == "regression":
            return _OF_FACTORS * self.unit(row.right) / self.unit(row.left)
        if row.kind == "residual_covariance" and row.is_variance:
            explained = sum(
                loading**2
                for (_, item), loading in self.loadings.items()
                if item == row.left
            )
            return float(self.sd[row.left]) ** 2 * max(1 - explained, 0.2)
        if row.kind == "factor_covariance" and row.is_variance:
            left_over = 1 - _OF_FACTORS**2 * (row.left in self.model.dependent)
            return left_over * self.unit(row.left) ** 2
        if row.kind == "factor_covariance":
            between = self.between[self.place[row.left], self.place[row.right]]
            return float(between) * self.unit(row.left) * self.unit(row.right)
        return 0.0


def _centroid(
    items: tuple[str, ...], model: FactorModel, correlation: FloatArray
) -> Loadings:
    """Return a rough standardised loading of each indicator on each factor.

    An indicator's correlations with the others of its factor, over the root of all of
    them together; once more with the communalities that follow. The first indicator
    is positive; an item of several factors gives each its part.
    """
    named = [i for _, indicators in model.factors for i in indicators]
    found: Loadings = {}
    for factor, indicators in model.factors:
        own = [i for i in indicators if i in items]
        found |= {(factor, i): _OF_FACTORS for i in indicators if i not in items}
        if not own:
            continue
        chosen = [items.index(item) for item in own]
        block = correlation[np.ix_(chosen, chosen)].copy()
        signs = np.where(block[0] < 0, -1.0, 1.0)  # the first is itself, hence positive
        np.fill_diagonal(block, 0.0)
        sums = signs * (block @ signs)
        sizes = np.zeros(len(own))
        for _ in range(2):
            raised = sums + sizes**2
            sizes = np.clip(raised / np.sqrt(max(raised.sum(), 0.1)), 0.3, 0.9)
        for item, sign, size in zip(own, signs, sizes, strict=True):
            found[factor, item] = float(sign * size / np.sqrt(named.count(item)))
    return found


def _factor_correlations(
    items: tuple[str, ...],
    model: FactorModel,
    correlation: FloatArray,
    loadings: Loadings,
) -> FloatArray:
    """Return rough correlations of factors, of which the matrix is positive definite.

    Correlations between the items of two factors, over what their loadings imply;
    items that both factors have are left out.
    """
    weights = np.zeros((len(items), len(model.names)))
    for place, (factor, indicators) in enumerate(model.factors):
        for item in set(indicators) & set(items):
            weights[items.index(item), place] = loadings[factor, item]
    own = weights * ((weights != 0).sum(axis=1) == 1)[:, None]
    implied = np.outer(*[(own**2).sum(axis=0)] * 2)
    found = own.T @ correlation @ own
    known = implied > 0
    rough = np.full(found.shape, _CORRELATION)
    rough[known] = np.clip(found[known] / implied[known], -0.9, 0.9)
    np.fill_diagonal(rough, 1.0)
    smallest = float(np.linalg.eigvalsh(rough)[0])
    keep = min(1.0, (1 - _SMALLEST_ROOT) / max(1 - smallest, 1e-300))
    shrunk: FloatArray = keep * rough + (1 - keep) * np.eye(len(rough))
    return shrunk

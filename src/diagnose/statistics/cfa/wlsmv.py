"""Diagonally weighted least squares for ordered items, with robust errors and test.

Thresholds and polychoric correlations ``s`` of each group are fitted by weights
``W = diag(Gamma)^-1``. As ``W`` is not the inverse of the whole asymptotic covariance
matrix ``Gamma`` of ``s``, standard errors and tests are corrected by it. With ``D`` the
derivatives of the implied statistics and ``E = (D' W D)^-1``::

    covariance of estimates   E D' W Gamma W D E / N
    chi-square                a T + df - a tr(U Gamma),  a^2 = df / tr(U Gamma U Gamma)
                              U = W - W D E D' W

Nothing larger than parameters by statistics is multiplied: the traces follow from
``D' W Gamma W D``, ``D' W Gamma W Gamma W D`` and the elements of ``Gamma``.

References
----------
Muthen, 1984, Psychometrika (three-stage least squares for ordered variables).
Muthen, du Toit and Spisic, 1997, Robust inference using weighted least squares and
quadratic estimating equations in latent variable modeling with categorical and
continuous outcomes (diagonal weights, the sandwich).
Asparouhov and Muthen, 2010, Simple second order chi-square correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.cfa.estimator import ChiSquare, plain_test
from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.normal_theory import SampleMoments
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.ordinal_table import (
    arrange_items,
    place_ordinal_starts,
    tabulate_ordinal_model,
)
from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.structure import Structure
from diagnose.statistics.cfa.wlsmv_chi_square import scaled_shifted
from diagnose.statistics.correlation import OrdinalMoments

FloatArray = npt.NDArray[np.float64]

_SINGULAR = 1e-10


class OrdinalData:
    """Moments of the ordered answers of each group, for any number of models.

    Parameters
    ----------
    groups : tuple of str
        Names of the groups.
    ordinal : sequence of OrdinalMoments
        One a group, of the same items with the same categories in the same order.
    """

    def __init__(
        self, groups: tuple[str, ...], ordinal: Sequence[OrdinalMoments]
    ) -> None:
        self.groups = groups
        self.ordinal = tuple(ordinal)
        self.items = self.ordinal[0].items
        self.n_thresholds = tuple(len(cuts) for cuts in self.ordinal[0].thresholds)
        self.n_respondents = tuple(one.n_respondents for one in self.ordinal)
        total = sum(self.n_respondents)
        self.shares = [n / total for n in self.n_respondents]
        self.observed = [one.moments for one in self.ordinal]
        self.weights = [1.0 / np.diag(one.gamma) for one in self.ordinal]

    @property
    def moments(self) -> tuple[SampleMoments, ...]:
        """Return the polychoric correlations of each group as its covariances."""
        return tuple(
            SampleMoments(
                mean=np.zeros(len(self.items)),
                covariance=one.correlation,
                n_respondents=one.n_respondents,
            )
            for one in self.ordinal
        )

    def tabulate(self, model: FactorModel) -> ParameterTable:
        """Return the table of a model in which the groups share nothing.

        Raises
        ------
        ValueError
            The model does not name the items of these data, each of them.
        """
        if set(model.items) != set(self.items):
            raise ValueError(
                f"`model` must name the items that were tabulated: "
                f"{', '.join(self.items)}; got {', '.join(model.items)}."
            )
        count = dict(zip(self.items, self.n_thresholds, strict=True))
        table = tabulate_ordinal_model(
            model, self.groups, [count[item] for item in model.items]
        )
        return arrange_items(table, self.items)

    def start(self, table: ParameterTable, model: FactorModel) -> ParameterTable:
        """Return the table with starting values from the moments."""
        return place_ordinal_starts(table, model, self.ordinal)

    def bind(self, structure: Structure) -> WeightedLeastSquares:
        """Return the estimator of one model of these answers.

        Raises
        ------
        ValueError
            A table with other items, groups or thresholds, or another order of them.
        """
        table = structure.table
        first = [row.left for row in table.select("threshold", group=0)]
        counts = tuple(first.count(item) for item in self.items)
        if (table.items, table.groups) != (self.items, self.groups) or (
            counts != self.n_thresholds
        ):
            raise ValueError(
                "The table must have the items, groups and thresholds of the data, in "
                "their order: make it with `tabulate`."
            )
        return WeightedLeastSquares(structure, self)

    @cached_property
    def elementwise(self) -> list[FloatArray]:
        """Return ``w_i Gamma_ij^2 w_j``, which adds up to tr(W Gamma W Gamma)."""
        return [
            weight[:, None] * one.gamma**2 * weight
            for weight, one in zip(self.weights, self.ordinal, strict=True)
        ]

    @cached_property
    def baseline(self) -> ChiSquare:
        """Return the test of the model with thresholds and nothing else.

        Its estimates are the thresholds themselves, so that ``U`` is ``W`` without
        their rows and columns.
        """
        split = sum(self.n_thresholds)
        statistic = sum(
            (n - 1) * float(weight[split:] @ observed[split:] ** 2)
            for n, weight, observed in zip(
                self.n_respondents, self.weights, self.observed, strict=True
            )
        )
        df = sum(len(observed) - split for observed in self.observed)
        second = sum(float(part[split:, split:].sum()) for part in self.elementwise)
        return scaled_shifted(statistic, df, float(df), second)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sandwich:
    """Small products behind standard errors and tests, groups added up.

    Attributes
    ----------
    inverse : numpy.ndarray, shape (n_free, n_free)
        ``E = (D' W D)^-1``.
    once : numpy.ndarray, shape (n_free, n_free)
        ``D' W Gamma W D``.
    twice : numpy.ndarray, shape (n_free, n_free)
        ``D' W Gamma W Gamma W D``.
    """

    inverse: FloatArray
    once: FloatArray
    twice: FloatArray


class WeightedLeastSquares:
    """Half the weighted squares of observed minus implied statistics.

    Groups count by their ``n - 1`` in the discrepancy and by ``n`` in the sandwich, as
    in lavaan. Twice N times the discrepancy is the chi-square before correction.

    Parameters
    ----------
    structure : Structure
        Of a table of ordered items. A plain one is taken for its table.
    data : OrdinalData
        The moments of each group.
    """

    def __init__(self, structure: Structure, data: OrdinalData) -> None:
        self.name = "wlsmv"
        self.ordinal = (
            structure
            if isinstance(structure, OrdinalStructure)
            else OrdinalStructure(structure.table)
        )
        self.structure: Structure = self.ordinal
        self.data = data
        self.n_respondents = data.n_respondents

    @property
    def n_total(self) -> int:
        """Return the number of respondents of all groups."""
        return sum(self.n_respondents)

    @property
    def n_effective(self) -> int:
        """Return N minus the number of groups: the N of standard errors and RMSEA."""
        return self.n_total - len(self.n_respondents)

    def value(self, values: FloatArray) -> float:
        """Return the discrepancy; infinite where a scale is not positive."""
        total = 0.0
        for group, share in enumerate(self._shares_less_one()):
            if not (self.ordinal.scale(values, group) > 0).all():
                return float("inf")
            away = self.residuals(values, group)
            total += share * float(self.data.weights[group] @ away**2) / 2
        return total

    def expand(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gradient and the Gauss-Newton curvature."""
        n_free = self.structure.n_free
        gradient, curvature = np.zeros(n_free), np.zeros((n_free, n_free))
        for group, share in enumerate(self._shares_less_one()):
            slopes = self.ordinal.slopes(values, group)
            weights = share * self.data.weights[group]
            gradient -= slopes.times(weights * self.residuals(values, group))
            curvature += slopes.square(weights)
        return gradient, curvature

    def residuals(self, values: FloatArray, group: int) -> FloatArray:
        """Return observed minus implied statistics of a group."""
        implied = self.ordinal.implied(values, group)
        away: FloatArray = self.data.observed[group] - implied
        return away

    def sandwich(self, values: FloatArray) -> Sandwich:
        """Return the products behind standard errors and tests.

        Raises
        ------
        InsufficientDataError
            Parameters that the statistics do not tell apart.
        """
        n_free = self.structure.n_free
        bread, once, twice = (np.zeros((n_free, n_free)) for _ in range(3))
        for group, share in enumerate(self.data.shares):
            weight = self.data.weights[group]
            slopes = self.ordinal.slopes(values, group)
            spread = self.data.ordinal[group].gamma * weight[:, None]
            spread *= weight
            spread = slopes.times(spread).T  # W Gamma W D
            bread += share * slopes.square(weight)
            once += share * slopes.times(spread)
            twice += share * (spread.T @ (spread / weight[:, None]))
        return Sandwich(inverse=self._invert(bread), once=once, twice=twice)

    def covariance_of_estimates(self, values: FloatArray) -> FloatArray:
        """Return the covariance matrix behind the standard errors."""
        parts = self.sandwich(values)
        covariance: FloatArray = parts.inverse @ parts.once @ parts.inverse
        return covariance / self.n_effective

    def test(self, values: FloatArray) -> ChiSquare:
        """Return the test of the model, scaled and shifted."""
        statistic = 2 * self.n_total * self.value(values)
        df = self.structure.degrees_of_freedom(means=True)
        if df <= 0:
            return plain_test(statistic, df, method="scaled_shifted")
        parts = self.sandwich(values)
        spent = parts.inverse @ parts.once
        # tr(W Gamma) is the number of statistics, as W is the inverse of its diagonal
        first = sum(map(len, self.data.weights)) - float(np.trace(spent))
        second = sum(float(part.sum()) for part in self.data.elementwise)
        second -= 2 * float((parts.inverse * parts.twice).sum())
        second += float((spent * spent.T).sum())
        return scaled_shifted(statistic, df, first, second)

    def baseline(self) -> ChiSquare:
        """Return the test of the model without any correlation, for CFI and TLI."""
        return self.data.baseline

    def log_likelihood(self, values: FloatArray) -> float:
        """Return NaN: least squares has no likelihood."""
        return float("nan")

    def _shares_less_one(self) -> list[float]:
        return [(n - 1) / self.n_total for n in self.n_respondents]

    def _invert(self, bread: FloatArray) -> FloatArray:
        scale = np.sqrt(np.maximum(np.diag(bread), 1e-300))
        roots, vectors = np.linalg.eigh(bread / np.outer(scale, scale))
        lost = np.flatnonzero(np.abs(vectors[:, 0]) > 0.05)
        names = self.structure.table.names()
        shown = ", ".join(names[i] for i in lost[:8])
        require(
            bool(roots[0] > _SINGULAR),
            f"The model is not identified: the answers do not tell apart {shown}"
            f"{' and others' if len(lost) > 8 else ''}. Fix one of them, or leave out "
            "what makes the model too rich.",
        )
        inverse: FloatArray = (vectors / roots) @ vectors.T / np.outer(scale, scale)
        return inverse

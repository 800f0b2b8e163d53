"""A fitted factor model: estimates, fit, implied and residual moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.cfa.indices import FitIndices
from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.normal_theory import SampleMoments
from diagnose.statistics.cfa.parameters import Parameter, ParameterTable
from diagnose.statistics.cfa.structure import Matrices, Structure

if TYPE_CHECKING:
    from diagnose.statistics.cfa.measures import Denominator
    from diagnose.statistics.cfa.modification import (
        InformationKind,
        ModificationIndices,
    )
    from diagnose.statistics.cfa.prepare import Prepared
    from diagnose.statistics.cfa.samples import Group
    from diagnose.statistics.cfa.scores import FactorScores, ScoreMethod
    from diagnose.statistics.reliability.model_based import ModelReliability

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CfaFit:
    """A confirmatory factor model fitted to answers.

    Attributes
    ----------
    method : str
        Estimator: ``"ml"``, ``"mlr"`` or ``"wlsmv"``.
    missing : str
        ``"listwise"``, ``"fiml"`` or ``"pairwise"``.
    model : FactorModel
        The model as stated.
    structure : Structure
        The moments that the parameter table implies, as a function of `values`.
    values : numpy.ndarray, shape (n_free,)
        Estimates of the free parameters, in the order of ``table.names()``.
    covariance_of_estimates : numpy.ndarray, shape (n_free, n_free)
        Sampling variances and covariances of `values`.
    indices : FitIndices
        Chi-square and fit indices.
    samples : tuple of SampleMoments
        Observed means and covariances of each group (with missing answers their
        most likely values; of ordinal answers the polychoric correlations).
    means : bool
        Whether the model has a mean structure.
    groups : tuple of str
        Names of the groups, sorted; one empty name for a single sample.
    n_respondents : int
        Analysed respondents.
    n_by_group : tuple of int
        The same in each group.
    n_items : int
    conf_level : float
        Coverage of the intervals of the estimates.
    converged : bool
        True; a fit that did not converge is refused.
    n_steps : int
        Steps that the minimiser took.
    improper : tuple of str
        Estimates that no population can have, such as
        ``"negative_residual_variance:<item>"``; they came with a warning.
    flags : tuple of str
        What a reader must know: ``"left_out:<n>"`` (respondents without a usable
        answer), ``"no_group:<n>"`` (respondents who name no group),
        ``"empty_cells:<n>"`` (ordinal answers: pairs of items, over all groups, with a
        combination of answers that nobody gave), and what is `improper`.
    """

    method: str
    missing: str
    model: FactorModel
    structure: Structure
    values: FloatArray
    covariance_of_estimates: FloatArray
    indices: FitIndices
    samples: tuple[SampleMoments, ...]
    means: bool
    groups: tuple[str, ...]
    n_respondents: int
    n_by_group: tuple[int, ...]
    n_items: int
    conf_level: float
    converged: bool
    n_steps: int
    improper: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def table(self) -> ParameterTable:
        """Return every parameter of every group: free, fixed or shared."""
        return self.structure.table

    @property
    def std_errors(self) -> FloatArray:
        """Return the standard errors of `values`."""
        errors: FloatArray = np.sqrt(np.diag(self.covariance_of_estimates))
        return errors

    def matrices(self, group: int = 0) -> Matrices:
        """Return loadings, factor covariances and the other matrices of a group."""
        return self.structure.matrices(self.values, group)

    def implied_covariance(self, group: int = 0) -> pd.DataFrame:
        """Return the covariances of the items under the model."""
        return self._by_items(self.matrices(group).answer_covariance)

    def implied_means(self, group: int = 0) -> pd.Series:
        """Return the means of the items under the model; the observed ones without."""
        mean = self.matrices(group).mean if self.means else self.samples[group].mean
        return pd.Series(mean, index=list(self.table.items), name="mean")

    def residual_covariance(self, group: int = 0) -> pd.DataFrame:
        """Return observed minus implied covariances."""
        implied = self.matrices(group).answer_covariance
        return self._by_items(self.samples[group].covariance - implied)

    def residual_correlation(self, group: int = 0) -> pd.DataFrame:
        """Return observed minus implied correlations, each from its own variances.

        A value beyond .10 means that the model misses something that two items share.
        """
        observed = _correlation(self.samples[group].covariance)
        implied = _correlation(self.matrices(group).answer_covariance)
        return self._by_items(observed - implied)

    def residual_means(self, group: int = 0) -> pd.Series:
        """Return observed minus implied means."""
        observed = pd.Series(self.samples[group].mean, index=list(self.table.items))
        return (observed - self.implied_means(group)).rename("mean")

    def to_frame(self) -> pd.DataFrame:
        """Return the parameters, one row each, in the order of the table.

        Columns: group, parameter (such as ``"loading"``), left and right (what it
        joins), estimate, std_error, statistic (estimate over standard error),
        p_value, conf_low, conf_high, and status: ``"free"``, ``"fixed"`` (standard
        error 0, no test) or ``"shared"`` (by groups or by parameters of one group).
        """
        from scipy.special import ndtr, ndtri

        rows = self.table.rows
        number = np.array([row.free for row in rows])
        free = number >= 0
        estimate = np.array([row.value for row in rows])
        estimate[free] = self.values[number[free]]
        error = np.zeros(len(rows))
        error[free] = self.std_errors[number[free]]
        statistic = np.full(len(rows), np.nan)
        np.divide(estimate, error, out=statistic, where=error > 0)
        margin = float(ndtri((1 + self.conf_level) / 2)) * error
        times = np.bincount(number[free], minlength=self.table.n_free)
        return pd.DataFrame(
            {
                "group": [self.groups[row.group] for row in rows],
                "parameter": [row.kind for row in rows],
                "left": [row.left for row in rows],
                "right": [row.right for row in rows],
                "estimate": estimate,
                "std_error": error,
                "statistic": statistic,
                "p_value": 2 * ndtr(-np.abs(statistic)),
                "conf_low": estimate - margin,
                "conf_high": estimate + margin,
                "status": [_status(row, times) for row in rows],
            }
        )

    def standardised(self) -> pd.DataFrame:
        """Return the solution in standard deviations, with the variances explained.

        Columns as of `to_frame` without status. See `standardised_solution`.
        """
        from diagnose.statistics.cfa.standardised import standardised_solution

        return standardised_solution(self)

    def modification_indices(
        self,
        prepared: Prepared | None = None,
        *,
        information: InformationKind | None = None,
    ) -> ModificationIndices:
        """Test what the model leaves out, one parameter at a time, without a refit.

        See `diagnose.statistics.cfa.modification_indices`.
        """
        from diagnose.statistics.cfa.modification import modification_indices

        return modification_indices(self, prepared, information=information)

    def factor_scores(
        self,
        items: pd.DataFrame,
        *,
        method: ScoreMethod | None = None,
        group: Group | None = None,
    ) -> FactorScores:
        """Score respondents on the factors.

        See `diagnose.statistics.cfa.factor_scores`.
        """
        from diagnose.statistics.cfa.scores import factor_scores

        return factor_scores(self, items, method=method, group=group)

    def reliability(
        self,
        prepared: Prepared | None = None,
        *,
        denominator: Denominator = "observed",
    ) -> ModelReliability:
        """Return omega and average variance extracted of every factor.

        See `diagnose.statistics.reliability.model_reliability`.
        """
        from diagnose.statistics.reliability.model_based import model_reliability

        return model_reliability(self, prepared, denominator=denominator)

    def _by_items(self, matrix: FloatArray) -> pd.DataFrame:
        names = list(self.table.items)
        return pd.DataFrame(matrix, index=names, columns=names)


def _status(row: Parameter, times: npt.NDArray[np.int_]) -> str:
    if row.free < 0:
        return "fixed"
    return "shared" if times[row.free] > 1 else "free"


def _correlation(covariance: FloatArray) -> FloatArray:
    scale = np.sqrt(np.diag(covariance))
    correlation: FloatArray = covariance / np.outer(scale, scale)
    return correlation

"""Sampling variance of what is computed from a fitted model and observed variances.

A measure with an observed denominator depends on the estimates and on the covariances
they come from. Both move together from sample to sample: with g and q its derivatives,
``g' V g + 2 g' K q + q' G q``, where V, G and K are the covariance matrices of the
estimates, of the observed moments, and between them.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.full_information import FullInformation
from diagnose.statistics.cfa.matrix_moves import matrix_moves
from diagnose.statistics.cfa.maximum_likelihood import (
    MaximumLikelihood,
    casewise_scores,
)
from diagnose.statistics.cfa.measures import Measure
from diagnose.statistics.cfa.robust import invert_information
from diagnose.statistics.cfa.tabulated import (
    complete_answers,
    incomplete_answers,
    ordinal_answers,
)
from diagnose.statistics.cfa.wlsmv import WeightedLeastSquares

if TYPE_CHECKING:
    from diagnose.statistics.cfa.prepare import Prepared
    from diagnose.statistics.cfa.result import CfaFit

FloatArray = npt.NDArray[np.float64]

_PURPOSE = "the standard error with an observed denominator"


class MeasureErrors:
    """Standard errors of measures of one fitted model.

    Parameters
    ----------
    fit : CfaFit
        A fitted model.
    prepared : Prepared or None
        The tabulated answers. Needed where a measure depends on observed moments,
        unless the model was fitted by plain maximum likelihood to complete answers.
    """

    def __init__(self, fit: CfaFit, prepared: Prepared | None) -> None:
        self.fit, self.prepared = fit, prepared

    def of(self, measure: Measure, group: int) -> float:
        """Return the standard error of a measure of one group.

        Raises
        ------
        ValueError
            `prepared` is absent where it is needed, or holds other answers.
        """
        covariance = self.fit.covariance_of_estimates
        variance = float(measure.slope @ covariance @ measure.slope)
        if measure.observed.any():
            between, own = self._observed(measure.observed, group)
            variance += 2 * float(measure.slope @ between) + own
        return math.sqrt(max(variance, 0.0))

    def _observed(self, weights: FloatArray, group: int) -> tuple[FloatArray, float]:
        """Return K q and q' G q for weights q of the observed moments of a group."""
        if self.fit.method == "wlsmv":
            return self._ordinal(weights, group)
        if self.fit.missing == "fiml":
            return self._incomplete(weights, group)
        if self.fit.method == "mlr":
            return self._robust(weights, group)
        at = self.fit.matrices(group)
        spread = weights @ at.covariance
        own = 2 * float((spread * spread.T).sum()) / self.fit.n_by_group[group]
        return self._efficient(weights, group), own

    def _efficient(self, weights: FloatArray, group: int) -> FloatArray:
        """Return K q of normal answers, if the model holds.

        Efficient estimates owe all they share with the observed moments to what these
        tell about the model: K is V times the derivatives of the implied moments.
        """
        at = self.fit.matrices(group)
        moves = matrix_moves(self.fit.structure, self.fit.values, group)
        along = np.einsum("fij,ij->f", moves.covariance(at), weights)
        between: FloatArray = self.fit.covariance_of_estimates @ along
        return between

    def _robust(self, weights: FloatArray, group: int) -> tuple[FloatArray, float]:
        """Return both from the answers themselves, whatever their distribution."""
        fit = self.fit
        rows = complete_answers(fit, self.prepared, _PURPOSE).rows[group]
        at = fit.matrices(group)
        moves = fit.structure.derivatives(fit.values, group)
        inverse = np.asarray(np.linalg.inv(at.covariance), dtype=float)
        away = rows - fit.samples[group].mean
        influence = ((away @ weights) * away).sum(axis=1)
        influence -= influence.mean()
        centre = at.mean if fit.means else fit.samples[group].mean
        scores = casewise_scores(moves, inverse, rows - centre, means=fit.means)
        by_row = scores.T @ influence / len(rows)
        crossed = moves.collect(by_row, len(fit.values))
        return self._bread @ crossed, float(influence @ influence) / len(rows) ** 2

    def _incomplete(self, weights: FloatArray, group: int) -> tuple[FloatArray, float]:
        """Return both for the most likely moments of incomplete answers."""
        from scipy.linalg import cho_solve

        fit = self.fit
        data = incomplete_answers(fit, self.prepared, _PURPOSE)
        p = len(weights)
        i, j = np.triu_indices(p)
        by_moment = np.where(i == j, 1.0, 2.0) * weights[i, j]
        by_moment = np.concatenate([np.zeros(p), by_moment])
        # what each moment's information turns into: the weighted sum
        turned = np.asarray(cho_solve(self._partial[group], by_moment), dtype=float)
        if fit.method == "ml":
            own = float(by_moment @ turned) / fit.n_by_group[group]
            return self._efficient(weights, group), own
        answers, sample = data.incomplete[group], fit.samples[group]
        direction = np.zeros((1, p, p))
        direction[0, i, j] = direction[0, j, i] = turned[p:]
        influence = answers.casewise_scores(
            sample.mean, sample.covariance, turned[None, :p], direction
        )[:, 0]
        crossed = self._casewise[group].T @ influence / len(influence)
        return self._bread @ crossed, float(influence @ influence) / len(influence) ** 2

    def _ordinal(self, weights: FloatArray, group: int) -> tuple[FloatArray, float]:
        """Return both for polychoric correlations: K is E D' W Gamma / N."""
        fit = self.fit
        data = ordinal_answers(fit, self.prepared, _PURPOSE)
        spread = data.ordinal[group].gamma @ weights
        slopes = WeightedLeastSquares(fit.structure, data).ordinal.slopes(
            fit.values, group
        )
        drawn = slopes.times(data.weights[group] * spread)
        between = self._inverse @ drawn / (fit.n_respondents - len(fit.groups))
        return between, float(weights @ spread) / fit.n_by_group[group]

    @cached_property
    def _bread(self) -> FloatArray:
        """Return the inverse of the observed information of all respondents."""
        fit = self.fit
        bound: MaximumLikelihood | FullInformation
        if fit.missing == "fiml":
            partial = incomplete_answers(fit, self.prepared, _PURPOSE)
            bound = FullInformation(fit.structure, partial)
        else:
            complete = complete_answers(fit, self.prepared, _PURPOSE)
            bound = MaximumLikelihood(fit.structure, complete)
        return invert_information(bound.hessian(fit.values), fit.n_respondents)

    @cached_property
    def _partial(self) -> list[tuple[FloatArray, bool]]:
        """Return what a respondent of a group tells about all its moments, factored."""
        from scipy.linalg import cho_factor

        data = incomplete_answers(self.fit, self.prepared, _PURPOSE)
        return [cho_factor(one.partial) for one in data.saturated]

    @cached_property
    def _casewise(self) -> list[FloatArray]:
        """Return the scores of each group's respondents, from incomplete answers."""
        fit = self.fit
        data = incomplete_answers(fit, self.prepared, _PURPOSE)
        found = []
        for group, answers in enumerate(data.incomplete):
            at = fit.matrices(group)
            moved = fit.structure.derivatives(fit.values, group).dense(len(fit.values))
            found.append(answers.casewise_scores(at.mean, at.covariance, *moved))
        return found

    @cached_property
    def _inverse(self) -> FloatArray:
        """Return E, of ordinal answers."""
        data = ordinal_answers(self.fit, self.prepared, _PURPOSE)
        bound = WeightedLeastSquares(self.fit.structure, data)
        _, curvature = bound.expand(self.fit.values)
        return invert_information(curvature, 1)

"""Full-information maximum likelihood: every answer given counts, nothing is filled in.

Plain and robust to non-normal answers. The robust test and standard errors are those
of Yuan and Bentler (2000, Sociological Methodology); the fit indices that estimate what
complete answers would give those of Zhang and Savalei (2023, Psychological Methods).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.cfa.estimator import ChiSquare, plain_test
from diagnose.statistics.cfa.independence import independence_table
from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.normal_theory import (
    NormalTheory,
    SampleMoments,
    expected_information,
)
from diagnose.statistics.cfa.parameters import ParameterTable, tabulate_model
from diagnose.statistics.cfa.robust import invert_information, scaled_test
from diagnose.statistics.cfa.start import place_starts
from diagnose.statistics.cfa.structure import Structure
from diagnose.statistics.missing.incomplete import IncompleteData, MomentGradient

FloatArray = npt.NDArray[np.float64]


class PartialData:
    """Incomplete answers of each group, tabulated once for any number of models.

    Parameters
    ----------
    items, groups : tuple of str
        Their names.
    rows : sequence of numpy.ndarray, shape (n, p)
        Answers of each group, missing ones as NaN, items in the order of `items`.
    robust : bool
        Whether standard errors and test are robust to non-normal answers.

    Raises
    ------
    InsufficientDataError
        Two items never answered together, or moments that do not converge.
    """

    def __init__(
        self,
        items: tuple[str, ...],
        groups: tuple[str, ...],
        rows: Sequence[FloatArray],
        *,
        robust: bool,
    ) -> None:
        self.items, self.groups, self.robust = items, groups, robust
        self.incomplete = tuple(IncompleteData(block, items) for block in rows)
        # without correlations each item's own answers are all that counts for it
        self.by_item = [
            (np.nanmean(block, axis=0), np.nanvar(block, axis=0)) for block in rows
        ]
        self.n_respondents: tuple[int, ...] = tuple(
            one.n_respondents for one in self.incomplete
        )
        self.n_unanswered = sum(one.n_unanswered for one in self.incomplete)
        saturated = [one.saturated() for one in self.incomplete]
        for name, one, own in zip(groups, self.incomplete, saturated, strict=True):
            where = f" of group {name!r}" if name else ""
            require(
                own.converged,
                f"The covariances{where} do not come to rest over {one.n_respondents} "
                "respondents: too few of them answered some items together. Leave out "
                "the items with most missing answers, or use missing='listwise'.",
            )
        self.moments = tuple(
            SampleMoments(
                mean=own.mean,
                covariance=own.covariance,
                n_respondents=one.n_respondents,
            )
            for one, own in zip(self.incomplete, saturated, strict=True)
        )
        self.log_likelihood = sum(own.log_likelihood for own in saturated)

    def tabulate(self, model: FactorModel) -> ParameterTable:
        """Return the table of a model in which the groups share nothing."""
        return tabulate_model(model, self.groups, means=True)

    def start(self, table: ParameterTable, model: FactorModel) -> ParameterTable:
        """Return the table with starting values from the moments."""
        means = [sample.mean for sample in self.moments]
        return place_starts(table, model, means, [s.covariance for s in self.moments])

    def bind(self, structure: Structure) -> FullInformation:
        """Return the estimator of one model of these answers."""
        return FullInformation(structure, self)

    @cached_property
    def baseline(self) -> ChiSquare:
        """Return the test of the model in which no two items correlate."""
        table = independence_table(self.items, self.groups, means=True)
        values = np.empty(table.n_free)
        for row in table.rows:
            mean, variance = self.by_item[row.group]
            own = mean if row.kind == "intercept" else variance
            values[row.free] = own[row.row]
        return self.bind(Structure(table)).test(values)

    @cached_property
    def saturated(self) -> tuple[SaturatedInformation, ...]:
        """Return what the answers of each group tell about its moments."""
        return tuple(
            SaturatedInformation.of(one, sample, robust=self.robust)
            for one, sample in zip(self.incomplete, self.moments, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaturatedInformation:
    """What one respondent tells about all means and distinct covariances.

    With ``W`` the observed information of the answers at hand, ``C`` that of complete
    answers, and ``B`` the mean cross-product of the scores (``W`` where normal answers
    are taken for granted), so that ``G = W^-1 B W^-1`` is the covariance of the most
    likely moments.

    Attributes
    ----------
    partial, complete, scores : numpy.ndarray
        W, C and B.
    crossed : numpy.ndarray
        W G C.
    trace : float
        tr(B W^-1).
    complete_trace : float
        tr(G C).
    """

    partial: FloatArray
    complete: FloatArray
    scores: FloatArray
    crossed: FloatArray
    trace: float
    complete_trace: float

    @classmethod
    def of(
        cls, data: IncompleteData, sample: SampleMoments, *, robust: bool
    ) -> SaturatedInformation:
        """Compute it at the most likely moments of a group."""
        at = (sample.mean, sample.covariance)
        partial = data.moment_information(*at, kind="observed") / data.n_respondents
        complete = complete_information(sample.covariance)
        inverse = invert_information(partial, 1)
        scores, crossed = partial, complete
        if robust:
            scores = data.moment_score_cross_product(*at) / data.n_respondents
            crossed = scores @ (inverse @ complete)
        return cls(
            partial=partial,
            complete=complete,
            scores=scores,
            crossed=crossed,
            trace=float((inverse * scores).sum()),
            complete_trace=float((crossed * inverse).sum()),
        )


class FullInformation:
    """Full-information maximum likelihood of one model, from incomplete answers.

    Standard errors come from the observed information, or (robust) from the sandwich
    of it and the scores.
    """

    def __init__(self, structure: Structure, data: PartialData) -> None:
        self.structure, self.data = structure, data
        self.robust = data.robust
        self.name = "mlr" if data.robust else "ml"
        self.n_respondents = data.n_respondents
        self.n_effective: int = sum(data.n_respondents)
        self._seen: tuple[FloatArray, list[MomentGradient]] | None = None
        self._hessian: tuple[FloatArray, FloatArray] | None = None

    def approximation(self) -> NormalTheory:
        """Return maximum likelihood from the most likely moments (two stages)."""
        return NormalTheory(self.structure, self.data.moments, means=True)

    def value(self, values: FloatArray) -> float:
        """Return minus the log-likelihood of one respondent."""
        total = sum(float(slope.log_likelihood) for slope in self._look(values))
        return -total / self.n_effective

    def expand(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gradient, and the information had every item been answered."""
        n_free = self.structure.n_free
        gradient, information = np.zeros(n_free), np.zeros((n_free, n_free))
        for group, slope in enumerate(self._look(values)):
            moves = self.structure.derivatives(values, group)
            by_row = 2 * ((moves.left @ slope.covariance) * moves.right).sum(axis=1)
            by_row += moves.mean @ slope.mean
            gradient -= moves.collect(by_row, n_free) / self.n_effective
            at = self.structure.matrices(values, group)
            inverse = np.asarray(np.linalg.inv(at.covariance), dtype=float)
            expected = expected_information(moves, inverse, means=True)
            share = self.n_respondents[group] / self.n_effective
            information += share * moves.collect(expected, n_free)
        return gradient, information

    def hessian(self, values: FloatArray) -> FloatArray:
        """Return the second derivatives of the value: the observed information."""
        if self._hessian is not None and (self._hessian[0] == values).all():
            return self._hessian[1]
        total = np.zeros((self.structure.n_free,) * 2)
        slopes = self._look(values)
        for group, data in enumerate(self.data.incomplete):
            at = self.structure.matrices(values, group)
            moves = self.structure.derivatives(values, group)
            along = moves.dense(self.structure.n_free)
            total += data.information(at.mean, at.covariance, *along, kind="observed")
        total -= self.structure.curvature(
            values, [s.mean for s in slopes], [s.covariance for s in slopes]
        )
        hessian: FloatArray = total / self.n_effective
        self._hessian = (values.copy(), hessian)
        return hessian

    def covariance_of_estimates(self, values: FloatArray) -> FloatArray:
        """Return the covariance matrix behind the standard errors."""
        if not self.robust:
            return invert_information(self.hessian(values), self.n_effective)
        bread = invert_information(self.hessian(values), 1)
        covariance: FloatArray = bread @ self.score_cross_product(values) @ bread
        return covariance / self.n_effective

    def test(self, values: FloatArray) -> ChiSquare:
        """Return the test of the model."""
        excess = self.data.log_likelihood + self.value(values) * self.n_effective
        statistic = max(2 * excess, 0.0)
        df = self.structure.degrees_of_freedom(means=True)
        if df == 0:
            return plain_test(statistic, df)
        if self.robust:
            spent = np.linalg.solve(
                self.hessian(values), self.score_cross_product(values)
            )
            trace = sum(one.trace for one in self.data.saturated)
            trace -= float(np.trace(spent))
            test = scaled_test(statistic, df, trace, self.n_effective)
        else:
            test = plain_test(statistic, df)
        misfit, unit = self._complete_misfit(values, df)
        return replace(test, misfit=misfit, misfit_unit=unit)

    def baseline(self) -> ChiSquare:
        """Return the test of the model without any correlation, for CFI and TLI."""
        return self.data.baseline

    def log_likelihood(self, values: FloatArray) -> float:
        """Return the log-likelihood of the answers given."""
        return -self.n_effective * self.value(values)

    def score_cross_product(self, values: FloatArray) -> FloatArray:
        """Return the mean over respondents of the products of their scores."""
        total = np.zeros((self.structure.n_free,) * 2)
        for group, data in enumerate(self.data.incomplete):
            at = self.structure.matrices(values, group)
            moves = self.structure.derivatives(values, group)
            along = moves.dense(self.structure.n_free)
            total += data.score_cross_product(at.mean, at.covariance, *along)
        mean: FloatArray = total / self.n_effective
        return mean

    def _look(self, values: FloatArray) -> list[MomentGradient]:
        """Return log-likelihood and slopes of each group; the last place is kept."""
        if self._seen is None or not (self._seen[0] == values).all():
            slopes = []
            with np.errstate(all="ignore"):  # a step too far overflows: it is not taken
                for group, data in enumerate(self.data.incomplete):
                    at = self.structure.matrices(values, group)
                    slopes.append(data.moment_gradient(at.mean, at.covariance))
            self._seen = (values.copy(), slopes)
        return self._seen[1]

    def _complete_misfit(self, values: FloatArray, df: int) -> tuple[float, float]:
        """Return the chi-square of the most likely moments, and its unit.

        The discrepancy of complete data between saturated and implied moments, and the
        mean of it (a degree of freedom) under a true model: with ``W`` and ``C`` the
        saturated information of the answers and of complete ones, ``G`` the covariance
        of the saturated moments, and ``P = I - D (D' W D)^-1 D' W`` what the model
        leaves over of them, tr(C P G P').
        """
        near = self.approximation()
        excess = near.value(values) - near.saturated_value()
        n_free = self.structure.n_free
        moved, left, inner, crossed = (np.zeros((n_free, n_free)) for _ in range(4))
        trace = 0.0
        for group, one in enumerate(self.data.saturated):
            share = self.n_respondents[group] / self.n_effective
            moves = self.structure.derivatives(values, group)
            along = moves.along_moments(n_free)
            trace += one.complete_trace
            moved += share * (along @ one.partial @ along.T)
            left += share * (along @ one.complete @ along.T)
            inner += share * (along @ one.scores @ along.T)
            crossed += share * (along @ one.crossed @ along.T)
        inverse = invert_information(moved, 1)
        trace -= 2 * float((inverse * crossed.T).sum())
        trace += float((inverse @ inner @ inverse * left.T).sum())
        return max(2 * self.n_effective * excess, 0.0), trace / df


def complete_information(covariance: FloatArray) -> FloatArray:
    """Return the information of a complete respondent on means and covariances.

    Means first, then the upper triangle of the covariance matrix row by row.
    """
    p = len(covariance)
    inverse = np.asarray(np.linalg.inv(covariance), dtype=float)
    i, j = np.triu_indices(p)
    once = np.where(i == j, 0.5, 1.0)
    pairs = inverse[np.ix_(i, i)] * inverse[np.ix_(j, j)]
    pairs += inverse[np.ix_(i, j)] * inverse[np.ix_(j, i)]
    information = np.zeros((p + len(i),) * 2)
    information[:p, :p] = inverse
    information[p:, p:] = pairs * np.outer(once, once)
    return information

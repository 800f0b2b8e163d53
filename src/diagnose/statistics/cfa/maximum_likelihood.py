"""Maximum likelihood from complete answers, plain or robust to non-normal answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.estimator import ChiSquare, plain_test
from diagnose.statistics.cfa.independence import independence_table
from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.normal_theory import NormalTheory, SampleMoments
from diagnose.statistics.cfa.parameters import ParameterTable, tabulate_model
from diagnose.statistics.cfa.robust import invert_information, scaled_test
from diagnose.statistics.cfa.start import place_starts
from diagnose.statistics.cfa.structure import Derivatives, Structure

FloatArray = npt.NDArray[np.float64]

_CELLS_AT_ONCE = 2_000_000


class CompleteData:
    """Complete answers of each group, tabulated once for any number of models.

    Parameters
    ----------
    items, groups : tuple of str
        Their names.
    moments : sequence of SampleMoments
        One a group, items in the order of `items`.
    means : bool
        Whether the models have a mean structure.
    rows : sequence of numpy.ndarray, shape (n, p), optional
        The answers themselves, for robust standard errors and tests; without them
        means and covariances suffice.
    """

    def __init__(
        self,
        items: tuple[str, ...],
        groups: tuple[str, ...],
        moments: Sequence[SampleMoments],
        *,
        means: bool,
        rows: Sequence[FloatArray] = (),
    ) -> None:
        self.items, self.groups = items, groups
        self.moments = tuple(moments)
        self.means = means
        self.rows = tuple(rows)
        self.robust = bool(rows)
        self.n_respondents = tuple(sample.n_respondents for sample in moments)

    def tabulate(self, model: FactorModel) -> ParameterTable:
        """Return the table of a model in which the groups share nothing."""
        return tabulate_model(model, self.groups, means=self.means)

    def start(self, table: ParameterTable, model: FactorModel) -> ParameterTable:
        """Return the table with starting values from the moments."""
        means = [sample.mean for sample in self.moments]
        return place_starts(table, model, means, [s.covariance for s in self.moments])

    def bind(self, structure: Structure) -> MaximumLikelihood:
        """Return the estimator of one model of these answers."""
        return MaximumLikelihood(structure, self)

    @cached_property
    def baseline(self) -> ChiSquare:
        """Return the test of the model in which no two items correlate."""
        table = independence_table(self.items, self.groups, means=self.means)
        structure = Structure(table)
        variances = np.concatenate([np.diag(s.covariance) for s in self.moments])
        values = np.empty(table.n_free)
        p = len(self.items)
        for row in table.rows:
            own = variances[row.group * p : (row.group + 1) * p]
            is_mean = row.kind == "intercept"
            observed = self.moments[row.group].mean if is_mean else own
            values[row.free] = observed[row.row]
        return self.bind(structure).test(values)

    @cached_property
    def saturated_trace(self) -> float:
        """Return tr(B A^-1) of the saturated model, groups added up.

        ``A`` is its information and ``B`` the cross-product of its scores. At the
        sample's own moments the trace is half of Mardia's kurtosis minus p / 2 for
        the covariances (Mardia, 1970, Biometrika), and p for the means.
        """
        total = 0.0
        for sample, rows in zip(self.moments, self.rows, strict=True):
            p = len(sample.mean)
            inverse = np.linalg.inv(sample.covariance)
            fourth = 0.0
            for block in _blocks(rows):
                centred = block - sample.mean
                distance = ((centred @ inverse) * centred).sum(axis=1)
                fourth += float(distance @ distance)
            total += (fourth / len(rows) - p) / 2 + p * self.means
        return total


class MaximumLikelihood(NormalTheory):
    """Maximum likelihood of one model, from complete answers.

    Plain: expected information, and n times the discrepancy as the test. Robust (with
    rows): the sandwich of observed information and scores (White, 1982, Econometrica)
    and the test of Yuan and Bentler (2000, Sociological Methodology) as Mplus computes
    it (Asparouhov and Muthen, 2005).
    """

    def __init__(self, structure: Structure, data: CompleteData) -> None:
        super().__init__(structure, data.moments, means=data.means)
        self.data = data
        self.robust = data.robust
        self.name = "mlr" if data.robust else "ml"
        self.n_respondents = data.n_respondents

    @property
    def n_effective(self) -> int:
        """Return the number of respondents of all groups."""
        return sum(self.n_respondents)

    def covariance_of_estimates(self, values: FloatArray) -> FloatArray:
        """Return the covariance matrix behind the standard errors."""
        if not self.robust:
            _, information = self.expand(values)
            return invert_information(information, self.n_effective)
        bread = invert_information(self.hessian(values), 1)
        covariance: FloatArray = bread @ self.score_cross_product(values) @ bread
        return covariance / self.n_effective

    def test(self, values: FloatArray) -> ChiSquare:
        """Return the test of the model."""
        excess = self.value(values) - self.saturated_value()
        statistic = max(2 * self.n_effective * excess, 0.0)
        df = self.structure.degrees_of_freedom(means=self.means)
        if not self.robust or df == 0:
            return plain_test(statistic, df)
        observed = self.hessian(values)
        trace = np.trace(np.linalg.solve(observed, self.score_cross_product(values)))
        return scaled_test(
            statistic, df, self.data.saturated_trace - float(trace), self.n_effective
        )

    def baseline(self) -> ChiSquare:
        """Return the test of the model without any correlation, for CFI and TLI."""
        return self.data.baseline

    def log_likelihood(self, values: FloatArray) -> float:
        """Return the normal log-likelihood."""
        constant = self.structure.n_items * np.log(2 * np.pi) / 2
        return float(-self.n_effective * (self.value(values) + constant))

    def score_cross_product(self, values: FloatArray) -> FloatArray:
        """Return the mean over respondents of the products of their scores."""
        n_free = self.structure.n_free
        total = np.zeros((n_free, n_free))
        for group, rows in enumerate(self.data.rows):
            at = self.structure.matrices(values, group)
            moves = self.structure.derivatives(values, group)
            inverse = np.asarray(np.linalg.inv(at.covariance), dtype=float)
            centre = at.mean if self.means else self.samples[group].mean
            by_row = np.zeros((len(moves.free),) * 2)
            for block in _blocks(rows):
                scores = casewise_scores(
                    moves, inverse, block - centre, means=self.means
                )
                by_row += scores.T @ scores
            total += moves.collect(by_row, n_free)
        return total / self.n_effective


def casewise_scores(
    moves: Derivatives, inverse: FloatArray, centred: FloatArray, *, means: bool
) -> FloatArray:
    """Return each respondent's derivative of the log-likelihood, by table rows.

    ``(w' D w - tr(W D)) / 2 + w' d`` with ``w`` the weighed answers: two products of
    small matrices, since the derivatives ``D`` have rank two.

    Returns
    -------
    numpy.ndarray, shape (n, r)
    """
    weighed = centred @ inverse
    scores: FloatArray = (weighed @ moves.left.T) * (weighed @ moves.right.T)
    scores -= ((moves.left @ inverse) * moves.right).sum(axis=1)
    if means:
        scores += weighed @ moves.mean.T
    return scores


def _blocks(rows: FloatArray) -> list[FloatArray]:
    size = max(1000, _CELLS_AT_ONCE // max(rows.shape[1], 1))
    return [rows[start : start + size] for start in range(0, len(rows), size)]

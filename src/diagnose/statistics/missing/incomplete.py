"""The normal likelihood of incomplete answers, by answer pattern.

Every answer a respondent did give counts; nothing is filled in. The likelihood is that
of a multivariate normal distribution over the items each respondent answered, which is
what full-information maximum likelihood (FIML) means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from diagnose._options import check_at_least, check_option
from diagnose.statistics.missing.answer_patterns import (
    AnswerPatterns,
    PatternBlock,
    build_blocks,
    find_patterns,
)
from diagnose.statistics.missing.casewise import directions, moment_scores
from diagnose.statistics.missing.conditioning import (
    Conditioned,
    Moments,
    condition,
    distances,
    log_likelihood,
    moments_at,
    residuals,
    summed_inverses,
    weigh,
)
from diagnose.statistics.missing.coverage import (
    checked_values,
    require_answers,
    require_covariances,
    require_regular,
    require_varied_items,
)
from diagnose.statistics.missing.moment_information import (
    curvature,
    directional_hessian,
    moment_hessian,
    slabs,
)
from diagnose.statistics.missing.saturated import (
    SaturatedMoments,
    fit_saturated,
    positive_definite_start,
)

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
InformationKind = Literal["observed", "expected"]

_ITEMS_AT_ONCE = 80  # above, second derivatives are taken along directions only


class MomentGradient(NamedTuple):
    """A log-likelihood with its derivatives; unpacks in this order.

    Attributes
    ----------
    log_likelihood : float
        Minus infinity when the covariance matrix is not positive definite; the
        derivatives are NaN then.
    mean : ndarray, shape (n_items,)
        Derivative to the means.
    covariance : ndarray, shape (n_items, n_items)
        Symmetric; a change of the covariance matrix by dS changes the log-likelihood
        by the sum of the products of the elements of both matrices.
    """

    log_likelihood: float
    mean: FloatArray
    covariance: FloatArray


class IncompleteData:
    """Incomplete answers, grouped by pattern, ready for a normal likelihood.

    Built once; no method changes it. All means and covariances are in the units of the
    answers. Covariance matrices must be symmetric and positive definite.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_items)
        Answers, missing ones as NaN. Respondents without any answer are left out and
        counted. Not modified.
    names : sequence of str, optional
        Names of the items, for messages; their numbers from 1 when absent.

    Attributes
    ----------
    n_respondents, n_unanswered : int
        Respondents with at least one answer, and without any.
    n_items, n_patterns : int
        Items, and different answer patterns.
    names : tuple of str
        Names of the items.
    kept : ndarray of bool, shape (n_rows,)
        Which rows of `values` hold an answer.
    patterns : AnswerPatterns
        Which items each pattern answered, and by how many respondents.
    pair_counts : ndarray, shape (n_items, n_items)
        Respondents who answered both items; each item on the diagonal.

    Raises
    ------
    InsufficientDataError
        Nobody answered anything, nobody answered an item, or an item is constant.
    TypeError, ValueError
        Not a table of finite numbers and NaN, or not one name an item.
    """

    def __init__(self, values: FloatArray, names: Sequence[str] | None = None) -> None:
        self.names: tuple[str, ...] = checked_values(values, names)
        require_answers(values)
        self.kept: BoolArray = np.asarray(~np.isnan(values).all(axis=1))
        given = values[self.kept]
        require_varied_items(given, self.names)
        self.n_respondents, self.n_items = given.shape
        self.n_unanswered: int = len(values) - self.n_respondents
        answered = ~np.isnan(given)
        self.patterns: AnswerPatterns = find_patterns(answered)
        self.n_patterns: int = len(self.patterns.counts)
        weighted = self.patterns.answered * self.patterns.counts[:, None].astype(float)
        self.pair_counts: FloatArray = weighted.T @ self.patterns.answered
        # Centred answers keep their digits in sums of squares, whatever their mean.
        self._centre: FloatArray = np.nanmean(given, axis=0)
        self._values: FloatArray = np.where(answered, given - self._centre, 0.0)
        self._blocks: tuple[PatternBlock, ...] = build_blocks(
            self._values, self.patterns
        )

    def log_likelihood(self, mean: FloatArray, covariance: FloatArray) -> float:
        """Return the log-likelihood; minus infinity when not positive definite."""
        moments = self._moments(mean, covariance)
        if moments is None:
            return -np.inf
        try:
            return sum(_evaluate(block, moments)[0] for block in self._blocks)
        except np.linalg.LinAlgError:  # positive definite, but only just
            return -np.inf

    def moment_gradient(
        self, mean: FloatArray, covariance: FloatArray
    ) -> MomentGradient:
        """Return the log-likelihood and its derivatives to means and covariances."""
        return self._gradient(mean - self._centre, covariance)

    def _gradient(
        self, centred_mean: FloatArray, covariance: FloatArray
    ) -> MomentGradient:
        shape = (self.n_items, self.n_items)
        undefined = MomentGradient(
            -np.inf, np.full(self.n_items, np.nan), np.full(shape, np.nan)
        )
        moments = moments_at(centred_mean, covariance)
        if moments is None:
            return undefined
        total = 0.0
        by_mean = np.zeros(self.n_items)
        by_covariance = np.zeros(shape)
        try:
            for block in self._blocks:
                part, weighed, conditioned = _evaluate(block, moments)
                total += part
                by_mean += block.rows.weights @ weighed
                by_covariance += weighed.T @ weighed
                by_covariance -= summed_inverses(block, moments, conditioned)
        except np.linalg.LinAlgError:  # positive definite, but only just
            return undefined
        return MomentGradient(total, by_mean, (by_covariance + by_covariance.T) / 4)

    def moment_information(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        *,
        kind: InformationKind = "observed",
    ) -> FloatArray:
        """Return the information on all means and distinct covariances.

        Minus the second derivatives of the log-likelihood, or their expectation for
        the answer patterns at hand. Means come first, then the upper triangle of the
        covariance matrix row by row. Its inverse is the covariance matrix of the
        saturated moments. Memory grows with the fourth power of the number of items:
        25 MB for 40 items, 1 GB for 100.

        Returns
        -------
        ndarray, shape (n_items + n_pairs, n_items + n_pairs)
        """
        check_option("kind", kind, InformationKind)
        moments = self._positive_definite(mean, covariance)
        expected = kind == "expected"
        parts = (curvature(b, moments, expected=expected) for b in self._blocks)
        return moment_hessian(parts, self._summed_inverses(moments))

    def information(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        d_mean: FloatArray,
        d_cov: FloatArray,
        *,
        kind: InformationKind = "observed",
    ) -> FloatArray:
        """Return the information on parameters that the moments depend on.

        For a model whose moments are curved functions of its parameters, the observed
        information has a second part, which needs second derivatives of the model. It
        is for the caller to *subtract*: with ``g = moment_gradient(mean, covariance)``,
        the sum over elements of ``g.covariance`` times the second derivative of the
        covariance matrix to parameters k and l, and the same for the means. Expected
        information has no such part.

        Parameters
        ----------
        mean, covariance : ndarray, shapes (n_items,) and (n_items, n_items)
            Where the information is asked for.
        d_mean, d_cov : ndarray, shapes (q, n_items) and (q, n_items, n_items)
            Derivatives of the moments to each of q parameters.
        kind : {"observed", "expected"}
            Minus the second derivatives, or their expectation given the patterns.

        Returns
        -------
        ndarray, shape (q, q)
        """
        check_option("kind", kind, InformationKind)
        if self.n_items <= _ITEMS_AT_ONCE:
            along = directions(d_mean, d_cov)
            full = self.moment_information(mean, covariance, kind=kind)
            information: FloatArray = along @ full @ along.T
            return information
        moments = self._positive_definite(mean, covariance)
        mean_part = self._summed_inverses(moments)
        expected = kind == "expected"
        total = np.zeros((len(d_mean), len(d_mean)))
        for rows in slabs(self.n_items):
            parts = (curvature(b, moments, expected=expected) for b in self._blocks)
            total += directional_hessian(parts, mean_part, d_mean, d_cov, rows)
        return (total + total.T) / 2

    def casewise_scores(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        d_mean: FloatArray,
        d_cov: FloatArray,
    ) -> FloatArray:
        """Return each respondent's derivative of the log-likelihood to q parameters.

        Respondents stand in the order of the data, without those who answered nothing.

        Returns
        -------
        ndarray, shape (n_respondents, q)
        """
        along = directions(d_mean, d_cov)
        scores = np.empty((self.n_respondents, len(along)))
        for members, by_moments in self._moment_scores(mean, covariance):
            scores[members] = by_moments @ along.T
        return scores

    def score_cross_product(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        d_mean: FloatArray,
        d_cov: FloatArray,
    ) -> FloatArray:
        """Return the sum over respondents of the products of their scores.

        The middle of a sandwich standard error.

        Returns
        -------
        ndarray, shape (q, q)
        """
        along = directions(d_mean, d_cov)
        total = np.zeros((len(along), len(along)))
        for _, by_moments in self._moment_scores(mean, covariance):
            scores = by_moments @ along.T
            total += scores.T @ scores
        return total

    def moment_score_cross_product(
        self, mean: FloatArray, covariance: FloatArray
    ) -> FloatArray:
        """Return the same for all means and distinct covariances themselves.

        Ordered as in `moment_information`.
        """
        size = self.n_items + self.n_items * (self.n_items + 1) // 2
        total = np.zeros((size, size))
        for _, scores in self._moment_scores(mean, covariance):
            total += scores.T @ scores
        return total

    def saturated(
        self, *, tolerance: float = 1e-10, max_iterations: int = 5000
    ) -> SaturatedMoments:
        """Return the most likely means and covariances, by accelerated EM.

        Parameters
        ----------
        tolerance : float
            Largest movement in one EM step that counts as none, in standard
            deviations.
        max_iterations : int
            Most evaluations of the likelihood.

        Raises
        ------
        InsufficientDataError
            Not more respondents than items; two items never answered together, so
            that their covariance is not in the data; items that determine others.
        """
        check_at_least("max_iterations", max_iterations, 1)
        check_at_least("tolerance", tolerance, 0)
        require_covariances(self.pair_counts, self.names, self.n_respondents)
        pairwise = self._values.T @ self._values / self.pair_counts
        # EM climbs from the observed means, counted as 0: means far from 0 have no
        # digits left for the last steps.
        fit, singular = fit_saturated(
            self._gradient,
            np.zeros(self.n_items),
            positive_definite_start(pairwise),
            self.n_respondents,
            tolerance=tolerance,
            max_iterations=max_iterations,
        )
        require_regular(fit.covariance, singular, self.names, self.n_respondents)
        return replace(fit, mean=fit.mean + self._centre)

    def pattern_distances(self, mean: FloatArray, covariance: FloatArray) -> FloatArray:
        """Return how far the mean answers of each pattern lie from given means.

        The squared Mahalanobis distance over the items answered, times the number of
        respondents of the pattern, in the order of `patterns`.

        Returns
        -------
        ndarray, shape (n_patterns,)
        """
        moments = self._positive_definite(mean, covariance)
        return np.concatenate([distances(block, moments) for block in self._blocks])

    def _moments(self, mean: FloatArray, covariance: FloatArray) -> Moments | None:
        return moments_at(mean - self._centre, covariance)

    def _positive_definite(self, mean: FloatArray, covariance: FloatArray) -> Moments:
        moments = self._moments(mean, covariance)
        if moments is None:
            raise ValueError(
                f"`covariance` of {self.n_items} items is not positive definite, so "
                "the likelihood has no derivatives there."
            )
        return moments

    def _summed_inverses(self, moments: Moments) -> FloatArray:
        total = np.zeros((self.n_items, self.n_items))
        for block in self._blocks:
            total += summed_inverses(block, moments, condition(block, moments))
        return total

    def _moment_scores(
        self, mean: FloatArray, covariance: FloatArray
    ) -> Iterator[tuple[npt.NDArray[np.intp], FloatArray]]:
        moments = self._positive_definite(mean, covariance)
        for block in self._blocks:
            yield from moment_scores(block, self._values, moments)


def _evaluate(
    block: PatternBlock, moments: Moments
) -> tuple[float, FloatArray, Conditioned]:
    """Return the log-likelihood of a block, and K times its residuals."""
    conditioned = condition(block, moments)
    centred = residuals(block, block.rows, moments)
    weighed = weigh(block, block.rows, centred, moments, conditioned)
    logs = conditioned.log_determinant
    return log_likelihood(block, centred, weighed, logs), weighed, conditioned

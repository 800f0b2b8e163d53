"""Maximum likelihood from complete answers: means and covariances are all it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.cfa.structure import Derivatives, Structure

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleMoments:
    """Means and covariances of one group.

    Attributes
    ----------
    mean : numpy.ndarray, shape (p,)
    covariance : numpy.ndarray, shape (p, p)
        With divisor n, the maximum-likelihood one.
    n_respondents : int
    """

    mean: FloatArray
    covariance: FloatArray
    n_respondents: int


class NormalTheory:
    """Half the discrepancy of maximum likelihood, averaged over respondents.

    ``(ln|Sigma| + tr(S Sigma^-1) + d' Sigma^-1 d) / 2`` with ``d`` the difference of
    observed and implied means. Twice n times its excess over the saturated model is
    the chi-square. Without intercepts in the table the means are left free: `means`
    False takes them out.
    """

    def __init__(
        self, structure: Structure, samples: Sequence[SampleMoments], *, means: bool
    ) -> None:
        self.structure = structure
        self.samples = tuple(samples)
        self.means = means
        total = sum(sample.n_respondents for sample in self.samples)
        self.shares = [sample.n_respondents / total for sample in self.samples]

    def value(self, values: FloatArray) -> float:
        """Return the discrepancy; infinite where an implied matrix is not positive."""
        total = 0.0
        with np.errstate(all="ignore"):  # a step too far overflows: it is not taken
            for group, (sample, share) in enumerate(self._groups()):
                at = self.structure.matrices(values, group)
                try:
                    root = np.linalg.cholesky(at.covariance)
                except np.linalg.LinAlgError:
                    return float("inf")
                half = np.linalg.solve(root, self._second_moments(sample, at.mean))
                trace = np.trace(np.linalg.solve(root, half.T))
                total += share * (np.log(np.diag(root)).sum() + trace / 2)
        return float(total) if np.isfinite(total) else float("inf")

    def saturated_value(self) -> float:
        """Return the value of the model that has the sample's own moments."""
        return float(
            sum(
                share * (np.linalg.slogdet(sample.covariance)[1] + len(sample.mean)) / 2
                for sample, share in self._groups()
            )
        )

    def expand(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gradient and the expected information of one respondent."""
        n_free = self.structure.n_free
        gradient, information = np.zeros(n_free), np.zeros((n_free, n_free))
        for group, (_, share) in enumerate(self._groups()):
            moves = self.structure.derivatives(values, group)
            by_mean, by_cov, inverse = self.weights(values, group)
            by_row = 2 * ((moves.left @ by_cov) * moves.right).sum(axis=1)
            by_row += moves.mean @ by_mean
            gradient += share * moves.collect(by_row, n_free)
            expected = expected_information(moves, inverse, means=self.means)
            information += share * moves.collect(expected, n_free)
        return gradient, information

    def hessian(self, values: FloatArray) -> FloatArray:
        """Return the second derivatives of the value: the observed information."""
        n_free = self.structure.n_free
        information = np.zeros((n_free, n_free))
        by_mean, by_cov = [], []
        for group, (sample, share) in enumerate(self._groups()):
            at = self.structure.matrices(values, group)
            moves = self.structure.derivatives(values, group)
            own_mean, own_cov, inverse = self.weights(values, group)
            observed = _observed_information(
                moves,
                inverse,
                self._second_moments(sample, at.mean),
                (sample.mean - at.mean) * self.means,
                means=self.means,
            )
            information += share * moves.collect(observed, n_free)
            by_mean.append(share * own_mean)
            by_cov.append(share * own_cov)
        return information + self.structure.curvature(values, by_mean, by_cov)

    def weights(
        self, values: FloatArray, group: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the slope of the value to the moments of a group, and Sigma^-1.

        For one respondent of the group: to the means, shape (p,); to every cell of
        the covariance matrix, shape (p, p); and the inverse of the implied matrix.
        """
        at = self.structure.matrices(values, group)
        sample = self.samples[group]
        inverse = np.asarray(np.linalg.inv(at.covariance), dtype=float)
        second = self._second_moments(sample, at.mean)
        by_cov = (inverse - inverse @ second @ inverse) / 2
        by_mean = -inverse @ (sample.mean - at.mean) * self.means
        return by_mean, by_cov, inverse

    def _groups(self) -> list[tuple[SampleMoments, float]]:
        return list(zip(self.samples, self.shares, strict=True))

    def _second_moments(self, sample: SampleMoments, mean: FloatArray) -> FloatArray:
        """Return the second moments around the implied means."""
        if not self.means:
            return sample.covariance
        away = sample.mean - mean
        return sample.covariance + np.outer(away, away)


def expected_information(
    moves: Derivatives, inverse: FloatArray, *, means: bool
) -> FloatArray:
    """Return the expected information of one respondent, by table rows.

    ``tr(W D_i W D_j) / 2 + d_i' W d_j`` with ``W`` the inverse of the implied matrix.
    """
    left, right = moves.left @ inverse, moves.right @ inverse
    information = (left @ moves.left.T) * (right @ moves.right.T)
    crossed = left @ moves.right.T
    information += crossed * crossed.T
    if means:
        information += moves.mean @ inverse @ moves.mean.T
    return information


def _observed_information(
    moves: Derivatives,
    inverse: FloatArray,
    second: FloatArray,
    away: FloatArray,
    *,
    means: bool,
) -> FloatArray:
    """Return the second derivatives of the value to the moments, by table rows.

    With ``W`` the inverse, ``M`` the second moments around the implied means, ``K = W M
    W`` and ``u = W (observed - implied means)``::

        tr(D_i W D_j K) - tr(D_i W D_j W) / 2 + u' D_i W d_j + u' D_j W d_i + d_i' W d_j
    """
    inflated = inverse @ second @ inverse
    left, right = moves.left, moves.right
    w_ll, w_rr = left @ inverse @ left.T, right @ inverse @ right.T
    w_lr = left @ inverse @ right.T
    k_ll, k_rr = left @ inflated @ left.T, right @ inflated @ right.T
    k_lr = left @ inflated @ right.T
    information = w_ll * k_rr + w_rr * k_ll + w_lr * k_lr.T + w_lr.T * k_lr
    information -= w_ll * w_rr + w_lr * w_lr.T
    if means:
        weighed = inverse @ away
        by_mean = moves.mean @ inverse
        information += by_mean @ moves.mean.T
        crossed = (left @ weighed)[:, None] * (right @ by_mean.T)
        crossed += (right @ weighed)[:, None] * (left @ by_mean.T)
        information += crossed + crossed.T
    return information

"""How ordered answers covary, given the normal variables behind them.

An answer rises at every threshold that the variable behind it passes. The covariance of
two answers therefore is a sum over pairs of thresholds of ``Phi2(h, k; r) - Phi(h)
Phi(k)``, each times what both answers gain there (Green and Yang, 2009, Psychometrika,
for gains of 1). Derivatives to correlations and thresholds are closed forms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.correlation import (
    OrdinalMoments,
    bivariate_normal_density,
    bivariate_normal_dependence,
)

FloatArray = npt.NDArray[np.float64]

_FAR = 38.0  # Phi(-38) is the smallest that double precision holds: this is infinity


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerCovariance:
    """Covariances of pairs of answers.

    Attributes
    ----------
    value : numpy.ndarray, shape (n_pairs,)
    by_correlation : numpy.ndarray, shape (n_pairs,)
        Derivative to the correlation behind the pair.
    by_threshold : numpy.ndarray, shape (n_items, n_thresholds)
        Derivatives of their sum over all pairs.
    """

    value: FloatArray
    by_correlation: FloatArray
    by_threshold: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerCuts:
    """Thresholds, and what an answer gains by passing each of them.

    An answer is its lowest value plus the gains of the thresholds passed, so that
    covariances of answers are sums over pairs of thresholds. Items with fewer
    thresholds are filled up with infinite ones that gain nothing.

    Attributes
    ----------
    threshold, gain : numpy.ndarray, shape (n_items, n_thresholds)
    """

    threshold: FloatArray
    gain: FloatArray

    @classmethod
    def of(cls, moments: OrdinalMoments) -> AnswerCuts:
        """Return those of items whose answers are scored by their own values."""
        most = max(len(cuts) for cuts in moments.thresholds)
        threshold = np.full((moments.n_items, most), np.inf)
        gain = np.zeros((moments.n_items, most))
        for i, cuts in enumerate(moments.thresholds):
            threshold[i, : len(cuts)] = cuts
            gain[i, : len(cuts)] = np.diff(moments.categories[i])
        return cls(threshold=threshold, gain=gain)

    def covariance(
        self, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp], r: FloatArray
    ) -> AnswerCovariance:
        """Return the covariances of pairs of answers at correlations r behind them."""
        h, k = self.threshold[first][:, :, None], self.threshold[second][:, None, :]
        gains = self.gain[first][:, :, None] * self.gain[second][:, None, :]
        r = r[:, None, None]
        by_threshold = np.zeros_like(self.threshold)
        np.add.at(by_threshold, first, (gains * _slope(h, k, r)).sum(axis=2))
        np.add.at(by_threshold, second, (gains * _slope(k, h, r)).sum(axis=1))
        return AnswerCovariance(
            value=(gains * bivariate_normal_dependence(h, k, r)).sum(axis=(1, 2)),
            by_correlation=(gains * bivariate_normal_density(h, k, r)).sum(axis=(1, 2)),
            by_threshold=by_threshold,
        )

    def variance(self) -> tuple[FloatArray, FloatArray]:
        """Return the variances of the answers, and their derivatives to the cuts."""
        from scipy.special import ndtr

        below = ndtr(self.threshold)
        mean = (self.gain * below).sum(axis=1, keepdims=True)
        later = self.gain.sum(axis=1, keepdims=True) - np.cumsum(self.gain, axis=1)
        # of the pairs of thresholds, the lower one decides
        weight = self.gain * (self.gain + 2 * later)
        value = (weight * below).sum(axis=1) - mean[:, 0] ** 2
        return value, _normal(self.threshold) * (weight - 2 * self.gain * mean)

    def join(self, by_threshold: FloatArray, by_correlation: FloatArray) -> FloatArray:
        """Return derivatives in the order of the moments."""
        used = np.isfinite(self.threshold)
        return np.concatenate([by_threshold[used], by_correlation])


def _slope(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Return the derivative of Phi2(h, k; r) - Phi(h) Phi(k) to h."""
    from scipy.special import ndtr

    h, k = np.minimum(h, _FAR), np.minimum(k, _FAR)
    conditional = ndtr((k - r * h) / np.sqrt((1 - r) * (1 + r)))
    return np.asarray(_normal(h) * (conditional - ndtr(k)))


def _normal(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-(np.minimum(x, _FAR) ** 2) / 2) / np.sqrt(2 * np.pi))

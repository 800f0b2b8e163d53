"""Means of several waves with their joint error, by teams or as independent people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from diagnose._options import require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.clustered import ClusterFit, fit_group_means
from diagnose.statistics.team_sums import FloatArray

Contrasts = tuple[FloatArray, FloatArray, FloatArray]
"""Estimates, standard errors and degrees of freedom, one of each a contrast."""


class WaveMeans(Protocol):
    """Means of waves that can be contrasted, with an error for every contrast."""

    @property
    def means(self) -> FloatArray:
        """Return the mean of each wave."""

    @property
    def totals(self) -> FloatArray:
        """Return the respondents, or the weight, of each wave."""

    def contrasts(self, weights: FloatArray) -> Contrasts:
        """Return estimate, error and df of each row of ``weights @ means``."""

    def joint(self, weights: FloatArray) -> tuple[float, float, float] | None:
        """Return F and its two df for all rows being 0; None if it cannot be tested."""


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredMeans:
    """Means of waves whose respondents sit in teams: CR2 and Satterthwaite df.

    Weights of respondents enter through their sums: the working variance behind CR2
    and its df is then the inverse of the weight.

    Attributes
    ----------
    weights, cell_means : numpy.ndarray, shape (n_teams, n_waves)
        Respondents (or their summed weights) and mean of each cell; both 0 where a
        team did not answer. A team in several waves is one cluster.
    fit : ClusterFit
        Its coefficients are the means of the waves.
    """

    weights: FloatArray
    cell_means: FloatArray
    fit: ClusterFit

    @property
    def means(self) -> FloatArray:
        """Return the mean of each wave."""
        return self.fit.coefficients

    @property
    def totals(self) -> FloatArray:
        """Return the weight of each wave."""
        return np.asarray(self.weights.sum(axis=0))

    def contrasts(self, weights: FloatArray) -> Contrasts:
        """Return estimate, error and df of each row of ``weights @ means``."""
        return self.fit.contrasts(weights)

    def joint(self, weights: FloatArray) -> tuple[float, float, float] | None:
        """Return the approximate Hotelling test (HTZ); None with too few teams."""
        try:
            test = self.fit.joint(weights)
        except InsufficientDataError:
            return None
        return test.statistic, test.df, test.df2


def clustered_means(weights: FloatArray, cell_means: FloatArray) -> ClusteredMeans:
    """Fit the means of waves from cells of teams by waves, with CR2 errors."""
    return ClusteredMeans(weights, cell_means, fit_group_means(weights, cell_means))


def plain_cluster_error(
    means: ClusteredMeans, contrast: FloatArray, n_respondents: int
) -> tuple[float, float]:
    """Return the usual clustered error (CR1S, as in Stata) and its df, teams - 1."""
    plain = fit_group_means(
        means.weights, means.cell_means, n_respondents=n_respondents, errors="cr1s"
    )
    return plain.contrast(contrast)[1], float(plain.n_teams - 1)


@dataclass(frozen=True, slots=True, eq=False)
class IndependentMeans:
    """Means of waves whose respondents count as independent: Welch's error.

    Attributes
    ----------
    totals, means, variances : numpy.ndarray, shape (n_waves,)
        Respondents, mean and variance (divisor n - 1) of each wave.
    """

    totals: FloatArray
    means: FloatArray
    variances: FloatArray

    def contrasts(self, weights: FloatArray) -> Contrasts:
        """Return estimate, error and Welch-Satterthwaite df of each row."""
        parts = weights**2 * self.variances / self.totals
        total = parts.sum(axis=1)
        # a contrast of waves without variance has no error, and no df to speak of
        share = parts / np.where(total > 0, total, 1.0)[:, None]
        inverse = (share**2 / (self.totals - 1)).sum(axis=1)
        df = 1 / np.where(inverse > 0, inverse, 1.0)
        return weights @ self.means, np.sqrt(total), df

    def joint(self, weights: FloatArray) -> tuple[float, float, float] | None:
        """Return Johansen's F, which for equal means is that of Welch.

        Johansen, S. (1980). The Welch-James approximation to the distribution of the
        residual sum of squares in a weighted linear regression. Biometrika, 67.
        """
        size = len(weights)
        errors = self.variances / self.totals
        require(
            bool((errors > 0).all()),
            "the answers of a wave do not vary, which leaves no error to judge by.",
        )
        inverse = np.linalg.inv((weights * errors) @ weights.T)
        estimate = weights @ self.means
        leverage = errors * np.einsum("sw,st,tw->w", weights, inverse, weights)
        excess = float((leverage**2 / (self.totals - 1)).sum())
        scale = size + 2 * excess - 6 * excess / (size + 2)
        statistic = float(estimate @ inverse @ estimate) / scale
        return statistic, float(size), size * (size + 2) / (3 * excess)

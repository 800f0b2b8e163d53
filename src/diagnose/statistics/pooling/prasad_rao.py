"""Standard errors of shrunken means to the second order."""

from __future__ import annotations

import numpy as np

from diagnose.statistics.random_intercept import RandomIntercept
from diagnose.statistics.team_sums import CheckedSummary, FloatArray


def prasad_rao_std_errors(
    checked: CheckedSummary, model: RandomIntercept
) -> FloatArray:
    """Return the root of the mean squared error of each shrunken mean.

    Its square has three parts: tau2 (1 - lambda), with variances and mu known;
    (1 - lambda)^2 Var(mu), the uncertainty of mu; and twice Var(lambda) (tau2 +
    sigma2 / n), the uncertainty of the variances. It is never put above sigma2 / n,
    the squared standard error of the raw mean.
    """
    sampling = model.sigma2 / checked.sizes
    rest = sampling / (model.tau2 + sampling)  # 1 - lambda
    variance = (
        model.tau2 * rest
        + (rest * model.mu_std_error) ** 2
        + 2 * _weight_variance(model, sampling) * (model.tau2 + sampling)
    )
    std_error: FloatArray = np.sqrt(np.minimum(variance, sampling))
    return std_error


def _weight_variance(model: RandomIntercept, sampling: FloatArray) -> FloatArray:
    """Return the variance of each lambda, by the delta method on (tau2, sigma2)."""
    total = model.tau2 + sampling
    by_tau2 = sampling / total**2
    by_sigma2 = -model.tau2 * sampling / (model.sigma2 * total**2)
    gradient = np.vstack([by_tau2, by_sigma2])
    variance: FloatArray = (gradient * (model.covariance @ gradient)).sum(axis=0)
    return variance

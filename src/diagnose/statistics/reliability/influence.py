"""Standard errors of a function of the covariance matrix, from its derivative.

Let f be a function of the covariance matrix S (divisor n), and G its symmetric
derivative, so that a small change dS changes f by tr(G dS). One respondent with
deviations d from the mean then moves f by d'Gd - tr(GS), over n. Everything below
follows from these influence values.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def influence_values(centred: FloatArray, gradient: FloatArray) -> FloatArray:
    """Return the influence of every respondent; their mean is 0.

    Parameters
    ----------
    centred : numpy.ndarray, shape (n_respondents, n_items)
        Answers minus the mean of their item.
    gradient : numpy.ndarray, shape (n_items, n_items)
        Symmetric derivative of the statistic to the covariance matrix.
    """
    moved: FloatArray = ((centred @ gradient) * centred).sum(axis=1)
    centred_at_0: FloatArray = moved - moved.mean()
    return centred_at_0


def distribution_free_std_error(influence: FloatArray) -> float:
    """Return the standard error that follows from fourth-order moments alone.

    References
    ----------
    Maydeu-Olivares, Coffman and Hartmann, 2007, Psychological Methods.
    """
    n_respondents = len(influence)
    squares = float(influence @ influence)
    return float(np.sqrt(squares / (n_respondents * (n_respondents - 1))))


def normal_std_error(
    gradient: FloatArray, covariance: FloatArray, n_respondents: int
) -> float:
    """Return the standard error for normal answers with this covariance."""
    product = gradient @ covariance
    variance = 2 * float((product * product.T).sum()) / n_respondents
    return float(np.sqrt(max(variance, 0.0)))  # rounding may leave -1e-20


def acceleration(influence: FloatArray) -> float:
    """Return the acceleration of the BCa interval: a sixth of the skewness.

    References
    ----------
    Efron, 1987, Journal of the American Statistical Association.
    """
    squares = float(influence @ influence)
    if not squares > 0:
        return 0.0
    return float((influence**3).sum() / (6 * squares**1.5))


def through_correlation(gradient: FloatArray, covariance: FloatArray) -> FloatArray:
    """Turn a derivative to the correlations into one to the covariances.

    With D the variances, R = D^-1/2 S D^-1/2, and a change of a variance also moves the
    correlations of its item.
    """
    variances = np.diag(covariance)
    scale = np.sqrt(variances)
    correlation = covariance / np.outer(scale, scale)
    own = (gradient * correlation).sum(axis=1)
    chained: FloatArray = gradient / np.outer(scale, scale) - np.diag(own / variances)
    return chained

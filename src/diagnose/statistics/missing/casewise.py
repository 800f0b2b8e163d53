"""What each respondent adds to the derivatives of the likelihood."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from diagnose.statistics.missing.answer_patterns import PatternBlock
from diagnose.statistics.missing.conditioning import (
    Moments,
    condition,
    padded_inverses,
    residuals,
    weigh,
)
from diagnose.statistics.missing.moment_information import distinct

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


def moment_scores(
    block: PatternBlock, values: FloatArray, moments: Moments
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield respondents of a block and their derivatives, some at a time.

    The derivatives are to the means, then to the distinct covariances; a covariance
    off the diagonal stands for two elements of the matrix.
    """
    first, second = distinct(values.shape[1])
    share = np.where(first == second, 0.5, 1.0)
    conditioned = condition(block, moments)
    inverses = padded_inverses(block, moments, conditioned)[:, first, second]
    for members, rows in block.respondents(values):
        centred = residuals(block, rows, moments)
        weighed = weigh(block, rows, centred, moments, conditioned)
        products = weighed[:, first] * weighed[:, second]
        products -= inverses[rows.pattern]
        products *= share
        yield members, np.concatenate([weighed, products], axis=1)


def directions(d_mean: FloatArray, d_cov: FloatArray) -> FloatArray:
    """Return derivatives of the moments as rows over means and distinct covariances."""
    first, second = distinct(d_mean.shape[1])
    return np.concatenate([d_mean, d_cov[:, first, second]], axis=1)

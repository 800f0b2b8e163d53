"""From information matrices to standard errors and a scaled test."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.cfa.estimator import ChiSquare, upper_tail

FloatArray = npt.NDArray[np.float64]


def invert_information(information: FloatArray, n_respondents: int) -> FloatArray:
    """Return the inverse of an information matrix, over n.

    It is scaled to a unit diagonal first, so that units of items do not spoil it.
    """
    scale = np.sqrt(np.abs(np.diag(information)))
    inverse = np.linalg.inv(information / np.outer(scale, scale))
    inverse = (inverse + inverse.T) / 2
    covariance: FloatArray = inverse / np.outer(scale, scale) / n_respondents
    return covariance


def scaled_test(
    statistic: float, df: int, trace: float, n_respondents: int
) -> ChiSquare:
    """Return the chi-square divided by its scaling factor, ``trace / df``.

    Raises
    ------
    InsufficientDataError
        The scaling factor is not positive, which happens in very small samples.
    """
    factor = trace / df
    require(
        factor > 0,
        f"The robust test is undefined: its scaling factor is {factor:.4f} over "
        f"{n_respondents} respondents and {df} degrees of freedom; use estimator='ml'.",
    )
    return ChiSquare(
        method="yuan_bentler",
        statistic=statistic / factor,
        df=df,
        p_value=upper_tail(statistic / factor, df),
        unscaled=statistic,
        scaling_factor=factor,
        misfit=statistic,
        misfit_unit=factor,
    )

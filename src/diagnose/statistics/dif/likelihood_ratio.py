"""Likelihood-ratio tests of the nested models, and what they add to R squared."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.dif.effects import separation
from diagnose.statistics.dif.models import Fits
from diagnose.statistics.multiplicity import AdjustmentMethod, adjust_p_values

FloatArray = npt.NDArray[np.float64]

TESTS = ("uniform", "non_uniform", "total")
_SMALLER = np.array([1, 2, 1])  # of the four log-likelihoods of an item
_LARGER = np.array([2, 3, 3])


def ratio_tests(
    names: tuple[str, ...],
    fits: Fits,
    *,
    n_respondents: int,
    n_groups: int,
    adjust: AdjustmentMethod | None,
) -> pd.DataFrame:
    """Return one row an item and test."""
    from scipy.special import chdtrc

    values = np.array([item.log_likelihoods for item in fits.items])
    # Rounding may leave -1e-12 where the larger model adds nothing.
    statistic = np.maximum(2 * (values[:, _LARGER] - values[:, _SMALLER]), 0.0)
    df = np.array([1, 1, 2]) * (n_groups - 1)
    p_value = chdtrc(df, statistic)
    adjusted = p_value
    if adjust is not None:
        adjusted = np.column_stack(
            [adjust_p_values(test, method=adjust) for test in p_value.T]
        )
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.array(names, dtype=object), len(TESTS)),
            "test": np.tile(np.array(TESTS, dtype=object), len(names)),
            "statistic": statistic.ravel(),
            "df": np.tile(df, len(names)),
            "p_value": p_value.ravel(),
            "p_value_adjusted": adjusted.ravel(),
        }
    )
    for name, r_squared in _r_squared(values, n_respondents).items():
        change = r_squared[:, _LARGER] - r_squared[:, _SMALLER]
        frame[f"{name}_change"] = np.maximum(change, 0.0).ravel()
    return frame.assign(reason=separation(frame["statistic"].notna().to_numpy()))


def _r_squared(values: FloatArray, n_respondents: int) -> dict[str, FloatArray]:
    """Return each R squared of the models against the one without regressors."""
    empty = values[:, :1]
    cox_snell = -np.expm1(2 * (empty - values) / n_respondents)
    return {
        "mcfadden": 1 - values / empty,
        "nagelkerke": cox_snell / -np.expm1(2 * empty / n_respondents),
        "cox_snell": cox_snell,
    }

"""Relative weights from a correlation matrix."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_whole_number
from diagnose.statistics.drivers.result import RelativeWeights
from diagnose.statistics.drivers.sums import check_regular
from diagnose.statistics.drivers.uncertainty import adjusted_r_squared, coefficients
from diagnose.statistics.drivers.weights import (
    MOST_PREDICTORS_LMG,
    ImportanceMethod,
    raw_weights,
)
from diagnose.statistics.sample import check_numeric_frame


def relative_importance_from_correlations(
    correlations: pd.DataFrame,
    *,
    outcome: str,
    method: ImportanceMethod = "johnson",
    n_respondents: int | None = None,
) -> RelativeWeights:
    """Divide R squared over predictors, given only the correlations.

    Parameters
    ----------
    correlations : pandas.DataFrame, shape (n_predictors + 1, n_predictors + 1)
        Symmetric, with the same names on both sides, one of them `outcome`.
    outcome : str
        Name of the outcome.
    method : {"johnson", "lmg"}
        As in `relative_importance`.
    n_respondents : int, optional
        Respondents behind the correlations, for the adjusted R squared.

    Raises
    ------
    TypeError
        `correlations` is not a frame.
    ValueError
        Not a correlation matrix, no such outcome, or more than 15 predictors with
        LMG.
    InsufficientDataError
        Collinear predictors, an outcome they determine, or fewer than 2 respondents
        more than predictors.
    """
    ordered = _check_correlations(correlations, outcome)
    n_predictors = len(ordered) - 1
    check_method(method, n_predictors)
    if n_respondents is not None:
        check_whole_number("n_respondents", n_respondents, n_predictors + 2)
    check_regular(ordered)
    stack = ordered.to_numpy()[None]
    weights = raw_weights(stack, method=method)[0]
    explained = weights.sum()
    adjusted = None
    if n_respondents is not None:
        size = np.asarray(float(n_respondents))
        adjusted = float(adjusted_r_squared(explained, size, n_predictors))
    frame = pd.DataFrame(
        {
            "predictor": ordered.columns[:-1].to_list(),
            "rank": 1 + np.argsort(np.argsort(-weights, kind="stable")),
            "estimate": weights,
            "share": weights / explained if explained > 0 else 0.0,
            "correlation": stack[0, :-1, -1],
            "coefficient": coefficients(stack)[0],
            "vif": np.diag(np.linalg.inv(stack[0, :-1, :-1])),
        }
    )
    return RelativeWeights(
        method=method,
        outcome=outcome,
        r_squared=float(explained),
        r_squared_adjusted=adjusted,
        n_respondents=n_respondents,
        _predictors=frame,
    )


def check_method(method: ImportanceMethod, n_predictors: int) -> None:
    """Refuse an unknown method, and LMG with too many subsets."""
    check_option("method", method, ImportanceMethod)
    if method == "lmg" and n_predictors > MOST_PREDICTORS_LMG:
        raise ValueError(
            f"method='lmg' takes at most {MOST_PREDICTORS_LMG} predictors, as it fits "
            f"every subset of them; got {n_predictors}. Use method='johnson'."
        )


def _check_correlations(correlations: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the matrix with the outcome last, or refuse what is no such matrix."""
    if not isinstance(correlations, pd.DataFrame):
        raise TypeError(
            "`correlations` must be a pandas DataFrame; "
            f"got {type(correlations).__name__}."
        )
    names = correlations.columns
    if not names.is_unique or not correlations.index.equals(names):
        raise ValueError("`correlations` must have the same, unique names both ways.")
    if not isinstance(outcome, Hashable) or outcome not in names or len(names) < 2:
        raise ValueError(
            f"`outcome` must be one of the names of `correlations`, beside at least "
            f"one predictor; got {outcome!r}."
        )
    check_numeric_frame(correlations, name="correlations")
    matrix = correlations.to_numpy(dtype=float, na_value=np.nan)
    usable = (
        np.isfinite(matrix).all()
        and np.allclose(matrix, matrix.T, rtol=0, atol=1e-10)
        and np.allclose(np.diag(matrix), 1.0, rtol=0, atol=1e-10)
        and np.abs(matrix).max() <= 1 + 1e-10
        and np.linalg.eigvalsh(matrix)[0] > -1e-8
    )
    if not usable:
        raise ValueError(
            "`correlations` must be symmetric, without missing values, with ones on "
            "the diagonal and without negative eigenvalues."
        )
    order = [name for name in names if name != outcome] + [outcome]
    return correlations.astype(float).loc[order, order]

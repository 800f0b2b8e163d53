"""Conditions and outcomes of which the correlations are known, and which go together.

A condition is called a finding by its test over teams and by Holm over all conditions
and outcomes. Both are those of the product (`driver_tests`, `judge_weights`); the
limits of the weights, which take nearly all the time and have no part in it, are left
out here. A test holds this against `diagnose.diagnosis.drivers.find_drivers`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from simulated_scores import CONF_LEVEL, SUBSCALES, FloatArray

from diagnose.diagnosis.drivers import judge_weights
from diagnose.statistics.drivers import driver_sums
from diagnose.statistics.drivers.table import driver_tests

N_CONDITIONS = 9
CONDITIONS = SUBSCALES[:N_CONDITIONS]
OUTCOMES = SUBSCALES[N_CONDITIONS:]


def correlate(
    *, conditions: float, outcomes: float, across: FloatArray | float
) -> FloatArray:
    """Return correlations of positions.

    Parameters
    ----------
    conditions, outcomes : float
        Of every two conditions, and of every two outcomes.
    across : float or numpy.ndarray, shape (n_conditions, n_outcomes)
        Of each condition with each outcome.
    """
    matrix = np.eye(len(SUBSCALES))
    first, last = slice(None, N_CONDITIONS), slice(N_CONDITIONS, None)
    matrix[first, first] = conditions
    matrix[last, last] = outcomes
    matrix[first, last] = across
    matrix[last, first] = matrix[first, last].T
    np.fill_diagonal(matrix, 1.0)
    return matrix


def judge_drivers(scores: pd.DataFrame, teams: FloatArray) -> pd.DataFrame:
    """Return one row an outcome and condition, with ``direction``.

    ``direction`` is that of the correlation where it is beyond chance.
    """
    parts = []
    for outcome in OUTCOMES:
        sums = driver_sums(
            scores[outcome], scores[list(CONDITIONS)], clusters=pd.Series(teams)
        )
        tests = driver_tests(sums.units)
        part = {
            "outcome": outcome,
            "subscale": CONDITIONS,
            "correlation": sums.to_frame().loc[list(CONDITIONS), outcome].to_numpy(),
            "p_value": tests.p_value,
            "conf_low": 0.0,
            "share_low": 0.0,
        }
        parts.append(pd.DataFrame(part))
    judged = judge_weights(pd.concat(parts, ignore_index=True), conf_level=CONF_LEVEL)
    side = np.where(judged["correlation"] > 0, "higher", "lower")
    holds = judged["holds"] == "yes"
    return judged.assign(direction=np.where(holds, side, "unclear"))

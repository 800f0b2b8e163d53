"""A chi-square given the mean and the variance that its reference distribution has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diagnose._options import require
from diagnose.statistics.cfa.estimator import ChiSquare, upper_tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How a chi-square is corrected: divided, then shifted.

    Attributes
    ----------
    statistic : float
        The corrected chi-square.
    scaling_factor : float
        What it was divided by.
    shift : float
        What was added after that.
    """

    statistic: float
    scaling_factor: float
    shift: float


def scale_and_shift(
    statistic: float, df: int, trace: float, trace_of_square: float
) -> Shift:
    """Return ``a T + df - a tr(U Gamma)`` with ``a^2 = df / tr(U Gamma U Gamma)``.

    Under the model the corrected statistic has mean df and variance 2 df.

    Parameters
    ----------
    statistic : float
        The chi-square before correction.
    df : int
        Degrees of freedom, at least 1.
    trace, trace_of_square : float
        tr(U Gamma) and tr(U Gamma U Gamma).

    References
    ----------
    Asparouhov and Muthen, 2010, Simple second order chi-square correction.
    """
    require(
        trace_of_square > 0,
        "The scaled test is undefined: its variance comes out as "
        f"{trace_of_square:.3g} on {df} degrees of freedom. These data cannot test the "
        "model.",
    )
    stretch = float(np.sqrt(df / trace_of_square))
    shift = df - stretch * trace
    return Shift(
        statistic=stretch * statistic + shift, scaling_factor=1 / stretch, shift=shift
    )


def scaled_shifted(
    statistic: float, df: int, trace: float, trace_of_square: float
) -> ChiSquare:
    """Return the corrected test of a model; see `scale_and_shift`."""
    corrected = scale_and_shift(statistic, df, trace, trace_of_square)
    return ChiSquare(
        method="scaled_shifted",
        statistic=corrected.statistic,
        df=df,
        p_value=upper_tail(corrected.statistic, df),
        unscaled=statistic,
        scaling_factor=corrected.scaling_factor,
        shift=corrected.shift,
    )

"""Intervals of a reliability: which one was asked for, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from diagnose._options import (
    check_option,
    check_proportion,
    check_whole_number,
    require,
)
from diagnose.statistics.reliability.bootstrap import (
    bca_limits,
    count_undefined,
    percentile_limits,
)
from diagnose.statistics.reliability.influence import acceleration

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRequest:
    """The interval that a caller asked for, checked."""

    interval: str
    conf_level: float
    n_bootstrap: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Limits with their standard error and what a reader must know."""

    std_error: float
    limits: tuple[float, float]
    method: str
    flags: tuple[str, ...] = ()


def check_request(
    interval: str, options: Any, *, conf_level: float, n_bootstrap: int, seed: int
) -> IntervalRequest:
    """Check the options of an interval once, and return them together.

    Raises
    ------
    ValueError
        An interval that is not in the Literal `options`, a coverage outside 0 to 1,
        fewer than 100 resamples, or a seed that is no whole number of at least 0.
    """
    check_option("interval", interval, options)
    check_proportion("conf_level", conf_level)
    check_whole_number("n_bootstrap", n_bootstrap, 100)
    check_whole_number("seed", seed, 0)
    return IntervalRequest(
        interval=interval, conf_level=conf_level, n_bootstrap=n_bootstrap, seed=seed
    )


def feldt_limits(
    estimate: float, n_respondents: int, n_items: int, conf_level: float
) -> tuple[float, float]:
    """Return Feldt's limits of alpha, from an F distribution."""
    from scipy.special import fdtri

    df = n_respondents - 1
    tail = (1 - conf_level) / 2
    quantiles = fdtri(df, df * (n_items - 1), [1 - tail, tail])
    low, high = 1 - (1 - estimate) * quantiles
    return float(low), float(high)


def symmetric_interval(
    estimate: float, std_error: float, *, method: str, conf_level: float
) -> Interval:
    """Return estimate plus and minus the normal quantile of standard errors.

    No reliability exceeds 1, so a higher limit is cut off there, with a flag.
    """
    from scipy.special import ndtri

    margin = float(ndtri((1 + conf_level) / 2)) * std_error
    high = estimate + margin
    return Interval(
        std_error=std_error,
        limits=(estimate - margin, min(high, max(1.0, estimate))),
        method=method,
        flags=("limit_above_one",) if high > 1 + 1e-12 else (),
    )


def log_interval(
    estimate: float,
    std_error: float,
    n_respondents: int,
    conf_level: float,
    *,
    name: str = "omega",
) -> tuple[float, float]:
    """Return limits on the logarithm of the error share, so that none exceeds 1.

    References
    ----------
    Kelley and Pornprasertmanit, 2016, Psychological Methods.
    """
    from scipy.special import ndtri

    error = 1 - estimate
    require(
        error > 0,
        f"{name} has no interval: the estimate is {estimate:.4f} over {n_respondents} "
        "respondents, which leaves no error variance.",
    )
    centre = np.log(error) - np.log(n_respondents / (n_respondents - 1))
    margin = ndtri((1 + conf_level) / 2) * std_error / error
    return 1 - float(np.exp(centre + margin)), 1 - float(np.exp(centre - margin))


def bootstrap_interval(
    estimate: float,
    request: IntervalRequest,
    resample: Callable[[], FloatArray],
    influence: Callable[[], FloatArray],
) -> Interval:
    """Return the percentile or the BCa interval over resampled estimates.

    Parameters
    ----------
    estimate : float
        The coefficient in the sample.
    request : IntervalRequest
        With ``"bootstrap"`` (percentile) or ``"bca"``.
    resample : callable
        Returns the estimates over resamples, NaN where undefined.
    influence : callable
        Returns the influence of every respondent; asked for by ``"bca"`` only.
    """
    resampled = resample()
    undefined = count_undefined(resampled)
    if request.interval == "bca":
        kind = "bca"
        limits = bca_limits(
            resampled,
            request.conf_level,
            estimate=estimate,
            acceleration=acceleration(influence()),
        )
    else:
        kind = "percentile"
        limits = percentile_limits(resampled, request.conf_level)
    return Interval(
        std_error=float(np.nanstd(resampled, ddof=1)),
        limits=limits,
        method=f"bootstrap_{kind}(n={request.n_bootstrap}, seed={request.seed})",
        flags=(f"undefined_resamples:{undefined}",) if undefined else (),
    )

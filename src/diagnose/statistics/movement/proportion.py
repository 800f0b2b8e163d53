"""How sure a share of runs is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def wilson_interval(
    n_events: npt.ArrayLike, n_runs: int, conf_level: float
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of Wilson's score interval of a proportion.

    References
    ----------
    Wilson, 1927, Journal of the American Statistical Association.
    """
    from scipy.special import ndtri

    squared = float(ndtri((1 + conf_level) / 2)) ** 2
    events = np.asarray(n_events, dtype=np.float64)
    centre = events + squared / 2
    margin = np.sqrt(squared * (events * (n_runs - events) / n_runs + squared / 4))
    # Exactly 0 and 1 at the ends, where rounding would leave a trace of either sign.
    low = np.where(events == 0, 0.0, (centre - margin) / (n_runs + squared))
    high = np.where(events == n_runs, 1.0, (centre + margin) / (n_runs + squared))
    return low, high


def median_ranks(n_runs: int, conf_level: float) -> tuple[int, int]:
    """Return the ranks, from 0, of the order statistics that enclose the median.

    Distribution-free: as many runs lie below the median as heads in so many tosses.
    The ranks -1 and `n_runs` stand for an end that so few runs cannot give.
    """
    from scipy.special import bdtr

    tail = (1 - conf_level) / 2
    heads = np.arange(n_runs + 1)
    n_low = int((bdtr(heads, n_runs, 0.5) <= tail).sum())
    return n_low - 1, n_runs - n_low

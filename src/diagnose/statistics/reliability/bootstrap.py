"""Resample respondents by counting them, and turn resamples into limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from diagnose._options import require

FloatArray = npt.NDArray[np.float64]

_CELLS_AT_ONCE = 4_000_000  # numbers held in memory for one batch


def resampled_means(
    columns: FloatArray, *, n_bootstrap: int, seed: int
) -> Iterator[FloatArray]:
    """Yield the column means of resamples, batch by batch, one row a resample.

    A resample is a vector of counts, so its means are one matrix product for many
    resamples at once.
    """
    n_respondents = len(columns)
    for counts in _batches(n_respondents, n_bootstrap=n_bootstrap, seed=seed):
        yield counts @ columns / n_respondents


def resampled_covariances(
    values: FloatArray, *, n_bootstrap: int, seed: int
) -> Iterator[FloatArray]:
    """Yield covariance matrices (divisor n) of resamples, batch by batch.

    Each batch has shape (n_resamples, n_items, n_items). Respondents are taken in
    parts, so that their products of items fit in memory.
    """
    n_respondents, n_items = values.shape
    centred = values - values.mean(axis=0)
    rows, columns = np.triu_indices(n_items)
    step = max(1, _CELLS_AT_ONCE // len(rows))
    for counts in _batches(n_respondents, n_bootstrap=n_bootstrap, seed=seed):
        moments = np.zeros((len(counts), len(rows)))
        for start in range(0, n_respondents, step):
            part = centred[start : start + step]
            moments += counts[:, start : start + step] @ (
                part[:, rows] * part[:, columns]
            )
        means = counts @ centred / n_respondents
        upper = moments / n_respondents - means[:, rows] * means[:, columns]
        stack = np.empty((len(counts), n_items, n_items))
        stack[:, rows, columns] = upper
        stack[:, columns, rows] = upper
        yield stack


def percentile_limits(estimates: FloatArray, conf_level: float) -> tuple[float, float]:
    """Return the percentiles of the defined (not NaN) resamples."""
    tail = (1 - conf_level) / 2
    return _quantiles(estimates, (tail, 1 - tail))


def bca_limits(
    estimates: FloatArray, conf_level: float, *, estimate: float, acceleration: float
) -> tuple[float, float]:
    """Return limits corrected for bias and for an error that depends on the value.

    References
    ----------
    Efron, 1987, Journal of the American Statistical Association.
    """
    from scipy.special import ndtr, ndtri

    defined = estimates[~np.isnan(estimates)]
    below = (defined < estimate).mean() + (defined == estimate).mean() / 2
    require(
        0 < below < 1,
        f"the BCa interval is undefined: all {len(defined)} resamples lie on one side "
        f"of the estimate {estimate:.4f}; use interval='bootstrap'.",
    )
    bias = ndtri(below)
    tail = (1 - conf_level) / 2
    shifted = bias + ndtri([tail, 1 - tail])
    shares = ndtr(bias + shifted / (1 - acceleration * shifted))
    return _quantiles(estimates, (float(shares[0]), float(shares[1])))


def count_undefined(estimates: FloatArray) -> int:
    """Return how many resamples are NaN; refuse when they are most of them."""
    undefined = int(np.isnan(estimates).sum())
    require(
        2 * undefined < len(estimates),
        f"the bootstrap has no meaning: {undefined} of {len(estimates)} resamples "
        "leave the coefficient undefined.",
    )
    return undefined


def _quantiles(
    estimates: FloatArray, shares: tuple[float, float]
) -> tuple[float, float]:
    low, high = np.quantile(estimates[~np.isnan(estimates)], shares)
    return float(low), float(high)


def _batches(
    n_respondents: int, *, n_bootstrap: int, seed: int
) -> Iterator[FloatArray]:
    generator = np.random.default_rng(seed)
    batch = max(1, min(n_bootstrap, _CELLS_AT_ONCE // n_respondents))
    for start in range(0, n_bootstrap, batch):
        yield _counts(generator, min(batch, n_bootstrap - start), n_respondents)


def _counts(
    generator: np.random.Generator, n_resamples: int, n_respondents: int
) -> FloatArray:
    """Return multinomial counts, one row a resample, each row adding to n."""
    drawn = generator.integers(n_respondents, size=(n_resamples, n_respondents))
    drawn += n_respondents * np.arange(n_resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=n_resamples * n_respondents)
    return counts.reshape(n_resamples, n_respondents).astype(float)

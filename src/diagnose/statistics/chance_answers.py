"""Random answers of teams of every size: enumerated, or simulated with correlations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb

import numpy as np

from diagnose.statistics.team_items import TeamItems
from diagnose.statistics.team_sums import FloatArray

_TERMS = 500  # leaves less than 1e-4 of a correlation of .98
MOST_PATTERNS = 250_000
"""One item is enumerated up to this many ways in which a team can answer."""


def can_enumerate(n_respondents: int, n_options: int) -> bool:
    """Return whether all ways in which a team can answer one item can be listed."""
    return comb(n_respondents + n_options - 1, n_options - 1) <= MOST_PATTERNS


def enumerate_answers(
    n_respondents: int, shares: FloatArray
) -> tuple[TeamItems, FloatArray]:
    """Return every way in which a team can answer one item, with its probability."""
    from scipy.special import gammaln, xlogy

    counts = _compositions(n_respondents, len(shares))
    counts = counts[~(counts[:, shares == 0] > 0).any(axis=1)]
    logs = gammaln(n_respondents + 1) - gammaln(counts + 1).sum(axis=1)
    probabilities = np.exp(logs + xlogy(counts, shares).sum(axis=1))
    above = np.cumsum(counts[:, :0:-1], axis=1)[:, ::-1]
    return _describe(above.T[:, :, None].astype(float), n_respondents), probabilities


def simulate_answers(
    sizes: Sequence[int],
    shares: FloatArray,
    correlations: FloatArray,
    *,
    n_simulations: int,
    seed: int,
) -> Iterator[tuple[int, TeamItems]]:
    """Yield simulated teams of each size, ascending; rows are teams.

    A team of n consists of the first n people of a stream, so a size gives the same
    teams whether it is asked for alone or among others.

    Parameters
    ----------
    sizes : sequence of int
        Team sizes.
    shares : numpy.ndarray, shape (n_options,)
        Distribution of the random answers.
    correlations : numpy.ndarray, shape (n_items, n_items)
        Correlations between the answers of one person; see `latent_correlations`.
    n_simulations, seed : int
        Teams a size, and the start of the random numbers.
    """
    rng = np.random.default_rng(seed)
    root = _root(latent_correlations(correlations, shares)).astype(np.float32)
    thresholds = _thresholds(shares).astype(np.float32)
    above = np.zeros((len(thresholds), n_simulations, len(root)), dtype=np.float32)
    wanted = set(sizes)
    for size in range(1, max(wanted) + 1):
        latent = rng.standard_normal(above.shape[1:], dtype=np.float32) @ root
        for place, threshold in enumerate(thresholds):
            above[place] += latent > threshold
        if size in wanted:
            yield size, _describe(above.astype(float), size)


def latent_correlations(correlations: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the normal correlations that give the answers these correlations.

    Answers are normal values cut at the thresholds of `shares`. Their covariance is a
    power series in the normal correlation, with squared Hermite coefficients of the
    cutting; it is inverted on a fine grid. A correlation out of reach (answers of a
    skewed null cannot correlate -1) becomes the nearest one within reach, and a matrix
    that loses its definiteness the nearest one by eigenvalues.
    """
    grid = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 4001))
    coefficients = _hermite_squares(_thresholds(shares))
    series = np.zeros_like(grid)
    for coefficient in coefficients[::-1]:
        series = (series + coefficient) * grid
    steps = np.arange(len(shares))
    variance = shares @ (steps - shares @ steps) ** 2
    # at 1 the series is too slow, and its sum is known
    reached = np.append(series[:-1] / variance, 1.0)
    latent = np.interp(correlations, reached, grid)
    np.fill_diagonal(latent, 1.0)
    return nearest_correlations(latent)


def nearest_correlations(matrix: FloatArray) -> FloatArray:
    """Return `matrix` with negative eigenvalues put at 0 and ones on the diagonal."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= 0:
        return matrix
    positive = (vectors * np.maximum(values, 0)) @ vectors.T
    scale = np.sqrt(np.diag(positive))
    nearest: FloatArray = positive / np.outer(scale, scale)
    return nearest


def _root(correlations: FloatArray) -> FloatArray:
    """Return the matrix that gives independent normal rows these correlations."""
    values, vectors = np.linalg.eigh(correlations)
    root: FloatArray = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return root


def _thresholds(shares: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    # from both ends, so that a sum that is 1 but for rounding still means infinity
    below = np.cumsum(shares)[:-1]
    beyond = np.cumsum(shares[::-1])[-2::-1]
    cuts: FloatArray = np.where(below < 0.5, ndtri(below), -ndtri(beyond))
    return cuts


def _hermite_squares(thresholds: FloatArray) -> FloatArray:
    """Return the squared coefficients of degree 1, 2, ... of the cut normal."""
    cuts = thresholds[np.isfinite(thresholds)]
    density = np.exp(-(cuts**2) / 2) / np.sqrt(2 * np.pi)
    before, current = np.zeros_like(cuts), np.ones_like(cuts)
    squares = []
    for degree in range(1, _TERMS + 1):
        # He_(k-1) over the root of k!, by the recurrence of normalised polynomials
        squares.append(float((density * current).sum()) ** 2 / degree)
        before, current = (
            current,
            (cuts * current - np.sqrt(degree - 1) * before) / np.sqrt(degree),
        )
    return np.array(squares)


def _compositions(total: int, n_parts: int) -> FloatArray:
    """Return all ways to write `total` as a sum of `n_parts` counts, one a row."""
    rows = np.zeros((1, 0), dtype=float)
    left = np.array([total])
    for _ in range(n_parts - 1):
        repeats = left + 1
        starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
        part = np.arange(repeats.sum()) - starts
        rows = np.column_stack([np.repeat(rows, repeats, axis=0), part])
        left = np.repeat(left, repeats) - part
    return np.column_stack([rows, left])


def _describe(above: FloatArray, n_respondents: int) -> TeamItems:
    """Describe teams by how many answers lie above each threshold.

    `above` has shape (n_options - 1, n_teams, n_items); answers count from 0.
    """
    n = n_respondents
    odd = 2 * np.arange(len(above)) + 1
    total = above.sum(axis=0)
    squares = np.tensordot(odd, above, axes=1)  # x^2 is the sum of the first x odds
    means = total / n
    ranks = n - (n + 1) // 2, n - (n // 2 + 1)
    medians = sum((above > rank).sum(axis=0) for rank in ranks) / 2
    everyone = np.full((1, *total.shape), float(n))
    reached = np.concatenate([everyone, above, np.zeros_like(everyone)])
    counts = reached[:-1] - reached[1:]
    return TeamItems(
        counts=np.full(total.shape, float(n)),
        means=means,
        variances=np.maximum(squares - total * means, 0) / (n - 1)
        if n > 1
        else np.full(total.shape, np.nan),
        around_mean=_mean_distance(counts, means, n),
        around_median=_mean_distance(counts, medians, n),
    )


def _mean_distance(counts: FloatArray, centre: FloatArray, n: int) -> FloatArray:
    total = np.zeros_like(centre)
    for answer, count in enumerate(counts):
        total += count * np.abs(answer - centre)
    return total / n

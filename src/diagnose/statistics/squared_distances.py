"""Mahalanobis distances of many respondents, each over the items they answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from diagnose.statistics.team_sums import FloatArray, IntArray

_AT_ONCE = 1_000_000  # numbers in a stack of matrices, to bound the memory
_WELL_CONDITIONED = 1e-4  # smallest eigenvalue, as a share of the largest


def squared_distances(
    deviations: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return D squared over the items each row answered, and its rank.

    Parameters
    ----------
    deviations : numpy.ndarray, shape (n_respondents, n_items)
        Answers minus the mean of their item, missing as NaN.
    covariance : numpy.ndarray, shape (n_items, n_items)
        Of the items. Where it is singular, each pattern of missing answers gets a
        pseudo-inverse, and the rank is that of its items.

    Returns
    -------
    statistic, df : numpy.ndarray, each of shape (n_respondents,)
        0 for a respondent without an answer.
    """
    answered = ~np.isnan(deviations)
    filled = np.where(answered, deviations, 0.0)
    eigenvalues = np.linalg.eigvalsh(covariance)
    if eigenvalues[0] <= _singular_below(eigenvalues):
        return _distances_by_pattern(filled, answered, covariance)
    n_answered = answered.sum(axis=1)
    few = n_answered < len(covariance)
    if eigenvalues[0] > _WELL_CONDITIONED * eigenvalues[-1]:
        statistic = _distances_by_missing(filled, answered, covariance)
        few = 2 * n_answered < len(covariance)
    else:
        statistic = (np.linalg.solve(covariance, filled.T).T * filled).sum(axis=1)
    # Where the whole matrix can be inverted, each part can. An unanswered item gets a
    # row of the identity matrix: its deviation of 0 then adds nothing.
    for rows in _chunks(np.flatnonzero(few), covariance.size):
        known = answered[rows][:, :, None] & answered[rows][:, None, :]
        parts = np.where(known, covariance, np.eye(len(covariance)))
        solved = np.linalg.solve(parts, filled[rows][:, :, None])[:, :, 0]
        statistic[rows] = (solved * filled[rows]).sum(axis=1)
    return statistic, n_answered.astype(float)


def _distances_by_missing(
    filled: FloatArray, answered: npt.NDArray[np.bool_], covariance: FloatArray
) -> FloatArray:
    """Return D squared of rows that miss at most half of the items.

    With K the inverse of the covariance and g = K x, where an unanswered item has x of
    0, D squared over the answered items is g'x minus g_m' inv(K_mm) g_m over the
    unanswered ones, m. That is a system of the few that are missing instead of the
    many that are there. The subtraction loses the digits that an ill-conditioned K
    would cost, so it is for well-conditioned covariances only.
    """
    inverse = np.linalg.inv(covariance)
    weighted = filled @ inverse
    statistic: FloatArray = (weighted * filled).sum(axis=1)
    n_missing = (~answered).sum(axis=1)
    for count in range(1, len(covariance) // 2 + 1):
        for rows in _chunks(np.flatnonzero(n_missing == count), count**2):
            gaps = np.nonzero(~answered[rows])[1].reshape(-1, count)
            own = weighted[rows[:, None], gaps]
            parts = inverse[gaps[:, :, None], gaps[:, None, :]]
            solved = np.linalg.solve(parts, own[:, :, None])[:, :, 0]
            statistic[rows] -= (solved * own).sum(axis=1)
    return statistic


def _chunks(rows: IntArray, size: int) -> Iterator[IntArray]:
    """Yield rows, so many at a time that their matrices of `size` numbers fit."""
    step = max(_AT_ONCE // size, 1)
    for first in range(0, len(rows), step):
        yield rows[first : first + step]


def _distances_by_pattern(
    filled: FloatArray, answered: npt.NDArray[np.bool_], covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Use a pseudo-inverse for each pattern of missing answers."""
    patterns, group = np.unique(answered, axis=0, return_inverse=True)
    statistic, df = np.zeros(len(filled)), np.zeros(len(filled))
    for number, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        rows = np.flatnonzero(group.ravel() == number)
        inverse, rank = _pseudo_inverse(covariance[np.ix_(pattern, pattern)])
        part = filled[np.ix_(rows, pattern)]
        statistic[rows] = ((part @ inverse) * part).sum(axis=1)
        df[rows] = rank
    return statistic, df


def _pseudo_inverse(covariance: FloatArray) -> tuple[FloatArray, int]:
    """Return the inverse over the directions that vary, and how many there are."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > _singular_below(values)
    scaled = vectors[:, kept] / np.sqrt(values[kept])
    return scaled @ scaled.T, int(kept.sum())


def _singular_below(eigenvalues: npt.NDArray[np.floating[Any]]) -> float:
    return max(float(eigenvalues[-1]), 0.0) * len(eigenvalues) * 1e-12

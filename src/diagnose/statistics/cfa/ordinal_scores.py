"""Scores on the factors behind ordinal answers: mode or mean, given the answers.

Given the factors, the normal variable behind an item has mean xi = nu + Lambda eta and
a standard deviation of its own; an answer says between which thresholds it lies. The
logarithm of the joint density of answers and factors is concave, so that it has one
mode and Newton's method finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from diagnose._options import require

if TYPE_CHECKING:
    from diagnose.statistics.cfa.result import CfaFit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

_UNANSWERED = -1
_AT_ONCE = 4000
_MOST_STEPS = 200
_AT_REST = 1e-10
_NODES = 401
_WIDTH = 8.0
"""Standard deviations of the factor on each side that the mean is computed over."""
_TINY = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Scores of one group.

    Attributes
    ----------
    score, error : numpy.ndarray, shape (n, m)
    reliability : numpy.ndarray, shape (m,)
    """

    score: FloatArray
    error: FloatArray
    reliability: FloatArray


def place_answers(fit: CfaFit, answers: FloatArray) -> IntArray:
    """Return the number of the category of each answer, -1 for a missing one.

    Raises
    ------
    InsufficientDataError
        An item with more or fewer categories than the model has.
    """
    usable = ~np.isnan(answers)
    if fit.missing == "listwise":
        usable &= usable.all(axis=1, keepdims=True)
    counts = {name: 0 for name in fit.table.items}
    for row in fit.table.select("threshold", group=0):
        counts[row.left] += 1
    places = np.full(answers.shape, _UNANSWERED, dtype=np.intp)
    problems = []
    for column, (item, count) in enumerate(counts.items()):
        own = usable[:, column]
        found, place = np.unique(answers[own, column], return_inverse=True)
        places[own, column] = place
        if len(found) != count + 1:
            problems.append(f"{item} has {len(found)} and the model {count + 1}")
    require(
        not problems,
        f"The answers to score have other categories than those of the fit: "
        f"{'; '.join(problems)}. Score the answers that the model was fitted to, other "
        "respondents together with them.",
    )
    return places


def score_ordinal(fit: CfaFit, places: IntArray, method: str, group: int) -> Scored:
    """Return the scores of the respondents of one group.

    Parameters
    ----------
    places : numpy.ndarray of int, shape (n, p)
        Number of the category of each answer, -1 for a missing one.
    method : str
        ``"mode"`` or ``"mean"``.
    """
    behind = _Behind.of(fit, group)
    patterns, which = np.unique(places, axis=0, return_inverse=True)
    if method == "mean":
        score, error = _means(behind, patterns)
    else:
        pieces = [
            _modes(behind, patterns[start : start + _AT_ONCE])
            for start in range(0, len(patterns), _AT_ONCE)
        ]
        score = np.concatenate([piece[0] for piece in pieces])
        error = np.concatenate([piece[1] for piece in pieces])
    score, error = score[which.ravel()], error[which.ravel()]
    spread = score.var(axis=0)
    return Scored(
        score=score,
        error=error,
        reliability=spread / (spread + (error**2).mean(axis=0)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Behind:
    """What lies behind the answers of a group, in units of its residuals.

    Attributes
    ----------
    cuts : numpy.ndarray, shape (p, t + 2)
        Minus infinity, the thresholds, and infinity from there on.
    loading : numpy.ndarray, shape (p, m)
    centre, covariance : numpy.ndarray, shapes (m,) and (m, m)
        Of the factors.
    """

    cuts: FloatArray
    loading: FloatArray
    centre: FloatArray
    covariance: FloatArray

    @classmethod
    def of(cls, fit: CfaFit, group: int) -> _Behind:
        at = fit.matrices(group)
        residual = at.residual_covariance
        improper = [
            item
            for item, variance in zip(fit.table.items, np.diag(residual), strict=True)
            if not variance > 0
        ]
        require(
            not improper,
            f"Factor scores are undefined: {', '.join(improper)} has no residual "
            "variance (a Heywood case). Leave it out of the model.",
        )
        joined = np.abs(residual - np.diag(np.diag(residual))).max() > 0
        require(
            not joined,
            "Factor scores of ordinal answers ask for uncorrelated residuals: given "
            "the factors, answers must be independent. Leave the residual "
            "covariances out, or make a factor of them.",
        )
        everything = at.all_factor_covariance
        require(
            bool(np.linalg.eigvalsh(everything)[0] > 0),
            "Factor scores are undefined: the covariances of the factors are not "
            "positive definite. Merge factors that cannot be told apart.",
        )
        unit = np.sqrt(np.diag(residual))
        rows = fit.table.select("threshold", group=group)
        cuts = np.full((len(unit), 2 + max(row.column for row in rows) + 1), np.inf)
        cuts[:, 0] = -np.inf
        for row in rows:
            cut = at.threshold[row.row, row.column] - at.intercept[row.row]
            cuts[row.row, row.column + 1] = cut / unit[row.row]
        return cls(
            cuts=cuts,
            loading=at.loading / unit[:, None],
            centre=at.spread @ at.factor_mean,
            covariance=everything,
        )


def _modes(behind: _Behind, patterns: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the most likely factors of each pattern of answers, and their errors."""
    inverse = np.asarray(np.linalg.inv(behind.covariance), dtype=float)
    score = np.tile(behind.centre, (len(patterns), 1))
    value, slope, curvature = _look(behind, inverse, patterns, score)
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
        share = np.ones((len(patterns), 1))
        for _ in range(40):
            near = _look(behind, inverse, patterns, score + share * step)
            worse = near[0] < value - 1e-9 * (1 + np.abs(value))
            if not worse.any():
                break
            share[worse] /= 2
        score = score + share * step
        value, slope, curvature = near
        if np.abs(share * step).max() < _AT_REST:
            break
    variance = np.einsum("nii->ni", np.linalg.inv(curvature))
    return score, np.sqrt(variance)


def _look(
    behind: _Behind, inverse: FloatArray, patterns: IntArray, score: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log-density, slope and minus the curvature at the scores."""
    where = np.arange(patterns.shape[1])
    given = patterns >= 0
    reached = score @ behind.loading.T
    low = np.where(given, behind.cuts[where, np.maximum(patterns, 0)], -np.inf)
    high = np.where(given, behind.cuts[where, np.maximum(patterns, 0) + 1], np.inf)
    logarithm, first, second = _interval(low - reached, high - reached)
    away = score - behind.centre
    pulled = away @ inverse
    value = logarithm.sum(axis=1) - (pulled * away).sum(axis=1) / 2
    slope = first @ behind.loading - pulled
    weighed = behind.loading.T * second[:, None, :]
    return value, slope, weighed @ behind.loading + inverse


def _interval(
    low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ln P(low < z < high), and its derivatives to a shift of both downwards.

    The second with its sign turned: it is never negative. Intervals above the mean are
    turned round, so that their probability is not a difference of numbers near 1.
    """
    from scipy.special import ndtr

    turned = low > 0
    lower, upper = np.where(turned, -high, low), np.where(turned, -low, high)
    chance = np.maximum(ndtr(upper) - ndtr(lower), _TINY)
    at_low, at_high = _normal(low), _normal(high)
    drop = (at_high - at_low) / chance
    finite_low = np.where(np.isfinite(low), low, 0.0)
    finite_high = np.where(np.isfinite(high), high, 0.0)
    bend = (finite_high * at_high - finite_low * at_low) / chance
    return np.log(chance), -drop, np.maximum(bend + drop**2, 0.0)


def _means(behind: _Behind, patterns: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of one factor, given each pattern."""
    require(
        len(behind.centre) == 1,
        f"method='mean' integrates over one factor; the model has "
        f"{len(behind.centre)}. Use method='mode'.",
    )
    deviation = float(np.sqrt(behind.covariance[0, 0]))
    grid = np.linspace(-_WIDTH, _WIDTH, _NODES)
    node = behind.centre[0] + deviation * grid
    density = np.tile(-(grid**2) / 2, (len(patterns), 1))
    for item, loading in enumerate(behind.loading[:, 0]):
        cuts = behind.cuts[item][:, None] - loading * node
        chances = _interval(cuts[:-1], cuts[1:])[0]
        given = patterns[:, item] >= 0
        density[given] += chances[patterns[given, item]]
    density = np.exp(density - density.max(axis=1, keepdims=True))
    density /= density.sum(axis=1, keepdims=True)
    mean = density @ node
    variance = density @ node**2 - mean**2
    return mean[:, None], np.sqrt(np.maximum(variance, 0.0))[:, None]


def _normal(x: FloatArray) -> FloatArray:
    density: FloatArray = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return density

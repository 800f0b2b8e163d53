"""Fit, scores and covariance of one proportional-odds model, row by row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.clustered.core import (
    ClusterErrors,
    ClusterFit,
    fit_from_blocks,
)
from diagnose.statistics.dif.ordinal_logit import fit_ordinal_logits
from diagnose.statistics.means import FloatArray
from diagnose.statistics.ordinal_design import OrdinalRows

_DETERMINED = 1e-12  # below, rounding is more than a ten-thousandth of the errors


def fit_rows(rows: OrdinalRows) -> tuple[FloatArray, float]:
    """Return thresholds and slopes by maximum likelihood, and the log-likelihood.

    Groups of any size take as long as a table of them.
    """
    fit = fit_ordinal_logits(rows.counts[None], rows.points[None])
    if not fit.finite[0]:
        _refuse_separation(rows, fit.slopes[0])
    slopes = fit.slopes[0] / rows.scale
    thresholds = fit.thresholds[0] + rows.centre @ slopes
    return np.concatenate([thresholds, slopes]), float(fit.log_likelihood[0])


def _refuse_separation(rows: OrdinalRows, slopes: FloatArray) -> None:
    """Name the groups, or the predictor, for which no finite odds ratio exists."""
    if rows.groups is None:
        steepest = rows.terms[int(np.abs(slopes).argmax())]
        where = f"`{steepest}` separates them"
    else:
        where = _separated_groups(rows, rows.groups, slopes)
    require(
        False,
        f"no odds ratio exists for these {rows.n_respondents} answers: {where} "
        "perfectly. Join groups or categories, or compare the shares of answers.",
    )


def _separated_groups(
    rows: OrdinalRows, groups: npt.NDArray[np.int64], slopes: FloatArray
) -> str:
    names = [str(rows.reference), *rows.terms]
    ends = (0, rows.n_thresholds)
    alike = []
    for code, name in enumerate(names):
        inside = rows.answers[groups == code]
        if inside.min() == inside.max() and inside[0] in ends:
            alike.append(
                f"all {len(inside)} answers of {name} are "
                f"{rows.categories[inside[0]]:g}, which separates the group"
            )
    if alike:
        return "; ".join(alike)
    return f"{names[1 + int(np.abs(slopes).argmax())]} separates itself from the others"


def scores_and_information(
    rows: OrdinalRows, estimates: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the score of each row, and the observed information of each team.

    With u and l the levels above and below an answer, and f the logistic density, the
    probability is p = F(u) - F(l). Its logarithm changes by f(u) / p with the upper
    threshold, by -f(l) / p with the lower, and by F(u) + F(l) - 1 with the predictor.
    Without teams everybody is one.
    """
    from scipy.special import expit

    k, q, n = rows.n_thresholds, rows.n_slopes, rows.n_respondents
    predictor = rows.design @ estimates[k:]
    cuts = np.concatenate([[-np.inf], estimates[:k], [np.inf]])
    above, below = rows.answers + 1, rows.answers
    upper, lower = expit(cuts[above] - predictor), expit(cuts[below] - predictor)
    f_upper, f_lower = upper * (1 - upper), lower * (1 - lower)
    high, low = f_upper / (upper - lower), f_lower / (upper - lower)
    # One threshold more on either side serves the outer categories, and is cut off.
    row, jacobian, mixed = np.arange(n), np.zeros((n, k + 2)), np.zeros((n, k + 2))
    jacobian[row, above], jacobian[row, below] = high, -low
    mixed[row, above], mixed[row, below] = -f_upper, -f_lower
    diagonal = np.zeros((n, k + 2))
    diagonal[row, above] = high**2 - high * (1 - 2 * upper)
    diagonal[row, below] = low**2 + low * (1 - 2 * lower)
    crossed = np.zeros((n, k + 2))
    crossed[row, below] = -high * low  # of a threshold with the next one
    whole = np.zeros((len(rows.team_sums(high[:, None])), k + q, k + q))
    inner = np.arange(k)
    whole[:, inner, inner] = rows.team_sums(diagonal[:, 1:-1])
    whole[:, inner[:-1], inner[1:]] = rows.team_sums(crossed[:, 1:k])
    whole[:, inner[1:], inner[:-1]] = whole[:, inner[:-1], inner[1:]]
    weighted = (f_upper + f_lower)[:, None] * rows.design
    for i in range(q):
        column = rows.design[:, i : i + 1]
        whole[:, k + i, k:] = rows.team_sums(column * weighted)
        whole[:, k + i, :k] = rows.team_sums(column * mixed[:, 1:-1])
        whole[:, :k, k + i] = whole[:, k + i, :k]
    slope = (upper + lower - 1)[:, None] * rows.design
    return np.hstack([jacobian[:, 1:-1], slope]), whole


def clustered_fit(
    estimates: FloatArray,
    scores: FloatArray,
    information: FloatArray,
    *,
    n_respondents: int,
    errors: ClusterErrors,
) -> ClusterFit:
    """Return estimates of a likelihood with errors that respect teams.

    Near its maximum a likelihood behaves as least squares whose cross products are the
    information, so the same adjustment and degrees of freedom apply to the scores.
    `clubSandwich` adjusts a logistic regression by another square root of the same
    matrix; the two differ in the third digit.

    References
    ----------
    Kauermann and Carroll, 2001, Journal of the American Statistical Association.
    """
    root = root_of(information.sum(axis=0))
    return fit_from_blocks(
        estimates,
        root,
        root.T @ information @ root,
        scores @ root,
        n_respondents=n_respondents,
        residual_square=float(n_respondents),
        errors=errors,
    )


def root_of(information: FloatArray) -> FloatArray:
    """Return C with C C' the inverse, worked out on the scale of unit diagonals."""
    size = 1 / np.sqrt(np.diagonal(information))
    values, vectors = np.linalg.eigh(information * np.outer(size, size))
    require(
        bool(values[0] > _DETERMINED),
        "the thresholds and odds ratios cannot be told apart in these numbers. If a "
        "predictor is far from 0 for its spread, subtract its mean first.",
    )
    return np.asarray(size[:, None] * vectors / np.sqrt(values))


def log_likelihood_of_shares(rows: OrdinalRows) -> float:
    """Return the log-likelihood of thresholds without slopes."""
    counts = np.bincount(rows.answers).astype(float)
    return float((counts * np.log(counts / counts.sum())).sum())

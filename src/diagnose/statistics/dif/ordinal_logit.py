"""Proportional-odds models of many items at once, from one table an item.

With F_c the probability of an answer at or below category c, ::

    logit F_c = threshold_c - (design row) . slopes,   c = 1 ... C - 1

Write F_c - F_(c-1) as F_c (1 - F_(c-1)) (1 - exp(-(threshold_c - threshold_(c-1)))).
The log-likelihood of a table of counts n is then the sum of C - 1 binary ones, in which
category c stands against category c + 1, and a term in the thresholds only: ::

    sum over c of [n_c log F_c + n_(c+1) log(1 - F_c)]
    + sum over the middle c of N_c log(1 - exp(-(threshold_c - threshold_(c-1))))

Every part is concave, so Newton's method with step halving finds the maximum. Where
the regressors separate the answers perfectly there is none: slopes grow without end,
and the fit is given up once they are steeper than any answers of people.

References
----------
McCullagh, 1980, Journal of the Royal Statistical Society B (the model).
Pratt, 1981, Journal of the American Statistical Association (concavity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MOST_STEPS = 60
_MOST_HALVINGS = 40
_STEEPEST = 20.0  # log odds per unit of a regressor
_WIDEST = 100.0  # standard error of a slope that still has an estimate
_FAR = -600.0  # below it the logarithm of F is the level to the last digit
_TOLERANCE = 1e-10  # of the log-likelihood still to be won before the last step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalLogits:
    """Fits of one model to B items.

    Attributes
    ----------
    thresholds : ndarray, shape (B, C - 1)
        Rising.
    slopes : ndarray, shape (B, P)
        A positive slope means higher answers.
    errors : ndarray, shape (B, P)
        Standard errors of `slopes`, from the observed information.
    log_likelihood : ndarray, shape (B,)
        Of the answers one by one: without the multinomial coefficients of the table.
        NaN where the fit was given up.
    finite : ndarray of bool, shape (B,)
        Whether the estimates exist. Where they do not, the log-likelihood may still
        have reached its bound.
    """

    thresholds: FloatArray
    slopes: FloatArray
    errors: FloatArray
    log_likelihood: FloatArray
    finite: BoolArray


def fit_ordinal_logits(
    counts: FloatArray, design: FloatArray, start: OrdinalLogits | None = None
) -> OrdinalLogits:
    """Fit the same model to every table by maximum likelihood.

    Parameters
    ----------
    counts : ndarray, shape (B, R, C)
        Answers by row of the design and category; no category may be empty in all
        rows. Rows without answers do no harm.
    design : ndarray, shape (B, R, P) or (1, R, P)
        Regressors without a constant, of the order of 1; one design may serve all.
    start : OrdinalLogits, optional
        Fits with the first columns of the design only.
    """
    tables = _Tables.of(counts, design)
    k = tables.n_thresholds
    point = _at(tables, _start(tables, start))
    lost = converged = np.zeros(len(counts), dtype=bool)
    for _ in range(_MOST_STEPS):
        gradient, information = _derivatives(tables, point)
        lost = lost | (np.abs(point.estimates[:, k:]).max(axis=1) > _STEEPEST)
        lost = lost | (_singular(information) & ~converged)
        # A fit that has converged takes one more step and then stands still.
        step = _steps(information, gradient, converged | lost)
        converged = converged | ((gradient * step).sum(axis=1) / 2 < _TOLERANCE)
        point = _climb(tables, point, step)
        if (converged | lost).all():
            break
    lost = lost | ~converged
    errors = _errors(_derivatives(tables, point)[1])[:, k:]
    return OrdinalLogits(
        thresholds=point.estimates[:, :k],
        slopes=point.estimates[:, k:],
        errors=errors,
        log_likelihood=np.where(lost, np.nan, point.value),
        finite=~lost & (errors.max(axis=1) < _WIDEST),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tables:
    """What the derivatives need of the counts, computed once."""

    pairs: FloatArray  # (B, C - 1, R): answers in category c or c + 1
    totals: FloatArray  # (B, C)
    linear: FloatArray  # (B, C - 1 + P): of the estimates, in the log-likelihood
    design: FloatArray  # (B or 1, R, P)
    products: FloatArray  # (B or 1, R, P * P)

    @classmethod
    def of(cls, counts: FloatArray, design: FloatArray) -> _Tables:
        totals = counts.sum(axis=1)
        above = counts[:, :, 1:]
        products = design[..., :, None] * design[..., None, :]
        level = _summed(above.sum(axis=2), design)
        pairs = (counts[:, :, :-1] + above).transpose(0, 2, 1)
        return cls(
            pairs=np.ascontiguousarray(pairs),
            totals=totals,
            # log(1 - F) is log F less the level, which is linear in the estimates
            linear=np.hstack([-totals[:, 1:], level]),
            design=design,
            products=products.reshape(*design.shape[:2], -1),
        )

    @property
    def n_thresholds(self) -> int:
        return int(self.totals.shape[1]) - 1

    def levels(self, estimates: FloatArray) -> FloatArray:
        """Return threshold less predictor, shape (B, C - 1, R)."""
        slopes = estimates[:, None, self.n_thresholds :]
        predictor = _times(slopes, self.design.transpose(0, 2, 1))
        return np.asarray(estimates[:, : self.n_thresholds, None] - predictor)


def _summed(weights: FloatArray, columns: FloatArray) -> FloatArray:
    """Return weighted sums over the rows of each problem, shape (B, columns)."""
    return _times(weights[:, None, :], columns)[:, 0, :]


def _times(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the matrix products, with one product of all when `right` is shared."""
    if len(right) > 1:
        return np.asarray(left @ right)
    stacked = left.reshape(-1, left.shape[2]) @ right[0]
    return np.asarray(stacked.reshape(*left.shape[:2], -1))


def _start(tables: _Tables, start: OrdinalLogits | None) -> FloatArray:
    n_problems, n_thresholds = len(tables.totals), tables.n_thresholds
    estimates = np.zeros((n_problems, n_thresholds + tables.design.shape[2]))
    if start is None:
        reached = tables.totals.cumsum(axis=1)
        below = reached[:, :-1]
        estimates[:, :n_thresholds] = np.log(below / (reached[:, -1:] - below))
        return estimates
    known = n_thresholds + start.slopes.shape[1]
    estimates[:, :known] = np.concatenate([start.thresholds, start.slopes], axis=1)
    return estimates


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Point:
    """Estimates, their log-likelihoods, and F of every threshold and row."""

    estimates: FloatArray  # (B, C - 1 + P)
    value: FloatArray  # (B,), minus infinity where thresholds do not rise
    low: FloatArray  # (B, C - 1, R)


def _at(tables: _Tables, estimates: FloatArray) -> _Point:
    from scipy.special import expit

    gaps = np.diff(estimates[:, : tables.n_thresholds], axis=1)
    level = tables.levels(estimates)
    low = expit(level)
    log_low = np.log(np.maximum(low, 1e-300))
    if level.min() < _FAR:
        log_low = np.where(level < _FAR, level, log_low)
    value = np.einsum("bcr,bcr->b", tables.pairs, log_low)
    value += np.einsum("bq,bq->b", tables.linear, estimates)
    safe = np.where(gaps > 0, gaps, 1.0)
    value += (tables.totals[:, 1:-1] * np.log(-np.expm1(-safe))).sum(axis=1)
    value = np.where((gaps > 0).all(axis=1), value, -np.inf)
    return _Point(estimates=estimates, value=value, low=low)


def _derivatives(tables: _Tables, point: _Point) -> tuple[FloatArray, FloatArray]:
    """Return the gradient and minus the Hessian of each log-likelihood."""
    n_problems, size = point.estimates.shape
    k, p = tables.n_thresholds, tables.design.shape[2]
    expected = tables.pairs * (1 - point.low)
    gradient = tables.linear.copy()
    gradient[:, :k] += expected.sum(axis=2)
    gradient[:, k:] -= _summed(expected.sum(axis=1), tables.design)
    weight = expected * point.low
    information = np.zeros((n_problems, size, size))
    diagonal = np.arange(k)
    information[:, diagonal, diagonal] = weight.sum(axis=2)
    cross = -_times(weight, tables.design)
    information[:, :k, k:] = cross
    information[:, k:, :k] = cross.transpose(0, 2, 1)
    square = _summed(weight.sum(axis=1), tables.products)
    information[:, k:, k:] = square.reshape(-1, p, p)
    thresholds = point.estimates[:, :k]
    _add_gaps(tables.totals[:, 1:-1], thresholds, gradient, information)
    return gradient, information


def _add_gaps(
    middle: FloatArray,
    thresholds: FloatArray,
    gradient: FloatArray,
    information: FloatArray,
) -> None:
    """Add the term in the differences of thresholds, in place."""
    gaps = np.diff(thresholds, axis=1)
    rest = -np.expm1(-gaps)
    rate = middle * np.exp(-gaps) / rest
    bend = rate / rest
    upper = np.arange(1, thresholds.shape[1])
    lower = upper - 1
    gradient[:, upper] += rate
    gradient[:, lower] -= rate
    information[:, upper, upper] += bend
    information[:, lower, lower] += bend
    information[:, upper, lower] -= bend
    information[:, lower, upper] -= bend


def _singular(information: FloatArray) -> BoolArray:
    """Return where no step can be computed: some estimate has left all answers behind.

    On the scale of unit diagonals the matrix is one of correlations.
    """
    size = np.sqrt(np.diagonal(information, axis1=1, axis2=2))
    vanished = size.min(axis=1) < 1e-7
    safe = np.where(vanished[:, None], 1.0, size)
    scaled = information / (safe[:, :, None] * safe[:, None, :])
    return np.asarray(vanished | (np.linalg.eigvalsh(scaled)[:, 0] < 1e-13))


def _steps(
    information: FloatArray, gradient: FloatArray, idle: BoolArray
) -> FloatArray:
    """Return the Newton steps, 0 for problems that stand still."""
    step = np.zeros_like(gradient)
    moving = ~idle
    right = gradient[moving, :, None]
    step[moving] = np.linalg.solve(information[moving], right)[:, :, 0]
    return step


def _errors(information: FloatArray) -> FloatArray:
    """Return the standard errors, infinite where the information is singular."""
    errors = np.full(information.shape[:2], np.inf)
    sound = ~_singular(information)
    covariance = np.linalg.inv(information[sound])
    errors[sound] = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    return errors


def _climb(tables: _Tables, point: _Point, step: FloatArray) -> _Point:
    """Take the step of each problem, halved until its log-likelihood does not fall."""
    # Rounding may lose the last digits of a sum over all answers.
    allowed = point.value - 1e-13 * np.abs(point.value)
    factor = np.ones(len(step))
    for _ in range(_MOST_HALVINGS):
        moved = _at(tables, point.estimates + factor[:, None] * step)
        fell = ~(moved.value >= allowed)
        if not fell.any():
            return moved
        factor[fell] /= 2
    factor[fell] = 0.0
    return _at(tables, point.estimates + factor[:, None] * step)

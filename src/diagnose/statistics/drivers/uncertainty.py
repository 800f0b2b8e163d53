"""Intervals of weights, ranks, correlations and coefficients, over whole teams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.drivers.chance import with_chance_predictor
from diagnose.statistics.drivers.moments import (
    UnitSums,
    correlations_without_each,
    resampled_correlations,
)
from diagnose.statistics.drivers.weights import (
    SINGULAR,
    ImportanceMethod,
    raw_weights,
)

FloatArray = npt.NDArray[np.float64]
Limits = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResampledWeights:
    """Weights of the resamples that have them; one row a resample."""

    weights: FloatArray
    n_undefined: int
    conf_level: float
    expansion: float

    @property
    def tail(self) -> float:
        """Return the tail of a percentile interval that is as wide as a t interval."""
        from scipy.special import ndtr, ndtri

        return float(ndtr(-self.expansion * ndtri((1 + self.conf_level) / 2)))

    def limits(self) -> Limits:
        """Return the limits of the weights."""
        return self._limits(self.weights)

    def share_limits(self) -> Limits:
        """Return the limits of the weights as shares of R squared."""
        return self._limits(self.weights / self.weights.sum(axis=1, keepdims=True))

    def rank_limits(self, estimate: FloatArray) -> Limits:
        """Return the limits of the ranks; rank 1 has the most weight.

        A predictor ranks below those it is shown to weigh less than, and above those
        it is shown to weigh more than, its comparisons taken together (Mogstad,
        Romano, Shaikh and Wilhelm 2024). The percentiles of resampled ranks would
        leave out the truth too often: resampling draws ranks towards the middle.
        """
        n_predictors = len(estimate)
        low, high = np.ones(n_predictors), np.full(n_predictors, n_predictors)
        for position in range(n_predictors if n_predictors > 1 else 0):
            others = np.arange(n_predictors) != position
            drawn = self.weights[:, others] - self.weights[:, [position]]
            more = estimate[others] - estimate[position]
            error = np.maximum(drawn.std(axis=0), 1e-12)
            largest = (np.abs(drawn - more) / error).max(axis=1)
            margin = np.quantile(largest, self.conf_level) * self.expansion * error
            low[position] += (more > margin).sum()
            high[position] -= (more < -margin).sum()
        return low, high

    def _limits(self, values: FloatArray) -> Limits:
        low, high = np.quantile(values, [self.tail, 1 - self.tail], axis=0)
        return low, high


def resampled_weights(
    sums: UnitSums,
    *,
    method: ImportanceMethod,
    n_bootstrap: int,
    conf_level: float,
    seed: int,
) -> ResampledWeights:
    """Resample whole units; the tails are widened for few units (Hesterberg 2015)."""
    drawn = np.concatenate(
        [
            raw_weights(stack, method=method)
            for stack in resampled_correlations(
                sums, n_bootstrap=n_bootstrap, seed=seed
            )
        ]
    )
    defined = np.isfinite(drawn).all(axis=1)
    n_undefined = int((~defined).sum())
    require(
        2 * n_undefined < n_bootstrap,
        f"the bootstrap has no meaning: in {n_undefined} of {n_bootstrap} resamples of "
        f"the {sums.n_units} teams the predictors are collinear or do not vary. Use "
        "fewer predictors, or clusters=None where teams do not matter.",
    )
    return ResampledWeights(
        weights=drawn[defined],
        n_undefined=n_undefined,
        conf_level=conf_level,
        expansion=_expansion(sums.n_units, conf_level),
    )


def chance_p_values(sums: UnitSums, *, n_bootstrap: int, seed: int) -> FloatArray:
    """Return two-sided p-values of the difference with a predictor of chance.

    By Johnson's weights, whatever the method of the others: they hardly differ, and
    one predictor more would double the work of LMG.
    """
    chance_seed, resample_seed = np.random.SeedSequence(seed).generate_state(2)
    extended = with_chance_predictor(sums, seed=int(chance_seed))
    below, n_defined = np.zeros(sums.n_variables - 1), 0
    for stack in resampled_correlations(
        extended, n_bootstrap=n_bootstrap, seed=int(resample_seed)
    ):
        weights = raw_weights(stack, method="johnson")
        weights = weights[np.isfinite(weights).all(axis=1)]
        below += (weights[:, 1:] <= weights[:, :1]).sum(axis=0)
        n_defined += len(weights)
    p_values: FloatArray = np.minimum(2 * (below + 1) / (n_defined + 1), 1.0)
    return p_values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WithoutEach:
    """Correlations with each unit left out, and their spread."""

    counts: FloatArray
    correlations: FloatArray

    @property
    def n_units(self) -> int:
        """Return the number of units."""
        return len(self.counts)

    def std_error(self, values: FloatArray) -> FloatArray:
        """Return the jackknife standard error, values one row a unit left out."""
        squares = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
        error: FloatArray = np.sqrt(squares * ((self.n_units - 1) / self.n_units))
        return error

    def correlation_limits(
        self, estimate: FloatArray, df: FloatArray, conf_level: float
    ) -> Limits:
        """Return t limits of the correlations with the outcome, on Fisher's scale."""
        error = self.std_error(np.arctanh(self.correlations[:, :-1, -1]))
        margin = t_quantile(df, conf_level) * error
        centre = np.arctanh(estimate)
        return np.tanh(centre - margin), np.tanh(centre + margin)

    def coefficient_limits(
        self, estimate: FloatArray, df: FloatArray, conf_level: float
    ) -> Limits:
        """Return t limits of the standardised coefficients."""
        margin = t_quantile(df, conf_level) * self.std_error(
            coefficients(self.correlations)
        )
        return estimate - margin, estimate + margin

    def r_squared_limits(
        self, adjusted: float, conf_level: float
    ) -> tuple[float, float]:
        """Return limits for R squared in the population; not below zero.

        A jackknife of log(1 - adjusted R squared): adjusting takes away the bias that
        keeps the limits of R squared itself too high.
        """
        n_predictors = self.correlations.shape[1] - 1
        left = adjusted_r_squared(
            r_squared(self.correlations), self.counts.sum() - self.counts, n_predictors
        )
        error = self.std_error(np.log1p(-left))
        margin = float(t_quantile(np.array(self.n_units - 1.0), conf_level) * error)
        centre = float(np.log1p(-adjusted))
        low, high = -np.expm1(centre + margin), -np.expm1(centre - margin)
        return max(float(low), 0.0), max(float(high), 0.0)


def without_each(sums: UnitSums) -> WithoutEach:
    """Leave out each unit in turn; refuse when the rest cannot carry the predictors."""
    correlations = correlations_without_each(sums)
    n_predictors = sums.n_variables - 1
    rest = sums.counts.sum() - sums.counts
    regular = np.isfinite(correlations).all(axis=(1, 2)) & (rest > n_predictors + 1)
    regular[regular] = np.linalg.eigvalsh(correlations[regular])[:, 0] > SINGULAR
    worst = int(np.argmin(np.where(regular, np.inf, rest)))
    require(
        bool(regular.all()),
        f"without one team of {sums.counts[worst]:.0f} the other {rest[worst]:.0f} "
        f"respondents cannot carry {n_predictors} predictors, so the uncertainty over "
        "teams is unknown. Use fewer predictors, or clusters=None where teams do not "
        "matter.",
    )
    return WithoutEach(counts=sums.counts, correlations=correlations)


def coefficients(correlations: FloatArray) -> FloatArray:
    """Return the standardised coefficients, one row a matrix (outcome last)."""
    solved = np.linalg.solve(correlations[:, :-1, :-1], correlations[:, :-1, -1:])
    return np.asarray(solved[:, :, 0], dtype=float)


def r_squared(correlations: FloatArray) -> FloatArray:
    """Return R squared of every matrix."""
    explained: FloatArray = np.einsum(
        "bi,bi->b", coefficients(correlations), correlations[:, :-1, -1]
    )
    return explained


def adjusted_r_squared(
    explained: FloatArray, n_respondents: FloatArray, n_predictors: int
) -> FloatArray:
    """Return R squared less what chance adds to it (Ezekiel); may be negative."""
    inflation = (n_respondents - 1) / (n_respondents - n_predictors - 1)
    adjusted: FloatArray = 1 - (1 - explained) * inflation
    return adjusted


def t_quantile(df: FloatArray, conf_level: float) -> FloatArray:
    """Return the upper t quantile of a two-sided interval."""
    from scipy.special import stdtrit

    quantile: FloatArray = stdtrit(df, (1 + conf_level) / 2)
    return quantile


def _expansion(n_units: int, conf_level: float) -> float:
    """Return how much wider than by the normal distribution few units must be."""
    from scipy.special import ndtri

    quantile = t_quantile(np.array(n_units - 1.0), conf_level)
    wider = quantile / ndtri((1 + conf_level) / 2)
    return float(wider * np.sqrt(n_units / (n_units - 1)))

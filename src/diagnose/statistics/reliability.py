"""How reliable is a score made of several items: alpha and omega.

What follows from a reliability for one person lives in `measurement_error`; its
standard error is repeated here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import (
    MissingPolicy,
    check_at_least,
    check_option,
    check_proportion,
    require,
)
from diagnose.errors import InsufficientDataError
from diagnose.statistics.measurement_error import standard_error_of_measurement
from diagnose.statistics.one_factor import (
    OneFactorFit,
    fit_one_factor,
    parameter_derivatives,
)
from diagnose.statistics.sample import complete_rows

__all__ = [
    "Reliability",
    "cronbach_alpha",
    "omega_total",
    "standard_error_of_measurement",
]

FloatArray = npt.NDArray[np.float64]
AlphaInterval = Literal["feldt", "bootstrap"]
OmegaDenominator = Literal["observed", "implied"]

_CELLS_AT_ONCE = 4_000_000  # respondents x resamples held in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Reliability of one subscale in one sample.

    Attributes
    ----------
    method : str
        Name of the coefficient: ``"alpha"``, ``"omega_total_observed"`` or
        ``"omega_total_implied"``.
    estimate : float
        Point estimate, unrounded. Alpha is at most 1, and negative when items
        disagree.
    conf_low, conf_high : float
        Limits of the two-sided interval at `conf_level`.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    interval_method : str
        ``"feldt"``, ``"delta"``, or ``"bootstrap_percentile"`` with the number of
        resamples and the seed.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*, after `missing` was applied.
    flags : tuple of str
        What a reader must know: ``"constant_item:<item>"``,
        ``"negative_estimate"`` (usually a keying error),
        ``"negative_loading:<item>"`` (the same, in one item),
        ``"undefined_resamples:<count>"`` (resamples without variance, left out).
    """

    method: str
    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    interval_method: str
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def cronbach_alpha(
    items: pd.DataFrame,
    *,
    missing: MissingPolicy = "listwise",
    interval: AlphaInterval = "feldt",
    n_bootstrap: int = 2000,
    seed: int = 0,
    conf_level: float = 0.95,
) -> Reliability:
    """Coefficient alpha of one subscale, with an interval.

    Alpha equals the reliability of the sum score when the items are essentially
    tau-equivalent and their errors uncorrelated. It is not evidence that the items
    measure one thing. Feldt's interval also assumes normal answers and is somewhat
    narrow for coarse ones; the percentile bootstrap does not.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    interval : {"feldt", "bootstrap"}
        Closed form, or percentile bootstrap over respondents.
    n_bootstrap : int
        Number of resamples, at least 100.
    seed : int
        Seed of the bootstrap; the same seed gives the same limits.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 2 complete respondents, or a sum that does not vary.
    ValueError
        An unknown option.

    References
    ----------
    Cronbach, 1951, Psychometrika.
    Feldt, Woodruff and Salih, 1987, Applied Psychological Measurement.
    """
    check_option("interval", interval, AlphaInterval)
    check_proportion("conf_level", conf_level)
    check_at_least("n_bootstrap", n_bootstrap, 100)
    complete = complete_rows(items, missing=missing)
    values = complete.to_numpy()
    n_respondents, n_items = values.shape  # every n below is the analysed n
    require(
        n_items >= 2 and n_respondents >= 2,
        f"alpha needs at least 2 items and 2 complete respondents; got {n_items} "
        f"items and {n_respondents} complete of {len(items)}.",
    )
    estimate = _alpha(values)
    flags = _constant_items(complete)
    if estimate < -1e-12:  # uncorrelated items may come out as -1e-16
        flags += ("negative_estimate",)
    if interval == "feldt":
        limits = _feldt(estimate, n_respondents, n_items, conf_level)
        interval_method = "feldt"
    else:
        resampled = _bootstrap_alpha(values, n_bootstrap=n_bootstrap, seed=seed)
        limits, undefined = _percentile(resampled, conf_level)
        flags += (f"undefined_resamples:{undefined}",) if undefined else ()
        interval_method = f"bootstrap_percentile(n={n_bootstrap}, seed={seed})"
    return Reliability(
        method="alpha",
        estimate=estimate,
        conf_low=limits[0],
        conf_high=limits[1],
        conf_level=conf_level,
        interval_method=interval_method,
        n_respondents=n_respondents,
        n_items=n_items,
        flags=flags,
    )


def omega_total(
    items: pd.DataFrame,
    *,
    denominator: OmegaDenominator = "observed",
    missing: MissingPolicy = "listwise",
    conf_level: float = 0.95,
) -> Reliability:
    """Omega of one subscale from a one-factor model, with a delta-method interval.

    The share of the variance of the sum score that goes with the common factor. It
    asks for one factor and uncorrelated errors, not for equal loadings. Where one
    factor does not fit, omega has no meaning: look at the fit too.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
    denominator : {"observed", "implied"}
        Variance of the sum in the data, or in the fitted model.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    conf_level : float
        Coverage of the interval, between 0 and 1. It rests on normal theory, on the
        logarithm of 1 - omega.

    Returns
    -------
    Reliability

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, too few complete respondents, an item without variance,
        a fit that did not converge, or an item with a uniqueness of zero or less
        (a Heywood case). No number is returned then; use alpha.

    References
    ----------
    McDonald, 1999, Test theory: a unified treatment.
    Kelley and Pornprasertmanit, 2016, Psychological Methods (intervals).
    """
    check_option("denominator", denominator, OmegaDenominator)
    check_proportion("conf_level", conf_level)
    complete = complete_rows(items, missing=missing)
    n_respondents, n_items = complete.shape
    require(
        n_items >= 3 and n_respondents > n_items,
        f"omega needs at least 3 items and more complete respondents than items; got "
        f"{n_items} items and {n_respondents} complete of {len(items)}.",
    )
    covariance = pd.DataFrame(
        np.cov(complete.to_numpy(), rowvar=False, ddof=0),
        index=complete.columns,
        columns=complete.columns,
    )
    fit = fit_one_factor(covariance, n_respondents)
    _refuse_improper(fit)
    estimate, std_error = _omega_with_error(fit, covariance.to_numpy(), denominator)
    low, high = _log_interval(estimate, std_error, n_respondents, conf_level)
    return Reliability(
        method=f"omega_total_{denominator}",
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        interval_method="delta",
        n_respondents=n_respondents,
        n_items=n_items,
        flags=tuple(
            f"negative_loading:{item}"
            for item, loading in zip(fit.items, fit.loadings, strict=True)
            if loading < 0
        ),
    )


def _alpha(values: FloatArray) -> float:
    n_respondents, n_items = values.shape
    total = values.sum(axis=1)
    # The variance of a constant sum may be computed as 1e-30 instead of 0, so the
    # range is judged, against the rounding error of adding the items.
    largest = max(float(values.max()), -float(values.min()))
    if np.ptp(total) <= 1e-14 * n_items * largest:
        raise InsufficientDataError(
            f"alpha is undefined: the sum of the {n_items} items does not vary over "
            f"{n_respondents} respondents."
        )
    share = values.var(axis=0, ddof=1).sum() / total.var(ddof=1)
    return float(n_items / (n_items - 1) * (1 - share))


def _constant_items(complete: pd.DataFrame) -> tuple[str, ...]:
    constant = np.ptp(complete.to_numpy(), axis=0) == 0
    return tuple(f"constant_item:{name}" for name in complete.columns[constant])


def _feldt(
    estimate: float, n_respondents: int, n_items: int, conf_level: float
) -> tuple[float, float]:
    from scipy.special import fdtri

    df = n_respondents - 1
    tail = (1 - conf_level) / 2
    quantiles = fdtri(df, df * (n_items - 1), [1 - tail, tail])
    low, high = 1 - (1 - estimate) * quantiles
    return float(low), float(high)


def _bootstrap_alpha(values: FloatArray, *, n_bootstrap: int, seed: int) -> FloatArray:
    """Return alpha of each resample, NaN where the resampled sum has no variance.

    A resample is a vector of counts, so alpha needs only the counted sums of the
    items, of their squares and of the total: one matrix product for many resamples.
    """
    n_respondents, n_items = values.shape
    centred = values - values.mean(axis=0)
    squares = np.einsum("ij,ij->i", centred, centred)
    columns = np.column_stack([centred, squares, centred.sum(axis=1) ** 2])
    generator = np.random.default_rng(seed)
    batch = max(1, min(n_bootstrap, _CELLS_AT_ONCE // n_respondents))
    estimates = []
    for start in range(0, n_bootstrap, batch):
        size = min(batch, n_bootstrap - start)
        moments = _counts(generator, size, n_respondents) @ columns / n_respondents
        means = moments[:, :n_items]
        trace = moments[:, -2] - (means**2).sum(axis=1)
        total = moments[:, -1] - means.sum(axis=1) ** 2
        enough = total > 1e-12 * moments[:, -1].max()
        ratio = np.divide(trace, total, out=np.full(size, np.nan), where=enough)
        estimates.append(n_items / (n_items - 1) * (1 - ratio))
    return np.concatenate(estimates)


def _counts(
    generator: np.random.Generator, n_resamples: int, n_respondents: int
) -> FloatArray:
    """Return multinomial counts, one row a resample, each row adding to n."""
    drawn = generator.integers(n_respondents, size=(n_resamples, n_respondents))
    drawn += n_respondents * np.arange(n_resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=n_resamples * n_respondents)
    return counts.reshape(n_resamples, n_respondents).astype(float)


def _percentile(
    estimates: FloatArray, conf_level: float
) -> tuple[tuple[float, float], int]:
    defined = estimates[~np.isnan(estimates)]
    tail = (1 - conf_level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return (float(low), float(high)), len(estimates) - len(defined)


def _refuse_improper(fit: OneFactorFit) -> None:
    size = f"{fit.n_items} items, {fit.n_respondents} complete respondents"
    require(
        not fit.heywood,
        f"omega is undefined: {', '.join(fit.heywood)} would have a negative error "
        f"variance under one factor ({size}); use alpha, or look at the items.",
    )
    require(
        fit.converged,
        f"omega is undefined: the one-factor model did not converge ({size}).",
    )


def _omega_with_error(
    fit: OneFactorFit, covariance: FloatArray, denominator: OmegaDenominator
) -> tuple[float, float]:
    """Return omega and its delta-method standard error.

    Omega is a function of the covariance matrix, by way of the estimates and (for the
    observed denominator) directly. With the full derivative G of omega to that matrix,
    normal theory gives the variance 2 tr(G Sigma G Sigma) / n. For the implied
    denominator this is the usual delta method with the inverse information.
    """
    k = fit.n_items
    common = fit.loadings.sum()
    if denominator == "observed":
        total = covariance.sum()
        by_loading, by_uniqueness = 2 * common / total, 0.0
        direct = -(common**2) / total**2
    else:
        total = common**2 + fit.uniquenesses.sum()
        by_loading = 2 * common * fit.uniquenesses.sum() / total**2
        by_uniqueness = -(common**2) / total**2
        direct = 0.0
    slope = np.repeat([by_loading, by_uniqueness], k)
    weights = np.linalg.solve(fit.information, slope)
    implied = fit.implied_covariance
    inverse = np.linalg.inv(implied)
    moved = np.tensordot(weights, parameter_derivatives(fit.loadings), axes=1)
    derivative = inverse @ moved @ inverse / 2 + direct * np.ones((k, k))
    product = derivative @ implied
    variance = 2 * np.trace(product @ product) / fit.n_respondents
    return float(common**2 / total), float(np.sqrt(variance))


def _log_interval(
    estimate: float, std_error: float, n_respondents: int, conf_level: float
) -> tuple[float, float]:
    """Interval on the logarithm of the error share, so that no limit exceeds 1."""
    from scipy.special import ndtri

    error = 1 - estimate
    require(
        error > 0,
        f"omega has no interval: the estimate is {estimate:.4f} over {n_respondents} "
        "respondents, which leaves no error variance.",
    )
    centre = np.log(error) - np.log(n_respondents / (n_respondents - 1))
    margin = ndtri((1 + conf_level) / 2) * std_error / error
    return 1 - float(np.exp(centre + margin)), 1 - float(np.exp(centre - margin))

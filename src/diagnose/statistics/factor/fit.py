"""How well factors reproduce the correlations: chi-square and what is made of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

RMSEA_CONF_LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFit:
    """Fit of an exploratory factor model.

    Indices that divide by the degrees of freedom are NaN when these are 0.

    Attributes
    ----------
    discrepancy : float
        Normal-theory discrepancy between the correlations and the model,
        ``tr(R S^-1) - ln|R S^-1| - p``, whatever the method of extraction.
    statistic : float
        Chi-square, ``discrepancy`` times ``n - 1 - (2p + 5)/6 - 2m/3`` for p items
        and m factors (Bartlett's correction; Lawley & Maxwell 1971).
    df : int
        Degrees of freedom.
    p_value : float
        Upper tail.
    null_statistic, null_df : float, int
        The same for uncorrelated items, with ``n - 1 - (2p + 5)/6``.
    rmsea : float
        ``sqrt(max(statistic / (df n) - 1 / (n - 1), 0))``, as in psych.
    rmsea_low, rmsea_high : float
        Limits at `conf_level` from the noncentral chi-square.
    conf_level : float
        Of the RMSEA interval, .90 by convention.
    tli : float
        Tucker-Lewis index; may exceed 1.
    bic : float
        ``statistic - df ln n``; lower is better, comparable over numbers of factors.
    rms : float
        Root mean square of the residual correlations.
    rms_corrected : float
        The same per degree of freedom.
    residual_statistic : float
        ``n`` times the sum of all squared residual correlations (psych's empirical
        chi-square).
    largest_residual : float
        The residual correlation farthest from 0, with its sign.
    """

    discrepancy: float
    statistic: float
    df: int
    p_value: float
    null_statistic: float
    null_df: int
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    conf_level: float
    tli: float
    bic: float
    rms: float
    rms_corrected: float
    residual_statistic: float
    largest_residual: float

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def degrees_of_freedom(n_items: int, n_factors: int) -> int:
    """Return the correlations minus what the factors may choose."""
    return ((n_items - n_factors) ** 2 - n_items - n_factors) // 2


def factor_fit(
    correlations: FloatArray,
    loadings: FloatArray,
    uniquenesses: FloatArray,
    n_respondents: int,
) -> FactorFit:
    """Return the fit of unrotated loadings and uniquenesses.

    Parameters
    ----------
    correlations : numpy.ndarray, shape (n_items, n_items)
        Positive definite.
    loadings : numpy.ndarray, shape (n_items, n_factors)
        Of uncorrelated factors.
    uniquenesses : numpy.ndarray, shape (n_items,)
        Above 0.
    n_respondents : int

    References
    ----------
    Lawley and Maxwell, 1971, Factor analysis as a statistical method.
    Tucker and Lewis, 1973, Psychometrika.
    Steiger and Lind, 1980 (RMSEA); Browne and Cudeck, 1992 (its interval).
    """
    from scipy.special import chdtrc

    n_items, n_factors = loadings.shape
    df = degrees_of_freedom(n_items, n_factors)
    null_df = n_items * (n_items - 1) // 2
    discrepancy = _discrepancy(correlations, loadings, uniquenesses)
    null_discrepancy = -float(np.linalg.slogdet(correlations)[1])
    null_factor = n_respondents - 1 - (2 * n_items + 5) / 6
    factor = null_factor - 2 * n_factors / 3
    statistic = factor * discrepancy
    residuals = correlations - loadings @ loadings.T
    np.fill_diagonal(residuals, 0.0)
    squares = float((residuals**2).sum())
    rmsea = _rmsea(statistic, df, n_respondents)
    farthest = np.unravel_index(np.argmax(np.abs(residuals)), residuals.shape)
    return FactorFit(
        discrepancy=discrepancy,
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)) if df else np.nan,
        null_statistic=null_factor * null_discrepancy,
        null_df=null_df,
        rmsea=rmsea[0],
        rmsea_low=rmsea[1],
        rmsea_high=rmsea[2],
        conf_level=RMSEA_CONF_LEVEL,
        tli=_tli(discrepancy, df, null_discrepancy, null_df, factor),
        bic=statistic - df * float(np.log(n_respondents)),
        rms=float(np.sqrt(squares / (2 * null_df))),
        rms_corrected=float(np.sqrt(squares / (2 * df))) if df else np.nan,
        residual_statistic=n_respondents * squares,
        largest_residual=float(residuals[farthest]),
    )


def _discrepancy(
    correlations: FloatArray, loadings: FloatArray, uniquenesses: FloatArray
) -> float:
    implied = loadings @ loadings.T + np.diag(uniquenesses)
    # With the eigenvalues of the ratio, x - ln x - 1 keeps its digits near x = 1.
    root = np.linalg.cholesky(implied)
    half = np.linalg.solve(root, correlations)
    ratio = np.linalg.solve(root, half.T)
    excess = np.linalg.eigvalsh((ratio + ratio.T) / 2) - 1
    return max(float((excess - np.log1p(excess)).sum()), 0.0)


def _tli(
    discrepancy: float,
    df: int,
    null_discrepancy: float,
    null_df: int,
    factor: float,
) -> float:
    if not df:
        return np.nan
    null, model = null_discrepancy / null_df, discrepancy / df
    room = null - 1 / factor
    return (null - model) / room if abs(room) > 1e-12 else np.nan


def _rmsea(statistic: float, df: int, n_respondents: int) -> tuple[float, float, float]:
    """Return the RMSEA and the limits of its interval."""
    if not df:
        return np.nan, np.nan, np.nan
    excess = statistic / (df * n_respondents) - 1 / (n_respondents - 1)
    tail = (1 - RMSEA_CONF_LEVEL) / 2
    low, high = (
        np.sqrt(_noncentrality(statistic, df, share) / ((n_respondents - 1) * df))
        for share in (1 - tail, tail)
    )
    return float(np.sqrt(max(excess, 0.0))), float(low), float(high)


def _noncentrality(statistic: float, df: int, share: float) -> float:
    """Return the noncentrality that leaves `share` below the statistic, at least 0.

    By bisection: the distribution function falls as the noncentrality grows.
    """
    from scipy.special import chdtr, chndtr

    if chdtr(df, statistic) <= share:
        return 0.0
    low, high = 0.0, statistic + df
    while chndtr(statistic, df, high) > share:
        low, high = high, 2 * high
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if chndtr(statistic, df, middle) > share:
            low = middle
        else:
            high = middle
    return high

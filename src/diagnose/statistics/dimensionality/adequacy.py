"""Do the items share enough to look for factors: Kaiser-Meyer-Olkin and Bartlett."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.factor.correlations import (
    CorrelationKind,
    CorrelationMatrix,
    CorrelationMissing,
    correlations_of,
    require_invertible,
)

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure of sampling adequacy.

    Attributes
    ----------
    method : str
        ``"kmo"``.
    correlation : str
        The correlations it is made of: ``"pearson"``, ``"polychoric"``, ``"given"``.
    estimate : float
        Over all items, between 0 and 1.
    items : tuple of str
        Names of the items.
    item_estimates : numpy.ndarray, shape (n_items,)
        The same of each item with all others.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        Of the correlations; see `CorrelationMatrix`.
    """

    method: str
    correlation: str
    estimate: float
    items: tuple[str, ...]
    item_estimates: FloatArray
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, with the measure over all items beside it."""
        return pd.DataFrame(
            {
                "item": self.items,
                "estimate": self.item_estimates,
                "overall_estimate": self.estimate,
                "n_respondents": self.n_respondents,
                "n_items": self.n_items,
                "method": self.method,
                "correlation": self.correlation,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SphericityTest:
    """Bartlett's test that the items are uncorrelated.

    Attributes
    ----------
    method : str
        ``"bartlett_sphericity"``.
    correlation : str
        The correlations it is made of: ``"pearson"``, ``"polychoric"``, ``"given"``.
    statistic : float
        Chi-square.
    df : int
        Number of correlations.
    p_value : float
        Upper tail. Nearly always very small in a sample of any size, so a small value
        is no evidence that the items suit factors.
    log_determinant : float
        Natural logarithm of the determinant of the correlation matrix.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        Of the correlations; see `CorrelationMatrix`.
    """

    method: str
    correlation: str
    statistic: float
    df: int
    p_value: float
    log_determinant: float
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def kmo(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
) -> SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure: how much of the correlations is shared widely.

    The share of squared correlations in the sum of squared correlations and squared
    partial correlations, each pair with all other items held constant. Near 1 when
    common factors are behind the correlations; pairs of items that only have each
    other make it small. Kaiser's labels (.80 "meritorious", below .50
    "unacceptable") are a convention.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        Answers in response-scale units, missing answers as NaN. Not modified.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item, use all who answered both items
        of a pair, or refuse them.

    Returns
    -------
    SamplingAdequacy

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items, no more respondents than items, an item that does not
        vary, or a matrix that is not positive definite.
    ValueError
        An unknown option.

    References
    ----------
    Kaiser, 1970, Psychometrika.
    Kaiser and Rice, 1974, Educational and Psychological Measurement.
    """
    correlations = correlations_of(items, correlation=correlation, missing=missing)
    require_invertible(correlations, "KMO")
    observed = correlations.values
    inverse = np.linalg.inv(observed)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    np.fill_diagonal(partial, 0.0)
    squared = observed**2
    np.fill_diagonal(squared, 0.0)
    by_item, partial_by_item = squared.sum(axis=0), (partial**2).sum(axis=0)
    both = by_item + partial_by_item
    # An item without any correlation shares nothing: 0 of 0 is taken as 0.
    share = np.divide(by_item, both, out=np.zeros_like(both), where=both > 0)
    total = float(both.sum())
    return SamplingAdequacy(
        method="kmo",
        correlation=correlations.method,
        estimate=float(by_item.sum()) / total if total > 0 else 0.0,
        items=correlations.items,
        item_estimates=share,
        n_respondents=correlations.n_respondents,
        n_items=correlations.n_items,
        flags=correlations.flags,
    )


def bartlett_sphericity(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
) -> SphericityTest:
    """Bartlett's test of sphericity: are all correlations zero.

    It assumes normal answers, and is significant in nearly every survey: use it to
    notice noise, never as evidence of factors. With polychoric correlations the
    chi-square distribution is an approximation without proof.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        Answers in response-scale units, missing answers as NaN. Not modified.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item, use all who answered both items
        of a pair, or refuse them.

    Returns
    -------
    SphericityTest

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items, no more respondents than items, an item that does not
        vary, or a matrix that is not positive definite.
    ValueError
        An unknown option.

    References
    ----------
    Bartlett, 1951, Biometrika.
    """
    from scipy.special import chdtrc

    correlations = correlations_of(items, correlation=correlation, missing=missing)
    require_invertible(correlations, "Bartlett's test")
    n_items, n_respondents = correlations.n_items, correlations.n_respondents
    log_determinant = float(np.linalg.slogdet(correlations.values)[1])
    # Correlations of exactly zero may give a logarithm of 1e-17 above zero.
    factor = n_respondents - 1 - (2 * n_items + 5) / 6
    statistic = max(-factor * log_determinant, 0.0)
    df = n_items * (n_items - 1) // 2
    return SphericityTest(
        method="bartlett_sphericity",
        correlation=correlations.method,
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        log_determinant=log_determinant,
        n_respondents=n_respondents,
        n_items=n_items,
        flags=correlations.flags,
    )

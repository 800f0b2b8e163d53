"""Means, covariances and correlations of incomplete answers, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.missing.incomplete import IncompleteData
from diagnose.statistics.sample import check_numeric_frame

_ASSUMPTIONS = (
    "answers are missing at random: whether one is missing may depend on the answers "
    "that were given, not on the missing answer itself",
    "answers are multivariate normal",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EMCovariance:
    """Most likely means and covariances of incomplete answers.

    Attributes
    ----------
    mean : pandas.Series
        Mean of each item, in the units of the answers.
    covariance : pandas.DataFrame, shape (n_items, n_items)
        Covariances with the number of respondents as divisor, as maximum likelihood
        has it.
    correlation : pandas.DataFrame, shape (n_items, n_items)
        The same, with unit variances.
    n_answers : pandas.Series
        Respondents who answered each item.
    log_likelihood : float
        Of the answers, at these moments.
    n_respondents, n_unanswered : int
        Respondents with at least one answer, who are analysed, and without any.
    n_items, n_patterns : int
        Items, and different sets of items answered.
    n_iterations : int
        Evaluations of the likelihood.
    method : str
        ``"em_normal"``.
    assumptions : tuple of str
        What the estimates rest on.
    """

    mean: pd.Series
    covariance: pd.DataFrame
    correlation: pd.DataFrame
    n_answers: pd.Series
    log_likelihood: float
    n_respondents: int
    n_unanswered: int
    n_items: int
    n_patterns: int
    n_iterations: int
    method: str = "em_normal"
    assumptions: tuple[str, ...] = _ASSUMPTIONS

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: its mean, standard deviation and answers."""
        variances = np.diagonal(self.covariance.to_numpy())
        return pd.DataFrame(
            {
                "item": list(self.mean.index),
                "estimate": self.mean.to_numpy(),
                "standard_deviation": np.sqrt(variances),
                "n_answers": self.n_answers.to_numpy(),
                "share_missing": 1 - self.n_answers.to_numpy() / self.n_respondents,
                "n_respondents": self.n_respondents,
                "method": self.method,
            }
        )


def em_covariance(
    items: pd.DataFrame, *, tolerance: float = 1e-10, max_iterations: int = 5000
) -> EMCovariance:
    """Means, covariances and correlations that use every answer that was given.

    Maximum likelihood under multivariate normality by the EM algorithm. Unlike
    pairwise covariances the result is positive definite, and unlike listwise deletion
    it stays unbiased when answers are missing at random. On complete answers it is the
    ordinary mean and covariance with divisor n.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers in response-scale units, missing ones as NaN. Respondents without any
        answer are left out and counted. Not modified.
    tolerance : float
        Largest movement of a mean or covariance in one EM step that counts as none, in
        standard deviations of the items.
    max_iterations : int
        Most evaluations of the likelihood.

    Returns
    -------
    EMCovariance

    Raises
    ------
    InsufficientDataError
        No answers; an item never answered, or always alike; two items never answered
        together; not more respondents than items; items that determine others; no
        convergence within `max_iterations`.
    TypeError, ValueError
        Not a frame of finite numbers, or an option outside its range.

    Notes
    -----
    With no more complete respondents than items, covariances that make the items
    dependent can be ever more likely, so the likelihood has no highest point. EM then
    stops at the top near the pairwise covariances, where it starts; when that slope
    too leads to dependent items, the data are refused.

    References
    ----------
    Dempster, Laird and Rubin, 1977, Journal of the Royal Statistical Society, Series B.
    Little and Rubin, 2019, Statistical analysis with missing data, chapter 11.
    """
    check_numeric_frame(items)
    values = items.to_numpy(dtype=float, na_value=np.nan)
    data = IncompleteData(values, [str(name) for name in items.columns])
    fit = data.saturated(tolerance=tolerance, max_iterations=max_iterations)
    require(
        fit.converged,
        f"the means and covariances of {data.n_items} items had not settled after "
        f"{fit.n_iterations} steps over {data.n_respondents} respondents; allow more "
        "with `max_iterations`, or leave out the items with the fewest answers.",
    )
    scale = np.sqrt(np.diagonal(fit.covariance))
    correlation = fit.covariance / np.outer(scale, scale)
    np.fill_diagonal(correlation, 1.0)
    labels = items.columns
    return EMCovariance(
        mean=pd.Series(fit.mean, index=labels),
        covariance=pd.DataFrame(fit.covariance, index=labels, columns=labels),
        correlation=pd.DataFrame(correlation, index=labels, columns=labels),
        n_answers=pd.Series(np.diagonal(data.pair_counts).astype(int), index=labels),
        log_likelihood=fit.log_likelihood,
        n_respondents=data.n_respondents,
        n_unanswered=data.n_unanswered,
        n_items=data.n_items,
        n_patterns=data.n_patterns,
        n_iterations=fit.n_iterations,
    )

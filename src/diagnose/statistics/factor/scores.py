"""Scores of respondents on factors, and how well these are determined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option, require
from diagnose.statistics.factor.result import FactorAnalysis
from diagnose.statistics.sample import check_numeric_frame, complete_rows

FloatArray = npt.NDArray[np.float64]
ScoreMethod = Literal["regression", "tenberge", "bartlett"]

_WELL_DETERMINED = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorScoreWeights:
    """How standardised answers are weighted into factor scores.

    Attributes
    ----------
    method : str
        ``"regression"`` (Thurstone), ``"tenberge"`` or ``"bartlett"``.
    weights : DataFrame, shape (n_items, n_factors)
        For answers with mean 0 and standard deviation 1.
    determinacy : Series, one value a factor
        Correlation of these scores with their factor.
    minimum_correlation : Series, one value a factor
        How low two sets of scores may correlate that fit the factor equally well:
        twice the squared determinacy of the regression scores, minus 1 (Guttman).
    score_correlations : DataFrame, shape (n_factors, n_factors)
        Among the scores. Equal to those of the factors for ``"tenberge"`` alone.
    flags : tuple of str
        ``"low_determinacy:<factor>"`` below .80 (a convention): do not judge a person
        by this score.
    """

    method: str
    weights: pd.DataFrame
    determinacy: pd.Series
    minimum_correlation: pd.Series
    score_correlations: pd.DataFrame
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a factor: determinacy and the smallest correlation."""
        return pd.DataFrame(
            {
                "factor": self.determinacy.index,
                "determinacy": self.determinacy.to_numpy(),
                "minimum_correlation": self.minimum_correlation.to_numpy(),
                "method": self.method,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorScores:
    """Scores on factors, one row a respondent.

    Attributes
    ----------
    method : str
        ``"regression"``, ``"tenberge"`` or ``"bartlett"``.
    scores : DataFrame, shape (n_respondents, n_factors)
        In standard deviations of the factor, about 0 in the sample of the analysis.
        Respondents with an unanswered item are left out.
    weights : FactorScoreWeights
        Weights and determinacy.
    n_respondents, n_items : int
        Scored respondents, and items behind a score.
    flags : tuple of str
        ``"own_moments"`` (the analysis knew no means: these answers are standardised
        by their own), ``"polychoric_weights"`` (weights meant for the normal
        variables behind the categories are applied to the categories), and those of
        `weights`.
    """

    method: str
    scores: pd.DataFrame
    weights: FactorScoreWeights
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the scores."""
        return self.scores.copy()


def factor_score_weights(
    analysis: FactorAnalysis, *, method: ScoreMethod = "regression"
) -> FactorScoreWeights:
    """Weights of factor scores, with their determinacy.

    Parameters
    ----------
    analysis : FactorAnalysis
        From `exploratory_factor_analysis`.
    method : {"regression", "tenberge", "bartlett"}
        Highest correlation with the factor; the correlations of the factors kept; or
        unbiased for the person.

    Returns
    -------
    FactorScoreWeights

    Raises
    ------
    InsufficientDataError
        Loadings and correlations contradict each other, so that a factor would
        correlate above 1 with its scores.
    ValueError
        An unknown option.

    References
    ----------
    Thurstone, 1935, The vectors of mind (regression).
    Bartlett, 1937, British Journal of Psychology.
    Ten Berge, Krijnen, Wansbeek and Shapiro, 1999, Linear Algebra and its
    Applications.
    Grice, 2001, Psychological Methods (determinacy; Guttman's smallest correlation).
    """
    check_option("method", method, ScoreMethod)
    observed = analysis.correlations.to_numpy()
    structure = analysis.structure.to_numpy()
    regression = np.linalg.solve(observed, structure)
    best = _determinacy(regression, observed, structure, analysis)
    if method == "regression":
        weights, determinacy = regression, best
    else:
        weights = _bartlett(analysis) if method == "bartlett" else _tenberge(analysis)
        determinacy = _determinacy(weights, observed, structure, analysis)
    covariance = weights.T @ observed @ weights
    scale = np.sqrt(np.diag(covariance))
    factors = analysis.loadings.columns
    return FactorScoreWeights(
        method=method,
        weights=pd.DataFrame(weights, index=analysis.loadings.index, columns=factors),
        determinacy=pd.Series(determinacy, index=factors),
        minimum_correlation=pd.Series(2 * best**2 - 1, index=factors),
        score_correlations=pd.DataFrame(
            covariance / np.outer(scale, scale), index=factors, columns=factors
        ),
        flags=tuple(
            f"low_determinacy:{factor}"
            for factor, value in zip(factors, determinacy, strict=True)
            if value < _WELL_DETERMINED
        ),
    )


def factor_scores(
    analysis: FactorAnalysis,
    items: pd.DataFrame,
    *,
    method: ScoreMethod = "regression",
    missing: MissingPolicy = "listwise",
) -> FactorScores:
    """Score respondents on the factors of an analysis.

    The answers are standardised with the means and standard deviations of the sample
    of the analysis, so that new respondents can be scored too. Factor scores are
    estimates: see the determinacy before using one.

    Parameters
    ----------
    analysis : FactorAnalysis
        From `exploratory_factor_analysis`.
    items : DataFrame, shape (n_respondents, n_items)
        Answers to the items of the analysis, in any order; other columns are ignored.
        Not modified.
    method : {"regression", "tenberge", "bartlett"}
        See `factor_score_weights`.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.

    Returns
    -------
    FactorScores

    Raises
    ------
    InsufficientDataError
        No complete respondent, or what `factor_score_weights` refuses.
    ValueError
        An unknown option, or items of the analysis that are not there.
    """
    weights = factor_score_weights(analysis, method=method)
    complete = _answers(analysis, items, missing)
    flags = list(weights.flags)
    if analysis.item_means is not None and analysis.item_sds is not None:
        means, sds = analysis.item_means, analysis.item_sds
    else:
        flags.append("own_moments")
        means, sds = complete.mean(), complete.std(ddof=1)
        constant = [str(name) for name in sds.index[~(sds > 0)]]
        require(
            not constant,
            f"answers cannot be standardised: {', '.join(constant)} does not vary over "
            f"{len(complete)} respondents.",
        )
    if analysis.correlation == "polychoric":
        flags.append("polychoric_weights")
    standardised = (complete - means) / sds
    return FactorScores(
        method=method,
        scores=standardised @ weights.weights,
        weights=weights,
        n_respondents=len(complete),
        n_items=analysis.n_items,
        flags=tuple(flags),
    )


def _answers(
    analysis: FactorAnalysis, items: pd.DataFrame, missing: MissingPolicy
) -> pd.DataFrame:
    """Return the complete answers to the items of the analysis, in its order."""
    wanted = list(analysis.loadings.index)
    if not isinstance(items, pd.DataFrame):
        check_numeric_frame(items)
    named = items.set_axis([str(name) for name in items.columns], axis="columns")
    absent = [name for name in wanted if name not in named.columns]
    if absent:
        raise ValueError(
            f"`items` lacks items of the analysis: {', '.join(absent)}; it has "
            f"{', '.join(named.columns)}."
        )
    complete = complete_rows(named.loc[:, named.columns.isin(wanted)], missing=missing)
    require(
        len(complete) > 0,
        f"nobody of {len(items)} respondents answered all {len(wanted)} items.",
    )
    return complete[wanted]


def _determinacy(
    weights: FloatArray,
    observed: FloatArray,
    structure: FloatArray,
    analysis: FactorAnalysis,
) -> FloatArray:
    """Return the correlation of each score with its factor."""
    shared = (weights * structure).sum(axis=0)
    own = np.einsum("if,ij,jf->f", weights, observed, weights)
    values: FloatArray = shared / np.sqrt(own)
    impossible = [
        f"{factor} ({value:.3f})"
        for factor, value in zip(analysis.loadings.columns, values, strict=True)
        if not value <= 1 + 1e-9
    ]
    require(
        not impossible,
        f"factor scores are undefined: the score of {', '.join(impossible)} would "
        f"correlate above 1 with the factor ({analysis.n_items} items over "
        f"{analysis.n_respondents} respondents). Loadings and correlations contradict "
        "each other; use fewer factors, or method='ml'.",
    )
    return np.minimum(values, 1.0)


def _bartlett(analysis: FactorAnalysis) -> FloatArray:
    weighted = analysis.loadings.to_numpy() / analysis.uniquenesses.to_numpy()[:, None]
    precision = weighted.T @ analysis.loadings.to_numpy()
    return np.asarray(np.linalg.solve(precision, weighted.T).T)


def _tenberge(analysis: FactorAnalysis) -> FloatArray:
    """Return weights whose scores correlate as the factors do."""
    observed = analysis.correlations.to_numpy()
    root = _power(analysis.factor_correlations.to_numpy(), 0.5)
    uncorrelated = analysis.loadings.to_numpy() @ root
    solved = np.linalg.solve(observed, uncorrelated)
    return np.asarray(solved @ _power(uncorrelated.T @ solved, -0.5) @ root)


def _power(matrix: FloatArray, exponent: float) -> FloatArray:
    values, vectors = np.linalg.eigh(matrix)
    powered: FloatArray = (vectors * values**exponent) @ vectors.T
    return powered

"""Factor scores: where each respondent stands on each factor, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.cfa.ordinal_scores import (
    Scored,
    place_answers,
    score_ordinal,
)
from diagnose.statistics.cfa.samples import Group, read_samples
from diagnose.statistics.cfa.structure import Matrices

if TYPE_CHECKING:
    from diagnose.statistics.cfa.result import CfaFit

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
ScoreMethod = Literal["regression", "bartlett", "mode", "mean"]

_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactorScores:
    """Scores of respondents on the factors of a fitted model.

    Attributes
    ----------
    method : str
        ``"regression"``, ``"bartlett"``, ``"mode"`` or ``"mean"``.
    scores : DataFrame, shape (n_rows, n_factors)
        One row a row of the answers, in their order and with their index, in the units
        of the factors; NaN for a respondent without a score.
    std_errors : DataFrame, shape (n_rows, n_factors)
        How far a score may lie from the factor, standard deviation, estimates of the
        model taken as known: of the factor given the answers (``"regression"``,
        ``"mode"``, ``"mean"``), or of the answers given the factor (``"bartlett"``).
    reliability : DataFrame
        Columns group, factor, reliability and determinacy (its square root, the
        correlation of score and factor). Of respondents who answer every item, under
        the model; of ordinal answers, the variance of the scores over that plus the
        mean squared standard error.
    n_respondents : int
        With a score.
    n_items : int
    flags : tuple of str
        ``"unscored:<n>"``: rows without a group of the model, without answers, or (with
        ``missing="listwise"``) with an unanswered item; with Bartlett's method also
        rows without an answer to some factor.
    """

    method: str
    scores: pd.DataFrame
    std_errors: pd.DataFrame
    reliability: pd.DataFrame
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a respondent and factor: estimate and std_error.

        Columns: respondent (index of the answers), factor, estimate, std_error.
        """
        n_rows, n_factors = self.scores.shape
        return pd.DataFrame(
            {
                "respondent": self.scores.index.repeat(n_factors),
                "factor": list(self.scores.columns) * n_rows,
                "estimate": self.scores.to_numpy().ravel(),
                "std_error": self.std_errors.to_numpy().ravel(),
            }
        )


def factor_scores(
    fit: CfaFit,
    items: pd.DataFrame,
    *,
    method: ScoreMethod | None = None,
    group: Group | None = None,
) -> FactorScores:
    """Score respondents on the factors of a fitted model.

    Regression scores lie nearest to the factors, but are drawn towards the mean, and
    correlate with other factors; Bartlett's are unbiased given the factor, and vary
    more. Of ordinal answers, the mode of the factors given the answers (any number of
    factors), or their mean (one factor).

    Compare people, not groups, by factor scores: means of groups, and regressions, are
    those of the model.

    Parameters
    ----------
    fit : CfaFit
        A fitted model.
    items : DataFrame
        Answers, those of the fit or of other respondents to the same items. Not
        modified. After ``missing="fiml"`` or ``"pairwise"`` respondents are scored by
        the answers they gave; otherwise those with an unanswered item get no score.
    method : {"regression", "bartlett", "mode", "mean"}, optional
        By default ``"regression"``, and ``"mode"`` after ``estimator="wlsmv"``.
    group : Series, array or sequence, optional
        A group for each row; needed when the model has several.

    Returns
    -------
    FactorScores

    Raises
    ------
    TypeError
        Items that are not numeric, or not in a frame.
    InsufficientDataError
        Nobody to score; variances that are not positive (a Heywood case); Bartlett
        scores of factors that no item tells apart, such as second-order ones; ordinal
        items with other categories than the model has.
    ValueError
        An unknown option, a method for other answers, absent items, or a group where
        the model has none (or the other way round).

    Notes
    -----
    Assumes that the model holds, and normal factors.

    References
    ----------
    Thurstone, 1935, The vectors of mind. Bartlett, 1937, British Journal of
    Psychology. Skrondal and Rabe-Hesketh, 2004, Generalized latent variable modeling.
    """
    method = _method(fit, method)
    answers, number = _read(fit, items, group)
    places = place_answers(fit, answers) if fit.method == "wlsmv" else None
    score = np.full((len(answers), len(fit.table.factors)), np.nan)
    error, tables = score.copy(), []
    for which, name in enumerate(fit.groups):
        own = number == which
        if not own.any():
            continue
        if places is None:
            scored = _score(fit, answers[own], method, which)
        else:
            scored = score_ordinal(fit, places[own], method, which)
        score[own], error[own] = scored.score, scored.error
        tables.append(_table(name, fit.table.factors, scored.reliability))
    return _result(fit, items, method, (score, error), pd.concat(tables))


def _method(fit: CfaFit, method: ScoreMethod | None) -> ScoreMethod:
    """Return the method asked for; refuse one for other answers."""
    ordinal = fit.method == "wlsmv"
    if method is None:
        method = "mode" if ordinal else "regression"
    check_option("method", method, ScoreMethod)
    if ordinal != (method in ("mode", "mean")):
        allowed = "'mode', 'mean'" if ordinal else "'regression', 'bartlett'"
        raise ValueError(
            f"`method` must be one of {allowed} with estimator={fit.method!r}; got "
            f"{method!r}."
        )
    return method


def _score(fit: CfaFit, answers: FloatArray, method: str, group: int) -> Scored:
    at = fit.matrices(group)
    mean = fit.implied_means(group).to_numpy()
    centre = at.spread @ at.factor_mean
    weigh = _bartlett if method == "bartlett" else _regression
    whole = np.ones(answers.shape[1], dtype=bool)
    _, error, reliability = weigh(at, whole, fit.table.factors)
    centred = answers - mean
    given = ~np.isnan(centred)
    patterns, which = np.unique(given, axis=0, return_inverse=True)
    scored = Scored(
        score=np.empty((len(centred), len(centre))),
        error=np.empty((len(centred), len(centre))),
        reliability=reliability,
    )
    for place, pattern in enumerate(patterns):
        rows = which.ravel() == place
        weights, error, _ = weigh(at, pattern, ())
        scored.score[rows] = centre + centred[np.ix_(rows, pattern)] @ weights.T
        scored.error[rows] = error
    return scored


def _regression(
    at: Matrices, given: BoolArray, factors: tuple[str, ...]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weights, standard errors and reliabilities from the items answered.

    The mean of normal factors given the answers: C L' S^-1, with what it leaves over of
    C.
    """
    everything = at.all_factor_covariance
    ties = at.loading[given] @ everything
    inverse = np.linalg.inv(at.covariance[np.ix_(given, given)])
    weights = ties.T @ inverse
    explained = np.diag(weights @ ties)
    own = np.diag(everything)
    require(
        bool((own > 0).all()),
        "Factor scores are undefined: a factor has no positive variance. Merge "
        "factors, or leave out items, until the solution is proper.",
    )
    require(
        bool((explained <= own * (1 + _SINGULAR)).all()),
        "Factor scores are undefined: the items explain more than the whole variance "
        "of a factor (a Heywood case). Leave out items until the solution is proper.",
    )
    left = np.sqrt(np.maximum(own - explained, 0.0))
    return weights, left, explained / own


def _bartlett(
    at: Matrices, given: BoolArray, factors: tuple[str, ...]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the same by weighted least squares on the factors.

    ``E L' T^-1`` with ``E = (L' T^-1 L)^-1``. NaN where the items answered do not tell
    the factors apart; refused where no items would, with the names in `factors`.
    """
    loading = at.loading[given]
    m = loading.shape[1]
    residual = at.residual_covariance[np.ix_(given, given)]
    roots = np.linalg.eigvalsh(residual) if given.any() else np.ones(1)
    require(
        bool(roots[0] > 0),
        "Bartlett scores are undefined: the residual covariances are not positive "
        "definite (a Heywood case). Leave out the item, or use method='regression'.",
    )
    drawn = loading.T @ np.linalg.inv(residual)
    precision = drawn @ loading
    scale = np.sqrt(np.maximum(np.diag(precision), 1e-300))
    lowest, vectors = np.linalg.eigh(precision / np.outer(scale, scale))
    blind = np.diag(precision) <= 0
    if lowest[0] <= _SINGULAR or blind.any():
        involved = blind if blind.any() else np.abs(vectors[:, 0]) > 0.05
        names = [name for name, one in zip(factors, involved, strict=False) if one]
        require(
            not factors,
            f"Bartlett scores are undefined: the items do not tell apart "
            f"{', '.join(names)} (as with factors that have no items of their own). "
            "Use method='regression'.",
        )
        lost = np.full(m, np.nan)
        return np.full((m, int(given.sum())), np.nan), lost, lost
    error = np.linalg.inv(precision)
    own = np.diag(at.all_factor_covariance)
    spread = np.sqrt(np.diag(error))
    weights = np.asarray(error @ drawn, dtype=float)
    return weights, spread, own / (own + np.diag(error))


def _read(
    fit: CfaFit, items: pd.DataFrame, group: Group | None
) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Return the answers to the items of the model, and the group of each row.

    Of rows that get no score the group is -1.
    """
    alone = fit.groups == ("",)
    if alone != (group is None):
        allowed = "None: the model has one sample" if alone else "given"
        raise ValueError(
            f"`group` must be {allowed}; the groups of the model are {fit.groups!r}."
        )
    names = fit.table.items
    samples, _ = read_samples(items, names, group, incomplete=True, keep=True)
    labels = np.zeros(len(items), dtype=np.intp)
    if group is not None:
        labels, _ = pd.factorize(pd.Series(group).to_numpy(), sort=True)
    answers = np.full((len(items), len(names)), np.nan)
    number = np.full(len(items), -1, dtype=np.intp)
    for place, sample in enumerate(samples):
        if sample.name in fit.groups:
            answers[labels == place] = sample.values()
            number[labels == place] = fit.groups.index(sample.name)
    given = ~np.isnan(answers)
    by_pattern = fit.missing in ("fiml", "pairwise")
    usable = given.any(axis=1) if by_pattern else given.all(axis=1)
    number = np.where(usable, number, -1)
    require(
        bool((number >= 0).any()),
        f"Nobody of {len(answers)} rows can be scored: no row names a group of the "
        f"model and {'answers an item' if by_pattern else 'answers every item'}.",
    )
    return answers, number


def _table(
    name: str, factors: tuple[str, ...], reliability: FloatArray
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": name,
            "factor": factors,
            "reliability": reliability,
            "determinacy": np.sqrt(reliability),
        }
    )


def _result(
    fit: CfaFit,
    items: pd.DataFrame,
    method: str,
    scored: tuple[FloatArray, FloatArray],
    reliability: pd.DataFrame,
) -> FactorScores:
    names = list(fit.table.factors)
    lost = int(np.isnan(scored[0]).any(axis=1).sum())
    scores, errors = (
        pd.DataFrame(one, index=items.index, columns=names) for one in scored
    )
    return FactorScores(
        method=method,
        scores=scores,
        std_errors=errors,
        reliability=reliability.reset_index(drop=True),
        n_respondents=len(items) - lost,
        n_items=fit.n_items,
        flags=(f"unscored:{lost}",) if lost else (),
    )

"""Thresholds and polychoric correlations with their asymptotic covariance matrix.

The sufficient statistics of the weighted least-squares estimators of ordinal factor
models (Muthen, 1984; Muthen, du Toit and Spisic, 1997).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option
from diagnose.statistics.correlation.fit import fit_pairs
from diagnose.statistics.correlation.influence import InfluenceTables
from diagnose.statistics.correlation.tables import CodedItems
from diagnose.statistics.correlation.two_step import ZeroCells

FloatArray = npt.NDArray[np.float64]
MissingRule = Literal["complete", "pairwise"]

_CASES_AT_ONCE = 4096
_NUMBERS_AT_ONCE = 4_000_000  # of casewise influences held in memory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalMoments:
    """First and second moments of ordinal items, as the answers behind them have.

    Attributes
    ----------
    items : tuple of str
        Names of the items.
    categories : tuple of tuple of float
        Values of each item, ascending.
    thresholds : tuple of ndarray
        Of each item, one fewer than its categories, in standard deviations of the
        normal variable behind it.
    correlation : ndarray, shape (n_items, n_items)
        Two-step polychoric correlations, never smoothed.
    gamma : ndarray, shape (n_moments, n_moments)
        Asymptotic covariance of sqrt(n_respondents) times the moments: the thresholds
        item by item, then the correlations of ``numpy.triu_indices(n_items, 1)``.
    n_respondents : int
        Respondents with at least one answer.
    missing : {"complete", "pairwise"}
        ``"complete"``: there is no missing answer. ``"pairwise"``: each threshold rests
        on who answered the item, each correlation on who answered both, and a
        respondent adds nothing to the scores of what they did not answer.
    empty_cells : tuple of (str, str)
        Pairs of items with a combination of answers that nobody gave.
    at_bound : tuple of (str, str)
        Pairs whose correlation lies at -.999 or .999: not an estimate, so that their
        rows and columns of `gamma` are 0. No model should be fitted to them.
    """

    items: tuple[str, ...]
    categories: tuple[tuple[float, ...], ...]
    thresholds: tuple[FloatArray, ...]
    correlation: FloatArray
    gamma: FloatArray
    n_respondents: int
    missing: MissingRule
    empty_cells: tuple[tuple[str, str], ...]
    at_bound: tuple[tuple[str, str], ...]

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def moments(self) -> FloatArray:
        """Thresholds and correlations in the order of `gamma`."""
        upper = np.triu_indices(self.n_items, 1)
        return np.concatenate([*self.thresholds, self.correlation[upper]])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a moment: parameter, estimate and standard error."""
        names = [
            f"{name}|t{t + 1}"
            for name, values in zip(self.items, self.thresholds, strict=True)
            for t in range(len(values))
        ]
        first, second = np.triu_indices(self.n_items, 1)
        names += [
            f"{self.items[i]}~~{self.items[j]}"
            for i, j in zip(first, second, strict=True)
        ]
        return pd.DataFrame(
            {
                "parameter": names,
                "estimate": self.moments,
                "std_error": np.sqrt(self.gamma.diagonal() / self.n_respondents),
                "n_respondents": self.n_respondents,
            }
        )


def ordinal_moments(
    items: pd.DataFrame,
    *,
    categories: Mapping[str, Sequence[float]] | None = None,
    zero_cells: ZeroCells = "binary",
) -> OrdinalMoments:
    """Thresholds, polychoric correlations and their asymptotic covariance matrix.

    Two-step maximum likelihood under a bivariate normal pair of variables behind each
    pair of items (Olsson, 1979). The covariance matrix is the sandwich of the casewise
    scores (Muthen, 1984), that of lavaan's ``NACOV``; a model of these moments then has
    standard errors and tests that allow for the estimation of both steps.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Answers in any numeric codes, missing answers as NaN. Not modified. Respondents
        without any answer are left out. With missing answers left, all available ones
        are used (see `OrdinalMoments.missing`), which asks that they are missing
        completely at random.
    categories : mapping of str to sequence of float, optional
        Ascending values of items that must be distinguished here, so that several
        groups share them. Items that are not named have their observed values.
    zero_cells : {"binary", "all", "none"}
        Empty cells, see `polychoric`.

    Returns
    -------
    OrdinalMoments

    Raises
    ------
    InsufficientDataError
        As `polychoric`, or a category of `categories` that nobody chose.
    ValueError
        An unknown option, an answer outside `categories`.

    References
    ----------
    Olsson, 1979, Psychometrika.
    Muthen, 1984, Psychometrika.
    """
    check_option("zero_cells", zero_cells, ZeroCells)
    fit = fit_pairs(items, zero_cells=zero_cells, categories=categories)
    coded, n_respondents = fit.coded, fit.coded.n_respondents
    complete = bool((fit.tables.n_answers == n_respondents).all())
    return OrdinalMoments(
        items=coded.items,
        categories=coded.categories,
        thresholds=tuple(
            row[: size - 1].copy()
            for row, size in zip(
                fit.estimates.thresholds, coded.n_categories, strict=True
            )
        ),
        correlation=fit.correlation,
        gamma=n_respondents * _cross_product(coded, fit.influence),
        n_respondents=n_respondents,
        missing="complete" if complete else "pairwise",
        empty_cells=fit.empty_cells,
        at_bound=fit.at_bound,
    )


def _cross_product(coded: CodedItems, influence: InfluenceTables) -> FloatArray:
    """Sum over respondents the products of their influences on any two estimates.

    Correlations of two pairs need the answers to four items, so this is the one step
    that goes by respondent; equal answers are taken together where they can be.
    """
    codes, weights = _patterns(coded)
    used = np.arange(influence.thresholds.shape[2]) < coded.n_categories[:, None] - 1
    n_thresholds, n_pairs = int(used.sum()), len(influence.correlations)
    n_moments = n_thresholds + n_pairs
    rows = min(_CASES_AT_ONCE, codes.shape[1], max(256, _NUMBERS_AT_ONCE // n_moments))
    values = np.empty((n_moments, rows))
    total = np.zeros((n_moments, n_moments))
    for start in range(0, codes.shape[1], rows):
        part = codes[:, start : start + rows].astype(np.intp)
        chosen = values[:, : part.shape[1]]
        _look_up(influence, used, part, chosen)
        if weights is not None:
            chosen *= np.sqrt(weights[start : start + rows])
        total += chosen @ chosen.T
    return total


def _look_up(
    influence: InfluenceTables,
    used: npt.NDArray[np.bool_],
    codes: npt.NDArray[np.intp],
    out: FloatArray,
) -> None:
    """Write the influences of some respondents, one row an estimate, into `out`."""
    row = 0
    for i, t in zip(*np.nonzero(used), strict=True):
        np.take(influence.thresholds[i, :, t], codes[i], out=out[row], mode="clip")
        row += 1
    n_items, size = len(codes), influence.correlations.shape[1]
    cells = influence.correlations.reshape(len(influence.correlations), -1)
    pair = 0
    for i in range(n_items - 1):
        start = codes[i] * size
        for j in range(i + 1, n_items):
            np.take(cells[pair], start + codes[j], out=out[row], mode="clip")
            row, pair = row + 1, pair + 1


def _patterns(
    coded: CodedItems,
) -> tuple[npt.NDArray[np.int8], FloatArray | None]:
    """Return the distinct answer patterns with their counts, where that is shorter."""
    radix = coded.missing_code + 1
    if len(coded.codes) * np.log2(radix) >= 62:
        return coded.codes, None  # does not fit an integer; patterns hardly repeat
    key = np.zeros(coded.n_respondents, dtype=np.int64)
    for codes in coded.codes:
        key *= radix
        key += codes
    _, place, counts = np.unique(key, return_index=True, return_counts=True)
    if len(counts) > coded.n_respondents / 2:
        return coded.codes, None
    return coded.codes[:, place], counts.astype(float)

"""Do pairs of items share more than the latent variable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_at_least, require
from diagnose.statistics.irt.layout import categories_at
from diagnose.statistics.irt.likelihood import Data, posterior_moments
from diagnose.statistics.irt.patterns import Patterns
from diagnose.statistics.irt.respondents import patterns_of
from diagnose.statistics.irt.result import GradedResponse

FloatArray = npt.NDArray[np.float64]

_CELLS_AT_ONCE = 2_000_000
_FEWEST_PAIRS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocalDependence:
    """Correlations of residuals between items.

    Attributes
    ----------
    frame : DataFrame
        One row a pair: `item`, `other`; `q3`, the correlation of the residuals;
        `q3_adjusted`, less the mean over all pairs; `flagged`; `n_respondents` who
        answered both.
    mean_q3 : float
        Mean over the pairs. About ``-1 / (n_items - 1)`` when the model holds.
    flag_above : float
        Value of `q3_adjusted` above which a pair is flagged.
    method : str
        ``"q3_eap"``.
    n_respondents, n_items : int
        Respondents with an answer, and items.
    """

    frame: pd.DataFrame
    mean_q3: float
    flag_above: float
    method: str
    n_respondents: int
    n_items: int

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of `frame`."""
        return self.frame.copy()


def local_dependence(
    result: GradedResponse, items: pd.DataFrame, *, flag_above: float = 0.2
) -> LocalDependence:
    """Yen's Q3: correlations of what the model leaves of the answers.

    The residual is the answer less its expectation at the expected a posteriori
    score. When the model holds, correlations scatter around a slightly negative
    mean, so a pair is judged by its distance from that mean. A flagged pair shares
    wording, a topic or a position beyond the latent variable; it makes information
    and reliability look better than they are.

    Parameters
    ----------
    result : GradedResponse
        The fitted model.
    items : DataFrame, shape (n_respondents, any)
        Keyed answers with a column for each item of the model, missing answers as NaN;
        each pair uses the respondents who answered both. Not modified.
    flag_above : float
        Flag pairs whose `q3_adjusted` is larger; 0.2 is a convention, 0 or more.

    Returns
    -------
    LocalDependence

    Raises
    ------
    InsufficientDataError
        A pair with fewer than 10 respondents who answered both, or with a residual
        that does not vary.
    ValueError
        An item without a column, or an answer that is no category of its item.

    References
    ----------
    Yen, 1984, Applied Psychological Measurement (Q3).
    Christensen, Makransky and Horton, 2017, Applied Psychological Measurement (its
    distance from the mean).
    """
    check_at_least("flag_above", flag_above, 0)
    patterns = patterns_of(result, items)
    q3, n_both = _correlations(result, patterns)
    first, second = np.triu_indices(result.n_items, 1)
    values = q3[first, second]
    mean = float(values.mean())
    names = np.array(result.items, dtype=object)
    frame = pd.DataFrame(
        {
            "item": names[first],
            "other": names[second],
            "q3": values,
            "q3_adjusted": values - mean,
            "flagged": values - mean > flag_above,
            "n_respondents": n_both[first, second].astype(int),
        }
    )
    return LocalDependence(
        frame=frame,
        mean_q3=mean,
        flag_above=flag_above,
        method="q3_eap",
        n_respondents=int(patterns.counts[patterns.n_answered > 0].sum()),
        n_items=result.n_items,
    )


def _correlations(
    result: GradedResponse, patterns: Patterns
) -> tuple[FloatArray, FloatArray]:
    """Return the pairwise correlations, and how many answered both.

    All pairs at once: sums of residuals, squares and products over the respondents
    who answered both items are matrix products with the indicators of an answer.
    """
    residual = _residuals(result, patterns)
    answered = (patterns.codes >= 0).astype(float)
    weighted = answered * patterns.counts[:, None]
    n_both = weighted.T @ answered
    _require_pairs(result, n_both)
    counted = residual * patterns.counts[:, None]
    total = counted.T @ answered  # of the row's item, where the column's is answered
    squares = (counted * residual).T @ answered - total**2 / n_both
    product = counted.T @ residual - total * total.T / n_both
    flat = [
        result.items[i] for i in np.flatnonzero((squares <= 1e-12 * n_both).any(axis=1))
    ]
    require(
        not flat,
        f"Q3 is undefined: the residuals of {', '.join(flat)} do not vary over the "
        "respondents who answered it together with another item.",
    )
    return product / np.sqrt(squares * squares.T), n_both


def _require_pairs(result: GradedResponse, n_both: FloatArray) -> None:
    pairs = np.where(np.eye(len(n_both), dtype=bool), np.inf, n_both)
    i, j = np.unravel_index(int(pairs.argmin()), pairs.shape)
    require(
        pairs[i, j] >= _FEWEST_PAIRS,
        f"Q3 needs at least {_FEWEST_PAIRS} respondents who answered both items of a "
        f"pair; {result.items[i]} and {result.items[j]} have {pairs[i, j]:.0f}.",
    )


def _residuals(result: GradedResponse, patterns: Patterns) -> FloatArray:
    """Return answers less expected answers, 0 where missing."""
    layout, parameters = result.layout, result.parameters
    data = Data(layout=layout, patterns=patterns, quadrature=result.quadrature)
    theta, _ = posterior_moments(data, parameters)
    values = np.concatenate(result.categories)
    answered = patterns.codes >= 0
    place = np.where(answered, patterns.codes + layout.first_category, 0)
    residual = np.empty(place.shape)
    size = max(1, _CELLS_AT_ONCE // len(values))
    for start in range(0, len(theta), size):
        rows = slice(start, start + size)
        categories = categories_at(layout, parameters, theta[rows])
        probability = np.exp(categories.log_probability)
        weighted = probability * values[:, None]
        expected = np.add.reduceat(weighted, layout.first_category, axis=0)
        residual[rows] = values[place[rows]] - expected.T
    return np.where(answered, residual, 0.0)

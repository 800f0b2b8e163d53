"""Raking: weights that make the respondents as the workforce is, margin by margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_at_least, is_number
from diagnose.errors import InsufficientDataError
from diagnose.statistics.sample import check_unique_columns
from diagnose.statistics.team_sums import FloatArray
from diagnose.statistics.weights.cells import Cells, Margins, tabulate_cells
from diagnose.statistics.weights.effective import (
    checked_weights,
    effective_sample_size,
)

Weights = pd.Series | npt.NDArray[np.floating]
_MOST_ROUNDS = 2000
_MOST_TRIMMINGS = 500
_ABOVE_BOUND = 1e-8  # relative; re-raking lifts a trimmed weight by less than this


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RakedWeights:
    """Weights of the respondents, and how they came about.

    Attributes
    ----------
    method : str
        ``"raking"`` or ``"raking, trimmed"``.
    weights : pandas.Series
        One weight a respondent, on their index; they add up to the margins.
    n_iterations : int
        Rounds over all margins, those after trimming included.
    largest_error : float
        Largest difference between a weighted margin and its total, divided by the
        total of the margin.
    design_effect : float
        Factor by which unequal weights enlarge the variance of a mean (Kish):
        `n_respondents` / `n_effective`.
    n_effective : float
        Kish's effective sample size, (sum w)^2 / sum w^2.
    trim, weight_bound : float or None
        Bound asked for, in medians, and in units of the weights.
    n_trimmed : int
        Respondents whose weight was cut at the bound at least once.
    smallest_weight, median_weight, largest_weight : float
        Spread of the weights.
    n_respondents, n_cells : int
        Respondents, and kinds of respondents (the same categories and design weight).
    notes : tuple of str
        What a reader must know.
    """

    method: str
    weights: pd.Series
    n_iterations: int
    largest_error: float
    design_effect: float
    n_effective: float
    trim: float | None
    weight_bound: float | None
    n_trimmed: int
    smallest_weight: float
    median_weight: float
    largest_weight: float
    n_respondents: int
    n_cells: int
    notes: tuple[str, ...]
    _cells: Cells

    def to_frame(self) -> pd.DataFrame:
        """Return one row a margin and category.

        Columns: margin, category, n_respondents, design_total (sum of design weights),
        weighted_total, total (the margin asked for) and mean_weight.
        """
        parts = []
        weights = self.weights.to_numpy()
        cell_weight = np.bincount(self._cells.place, weights)
        for (name, categories), code, target in zip(
            self._cells.names, self._cells.categories, self._cells.targets, strict=True
        ):
            people = np.bincount(code, self._cells.sizes)
            design = np.bincount(code, self._cells.sizes * self._cells.design)
            weighted = np.bincount(code, cell_weight)
            part = {
                "margin": name,
                "category": pd.Series(categories, dtype=object),
                "n_respondents": people.astype(int),
                "design_total": design,
                "weighted_total": weighted,
                "total": target,
                "mean_weight": weighted / people,
            }
            parts.append(pd.DataFrame(part))
        return pd.concat(parts, ignore_index=True)


def rake(
    respondents: pd.DataFrame,
    margins: Margins,
    *,
    design_weights: Weights | None = None,
    trim: float | None = None,
    tolerance: float = 1e-10,
) -> RakedWeights:
    """Weights that bring the respondents to the known make-up of the workforce.

    Iterative proportional fitting: weights are multiplied margin by margin until every
    weighted margin has its total. The result is the set of weights nearest to the
    design weights (in Kullback-Leibler distance) with these margins. It repairs uneven
    response only as far as people of one category who did and did not answer think
    alike. The work is done on cells of the cross table: it does not grow with the
    number of respondents beyond counting them.

    Parameters
    ----------
    respondents : pandas.DataFrame, shape (n_respondents, >= n_margins)
        Categories of the respondents; columns that no margin names are not read.
        A missing category is refused.
    margins : mapping of column to mapping of category to total
        People in the workforce, as ``{"site": {"A": 300, "B": 200}}``. Shares do too.
    design_weights : Series or array, shape (n_respondents,), optional
        Weights to start from, above 0 (one over the chance to be asked); default 1.
    trim : float, optional
        Largest weight allowed, in medians of the weights, above 1 (3 to 5 by
        convention). Larger ones are cut to it and the margins raked again, until both
        hold. Trimming trades bias for variance.
    tolerance : float
        Largest margin error allowed, as a share of the total.

    Raises
    ------
    ValueError
        Margins of different totals, a category without a total or without
        respondents, a missing category, or a wrong option.
    InsufficientDataError
        No respondents; margins that these respondents cannot meet, because
        combinations are absent; or a bound that the margins do not allow.

    References
    ----------
    Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled
    frequency table when the expected marginal totals are known. Annals of Mathematical
    Statistics, 11.
    Kish, L. (1992). Weighting for unequal P_i. Journal of Official Statistics, 8.
    """
    _check_tolerance(tolerance)
    if trim is not None:
        check_at_least("trim", trim, 1.0 + 1e-6)
    if not isinstance(respondents, pd.DataFrame):
        raise TypeError(
            "`respondents` must be a pandas DataFrame; "
            f"got {type(respondents).__name__}."
        )
    check_unique_columns(respondents, name="`respondents`")
    cells = tabulate_cells(respondents, margins, _design(design_weights, respondents))
    weights, n_iterations = _fit(cells, cells.design.copy(), tolerance)
    bound, cut = None, np.zeros(len(weights), dtype=bool)
    if trim is not None:
        weights, bound, cut, extra = _trimmed(cells, weights, trim, tolerance)
        n_iterations += extra
    return _result(
        cells,
        weights,
        index=respondents.index,
        n_iterations=n_iterations,
        trim=trim,
        bound=bound,
        cut=cut,
    )


def _result(
    cells: Cells,
    weights: FloatArray,
    *,
    index: pd.Index,
    n_iterations: int,
    trim: float | None,
    bound: float | None,
    cut: npt.NDArray[np.bool_],
) -> RakedWeights:
    own = weights[cells.place]
    n_effective = effective_sample_size(own)
    n_trimmed = int(cells.sizes[cut].sum())
    notes = ["weights can single out people in rare cells: do not publish them"]
    if n_trimmed:
        notes.append(
            f"the weights of {n_trimmed} respondents were cut to {trim:g} medians"
        )
    return RakedWeights(
        method="raking" if trim is None else "raking, trimmed",
        weights=pd.Series(own, index=index, name="weight"),
        n_iterations=n_iterations,
        largest_error=_largest_error(cells, weights)[0],
        design_effect=len(own) / n_effective,
        n_effective=n_effective,
        trim=trim,
        weight_bound=bound,
        n_trimmed=n_trimmed,
        smallest_weight=float(own.min()),
        median_weight=float(np.median(own)),
        largest_weight=float(own.max()),
        n_respondents=len(own),
        n_cells=len(weights),
        notes=tuple(notes),
        _cells=cells,
    )


def _check_tolerance(tolerance: float) -> None:
    if not is_number(tolerance) or not 1e-14 <= tolerance < 1:
        raise ValueError(
            f"`tolerance` must lie between 1e-14 (rounding) and 1; got {tolerance!r}."
        )


def _design(design_weights: Weights | None, respondents: pd.DataFrame) -> FloatArray:
    if design_weights is None:
        return np.ones(len(respondents))
    if isinstance(design_weights, pd.Series) and not design_weights.index.equals(
        respondents.index
    ):
        raise ValueError("`design_weights` and `respondents` must have the same index.")
    design = checked_weights(design_weights, name="design_weights")
    if len(design) != len(respondents):
        raise ValueError(
            f"`design_weights` must have one weight for each of {len(respondents)} "
            f"respondents; got {len(design)}."
        )
    if (design <= 0).any():
        raise ValueError(
            "`design_weights` must be above 0: leave out people who count for nobody."
        )
    return design


def _fit(cells: Cells, weights: FloatArray, tolerance: float) -> tuple[FloatArray, int]:
    """Multiply the weights margin by margin until all margins have their totals."""
    weights = weights * cells.total / (weights @ cells.sizes)
    error, worst = _largest_error(cells, weights)
    n_rounds = 0
    while error > tolerance:
        if n_rounds == _MOST_ROUNDS:
            raise InsufficientDataError(
                f"raking did not settle in {_MOST_ROUNDS} rounds: the margin {worst} "
                f"is still off by {error:.2g} of the total. Some combinations of "
                "categories have no respondents, and the margins cannot be met without "
                "them. Merge categories or leave out a margin."
            )
        for code, target in zip(cells.categories, cells.targets, strict=True):
            reached = np.bincount(code, weights * cells.sizes, minlength=len(target))
            if (reached <= np.finfo(float).tiny * 1e10).any():
                n_rounds = _MOST_ROUNDS - 1  # a category has lost all its weight
                break
            weights = weights * (target / reached)[code]
        n_rounds += 1
        error, worst = _largest_error(cells, weights)
    return weights, n_rounds


def _largest_error(cells: Cells, weights: FloatArray) -> tuple[float, str]:
    largest, place = 0.0, ""
    for (name, categories), code, target in zip(
        cells.names, cells.categories, cells.targets, strict=True
    ):
        reached = np.bincount(code, weights * cells.sizes, minlength=len(target))
        errors = np.abs(reached - target) / cells.total
        if errors.max() >= largest:
            largest = float(errors.max())
            place = f"{name!r}, category {categories[int(errors.argmax())]!r},"
    return largest, place


def _trimmed(
    cells: Cells, weights: FloatArray, trim: float, tolerance: float
) -> tuple[FloatArray, float, npt.NDArray[np.bool_], int]:
    """Cut weights at the bound and rake again until bound and margins both hold."""
    cut = np.zeros(len(weights), dtype=bool)
    n_rounds = 0
    for _ in range(_MOST_TRIMMINGS):
        bound = trim * _weighted_median(weights, cells.sizes)
        above = weights > bound * (1 + _ABOVE_BOUND)
        if not above.any():
            return weights, bound, cut, n_rounds
        cut |= above
        weights, extra = _fit(cells, np.minimum(weights, bound), tolerance)
        n_rounds += extra
    bound = trim * _weighted_median(weights, cells.sizes)
    raise InsufficientDataError(
        f"no weights were found that meet the margins and stay below {trim:g} medians "
        f"({int(cells.sizes[weights > bound].sum())} of {len(cells.place)} respondents "
        f"stay above, the largest at {weights.max() / bound * trim:.3g} medians). "
        "Allow a larger `trim`, or merge the categories that few people answered in."
    )


def _weighted_median(values: FloatArray, counts: FloatArray) -> float:
    """Return the median of `values`, each of them present `counts` times."""
    order = np.argsort(values, kind="stable")
    last = np.cumsum(counts[order])
    n = last[-1]
    low, high = np.searchsorted(last, [(n + 1) // 2, n // 2 + 1])
    return float(values[order[low]] + values[order[high]]) / 2

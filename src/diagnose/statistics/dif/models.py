"""Three nested models of every item: level; and group; and group by level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.dif.categories import ItemCategories
from diagnose.statistics.dif.matching import Levels
from diagnose.statistics.dif.ordinal_logit import OrdinalLogits, fit_ordinal_logits
from diagnose.statistics.dif.respondents import Respondents

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_CELLS_AT_ONCE = 4_000_000  # rows x categories x items held in memory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemModels:
    """The three fits of one item, for G groups of which the first is the reference.

    Attributes
    ----------
    log_likelihoods : ndarray, shape (4,)
        Without regressors, with the level, with the group too, with their product too.
        NaN where regressors separate the answers.
    level_slopes : ndarray, shape (2,)
        Log odds per unit of the level in the first two models with it.
    uniform, uniform_error : ndarray, shape (G - 1,)
        Log odds of a higher answer in each other group, in the second model.
    non_uniform, non_uniform_error : ndarray, shape (G - 1,)
        Difference in log odds per unit of the level, in the third model.
    thresholds, slopes : ndarray
        Of the third model, for the standardised level.
    finite : ndarray of bool, shape (3,)
        Whether the estimates of each of the models with regressors exist.
    """

    log_likelihoods: FloatArray
    level_slopes: FloatArray
    uniform: FloatArray
    uniform_error: FloatArray
    non_uniform: FloatArray
    non_uniform_error: FloatArray
    thresholds: FloatArray
    slopes: FloatArray
    finite: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """The models of all items, and how the level was standardised for them."""

    items: tuple[ItemModels, ...]
    centre: float
    spread: float


def fit_models(
    respondents: Respondents, categories: tuple[ItemCategories, ...], levels: Levels
) -> Fits:
    """Fit the three models to every item."""
    group = respondents.group
    n_groups = len(respondents.labels)
    values = levels.of_respondents(group)
    _check_spread(respondents, values)
    centre, spread = float(values.mean()), float(values.std())
    cells, place = _occupied(levels.place * n_groups + group)
    standard = levels.of_cells(cells // n_groups, cells % n_groups)
    design = _design((standard - centre) / spread, np.eye(n_groups)[cells % n_groups])
    shared = len(place) == 1
    models: dict[int, ItemModels] = {}
    for batch in _batches(categories, design):
        rows = [0] if shared else batch
        counts = _counts(categories, batch, place[rows], len(cells))
        fits = _nested_fits(counts, design[rows], n_groups)
        models |= dict(zip(batch, _split(fits, counts, n_groups, spread), strict=True))
    return Fits(
        items=tuple(models[item] for item in range(len(categories))),
        centre=centre,
        spread=spread,
    )


def _design(level: FloatArray, member: FloatArray) -> FloatArray:
    """Return level, groups and their products, shape (k or 1, rows, 2 G - 1)."""
    others = np.broadcast_to(member[:, 1:], (*level.shape, member.shape[1] - 1))
    return np.concatenate(
        [level[:, :, None], others, others * level[:, :, None]], axis=2
    )


def _occupied(cells: IntArray) -> tuple[IntArray, IntArray]:
    """Return the cells that someone is in, and the place of each cell among them."""
    filled = np.bincount(cells.ravel()) > 0
    return np.flatnonzero(filled), (np.cumsum(filled) - 1)[cells]


def _check_spread(respondents: Respondents, values: FloatArray) -> None:
    for code, (label, size) in enumerate(
        zip(respondents.labels, respondents.sizes, strict=True)
    ):
        members = values[:, respondents.group == code]
        require(
            bool((np.ptp(members, axis=1) > 0).all()),
            f"the matching level does not vary among the {size} respondents of group "
            f"{label}; leave the group out or match on more items.",
        )


def _batches(
    categories: tuple[ItemCategories, ...], design: FloatArray
) -> list[list[int]]:
    """Return the items in batches of one number of categories, small enough."""
    batches = []
    for n_categories in sorted({item.n_categories for item in categories}):
        alike = [i for i, c in enumerate(categories) if c.n_categories == n_categories]
        cells = design.shape[1] * (n_categories + design.shape[2] ** 2)
        size = max(1, _CELLS_AT_ONCE // cells)
        batches += [alike[i : i + size] for i in range(0, len(alike), size)]
    return batches


def _counts(
    categories: tuple[ItemCategories, ...],
    batch: list[int],
    place: IntArray,
    n_rows: int,
) -> FloatArray:
    """Return the tables, shape (B, rows, C)."""
    n_categories = categories[batch[0]].n_categories
    codes = np.stack([categories[item].codes for item in batch])
    tables = np.arange(len(batch))[:, None]
    cells = (tables * n_rows + place) * n_categories + codes
    shape = (len(batch), n_rows, n_categories)
    counted = np.bincount(cells.ravel(), minlength=int(np.prod(shape)))
    return counted.reshape(shape).astype(float)


def _nested_fits(
    counts: FloatArray, design: FloatArray, n_groups: int
) -> tuple[OrdinalLogits, OrdinalLogits, OrdinalLogits]:
    first = fit_ordinal_logits(counts, design[:, :, :1])
    second = fit_ordinal_logits(counts, design[:, :, :n_groups], first)
    return first, second, fit_ordinal_logits(counts, design, second)


def _split(
    fits: tuple[OrdinalLogits, OrdinalLogits, OrdinalLogits],
    counts: FloatArray,
    n_groups: int,
    spread: float,
) -> list[ItemModels]:
    totals = counts.sum(axis=1)
    empty = (totals * np.log(totals / totals.sum(axis=1, keepdims=True))).sum(axis=1)
    values = np.column_stack([empty, *(fit.log_likelihood for fit in fits)])
    _, second, third = fits
    slopes = np.stack([fit.slopes[:, 0] for fit in fits[:2]], axis=1) / spread
    finite = np.stack([fit.finite for fit in fits], axis=1)
    return [
        ItemModels(
            log_likelihoods=values[b],
            level_slopes=slopes[b],
            uniform=second.slopes[b, 1:],
            uniform_error=second.errors[b, 1:],
            non_uniform=third.slopes[b, n_groups:] / spread,
            non_uniform_error=third.errors[b, n_groups:] / spread,
            thresholds=third.thresholds[b],
            slopes=third.slopes[b],
            finite=finite[b],
        )
        for b in range(len(counts))
    ]

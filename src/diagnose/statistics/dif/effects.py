"""How large a difference is: log odds, and expected answers of each group."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.dif.categories import ItemCategories
from diagnose.statistics.dif.matching import Levels
from diagnose.statistics.dif.models import Fits, ItemModels
from diagnose.statistics.dif.respondents import Respondents

FloatArray = npt.NDArray[np.float64]

_POINTS = 31  # of a curve


def effect_frame(
    respondents: Respondents,
    categories: tuple[ItemCategories, ...],
    levels: Levels,
    fits: Fits,
    *,
    conf_level: float,
) -> pd.DataFrame:
    """Return one row an item and group other than the reference."""
    from scipy.special import ndtri

    n_others = len(respondents.labels) - 1
    _, second, third = np.array([item.finite for item in fits.items]).T
    margin = ndtri((1 + conf_level) / 2)
    estimate = _finite([item.uniform for item in fits.items], second)
    error = _finite([item.uniform_error for item in fits.items], second)
    signed, absolute = _score_differences(respondents, categories, levels, fits)
    labels = np.array(respondents.labels[1:], dtype=object)
    table = {
        "item": np.repeat(np.array(respondents.items, dtype=object), n_others),
        "group": np.tile(labels, len(respondents.items)),
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - margin * error,
        "conf_high": estimate + margin * error,
        "slope_difference": _finite([item.non_uniform for item in fits.items], third),
        "slope_std_error": _finite(
            [item.non_uniform_error for item in fits.items], third
        ),
        "score_difference": signed.ravel(),
        "score_difference_absolute": absolute.ravel(),
        "reason": np.repeat(separation(second & third), n_others),
    }
    return pd.DataFrame(table)


def separation(finite: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Return the reason for a NaN, empty where there is none."""
    return np.where(finite, "", "separation").astype(object)


def _finite(rows: list[FloatArray], known: npt.NDArray[np.bool_]) -> FloatArray:
    return np.where(known[:, None], np.array(rows), np.nan).ravel()


def _score_differences(
    respondents: Respondents,
    categories: tuple[ItemCategories, ...],
    levels: Levels,
    fits: Fits,
) -> tuple[FloatArray, FloatArray]:
    """Return the mean difference and the mean absolute difference, (items, groups).

    Meade, 2010, Journal of Applied Psychology: the signed and the unsigned item
    difference in the sample.
    """
    n_others, size = len(respondents.labels) - 1, len(levels.grid)
    signed = np.empty((len(fits.items), n_others))
    absolute = np.empty_like(signed)
    scores = np.arange(size)
    for other in range(1, n_others + 1):
        member = respondents.group == other
        at = levels.of_cells(scores, np.full(size, other))
        standard = (at - fits.centre) / fits.spread
        for item, models in enumerate(fits.items):
            row = item if len(standard) > 1 else 0
            expected = _expected_answers(models, categories[item].value, standard[row])
            difference = expected[other] - expected[0]
            share = np.bincount(levels.place[row, member], minlength=size)
            share = share / share.sum()
            signed[item, other - 1] = share @ difference
            absolute[item, other - 1] = share @ np.abs(difference)
    return signed, absolute


def curve_frame(
    respondents: Respondents,
    categories: tuple[ItemCategories, ...],
    levels: Levels,
    fits: Fits,
) -> pd.DataFrame:
    """Return the expected answers of each group over the range of the level."""
    n_groups, n_items = len(respondents.labels), len(fits.items)
    shape = (n_items, n_groups, _POINTS)
    level, expected = np.empty(shape), np.empty(shape)
    observed = np.empty(shape, dtype=bool)
    values = levels.of_respondents(respondents.group)
    for item, models in enumerate(fits.items):
        own = values[item if len(values) > 1 else 0]
        points = np.linspace(own.min(), own.max(), _POINTS)
        standard = (points - fits.centre) / fits.spread
        level[item] = points
        expected[item] = _expected_answers(models, categories[item].value, standard)
        for code in range(n_groups):
            members = own[respondents.group == code]
            inside = (points >= members.min()) & (points <= members.max())
            observed[item, code] = inside
    names = np.array(respondents.items, dtype=object)
    labels = np.array(respondents.labels, dtype=object)
    return pd.DataFrame(
        {
            "item": np.repeat(names, n_groups * _POINTS),
            "group": np.tile(np.repeat(labels, _POINTS), n_items),
            "level": level.ravel(),
            "expected_answer": expected.ravel(),
            "observed": observed.ravel(),
        }
    )


def _expected_answers(
    models: ItemModels, value: FloatArray, standard: FloatArray
) -> FloatArray:
    """Return the expected answer by group and level under the third model."""
    from scipy.special import expit

    n_groups = 1 + len(models.uniform)
    group = np.append(0.0, models.slopes[1:n_groups])
    by_level = models.slopes[0] + np.append(0.0, models.slopes[n_groups:])
    predictor = group[:, None] + by_level[:, None] * standard
    reached = expit(predictor[:, :, None] - models.thresholds)
    return np.asarray(value[0] + reached @ np.diff(value))

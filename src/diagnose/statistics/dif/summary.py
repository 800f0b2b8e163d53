"""The result of a study of differential item functioning, as frames and flags."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.dif.categories import ItemCategories
from diagnose.statistics.dif.effects import curve_frame, effect_frame
from diagnose.statistics.dif.purification import Round, Study
from diagnose.statistics.dif.respondents import SMALL_GROUP
from diagnose.statistics.dif.result import OrdinalDif

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_JODOIN_GIERL = (0.035, 0.070)  # borders of moderate and large
_ZUMBO = (0.13, 0.26)
_LEVELS_APART = 0.2  # standard deviations within groups
_WORDS = np.array(["negligible", "moderate", "large"], dtype=object)
_TOTAL_COLUMNS = (
    "statistic",
    "df",
    "p_value",
    "p_value_adjusted",
    "mcfadden_change",
    "nagelkerke_change",
    "cox_snell_change",
    "reason",
)


def dif_result(study: Study, found: Round, *, choice: str) -> OrdinalDif:
    """Return the frames and flags of the last round."""
    respondents, categories = study.respondents, study.categories
    effects = effect_frame(
        respondents,
        categories,
        found.levels,
        found.fits,
        conf_level=1 - study.criterion.alpha,
    )
    names = np.array(respondents.items, dtype=object)
    anchors = found.anchors & (choice != "none")
    return OrdinalDif(
        method="ordinal_logistic_dif",
        matching="theta" if choice == "none" else study.matching,
        criterion=study.criterion,
        adjust=study.adjust,
        groups=respondents.labels,
        n_by_group=respondents.sizes,
        n_respondents=len(respondents.group),
        n_items=len(names),
        n_incomplete=respondents.n_incomplete,
        n_without_group=respondents.n_without_group,
        anchors=tuple(names[anchors]),
        anchor_choice=choice,
        n_iterations=found.n_iterations,
        items=_item_frame(study, found, effects, anchors),
        tests=found.tests,
        effects=effects,
        curves=curve_frame(respondents, categories, found.levels, found.fits),
        collapsed=_collapsed(respondents.items, categories),
        flags=_flags(study, found, anchors, choice=choice),
    )


def _item_frame(
    study: Study, found: Round, effects: pd.DataFrame, anchors: BoolArray
) -> pd.DataFrame:
    names = np.array(study.respondents.items, dtype=object)
    by_test = {name: rows for name, rows in found.tests.groupby("test", sort=False)}
    total = by_test["total"]
    crossed = by_test["non_uniform"]["p_value_adjusted"] < study.criterion.alpha
    kind = np.where(crossed, "non_uniform", "uniform").astype(object)
    slopes = np.array([models.level_slopes for models in found.fits.items])
    change = total["nagelkerke_change"].to_numpy()
    return pd.DataFrame(
        {
            "item": names,
            "dif": found.flagged,
            "kind": np.where(found.flagged, kind, ""),
            **{name: total[name].to_numpy() for name in _TOTAL_COLUMNS},
            "size_jodoin_gierl": _size(change, _JODOIN_GIERL),
            "size_zumbo": _size(change, _ZUMBO),
            "slope_change": np.abs(slopes[:, 1] / slopes[:, 0] - 1),
            "largest_score_difference": _farthest(effects, len(names)),
            "anchor": anchors,
            "n_categories": [item.n_categories for item in study.categories],
        }
    )


def _size(change: FloatArray, borders: tuple[float, float]) -> FloatArray:
    words = _WORDS[np.digitize(np.nan_to_num(change), borders)]
    return np.where(np.isnan(change), "", words)


def _farthest(effects: pd.DataFrame, n_items: int) -> FloatArray:
    by_item = effects["score_difference"].to_numpy().reshape(n_items, -1)
    largest = np.abs(by_item).argmax(axis=1)
    return np.asarray(by_item[np.arange(n_items), largest])


def _collapsed(
    names: tuple[str, ...], categories: tuple[ItemCategories, ...]
) -> pd.DataFrame:
    rows = [
        (name, ", ".join(f"{answer:g}" for answer in joined), value)
        for name, item in zip(names, categories, strict=True)
        for joined, value in item.joined
    ]
    return pd.DataFrame(rows, columns=["item", "answers", "value"])


def _flags(
    study: Study, found: Round, anchors: BoolArray, *, choice: str
) -> tuple[str, ...]:
    respondents = study.respondents
    flags = [
        f"small_group:{label}"
        for label, size in zip(respondents.labels, respondents.sizes, strict=True)
        if size < SMALL_GROUP
    ]
    for name, item in zip(respondents.items, study.categories, strict=True):
        flags += [f"collapsed:{name}"] if item.joined else []
    for name, models in zip(respondents.items, found.fits.items, strict=True):
        flags += [f"separation:{name}"] if not models.finite.all() else []
    flags += _level_flags(study, found)
    if not found.stable:
        flags.append("purification_unstable")
    if choice in {"purified", "given"}:
        odd = found.flagged & anchors
        flags += [f"flagged_anchor:{respondents.items[i]}" for i in np.flatnonzero(odd)]
    n_anchors = int(anchors.sum())
    if respondents.theta is None and 2 * n_anchors < len(anchors):
        flags.append(f"few_anchors:{n_anchors}")
    return tuple(flags)


def _level_flags(study: Study, found: Round) -> list[str]:
    """Return the groups whose level is so far off that a plain score misleads."""
    respondents = study.respondents
    if respondents.theta is not None or study.matching == "true_score":
        return []
    score = respondents.answers[:, found.anchors].sum(axis=1)
    group, sizes = respondents.group, np.array(respondents.sizes)
    means = np.bincount(group, score) / sizes
    within = ((score - means[group]) ** 2).sum() / (sizes.sum() - len(sizes))
    apart = np.abs(means - means[0]) >= _LEVELS_APART * np.sqrt(within)
    return [
        f"level_differs:{label}"
        for label, far in zip(respondents.labels, apart, strict=True)
        if far
    ]

"""Importance beside room to rise: the table behind a driver map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.drivers.result import RelativeImportance

FloatArray = npt.NDArray[np.float64]
End = float | Mapping[str, float]
"""One end of the response scale: for all predictors, or by name."""

_MEAN_COLUMNS = ("predictor", "estimate", "conf_low", "conf_high", "n_respondents")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriverMap:
    """Importance and headroom of every predictor, each with its interval.

    Attributes
    ----------
    method : str
        How the importance was computed.
    outcome : str
        Name of the outcome.
    median_importance, median_headroom : float
        Medians over these predictors; the quadrants are relative to them, so some
        predictor is always "high".
    conf_level : float
        Coverage of the intervals.
    n_respondents : int
        Respondents behind the importance; those behind the means are in the frame.
    n_teams : int or None
        Teams behind the importance.
    notes : tuple of str
        ``"quadrants_are_relative"`` always, ``"no_quadrant_is_clear"``, and the notes
        of the importance.
    """

    method: str
    outcome: str
    median_importance: float
    median_headroom: float
    conf_level: float
    n_respondents: int
    n_teams: int | None
    notes: tuple[str, ...]
    _predictors: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a predictor.

        ``estimate`` is the importance (raw weight) with ``conf_low``, ``conf_high``;
        ``headroom`` the part of the scale above the mean, 0 to 1, with
        ``headroom_low``, ``headroom_high``; ``product`` is importance times headroom,
        with ``product_low``, ``product_high``. ``importance_side`` and
        ``headroom_side`` are "above" or "below" the median, or "unclear" when the
        interval holds it; ``quadrant`` joins the two, and is "unclear" when one is.
        ``mean``, ``n_respondents_mean`` and ``beyond_chance`` are repeated.
        """
        return self._predictors.copy()


def importance_and_headroom(
    importance: RelativeImportance,
    means: pd.DataFrame,
    *,
    lowest: End,
    highest: End,
) -> DriverMap:
    """Put importance beside the room that a predictor's mean has left to rise.

    Headroom is (highest - mean) / (highest - lowest). The limits of the product take
    the two estimates as independent (Zou and Donner 2008, on the scale of logarithms).

    Parameters
    ----------
    importance : RelativeImportance
        From `relative_importance`.
    means : pandas.DataFrame, shape (n_predictors, >= 5)
        Columns predictor, estimate, conf_low, conf_high and n_respondents, in
        response-scale units, at the same conf_level; one row for each predictor.
    lowest, highest : float, or mapping from predictor to float
        Ends of the response scale.

    Raises
    ------
    TypeError
        Not a result and a frame.
    ValueError
        A column, a predictor or a number is missing, an interval does not hold its
        mean, a mean lies off the scale, or another conf_level.
    InsufficientDataError
        Fewer than 2 predictors: there is nothing to be above or below of.

    References
    ----------
    Zou and Donner, 2008, Statistics in Medicine.
    """
    if not isinstance(importance, RelativeImportance):
        raise TypeError(
            "`importance` must be a RelativeImportance; "
            f"got {type(importance).__name__}."
        )
    frame = importance.to_frame()
    require(
        len(frame) >= 2,
        "a driver map needs at least 2 predictors; with 1 there is no median to "
        "compare it with.",
    )
    levels = _check_means(means, frame["predictor"], importance.conf_level)
    bottom = _ends("lowest", lowest, frame["predictor"])
    top = _ends("highest", highest, frame["predictor"])
    _check_scale(levels, bottom, top)
    table = _table(frame, levels, bottom, top)
    clear = (table["quadrant"] != "unclear").any()
    own = ["quadrants_are_relative"] + ([] if clear else ["no_quadrant_is_clear"])
    return DriverMap(
        method=importance.method,
        outcome=importance.outcome,
        median_importance=float(table["estimate"].median()),
        median_headroom=float(table["headroom"].median()),
        conf_level=importance.conf_level,
        n_respondents=importance.n_respondents,
        n_teams=importance.n_teams,
        notes=(*own, *importance.notes),
        _predictors=table,
    )


def _check_means(
    means: pd.DataFrame, predictors: pd.Series, conf_level: float
) -> pd.DataFrame:
    if not isinstance(means, pd.DataFrame):
        raise TypeError(
            f"`means` must be a pandas DataFrame; got {type(means).__name__}."
        )
    absent = [name for name in _MEAN_COLUMNS if name not in means.columns]
    if absent:
        raise ValueError(f"`means` lacks the columns {', '.join(absent)}.")
    labels = means["predictor"].astype(str)
    unknown = [name for name in predictors if (labels == name).sum() != 1]
    if unknown:
        raise ValueError(
            f"`means` must have one row for each predictor; not so for "
            f"{', '.join(unknown)}."
        )
    ordered = means.set_index(labels).loc[list(predictors)]
    numbers = ordered[list(_MEAN_COLUMNS[1:])].astype(float)
    inside = (numbers["conf_low"] <= numbers["estimate"]) & (
        numbers["estimate"] <= numbers["conf_high"]
    )
    finite = np.isfinite(numbers.to_numpy()).all(axis=1)
    wrong = numbers.index[~(inside.to_numpy() & finite)]
    if len(wrong):
        raise ValueError(
            "`means` needs finite numbers with conf_low <= estimate <= conf_high; not "
            f"so for {', '.join(wrong)}."
        )
    if "conf_level" in ordered and (ordered["conf_level"] != conf_level).any():
        raise ValueError(
            f"`means` must have the conf_level of `importance`, {conf_level}."
        )
    return numbers


def _ends(name: str, end: End, predictors: pd.Series) -> FloatArray:
    if not isinstance(end, Mapping):
        return np.full(len(predictors), float(end))
    absent = [predictor for predictor in predictors if predictor not in end]
    if absent:
        raise ValueError(f"`{name}` has no value for {', '.join(absent)}.")
    return np.array([float(end[predictor]) for predictor in predictors])


def _check_scale(levels: pd.DataFrame, lowest: FloatArray, highest: FloatArray) -> None:
    if not (lowest < highest).all():
        raise ValueError("`lowest` must be below `highest` for every predictor.")
    mean = levels["estimate"].to_numpy()
    outside = levels.index[(mean < lowest) | (mean > highest)]
    if len(outside):
        raise ValueError(
            f"`means` lies off the response scale for {', '.join(outside)}; give its "
            "ends as `lowest` and `highest`."
        )


def _table(
    frame: pd.DataFrame, levels: pd.DataFrame, lowest: FloatArray, highest: FloatArray
) -> pd.DataFrame:
    def room(column: str) -> FloatArray:
        left = (highest - levels[column].to_numpy()) / (highest - lowest)
        clipped: FloatArray = np.clip(left, 0.0, 1.0)
        return clipped

    headroom = room("estimate"), room("conf_high"), room("conf_low")
    weight = frame["estimate"], frame["conf_low"], frame["conf_high"]
    weights = [column.to_numpy(dtype=float) for column in weight]
    low, high = _product_limits(weights, list(headroom))
    sides = [_sides(*weights), _sides(*headroom)]
    unclear = (sides[0] == "unclear") | (sides[1] == "unclear")
    joined = [f"{one}_{other}" for one, other in zip(*sides, strict=True)]
    return pd.DataFrame(
        {
            "predictor": frame["predictor"],
            "estimate": weights[0],
            "conf_low": weights[1],
            "conf_high": weights[2],
            "importance_side": sides[0],
            "mean": levels["estimate"].to_numpy(),
            "headroom": headroom[0],
            "headroom_low": headroom[1],
            "headroom_high": headroom[2],
            "headroom_side": sides[1],
            "product": weights[0] * headroom[0],
            "product_low": low,
            "product_high": high,
            "quadrant": np.where(unclear, "unclear", joined),
            "beyond_chance": frame["beyond_chance"],
            "n_respondents_mean": levels["n_respondents"].to_numpy().astype(int),
        }
    )


def _sides(
    estimate: FloatArray, low: FloatArray, high: FloatArray
) -> npt.NDArray[np.object_]:
    median = np.median(estimate)
    sides = np.full(len(estimate), "unclear", dtype=object)
    sides[low > median] = "above"
    sides[high < median] = "below"
    return sides


def _product_limits(
    weights: list[FloatArray], headroom: list[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return limits of the product of two independent estimates, neither negative."""
    tiny = np.finfo(float).tiny
    logs = [
        [np.log(np.maximum(part, tiny)) for part in one] for one in (weights, headroom)
    ]
    below = np.sqrt(sum((middle - low) ** 2 for middle, low, _ in logs))
    above = np.sqrt(sum((high - middle) ** 2 for middle, _, high in logs))
    product = weights[0] * headroom[0]
    low = product * np.exp(-below)
    positive = (weights[1] > 0) & (headroom[1] > 0)
    # a headroom of zero has no logarithm: the largest product is then the upper limit
    known = (weights[0] > 0) & (headroom[0] > 0)
    high = np.where(
        known,
        product * np.exp(np.minimum(above, 700.0)),
        weights[2] * headroom[2],
    )
    return np.where(positive, low, 0.0), high

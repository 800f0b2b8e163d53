"""Whether the answers measure what they should: reliability, items, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import ITEMS, RELIABILITY, VERDICTS
from diagnose.diagnosis.dimensions import assess_dimensions
from diagnose.diagnosis.model import Measurement, Verdict
from diagnose.diagnosis.precision import assess_precision
from diagnose.diagnosis.screening import compare_without, find_careless
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Instrument, Subscale
from diagnose.responses.model import Responses
from diagnose.scoring.score import Scores

if TYPE_CHECKING:
    from diagnose.statistics.reliability import Reliability

RELIABLE_FROM = 0.70
"""Lowest reliability of a score that groups are compared on: a convention (Nunnally),
guidance and no pass mark. It is asked of the interval, not of the estimate."""

FEWEST_RESPONDENTS = 30
"""Complete answers below which reliability is not judged: an alpha of .80 on four
items has a 95% interval from .65 to .90 at 30 respondents, and wider below."""

WEAK_TIE_BELOW = 0.30
"""Item-rest correlation below which an item is flagged: a convention (Nunnally)."""

MOST_CATEGORIES = 7
"""Answers that an item may have to be treated as ordinal beside as a number."""

_ROUNDING = 1e-12
"""A correlation of zero comes out a little above or below it, as the sums happen to be
ordered; neither is a sign of an item that runs against the others."""


def assess_measurement(
    responses: Responses,
    scores: Scores,
    *,
    comparisons: pd.DataFrame,
    conf_level: float,
) -> Measurement:
    """Judge the answers of the work floor of one wave.

    Parameters
    ----------
    responses : Responses
        The work-floor respondents of one wave.
    scores : Scores
        Their scores, in the same order.
    comparisons : pandas.DataFrame
        Of `assess_comparability`, which looks beyond these respondents.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    Measurement
        Where a coefficient cannot be computed its row holds NaN and a note, and the
        verdict says why; nothing is raised for small or odd data.
    """
    instrument = responses.instrument
    subscales = [s for s in instrument.subscales if s.id in scores.frame.columns]
    keyed = {s.id: scores.keyed[_asked(s, scores.keyed)] for s in subscales}
    reliability = build_frame(
        [
            row
            for subscale in subscales
            for row in _reliability_rows(subscale, keyed[subscale.id], conf_level)
        ],
        RELIABILITY,
    )
    items = build_frame(
        [row for s in subscales for row in _item_rows(s, keyed[s.id], responses)], ITEMS
    )
    counts, careless = find_careless(responses, scores)
    dimensions = assess_dimensions(instrument, scores.keyed, conf_level=conf_level)
    return Measurement(
        reliability=reliability,
        items=items,
        verdicts=_verdicts(subscales, reliability, items),
        careless=counts,
        sensitivity=compare_without(scores.frame, careless),
        models=dimensions.models,
        loadings=dimensions.loadings,
        pairs=dimensions.pairs,
        information=assess_precision(instrument, scores.keyed),
        comparisons=comparisons,
    )


def _asked(subscale: Subscale, keyed: pd.DataFrame) -> list[str]:
    return [item.id for item in subscale.items if item.id in keyed.columns]


def is_single(subscale: Subscale, n_items: int) -> bool:
    """Tell whether a subscale rests on one item, so that it has no reliability."""
    return subscale.method == "item" or n_items < 2


def _reliability_rows(
    subscale: Subscale, items: pd.DataFrame, conf_level: float
) -> list[dict[str, object]]:
    from diagnose.statistics.reliability import (
        cronbach_alpha,
        omega_categorical,
        omega_total,
    )

    if is_single(subscale, items.shape[1]):
        return []
    complete = items.dropna()
    coefficients: dict[str, Callable[..., Reliability]] = {
        "alpha": cronbach_alpha,
        "omega_total": omega_total,
    }
    if items.shape[1] >= 3 and complete.nunique().max() <= MOST_CATEGORIES:
        coefficients["omega_categorical"] = omega_categorical
    rows = []
    for method, function in coefficients.items():
        row: dict[str, object] = {
            "subscale": subscale.id,
            "method": method,
            "conf_level": conf_level,
            "n_respondents": len(complete),
            "n_items": items.shape[1],
        }
        try:
            result = function(items, conf_level=conf_level)
        except InsufficientDataError:
            rows.append({**row, "note": _why_refused(method, complete)})
            continue
        row |= {
            "estimate": result.estimate,
            "conf_low": result.conf_low,
            "conf_high": result.conf_high,
            "note": _note_of(result.flags),
        }
        rows.append(row)
    return rows


def _why_refused(method: str, complete: pd.DataFrame) -> str:
    n_respondents, n_items = complete.shape
    if n_respondents < 2:
        return "note.too_few"
    if (complete.nunique() == 1).any():
        return "note.no_variance"
    if method == "alpha":
        return "note.no_variance"  # the items cancel out: only their sum is constant
    if n_items < 3:
        return "note.two_items"
    return "note.too_few" if n_respondents <= n_items else "note.no_fit"


def _note_of(flags: tuple[str, ...]) -> str:
    if any(flag.startswith("negative") for flag in flags):
        return "note.negative"
    if any(flag.startswith("constant_item") for flag in flags):
        return "note.constant_item"
    return ""


def _item_rows(
    subscale: Subscale, items: pd.DataFrame, responses: Responses
) -> list[dict[str, object]]:
    described = _described(items, responses.instrument)
    n_rows = max(len(items), 1)
    rows = []
    for item, row in zip(items.columns, described, strict=True):
        not_applicable = float(responses.not_applicable[item].sum())
        unanswered = float(items[item].isna().sum()) - not_applicable
        rows.append(
            {
                **row,
                "subscale": subscale.id,
                "item": item,
                "share_missing": unanswered / n_rows,
                "share_not_applicable": not_applicable / n_rows,
                "flag": _flag(row, single=is_single(subscale, items.shape[1])),
            }
        )
    return rows


def _described(
    items: pd.DataFrame, instrument: Instrument
) -> list[Mapping[str, object]]:
    """Describe each item; without its tie to the others where these are too few."""
    from diagnose.statistics.items import item_analysis

    bounds = [instrument.response_scale_of(str(item)) for item in items.columns]
    lowest = min(scale.lowest for scale in bounds)
    highest = max(scale.highest for scale in bounds)
    try:
        analysed = item_analysis(items, lowest=lowest, highest=highest).to_frame()
    except InsufficientDataError:
        return [
            _describe_alone(items[item], scale.lowest, scale.highest)
            for item, scale in zip(items.columns, bounds, strict=True)
        ]
    rows: list[Mapping[str, object]] = analysed.to_dict(orient="records")  # type: ignore[assignment]
    return rows


def _describe_alone(
    answers: pd.Series, lowest: float, highest: float
) -> dict[str, object]:
    valid = answers.dropna()
    if valid.empty:
        return {"n_respondents": 0}
    return {
        "n_respondents": len(valid),
        "mean": valid.mean(),
        "sd": valid.std(ddof=1) if len(valid) > 1 else np.nan,
        "floor": (valid == lowest).mean(),
        "ceiling": (valid == highest).mean(),
    }


def _flag(row: Mapping[str, object], *, single: bool) -> str:
    """Return what a reader should look at: a key in the catalogue, or nothing."""
    if single:
        return ""
    if row.get("sd") == 0:
        return "flag.constant"
    tie = row.get("item_rest_r")
    if not isinstance(tie, float) or np.isnan(tie):
        return ""
    if tie < -_ROUNDING:
        return "flag.negative"
    return "flag.weak" if tie < WEAK_TIE_BELOW else ""


def _verdicts(
    subscales: list[Subscale], reliability: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    rows = []
    for subscale in subscales:
        own = items.loc[items["subscale"] == subscale.id, "flag"]
        alpha = reliability.loc[
            (reliability["subscale"] == subscale.id)
            & (reliability["method"] == "alpha")
        ]
        verdict, reason = judge(alpha, set(own) - {""})
        rows.append({"subscale": subscale.id, "verdict": verdict, "reason": reason})
    return build_frame(rows, VERDICTS)


def judge(alpha: pd.DataFrame, flags: set[str]) -> tuple[Verdict, str]:
    """Judge one subscale by the interval of its alpha and the flags of its items.

    Alpha decides, and omega stands beside it: omega asks for a model that small
    groups often cannot fit, and a verdict should not hang on that.

    Parameters
    ----------
    alpha : pandas.DataFrame
        The row of alpha in `Measurement.reliability`; no row for a single item.
    flags : set of str
        Flags of the items, without the empty one.
    """
    if alpha.empty:
        return "single", "reason.single"
    row = alpha.iloc[0]
    unsupported = {
        "reason.few_respondents": row["n_respondents"] < FEWEST_RESPONDENTS,
        "reason.no_variance": np.isnan(row["estimate"]),
        "reason.negative_alpha": row["estimate"] < -_ROUNDING,
        "reason.low_alpha": row["conf_high"] < RELIABLE_FROM,
    }
    for reason, holds in unsupported.items():
        if holds:
            return "unsupported", reason
    for flag in ("negative", "constant", "weak"):
        if f"flag.{flag}" in flags:
            return "care", f"reason.{flag}_item"
    if row["conf_low"] < RELIABLE_FROM:
        return "care", "reason.uncertain_alpha"
    return "good", "reason.good"

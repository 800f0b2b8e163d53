"""Loadings and pairs of subscales, out of a factor model of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import MergeRule

if TYPE_CHECKING:
    from diagnose.statistics.cfa import CfaFit

WEAK_LOADING_BELOW = 0.40
"""Standardised loading below which an item is flagged: a convention."""

PairVerdict = Literal["merge", "unsure", "apart", ""]
Blocks = dict[str, tuple[str, ...]]
"""Items of each subscale."""


def loading_rows(fit: CfaFit | None, blocks: Blocks) -> list[dict[str, object]]:
    """Return the standardised loading of each item; nothing without a model."""
    if fit is None:
        return []
    signs, found = _signs(fit, blocks), _loadings(fit.standardised())
    rows: list[dict[str, object]] = []
    for subscale, items in blocks.items():
        for item in items:
            turned = _turn(found[item], signs[subscale])
            rows.append(
                {
                    "subscale": subscale,
                    "item": item,
                    **turned,
                    "conf_level": fit.conf_level,
                    "n_respondents": fit.n_respondents,
                    "estimator": fit.method,
                    "flag": _flag(turned["estimate"]),
                }
            )
    return rows


def _loadings(estimates: pd.DataFrame) -> dict[str, dict[Any, Any]]:
    rows = estimates.loc[estimates["parameter"] == "loading"].to_dict("records")
    return {str(row["right"]): row for row in rows}


def _signs(fit: CfaFit, blocks: Blocks) -> dict[str, int]:
    """Return -1 for each factor that points against most of its items, else 1.

    A model does not tell a factor from its mirror image, and its start follows the
    first item. Were that the one that is keyed the wrong way, all others would seem so.
    """
    found = _loadings(fit.to_frame())
    totals = {
        s: sum(found[i]["estimate"] for i in items) for s, items in blocks.items()
    }
    return {subscale: -1 if total < 0 else 1 for subscale, total in totals.items()}


def _turn(row: dict[Any, Any], sign: int) -> dict[str, float]:
    """Return an estimate with its interval, mirrored where `sign` is -1."""
    low, high = row["conf_low"], row["conf_high"]
    return {
        "estimate": sign * row["estimate"],
        "std_error": row["std_error"],
        "conf_low": low if sign > 0 else -high,
        "conf_high": high if sign > 0 else -low,
    }


def _flag(loading: float) -> str:
    if loading < 0:
        return "flag.negative_loading"
    return "flag.weak_loading" if loading < WEAK_LOADING_BELOW else ""


def pair_rows(
    fit: CfaFit | None, blocks: Blocks, keyed: pd.DataFrame, rule: MergeRule | None
) -> list[dict[str, object]]:
    """Return the correlation of each two factors, and what the merge rule makes of it.

    Standardised, covariances of factors are their correlations, with intervals that
    stay below 1.
    """
    if fit is None:
        return []
    estimates = fit.standardised()
    found = estimates.loc[
        (estimates["parameter"] == "factor_covariance")
        & (estimates["left"] != estimates["right"])
    ]
    ratios, signs = _ratios(fit, blocks, keyed), _signs(fit, blocks)
    rows: list[dict[str, object]] = []
    for row in found.to_dict("records"):
        first, second = str(row["left"]), str(row["right"])
        ratio = ratios.get((first, second), np.nan)
        turned = _turn(row, signs[first] * signs[second])
        verdict = judge_pair(
            turned["estimate"], turned["conf_high"], ratio, fit.n_respondents, rule
        )
        rows.append(
            {
                "first": first,
                "second": second,
                **turned,
                "conf_level": fit.conf_level,
                "htmt": ratio,
                "n_respondents": fit.n_respondents,
                "estimator": fit.method,
                "verdict": verdict,
            }
        )
    return rows


def _ratios(
    fit: CfaFit, blocks: Blocks, keyed: pd.DataFrame
) -> dict[tuple[str, str], float]:
    """Return the heterotrait-monotrait ratio of each two subscales.

    From the correlations that the model was fitted to, so that both halves of the
    merge rule rest on the same treatment of the answers.
    """
    from diagnose.statistics.reliability import htmt

    covariance = fit.samples[0].covariance
    spread = np.sqrt(np.diag(covariance))
    names = list(fit.table.items)
    correlation = pd.DataFrame(
        covariance / np.outer(spread, spread), index=names, columns=names
    )
    try:
        found = htmt(keyed, blocks, correlation=correlation).to_frame()
    except InsufficientDataError:
        return {}
    return {
        (str(row["first"]), str(row["second"])): float(row["estimate"])
        for row in found.to_dict("records")
    }


def judge_pair(
    correlation: float,
    conf_high: float,
    ratio: float,
    n_respondents: int,
    rule: MergeRule | None,
) -> PairVerdict:
    """Apply the merge rule of the instrument to two subscales.

    Parameters
    ----------
    correlation, conf_high : float
        Correlation of the factors and the upper limit of its interval.
    ratio : float
        Heterotrait-monotrait ratio; NaN takes no part.
    n_respondents : int
        Respondents behind them.
    rule : MergeRule or None
        Without a rule nothing is judged.

    Returns
    -------
    str
        ``"merge"`` when the rule is met in a sample as large as it asks for;
        ``"unsure"`` when it is met in a smaller one, or the interval reaches beyond
        the rule; ``"apart"``; ``""`` without a rule.
    """
    if rule is None:
        return ""
    met = correlation > rule.latent_correlation or ratio > rule.htmt
    if met and n_respondents >= rule.fewest_respondents:
        return "merge"
    return "unsure" if met or conf_high > rule.latent_correlation else "apart"

"""From fitted levels to rows, latent means and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diagnose.statistics.cfa import CfaFit
from diagnose.statistics.invariance.climb import Rung
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.ladder import Level, Occasions
from diagnose.statistics.invariance.result import (
    InvarianceLevel,
    LatentMean,
    Verdict,
)


def describe_rung(rung: Rung, conventions: Conventions) -> InvarianceLevel:
    """Return the row of a fitted level."""
    now, test = rung.fit.indices, rung.difference
    then = rung.before.indices if rung.before else None
    delta_cfi = now.cfi - then.cfi if then else None
    delta_rmsea = now.rmsea - then.rmsea if then else None
    delta_srmr = now.srmr - then.srmr if then else None
    metric = rung.level in ("metric", "thresholds")
    srmr = conventions.srmr_loadings if metric else conventions.srmr_intercepts
    return InvarianceLevel(
        level=rung.level,
        partial=rung.partial,
        statistic=now.statistic,
        df=now.df,
        p_value=now.p_value,
        scaling=now.scaling_factor,
        cfi=now.cfi,
        tli=now.tli,
        rmsea=now.rmsea,
        rmsea_low=now.rmsea_low,
        rmsea_high=now.rmsea_high,
        srmr=now.srmr,
        bic=now.bic,
        delta_method=test.method if test else "",
        delta_statistic=test.statistic if test else None,
        delta_df=test.df if test else None,
        delta_p_value=test.p_value if test else None,
        delta_scaling=test.scaling if test else None,
        delta_cfi=delta_cfi,
        delta_rmsea=delta_rmsea,
        delta_srmr=delta_srmr,
        delta_bic=now.bic - then.bic if then else None,
        cfi_small=None if delta_cfi is None else delta_cfi >= -conventions.cfi,
        rmsea_small=None if delta_rmsea is None else delta_rmsea <= conventions.rmsea,
        srmr_small=None if delta_srmr is None else delta_srmr <= srmr,
        released=tuple(one.name for one in rung.released),
        holds=rung.holds,
    )


def accepted(rungs: Sequence[Rung]) -> dict[Level, Rung]:
    """Return the last fit of each level: the one with releases, where there are."""
    return {rung.level: rung for rung in rungs}


def highest_level(rungs: Sequence[Rung]) -> Level | None:
    """Return the highest level that holds together with every level below it."""
    highest: Level | None = None
    for level, rung in accepted(rungs).items():
        if not rung.holds:
            break
        highest = level
    return highest


def judge(rungs: Sequence[Rung]) -> Verdict:
    """Return what may be compared."""
    highest = highest_level(rungs)
    if highest is None:
        return "nothing"
    released = any(one.kind != "residuals" for one in accepted(rungs)[highest].released)
    if highest in ("scalar", "strict"):
        return "means_except" if released else "means"
    if highest == "metric":
        return "relations_except" if released else "relations"
    return "form_only"


def latent_means(
    occasions: Occasions, rungs: Sequence[Rung], conf_level: float
) -> tuple[LatentMean, ...]:
    """Return the differences of latent means at the scalar level; none without it."""
    at = accepted(rungs).get("scalar")
    if at is None:
        return ()
    return tuple(
        _latent_mean(occasions, at.fit, place, conf_level)
        for place in range(len(occasions.means()))
        if at.fit.table.find(occasions.means()[place][2]).free >= 0
    )


def _latent_mean(
    occasions: Occasions, fit: CfaFit, place: int, conf_level: float
) -> LatentMean:
    from scipy.special import ndtr, ndtri

    factor, group, key = occasions.means()[place]
    number = fit.table.find(key).free
    estimate, error = float(fit.values[number]), float(fit.std_errors[number])
    margin = float(ndtri((1 + conf_level) / 2)) * error
    first = occasions.reference(factor)
    spread = fit.matrices(0).all_factor_covariance
    sd = float(np.sqrt(max(spread[first, first], 0.0)))
    return LatentMean(
        factor=factor,
        group=group,
        estimate=estimate,
        std_error=error,
        statistic=estimate / error,
        p_value=float(2 * ndtr(-abs(estimate / error))),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        conf_level=conf_level,
        standardised=estimate / sd if sd > 0 else float("nan"),
    )

"""How well a model fits: chi-square and the indices made of it.

All of them are functions of two tests (of the model, and of the model without any
correlation), of the residual moments and of the log-likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.cfa.estimator import ChiSquare
from diagnose.statistics.cfa.normal_theory import SampleMoments

FloatArray = npt.NDArray[np.float64]
Basis = Literal["plain", "scaled", "robust"]

_CLOSE = 0.05
_RMSEA_LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproximationError:
    """RMSEA with its interval: misfit of the population a degree of freedom.

    Attributes
    ----------
    estimate : float
        0 where the chi-square is not above its degrees of freedom.
    conf_low, conf_high : float
        Limits of the two-sided interval at `conf_level`.
    conf_level : float
        0.90, as is usual: the lower limit then goes with a 5 per cent test.
    p_close : float
        Of the hypothesis that it is at most .05; NaN without degrees of freedom.
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    p_close: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparativeFit:
    """CFI, TLI and RMSEA from one pair of tests.

    Attributes
    ----------
    cfi, tli : float
        Comparative fit index (0 to 1) and Tucker-Lewis index (may leave 0 to 1). Not
        the normed fit index and not the goodness-of-fit index of other programs.
    rmsea : ApproximationError
    """

    cfi: float
    tli: float
    rmsea: ApproximationError


@dataclass(frozen=True, slots=True, kw_only=True)
class FitIndices:
    """Fit of one model.

    Published cut-offs (CFI and TLI at least .95, RMSEA at most .06, SRMR at most .08:
    Hu and Bentler, 1999) are conventions from simulations of few models. They are
    guidance, never a pass mark.

    Attributes
    ----------
    method : str
        Of the test: ``"ml"``, ``"yuan_bentler"`` or ``"scaled_shifted"``.
    statistic, df, p_value : float, int, float
        The chi-square to read: the corrected one where there is a correction.
    unscaled : float
        The chi-square before correction.
    scaling_factor, shift : float
        What turned one into the other; 1 and 0 without a correction.
    baseline : ChiSquare
        Of the model without any correlation.
    basis : str
        Which of the following three the next six fields repeat: ``"plain"`` for
        ``"ml"`` with complete answers, ``"robust"`` for ``"mlr"`` and for missing
        ``"fiml"``, ``"scaled"`` for ``"wlsmv"``.
    cfi, tli : float
        Comparative fit and Tucker-Lewis index.
    rmsea, rmsea_low, rmsea_high, rmsea_p_close : float
        Root mean square error of approximation, with a 90 per cent interval and the p
        value of the hypothesis that it is at most .05.
    plain : ComparativeFit
        From the chi-squares before correction. Of ordered items they flatter.
    scaled : ComparativeFit or None
        From the corrected chi-squares. Their population value depends on how far the
        answers are from normal.
    robust : ComparativeFit or None
        Estimates of what complete normal answers would give, whatever the answers are
        (Brosseau-Liard, Savalei and Li, 2012; Brosseau-Liard and Savalei, 2014;
        Savalei, 2018; with missing answers Zhang and Savalei, 2023).
    srmr : float
        Root mean square of the standardised residual covariances (and means, when
        they are modelled).
    srmr_covariances : float
        The same without means.
    log_likelihood, aic, bic, bic_adjusted : float
        Of the model; the last one with (n + 2) / 24 for n. NaN where the estimator has
        no likelihood. They count every free parameter: models with and without
        a mean structure differ by a constant, and are not compared by them.
    n_parameters : int
        Free parameters, those that groups share counted once; intercepts count when
        there is a mean structure.
    n_respondents, n_groups : int
    """

    method: str
    statistic: float
    df: int
    p_value: float
    unscaled: float
    scaling_factor: float
    shift: float
    baseline: ChiSquare
    basis: Basis
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    rmsea_p_close: float
    plain: ComparativeFit
    scaled: ComparativeFit | None
    robust: ComparativeFit | None
    srmr: float
    srmr_covariances: float
    log_likelihood: float
    aic: float
    bic: float
    bic_adjusted: float
    n_parameters: int
    n_respondents: int
    n_groups: int

    def to_frame(self) -> pd.DataFrame:
        """Return everything as a one-row frame; parts as ``scaled_cfi`` and so on."""
        flat: dict[str, object] = {}
        for name, value in asdict(self).items():
            if isinstance(value, dict):
                flat |= _flatten(name, value)
            elif value is not None:
                flat[name] = value
        return pd.DataFrame([flat])


def compute_indices(  # noqa: PLR0913 - everything that fit is a function of
    model: ChiSquare,
    baseline: ChiSquare,
    *,
    n_respondents: int,
    n_effective: int,
    n_groups: int,
    n_parameters: int,
    log_likelihood: float,
    srmr: float,
    srmr_covariances: float,
) -> FitIndices:
    """Return the indices of a model from its tests, residuals and likelihood.

    `n_effective` is what the discrepancy was multiplied with to be a chi-square.
    """
    size = _Size(n_effective, n_groups)
    plain = _compare(_plain(model), _plain(baseline), size)
    corrected = model.method != "ml"
    scaled = _scaled(model, baseline, size) if corrected else None
    robust = _robust(model, baseline, size)
    basis: Basis = "robust" if robust else "scaled" if scaled else "plain"
    chosen = robust or scaled or plain
    n_adjusted = (n_respondents + 2) / 24
    deviance = -2 * log_likelihood
    return FitIndices(
        method=model.method,
        statistic=model.statistic,
        df=model.df,
        p_value=model.p_value,
        unscaled=model.unscaled,
        scaling_factor=model.scaling_factor,
        shift=model.shift,
        baseline=baseline,
        basis=basis,
        cfi=chosen.cfi,
        tli=chosen.tli,
        rmsea=chosen.rmsea.estimate,
        rmsea_low=chosen.rmsea.conf_low,
        rmsea_high=chosen.rmsea.conf_high,
        rmsea_p_close=chosen.rmsea.p_close,
        plain=plain,
        scaled=scaled,
        robust=robust,
        srmr=srmr,
        srmr_covariances=srmr_covariances,
        log_likelihood=log_likelihood,
        aic=deviance + 2 * n_parameters,
        bic=deviance + float(np.log(n_respondents)) * n_parameters,
        bic_adjusted=deviance + float(np.log(n_adjusted)) * n_parameters,
        n_parameters=n_parameters,
        n_respondents=n_respondents,
        n_groups=n_groups,
    )


def residual_size(
    observed: Sequence[SampleMoments],
    implied: Sequence[tuple[FloatArray, FloatArray]],
    *,
    means: bool,
) -> float:
    """Return the SRMR: groups weigh by their respondents.

    Parameters
    ----------
    observed : sequence of SampleMoments
    implied : sequence of (mean, covariance)
    means : bool
        Whether the residuals of the means count too.
    """
    total, weight = 0.0, 0
    for sample, (mean, covariance) in zip(observed, implied, strict=True):
        scale = np.sqrt(np.diag(sample.covariance))
        residual = (sample.covariance - covariance) / np.outer(scale, scale)
        cells = residual[np.tril_indices(len(scale))]
        if means:
            cells = np.concatenate([cells, (sample.mean - mean) / scale])
        total += sample.n_respondents * float(np.sqrt(np.mean(cells**2)))
        weight += sample.n_respondents
    return total / weight


@dataclass(frozen=True, slots=True)
class _Size:
    n_effective: int
    n_groups: int


@dataclass(frozen=True, slots=True)
class _Excess:
    """A chi-square with its expectation under a true model, and its unit.

    The unit is 1 where statistic / unit is referred to chi-square with `df`.
    """

    statistic: float
    df: float
    unit: float = 1.0

    @property
    def over(self) -> float:
        return max(self.statistic - self.unit * self.df, 0.0)


def _plain(test: ChiSquare) -> _Excess:
    return _Excess(test.unscaled, test.df)


def _scaled(model: ChiSquare, baseline: ChiSquare, size: _Size) -> ComparativeFit:
    """Return indices from the corrected chi-squares.

    Where the correction only scales by c, RMSEA refers the uncorrected chi-square to
    c df degrees of freedom: the same estimate, and the interval that lavaan gives.
    """
    tests = [_Excess(test.statistic, test.df) for test in (model, baseline)]
    error = tests[0]
    if model.method == "yuan_bentler" and model.df > 0:
        error = _Excess(model.unscaled, model.df * model.scaling_factor)
    return _compare(tests[0], tests[1], size, error=error)


def _robust(
    model: ChiSquare, baseline: ChiSquare, size: _Size
) -> ComparativeFit | None:
    tests = [_misfit(test) for test in (model, baseline)]
    if tests[0] is None or tests[1] is None:
        return None
    return _compare(tests[0], tests[1], size)


def _misfit(test: ChiSquare) -> _Excess | None:
    if test.misfit is None or test.misfit_unit is None:
        return None
    return _Excess(test.misfit, test.df, test.misfit_unit)


def _compare(
    model: _Excess, baseline: _Excess, size: _Size, *, error: _Excess | None = None
) -> ComparativeFit:
    worst = max(model.over, baseline.over)
    cfi = 1 - model.over / worst if worst > 0 else 1.0
    return ComparativeFit(
        cfi=cfi, tli=_tucker_lewis(model, baseline), rmsea=_rmsea(error or model, size)
    )


def _tucker_lewis(model: _Excess, baseline: _Excess) -> float:
    if model.df == 0:
        return 1.0
    lost = (model.statistic - model.unit * model.df) * baseline.df / model.df
    to_lose = baseline.statistic - baseline.unit * baseline.df
    return 1 - lost / to_lose if to_lose != 0 else float("nan")


def _rmsea(model: _Excess, size: _Size) -> ApproximationError:
    """Return RMSEA, with the interval of the non-centrality behind it.

    Steiger, 1998, Structural Equation Modeling, for the factor root of the groups.
    """
    if model.df == 0:
        return ApproximationError(
            estimate=0.0,
            conf_low=0.0,
            conf_high=0.0,
            conf_level=_RMSEA_LEVEL,
            p_close=float("nan"),
        )
    from scipy.special import chndtr

    per_unit = size.n_effective * model.df / size.n_groups
    standard = max(model.statistic, 0.0) / model.unit
    tail = (1 - _RMSEA_LEVEL) / 2
    low = model.unit * non_centrality(standard, model.df, 1 - tail)
    high = model.unit * non_centrality(standard, model.df, tail)
    close = per_unit * _CLOSE**2 / model.unit
    return ApproximationError(
        estimate=float(np.sqrt(model.over / per_unit)),
        conf_low=float(np.sqrt(low / per_unit)),
        conf_high=float(np.sqrt(high / per_unit)),
        conf_level=_RMSEA_LEVEL,
        p_close=float(1 - chndtr(standard, model.df, close)),
    )


def non_centrality(statistic: float, df: float, probability: float) -> float:
    """Return the non-centrality at which `statistic` is that quantile; at least 0."""
    from scipy.optimize import brentq
    from scipy.special import chndtr

    def above(centre: float) -> float:
        return float(chndtr(statistic, df, centre)) - probability

    if statistic <= 0 or above(0.0) <= 0:
        return 0.0
    # Mean df + c and variance 2 df + 4 c: ten standard deviations beyond is enough.
    top = statistic + 10 * np.sqrt(2 * statistic + 2 * df) + 100
    return float(brentq(above, 0.0, top, xtol=1e-12, rtol=1e-14))


def _flatten(name: str, value: dict[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, part in value.items():
        if isinstance(part, dict):
            flat |= _flatten(f"{name}_{key}", part)
        elif part is not None:
            flat[f"{name}_{key}"] = part
    return flat

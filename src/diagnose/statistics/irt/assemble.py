"""From the maximum of the likelihood to a result a reader can use."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose.statistics.irt.curves import information_of_items
from diagnose.statistics.irt.intake import Intake
from diagnose.statistics.irt.layout import Layout
from diagnose.statistics.irt.likelihood import Data, posterior_moments
from diagnose.statistics.irt.maximise import Maximum
from diagnose.statistics.irt.quadrature import Quadrature
from diagnose.statistics.irt.result import GradedResponse

FloatArray = npt.NDArray[np.float64]

_VISIBLE = 1e-4


def assemble(
    intake: Intake,
    data: Data,
    maximum: Maximum,
    *,
    method: str,
    missing: str,
    conf_level: float,
) -> GradedResponse:
    """Return the result, with the latent variable turned so that most slopes rise."""
    layout, quadrature = data.layout, data.quadrature
    parameters, covariance = _turned(layout, maximum)
    slopes, intercepts = parameters[: layout.n_items], parameters[layout.n_items :]
    slope_se, threshold_se = _standard_errors(layout, parameters, covariance)
    mean, deviation = posterior_moments(data, parameters)
    thresholds = -intercepts / slopes[layout.boundary_item]
    n_parameters, n_respondents = layout.n_parameters, intake.n_respondents
    deviance = -2 * maximum.point.log_likelihood
    counts = data.patterns.counts
    return GradedResponse(
        method=method,
        items=intake.items,
        categories=tuple(tuple(known.tolist()) for known in intake.categories),
        slopes=slopes,
        slope_se=slope_se,
        thresholds=_by_item(layout, thresholds),
        threshold_se=_by_item(layout, threshold_se),
        intercepts=_by_item(layout, intercepts),
        covariance=covariance,
        log_likelihood=maximum.point.log_likelihood,
        aic=deviance + 2 * n_parameters,
        bic=deviance + n_parameters * float(np.log(n_respondents)),
        n_parameters=n_parameters,
        n_patterns=len(counts),
        n_respondents=n_respondents,
        n_items=layout.n_items,
        n_left_out=intake.n_left_out,
        n_answered=tuple((counts @ (data.patterns.codes >= 0)).tolist()),
        missing=missing,
        marginal_reliability=_marginal_reliability(layout, parameters, quadrature),
        empirical_reliability=_empirical_reliability(mean, deviation, counts),
        conf_level=conf_level,
        quadrature=quadrature,
        n_iterations=maximum.n_iterations,
        largest_gradient=float(np.abs(maximum.point.gradient).max()),
        flags=(
            *_slope_flags(intake.items, slopes, slope_se, conf_level),
            *intake.flags,
            *_coarse(quadrature, slopes, deviation),
        ),
    )


def _turned(layout: Layout, maximum: Maximum) -> tuple[FloatArray, FloatArray]:
    """Return the estimates and their covariance, with most slopes positive.

    The normal distribution is symmetric, so both directions fit equally well. As many
    items both ways are turned so that the sum of their slopes is positive.
    """
    sign = np.ones(layout.n_parameters)
    slopes = maximum.point.parameters[: layout.n_items]
    majority = np.sign(slopes).sum()
    if majority < 0 or (majority == 0 and slopes.sum() < 0):
        sign[: layout.n_items] = -1.0
    covariance = np.linalg.inv(maximum.information) * np.outer(sign, sign)
    return maximum.point.parameters * sign, (covariance + covariance.T) / 2


def _standard_errors(
    layout: Layout, parameters: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return those of the slopes and, by the delta method, of the thresholds."""
    k = layout.n_items
    variance = np.diag(covariance)
    slope = parameters[:k][layout.boundary_item]
    threshold = -parameters[k:] / slope
    between = covariance[k + np.arange(layout.n_boundaries), layout.boundary_item]
    of_threshold = (
        variance[k:]
        + threshold**2 * variance[:k][layout.boundary_item]
        + 2 * threshold * between
    ) / slope**2
    return np.sqrt(variance[:k]), np.sqrt(of_threshold)


def _by_item(layout: Layout, values: FloatArray) -> tuple[FloatArray, ...]:
    ends = np.cumsum(layout.n_categories - 1)[:-1]
    return tuple(np.split(values, ends))


def _marginal_reliability(
    layout: Layout, parameters: FloatArray, quadrature: Quadrature
) -> float:
    information = information_of_items(layout, parameters, quadrature.points).sum(0)
    return float(quadrature.weights @ (information / (information + 1)))


def _empirical_reliability(
    mean: FloatArray, deviation: FloatArray, counts: npt.NDArray[np.intp]
) -> float:
    total = counts.sum()
    between = counts @ mean**2 / total - (counts @ mean / total) ** 2
    within = counts @ deviation**2 / total
    return float(between / (between + within))


def _slope_flags(
    items: tuple[str, ...], slopes: FloatArray, slope_se: FloatArray, conf_level: float
) -> tuple[str, ...]:
    from scipy.special import ndtri

    unsure = np.abs(slopes) < ndtri((1 + conf_level) / 2) * slope_se
    return (
        *(f"negative_slope:{items[i]}" for i in np.flatnonzero(slopes < 0)),
        *(f"slope_near_zero:{items[i]}" for i in np.flatnonzero(unsure)),
    )


def _coarse(
    quadrature: Quadrature, slopes: FloatArray, deviation: FloatArray
) -> tuple[str, ...]:
    """Flag points too far apart for the steepest item or the surest posterior.

    Summing a normal density with deviation s at distances h is wrong by about
    ``exp(-2 pi^2 (s / h)^2)``; a logistic curve with slope a by
    ``exp(-2 pi^2 / (a h))``.
    """
    spacing = quadrature.spacing
    narrow = (float(deviation.min()) / spacing) ** 2
    steep = 1 / (float(np.abs(slopes).max()) * spacing)
    error = np.exp(-2 * np.pi**2 * min(narrow, steep))
    return ("coarse_quadrature",) if error > _VISIBLE else ()

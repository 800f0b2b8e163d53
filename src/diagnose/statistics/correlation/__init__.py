"""Correlations of the normal variables behind ordinal items."""

from __future__ import annotations

from diagnose.statistics.correlation.asymptotic import OrdinalMoments, ordinal_moments
from diagnose.statistics.correlation.bivariate_normal import (
    bivariate_normal_cdf,
    bivariate_normal_density,
    bivariate_normal_dependence,
    rectangle_probabilities,
)
from diagnose.statistics.correlation.polychoric import PolychoricResult, polychoric
from diagnose.statistics.correlation.polyserial import PolyserialResult, polyserial
from diagnose.statistics.correlation.smoothing import (
    SmoothedCorrelation,
    smooth_correlation,
)

__all__ = [
    "OrdinalMoments",
    "PolychoricResult",
    "PolyserialResult",
    "SmoothedCorrelation",
    "bivariate_normal_cdf",
    "bivariate_normal_density",
    "bivariate_normal_dependence",
    "ordinal_moments",
    "polychoric",
    "polyserial",
    "rectangle_probabilities",
    "smooth_correlation",
]

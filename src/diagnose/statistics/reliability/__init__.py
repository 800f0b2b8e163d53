"""How reliable is a score made of several items, and how distinct from other scores.

What follows from a reliability for one person lives in `measurement_error`; its
standard error is repeated here.
"""

from diagnose.statistics.measurement_error import standard_error_of_measurement
from diagnose.statistics.reliability.alpha import cronbach_alpha, standardised_alpha
from diagnose.statistics.reliability.convergent import (
    ConvergentValidity,
    average_variance_extracted,
    composite_reliability,
    convergent_validity,
)
from diagnose.statistics.reliability.discriminant import HeterotraitMonotrait, htmt
from diagnose.statistics.reliability.hierarchical import (
    BifactorOmega,
    omega_hierarchical_bifactor,
)
from diagnose.statistics.reliability.lambdas import guttman_lambda_2, guttman_lambda_6
from diagnose.statistics.reliability.model_based import (
    ModelReliability,
    model_reliability,
)
from diagnose.statistics.reliability.omega import omega_total
from diagnose.statistics.reliability.ordinal import (
    omega_categorical,
    omega_ordinal,
    ordinal_alpha,
)
from diagnose.statistics.reliability.result import Reliability

__all__ = [
    "BifactorOmega",
    "ConvergentValidity",
    "HeterotraitMonotrait",
    "ModelReliability",
    "Reliability",
    "average_variance_extracted",
    "composite_reliability",
    "convergent_validity",
    "cronbach_alpha",
    "guttman_lambda_2",
    "guttman_lambda_6",
    "htmt",
    "model_reliability",
    "omega_categorical",
    "omega_hierarchical_bifactor",
    "omega_ordinal",
    "omega_total",
    "ordinal_alpha",
    "standard_error_of_measurement",
    "standardised_alpha",
]

"""Missing answers: patterns, the likelihood that uses every answer, imputation."""

from diagnose.statistics.missing.em import EMCovariance, em_covariance
from diagnose.statistics.missing.imputation import (
    Imputations,
    multiple_imputation,
    pool_over_imputations,
)
from diagnose.statistics.missing.incomplete import IncompleteData, MomentGradient
from diagnose.statistics.missing.patterns import (
    MCARTest,
    MissingPatterns,
    missing_patterns,
)
from diagnose.statistics.missing.person_means import PersonMeans, person_mean
from diagnose.statistics.missing.rubin import PooledEstimates, pool_estimates
from diagnose.statistics.missing.saturated import SaturatedMoments

__all__ = [
    "EMCovariance",
    "Imputations",
    "IncompleteData",
    "MCARTest",
    "MissingPatterns",
    "MomentGradient",
    "PersonMeans",
    "PooledEstimates",
    "SaturatedMoments",
    "em_covariance",
    "missing_patterns",
    "multiple_imputation",
    "person_mean",
    "pool_estimates",
    "pool_over_imputations",
]

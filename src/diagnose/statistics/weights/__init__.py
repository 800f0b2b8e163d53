"""Weights, response and what the people who did not answer could change."""

from diagnose.statistics.weights.effective import (
    WeightedMean,
    effective_sample_size,
    weighted_mean,
)
from diagnose.statistics.weights.margins import (
    MarginsOfError,
    ResponseRates,
    margins_of_error,
    response_rates,
)
from diagnose.statistics.weights.nonresponse import (
    NonresponseBounds,
    nonresponse_bounds,
    nonresponse_bounds_from_summary,
)
from diagnose.statistics.weights.poststratified import (
    PoststratifiedMean,
    poststratified_mean,
)
from diagnose.statistics.weights.rake import RakedWeights, rake
from diagnose.statistics.weights.timing import EarlyLate, compare_early_late

__all__ = [
    "EarlyLate",
    "MarginsOfError",
    "NonresponseBounds",
    "PoststratifiedMean",
    "RakedWeights",
    "ResponseRates",
    "WeightedMean",
    "compare_early_late",
    "effective_sample_size",
    "margins_of_error",
    "nonresponse_bounds",
    "nonresponse_bounds_from_summary",
    "poststratified_mean",
    "rake",
    "response_rates",
    "weighted_mean",
]

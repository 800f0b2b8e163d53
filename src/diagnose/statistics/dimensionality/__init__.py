"""How many dimensions the items have, and whether they share enough to ask."""

from diagnose.statistics.dimensionality.adequacy import (
    SamplingAdequacy,
    SphericityTest,
    bartlett_sphericity,
    kmo,
)
from diagnose.statistics.dimensionality.average_partial import (
    AveragePartial,
    velicer_map,
)
from diagnose.statistics.dimensionality.parallel import (
    ParallelAnalysis,
    parallel_analysis,
)
from diagnose.statistics.factor.correlations import (
    CorrelationMatrix,
    correlations_of,
)

__all__ = [
    "AveragePartial",
    "CorrelationMatrix",
    "ParallelAnalysis",
    "SamplingAdequacy",
    "SphericityTest",
    "bartlett_sphericity",
    "correlations_of",
    "kmo",
    "parallel_analysis",
    "velicer_map",
]

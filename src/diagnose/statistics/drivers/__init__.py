"""What goes with an outcome: importance with intervals, and what clouds it."""

from diagnose.statistics.drivers.collinearity import Collinearity, collinearity
from diagnose.statistics.drivers.common_method import CommonMethod, common_method
from diagnose.statistics.drivers.headroom import DriverMap, importance_and_headroom
from diagnose.statistics.drivers.importance import (
    relative_importance,
    relative_importance_from_sums,
)
from diagnose.statistics.drivers.point import relative_importance_from_correlations
from diagnose.statistics.drivers.result import RelativeImportance, RelativeWeights
from diagnose.statistics.drivers.sums import DriverSums, driver_sums

__all__ = [
    "Collinearity",
    "CommonMethod",
    "DriverMap",
    "DriverSums",
    "RelativeImportance",
    "RelativeWeights",
    "collinearity",
    "common_method",
    "driver_sums",
    "importance_and_headroom",
    "relative_importance",
    "relative_importance_from_correlations",
    "relative_importance_from_sums",
]

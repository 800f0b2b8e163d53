"""Measurement invariance: whether groups or waves may be compared at all.

`measurement_invariance` compares groups of different people, `longitudinal_invariance`
the same people over waves.
"""

from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.measurement import measurement_invariance
from diagnose.statistics.invariance.result import (
    InvarianceLevel,
    LatentMean,
    MeasurementInvariance,
    PermutationTest,
)
from diagnose.statistics.invariance.waves import longitudinal_invariance

__all__ = [
    "Conventions",
    "InvarianceLevel",
    "LatentMean",
    "MeasurementInvariance",
    "PermutationTest",
    "longitudinal_invariance",
    "measurement_invariance",
]

"""Did it move: anonymous waves, linked people, make-up, leavers, the lowest teams."""

from diagnose.statistics.change.attrition import Attrition, attrition
from diagnose.statistics.change.cells import wave_cells
from diagnose.statistics.change.composition import (
    CompositionShift,
    composition_shift,
    composition_shift_from_summaries,
)
from diagnose.statistics.change.linked import LinkedChange, compare_linked_waves
from diagnose.statistics.change.selection import (
    RegressionToTheMean,
    regression_to_the_mean,
)
from diagnose.statistics.change.trend import WaveTrend, wave_trend
from diagnose.statistics.change.waves import (
    WaveComparison,
    compare_waves,
    compare_waves_from_team_summaries,
)
from diagnose.statistics.measurement_error import (
    ReliableChange,
    reliable_change,
    smallest_detectable_change,
)

__all__ = [
    "Attrition",
    "CompositionShift",
    "LinkedChange",
    "RegressionToTheMean",
    "ReliableChange",
    "WaveComparison",
    "WaveTrend",
    "attrition",
    "compare_linked_waves",
    "compare_waves",
    "compare_waves_from_team_summaries",
    "composition_shift",
    "composition_shift_from_summaries",
    "regression_to_the_mean",
    "reliable_change",
    "smallest_detectable_change",
    "wave_cells",
    "wave_trend",
]

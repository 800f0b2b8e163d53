"""Exploratory factor analysis: extraction, rotation, fit and factor scores."""

from diagnose.statistics.factor.analysis import exploratory_factor_analysis
from diagnose.statistics.factor.fit import FactorFit
from diagnose.statistics.factor.result import FactorAnalysis
from diagnose.statistics.factor.rotation import Rotation, RotationSearch
from diagnose.statistics.factor.scores import (
    FactorScores,
    FactorScoreWeights,
    factor_score_weights,
    factor_scores,
)

__all__ = [
    "FactorAnalysis",
    "FactorFit",
    "FactorScoreWeights",
    "FactorScores",
    "Rotation",
    "RotationSearch",
    "exploratory_factor_analysis",
    "factor_score_weights",
    "factor_scores",
]

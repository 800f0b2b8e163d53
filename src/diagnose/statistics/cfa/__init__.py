"""Confirmatory factor analysis.

`fit_cfa` fits one model. `prepare_cfa` and `fit_prepared` fit many models to answers
that are tabulated once.
"""

from diagnose.statistics.cfa.equality import Equality
from diagnose.statistics.cfa.fit import fit_cfa, fit_prepared
from diagnose.statistics.cfa.indices import (
    ApproximationError,
    ComparativeFit,
    FitIndices,
)
from diagnose.statistics.cfa.model import (
    FactorModel,
    bifactor_model,
    second_order_model,
)
from diagnose.statistics.cfa.modification import (
    ModificationIndices,
    modification_indices,
)
from diagnose.statistics.cfa.parameters import Parameter, ParameterTable
from diagnose.statistics.cfa.prepare import Prepared, prepare_cfa
from diagnose.statistics.cfa.result import CfaFit
from diagnose.statistics.cfa.scores import FactorScores
from diagnose.statistics.cfa.standardised import standardised_solution

__all__ = [
    "ApproximationError",
    "CfaFit",
    "ComparativeFit",
    "Equality",
    "FactorModel",
    "FactorScores",
    "FitIndices",
    "ModificationIndices",
    "Parameter",
    "ParameterTable",
    "Prepared",
    "bifactor_model",
    "fit_cfa",
    "fit_prepared",
    "modification_indices",
    "prepare_cfa",
    "second_order_model",
    "standardised_solution",
]

"""Synthetic organisations that answer an instrument, with a known truth."""

from diagnose.errors import DesignError
from diagnose.simulation.design import Design, Unit
from diagnose.simulation.export import write_limesurvey_csv, write_organisation_csv
from diagnose.simulation.practice import write_synthetic_assessment
from diagnose.simulation.simulate import SimulatedResponses, simulate
from diagnose.simulation.truth import Truth

__all__ = [
    "Design",
    "DesignError",
    "SimulatedResponses",
    "Truth",
    "Unit",
    "simulate",
    "write_limesurvey_csv",
    "write_organisation_csv",
    "write_synthetic_assessment",
]

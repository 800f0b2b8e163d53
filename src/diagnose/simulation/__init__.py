"""Synthetic organisations that answer an instrument, with a known truth."""

from diagnose.simulation.check import DesignError
from diagnose.simulation.design import Design, Unit
from diagnose.simulation.simulate import SimulatedResponses, simulate
from diagnose.simulation.truth import Truth

__all__ = ["Design", "DesignError", "SimulatedResponses", "Truth", "Unit", "simulate"]

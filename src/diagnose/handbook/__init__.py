"""The handbook: both editions of the book, general or for one client."""

from diagnose.handbook.actions import evidence_table, show_actions
from diagnose.handbook.build import build_handbook, find_book, is_current
from diagnose.handbook.coverage import coverage_table
from diagnose.handbook.curves import plot_curves
from diagnose.handbook.refusals import refusal
from diagnose.handbook.simulated import simulated_table
from diagnose.handbook.statements import show_statements
from diagnose.handbook.verdicts import verdict_table

__all__ = [
    "build_handbook",
    "coverage_table",
    "evidence_table",
    "find_book",
    "is_current",
    "plot_curves",
    "refusal",
    "show_actions",
    "show_statements",
    "simulated_table",
    "verdict_table",
]

"""The handbook: both editions of the book, general or for one client."""

from diagnose.handbook.build import build_handbook, find_book
from diagnose.handbook.coverage import coverage_table

__all__ = ["build_handbook", "coverage_table", "find_book"]

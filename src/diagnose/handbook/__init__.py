"""The handbook: both editions of the book, general or for one client."""

from diagnose.handbook.build import build_handbook, find_book

__all__ = ["build_handbook", "find_book"]

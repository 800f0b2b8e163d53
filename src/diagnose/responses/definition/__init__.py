"""Definitions of platforms, which prove what the codes in an export mean."""

from diagnose.responses.definition.model import Definition
from diagnose.responses.definition.read import read_definition

__all__ = ["Definition", "read_definition"]

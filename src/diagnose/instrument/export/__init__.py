"""Ways out: one definition for any survey tool; `targets` holds their only list."""

from diagnose.instrument.export.build import (
    build_survey,
    edition_of,
    numbers_of,
)
from diagnose.instrument.export.details import FieldingDetails
from diagnose.instrument.export.survey import Survey
from diagnose.instrument.export.target import Target

__all__ = [
    "FieldingDetails",
    "Survey",
    "Target",
    "build_survey",
    "edition_of",
    "numbers_of",
]

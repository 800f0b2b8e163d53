"""What was answered: from an export of a survey platform to checked responses."""

from diagnose.responses.columns.mapping import ColumnMapping, read_mapping
from diagnose.responses.intake import read_responses
from diagnose.responses.model import (
    FLOOR,
    LEADER,
    NO_UNIT,
    IntakeReport,
    MappedColumn,
    Responses,
    combine_waves,
)
from diagnose.responses.problems import problems_in_words

__all__ = [
    "FLOOR",
    "LEADER",
    "NO_UNIT",
    "ColumnMapping",
    "IntakeReport",
    "MappedColumn",
    "Responses",
    "combine_waves",
    "problems_in_words",
    "read_mapping",
    "read_responses",
]
